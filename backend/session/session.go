// Package session holds what a session is, when it ends, and the rules for making, finding,
// sliding, rotating and ending one. A session is a row, and ending it is deleting that row.
package session

import (
	"time"

	"github.com/google/uuid"

	"vestibule/backend/fault"
)

// Kind says who holds a session.
type Kind string

// The kinds of session.
const (
	Browser Kind = "browser" // held by a cookie
	Client  Kind = "client"  // held by a refresh token

	// Alone is a client that acts for itself, with a token of its own: no session, and no row.
	Alone Kind = "alone"
)

// Reason says why a session was ended before its time.
type Reason string

// The reasons. Deleted stands where nobody gave one: an operator did it by hand. Expired is never
// stored: a session whose time is over is not a revocation, but an open page is told all the same.
const (
	SignedOut       Reason = "signed_out"
	EndedByUser     Reason = "ended_by_user"
	EndedByAdmin    Reason = "ended_by_admin"
	PasswordChanged Reason = "password_changed"
	AccountChanged  Reason = "account_changed"
	Reuse           Reason = "reuse"      // a refresh token or a code came back that had been used
	Suspicious      Reason = "suspicious" // the oldest of more than anybody has
	Deleted         Reason = "deleted"
	Expired         Reason = "expired"
)

// What a password alone proves.
const (
	MethodPassword = "pwd"  // RFC 8176
	LevelPassword  = "aal1" // NIST SP 800-63B-4
)

// ErrNotFound is reported for unknown, expired and ended sessions alike, so that an answer never
// tells a guesser which ones exist.
var ErrNotFound = &fault.Error{
	Kind: fault.Unauthenticated, Code: "unauthenticated", Message: "There is no live session. Sign in to go on.",
}

// ErrNoSuchSession is reported when someone names a session that is not theirs, or is over.
var ErrNoSuchSession = &fault.Error{Kind: fault.NotFound, Code: "not_found", Message: "You have no such session."}

// Session is one login of one user on one device.
type Session struct {
	Key               string    // SHA-256 of the session secret in hex; nothing in it can be sent as a cookie
	SID               uuid.UUID // the public identifier
	Kind              Kind
	UserID            uuid.UUID
	ClientID          string // empty for kind browser
	Remember          bool   // "keep me signed in"
	IP                string // where it was made
	UserAgent         string // what it was made with
	CreatedAt         time.Time
	LastSeenAt        time.Time
	IdleExpiresAt     time.Time
	AbsoluteExpiresAt time.Time
	AuthTime          time.Time // the last proof
	AMR               []string  // how it was proved (RFC 8176)
	ACR               string    // how well
}

// State says whether a session lives, judged by its two limits alone.
type State int

// The states.
const (
	Live State = iota
	IdleExpired
	AbsoluteExpired
)

// State judges both limits at a moment. A limit is the first instant at which the session is over.
func (s Session) State(now time.Time) State {
	switch {
	case !now.Before(s.AbsoluteExpiresAt):
		return AbsoluteExpired
	case !now.Before(s.IdleExpiresAt):
		return IdleExpired
	}
	return Live
}

// Limits are how long a session lives.
type Limits struct {
	Idle     time.Duration // without use
	Absolute time.Duration // in all
}

// Policy is how long sessions live, and how long a proof is fresh. Immutable.
type Policy struct {
	Normal          Limits
	Remembered      Limits        // with "keep me signed in"
	StepUpFreshness time.Duration // how old the last proof may be for something sensitive
}

// Limits gives those of one sort of session.
func (p Policy) Limits(remember bool) Limits {
	if remember {
		return p.Remembered
	}
	return p.Normal
}

// SlideStep is how far apart two writes for one session's use are: a minute, or a tenth of the idle
// timeout if that is less.
func (p Policy) SlideStep(remember bool) time.Duration {
	return min(time.Minute, p.Limits(remember).Idle/10)
}

// Fresh reports whether the last proof is at most maxAge old.
func (s Session) Fresh(maxAge time.Duration, now time.Time) bool {
	return now.Sub(s.AuthTime) <= maxAge
}
