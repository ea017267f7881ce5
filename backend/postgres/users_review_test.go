package postgres_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
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
	limits := limits
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

// counted is the store of accounts, and how often some account's hash was asked for.
type counted struct {
	*postgres.Users
	hashes atomic.Int32
}

func (c *counted) SomeHash(ctx context.Context, near uuid.UUID) (string, error) {
	c.hashes.Add(1)
	return c.Users.SomeHash(ctx, near)
}

func TestAnUnknownAddressCostsWhatSomeAccountCostsAndIsNeverRight(t *testing.T) {
	db := pgtest.Open(t)
	hasher, err := user.NewHasher(cheap)
	require.NoError(t, err)
	store := &counted{Users: postgres.NewUsers(db)}
	s := user.NewService(user.Config{Store: store, Attempts: postgres.NewAttempts(db), Hasher: hasher, Limits: limits, Registration: true})
	wrong := func(email string) {
		asked := store.hashes.Load()
		found, err := s.Authenticate(t.Context(), email, "a fine day for a swim", from("127.0.13.1"))
		require.Equal(t, user.ErrInvalidCredentials, err)
		require.Zero(t, found)
		require.EqualValues(t, 1, store.hashes.Load()-asked, "the same is asked for, whoever there is")
		exec(t, db, `DELETE FROM attempts`)
	}
	wrong("nobody@example.com") // there is no account at all
	only, email := register(t, s)
	var hash, after string
	row(t, db, `SELECT password_hash FROM users WHERE id = $1`, []any{only.ID}, &hash)
	wrong("nobody@example.com")
	wrong(email)

	disabled, _ := register(t, accounts(t, db, cheap))
	exec(t, db, `UPDATE users SET disabled_at = now() WHERE id = $1`, disabled.ID)
	for _, who := range []string{"a@example.com", "b@example.com", "c@example.com", "no address", "\x00"} {
		exec(t, db, `DELETE FROM attempts`)
		found, err := s.Authenticate(t.Context(), who, goodPassword, from("127.0.13.2")) // which is everybody's
		require.Equal(t, user.ErrInvalidCredentials, err)
		require.Zero(t, found)
	}
	var told int
	row(t, db, `SELECT count(*) FROM events WHERE ip = '127.0.13.2' AND user_id IS NULL AND detail = '{"reason": "unknown_account"}'`, nil, &told)
	require.Equal(t, 5, told)
	row(t, db, `SELECT password_hash FROM users WHERE id = $1`, []any{only.ID}, &after)
	require.Equal(t, hash, after)

	exec(t, db, `UPDATE users SET password_hash = 'unreadable'`)
	_, err = s.Authenticate(t.Context(), "nobody@example.com", goodPassword, from("127.0.13.3"))
	require.Equal(t, user.ErrInvalidCredentials, err, "and stops nobody else")
}

func TestTheHashForAnUnknownAddressIsAlwaysTheSameOneAndGoesRound(t *testing.T) {
	db := pgtest.Open(t)
	users := postgres.NewUsers(db)
	_, err := users.SomeHash(t.Context(), uuid.Nil)
	require.ErrorIs(t, err, user.ErrNotFound)
	for id, hash := range map[string]string{"40000000-0000-4000-8000-000000000000": "low", "c0000000-0000-4000-8000-000000000000": "high"} {
		exec(t, db, `INSERT INTO users (id, email, email_key, name, password_hash) VALUES ($1, $2, $2, 'Somebody', $2)`, id, hash)
	}
	for near, want := range map[string]string{
		"00000000-0000-0000-0000-000000000000": "low", "40000000-0000-4000-8000-000000000000": "low",
		"40000000-0000-4000-8000-000000000001": "high", "ffffffff-ffff-ffff-ffff-ffffffffffff": "low",
	} {
		got, err := users.SomeHash(t.Context(), uuid.MustParse(near))
		require.NoError(t, err)
		require.Equal(t, want, got, near)
	}
}

