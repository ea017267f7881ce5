package postgres_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/fault"
	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/secret"
	"vestibule/backend/session"
	"vestibule/backend/user"
)

// tooLong is longer than the pool lets a statement take, and longer than it waits for an answer.
const tooLong = `6.5`

// crowd makes sessions beside one that is there, each used a second before the last.
func crowd(t *testing.T, db *postgres.DB, beside session.Session, n int) {
	t.Helper()
	_, err := unhurried(t, db).Exec(t.Context(), `INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at,
			idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		SELECT md5(n::text || sid) || md5(n::text), gen_random_uuid(), kind, user_id, client_id, remember, ip, user_agent, created_at,
			last_seen_at - make_interval(secs => n), idle_expires_at, absolute_expires_at, auth_time, amr, acr
		  FROM sessions, generate_series(1, $2::int) AS n WHERE sid = $1`, beside.SID, n)
	require.NoError(t, err)
}

func TestASignInEndsTheOldestOfTooManySessions(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	first, stranger := start(t, sessions, newUser(t, db)), start(t, sessions, newUser(t, db))
	crowd(t, db, stranger, 100)
	crowd(t, db, first, 149)
	listed, err := sessions.List(t.Context(), first.UserID)
	require.NoError(t, err)
	require.Len(t, listed, 100)

	made := start(t, sessions, first.UserID)
	var all []uuid.UUID
	row(t, db, `SELECT array_agg(sid ORDER BY last_seen_at DESC) FROM sessions WHERE user_id = $1`, []any{first.UserID}, &all)
	require.Len(t, all, 100)
	require.Equal(t, made.SID, all[0])
	for i, kept := range listed[:99] {
		require.Equal(t, kept.SID, all[i+1])
	}
	var suspicious, others int
	row(t, db, `SELECT count(*) FILTER (WHERE reason = 'suspicious'), count(*) FILTER (WHERE reason <> 'suspicious' OR user_id <> $1) FROM revocations`,
		[]any{first.UserID}, &suspicious, &others)
	require.Equal(t, 51, suspicious)
	require.Zero(t, others)
}

func TestSignInsAtOnceKeepToTheBoundOfSessions(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	first := start(t, sessions, newUser(t, db))
	crowd(t, db, first, 99)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { start(t, sessions, first.UserID) })
	}
	all.Wait()
	var n int
	row(t, db, `SELECT count(*) FROM sessions WHERE user_id = $1`, []any{first.UserID}, &n)
	require.Equal(t, 100, n)
}

func TestWhatEndsSessionsMayTakeLongerThanAnythingElse(t *testing.T) {
	t.Parallel()
	db := pgtest.Open(t)
	s, sessions := accounts(t, db, cheap), postgres.NewSessions(db)
	exec(t, db, `CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(`+tooLong+`); RETURN NULL; END $$`)
	exec(t, db, `CREATE TRIGGER slow AFTER DELETE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION slow()`) // also where there are none
	_, email := register(t, s)
	other := newUser(t, db)
	var all sync.WaitGroup
	var errs [2]error
	all.Go(func() { errs[0] = s.SetRole(t.Context(), email, user.RoleAdmin, event.Origin{}) })
	all.Go(func() {
		_, errs[1] = sessions.EndOthers(t.Context(), other, uuid.Nil, session.EndedByUser, event.Origin{})
	})
	_, cut := db.Pool.Exec(t.Context(), `SELECT pg_sleep(`+tooLong+`)`)
	require.Error(t, cut)
	all.Wait()
	require.NoError(t, errors.Join(errs[:]...))
}

func TestAMigrationMayTakeLongerThanAnythingElse(t *testing.T) {
	t.Parallel()
	at := pgtest.URL(t)
	db := pgtest.Connect(t, at)
	conn := postgres.Patient(db)
	defer func() { _ = conn.Close() }()
	var timeout string
	require.NoError(t, conn.QueryRowContext(t.Context(), `SHOW statement_timeout`).Scan(&timeout))
	require.Equal(t, "0", timeout)

	exec(t, db, `DROP SCHEMA public CASCADE`)
	exec(t, db, `CREATE SCHEMA public`)
	other, err := pgtest.Connect(t, at).Pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = other.Exec(t.Context(), `CREATE TABLE schema_migrations ()`) // which ours has to wait for
	require.NoError(t, err)
	go func() {
		time.Sleep(6500 * time.Millisecond) // as tooLong
		_ = other.Rollback(context.Background())
	}()
	applied, err := db.Migrate(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, applied)
}

