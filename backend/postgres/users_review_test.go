package postgres_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/fault"
	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/secret"
	"vestibule/backend/user"
)

func TestWhateverIsTypedForAnAddressIsAtMostAnUnknownAccount(t *testing.T) {
	s := accounts(t, pgtest.Open(t), cheap)
	for _, typed := range []string{"", "nobody", "a\x00b@example.com", "\x00", "a\xff@example.com", "a@b@c", "\u202e@example.com"} {
		_, err := s.Authenticate(t.Context(), typed, goodPassword, from("127.0.8.1"))
		kind := fault.From(err).Kind
		require.Contains(t, []fault.Kind{fault.Unauthenticated, fault.Invalid, fault.RateLimited}, kind, "%q: %v", typed, err)
	}
}

func TestAnUnfitNameOrAddressIsRefusedAndNeverReachesTheDatabase(t *testing.T) {
	s := accounts(t, pgtest.Open(t), cheap)
	for _, r := range []user.Registration{
		{Email: "a@example.com", Password: goodPassword, Name: "a\xffb"},
		{Email: "a@example.com", Password: goodPassword, Name: "a\x00b"},
		{Email: "a\xff@example.com", Password: goodPassword, Name: "A"},
	} {
		_, err := s.Register(t.Context(), r, from("127.0.8.2"))
		require.Equal(t, fault.Invalid, fault.From(err).Kind, "%q: %v", r, err)
	}
}

func TestAParallelFloodOfRegistrationsIsBoundedByTheSlots(t *testing.T) {
	db := pgtest.Open(t)
	hasher, err := user.NewHasher(cheap)
	require.NoError(t, err)
	limits := user.DefaultLimits
	limits.RegistrationFree = 5
	s := user.NewService(user.Config{Store: postgres.NewUsers(db), Attempts: postgres.NewAttempts(db), Hasher: hasher, Limits: limits, Registration: true})
	var made atomic.Int32
	var all sync.WaitGroup
	for range 60 {
		all.Go(func() {
			r := user.Registration{Email: secret.New().Reveal() + "@example.com", Password: goodPassword, Name: "Somebody"}
			if _, err := s.Register(t.Context(), r, from("127.0.9.1")); err == nil {
				made.Add(1)
			}
		})
	}
	all.Wait()
	require.LessOrEqual(t, int(made.Load()), 5+cheap.Slots)
}

func TestTheDelayGoesOnGrowingThroughTheLongestBlock(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	_, email := register(t, s)
	fail := func() error {
		_, err := s.Authenticate(t.Context(), email, "a fine day for a swim", from("127.0.10.1"))
		return err
	}
	require.ErrorIs(t, fail(), user.ErrInvalidCredentials)
	exec(t, db, `UPDATE attempts SET failures = 12, last_at = now() - interval '16 minutes', blocked_until = now() - interval '1 minute' WHERE key LIKE 'pair:%'`)
	require.ErrorIs(t, fail(), user.ErrInvalidCredentials, "the block is over")
	require.ErrorIs(t, fail(), user.ErrRateLimited, "sitting out a block of a whole window is no fresh start")
}

func TestOneProofChangesThePasswordOnce(t *testing.T) {
	db := pgtest.Open(t)
	s, sessions := accounts(t, db, cheap), postgres.NewSessions(db)
	made, email := register(t, s)
	here := start(t, sessions, made.ID)
	news := []string{"another day for a walk", "a third day for a walk", "a fourth day for a walk"}
	var changed atomic.Int32
	var all sync.WaitGroup
	for _, next := range news {
		all.Go(func() {
			err := s.ChangePassword(t.Context(), user.PasswordChange{UserID: made.ID, SID: here.SID, Current: goodPassword,
				New: next, NewKey: secret.New().Hash()}, from("127.0.11.1"))
			if err == nil {
				changed.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, changed.Load())
	_, err := s.Authenticate(t.Context(), email, goodPassword, from("127.0.11.2"))
	require.ErrorIs(t, err, user.ErrInvalidCredentials)
}

func TestWhatIsAsItWasTellsNothing(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	_, email := register(t, s)
	require.NoError(t, s.SetRole(t.Context(), email, user.RoleUser, event.Origin{}))
	require.NoError(t, s.SetDisabled(t.Context(), email, false, event.Origin{}))
	require.NoError(t, s.SetDisabled(t.Context(), email, true, event.Origin{}))
	require.NoError(t, s.SetDisabled(t.Context(), email, true, event.Origin{}))
	var names []string
	row(t, db, `SELECT array_agg(name ORDER BY id) FROM events WHERE name IN ('user.disabled', 'user.enabled', 'role.changed')`, nil, &names)
	require.Equal(t, []string{"user.disabled"}, names)
}

func TestAChangedRoleAndADisabledAccountEndTheSessions(t *testing.T) {
	db := pgtest.Open(t)
	s, sessions := accounts(t, db, cheap), postgres.NewSessions(db)
	made, email := register(t, s)
	start(t, sessions, made.ID)
	require.NoError(t, s.SetRole(t.Context(), email, user.RoleAdmin, event.Origin{}))
	var reason string
	var left int
	row(t, db, `SELECT reason FROM revocations WHERE user_id = $1`, []any{made.ID}, &reason)
	row(t, db, `SELECT count(*) FROM sessions WHERE user_id = $1`, []any{made.ID}, &left)
	require.Equal(t, "account_changed", reason)
	require.Zero(t, left)

	other, otherEmail := register(t, s)
	start(t, sessions, other.ID)
	require.NoError(t, s.SetDisabled(t.Context(), otherEmail, true, event.Origin{}))
	row(t, db, `SELECT reason FROM revocations WHERE user_id = $1`, []any{other.ID}, &reason)
	require.Equal(t, "account_changed", reason)
	found, err := s.Find(t.Context(), other.ID)
	require.NoError(t, err)
	require.Greater(t, found.CredentialVersion, other.CredentialVersion)
}

func TestABlockIsToldWithTheFailureThatBeganIt(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	_, email := register(t, s)
	exec(t, db, `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW.name = 'sign_in.limited' THEN RAISE EXCEPTION 'refused'; END IF; RETURN NEW; END $$`)
	exec(t, db, `CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse()`)
	for range 5 {
		_, _ = s.Authenticate(t.Context(), email, "a fine day for a swim", from("127.0.12.1"))
	}
	var failures int
	row(t, db, `SELECT failures FROM attempts WHERE key LIKE 'pair:%'`, nil, &failures)
	require.Equal(t, 4, failures, "one transaction: without its event there is no block")
}
