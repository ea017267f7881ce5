package session

import (
	"context"
	"encoding/binary"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unique"

	"github.com/google/uuid"

	"vestibule/backend/secret"
)

const (
	shardCount   = 64
	heldFor      = time.Minute      // an entry that the database was not asked about for so long is worth nothing
	recheckAfter = 20 * time.Second // from then on it is asked again, in batches, behind the requests
	recheckEvery = 5 * time.Second
	recheckBatch = 2000
	collected    = 2               // times what is held: the garbage collector lets the heap grow so far
	heldOverhead = collected * 223 // bytes: of a Held, and of its place in the map and the ring
)

// Source says where a session was found.
type Source string

// The sources.
const (
	FromCache    Source = "cache"
	FromDatabase Source = "database"
)

// Held is a session that was found, and room for what is made from it and must not outlive it. What
// a look-up found never changes, but for the idle limit and the last use, which slide. It is kept
// small, since there may be very many. Safe for concurrent use.
type Held struct {
	key      secret.Sum
	sid      uuid.UUID
	user     uuid.UUID
	created  int64 // this and all other times: nanoseconds since 1970
	absolute int64
	auth     int64
	amr, acr unique.Handle[string] // the methods with a space between them
	client   unique.Handle[string] // of kind client, or alone; empty for a browser

	idle, seen, checked atomic.Int64 // checked by the replica's own clock
	beside              atomic.Value // a Beside, always of one type
	size                int32        // guarded by the shard
	place               int32        // in the shard's ring
	used                atomic.Bool  // since the last look around
	sliding             atomic.Bool
	remember            bool
	alone               bool
}

// Beside is what is made from a session: dropped with it, and counted with it.
type Beside interface {
	// Bytes is about how much memory it takes.
	Bytes() int
}

func hold(key secret.Sum, s Session, checked time.Time) *Held {
	h := &Held{
		key: key, sid: s.SID, user: s.UserID, created: s.CreatedAt.UnixNano(), absolute: s.AbsoluteExpiresAt.UnixNano(),
		auth: s.AuthTime.UnixNano(), amr: unique.Make(strings.Join(s.AMR, " ")), acr: unique.Make(s.ACR),
		client: unique.Make(s.ClientID), remember: s.Remember,
	}
	h.idle.Store(s.IdleExpiresAt.UnixNano())
	h.seen.Store(s.LastSeenAt.UnixNano())
	h.checked.Store(checked.UnixNano())
	return h
}

// Session is the session as it is known now. Where it was made, and with what, is not part of it.
func (h *Held) Session() Session {
	at := func(nanoseconds int64) time.Time { return time.Unix(0, nanoseconds).UTC() }
	return Session{
		Key: h.key.String(), SID: h.sid, Kind: h.Kind(), UserID: h.user, ClientID: h.client.Value(), Remember: h.remember, CreatedAt: at(h.created),
		LastSeenAt: at(h.seen.Load()), IdleExpiresAt: at(h.idle.Load()), AbsoluteExpiresAt: at(h.absolute),
		AuthTime: at(h.auth), AMR: slices.Clone(h.methods()), ACR: h.acr.Value(),
	}
}

// Proof is what a token says of a session, without what it costs to make all of one.
func (h *Held) Proof() (user uuid.UUID, at time.Time, amr []string, acr string, notAfter time.Time) {
	return h.user, time.Unix(0, h.auth), h.methods(), h.acr.Value(), time.Unix(0, h.absolute)
}

var passwordAlone = []string{MethodPassword} // which nearly all have

func (h *Held) methods() []string {
	if h.amr.Value() == MethodPassword {
		return passwordAlone
	}
	return strings.Fields(h.amr.Value())
}

// EndsAt is the earlier of the two limits, as it is known now.
func (h *Held) EndsAt() time.Time { return time.Unix(0, min(h.idle.Load(), h.absolute)) }

// Kind says who holds it.
func (h *Held) Kind() Kind {
	switch {
	case h.alone:
		return Alone
	case h.client.Value() != "":
		return Client
	}
	return Browser
}

// Client is the client that it is of; empty for a browser.
func (h *Held) Client() string { return h.client.Value() }

// SID is the public identifier.
func (h *Held) SID() uuid.UUID { return h.sid }

// Beside gives what was put there, or nil.
func (h *Held) Beside() Beside {
	b, _ := h.beside.Load().(Beside)
	return b
}

