package session

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/fault"
)

const (
	// mostFlights is how many requests and streams one session may have under way on this replica: far
	// more than a browser ever has, and far fewer than a downstream has connections.
	mostFlights = 100

	lookEvery = 250 * time.Millisecond // for limits that have passed
)

// ErrTooMany is reported when a session has too much under way already.
var ErrTooMany = &fault.Error{
	Kind: fault.RateLimited, Code: "rate_limited", RetryAfter: time.Second,
	Message: "This session has too many requests under way at once.",
}

// Watch knows everything that is under way for each session, and ends it with the session: requests,
// streams, downloads, open tabs. Safe for concurrent use.
//
// Invariant: whoever has entered is told of every end that this replica hears of, before or after.
// So a stream enters first, and only then goes on.
type Watch struct {
	store       Store
	revocations *Revocations
	now         func() time.Time // the database's clock
	shards      [shardCount]watched
}

type watched struct {
	mu   sync.Mutex
	open map[uuid.UUID]*Flight // the first of each session's
}

// Flight is one thing under way. Its zero value is of no use: Enter makes them.
type Flight struct {
	held  *Held
	shard *watched

	before, next *Flight   // of its session; what follows is guarded by the shard
	told         Reason    // not empty once it ended
	end          func()    // what closes it, once that is known
	limit        time.Time // when its session ends by itself, as far as is known
}

// NewWatch makes an empty one.
func NewWatch(store Store, revocations *Revocations, now func() time.Time) *Watch {
	w := &Watch{store: store, revocations: revocations, now: now}
	for i := range w.shards {
		w.shards[i].open = map[uuid.UUID]*Flight{}
	}
	return w
}

func (w *Watch) shard(sid uuid.UUID) *watched { return &w.shards[sid[0]%shardCount] }

// Enter notes that something begins for a session. ErrNotFound where that has ended meanwhile, and
// ErrTooMany. Whoever gets a Flight must leave it, once.
func (w *Watch) Enter(h *Held) (*Flight, error) {
	sid := h.sid
	s := w.shard(sid)
	f := &Flight{held: h, shard: s}
	s.mu.Lock()
	defer s.mu.Unlock()
	first, n := s.open[sid], 0
	for other := first; other != nil; other = other.next {
		if n++; n >= mostFlights {
			return nil, ErrTooMany
		}
	}
	if _, ended := w.revocations.Has(sid); ended { // asked under the lock: an end that comes later finds the flight
		return nil, ErrNotFound
	}
	if f.next = first; first != nil {
		first.before = f
	}
	s.open[sid] = f
	return f, nil
}

// Leave notes that it is over. What OnEnd was given is never called after Leave has returned.
func (f *Flight) Leave() {
	sid := f.held.sid
	f.shard.mu.Lock()
	defer f.shard.mu.Unlock()
	if f.next != nil {
		f.next.before = f.before
	}
	switch {
	case f.before != nil:
		f.before.next = f.next
	case f.next != nil:
		f.shard.open[sid] = f.next
	default:
		delete(f.shard.open, sid)
	}
}

// OnEnd says how to close it when its session ends, in place of what was said before; at once, where
// that has happened. end must not block, nor call this package.
func (f *Flight) OnEnd(end func()) {
	f.shard.mu.Lock()
	defer f.shard.mu.Unlock()
	f.end = end
	if f.told != "" && end != nil {
		end()
	}
}

// Ended gives the reason, where the session has ended; empty otherwise.
func (f *Flight) Ended() Reason {
	f.shard.mu.Lock()
	defer f.shard.mu.Unlock()
	return f.told
}

// Ended closes everything that is under way for a session. It never blocks for long.
func (w *Watch) Ended(sid uuid.UUID, reason Reason) {
	s := w.shard(sid)
	s.mu.Lock()
	defer s.mu.Unlock()
	for f := s.open[sid]; f != nil; f = f.next {
		if f.told != "" {
			continue
		}
		f.told = reason
		if f.end != nil {
			f.end()
		}
	}
}

// Changed has the limits of what is under way for a session asked for again.
func (w *Watch) Changed(sid uuid.UUID) {
	s := w.shard(sid)
	s.mu.Lock()
	defer s.mu.Unlock()
	for f := s.open[sid]; f != nil; f = f.next {
		f.limit = time.Unix(1, 0)
	}
}

// Open counts what is under way.
func (w *Watch) Open() int {
	n := 0
	w.each(func(*Flight) { n++ })
	return n
}

func (w *Watch) each(do func(*Flight)) {
	for i := range w.shards {
		s := &w.shards[i]
		s.mu.Lock()
		for _, first := range s.open {
			for f := first; f != nil; f = f.next {
				do(f)
			}
		}
		s.mu.Unlock()
	}
}

// lookAtLimits ends what is under way when a limit of its session passes.
func (w *Watch) lookAtLimits(ctx context.Context) error {
	now := w.now()
	return w.recheck(ctx, func(f *Flight) bool { return !now.Before(f.limit) })
}

// Recheck asks the database about every session that has something under way, and closes what is of
// one that is over. The listener calls it after each reconnect, since what happened in between was
// never heard.
func (w *Watch) Recheck(ctx context.Context) error {
	return w.recheck(ctx, func(*Flight) bool { return true })
}

func (w *Watch) recheck(ctx context.Context, due func(*Flight) bool) error {
	asked, now := map[uuid.UUID]struct{}{}, w.now()
	var alone []uuid.UUID
	w.each(func(f *Flight) {
		if f.told == "" && f.limit.IsZero() { // only now: most are over before anyone looks
			f.limit = f.held.EndsAt()
		}
		switch {
		case f.told != "":
		case f.held.alone:
			if !now.Before(f.held.EndsAt()) {
				alone = append(alone, f.held.sid)
			}
		case due(f):
			asked[f.held.sid] = struct{}{}
		}
	})
	for _, sid := range alone { // which no database knows
		w.Ended(sid, Expired)
	}
	if len(asked) == 0 {
		return nil
	}
	sids := make([]uuid.UUID, 0, len(asked))
	for sid := range asked {
		sids = append(sids, sid)
	}
	living, err := w.store.Living(ctx, sids)
	if err != nil {
		w.overAnyway()
		return fmt.Errorf("re-check %d sessions with something under way: %w", len(sids), err)
	}
	w.each(func(f *Flight) {
		if found, lives := living[f.held.sid]; lives {
			f.limit = found.EndsAt()
		}
	})
	over := sids[:0]
	for _, sid := range sids {
		if _, lives := living[sid]; !lives {
			over = append(over, sid)
		}
	}
	return w.end(ctx, over)
}

// overAnyway closes what is past an absolute limit: no database has to say so.
func (w *Watch) overAnyway() {
	now := w.now()
	var over []uuid.UUID
	w.each(func(f *Flight) {
		if f.told == "" && f.held.state(now) == AbsoluteExpired {
			over = append(over, f.held.sid)
		}
	})
	for _, sid := range over {
		w.Ended(sid, Expired)
	}
}

// end closes what is under way for sessions that are over, with the reason: also where the database
// can't be asked for that any more.
func (w *Watch) end(ctx context.Context, over []uuid.UUID) error {
	reasons, err := w.store.Ended(ctx, over)
	for _, sid := range over {
		reason, ended := reasons[sid]
		if !ended {
			reason = Expired
		}
		w.Ended(sid, reason)
	}
	if err != nil {
		return fmt.Errorf("ask why %d sessions ended: %w", len(over), err)
	}
	return nil
}
