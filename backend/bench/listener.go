package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	cutsTried     = 20
	hangsTried    = 10
	hearsWithin   = 20 * time.Second
	steadyFor     = 1100 * time.Millisecond // after which the listener connects anew at once, not hesitantly
	proofEvery    = 200 * time.Millisecond  // of the listener's
	everyListener = `SELECT pid FROM pg_stat_activity WHERE application_name = 'vestibule listener' AND datname = current_database()`
)

// cut has the server end the connections that listen, of both replicas, right before the DELETE.
func (c control) cut(ctx context.Context) ([]finding, error) {
	found, err := c.faulty(ctx, cutsTried, true, func() (mend func(), err error) {
		_, err = c.conn.Exec(ctx, `SELECT pg_terminate_backend(pid) FROM (`+everyListener+`)`)
		return func() {}, err
	})
	return []finding{{
		fmt.Sprintf("the same with the listener's connection cut right before the DELETE, %d ends", cutsTried), percentiles(found), "most 250 ms",
	}}, err
}

// hung stops the server's processes that the listeners are connected to: their connections stay open,
// and nothing comes.
func (c control) hung(ctx context.Context) ([]finding, error) {
	row := finding{fmt.Sprintf("the same with the listener's connection hung (SIGSTOP to the server's end of it), %d ends", hangsTried), "", "most 1,000 ms"}
	if !c.db.embedded() {
		row.found = "not measured: the database server is not ours to stop"
		return []finding{row}, nil
	}
	found, err := c.faulty(ctx, hangsTried, false, func() (mend func(), err error) {
		pids, err := c.listeners(ctx)
		if err != nil {
			return nil, err
		}
		mend = func() {
			for _, pid := range pids {
				_ = syscall.Kill(pid, syscall.SIGCONT)
			}
		}
		for _, pid := range pids {
			if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
				mend()
				return nil, fmt.Errorf("stop the listener's end at the server, process %d: %w", pid, err)
			}
		}
		return mend, nil
	})
	row.found = percentiles(found)
	return []finding{row}, err
}

// faulty ends sessions one by one, each right after something happened to the listeners, and waits in
// between until they listen again, where the connections are lost on other ones.
func (c control) faulty(ctx context.Context, n int, lost bool, disturb func() (mend func(), err error)) ([]time.Duration, error) {
	var all []time.Duration
	for range n {
		before, err := c.listeners(ctx)
		if err != nil {
			return nil, err
		}
		if !lost {
			before = nil
		}
		mend := func() {}
		found, err := c.trials(ctx, 1, func() (err error) {
			mend, err = disturb()
			return err
		})
		if mend != nil {
			mend()
		}
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
		if err := c.hears(ctx, before); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (c control) listeners(ctx context.Context) ([]int, error) {
	rows, err := c.conn.Query(ctx, everyListener)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[int])
}

// hears waits until both replicas have listened for a while, on connections that they did not have before.
func (c control) hears(ctx context.Context, before []int) error {
	for deadline := time.Now().Add(hearsWithin); time.Now().Before(deadline); {
		now, err := c.listeners(ctx)
		if err != nil {
			return err
		}
		proven := 0.0
		for _, r := range []replica{c.first, c.second} {
			is, err := r.figure(ctx, "vestibule_listener_proven")
			if err != nil {
				return err
			}
			proven += is
		}
		anew := !slices.ContainsFunc(now, func(pid int) bool { return slices.Contains(before, pid) })
		if proven == 2 && anew && len(now) == 2 {
			return pause(ctx, steadyFor+rand.N(proofEvery)) //nolint:gosec // the next fault comes at any moment between two proofs
		}
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	return errors.New("the replicas do not listen again within " + hearsWithin.String())
}
