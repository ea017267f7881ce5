// Package user is people: their accounts, passwords and roles, and the limits on guessing them.
package user

import (
	"time"

	"github.com/google/uuid"

	"vestibule/backend/fault"
)

// The roles.
const (
	RoleUser  = "user"
	RoleAdmin = "admin"
)

// Faults of this package. At sign-in one answer stands for a wrong password, an unknown address and
// a disabled account: same words, same status, same work.
var (
	ErrInvalidCredentials = &fault.Error{Kind: fault.Unauthenticated, Code: "invalid_credentials", Message: "Email or password is wrong."}
	ErrEmailTaken         = &fault.Error{Kind: fault.Conflict, Code: "email_taken", Message: "There is an account with this address already."}
	ErrRateLimited        = &fault.Error{Kind: fault.RateLimited, Code: "rate_limited", Message: "Too many attempts. Wait before the next one."}
	ErrBusy               = &fault.Error{Kind: fault.Unavailable, Code: "busy", Message: "Too many people are signing in just now. Try again in a moment.", RetryAfter: 2 * time.Second}
	ErrNotFound           = &fault.Error{Kind: fault.NotFound, Code: "not_found", Message: "There is no such account."}
	ErrSessionEnded       = &fault.Error{Kind: fault.Unauthenticated, Code: "unauthenticated", Message: "There is no live session. Sign in to go on."}
	ErrLastAdmin          = &fault.Error{Kind: fault.Conflict, Code: "last_admin", Message: "This is the last administrator: make another one first."}
	ErrRegistrationClosed = &fault.Error{Kind: fault.Forbidden, Code: "registration_closed", Message: "New accounts are not open to everyone here."}
)

// User is one person's account.
type User struct {
	ID                uuid.UUID
	Email             string // as typed, NFC
	Name              string
	Role              string
	CredentialVersion int64 // rises whenever what a sign-in proved stops being true
	Disabled          bool
	CreatedAt         time.Time
	PasswordChangedAt time.Time
}

// Registration is what someone types to get an account.
type Registration struct{ Email, Password, Name string }

// PasswordChange is what someone types to change their password, and the session they do it in.
type PasswordChange struct {
	UserID, SID  uuid.UUID
	Current, New string
	NewKey       string // the hash of the session's next secret
}
