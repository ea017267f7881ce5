package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// statements counts those of the database while wrk asks for nothing but what is remembered: all of both
// replicas' own, their listeners' proofs included.
func (c control) statements(ctx context.Context) ([]finding, error) {
	url := c.first.orders()
	if _, err := c.wrk.run(ctx, url, answerSize, c.warmUp, false); err != nil {
		return nil, err
	}
	count, how := c.transactions, "transactions in the database's statistics, which know nothing of those that read no table,"
	if c.db.embedded() {
		count, how = c.logged, "statements in the database's log"
		if err := c.log(ctx, `ALTER SYSTEM SET log_statement = 'all'`); err != nil {
			return nil, err
		}
		defer func() { _ = c.log(context.WithoutCancel(ctx), `ALTER SYSTEM RESET log_statement`) }()
	}
	before, err := count(ctx)
	if err != nil {
		return nil, err
	}
	l, err := c.wrk.run(ctx, url, answerSize, c.duration, false)
	if err != nil {
		return nil, err
	}
	after, err := count(ctx)
	return []finding{{
		fmt.Sprintf("%s for 1,000 requests of remembered sessions, all of two replicas' own included (%d in %s)", how, after-before, c.duration),
		decimals(float64(after-before)*1000/float64(l.Requests), 2), "5 at most",
	}}, err
}

// log changes what the server logs, and waits until its processes know.
func (c control) log(ctx context.Context, change string) error {
	for _, step := range []string{change, `SELECT pg_reload_conf()`} {
		if _, err := c.conn.Exec(ctx, step); err != nil {
			return err
		}
	}
	return pause(ctx, time.Second/2)
}

// logged counts the statements in the log of the embedded server.
func (c control) logged(context.Context) (int64, error) {
	files, err := filepath.Glob(filepath.Join(c.dir, "postgres", "postgres-*.log"))
	if err != nil || len(files) != 1 {
		return 0, errors.Join(errors.New("the database's log is not where it was"), err)
	}
	text, err := os.ReadFile(files[0])
	return int64(bytes.Count(text, []byte(" LOG:  statement: ")) + bytes.Count(text, []byte(" LOG:  execute "))), err
}

const statsWithin = 2 * time.Second // for PostgreSQL's own counters, which lag by a second

func (c control) transactions(ctx context.Context) (n int64, err error) {
	if err := pause(ctx, statsWithin); err != nil {
		return 0, err
	}
	err = c.conn.QueryRow(ctx, `SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()`).Scan(&n)
	return n, err
}
