package token

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// KeyStore keeps the keys. Safe for concurrent use.
type KeyStore interface {
	// Ensure gives all keys there ever were. Where none is left that signs, now or later, it stores what
	// create makes first, under a lock, to sign at once: of replicas that start together, one makes a key.
	Ensure(ctx context.Context, create func() (Stored, error)) ([]Stored, error)
}

// Ring holds the keys in use. Safe for concurrent use; a new set replaces the old one whole.
type Ring struct {
	store     KeyStore
	master    MasterKeys
	algorithm string
	now       func() time.Time

	set     atomic.Pointer[set]
	reading sync.Mutex // of two who read the database, the later one is the later one to replace the set
	turning sync.Mutex // one replaces the set at a time
}

// set is what the ring is for some time. Immutable.
type set struct {
	stored   []Stored
	opened   map[string]*key
	signing  *key // nil where none can be opened
	public   map[string]public
	jwks     []byte
	revoked  []RevokedKey
	until    time.Time     // when time alone makes another one of it; zero: never
	replaced chan struct{} // closed then, or when the keys have changed
	closed   error         // why the key that should sign can't be opened
	faults   error         // of all keys that sign, or will
}

// RevokedKey is a compromised key that verifiers must forget.
type RevokedKey struct {
	ID        string // kid
	RevokedAt time.Time
}

// RingOption is something that a ring need not have.
type RingOption func(*Ring)

// ByClock gives the database's clock; without it, the ring goes by this machine's.
func ByClock(now func() time.Time) RingOption { return func(r *Ring) { r.now = now } }

// OpenRing loads the keys, and opens those that sign or will with the master key, or the previous one
// while it changes: where it can't, that is an error. At the very first start it makes a key.
func OpenRing(ctx context.Context, store KeyStore, master MasterKeys, algorithm string, options ...RingOption) (*Ring, error) {
	r := &Ring{store: store, master: master, algorithm: algorithm, now: time.Now}
	for _, set := range options {
		set(r)
	}
	r.set.Store(&set{replaced: make(chan struct{})})
	if err := r.Reload(ctx); err != nil {
		return nil, err
	}
	if err := r.Faults(); err != nil {
		return nil, err
	}
	return r, nil
}

// Reload takes in what has changed in the database. Its error is the database's alone: a key that can't
// be opened is published, and forgotten when it is revoked, like any other (see Faults).
func (r *Ring) Reload(ctx context.Context) error {
	r.reading.Lock()
	defer r.reading.Unlock()
	stored, err := r.store.Ensure(ctx, func() (Stored, error) { return generate(r.master, r.algorithm) })
	if err != nil {
		return fmt.Errorf("load the signing keys: %w", err)
	}
	r.turning.Lock()
	defer r.turning.Unlock()
	r.replace(stored, r.now())
	return nil
}

// at gives the set of a moment. It is asked for each request: an atomic load and a comparison, as long
// as nothing is due. It never goes back to an earlier one.
func (r *Ring) at(now time.Time) *set {
	s := r.set.Load()
	if s.until.IsZero() || now.Before(s.until) {
		return s
	}
	r.turning.Lock()
	defer r.turning.Unlock()
	if s = r.set.Load(); s.until.IsZero() || now.Before(s.until) {
		return s
	}
	return r.replace(s.stored, now)
}

// replace needs turning.
func (r *Ring) replace(stored []Stored, now time.Time) *set {
	before := r.set.Load()
	next := r.newSet(stored, before, now)
	for id, k := range before.opened { // before anyone sees the new set
		if next.opened[id] == nil {
			k.out.Store(true)
		}
	}
	r.set.Store(next)
	close(before.replaced)
	for _, s := range stored {
		if now.Before(s.RevokedAt) {
			r.turnAt(s.RevokedAt)
		}
	}
	return next
}

// turnAt makes sure that those who wait for a revocation are woken when its time comes. Everything else
// that time does is noticed by those who ask.
func (r *Ring) turnAt(at time.Time) {
	time.AfterFunc(at.Sub(r.now()), func() {
		if now := r.now(); now.Before(at) {
			r.turnAt(at) // two clocks
		} else {
			r.at(now)
		}
	})
}

func (r *Ring) newSet(stored []Stored, before *set, now time.Time) *set {
	s := &set{stored: stored, opened: map[string]*key{}, public: map[string]public{}, replaced: make(chan struct{})}
	jwks := []json.RawMessage{} // an empty list is a list
	for i, each := range candidates(stored, now) {
		read, err := parsePublic(each)
		if err == nil {
			s.public[each.ID] = read
			jwks = append(jwks, each.Public)
		}
		k := before.opened[each.ID]
		if err == nil && k == nil && (i == 0 || each.waits(now)) {
			k, err = open(each, r.master)
		}
		if s.faults = errors.Join(s.faults, err); i == 0 {
			s.closed = err
		}
		if k == nil {
			continue
		}
		s.opened[each.ID] = k
		if s.signing == nil {
			s.signing = k
		}
		k.out.Store(!each.RevokedAt.IsZero() && k != s.signing)
	}
	s.jwks, _ = json.Marshal(map[string]any{"keys": jwks}) // each one has been parsed
	s.times(now)
	return s
}

// times notes what is revoked, and when that, or anything else, is another.
func (s *set) times(now time.Time) {
	var moments []time.Time
	for _, each := range s.stored {
		moments = append(moments, each.SignsFrom)
		if each.RevokedAt.IsZero() {
			continue
		}
		over := each.RevokedAt.Add(revokedMatters)
		moments = append(moments, each.RevokedAt, over)
		if !now.Before(each.RevokedAt) && now.Before(over) {
			s.revoked = append(s.revoked, RevokedKey{each.ID, each.RevokedAt})
		}
	}
	moments = slices.DeleteFunc(moments, func(at time.Time) bool { return !at.After(now) })
	if len(moments) > 0 {
		s.until = slices.MinFunc(moments, time.Time.Compare)
	}
}

// Key gives the public half of a key that is published, by its id. It is verifier.Keys.
func (r *Ring) Key(kid string) (algorithm string, key crypto.PublicKey, there bool) {
	found, there := r.at(r.now()).public[kid]
	return found.algorithm, found.key, there
}

// JWKS is the public halves of all keys that are published (RFC 7517), as JSON.
func (r *Ring) JWKS() []byte { return r.at(r.now()).jwks }

// Revoked gives the keys that were revoked, for as long as a verifier may still trust one, and a
// channel that is closed when that may have changed.
func (r *Ring) Revoked() (keys []RevokedKey, changed <-chan struct{}) {
	s := r.at(r.now())
	return s.revoked, s.replaced
}

// Err gives why this replica can't sign as it should: the key whose turn it is can't be opened. It
// signs with another one meanwhile, if there is one that is published.
func (r *Ring) Err() error { return r.at(r.now()).closed }

// Faults gives what can't be opened or read of the keys that sign or will, also while another one signs.
func (r *Ring) Faults() error { return r.at(r.now()).faults }
