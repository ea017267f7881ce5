package session

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"vestibule/backend/secret"
)

const (
	slideEvery = time.Second // how long a use may wait to be written
	slideBatch = 1000
)

// Slide is a use of a session that is to be written.
type Slide struct {
	Key        string
	Idle, Step time.Duration
}

// Slid is what was written.
type Slid struct {
	Key                       string
	IdleExpiresAt, LastSeenAt time.Time
}

// Slides collects uses, and writes them in batches: at most one write for a session in a step, and one
// statement for many sessions. A replica that dies loses the uses of a second. Safe for concurrent use.
type Slides struct {
	store    Store
	flushing sync.Mutex

	mu      sync.Mutex
	waiting map[secret.Sum]waiting
}

type waiting struct {
	held *Held
	Slide
}

// NewSlides makes an empty one; Flush writes.
func NewSlides(store Store) *Slides {
	return &Slides{store: store, waiting: map[secret.Sum]waiting{}}
}

func (s *Slides) add(h *Held, idle, step time.Duration) {
	if h.sliding.Swap(true) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if before, is := s.waiting[h.key]; is { // the same session, found another time: it may wait again
		before.held.sliding.Store(false)
	}
	s.waiting[h.key] = waiting{h, Slide{Key: h.key.String(), Idle: idle, Step: step}}
}

// Flush writes what waits now, after what another Flush is writing: when it returns, every use before it was
// tried. What can't be written waits for the next use.
func (s *Slides) Flush(ctx context.Context) error {
	s.flushing.Lock()
	defer s.flushing.Unlock()
	s.mu.Lock()
	all := s.waiting
	s.waiting = map[secret.Sum]waiting{}
	s.mu.Unlock()

	var faults []error
	for batch := range slices.Chunk(slices.Collect(maps.Values(all)), slideBatch) {
		faults = append(faults, s.write(ctx, batch))
	}
	return errors.Join(faults...)
}

func (s *Slides) write(ctx context.Context, batch []waiting) error {
	held, slides := make(map[string]*Held, len(batch)), make([]Slide, len(batch))
	for i, one := range batch {
		held[one.Key], slides[i] = one.held, one.Slide
		defer one.held.sliding.Store(false)
	}
	written, err := s.store.Slide(ctx, slides)
	for _, w := range written { // raised here only now that it is committed
		held[w.Key].slid(w.IdleExpiresAt, w.LastSeenAt)
	}
	if err != nil {
		return fmt.Errorf("write the uses of %d sessions: %w", len(batch), err)
	}
	return nil
}
