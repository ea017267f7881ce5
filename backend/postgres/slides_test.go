package postgres_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/session"
)

// many makes n sessions of one user, last used an hour ago, and gives what writes the uses of all.
func many(t *testing.T, db *postgres.DB, n int) []session.Slide {
	t.Helper()
	made := start(t, postgres.NewSessions(db), newUser(t, db))
	crowd(t, db, made, n-1)
	exec(t, db, `UPDATE sessions SET last_seen_at = now() - interval '1 hour'`)
	var keys []string
	row(t, db, `SELECT array_agg(k ORDER BY k) FROM sessions`, nil, &keys)
	require.Len(t, keys, n)
	slides := make([]session.Slide, n)
	for i, key := range keys {
		slides[i] = session.Slide{Key: key, Idle: 2 * time.Hour, Step: time.Minute}
	}
	return slides
}

func TestAThousandUsesAreOneStatementThatNotifiesNobody(t *testing.T) {
	db := pgtest.Open(t)
	slides := many(t, db, 1000)
	heard := listen(t, db)
	began := time.Now()
	slid, err := postgres.NewSessions(db).Slide(t.Context(), slides)
	t.Logf("1,000 uses were written in %s", time.Since(began))
	require.NoError(t, err)
	require.Len(t, slid, 1000)
	var moved, transactions int
	row(t, db, `SELECT count(*) FILTER (WHERE idle_expires_at = last_seen_at + interval '2 hours' AND last_seen_at > now() - interval '1 minute'), count(DISTINCT xmin::text) FROM sessions`,
		nil, &moved, &transactions)
	require.Equal(t, [2]int{1000, 1}, [2]int{moved, transactions})
	exec(t, db, `NOTIFY vestibule, 'last'`)
	require.Equal(t, "last", next(t, heard))

	again, err := postgres.NewSessions(db).Slide(t.Context(), slides)
	require.NoError(t, err)
	require.ElementsMatch(t, slid, again, "less than a step later nothing is written, and the limits are told")
}

// What a slide writes is in no index, or each would write to all of them, and to the log of the database
// several times as much. Only due is, which changes once in a quarter of an hour.
func TestASlideLeavesTheIndexesAlone(t *testing.T) {
	db := pgtest.Open(t)
	var indexed []string
	row(t, db, `SELECT array_agg(DISTINCT attname::text ORDER BY attname::text) FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
		WHERE indrelid = 'sessions'::regclass`, nil, &indexed)
	require.Equal(t, []string{"created_at", "due", "k", "kind", "sid", "user_agent", "user_id"}, indexed, "and ip, in an expression")

	made := start(t, postgres.NewSessions(db), newUser(t, db))
	slide := `UPDATE sessions SET idle_expires_at = to_timestamp($2) WHERE sid = $1`
	quarter := time.Now().Add(30 * time.Minute).Truncate(15 * time.Minute).Unix()
	for _, limit := range []struct{ at, due int64 }{{quarter, quarter}, {quarter + 1, quarter + 900}, {quarter + 900, quarter + 900}} {
		var e, due int64
		row(t, db, slide+` RETURNING e, due`, []any{made.SID, limit.at}, &e, &due)
		require.Equal(t, limit.at, e)
		require.Equal(t, limit.due, due)
	}
}

// A plan that reads the whole table is right for a small one: these must not, in a large one either.
func TestWhatRunsAllTheTimeReadsNoTableWhole(t *testing.T) {
	db := pgtest.Open(t)
	crowd(t, db, start(t, postgres.NewSessions(db), newUser(t, db)), 12_000)
	exec(t, db, `ANALYSE sessions`)
	keys, numbers := make([]string, 1000), make([]float64, 1000)
	for i := range keys {
		keys[i] = strconv.Itoa(i)
	}
	for sql, args := range map[string][]any{
		strings.ReplaceAll(postgres.SweepSessions, "?", "5000"): nil,
		postgres.WriteSlides: {keys, numbers, numbers},
	} {
		rows, err := db.Pool.Query(t.Context(), `EXPLAIN `+sql, args...)
		require.NoError(t, err)
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		require.Contains(t, strings.Join(plan, "\n"), "Index Scan on sessions_")
		require.NotContains(t, strings.Join(plan, "\n"), "Seq Scan")
	}
}

func TestASessionThatSomebodyElseWritesIsPassedOverAndNotWaitedFor(t *testing.T) {
	db := pgtest.Open(t)
	slides := many(t, db, 1000)
	tx, err := db.Pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	_, err = tx.Exec(t.Context(), `UPDATE sessions SET ip = 'x' WHERE k = ANY($1)`, []string{slides[0].Key, slides[500].Key})
	require.NoError(t, err)

	soon, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	slid, err := postgres.NewSessions(db).Slide(soon, slides)
	require.NoError(t, err)
	require.Len(t, slid, 1000, "the limits of all that live are told")
	var late []string
	row(t, db, `SELECT array_agg(k ORDER BY k) FROM sessions WHERE last_seen_at < now() - interval '30 minutes'`, nil, &late)
	require.Equal(t, []string{slides[0].Key, slides[500].Key}, late)
	require.NoError(t, tx.Rollback(t.Context()))

	slid, err = postgres.NewSessions(db).Slide(t.Context(), slides)
	require.NoError(t, err)
	require.Len(t, slid, 1000)
	var left int
	row(t, db, `SELECT count(*) FROM sessions WHERE last_seen_at < now() - interval '30 minutes'`, nil, &left)
	require.Zero(t, left)
}

