package user

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"vestibule/backend/event"
)

// guess is a password that somebody typed, and what it is held against.
type guess struct {
	find     func() (User, string, error) // ErrNotFound, with a hash to compute with, for an unknown address
	password string
	limits   []Limit
	forgiven []string // what a success starts anew
	failure  event.Name
	origin   event.Origin
}

// check compares within a slot, where it also looks whether others have failed while it waited, and counts
// a failure: so however many come at once, no more than the slots of all replicas get past a limit. What
// else it asks the database comes before the slot, or beside the hash.
func (s *Service) check(ctx context.Context, g guess) (User, error) {
	if err := s.passLimits(ctx, g.limits); err != nil {
		return User{}, err
	}
	place, err := s.Hasher.queued()
	if err != nil {
		return User{}, err
	}
	defer place.leave()
	found, stored, err := g.find()
	unknown := errors.Is(err, ErrNotFound)
	if err != nil && !unknown {
		return User{}, err
	}
	if err := place.turn(ctx); err != nil {
		return User{}, err
	}
	limited := make(chan error)
	go func() { limited <- s.passLimits(ctx, g.limits) }()
	right, outdated, err := s.Hasher.verify(NormalPassword(g.password), stored)
	if refused := <-limited; refused != nil {
		return User{}, refused
	}
	if unknown && err != nil { // a stranger's hash that can't be read stops nobody
		right, outdated, err = s.Hasher.verify(NormalPassword(g.password), "")
	}
	if err != nil {
		return User{}, err
	}
	if unknown || !right || found.Disabled { // a stranger's password is never right
		return User{}, s.failed(ctx, g, found, right)
	}
	if !outdated {
		place.leave()
	}
	if err := s.Attempts.Forget(ctx, g.forgiven, event.Event{}); err != nil {
		return User{}, err
	}
	if outdated {
		return found, s.rehash(ctx, found, g.password, stored)
	}
	return found, nil
}

// failed counts the failure and accounts for it. What was typed for an address that does not exist
// is never written down: people type passwords there.
func (s *Service) failed(ctx context.Context, g guess, found User, right bool) error {
	reason := "wrong_password"
	switch {
	case found.ID == uuid.Nil:
		reason = "unknown_account"
	case right:
		reason = "disabled"
	}
	err := s.Attempts.Fail(ctx, g.limits, event.Event{Name: g.failure, Origin: g.origin, UserID: found.ID, Detail: map[string]any{"reason": reason}})
	if err != nil {
		return err
	}
	return ErrInvalidCredentials
}

func (s *Service) passLimits(ctx context.Context, limits []Limit) error {
	wait, err := s.Attempts.Blocked(ctx, limits)
	if err != nil {
		return err
	}
	if wait > 0 {
		return ErrRateLimited.After(wait)
	}
	return nil
}

// rehash follows parameters that have risen, while the password is at hand.
func (s *Service) rehash(ctx context.Context, u User, password, before string) error {
	after, err := s.Hasher.hash(NormalPassword(password))
	if err != nil {
		return err
	}
	return s.Store.Rehash(ctx, u.ID, before, after)
}
