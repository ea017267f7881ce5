package main

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// sample is one contender's turn in one round.
type sample struct {
	load
	cpu   []time.Duration // of each part
	noise noise
}

// cpuPerRequest is that of all parts together.
func (m sample) cpuPerRequest() time.Duration {
	return sum(m.cpu) / time.Duration(m.Requests)
}

// perform warms everything up, and measures round by round. The result has a row for each contender.
func (s *stage) perform(ctx context.Context) ([][]sample, error) {
	for _, c := range s.line {
		l, err := c.wrk.run(ctx, c.url, c.size, s.warmUp, true)
		if err == nil {
			err = l.fault(c.size)
		}
		if err != nil {
			return nil, s.explain(fmt.Errorf("warm-up of %s: %w", c.name, err))
		}
	}
	measured := make([][]sample, len(s.line))
	for round := range s.rounds {
		for i, c := range s.line {
			m, err := s.measure(ctx, c)
			if err != nil {
				return nil, s.explain(fmt.Errorf("round %d of %s: %w", round+1, c.name, err))
			}
			measured[i] = append(measured[i], m)
			_, _ = fmt.Fprintf(s.out, "round %d of %d  %-9s  %7s requests/s  CPU %7s µs a request  p99 %7s ms  %s\n", round+1, s.rounds, c.name,
				thousands(m.perSecond()), microseconds(m, c), milliseconds(m.P99), shares(m, c))
		}
	}
	return measured, nil
}

func (s *stage) measure(ctx context.Context, c contender) (sample, error) {
	if c.before != nil {
		if err := c.before(ctx); err != nil {
			return sample{}, err
		}
	}
	heard, err := s.watch()
	if err != nil {
		return sample{}, err
	}
	before, err := readParts(c.parts)
	if err != nil {
		return sample{}, err
	}
	l, err := c.wrk.run(ctx, c.url, c.size, s.duration, false)
	if err != nil {
		return sample{}, err
	}
	after, err := readParts(c.parts)
	if err != nil {
		return sample{}, err
	}
	if err := l.fault(c.size); err != nil {
		return sample{}, fmt.Errorf("%w; %s", err, c.wrk.tell(ctx, c.url, c.size))
	}
	for i := range after {
		after[i] -= before[i]
	}
	disturbed, err := heard(l.used)
	return sample{load: l, cpu: after, noise: disturbed}, err
}

func readParts(parts []part) ([]time.Duration, error) {
	var used []time.Duration
	for _, p := range parts {
		t, err := p.read()
		if err != nil {
			return nil, err
		}
		used = append(used, t)
	}
	return used, nil
}

// explain adds what the processes have to say of a failure: one that has ended, or else Vestibule.
func (s *stage) explain(err error) error {
	for _, p := range s.running {
		if ended := p.alive(); ended != nil {
			return fmt.Errorf("%w\n%w", err, ended)
		}
	}
	return fmt.Errorf("%w\nvestibule%s", err, s.first.lastWords())
}

// median of values, which it leaves as they are.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

// ratio compares two contenders round by round: what disturbs the machine for longer than a round
// disturbs both.
type ratio struct{ median, least, most float64 }

func compare(of, to []float64) ratio {
	each := make([]float64, len(of))
	for i := range of {
		each[i] = of[i] / to[i]
	}
	return ratio{median(each), slices.Min(each), slices.Max(each)}
}

// String is for a table.
func (r ratio) String() string {
	return fmt.Sprintf("**%s** (%s–%s)", decimals(r.median, 2), decimals(r.least, 2), decimals(r.most, 2))
}
