// Package refresh is refresh tokens: single-use secrets, each of which is exchanged for its successor.
// The chain of one login is a family, and ends with the session that the login is.
package refresh

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/event"
	"vestibule/backend/fault"
	"vestibule/backend/secret"
)

const (
	prefix     = "vrt_" // so that people, and scanners for leaked secrets, know one when they see it
	familySize = 16     // bytes
	ownSize    = 32     // bytes: 256 random bits
	checkSize  = 6      // bytes
	size       = familySize + ownSize + checkSize

	sealPurpose = "vestibule refresh successor v1"
)

// ErrInvalid is reported for tokens that are unknown, used, expired, of another client, or of a session
// that has ended, all alike (RFC 6749, 5.2).
var ErrInvalid = &fault.Error{Kind: fault.Malformed, Code: "invalid_grant", Message: "This refresh token is not good, or not any more. Sign in again."}

// Token is one refresh token: what its family shares, 256 random bits of its own, and a checksum of both.
// The checksum proves nothing: it tells a token that was damaged on its way, or made up, from a used one,
// so that neither ends a session. Whoever can make one that passes has seen a token of the family.
type Token struct{ raw [size]byte }

// New makes the first token of a new family.
func New() Token {
	var t Token
	_, _ = rand.Read(t.raw[:])
	return t.checked()
}

// next makes another one of the same family.
func (t Token) next() Token {
	_, _ = rand.Read(t.raw[familySize : familySize+ownSize])
	return t.checked()
}

func (t Token) checked() Token {
	sum := sha256.Sum256(t.raw[:familySize+ownSize])
	copy(t.raw[familySize+ownSize:], sum[:checkSize])
	return t
}

// Parse reads a token. It reports false for anything that is damaged or none of ours.
func Parse(text string) (Token, bool) {
	var t Token
	text, found := strings.CutPrefix(text, prefix)
	if !found || len(text) != base64.RawURLEncoding.EncodedLen(size) {
		return t, false
	}
	if n, err := base64.RawURLEncoding.Strict().Decode(t.raw[:], []byte(text)); err != nil || n != size { // it passes over line breaks
		return t, false
	}
	return t, t == t.checked()
}

// Secret is its text, for the client alone.
func (t Token) Secret() secret.Value {
	return secret.Of(prefix + base64.RawURLEncoding.EncodeToString(t.raw[:]))
}

// Format implements fmt.Formatter, so that no way of printing shows it.
func (Token) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[refresh token]")) }

// Family is the SHA-256 of what all of its family share, in hex.
func (t Token) Family() string {
	sum := sha256.Sum256(t.raw[:familySize])
	return hex.EncodeToString(sum[:])
}

// Hash is the SHA-256 of it, in hex: all that is kept.
func (t Token) Hash() string { return t.Secret().Hash() }

// aead is what only this token yields.
func (t Token) aead() cipher.AEAD {
	key, err := hkdf.Key(sha256.New, t.raw[:], nil, sealPurpose, 32)
	if err != nil {
		panic(err) // only where the length is out of bounds
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err) // likewise
	}
	sealer, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // likewise
	}
	return sealer
}

func (t Token) seal(successor Token) []byte { return t.aead().Seal(nil, nil, successor.raw[:], nil) }

func (t Token) unseal(sealed []byte) (Token, error) {
	var successor Token
	plain, err := t.aead().Open(nil, nil, sealed, nil)
	if err != nil {
		return successor, fmt.Errorf("open the successor of a refresh token: %w", err)
	}
	copy(successor.raw[:], plain)
	return successor, nil
}

// Verdict says what a token that was shown is.
type Verdict int

// The verdicts.
const (
	Unknown  Verdict = iota // of no family that lives, or of another client's
	Unused                  // the one that is to be used: its successor takes its place
	Repeated                // the newest used one, just after its first use: its answer was lost, or two requests raced
	Reused                  // used before: somebody has a copy
)

// Family is what a token of one login is judged by.
type Family struct {
	ClientID string
	Current  string // hash of the one that has not been used
	Used     string // of the newest used one; empty for none
	UsedAt   time.Time
}

// Judge says what the token with this hash is, of this family, shown by this client.
func (f Family) Judge(hash, clientID string, now time.Time, retryWithin time.Duration) Verdict {
	switch {
	case f.ClientID != clientID:
		return Unknown
	case f.Current == hash:
		return Unused
	case f.Used == hash && now.Sub(f.UsedAt) < retryWithin:
		return Repeated
	}
	return Reused
}

// Use is a token that was shown, and what takes its place if it is the one to be used.
type Use struct {
	Family, Hash, ClientID string
	NextHash               string
	NextSealed             []byte
	Idle                   time.Duration // how long the session may now go without use
	RetryWithin            time.Duration
	Origin                 event.Origin
}

// Login is the session that the tokens are of.
type Login struct {
	SID, UserID       uuid.UUID
	ClientID          string
	AuthTime          time.Time
	AMR               []string
	ACR               string
	AbsoluteExpiresAt time.Time
}

// Store keeps families. Safe for concurrent use.
type Store interface {
	// Use judges a token and does what follows, all in one transaction, by the database's clock: an unused
	// one gives way to its successor, and the session slides; one that was used before ends the session
	// (reason reuse), with an audit event. Of many at once for one family, each sees what the one before
	// has done. Successor is the sealed one where the verdict is Repeated. Unknown is a verdict, not an error.
	Use(ctx context.Context, use Use) (verdict Verdict, login Login, successor []byte, err error)
	// Find tells which session a token is of, whatever the token is there; ErrInvalid for none that lives.
	// current is whether it is the one that may be used.
	Find(ctx context.Context, family, hash string) (login Login, current bool, err error)
}

// Config is what a service is made from. All of it is required.
type Config struct {
	Store       Store
	Idle        time.Duration // without use, a session is over after so long; never past its absolute limit
	RetryWithin time.Duration // how long after its first use the newest used token gets the same successor again
	// Heard waits until this replica has heard of all that was committed before.
	Heard func(context.Context)
}

// Service is the rules. Safe for concurrent use.
type Service struct{ Config }

// NewService wires the rules to a store.
func NewService(config Config) *Service { return &Service{config} }

// Refresh exchanges a token for its successor: once. For RetryWithin from its first use the newest used
// one gets the same successor, on whichever replica. ErrInvalid for all others; one that was used before
// ends its session (RFC 9700, 4.14.2).
func (s *Service) Refresh(ctx context.Context, shown, clientID string, origin event.Origin) (Login, Token, error) {
	token, ok := Parse(shown)
	if !ok {
		return Login{}, Token{}, ErrInvalid
	}
	next := token.next()
	verdict, login, sealed, err := s.Store.Use(ctx, Use{
		Family: token.Family(), Hash: token.Hash(), ClientID: clientID, NextHash: next.Hash(), NextSealed: token.seal(next),
		Idle: s.Idle, RetryWithin: s.RetryWithin, Origin: origin,
	})
	if err != nil {
		return Login{}, Token{}, err
	}
	switch verdict {
	case Unused:
		return login, next, nil
	case Repeated:
		next, err = token.unseal(sealed)
		return login, next, err
	case Reused:
		s.Heard(ctx)
	}
	return Login{}, Token{}, ErrInvalid
}

// Find tells which session a token is of, and whether it may be used.
func (s *Service) Find(ctx context.Context, shown string) (login Login, current bool, err error) {
	token, ok := Parse(shown)
	if !ok {
		return Login{}, false, ErrInvalid
	}
	return s.Store.Find(ctx, token.Family(), token.Hash())
}