func TestOfManySessionsThoseThatLiveAreToldInOneParameter(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	alive, over := start(t, sessions, newUser(t, db)), start(t, sessions, newUser(t, db))
	require.NoError(t, sessions.End(t.Context(), over.UserID, over.SID, session.EndedByUser, event.Origin{}))
	sids := []uuid.UUID{alive.SID, over.SID}
	for len(sids) < 70_000 {
		sids = append(sids, uuid.New())
	}
	living, err := sessions.Living(t.Context(), sids)
	require.NoError(t, err)
	require.Len(t, living, 1)
	require.Contains(t, living, alive.SID)
	reasons, err := sessions.Ended(t.Context(), sids)
	require.NoError(t, err)
	require.Equal(t, map[uuid.UUID]session.Reason{over.SID: session.EndedByUser}, reasons)
	living, err = sessions.Living(t.Context(), nil)
	require.NoError(t, err)
	require.Empty(t, living)
}

func TestTwoWhoEndTheSameSessionsTakeTurns(t *testing.T) {
	db := pgtest.Open(t)
	sessions, users := postgres.NewSessions(db), postgres.NewUsers(db)
	for range 20 {
		id := newUser(t, db)
		made := make([]session.Session, 30)
		for i := range made {
			made[i] = start(t, sessions, id)
		}
		var all sync.WaitGroup
		errs := make([]error, 5)
		all.Go(func() {
			errs[0] = users.ChangePassword(t.Context(), user.Change{UserID: id, SID: made[29].SID, CredentialVersion: 1,
				PasswordHash: "y", NewKey: secret.New().Hash()}, event.Origin{Actor: id})
		})
		all.Go(func() {
			_, errs[1] = sessions.EndOthers(t.Context(), id, made[0].SID, session.EndedByUser, event.Origin{Actor: id})
		})
		all.Go(func() {
			errs[2] = sessions.End(t.Context(), id, made[15].SID, session.EndedByUser, event.Origin{Actor: id})
		})
		all.Go(func() {
			_, errs[3] = sessions.Rotate(t.Context(), session.Rotation{OldKey: made[20].Key, NewKey: secret.New().Hash(),
				CredentialVersion: 1, Idle: time.Hour, Origin: event.Origin{Actor: id}})
		})
		all.Go(func() {
			_, errs[4] = sessions.Create(t.Context(), session.Creation{Key: secret.New().Hash(), SID: uuid.New(), UserID: id, CredentialVersion: 1,
				Replaces: made[10].Key, Limits: session.Limits{Idle: time.Hour, Absolute: time.Hour}})
		})
		all.Wait()
		for _, err := range errs { // the others may have been quicker
			require.Contains(t, []fault.Kind{fault.Unauthenticated, fault.NotFound}, kindOf(err), "%v", err)
		}
	}
}

func kindOf(err error) fault.Kind {
	if err == nil {
		return fault.NotFound
	}
	return fault.From(err).Kind
}

func TestWhoIsChosenToEndADeadlockIsAskedToComeBack(t *testing.T) {
	for _, state := range []string{"40P01", "40001"} {
		require.ErrorIs(t, postgres.Wrap(&pgconn.PgError{Code: state}), postgres.ErrUnavailable)
	}
	require.NotErrorIs(t, postgres.Wrap(&pgconn.PgError{Code: "42601"}), postgres.ErrUnavailable)
}

func TestWaitingForAConnectionOrASlowAnswerMovesNoClock(t *testing.T) {
	db, err := postgres.Open(t.Context(), pgtest.URL(t), 1)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	busy, err := db.Pool.Acquire(t.Context())
	require.NoError(t, err)
	time.AfterFunc(time.Second, busy.Release)
	clock, err := postgres.NewClock(t.Context(), db)
	require.NoError(t, err)
	require.Less(t, clock.Skew().Abs(), 250*time.Millisecond)

	exec(t, db, `CREATE SCHEMA slow`)
	exec(t, db, `CREATE FUNCTION slow.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
		$$ SELECT pg_catalog.clock_timestamp() FROM pg_sleep(0.6) $$`)
	exec(t, db, `SET search_path = slow, pg_catalog`)
	before := clock.Skew()
	require.NoError(t, postgres.Measure(clock, t.Context()))
	require.Equal(t, before, clock.Skew())
	exec(t, db, `RESET search_path`)
	require.NoError(t, postgres.Measure(clock, t.Context()))
	require.NotEqual(t, before, clock.Skew(), "a quick one counts again")
}

// failingOnce is a hearer whose first re-check fails.
type failingOnce struct{ rechecks atomic.Int32 }

func (*failingOnce) Ended(...session.Revocation)       {}
func (*failingOnce) Changed(secret.Sum, uuid.UUID)     {}
func (*failingOnce) KeysChanged(context.Context) error { return nil }

func (f *failingOnce) Recheck(context.Context) error {
	if f.rechecks.Add(1) == 1 {
		return errors.New("the database is busy")
	}
	return nil
}

func TestARecheckThatFailsIsMadeAgain(t *testing.T) {
	db := pgtest.Open(t)
	hearer := &failingOnce{}
	listener := postgres.NewListener(db, hearer, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { listener.Run(ctx) })
	defer running.Wait()
	defer stop()
	require.Eventually(t, func() bool { return hearer.rechecks.Load() == 2 && listener.Proven() }, 3*time.Second, time.Millisecond)
}