// Two batches in opposite orders, and ends, all at once: none waits for another in a circle.
func TestBatchesOfSeveralReplicasAndEndsNeverBlockEachOther(t *testing.T) {
	at := pgtest.URL(t)
	first := pgtest.Connect(t, at)
	slides := many(t, first, 1000)
	backwards := slices.Clone(slides)
	slices.Reverse(backwards)
	for i := range slides {
		slides[i].Step, backwards[i].Step = 0, 0 // each writes all
	}
	var all sync.WaitGroup
	failed := make(chan error, 100)
	for i, batch := range [][]session.Slide{slides, backwards, slides, backwards} {
		sessions := postgres.NewSessions(pgtest.Connect(t, at))
		all.Go(func() {
			for range 10 {
				if _, err := sessions.Slide(context.Background(), batch); err != nil {
					failed <- err
				}
			}
		})
		if i%2 == 1 {
			continue
		}
		all.Go(func() {
			for j := range 10 {
				if _, err := first.Pool.Exec(context.Background(), `DELETE FROM sessions WHERE k = $1`, slides[100*j+i].Key); err != nil {
					failed <- err
				}
			}
		})
	}
	all.Wait()
	close(failed)
	for err := range failed {
		require.NoError(t, err)
	}
	var left, deadlocks int
	row(t, first, `SELECT count(*) FROM sessions`, nil, &left)
	require.Equal(t, 980, left, "none came back")
	row(t, first, `SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()`, nil, &deadlocks)
	require.Zero(t, deadlocks)
}

func TestARevocationIsKeptForItsFullTimeFromWhenOthersCouldSeeIt(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	slow, old := start(t, sessions, newUser(t, db)), start(t, sessions, newUser(t, db))
	exec(t, db, `DELETE FROM sessions WHERE sid = ANY($1)`, []uuid.UUID{slow.SID, old.SID})
	// One transaction was open for an hour after it had ended its session; the other end was seen that long ago.
	exec(t, db, `UPDATE revocations SET ended_at = now() - interval '1 hour', visible_at = CASE sid WHEN $1 THEN NULL ELSE now() - interval '1 hour' END`, slow.SID)
	kept := func() (n int) {
		row(t, db, `SELECT count(*) FROM revocations WHERE sid = $1`, []any{slow.SID}, &n)
		return n
	}
	h, stop := follow(t, db)
	all, _ := h.sids()
	require.Contains(t, all, slow.SID, "who starts meanwhile hears of it")
	stop()
	for range 3 {
		require.NoError(t, sessions.SweepRevocations(t.Context()))
		require.Equal(t, 1, kept())
	}
	var gone int
	row(t, db, `SELECT count(*) FROM revocations WHERE sid = $1`, []any{old.SID}, &gone)
	require.Zero(t, gone)

	exec(t, db, `UPDATE revocations SET visible_at = visible_at - make_interval(secs => $1)`, (session.RevocationsKept - time.Minute).Seconds())
	require.NoError(t, sessions.SweepRevocations(t.Context()))
	require.Equal(t, 1, kept())
	exec(t, db, `UPDATE revocations SET visible_at = visible_at - interval '1 minute'`)
	require.NoError(t, sessions.SweepRevocations(t.Context()))
	require.Zero(t, kept())
}

// An end that was noted before the listener lost its connection, and committed while nobody listened.
func TestAnEndOfATransactionThatWasOpenForLongIsHeardByWhoReconnects(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	made := start(t, sessions, newUser(t, db))
	h, _ := follow(t, db)
	tx, err := db.Pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	_, err = tx.Exec(t.Context(), `DELETE FROM sessions WHERE sid = $1`, made.SID)
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `UPDATE revocations SET ended_at = now() - interval '1 hour'`)
	require.NoError(t, err)
	require.NoError(t, sessions.SweepRevocations(t.Context())) // it sees nothing yet
	before := h.anew()
	_, err = tx.Conn().PgConn().Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE application_name = 'vestibule listener' AND datname = current_database(); COMMIT`).ReadAll() // in one message: sooner than it is back
	require.NoError(t, err)
	require.Eventually(t, func() bool { return h.anew() > before && h.Proven() }, 10*time.Second, time.Millisecond)
	h.Heard(t.Context()) // where the machine is so slow that it was back before the commit
	all, _ := h.sids()
	require.Contains(t, all, made.SID)
}

func TestTheSweeperOfRevocationsDoesNotWaitForAnother(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	held, free := start(t, sessions, newUser(t, db)), start(t, sessions, newUser(t, db))
	exec(t, db, `DELETE FROM sessions`)
	tx, err := db.Pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(context.WithoutCancel(t.Context())) }()
	_, err = tx.Exec(t.Context(), `UPDATE revocations SET visible_at = now() WHERE sid = $1`, held.SID)
	require.NoError(t, err)
	soon, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	require.NoError(t, sessions.SweepRevocations(soon))
	var noted bool
	row(t, db, `SELECT visible_at IS NOT NULL FROM revocations WHERE sid = $1`, []any{free.SID}, &noted)
	require.True(t, noted)
}
