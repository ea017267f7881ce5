package postgres

import (
	"context"
	"fmt"
	"time"

	"vestibule/backend/sample"
)

// samplesLock lets one replica at a time count the sessions; any fixed number of ours.
const samplesLock = 0x73616d70

// Samples is the store of samples. It satisfies sample.Store.
type Samples struct{ db *DB }

var _ sample.Store = (*Samples)(nil)

// NewSamples makes the store.
func NewSamples(db *DB) *Samples { return &Samples{db} }

// Write implements sample.Store.
func (s *Samples) Write(ctx context.Context, one sample.Sample) error {
	_, err := s.db.Pool.Exec(ctx, `
		INSERT INTO samples (at, replica, sign_ins, sign_in_failures, exchanges, lookups_cache, lookups_database, lookups_refused, revocations, delay_p50, delay_p99)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, one.At, one.Replica, one.SignIns, one.SignInFailures, one.Exchanges, one.LookupsCache,
		one.LookupsDatabase, one.LookupsRefused, one.Revocations, inMilliseconds(one.DelayP50), inMilliseconds(one.DelayP99))
	if err != nil {
		return fmt.Errorf("write a sample: %w", wrap(err))
	}
	return nil
}

// countSessions counts only where nobody has, and nobody does. What takes a lock is computed once.
const countSessions = `WITH counted AS (
	  SELECT CASE WHEN pg_try_advisory_xact_lock($3) AND NOT EXISTS (SELECT FROM samples WHERE at = $1 AND sessions_browser IS NOT NULL)
	              THEN (SELECT ARRAY[count(*) FILTER (WHERE kind = 'browser'), count(*) FILTER (WHERE kind = 'client')] FROM sessions WHERE ` + live + `) END AS n)
	UPDATE samples SET sessions_browser = n[1], sessions_client = n[2] FROM counted WHERE at = $1 AND replica = $2 AND n IS NOT NULL`

// Count implements sample.Store.
func (s *Samples) Count(ctx context.Context, at time.Time, replica string) (counted bool, err error) {
	done, err := s.db.Pool.Exec(ctx, countSessions, at, replica, samplesLock)
	if err != nil {
		return false, fmt.Errorf("count the sessions of a step: %w", wrap(err))
	}
	return done.RowsAffected() > 0, nil
}

func inMilliseconds(d *time.Duration) *float64 {
	if d == nil {
		return nil
	}
	ms := float64(d.Microseconds()) / 1000
	return &ms
}

func fromMilliseconds(ms *float64) *time.Duration {
	if ms == nil {
		return nil
	}
	d := time.Duration(*ms * float64(time.Millisecond))
	return &d
}

type sumRow struct {
	At                                                                                             time.Time
	SessionsBrowser, SessionsClient                                                                *int64
	SignIns, SignInFailures, Exchanges, LookupsCache, LookupsDatabase, LookupsRefused, Revocations int64
	DelayP50, DelayP99                                                                             *float64
}

// Sums implements sample.Store.
func (s *Samples) Sums(ctx context.Context, since, until time.Time) ([]sample.Sum, error) {
	rows, err := listRows[sumRow](ctx, s.db, "sum up samples", `
		SELECT at, max(sessions_browser), max(sessions_client), sum(sign_ins)::bigint, sum(sign_in_failures)::bigint, sum(exchanges)::bigint,
		       sum(lookups_cache)::bigint, sum(lookups_database)::bigint, sum(lookups_refused)::bigint, sum(revocations)::bigint,
		       max(delay_p50), max(delay_p99)
		  FROM samples WHERE at > $1 AND at <= $2 GROUP BY at ORDER BY at`, []any{since, until})
	sums := make([]sample.Sum, len(rows))
	for i, r := range rows {
		sums[i] = sample.Sum{At: r.At, SessionsBrowser: r.SessionsBrowser, SessionsClient: r.SessionsClient, Counts: sample.Counts{
			SignIns: r.SignIns, SignInFailures: r.SignInFailures, Exchanges: r.Exchanges, LookupsCache: r.LookupsCache, LookupsDatabase: r.LookupsDatabase,
			LookupsRefused: r.LookupsRefused, Revocations: r.Revocations, DelayP50: fromMilliseconds(r.DelayP50), DelayP99: fromMilliseconds(r.DelayP99)}}
	}
	return sums, err
}

// Replicas implements sample.Store.
func (s *Samples) Replicas(ctx context.Context, since time.Time) ([]sample.Seen, error) {
	return listRows[sample.Seen](ctx, s.db, "list the replicas",
		`SELECT replica, max(at) FROM samples WHERE at > $1 GROUP BY replica ORDER BY replica`, []any{since})
}

// Totals implements sample.Store.
func (s *Samples) Totals(ctx context.Context) (all sample.Totals, err error) {
	err = s.db.Pool.QueryRow(ctx, `SELECT (SELECT count(*) FROM users), count(*) FILTER (WHERE kind = 'browser'), count(*) FILTER (WHERE kind = 'client')
		FROM sessions WHERE `+live).Scan(&all.Users, &all.SessionsBrowser, &all.SessionsClient)
	if err != nil {
		return all, fmt.Errorf("count users and sessions: %w", wrap(err))
	}
	all.Ended, err = listRows[sample.Ended](ctx, s.db, "count what was ended", `
		SELECT coalesce(detail->>'reason', ''), count(*) FROM events WHERE name = 'session.ended' AND at > now() - interval '24 hours'
		 GROUP BY 1 ORDER BY 2 DESC, 1`, nil)
	return all, err
}

// Sweep implements sample.Store.
func (s *Samples) Sweep(ctx context.Context) error {
	_, err := s.db.Pool.Exec(ctx, `DELETE FROM samples WHERE at < now() - make_interval(secs => $1)`, sample.Kept.Seconds())
	if err != nil {
		return fmt.Errorf("sweep samples: %w", wrap(err))
	}
	return nil
}
