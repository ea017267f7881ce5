// Package event names the audit events: the append-only account of what happened. An event is
// written in the same transaction as what it tells.
package event

import (
	"time"

	"github.com/google/uuid"
)

// Name is `noun.past`.
type Name string

// The audit events. The trigger on sessions writes SessionEnded itself, whoever deletes the row.
const (
	UserRegistered  Name = "user.registered"
	UserUnlocked    Name = "user.unlocked"
	UserDisabled    Name = "user.disabled"
	UserEnabled     Name = "user.enabled"
	RoleChanged     Name = "role.changed"
	SignInFailed    Name = "sign_in.failed"
	SignInLimited   Name = "sign_in.limited"
	SessionCreated  Name = "session.created"
	SessionEnded    Name = "session.ended"
	SessionRotated  Name = "session.rotated"
	SessionsEnded   Name = "sessions.ended" // many at once, by an administrator; each is told of beside it
	StepUpPassed    Name = "step_up.passed"
	StepUpFailed    Name = "step_up.failed"
	PasswordChanged Name = "password.changed"
	PasswordRefused Name = "password.refused"
	KeyCreated      Name = "key.created"
	KeyRetired      Name = "key.retired"
	KeyRevoked      Name = "key.revoked"
	KeyResealed     Name = "key.resealed"
	EventsExported  Name = "events.exported"

	ApprovalGranted         Name = "approval.granted" // a person let a client in
	ApprovalDenied          Name = "approval.denied"
	AuthorizationCodeReused Name = "authorization_code.reused" // a device code, too
	RefreshTokenReused      Name = "refresh_token.reused"
)

// Origin says where a request came from. It is a plain value that every service method which
// changes something takes along, for the event and for the new session's row.
type Origin struct {
	Actor     uuid.UUID // who did it; zero when nobody is signed in
	IP        string    // without port
	UserAgent string    // at most 512 bytes, valid UTF-8
	RequestID string
}

// Event is one line of the account.
type Event struct {
	Name   Name
	Origin Origin
	UserID uuid.UUID      // whom it concerns; zero when unknown
	SID    uuid.UUID      // which session it concerns; zero for none
	Detail map[string]any // never a secret
}

// Recorded is an event as it stands in the account.
type Recorded struct {
	ID int64 // rises with time; the cursor of a list
	At time.Time
	Event
}
