package postgres_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/secret"
	"vestibule/backend/session"
)

// hearing is a hearer that keeps what it is told.
type hearing struct {
	*postgres.Listener
	mu       sync.Mutex
	ended    [][]session.Revocation // by call
	changed  []secret.Sum
	rechecks int
	keys     int
}

func (h *hearing) Ended(all ...session.Revocation) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = append(h.ended, all)
}

func (h *hearing) Changed(key secret.Sum, _ uuid.UUID) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.changed = append(h.changed, key)
}

func (h *hearing) KeysChanged(context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys++
	return nil
}

func (h *hearing) Recheck(context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.rechecks++
	return nil
}

// sids gives those that ended, in the order in which that was told, and how many came at a time.
func (h *hearing) sids() (all []uuid.UUID, times []int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, some := range h.ended {
		if len(some) > 0 {
			times = append(times, len(some))
		}
		for _, one := range some {
			all = append(all, one.SID)
		}
	}
	return all, times
}

func (h *hearing) anew() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rechecks
}

// follow starts a listener, and waits until it is proven. It ends with the test, or by stop.
func follow(t *testing.T, db *postgres.DB) (h *hearing, stop func()) {
	t.Helper()
	h = &hearing{}
	h.Listener = postgres.NewListener(db, h, slog.New(slog.DiscardHandler))
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { h.Run(ctx) })
	stop = func() {
		cancel()
		running.Wait()
	}
	t.Cleanup(stop)
	require.Eventually(t, h.Proven, 10*time.Second, time.Millisecond)
	return h, stop
}

func TestEndsAreToldInTheOrderOfCommitsAlsoBehindManyAtOnce(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	many, last := start(t, sessions, newUser(t, db)), start(t, sessions, newUser(t, db))
	crowd(t, db, many, 150)
	h, _ := follow(t, db)
	tx, err := db.Pool.Begin(t.Context()) // of one transaction, so that all arrive together
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `DELETE FROM sessions WHERE user_id = $1`, many.UserID)
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `DELETE FROM sessions WHERE sid = $1`, last.SID)
	require.NoError(t, err)
	require.NoError(t, tx.Commit(t.Context()))
	h.Heard(t.Context())
	all, times := h.sids()
	require.Equal(t, []int{151, 1}, times)
	require.Equal(t, last.SID, all[151])
}

// Somebody else hurries the listener all the while, so that ends arrive together with its proofs.
func TestWhoHasWaitedHasHeardOfAllThatWasCommittedBefore(t *testing.T) {
	db := pgtest.Open(t)
	made := start(t, postgres.NewSessions(db), newUser(t, db))
	crowd(t, db, made, 200)
	var sids []uuid.UUID
	row(t, db, `SELECT array_agg(sid) FROM sessions`, nil, &sids)
	h, _ := follow(t, db)
	ctx, stop := context.WithCancel(t.Context())
	var hurrying sync.WaitGroup
	defer hurrying.Wait()
	defer stop()
	hurrying.Go(func() {
		for ctx.Err() == nil {
			h.Heard(ctx)
		}
	})
	for _, sid := range sids {
		exec(t, db, `DELETE FROM sessions WHERE sid = $1`, sid)
		h.Heard(t.Context())
		if !h.Proven() {
			continue // it did not wait: nothing that is remembered counts
		}
		all, _ := h.sids()
		require.Contains(t, all, sid)
	}
}

// An operator's session has settings of its own: one that Go's clock can't read must not hide an end.
func TestANotificationThatCanNotBeReadIsNoReasonToMissAnEnd(t *testing.T) {
	db := pgtest.Open(t)
	made := start(t, postgres.NewSessions(db), newUser(t, db))
	h, _ := follow(t, db)
	before := h.anew()
	conn, err := db.Pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	_, err = conn.Exec(t.Context(), `SET timezone = '-7.5042'`)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), `DELETE FROM sessions WHERE sid = $1`, made.SID)
	require.NoError(t, err)
	h.Heard(t.Context())
	_, err = conn.Exec(t.Context(), `RESET timezone`)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		all, _ := h.sids()
		return slices.Contains(all, made.SID) && h.Proven()
	}, 10*time.Second, time.Millisecond)

	for _, payload := range []string{`NOTIFY vestibule`, `NOTIFY vestibule, '{"ended": 1}'`, `NOTIFY vestibule, '{"changed": "short"}'`} {
		before = h.anew()
		exec(t, db, payload)
		require.Eventually(t, func() bool { return h.anew() > before && h.Proven() }, 10*time.Second, time.Millisecond, payload)
	}
}