func TestStrangersWhoStopAnAccountDoNotStopItsOwnerWhoIsSignedIn(t *testing.T) {
	db := pgtest.Open(t)
	s, sessions := accounts(t, db, cheap), postgres.NewSessions(db)
	made, email := register(t, s)
	here := start(t, sessions, made.ID)
	signIn := func(ip string) error {
		_, err := s.Authenticate(t.Context(), email, goodPassword, from(ip))
		return err
	}
	prove := func(password, ip string) error {
		_, err := s.Prove(t.Context(), made.ID, password, from(ip))
		return err
	}
	for range 5 {
		_, _ = s.Authenticate(t.Context(), email, "a fine day for a swim", from("127.0.14.1"))
	}
	exec(t, db, `UPDATE attempts SET failures = 100, blocked_until = 'infinity' WHERE key LIKE 'account:%'`)
	require.NoError(t, prove(goodPassword, "127.0.14.1"))
	require.ErrorIs(t, signIn("127.0.14.2"), user.ErrRateLimited, "a proof forgives only its own")
	require.NoError(t, s.ChangePassword(t.Context(), user.PasswordChange{UserID: made.ID, SID: here.SID, Current: goodPassword,
		New: "another day for a walk", NewKey: secret.New().Hash()}, from("127.0.14.1")))
	require.NoError(t, s.Unlock(t.Context(), email, event.Origin{}))
	_, err := s.Authenticate(t.Context(), email, "another day for a walk", from("127.0.14.2"))
	require.NoError(t, err)
}

func TestAProofIsLimitedByItselfAndUnlockForgetsItsStopToo(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	made, email := register(t, s)
	prove := func(password, ip string) error {
		_, err := s.Prove(t.Context(), made.ID, password, from(ip))
		return err
	}
	for range 5 {
		require.ErrorIs(t, prove("a fine day for a swim", "127.0.15.1"), user.ErrInvalidCredentials)
	}
	require.ErrorIs(t, prove(goodPassword, "127.0.15.1"), user.ErrRateLimited)
	_, err := s.Authenticate(t.Context(), email, goodPassword, from("127.0.15.1"))
	require.NoError(t, err)
	require.ErrorIs(t, prove(goodPassword, "127.0.15.1"), user.ErrRateLimited, "a sign-in forgives only its own")
	require.NoError(t, prove(goodPassword, "127.0.15.2"))

	require.ErrorIs(t, prove("a fine day for a swim", "127.0.15.3"), user.ErrInvalidCredentials)
	exec(t, db, `UPDATE attempts SET failures = 99 WHERE key LIKE 'proof:%'`)
	require.ErrorIs(t, prove("a fine day for a swim", "127.0.15.3"), user.ErrInvalidCredentials)
	require.ErrorIs(t, prove(goodPassword, "127.0.15.4"), user.ErrRateLimited)
	require.NoError(t, s.Unlock(t.Context(), email, event.Origin{}))
	require.NoError(t, prove(goodPassword, "127.0.15.4"))
}

func TestAnAccountIsAdjustedInTheOrderInWhichSessionsAreEnded(t *testing.T) {
	db := pgtest.Open(t)
	low, high := uuid.MustParse("10000000-0000-4000-8000-000000000000"), uuid.MustParse("20000000-0000-4000-8000-000000000000")
	for id, role := range map[uuid.UUID]string{low: user.RoleUser, high: user.RoleAdmin} {
		exec(t, db, `INSERT INTO users (id, email, email_key, name, password_hash, role) VALUES ($1, $2, $2, 'Somebody', '', $3)`, id, id.String(), role)
	}
	const lock = `SELECT FROM users WHERE id = $1 FOR NO KEY UPDATE`
	tx, err := db.Pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	_, err = tx.Exec(t.Context(), lock, low)
	require.NoError(t, err)
	yes := true
	adjusted := make(chan error, 1)
	go func() {
		adjusted <- postgres.NewUsers(db).Adjust(t.Context(), low, user.Adjustment{Disabled: &yes}, event.Origin{})
	}()
	require.Eventually(t, func() bool {
		var waits int
		row(t, db, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`, nil, &waits)
		return waits > 0
	}, 10*time.Second, time.Millisecond)
	_, err = tx.Exec(t.Context(), lock+" NOWAIT", high)
	require.NoError(t, err, "who waits for the first holds none of those that come after it")
	require.NoError(t, tx.Rollback(t.Context()))
	require.NoError(t, <-adjusted)
}
