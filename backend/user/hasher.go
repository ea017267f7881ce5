package user

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/alexedwards/argon2id"
)

// queueWithin is how long someone waits for their turn before they are asked to come back.
const queueWithin = 10 * time.Second

// Hashing is how passwords are hashed, and how much of the machine that may take.
type Hashing struct {
	MemoryKiB   uint32 // OWASP: 19,456 with two iterations
	Iterations  uint32
	Parallelism uint8
	Slots       int // hashes at the same time; each takes a core and MemoryKiB
	Queue       int // how many may wait for a slot
}

// Hasher hashes with Argon2id (RFC 9106), into PHC strings. Its work is bounded, so that a flood of
// sign-ins can't take the memory or the cores from everything else. Safe for concurrent use.
type Hasher struct {
	params argon2id.Params
	slots  chan struct{}
	queue  chan struct{}
	dummy  string // what a password is compared with where there is no account
}

// NewHasher makes one. It hashes once, for the account that does not exist.
func NewHasher(h Hashing) (*Hasher, error) {
	made := &Hasher{
		params: argon2id.Params{Memory: h.MemoryKiB, Iterations: h.Iterations, Parallelism: h.Parallelism, SaltLength: 16, KeyLength: 32},
		slots:  make(chan struct{}, h.Slots), queue: make(chan struct{}, h.Slots+h.Queue),
	}
	var err error
	if made.dummy, err = made.hash("nobody has this password"); err != nil {
		return nil, err
	}
	return made, nil
}

// queued takes a place among those who wait for a slot; leave gives it back, and the slot with it.
// ErrBusy when there is none.
func (h *Hasher) queued() (*place, error) {
	select {
	case h.queue <- struct{}{}:
		return &place{hasher: h}, nil
	default:
		return nil, ErrBusy
	}
}

// place belongs to one request. Not safe for concurrent use.
type place struct {
	hasher     *Hasher
	slot, left bool
}

// turn waits for a slot. ErrBusy when that takes too long.
func (p *place) turn(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, queueWithin)
	defer cancel()
	select {
	case p.hasher.slots <- struct{}{}:
		p.slot = true
		return nil
	case <-waiting.Done():
		if err := ctx.Err(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		return ErrBusy
	}
}

func (p *place) leave() {
	if p.left {
		return
	}
	p.left = true
	if p.slot {
		<-p.hasher.slots
	}
	<-p.hasher.queue
}

// enter waits for a slot; leave gives it back. ErrBusy when the queue is full, or the wait too long.
func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	p, err := h.queued()
	if err != nil {
		return nil, err
	}
	if err := p.turn(ctx); err != nil {
		p.leave()
		return nil, err
	}
	return p.leave, nil
}

// hash must be called within a slot.
func (h *Hasher) hash(password string) (string, error) {
	made, err := argon2id.CreateHash(password, &h.params)
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return made, nil
}

// verify must be called within a slot. It costs the same whether there is a hash or not. outdated
// says that the hash was made with less than today's parameters.
func (h *Hasher) verify(password, stored string) (right, outdated bool, err error) {
	exists := stored != ""
	if !exists {
		stored = h.dummy
	}
	match, params, err := argon2id.CheckHash(password, stored)
	if err != nil {
		return false, false, fmt.Errorf("compare a password: %w", err)
	}
	outdated = params.Memory < h.params.Memory || params.Iterations < h.params.Iterations
	return match && exists, outdated, nil
}
