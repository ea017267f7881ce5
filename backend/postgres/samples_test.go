package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/sample"
)

func TestWhatReplicasNoteOfAStepIsSummedUpAndItsDelaysAreTheWorst(t *testing.T) {
	db := pgtest.Open(t)
	store := postgres.NewSamples(db)
	at := time.Now().Add(-time.Minute).Round(sample.Step)
	ms := func(n int) *time.Duration { d := time.Duration(n) * time.Millisecond; return &d }
	for _, one := range []sample.Sample{
		{At: at, Replica: "a", Counts: sample.Counts{SignIns: 1, SignInFailures: 2, Exchanges: 3, LookupsCache: 4, LookupsDatabase: 5, LookupsRefused: 6, Revocations: 7, DelayP50: ms(3), DelayP99: ms(90)}},
		{At: at, Replica: "b", Counts: sample.Counts{SignIns: 10, SignInFailures: 20, Exchanges: 30, LookupsCache: 40, LookupsDatabase: 50, LookupsRefused: 60, Revocations: 70, DelayP50: ms(5), DelayP99: ms(80)}},
		{At: at, Replica: "c"}, {At: at.Add(sample.Step), Replica: "a"},
	} {
		require.NoError(t, store.Write(t.Context(), one))
	}
	sums, err := store.Sums(t.Context(), at.Add(-sample.Step), at.Add(time.Minute))
	require.NoError(t, err)
	require.Len(t, sums, 2)
	require.Equal(t, sample.Counts{SignIns: 11, SignInFailures: 22, Exchanges: 33, LookupsCache: 44, LookupsDatabase: 55, LookupsRefused: 66, Revocations: 77, DelayP50: ms(5), DelayP99: ms(90)}, sums[0].Counts)
	require.Equal(t, []any{at.UTC(), (*int64)(nil), sample.Counts{}}, []any{sums[0].At.UTC(), sums[0].SessionsBrowser, sums[1].Counts})
	sums, err = store.Sums(t.Context(), at, at.Add(time.Minute))
	require.NoError(t, err)
	require.Len(t, sums, 1, "since is not included")
	sums, err = store.Sums(t.Context(), at.Add(-sample.Step), at)
	require.NoError(t, err)
	require.Len(t, sums, 1, "until is")
	seen, err := store.Replicas(t.Context(), at.Add(-time.Second))
	require.NoError(t, err)
	require.Len(t, seen, 3)
	require.Equal(t, at.Add(sample.Step).UTC(), seen[0].At.UTC())
}

func TestTheSessionsOfAStepAreCountedByOneReplica(t *testing.T) {
	db := pgtest.Open(t)
	store, sessions := postgres.NewSamples(db), postgres.NewSessions(db)
	made := start(t, sessions, newUser(t, db))
	crowd(t, db, made, 4)
	exec(t, db, `UPDATE sessions SET kind = 'client' WHERE sid IN (SELECT sid FROM sessions LIMIT 2)`)
	exec(t, db, `UPDATE sessions SET idle_expires_at = now() WHERE sid IN (SELECT sid FROM sessions WHERE kind = 'browser' LIMIT 1)`)
	at := time.Now().Add(-time.Minute).Round(sample.Step)
	for i, want := range []bool{true, false, false} {
		replica := string(rune('a' + i))
		require.NoError(t, store.Write(t.Context(), sample.Sample{At: at, Replica: replica}))
		counted, err := store.Count(t.Context(), at, replica)
		require.NoError(t, err)
		require.Equal(t, want, counted)
	}
	sums, err := store.Sums(t.Context(), at.Add(-sample.Step), at)
	require.NoError(t, err)
	require.EqualValues(t, 2, *sums[0].SessionsBrowser)
	require.EqualValues(t, 2, *sums[0].SessionsClient)

	tx, err := db.Pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	_, err = tx.Exec(t.Context(), `SELECT pg_advisory_xact_lock($1)`, postgres.SamplesLock)
	require.NoError(t, err)
	require.NoError(t, store.Write(t.Context(), sample.Sample{At: at.Add(sample.Step), Replica: "a"}))
	counted, err := store.Count(t.Context(), at.Add(sample.Step), "a")
	require.NoError(t, err)
	require.False(t, counted, "another one is counting, and is not waited for")
}

func TestSamplesAreKeptForAnHour(t *testing.T) {
	db := pgtest.Open(t)
	store := postgres.NewSamples(db)
	for _, age := range []time.Duration{59 * time.Minute, 61 * time.Minute} {
		require.NoError(t, store.Write(t.Context(), sample.Sample{At: time.Now().Add(-age), Replica: "a"}))
	}
	require.NoError(t, store.Sweep(t.Context()))
	var n int
	row(t, db, `SELECT count(*) FROM samples WHERE at > now() - interval '1 hour'`, nil, &n)
	require.Equal(t, 1, n)
	row(t, db, `SELECT count(*) FROM samples`, nil, &n)
	require.Equal(t, 1, n)
	var kind string
	row(t, db, `SELECT relpersistence::text FROM pg_class WHERE oid = 'samples'::regclass`, nil, &kind)
	require.Equal(t, "u", kind, "what no one misses is not in the log of the database")
}