func TestWhoWasToldNotToWaitIsNotBetrayedByAProofThatBeganBefore(t *testing.T) {
	l := postgres.NewListener(nil, nil, slog.New(slog.DiscardHandler)) // it never runs: nothing is proven
	sent := l.Age()
	require.Eventually(t, func() bool { return l.Age() > sent }, time.Second, time.Microsecond)
	l.Heard(t.Context()) // returns: from now on the database is asked
	require.False(t, l.Proven())
	postgres.Prove(l, sent)
	require.False(t, l.Proven(), "it says nothing of what was committed since")
	postgres.Prove(l, l.Age())
	require.True(t, l.Proven())
}

func TestWhoWaitsToHaveHeardWaitsNoLongerThanAProofCounts(t *testing.T) {
	for _, end := range []struct {
		name string
		when func(l *postgres.Listener, cancel func())
		most time.Duration
	}{
		{"no proof comes", func(*postgres.Listener, func()) {}, 2 * postgres.ProvenFor},
		{"it is cancelled", func(_ *postgres.Listener, cancel func()) { cancel() }, postgres.ProvenFor / 2},
		{"the connection is lost", func(l *postgres.Listener, _ func()) { postgres.Prove(l, 0) }, postgres.ProvenFor / 2},
		{"a proof comes", func(l *postgres.Listener, _ func()) { postgres.Prove(l, l.Age()) }, postgres.ProvenFor / 2},
	} {
		l := postgres.NewListener(nil, nil, slog.New(slog.DiscardHandler)) // it never runs
		postgres.Prove(l, max(l.Age(), 1))
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		time.AfterFunc(50*time.Millisecond, func() { end.when(l, cancel) })
		l.Heard(ctx)
		require.Greater(t, time.Since(began), 40*time.Millisecond, "%s: it did not wait", end.name)
		require.Less(t, time.Since(began), end.most, end.name)
		cancel()
	}
}

func TestAListenerThatStopsLeavesNoConnectionAndNobodyWaiting(t *testing.T) {
	db := pgtest.Open(t)
	h, stop := follow(t, db)
	listening := func() (n int) {
		row(t, db, `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'vestibule listener' AND datname = current_database()`, nil, &n)
		return n
	}
	for range 3 { // whose connection is cut, again and again
		before := h.anew()
		exec(t, db, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vestibule listener' AND datname = current_database()`)
		require.Eventually(t, func() bool { return h.anew() > before && h.Proven() }, 10*time.Second, time.Millisecond)
		require.Eventually(t, func() bool { return listening() == 1 }, 10*time.Second, time.Millisecond)
	}
	var waiting sync.WaitGroup
	for range 50 {
		waiting.Go(func() { h.Heard(context.Background()) })
	}
	stop()
	require.False(t, h.Proven())
	waiting.Wait()
	require.Eventually(t, func() bool { return listening() == 0 }, 10*time.Second, time.Millisecond)
}

func TestAConnectionThatDoesNotListenProvesNothing(t *testing.T) {
	db := pgtest.Open(t)
	// As behind a pooler in transaction mode, where LISTEN went to another connection than the next query.
	exec(t, db, `CREATE SCHEMA pooled`)
	exec(t, db, `CREATE FUNCTION pooled.pg_listening_channels() RETURNS SETOF text LANGUAGE sql AS $$ SELECT NULL::text WHERE false $$`)
	exec(t, db, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = pooled, pg_catalog, public', current_database()); END $$`)
	h := &hearing{}
	h.Listener = postgres.NewListener(db, h, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { h.Run(ctx) })
	defer running.Wait()
	defer stop()
	for tries := 1; tries <= 3; tries++ {
		require.Eventually(t, func() bool { return h.anew() >= tries }, 10*time.Second, time.Millisecond)
		require.False(t, h.Proven())
	}
}

// The database's own limit for a statement is five seconds, and this takes a thirtieth of it; a trigger that
// compares each ended session with each, as its plan for one may, takes twice as long as the limit.
func TestTenThousandEndsAreQuickAlsoOnAConnectionThatHasEndedOne(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	one, rest := start(t, sessions, newUser(t, db)), start(t, sessions, newUser(t, db))
	crowd(t, db, rest, 10_000)
	conn, err := db.Pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	_, err = conn.Exec(t.Context(), `DELETE FROM sessions WHERE sid = $1`, one.SID)
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), `DELETE FROM sessions`)
	require.NoError(t, err)
	var noted, told int
	row(t, db, `SELECT (SELECT count(*) FROM revocations), (SELECT count(*) FROM events WHERE name = 'session.ended')`, nil, &noted, &told)
	require.Equal(t, [2]int{10_002, 10_002}, [2]int{noted, told})
}
