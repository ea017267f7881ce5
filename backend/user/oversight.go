package user

import (
	"context"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/event"
)

// Filter says which accounts an administrator asks for. Its zero value is all.
type Filter struct {
	Query    string // each of its words begins the address, or a word of the name; case does not matter
	Role     string
	Disabled *bool
}

// Mark is a place in the list of accounts, which has the newest first: what follows it is older. The zero
// value is its beginning.
type Mark struct {
	CreatedAt time.Time
	ID        uuid.UUID
}

// Overseen is an account as an administrator sees it.
type Overseen struct {
	User
	DisabledAt *time.Time
	LastSeenAt *time.Time // of the sessions that live; where none does, when they last came or did something; nil for never
	Sessions   int        // that live
}

// Page is a part of the list, and how many accounts match in all.
type Page struct {
	Users []Overseen
	Total int
}

// Adjustment is what an administrator changes of an account; nil leaves it as it is.
type Adjustment struct {
	Role     *string
	Disabled *bool
}

// Search lists accounts after a mark, the newest first, limit at most, and counts those that match, to
// countMost at most.
func (s *Service) Search(ctx context.Context, filter Filter, after Mark, limit, countMost int) (Page, error) {
	return s.Store.Search(ctx, filter, after, limit, countMost)
}

// Oversee gives one account as an administrator sees it. ErrNotFound.
func (s *Service) Oversee(ctx context.Context, id uuid.UUID) (Overseen, error) {
	return s.Store.Oversee(ctx, id)
}

// Adjust changes a role, closes an account or opens it again, all at once or not at all; the user's
// sessions end with it. ErrLastAdmin, ErrNotFound.
func (s *Service) Adjust(ctx context.Context, id uuid.UUID, change Adjustment, origin event.Origin) (Overseen, error) {
	err := s.Store.Adjust(ctx, id, change, origin)
	s.Heard(ctx)
	if err != nil {
		return Overseen{}, err
	}
	return s.Store.Oversee(ctx, id)
}
