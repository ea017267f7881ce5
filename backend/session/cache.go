package session

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/secret"
)

const (
	shardCount   = 64
	heldFor      = time.Minute      // an entry that the database was not asked about for so long is worth nothing
	recheckAfter = 20 * time.Second // from then on it is asked again, in batches, behind the requests
	recheckEvery = 5 * time.Second
	recheckBatch = 2000
	heldOverhead = 640 // bytes: of a Held, its place in the maps, and its short strings
)

// Source says where a session was found.
type Source string

// The sources.
const (
	FromCache    Source = "cache"
	FromDatabase Source = "database"
)

// Held is a session that was found, and room for what is made from it and must not outlive it. What
// a look-up found never changes, but for the idle limit and the last use, which slide. Safe for
// concurrent use.
type Held struct {
	session Session
	key     secret.Sum

	idle, seen, checked atomic.Int64 // nanoseconds since 1970; checked by the replica's own clock
	used                atomic.Bool  // since the last look around
	sliding             atomic.Bool
	beside              atomic.Pointer[Beside]
	size                int64 // guarded by the shard
	place               int   // in the shard's ring
}

// Beside is what is made from a session: dropped with it, and counted with it.
type Beside interface {
	// Bytes is about how much memory it takes.
	Bytes() int
}

func hold(key secret.Sum, s Session, checked time.Time) *Held {
	h := &Held{session: s, key: key}
	h.idle.Store(s.IdleExpiresAt.UnixNano())
	h.seen.Store(s.LastSeenAt.UnixNano())
	h.checked.Store(checked.UnixNano())
	return h
}

// Session is the session as it is known now.
func (h *Held) Session() Session {
	s := h.session
	s.IdleExpiresAt, s.LastSeenAt = time.Unix(0, h.idle.Load()), time.Unix(0, h.seen.Load())
	return s
}

// SID is the public identifier.
func (h *Held) SID() uuid.UUID { return h.session.SID }

// Beside gives what was put there, or nil.
func (h *Held) Beside() Beside {
	if b := h.beside.Load(); b != nil {
		return *b
	}
	return nil
}

func (h *Held) state(now time.Time) State {
	switch {
	case !now.Before(h.session.AbsoluteExpiresAt):
		return AbsoluteExpired
	case now.UnixNano() >= h.idle.Load():
		return IdleExpired
	}
	return Live
}

func (h *Held) slid(idle, seen time.Time) {
	h.idle.Store(idle.UnixNano())
	h.seen.Store(seen.UnixNano())
}

// Cache keeps the sessions that were looked up, so that in the steady state a request asks no
// database. Safe for concurrent use.
//
// Invariant: what this replica has heard of a session wins over whatever it remembers of it. An end
// is on the list of revocations before anything else, and that is asked last, for each request. A
// changed session leaves the cache, and so does the look-up for it that is under way: what that
// finds is for those who waited already, and is not kept. So an entry is never older than the last
// message about its session, and it is used only while messages are proven to arrive: a request that
// begins a second after the commit of an end or a change is never answered from before it. No entry
// holds a later limit than the database did: it is raised after the commit, never before.
type Cache struct {
	MemoryConfig
	revocations *Revocations
	shards      [shardCount]shard
}

type shard struct {
	mu      sync.RWMutex
	held    map[secret.Sum]*Held
	loading map[secret.Sum]*flight
	ring    []*Held // for the second-chance eviction
	hand    int
	bytes   int64
}

// flight is one look-up, and all who wait for it.
type flight struct {
	done chan struct{}
	held *Held
	err  error
}

func newCache(config MemoryConfig, revocations *Revocations) *Cache {
	c := &Cache{MemoryConfig: config, revocations: revocations}
	for i := range c.shards {
		c.shards[i].held = map[secret.Sum]*Held{}
		c.shards[i].loading = map[secret.Sum]*flight{}
	}
	return c
}

func (c *Cache) shard(key secret.Sum) *shard { return &c.shards[key[0]%shardCount] }

// Find finds a live session by the hash of its secret. ErrNotFound for unknown, expired and ended
// ones alike. The absolute limit is judged from the cache; the idle limit refuses nobody before the
// database was asked, since another replica may have slid it.
func (c *Cache) Find(ctx context.Context, key secret.Sum) (*Held, Source, error) {
	began := c.Now()
	if !c.Proven() { // joins nobody, and is kept by nobody
		found, err := c.ask(ctx, key)
		return c.judge(found, began, FromDatabase, err)
	}
	if found := c.remembered(key); found != nil && found.state(began) != IdleExpired {
		return c.judge(found, began, FromCache, nil)
	}
	found, joined, err := c.load(ctx, key)
	if joined && err == nil && found.state(began) == IdleExpired {
		found, err = c.ask(ctx, key) // it may have looked before another replica slid it
	}
	return c.judge(found, began, FromDatabase, err)
}

