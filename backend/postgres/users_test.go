package postgres_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/fault"
	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/secret"
	"vestibule/backend/session"
	"vestibule/backend/user"
)

const goodPassword = "a fine day for a walk"

// cheap keeps the tests quick; two slots, as on two cores.
var cheap = user.Hashing{MemoryKiB: 64, Iterations: 1, Parallelism: 1, Slots: 2, Queue: 200}

var limits = user.Limits{
	PairFree: 5, AddressFree: 50, AccountFree: 20, AccountStop: 100, RegistrationFree: 30,
	Window: 15 * time.Minute, First: 30 * time.Second, Most: 15 * time.Minute,
}

func accounts(t *testing.T, db *postgres.DB, hashing user.Hashing) *user.Service {
	t.Helper()
	hasher, err := user.NewHasher(hashing)
	require.NoError(t, err)
	return user.NewService(user.Config{Store: postgres.NewUsers(db), Attempts: postgres.NewAttempts(db), Hasher: hasher,
		Limits: limits, Registration: true})
}

func register(t *testing.T, s *user.Service) (user.User, string) {
	t.Helper()
	email := uuid.NewString() + "@example.com"
	made, err := s.Register(t.Context(), user.Registration{Email: email, Password: goodPassword, Name: "Somebody"}, from("127.0.1.1"))
	require.NoError(t, err)
	return made, email
}

func from(ip string) event.Origin { return event.Origin{IP: ip, RequestID: "r"} }

func TestAnAccountIsMadeOnceAndSignsInWithAnySpellingOfItsAddress(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	made, email := register(t, s)
	_, err := s.Register(t.Context(), user.Registration{Email: strings.ToUpper(email), Password: goodPassword, Name: "Another"}, from("127.0.1.2"))
	require.ErrorIs(t, err, user.ErrEmailTaken)

	found, err := s.Authenticate(t.Context(), strings.ToUpper(email), goodPassword, from("127.0.1.3"))
	require.NoError(t, err)
	require.Equal(t, made.ID, found.ID)

	var stored string
	row(t, db, `SELECT password_hash FROM users WHERE id = $1`, []any{made.ID}, &stored)
	require.True(t, strings.HasPrefix(stored, "$argon2id$v=19$m=64,t=1,p=1$"), stored)
}

func TestEveryThingWrongWithARegistrationIsSaidAtOnce(t *testing.T) {
	s := accounts(t, pgtest.Open(t), cheap)
	_, err := s.Register(t.Context(), user.Registration{Email: "x", Password: "short", Name: ""}, from("127.0.1.1"))
	var rules []string
	for _, field := range fault.From(err).Fields {
		rules = append(rules, field.Name+":"+field.Rule)
	}
	require.Equal(t, []string{"email:syntax", "name:required", "password:too_short"}, rules)
}

func TestAWrongPasswordAnUnknownAddressAndADisabledAccountAnswerAlike(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	_, email := register(t, s)
	_, disabled := register(t, s)
	require.NoError(t, s.SetDisabled(t.Context(), disabled, true, event.Origin{}))
	for reason, try := range map[string][2]string{
		"wrong_password":  {email, "a fine day for a swim"},
		"unknown_account": {"nobody@example.com", goodPassword},
		"disabled":        {disabled, goodPassword},
	} {
		_, err := s.Authenticate(t.Context(), try[0], try[1], from("127.0.1.9"))
		require.Equal(t, user.ErrInvalidCredentials, err)
		var n int
		row(t, db, `SELECT count(*) FROM events WHERE name = 'sign_in.failed' AND detail->>'reason' = $1`, []any{reason}, &n)
		require.Equal(t, 1, n, reason)
	}
	var leaked int
	row(t, db, `SELECT count(*) FROM events WHERE events::text LIKE '%nobody@example.com%'`, nil, &leaked)
	require.Zero(t, leaked)
}

