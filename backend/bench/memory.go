package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	remembered = 100_000 // sessions whose memory is measured
	fillTimes  = 12      // until all are remembered at the same time: what is not used for long is forgotten
	fillFor    = 8 * time.Second
)

// memory has very many sessions remembered, with a token each, by a replica that did nothing else but
// warm up, and ends with the measurement.
func (c control) memory(ctx context.Context) ([]finding, error) {
	config := *c.config
	third, err := c.startReplica(ctx, "third", &config)
	if err != nil {
		return nil, err
	}
	defer c.retire(third.process)
	if _, err := c.wrk.run(ctx, third.orders(), answerSize, c.warmUp, false); err != nil {
		return nil, err
	}
	before, err := resident(third.pid)
	if err != nil {
		return nil, err
	}
	began, err := third.figure(ctx, "vestibule_sessions_cached")
	if err != nil {
		return nil, err
	}
	cookies, err := c.db.fill(ctx, remembered)
	if err != nil {
		return nil, err
	}
	wrk, err := c.wrk.with(c.dir, "cookies-memory", cookies)
	if err != nil {
		return nil, err
	}
	cached := began
	for try := 0; try < fillTimes && cached < remembered; try++ {
		if _, err := wrk.run(ctx, third.orders(), answerSize, fillFor, false); err != nil {
			return nil, err
		}
		if cached, err = third.figure(ctx, "vestibule_sessions_cached"); err != nil {
			return nil, err
		}
	}
	after, err := resident(third.pid)
	if err != nil || before == 0 {
		return nil, err
	}
	each := float64(after-before) / (cached - began) * remembered / (1 << 20)
	return []finding{{
		fmt.Sprintf("resident memory per 100,000 remembered sessions with a token each (%s were), of a replica of its own", thousands(cached)),
		fmt.Sprintf("%s MiB, from %d to %d MiB in all", decimals(each, 0), before>>20, after>>20), "90 MB at most",
	}}, nil
}

// resident is the memory that a process has, in bytes; 0 where the system does not tell.
func resident(pid int) (int64, error) {
	if !measuresCPU {
		return 0, nil
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if value, is := strings.CutPrefix(line, "VmRSS:"); is {
			kilobytes, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 10, 64)
			return kilobytes << 10, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no VmRSS", pid)
}