// judge is the last word on a session, after all that was heard of it meanwhile. The idle limit is that
// of the moment at which the request began: who was in time is not refused because the answer took
// long, as another replica may have slid it since.
func (c *Cache) judge(found *Held, began time.Time, from Source, err error) (*Held, Source, error) {
	if err != nil {
		return nil, from, err
	}
	if _, ended := c.revocations.Has(found.session.SID); ended || found.state(began) != Live || !c.Now().Before(found.session.AbsoluteExpiresAt) {
		return nil, from, ErrNotFound
	}
	return found, from, nil
}

func (c *Cache) remembered(key secret.Sum) *Held {
	s := c.shard(key)
	s.mu.RLock()
	found := s.held[key]
	s.mu.RUnlock()
	if found == nil || time.Since(time.Unix(0, found.checked.Load())) > heldFor {
		return nil
	}
	if !found.used.Load() {
		found.used.Store(true)
	}
	return found
}

// load asks the database once for all who want the same session at the same time.
func (c *Cache) load(ctx context.Context, key secret.Sum) (found *Held, joined bool, err error) {
	s := c.shard(key)
	s.mu.Lock()
	f, joined := s.loading[key]
	if !joined {
		f = &flight{done: make(chan struct{})}
		s.loading[key] = f
		go c.fly(context.WithoutCancel(ctx), s, key, f)
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.held, joined, f.err
	case <-ctx.Done():
		return nil, joined, ctx.Err()
	}
}

func (c *Cache) fly(ctx context.Context, s *shard, key secret.Sum, f *flight) {
	f.held, f.err = c.ask(ctx, key)
	s.mu.Lock()
	if s.loading[key] == f { // nothing was heard of it meanwhile
		delete(s.loading, key)
		if f.err == nil {
			s.put(f.held, c.MaxBytes/shardCount)
		}
	}
	s.mu.Unlock()
	close(f.done)
}

func (c *Cache) ask(ctx context.Context, key secret.Sum) (*Held, error) {
	began := time.Now()
	found, err := c.Store.Find(ctx, key.String())
	if err != nil {
		return nil, err
	}
	return hold(key, found, began), nil
}

// Keep puts something beside a session, where there is nothing yet that is not nil, or replaces what
// was there. It lasts as long as the entry.
func (c *Cache) Keep(h *Held, b Beside) {
	h.beside.Store(&b)
	s := c.shard(h.key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[h.key] == h {
		s.weigh(h)
		s.makeRoom(c.MaxBytes / shardCount)
	}
}

// Changed is heard when the secret of a session was replaced, or a limit lowered: what is remembered
// under the old secret is dropped.
func (c *Cache) Changed(key secret.Sum) {
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.loading, key)
	s.drop(s.held[key])
}

// Empty forgets everything, look-ups under way included: something may not have been heard.
func (c *Cache) Empty() {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.Lock()
		clear(s.held)
		clear(s.loading)
		s.ring, s.hand, s.bytes = nil, 0, 0
		s.mu.Unlock()
	}
}

// Size tells how many sessions are held, and about how many bytes they take.
func (c *Cache) Size() (sessions int, bytes int64) {
	for i := range c.shards {
		s := &c.shards[i]
		s.mu.RLock()
		sessions += len(s.held)
		bytes += s.bytes
		s.mu.RUnlock()
	}
	return sessions, bytes
}

func (s *shard) put(h *Held, most int64) {
	s.drop(s.held[h.key])
	s.held[h.key] = h
	h.place = len(s.ring)
	s.ring = append(s.ring, h)
	s.weigh(h)
	s.makeRoom(most)
}

func (s *shard) weigh(h *Held) {
	s.bytes -= h.size
	h.size = heldOverhead
	if b := h.Beside(); b != nil {
		h.size += int64(b.Bytes())
	}
	s.bytes += h.size
}

func (s *shard) drop(h *Held) {
	if h == nil {
		return
	}
	delete(s.held, h.key)
	s.bytes -= h.size
	h.size = 0
	last := s.ring[len(s.ring)-1]
	s.ring[h.place], last.place = last, h.place
	s.ring[len(s.ring)-1] = nil
	s.ring = s.ring[:len(s.ring)-1]
}

// makeRoom drops what was not used since the hand last passed, until the rest fits.
func (s *shard) makeRoom(most int64) {
	for s.bytes > most && len(s.ring) > 0 {
		s.hand %= len(s.ring)
		if at := s.ring[s.hand]; at.used.Swap(false) {
			s.hand++
		} else {
			s.drop(at)
		}
	}
}
