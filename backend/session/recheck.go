package session

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Recheck asks the database, in batches, about every entry that was last checked so long ago: it
// stands behind all that is heard, and behind the requests. What was not used since waits for its use, or is
// dropped when it is worth nothing any more.
func (c *Cache) Recheck(ctx context.Context, age time.Duration) error {
	old := c.older(time.Now().Add(-age))
	for len(old) > 0 {
		batch := old[:min(len(old), recheckBatch)]
		old = old[len(batch):]
		sids := make([]uuid.UUID, len(batch))
		for i, h := range batch {
			sids[i] = h.sid
		}
		began := time.Now()
		living, err := c.Store.Living(ctx, sids)
		if err != nil {
			return fmt.Errorf("re-check %d cached sessions: %w", len(batch), err)
		}
		for _, h := range batch {
			c.checked(h, living, began)
		}
	}
	return nil
}

// older gives the entries that are due and were used, and drops those that nobody would be answered from.
func (c *Cache) older(than time.Time) []*Held {
	var due []*Held
	over := time.Now().Add(-heldFor).UnixNano()
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		for _, h := range s.held {
			switch checked := h.checked.Load(); {
			case checked > than.UnixNano():
			case h.used.Swap(false):
				due = append(due, h)
			case checked < over:
				s.drop(h)
			}
		}
		s.mu.Unlock()
	}
	return due
}

// checked takes what the database said. A Held that was dropped meanwhile is nobody's any more, so
// writing to it does no harm.
func (c *Cache) checked(h *Held, living map[uuid.UUID]Alive, began time.Time) {
	found, lives := living[h.sid]
	if !lives || found.Key != h.key.String() || found.AuthTime.UnixNano() != h.auth || found.AbsoluteExpiresAt.UnixNano() != h.absolute {
		s := c.shard(h.key)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.get(h.key) == h {
			s.drop(h)
		}
		return
	}
	h.idle.Store(found.IdleExpiresAt.UnixNano())
	h.seen.Store(found.LastSeenAt.UnixNano())
	h.checked.Store(began.UnixNano())
}
