package session

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
)

// RevocationsKept is how long a revocation matters: the longest life of a token, the leeway of those
// who verify it, and half a minute for the ways in between. After it, it matters to no one.
const RevocationsKept = 16 * time.Minute

// Revocation is the record that a session was ended before its time.
type Revocation struct {
	N       int64 // its number; numbers may come out of order
	SID     uuid.UUID
	EndedAt time.Time
	Reason  Reason
}

// Revocations are all that still matter, in memory: the deny-list of ended sessions, and what the feed
// for downstreams is read from. Safe for concurrent use.
//
// A sid that is on it stays refused whatever anyone remembers of the session: sids are never used
// twice. So what is added here needs to be told to nobody else to take effect.
type Revocations struct {
	now func() time.Time // monotonic, this replica's own

	mu    sync.RWMutex
	ended map[uuid.UUID]Reason
	log   []heard // oldest first
	first int     // the position of log[0], counted from the start of the program
	more  chan struct{}
}

type heard struct {
	Revocation
	at    time.Time // when this replica heard of it
	group int       // the position of the first one of those that were read at once, in no known order
}

// NewRevocations makes an empty list. now is the replica's own clock.
func NewRevocations(now func() time.Time) *Revocations {
	return &Revocations{now: now, ended: map[uuid.UUID]Reason{}, more: make(chan struct{})}
}

// Add puts ends on the list, once each. Those of one call are taken to have no order among them, and
// are put in that of their numbers.
func (r *Revocations) Add(all ...Revocation) {
	r.mu.Lock()
	defer r.mu.Unlock()
	group, at := r.first+len(r.log), r.now()
	byNumber := func(a, b Revocation) int { return cmp.Compare(a.N, b.N) }
	for _, one := range slices.SortedFunc(slices.Values(all), byNumber) {
		if _, is := r.ended[one.SID]; is {
			continue
		}
		r.ended[one.SID] = one.Reason
		r.log = append(r.log, heard{one, at, group})
	}
	if r.first+len(r.log) > group {
		close(r.more)
		r.more = make(chan struct{})
	}
}

// Has reports whether a session was ended, and why.
func (r *Revocations) Has(sid uuid.UUID) (Reason, bool) {
	r.mu.RLock()
	reason, is := r.ended[sid]
	r.mu.RUnlock()
	return reason, is
}

// Len counts those on the list.
func (r *Revocations) Len() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return len(r.ended)
}

// Prune takes off what matters to no one any more.
func (r *Revocations) Prune() {
	r.mu.Lock()
	defer r.mu.Unlock()
	oldest := r.now().Add(-RevocationsKept)
	n := 0
	for ; n < len(r.log) && r.log[n].at.Before(oldest); n++ {
		delete(r.ended, r.log[n].SID)
	}
	r.first += n
	r.log = append([]heard(nil), r.log[n:]...)
}

// From is the position at which a follower goes on whose last number was n: behind it, where this
// replica knows what came before it; at the beginning of all that still matter, where it does not.
// Notifications come in the order of commits, so a follower that has seen n has seen all that its
// replica heard of before n. What was read at once has no order but that of the numbers, perhaps at
// that other replica only: so whatever has a higher number is given again.
func (r *Revocations) From(n int64) (position int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	seen := len(r.log) - 1
	for seen >= 0 && (n == 0 || r.log[seen].N != n) {
		seen--
	}
	if seen < 0 {
		return r.first
	}
	position = r.log[seen].group
	if own := r.first + seen; position == own && (seen+1 == len(r.log) || r.log[seen+1].group != own) {
		position++ // it came alone
	}
	for i := 0; i < position-r.first; i++ {
		if r.log[i].N > n {
			return r.first + i
		}
	}
	return position
}

// Next gives at most most of them, from a position on, the position after them, and a channel that is
// closed when there is more.
func (r *Revocations) Next(position, most int) (found []Revocation, next int, more <-chan struct{}) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	position = max(position, r.first)
	for _, one := range r.log[min(position-r.first, len(r.log)):] {
		if len(found) == most {
			break
		}
		found = append(found, one.Revocation)
	}
	return found, position + len(found), r.more
}
