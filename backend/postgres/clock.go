package postgres

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

const clockEvery = 10 * time.Second

// MaxSkew is how far a replica's own clock may be from the database's before it is not ready.
const MaxSkew = 2 * time.Second

// Clock is the database's clock, as well as this replica knows it: its own, corrected by the
// difference last measured. Safe for concurrent use.
type Clock struct {
	db   *DB
	skew atomic.Int64 // nanoseconds to add to our own clock
}

// NewClock measures once, and fails when the database can't be asked.
func NewClock(ctx context.Context, db *DB) (*Clock, error) {
	c := &Clock{db: db}
	return c, c.measure(ctx)
}

// Now is the database's time.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Skew()) }

// Skew is how far the database's clock is ahead of ours.
func (c *Clock) Skew() time.Duration { return time.Duration(c.skew.Load()) }

// Run keeps measuring until ctx is done. While the database can't be asked, the last figure stands.
func (c *Clock) Run(ctx context.Context) {
	ticker := time.NewTicker(clockEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			_ = c.measure(ctx)
		case <-ctx.Done():
			return
		}
	}
}

// measure takes the middle of the round trip for the moment at which the database looked.
func (c *Clock) measure(ctx context.Context) error {
	var theirs time.Time
	before := time.Now()
	if err := c.db.Pool.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&theirs); err != nil {
		return fmt.Errorf("ask the database for the time: %w", wrap(err))
	}
	trip := time.Since(before)
	c.skew.Store(int64(theirs.Sub(before.Add(trip / 2))))
	return nil
}
