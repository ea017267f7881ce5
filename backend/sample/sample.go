// Package sample is what each replica notes every five seconds of what it does, and what an administrator's
// overview makes of it.
package sample

import (
	"context"
	"time"
)

const (
	// Step is how long a replica counts for one sample. Steps are the same for all: each ends at a whole
	// multiple of it.
	Step = 5 * time.Second

	// Kept is how long samples are kept.
	Kept = time.Hour

	// Whole is how long after its end a step is told of: by then every replica has written its part, so
	// that who asks for newer ones never misses some of an older one.
	Whole = 2 * time.Second

	// dear bounds what counting costs: a hundredth of the time, however much there is to count.
	dear = 100
)

// Counts are what happened in a step, on one replica or on all.
type Counts struct {
	SignIns, SignInFailures                       int64
	Exchanges                                     int64
	LookupsCache, LookupsDatabase, LookupsRefused int64
	Revocations                                   int64 // that were heard of
	// DelayP50 and DelayP99 are how late; of all replicas, the worst. Nil where nothing was ended.
	DelayP50, DelayP99 *time.Duration
}

// Sample is what one replica counted in one step.
type Sample struct {
	At      time.Time // the end of the step
	Replica string
	Counts
}

// Sum is what all replicas counted in one step.
type Sum struct {
	At time.Time
	// SessionsBrowser and SessionsClient are how many lived; nil where nobody has counted.
	SessionsBrowser, SessionsClient *int64
	Counts
}

// Seen is a replica, and when it wrote last.
type Seen struct {
	Name string
	At   time.Time
}

// Ended is how many sessions were ended for a reason.
type Ended struct {
	Reason string
	N      int64
}

// Totals are how much there is, and what the last 24 hours ended.
type Totals struct {
	Users, SessionsBrowser, SessionsClient int64
	Ended                                  []Ended // most first
}

// Store keeps samples. Safe for concurrent use.
type Store interface {
	// Write adds a sample.
	Write(ctx context.Context, one Sample) error
	// Count counts the sessions that live, for a step that the replica has written, unless another replica
	// counts or has; it says whether they were.
	Count(ctx context.Context, at time.Time, replica string) (counted bool, err error)
	// Sums gives the steps whose end lies after since and not after until, in their order.
	Sums(ctx context.Context, since, until time.Time) ([]Sum, error)
	// Replicas gives those that have written since, by name.
	Replicas(ctx context.Context, since time.Time) ([]Seen, error)
	// Totals counts.
	Totals(ctx context.Context) (Totals, error)
	// Sweep forgets samples older than Kept.
	Sweep(ctx context.Context) error
}

// Sampler writes what a replica does. Make it with all fields.
type Sampler struct {
	Store   Store
	Replica string
	Take    func() Counts    // what was counted since it was last asked
	Now     func() time.Time // the database's clock
	Failed  func(error)      // told of the first failure in a row: the samples meanwhile are missing
}

// Run writes a sample at the end of each step, until ctx is done.
func (s *Sampler) Run(ctx context.Context) {
	var last, count time.Time
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(untilNext(s.Now())):
		}
		at := s.Now().Round(Step)
		if !at.After(last) {
			continue // the clock was set back
		}
		last = at
		next, err := s.write(ctx, at, count)
		if err != nil && !failing && ctx.Err() == nil {
			s.Failed(err)
		}
		failing, count = err != nil, next
	}
}

// untilNext is how long it is to the end of the step under way.
func untilNext(now time.Time) time.Duration { return now.Truncate(Step).Add(Step).Sub(now) }

// write writes one sample, and says from when on sessions may be counted again. A count that fails costs
// no less, and takes no sample with it.
func (s *Sampler) write(ctx context.Context, at, count time.Time) (next time.Time, err error) {
	err = s.Store.Write(ctx, Sample{At: at, Replica: s.Replica, Counts: s.Take()})
	if err != nil || at.Before(count) {
		return count, err
	}
	began := time.Now()
	counted, err := s.Store.Count(ctx, at, s.Replica)
	if !counted && err == nil {
		return count, nil
	}
	return at.Add(dear * time.Since(began)), err
}

// Overview is what an administrator sees first.
type Overview struct {
	Now      time.Time
	Replicas []Seen
	Sums     []Sum
	Totals
}

const (
	seenFor   = 5 * time.Minute
	sinceLast = 15 * time.Minute
)

// Service makes the overview. Safe for concurrent use.
type Service struct {
	store Store
	now   func() time.Time

	turn   chan struct{} // held while totals are counted: who comes meanwhile gets the same
	totals Totals
	failed error
	until  time.Time
}

// NewService makes one. now is the database's clock.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, turn: make(chan struct{}, 1)}
}

// Overview gives the steps after since; zero for the last fifteen minutes.
func (s *Service) Overview(ctx context.Context, since time.Time) (Overview, error) {
	now := s.now()
	if since.IsZero() {
		since = now.Add(-sinceLast)
	}
	if oldest := now.Add(-Kept); since.Before(oldest) {
		since = oldest
	}
	seen := Overview{Now: now}
	var err error
	if seen.Totals, err = s.count(ctx, now); err != nil {
		return seen, err
	}
	if seen.Replicas, err = s.store.Replicas(ctx, now.Add(-seenFor)); err != nil {
		return seen, err
	}
	seen.Sums, err = s.store.Sums(ctx, since, now.Add(-Whole))
	return seen, err
}

// count counts at most once in a step, and less often where that takes long, whether or not it fails. It
// counts for all who wait, and goes on when the one who came first has left.
func (s *Service) count(ctx context.Context, now time.Time) (Totals, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return Totals{}, ctx.Err()
	}
	if now.Before(s.until) {
		return s.totals, s.failed
	}
	began := time.Now()
	s.totals, s.failed = s.store.Totals(context.WithoutCancel(ctx))
	rest := dear * time.Since(began)
	if s.failed != nil {
		rest = min(rest, time.Minute) // nothing is seen meanwhile
	}
	s.until = now.Add(min(max(Step, rest), seenFor))
	return s.totals, s.failed
}
