package event

import (
	"net/netip"
	"time"

	"github.com/google/uuid"
)

// Filter says which events an administrator asks for. Its zero value is all.
type Filter struct {
	Name        Name   // exactly
	Noun        string // what comes before the point of the name
	User, Actor uuid.UUID
	SID         uuid.UUID
	First, Last netip.Addr // where it came from, both included; the zero address for anywhere
	From, To    time.Time  // From is included, To is not; zero: no bound
}

// Mark is a place in the account, the newest first: what follows it is older. The zero value is its
// beginning.
type Mark struct {
	At time.Time
	ID int64
}

// Person is whom an event names. Of one who is gone only the id is known.
type Person struct {
	ID          uuid.UUID // zero: nobody
	Email, Name string
}

// Told is an event as an administrator sees it.
type Told struct {
	Recorded
	By, Of Person // who did it, and whom it concerns
}
