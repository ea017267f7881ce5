package user

import (
	"context"

	"vestibule/backend/event"
)

// GuessCode counts a guess at the code of a device that waits, by somebody who is signed in, before it is
// looked up: so that of many at once no more than the limit are. ErrRateLimited.
func (s *Service) GuessCode(ctx context.Context, origin event.Origin) error {
	return s.count(ctx, s.Limits.codes(origin))
}

// CodeFound takes that one guess back, since the code was right, and none of those before: or a code of
// one's own would buy any number of guesses.
func (s *Service) CodeFound(ctx context.Context, origin event.Origin) error {
	return s.Attempts.Forgive(ctx, s.Limits.codes(origin))
}

// CountDevice counts a device that asks for a code, which anyone may: a row is made for it. ErrRateLimited.
func (s *Service) CountDevice(ctx context.Context, origin event.Origin) error {
	return s.count(ctx, s.Limits.devices(origin.IP))
}

// count counts first, and asks then whether that was one too many.
func (s *Service) count(ctx context.Context, limits []Limit) error {
	if err := s.passLimits(ctx, limits); err != nil {
		return err
	}
	if err := s.Attempts.Fail(ctx, limits, event.Event{}); err != nil {
		return err
	}
	return s.passLimits(ctx, limits)
}
