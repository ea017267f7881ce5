// Package fault is Vestibule's one error type: an error is born once, with a stable code, wrapped
// with %w on its way up, and turned into a problem document (RFC 9457) once, in httpapi.
package fault

import (
	"errors"
	"time"
)

// Kind says what sort of failure it is. Each kind maps to exactly one HTTP status, in httpapi.
type Kind int

// The kinds. Internal is the zero value, so an error that forgets its kind never looks harmless.
const (
	Internal             Kind = iota // 500
	Malformed                        // 400
	Unauthenticated                  // 401
	Forbidden                        // 403
	NotFound                         // 404
	MethodNotAllowed                 // 405
	Conflict                         // 409
	TooLarge                         // 413
	UnsupportedMediaType             // 415
	Invalid                          // 422
	RateLimited                      // 429
	HeadTooLarge                     // 431 (RFC 6585, 5)
	BadGateway                       // 502
	Unavailable                      // 503
	GatewayTimeout                   // 504
)

// Field names one input that broke a rule.
type Field struct {
	Name    string `json:"field"`   // as the caller wrote it, snake_case
	Rule    string `json:"rule"`    // stable, for programs: too_short, unknown, …
	Message string `json:"message"` // a sentence for people
}

// Error carries everything a caller may see, and in Err what it may not.
// Values are immutable once made; the With methods return copies. Safe for concurrent use.
type Error struct {
	Kind       Kind
	Code       string         // stable, snake_case
	Message    string         // a sentence for people, without secrets
	Fields     []Field        // for Invalid and Malformed
	RetryAfter time.Duration  // for RateLimited and Unavailable; sent in whole seconds, rounded up
	Extra      map[string]any // further members of the problem document
	Err        error          // the cause, for the log only
}

// Error implements error, for logs.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Code + ": " + e.Err.Error()
	}
	return e.Code + ": " + e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes errors.Is compare codes, so a copy made by a With method still matches its original.
func (e *Error) Is(target error) bool {
	var other *Error
	return errors.As(target, &other) && other.Code == e.Code
}

// With returns a copy that carries its cause.
func (e *Error) With(cause error) *Error {
	copied := *e
	copied.Err = cause
	return &copied
}

// After returns a copy that asks the caller to wait.
func (e *Error) After(wait time.Duration) *Error {
	copied := *e
	copied.RetryAfter = wait
	return &copied
}

// NewInvalid reports fields that broke a rule: 422 validation_failed.
func NewInvalid(fields ...Field) *Error {
	return &Error{Kind: Invalid, Code: "validation_failed", Message: "Some fields need another value.", Fields: fields}
}

// From finds the Error in err's chain. Anything else becomes Internal with the code
// internal_error, so that no text of an unknown error reaches a caller.
func From(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return &Error{Kind: Internal, Code: "internal_error", Message: "Something went wrong on our side.", Err: err}
}
