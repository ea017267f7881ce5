// Package approval is how a client that is no browser gets in: a person approves it on a page, and it
// fetches its tokens with a code (RFC 6749, 4.1, with PKCE, RFC 7636) or a device code (RFC 8628).
package approval

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"regexp"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/event"
	"vestibule/backend/fault"
	"vestibule/backend/secret"
)

const (
	codeFor   = time.Minute      // a code (ASVS 10.4.3)
	deviceFor = 10 * time.Minute // a device code
	pollEvery = 5 * time.Second  // a device may ask; it is told so
	slower    = 5 * time.Second  // and waits so much longer from then on, when it asks too soon (RFC 8628, 3.5)
)

// Faults of this package. The codes of those that a client gets are the RFCs'.
var (
	ErrInvalid     = &fault.Error{Kind: fault.Malformed, Code: "invalid_grant", Message: "This code is not good, or not any more."}
	ErrUsed        = &fault.Error{Kind: fault.Malformed, Code: "invalid_grant", Message: "This code was used before. What it got has ended."}
	ErrPending     = &fault.Error{Kind: fault.Malformed, Code: "authorization_pending", Message: "Nobody has approved it yet. Ask again."}
	ErrSlowDown    = &fault.Error{Kind: fault.Malformed, Code: "slow_down", Message: "This was too soon. Wait five seconds longer from now on."}
	ErrDenied      = &fault.Error{Kind: fault.Malformed, Code: "access_denied", Message: "It was denied."}
	ErrExpired     = &fault.Error{Kind: fault.Malformed, Code: "expired_token", Message: "The device code has expired. Begin again."}
	ErrUnknownCode = &fault.Error{Kind: fault.NotFound, Code: "unknown_code", Message: "There is no such code, or it has expired, or was used."}
)

// Proof is who approved, and how they have just shown it.
type Proof struct {
	UserID            uuid.UUID
	CredentialVersion int64 // what the proof was checked against
	AMR               []string
	ACR               string
}

// Code is an approval on its way to a client through a browser.
type Code struct {
	Hash, ClientID, RedirectURI, Challenge string
	SID                                    uuid.UUID // of the session that it becomes
	Proof
	Origin event.Origin
}

// Device is a device that waits for its approval.
type Device struct {
	Hash, UserCode string // SHA-256, in hex, both
	ClientID       string
	SID            uuid.UUID
	Origin         event.Origin // where it asked from, and with what
}

// Waiting is what a person is shown of a device that waits.
type Waiting struct {
	ClientID, IP, UserAgent string
	CreatedAt, ExpiresAt    time.Time
}

// Session is what the session will be that a code becomes.
type Session struct {
	Family, First  string        // hashes of the first refresh token; empty where the client may not have any
	Idle, Absolute time.Duration // its limits
	Origin         event.Origin  // where the client is, and what it is
}

// Redemption is a code that a client shows, and what it gets for it.
type Redemption struct {
	Hash, ClientID         string
	RedirectURI, Challenge string // of a code: those of the request, and what its verifier makes; not of a device code
	Session
}

// Login is the session that began.
type Login struct {
	SID, UserID       uuid.UUID
	AuthTime          time.Time
	AMR               []string
	ACR               string
	AbsoluteExpiresAt time.Time
}

// Store keeps approvals. Safe for concurrent use. Time is the database's.
type Store interface {
	// AddCode keeps a code for so long, with its audit event.
	AddCode(ctx context.Context, code Code, lasts time.Duration) error
	// AddDevice keeps a device that waits.
	AddDevice(ctx context.Context, device Device, lasts, every time.Duration) error
	// Waiting finds a device by its user code; ErrUnknownCode unless it waits still.
	Waiting(ctx context.Context, userCode string) (Waiting, error)
	// Decide notes what a person says to a device, once, with its audit event; ErrUnknownCode unless it
	// waits still. Of two that come at once, one wins.
	Decide(ctx context.Context, userCode string, approved bool, proof Proof, origin event.Origin) error
	// Deny accounts for a code that was not given.
	Deny(ctx context.Context, clientID string, origin event.Origin) error
	// Redeem makes the session that a code, which fits, was approved for, in one transaction with the code's
	// first use. ErrInvalid where it does not fit, or is over; ErrUsed for a second use, which ends the session that the first
	// one made (RFC 6749, 4.1.2).
	Redeem(ctx context.Context, redemption Redemption) (Login, error)
	// Poll is Redeem for a device code: ErrPending, ErrSlowDown, ErrDenied or ErrExpired while there is nothing.
	Poll(ctx context.Context, redemption Redemption, slower time.Duration) (Login, error)
}

// Config is what a service is made from. All of it is required.
type Config struct {
	Store Store
	// Heard waits until this replica has heard of all that was committed before.
	Heard func(context.Context)
}

