package session

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/secret"
)

// Memory is all that a replica remembers of sessions, and what it has under way for them. It is told
// what the replica hears. Safe for concurrent use.
type Memory struct {
	Revocations *Revocations
	Cache       *Cache
	Watch       *Watch
	Slides      *Slides
	told        func(Revocation)
}

// MemoryConfig is what a memory is made from. All of it is required.
type MemoryConfig struct {
	Store    Store
	Proven   func() bool      // whether all that was committed a second ago has been heard of
	Now      func() time.Time // the database's clock
	MaxBytes int64            // of the cache
	Told     func(Revocation) // is told of each end that is heard of, when it has taken effect; nil for nobody
}

// NewMemory makes an empty one; Run keeps it right.
func NewMemory(config MemoryConfig) *Memory {
	revocations := NewRevocations(time.Now)
	if config.Told == nil {
		config.Told = func(Revocation) {}
	}
	return &Memory{
		told:        config.Told,
		Revocations: revocations,
		Cache:       newCache(config, revocations),
		Watch:       NewWatch(config.Store, revocations, config.Now),
		Slides:      NewSlides(config.Store),
	}
}

// Run does what has to be done again and again, until ctx is done: writes uses, ends what is past a
// limit, re-checks what is remembered, forgets what matters no more. failed is told what goes wrong.
func (m *Memory) Run(ctx context.Context, failed func(doing string, err error)) {
	var all sync.WaitGroup
	for _, job := range []struct {
		doing string
		every time.Duration
		do    func(context.Context) error
	}{
		{"end what is past a limit", lookEvery, m.Watch.lookAtLimits},
		{"write uses", slideEvery, m.Slides.Flush},
		{"re-check the cache", recheckEvery, func(ctx context.Context) error { return m.Cache.Recheck(ctx, recheckAfter) }},
		{"forget revocations", time.Minute, func(context.Context) error { m.Revocations.Prune(); return nil }},
	} {
		all.Go(func() {
			ticker := time.NewTicker(job.every)
			defer ticker.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-ticker.C:
				}
				if err := job.do(ctx); err != nil && ctx.Err() == nil {
					failed(job.doing, err)
				}
			}
		})
	}
	all.Wait()
}

// Ended takes sessions that ended: from then on they are refused, and what they had under way is closed.
func (m *Memory) Ended(all ...Revocation) {
	m.Revocations.Add(all...)
	for _, one := range all {
		m.Watch.Ended(one.SID, one.Reason)
		m.told(one)
	}
}

// Changed takes a session that is not what it was under this key.
func (m *Memory) Changed(key secret.Sum, sid uuid.UUID) {
	m.Cache.Changed(key)
	m.Watch.Changed(sid)
}

// Recheck forgets the sessions, and asks about all that is under way.
func (m *Memory) Recheck(ctx context.Context) error {
	m.Cache.Empty()
	return m.Watch.Recheck(ctx)
}
