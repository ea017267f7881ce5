package postgres

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	clockEvery = 10 * time.Second
	tripMost   = 500 * time.Millisecond // a measurement that took longer says too little
)

// MaxSkew is how far a replica's own clock may be from the database's before it is not ready.
const MaxSkew = 2 * time.Second

// Clock is the database's clock, as well as this replica knows it: its own, corrected by the
// difference last measured. Safe for concurrent use.
type Clock struct {
	db   *DB
	skew atomic.Pointer[time.Duration] // to add to our own clock; nil before the first measurement
}

// NewClock measures once, and fails when the database can't be asked.
func NewClock(ctx context.Context, db *DB) (*Clock, error) {
	c := &Clock{db: db}
	return c, c.measure(ctx)
}

// Now is the database's time.
func (c *Clock) Now() time.Time { return time.Now().Add(c.Skew()) }

// Skew is how far the database's clock is ahead of ours.
func (c *Clock) Skew() time.Duration {
	if skew := c.skew.Load(); skew != nil {
		return *skew
	}
	return 0
}

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

// measure takes the middle of the round trip for the moment at which the database looked: one trip,
// without the wait for a connection and without preparing. A slow one counts only where there is no
// figure yet: a rough one is better than none.
func (c *Clock) measure(ctx context.Context) error {
	conn, err := c.db.Pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("ask the database for the time: %w", wrap(err))
	}
	defer conn.Release()
	var theirs time.Time
	before := time.Now()
	if err := conn.QueryRow(ctx, `SELECT clock_timestamp()`, pgx.QueryExecModeSimpleProtocol).Scan(&theirs); err != nil {
		return fmt.Errorf("ask the database for the time: %w", wrap(err))
	}
	trip := time.Since(before)
	if trip > tripMost && c.skew.Load() != nil {
		return nil
	}
	skew := theirs.Sub(before.Add(trip / 2))
	c.skew.Store(&skew)
	return nil
}