// Service is the rules. Safe for concurrent use.
type Service struct{ Config }

// NewService wires the rules to a store.
func NewService(config Config) *Service { return &Service{config} }

// Request is what a client asks for, through a browser.
type Request struct{ ClientID, RedirectURI, Challenge string }

// Approve gives the code for a request that a person has approved: good once, for a minute.
func (s *Service) Approve(ctx context.Context, r Request, proof Proof, origin event.Origin) (secret.Value, error) {
	code := secret.New()
	err := s.Store.AddCode(ctx, Code{Hash: code.Hash(), ClientID: r.ClientID, RedirectURI: r.RedirectURI, Challenge: r.Challenge,
		SID: uuid.New(), Proof: proof, Origin: origin}, codeFor)
	return code, err
}

// Deny accounts for a request that a person has denied.
func (s *Service) Deny(ctx context.Context, clientID string, origin event.Origin) error {
	return s.Store.Deny(ctx, clientID, origin)
}

// Begun is what a device gets when it asks.
type Begun struct {
	Code     secret.Value
	UserCode string // as people read it: eight letters and a hyphen
	Lasts    time.Duration
	Every    time.Duration
}

// Begin keeps a device that waits.
func (s *Service) Begin(ctx context.Context, clientID string, origin event.Origin) (Begun, error) {
	code, typed := secret.New(), newUserCode()
	err := s.Store.AddDevice(ctx, Device{Hash: code.Hash(), UserCode: hashOf(typed), ClientID: clientID, SID: uuid.New(), Origin: origin}, deviceFor, pollEvery)
	return Begun{Code: code, UserCode: typed[:4] + "-" + typed[4:], Lasts: deviceFor, Every: pollEvery}, err
}

// Waiting says what a person would approve. ErrUnknownCode for anything that no device waits for.
func (s *Service) Waiting(ctx context.Context, typed string) (Waiting, error) {
	code, ok := readUserCode(typed)
	if !ok {
		return Waiting{}, ErrUnknownCode
	}
	return s.Store.Waiting(ctx, hashOf(code))
}

// Decide notes what a person says. proof is zero where they deny.
func (s *Service) Decide(ctx context.Context, typed string, approved bool, proof Proof, origin event.Origin) error {
	code, ok := readUserCode(typed)
	if !ok {
		return ErrUnknownCode
	}
	return s.Store.Decide(ctx, hashOf(code), approved, proof, origin)
}

// Shown is a code as a client shows it at the token endpoint.
type Shown struct {
	Code, ClientID        string
	RedirectURI, Verifier string // of a code, not of a device code
	Session
}

// Redeem gives the session for a code. ErrInvalid.
func (s *Service) Redeem(ctx context.Context, shown Shown) (Login, error) {
	code, ok := secret.Parse(shown.Code)
	if !ok || !verifierForm.MatchString(shown.Verifier) {
		return Login{}, ErrInvalid
	}
	made, err := s.Store.Redeem(ctx, shown.redemption(code))
	return made, s.heard(ctx, err)
}

// heard waits where a session was ended: by a second use, or, as one of too many, by a new one.
func (s *Service) heard(ctx context.Context, err error) error {
	if known := fault.From(err); err == nil || known == ErrUsed {
		s.Heard(ctx)
	}
	return err
}

// Poll gives the session for a device code. ErrPending, ErrSlowDown, ErrDenied, ErrExpired, ErrInvalid.
func (s *Service) Poll(ctx context.Context, shown Shown) (Login, error) {
	code, ok := secret.Parse(shown.Code)
	if !ok {
		return Login{}, ErrInvalid
	}
	made, err := s.Store.Poll(ctx, shown.redemption(code), slower)
	return made, s.heard(ctx, err)
}

func (s Shown) redemption(code secret.Value) Redemption {
	return Redemption{Hash: code.Hash(), ClientID: s.ClientID, RedirectURI: s.RedirectURI, Challenge: ChallengeOf(s.Verifier), Session: s.Session}
}

// The forms of RFC 7636: a verifier (4.1), and the challenge that S256 makes of it (4.2).
var (
	verifierForm  = regexp.MustCompile(`^[A-Za-z0-9._~-]{43,128}$`)
	challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
)

// IsChallenge reports whether a text is one that S256 makes.
func IsChallenge(text string) bool { return challengeForm.MatchString(text) }

// ChallengeOf is S256 (RFC 7636, 4.2).
func ChallengeOf(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Fits reports whether a code that was kept is the one that a client may redeem.
func (r Redemption) Fits(clientID, redirectURI, challenge string) bool {
	return r.ClientID == clientID && r.RedirectURI == redirectURI && subtle.ConstantTimeCompare([]byte(r.Challenge), []byte(challenge)) == 1
}
