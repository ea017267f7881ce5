package postgres

import (
	"time"

	"vestibule/backend/event"
	"vestibule/backend/session"
	"vestibule/backend/user"
)

// For tests.
var (
	Measure = (*Clock).measure
	Patient = (*DB).patient
	Wrap    = wrap
	Prove   = (*Listener).prove
)

// Locks: under which keys are changed, and under which sessions are counted.
const (
	KeysLock    = keysLock
	SamplesLock = samplesLock
)

// ProvenFor is how long a proof counts.
const ProvenFor = provenFor

// Age is how long ago the listener was made, by which its proofs are dated.
func (l *Listener) Age() time.Duration { return time.Since(l.began) }

// Statements.
const (
	SweepSessions = sweepSessions
	WriteSlides   = writeSlides
)

// Statement is one of a list, for its plan.
type Statement struct {
	SQL  string
	Args []any
}

// SearchUsers is that of a page of users.
func SearchUsers(f user.Filter, after user.Mark, limit int) Statement {
	sql, args := usersWhere(f).users(after, limit)
	return Statement{sql, args}
}

// OverseeSessions is that of a page of sessions.
func OverseeSessions(f session.Filter, after session.Mark, limit int) Statement {
	sql, args := sessionsWhere(f).sessions(after, limit)
	return Statement{sql, args}
}

// ListAgents is that of all user agents.
var ListAgents = Statement{SQL: listAgents}

// SearchEvents is that of a page of events.
func SearchEvents(f event.Filter, after event.Mark, limit int) Statement {
	sql, args := eventsWhere(f).events(after, limit)
	return Statement{sql, args}
}
