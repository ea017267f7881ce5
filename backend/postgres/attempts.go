package postgres

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"vestibule/backend/event"
	"vestibule/backend/user"
)

// Attempts counts failures, for all replicas, by the database's clock. It satisfies user.Attempts.
type Attempts struct{ db *DB }

var _ user.Attempts = (*Attempts)(nil)

// NewAttempts makes the store.
func NewAttempts(db *DB) *Attempts { return &Attempts{db} }

// remaining is how many seconds a row still blocks. A stopped account says an hour. Before version 17,
// PostgreSQL can't subtract from what is infinite.
const remaining = `CASE blocked_until WHEN 'infinity' THEN 3600 WHEN '-infinity' THEN 0
	ELSE greatest(extract(epoch FROM blocked_until - clock_timestamp()), 0) END`

// Blocked says how long the longest of these limits still blocks.
func (a *Attempts) Blocked(ctx context.Context, limits []user.Limit) (time.Duration, error) {
	keys := make([]string, len(limits))
	for i, limit := range limits {
		keys[i] = limit.Key
	}
	var seconds float64
	err := a.db.gorm.WithContext(ctx).Raw(`SELECT coalesce(max(`+remaining+`), 0) FROM attempts WHERE key IN ?`, keys).Row().Scan(&seconds)
	if err != nil {
		return 0, fmt.Errorf("ask for the limits: %w", wrap(err))
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

// Fail counts one failure against each limit, in the order of their keys, so that two at once wait
// for each other instead of dying.
func (a *Attempts) Fail(ctx context.Context, limits []user.Limit, e event.Event) error {
	err := a.db.inTx(ctx, e.Origin, "", func(tx *gorm.DB) error {
		var longest float64
		for _, limit := range inOrder(limits) {
			seconds, err := fail(tx, limit)
			if err != nil {
				return err
			}
			longest = max(longest, seconds)
		}
		if e.Name == "" {
			return nil
		}
		if err := writeEvent(tx, e); err != nil || longest == 0 {
			return err
		}
		e.Name, e.Detail = event.SignInLimited, map[string]any{"seconds": int(longest)}
		return writeEvent(tx, e)
	})
	if err != nil {
		return fmt.Errorf("count a failure: %w", err)
	}
	return nil
}

func fail(tx *gorm.DB, limit user.Limit) (seconds float64, err error) {
	err = tx.Raw(`
		INSERT INTO attempts AS a (key, failures, blocked_until, last_at) VALUES (@key, 1, '-infinity', now())
		ON CONFLICT (key) DO UPDATE SET last_at = now(),
		   failures = CASE WHEN greatest(a.last_at, a.blocked_until) < now() - make_interval(secs => @window) THEN 1 ELSE a.failures + 1 END
		RETURNING failures`, map[string]any{"key": limit.Key, "window": limit.Window.Seconds()}).Row().Scan(&seconds)
	if err != nil {
		return 0, err
	}
	failures := int(seconds)
	if failures < limit.Free && (limit.Stop == 0 || failures < limit.Stop) {
		return 0, nil
	}
	err = tx.Raw(`
		UPDATE attempts SET blocked_until = CASE WHEN @stop > 0 AND failures >= @stop THEN 'infinity'
		         ELSE now() + make_interval(secs => least(@most, @first * power(2, least(failures - @free, 30)))) END
		 WHERE key = @key RETURNING `+remaining, map[string]any{
		"key": limit.Key, "stop": limit.Stop, "most": limit.Most.Seconds(), "first": limit.First.Seconds(), "free": limit.Free,
	}).Row().Scan(&seconds)
	return seconds, err
}

// Forgive takes one failure back, in the order of the keys.
func (a *Attempts) Forgive(ctx context.Context, limits []user.Limit) error {
	err := a.db.inTx(ctx, event.Origin{}, "", func(tx *gorm.DB) error {
		for _, limit := range inOrder(limits) {
			if err := tx.Exec(`UPDATE attempts SET failures = greatest(failures - 1, 0) WHERE key = ?`, limit.Key).Error; err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forgive an attempt: %w", err)
	}
	return nil
}

func inOrder(limits []user.Limit) []user.Limit {
	return slices.SortedFunc(slices.Values(limits), func(x, y user.Limit) int { return cmp.Compare(x.Key, y.Key) })
}

// Forget starts these counts anew.
func (a *Attempts) Forget(ctx context.Context, keys []string, e event.Event) error {
	err := a.db.inTx(ctx, e.Origin, "", func(tx *gorm.DB) error {
		if err := tx.Exec(`DELETE FROM attempts WHERE key IN ?`, keys).Error; err != nil || e.Name == "" {
			return err
		}
		return writeEvent(tx, e)
	})
	if err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	return nil
}

// Sweep deletes counts that can't matter any more: a day old, or, of all that fails at one account
// that is not stopped, ninety days. It counts them.
func (a *Attempts) Sweep(ctx context.Context) (int, error) {
	done := a.db.gorm.WithContext(ctx).Exec(`
		DELETE FROM attempts WHERE blocked_until < now()
		   AND last_at < now() - CASE WHEN key LIKE 'account:%' OR key LIKE 'proof:%' THEN interval '90 days' ELSE interval '1 day' END`)
	if done.Error != nil {
		return 0, fmt.Errorf("sweep attempts: %w", wrap(done.Error))
	}
	return int(done.RowsAffected), nil
}
