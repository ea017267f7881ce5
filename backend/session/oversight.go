package session

import (
	"context"
	"net/netip"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/event"
	"vestibule/backend/fault"
)

// Faults of administrators.
var (
	ErrNoSession        = &fault.Error{Kind: fault.NotFound, Code: "not_found", Message: "There is no such session."}
	ErrChangedMeanwhile = &fault.Error{Kind: fault.Conflict, Code: "changed_meanwhile", Message: "More sessions would end than were shown. None has."}
)

// Filter says which sessions an administrator asks for. Its zero value is all.
type Filter struct {
	User        uuid.UUID
	Query       string     // each of its words begins the address of the user, or a word of their name
	First, Last netip.Addr // where it was made, both included; the zero address for anywhere
	Agents      *[]string  // what it was made with; nil for anything
	Kind        Kind
	OlderThan   time.Duration // since it was made
	IdleFor     time.Duration // since it was last used
}

// Mark is a place in the list of sessions, which has the newest first: what follows it is older. The zero
// value is its beginning.
type Mark struct {
	CreatedAt time.Time
	SID       uuid.UUID
}

// Overseen is a session as an administrator sees it.
type Overseen struct {
	Session
	Email, Name string // its user's
}

// Page is a part of the list, and how many sessions match in all.
type Page struct {
	Sessions []Overseen
	Total    int
}

// Selection is sessions that an administrator ends at once: those that are named, or all that match.
type Selection struct {
	SIDs     []uuid.UUID // nil: all that match
	Filter   Filter
	Keep     uuid.UUID      // which never ends; zero for none
	Expected *int           // how many were shown; nil where nobody counts
	Detail   map[string]any // of the event, beside n; nil for no event but that of each
}

// most is how many may end where so many were shown: a hundredth more, or ten.
func (s Selection) most() int { return *s.Expected + max(10, *s.Expected/100) }

// TooMany reports that more would end than were shown; nil where that is not so.
func (s Selection) TooMany(n int) error {
	if s.Expected == nil || n <= s.most() {
		return nil
	}
	changed := *ErrChangedMeanwhile
	changed.Extra = map[string]any{"now": n}
	return &changed
}

// Oversee lists everyone's live sessions after a mark, the newest first, limit at most, and counts those
// that match, to countMost at most.
func (s *Service) Oversee(ctx context.Context, filter Filter, after Mark, limit, countMost int) (Page, error) {
	return s.Store.Oversee(ctx, filter, after, limit, countMost)
}

// Agents gives each user agent that some session was made with.
func (s *Service) Agents(ctx context.Context) ([]string, error) { return s.Store.Agents(ctx) }

// EndAny ends a session of anyone's. ErrNoSession.
func (s *Service) EndAny(ctx context.Context, sid uuid.UUID, origin event.Origin) error {
	n, err := s.EndMany(ctx, Selection{SIDs: []uuid.UUID{sid}}, origin)
	if err == nil && n == 0 {
		err = ErrNoSession
	}
	return err
}

// EndMany ends all live sessions of a selection and counts them. ErrChangedMeanwhile, and then none ends.
func (s *Service) EndMany(ctx context.Context, which Selection, origin event.Origin) (int, error) {
	defer s.Heard(ctx)
	return s.Store.EndMany(ctx, which, origin)
}