func TestGuessingIsLimitedAcrossReplicasWithGrowingDelayAndASuccessForgives(t *testing.T) {
	at := pgtest.URL(t)
	db := pgtest.Connect(t, at)
	replicas := []*user.Service{accounts(t, db, cheap), accounts(t, pgtest.Connect(t, at), cheap)}
	_, email := register(t, replicas[0])
	for _, who := range []string{email, "nobody@example.com"} {
		for try := range 5 {
			_, err := replicas[try%2].Authenticate(t.Context(), who, "a fine day for a swim", from("127.0.2.1"))
			require.ErrorIs(t, err, user.ErrInvalidCredentials)
		}
		for _, replica := range replicas {
			_, err := replica.Authenticate(t.Context(), who, goodPassword, from("127.0.2.1"))
			require.ErrorIs(t, err, user.ErrRateLimited)
			require.InDelta(t, 30, fault.From(err).RetryAfter.Seconds(), 2)
		}
	}
	_, err := replicas[0].Authenticate(t.Context(), email, goodPassword, from("127.0.2.2"))
	require.NoError(t, err, "the rightful owner at another address is not kept out")

	exec(t, db, `UPDATE attempts SET blocked_until = now() - interval '1 second'`)
	_, err = replicas[0].Authenticate(t.Context(), "nobody@example.com", "a fine day for a swim", from("127.0.2.1"))
	require.ErrorIs(t, err, user.ErrInvalidCredentials)
	_, err = replicas[1].Authenticate(t.Context(), "nobody@example.com", "a fine day for a swim", from("127.0.2.1"))
	require.InDelta(t, 60, fault.From(err).RetryAfter.Seconds(), 2, "twice as long")

	exec(t, db, `UPDATE attempts SET blocked_until = now() - interval '1 second'`)
	_, err = replicas[0].Authenticate(t.Context(), email, goodPassword, from("127.0.2.1"))
	require.NoError(t, err)
	for range 4 {
		_, err = replicas[1].Authenticate(t.Context(), email, "a fine day for a swim", from("127.0.2.1"))
		require.ErrorIs(t, err, user.ErrInvalidCredentials, "a success starts the count anew")
	}
}