func (h *Held) state(now time.Time) State {
	switch at := now.UnixNano(); {
	case at >= h.absolute:
		return AbsoluteExpired
	case at >= h.idle.Load():
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
	held    map[uint64]*Held // by a part of the key, which is a hash: of two that share it, one is held
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
		c.shards[i].held = map[uint64]*Held{}
		c.shards[i].loading = map[secret.Sum]*flight{}
	}
	return c
}

func (c *Cache) shard(key secret.Sum) *shard { return &c.shards[key[0]%shardCount] }

func part(key secret.Sum) uint64 { return binary.LittleEndian.Uint64(key[8:]) }

// get finds what is held under a key, or nil.
func (s *shard) get(key secret.Sum) *Held {
	if h := s.held[part(key)]; h != nil && h.key == key {
		return h
	}
	return nil
}

// Find finds a live session of a kind by its key. ErrNotFound for unknown, expired and ended
// ones alike. The absolute limit is judged from the cache; the idle limit refuses nobody before the
// database was asked, since another replica may have slid it.
func (c *Cache) Find(ctx context.Context, kind Kind, key secret.Sum) (*Held, Source, error) {
	began := c.Now()
	if !c.Proven() { // joins nobody, and is kept by nobody
		found, err := c.ask(ctx, kind, key)
		return c.judge(found, began, FromDatabase, err)
	}
	if found := c.remembered(key); found != nil && found.Kind() == kind && found.state(began) != IdleExpired {
		return c.judge(found, began, FromCache, nil)
	}
	found, joined, err := c.load(ctx, kind, key)
	if joined && err == nil && found.state(began) == IdleExpired {
		found, err = c.ask(ctx, kind, key) // it may have looked before another replica slid it
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
	if _, ended := c.revocations.Has(found.sid); ended || found.state(began) != Live {
		return nil, from, ErrNotFound
	}
	if from == FromDatabase && c.Now().UnixNano() >= found.absolute { // that took its time
		return nil, from, ErrNotFound
	}
	return found, from, nil
}

func (c *Cache) remembered(key secret.Sum) *Held {
	s := c.shard(key)
	s.mu.RLock()
	found := s.get(key)
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
func (c *Cache) load(ctx context.Context, kind Kind, key secret.Sum) (found *Held, joined bool, err error) {
	s := c.shard(key)
	s.mu.Lock()
	f, joined := s.loading[key]
	if !joined {
		f = &flight{done: make(chan struct{})}
		s.loading[key] = f
		go c.fly(context.WithoutCancel(ctx), s, kind, key, f)
	}
	s.mu.Unlock()
	select {
	case <-f.done:
		return f.held, joined, f.err
	case <-ctx.Done():
		return nil, joined, ctx.Err()
	}
}

func (c *Cache) fly(ctx context.Context, s *shard, kind Kind, key secret.Sum, f *flight) {
	f.held, f.err = c.ask(ctx, kind, key)
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

func (c *Cache) ask(ctx context.Context, kind Kind, key secret.Sum) (*Held, error) {
	began := time.Now()
	found, err := c.Store.Find(ctx, kind, key.String())
	if err != nil {
		return nil, err
	}
	return hold(key, found, began), nil
}

// Keep puts something beside a session, where there is nothing yet that is not nil, or replaces what
// was there. It lasts as long as the entry.
func (c *Cache) Keep(h *Held, b Beside) {
	h.beside.Store(b)
	s := c.shard(h.key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.get(h.key) == h {
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
	s.drop(s.get(key))
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
	s.drop(s.held[part(h.key)])
	s.held[part(h.key)] = h
	h.place = int32(len(s.ring)) //nolint:gosec // a shard holds far fewer
	s.ring = append(s.ring, h)
	s.weigh(h)
	s.makeRoom(most)
}

func (s *shard) weigh(h *Held) {
	s.bytes -= int64(h.size)
	h.size = heldOverhead
	if b := h.Beside(); b != nil {
		h.size += collected * int32(b.Bytes()) //nolint:gosec // tokens of one session are far from two gigabytes
	}
	s.bytes += int64(h.size)
}

func (s *shard) drop(h *Held) {
	if h == nil {
		return
	}
	delete(s.held, part(h.key))
	s.bytes -= int64(h.size)
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