func TestAParallelFloodOfGuessesIsBoundedByTheSlots(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	_, email := register(t, s)
	var mu sync.Mutex
	guessed := 0
	var all sync.WaitGroup
	for range 60 {
		all.Go(func() {
			if _, err := s.Authenticate(t.Context(), email, "a fine day for a swim", from("127.0.3.1")); errors.Is(err, user.ErrInvalidCredentials) {
				mu.Lock()
				guessed++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	require.LessOrEqual(t, guessed, 5+cheap.Slots)
}

func TestAHundredFailuresInARowStopAnAccountUntilItIsUnlocked(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	_, email := register(t, s)
	_, err := s.Authenticate(t.Context(), email, "a fine day for a swim", from("127.0.4.1"))
	require.ErrorIs(t, err, user.ErrInvalidCredentials)
	exec(t, db, `UPDATE attempts SET failures = 99 WHERE key LIKE 'account:%'`)
	_, err = s.Authenticate(t.Context(), email, "a fine day for a swim", from("127.0.4.2"))
	require.ErrorIs(t, err, user.ErrInvalidCredentials)
	_, err = s.Authenticate(t.Context(), email, goodPassword, from("127.0.4.3"))
	require.ErrorIs(t, err, user.ErrRateLimited)
	require.Equal(t, time.Hour, fault.From(err).RetryAfter)
	require.NoError(t, s.Unlock(t.Context(), email, event.Origin{}))
	_, err = s.Authenticate(t.Context(), email, goodPassword, from("127.0.4.3"))
	require.NoError(t, err)
}

func TestAPasswordIsHashedAgainAtSignInWhenTheParametersRise(t *testing.T) {
	db := pgtest.Open(t)
	made, email := register(t, accounts(t, db, cheap))
	dearer := cheap
	dearer.Iterations = 2
	_, err := accounts(t, db, dearer).Authenticate(t.Context(), email, goodPassword, from("127.0.5.1"))
	require.NoError(t, err)
	var stored string
	row(t, db, `SELECT password_hash FROM users WHERE id = $1`, []any{made.ID}, &stored)
	require.Contains(t, stored, "t=2")
	_, err = accounts(t, db, cheap).Authenticate(t.Context(), email, goodPassword, from("127.0.5.1"))
	require.NoError(t, err)
	row(t, db, `SELECT password_hash FROM users WHERE id = $1`, []any{made.ID}, &stored)
	require.Contains(t, stored, "t=2", "never cheaper again")
}

func TestChangingThePasswordEndsTheOthersAndGivesThisSessionANewSecret(t *testing.T) {
	db := pgtest.Open(t)
	s, sessions := accounts(t, db, cheap), postgres.NewSessions(db)
	made, email := register(t, s)
	here, there := start(t, sessions, made.ID), start(t, sessions, made.ID)
	next := secret.New()
	change := user.PasswordChange{UserID: made.ID, SID: here.SID, Current: goodPassword, New: "another day for a walk", NewKey: next.Hash()}

	wrong := change
	wrong.Current = "a fine day for a swim"
	require.ErrorIs(t, s.ChangePassword(t.Context(), wrong, from("127.0.6.1")), user.ErrInvalidCredentials)
	weak := change
	weak.New = "passwordpassword"
	require.Equal(t, "common", fault.From(s.ChangePassword(t.Context(), weak, from("127.0.6.1"))).Fields[0].Rule)
	_, err := sessions.Find(t.Context(), session.Browser, there.Key)
	require.NoError(t, err, "a refused change ends nothing")

	require.NoError(t, s.ChangePassword(t.Context(), change, from("127.0.6.1")))
	for _, dead := range []string{here.Key, there.Key} {
		_, err = sessions.Find(t.Context(), session.Browser, dead)
		require.ErrorIs(t, err, session.ErrNotFound)
	}
	kept, err := sessions.Find(t.Context(), session.Browser, next.Hash())
	require.NoError(t, err)
	require.Equal(t, here.SID, kept.SID)
	reasons, err := sessions.Ended(t.Context(), []uuid.UUID{here.SID, there.SID})
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]session.Reason{there.SID: session.PasswordChanged}, reasons)
	_, err = s.Authenticate(t.Context(), email, goodPassword, from("127.0.6.2"))
	require.ErrorIs(t, err, user.ErrInvalidCredentials)

	change.Current, change.New, change.SID = "another day for a walk", "a third day for a walk", there.SID
	require.ErrorIs(t, s.ChangePassword(t.Context(), change, from("127.0.6.3")), user.ErrSessionEnded)
	_, err = s.Authenticate(t.Context(), email, "another day for a walk", from("127.0.6.3"))
	require.NoError(t, err, "and then nothing changes")
}

func TestASignInThatProvedAnOldPasswordMakesNoSession(t *testing.T) {
	db := pgtest.Open(t)
	s, sessions := accounts(t, db, cheap), postgres.NewSessions(db)
	made, email := register(t, s)
	here := start(t, sessions, made.ID)
	proved, err := s.Authenticate(t.Context(), email, goodPassword, from("127.0.7.1"))
	require.NoError(t, err)
	require.NoError(t, s.ChangePassword(t.Context(), user.PasswordChange{UserID: made.ID, SID: here.SID,
		Current: goodPassword, New: "another day for a walk", NewKey: secret.New().Hash()}, from("127.0.7.1")))
	service := session.NewService(session.Config{Store: sessions, Now: time.Now, Heard: func(context.Context) {},
		Policy: session.Policy{Normal: session.Limits{Idle: time.Hour, Absolute: time.Hour}}})
	_, _, err = service.Start(t.Context(), session.Login{UserID: proved.ID, CredentialVersion: proved.CredentialVersion})
	require.ErrorIs(t, err, session.ErrNotFound)
}

func TestTheLastAdministratorStaysOne(t *testing.T) {
	db := pgtest.Open(t)
	s := accounts(t, db, cheap)
	_, one := register(t, s)
	_, two := register(t, s)
	require.NoError(t, s.SetRole(t.Context(), one, user.RoleAdmin, event.Origin{}))
	require.ErrorIs(t, s.SetRole(t.Context(), one, user.RoleUser, event.Origin{}), user.ErrLastAdmin)
	require.ErrorIs(t, s.SetDisabled(t.Context(), one, true, event.Origin{}), user.ErrLastAdmin)
	require.NoError(t, s.SetRole(t.Context(), two, user.RoleAdmin, event.Origin{}))

	errs := make(chan error, 2) // each demotes the other at the same time
	for _, email := range []string{one, two} {
		go func() { errs <- s.SetRole(t.Context(), email, user.RoleUser, event.Origin{}) }()
	}
	first, second := <-errs, <-errs
	require.True(t, (first == nil) != (second == nil), "%v, %v", first, second)
	require.ErrorIs(t, errors.Join(first, second), user.ErrLastAdmin)
	require.ErrorIs(t, s.SetRole(t.Context(), "nobody@example.com", user.RoleUser, event.Origin{}), user.ErrNotFound)
}
