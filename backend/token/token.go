// Package token makes the tokens that leave for a downstream: signed JWTs (RFC 9068) that live
// minutes and are good for one audience; and it keeps the keys that sign them.
package token

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"vestibule/backend/fault"
	"vestibule/backend/secret"
)

// The bounds of a token's life. The configuration refuses more.
const (
	LifetimeLeast = time.Minute
	LifetimeMost  = 15 * time.Minute
)

// typ is the media type of a JWT access token (RFC 9068, 2.1).
const typ = "at+jwt"

// ErrEnded is reported when a token is asked for past the session's absolute end.
var ErrEnded = &fault.Error{Kind: fault.Unauthenticated, Code: "unauthenticated", Message: "There is no live session. Sign in to go on."}

// Grant is what a token says, and of whom.
type Grant struct {
	Subject, SID, ClientID, Audience string
	AuthTime                         time.Time
	AMR                              []string
	ACR                              string
	Roles                            []string
	Email, Name                      string    // only for a downstream that asks; empty otherwise
	NotAfter                         time.Time // the session's absolute end
}

// Token is one that was issued.
type Token struct {
	Value     secret.Value
	ID        string // jti
	Audience  string
	ExpiresAt time.Time
	RenewAt   time.Time // from then on another one is issued: less than a fifth of its life is left
	key       string    // the kid of the key that signed it
}

// Bytes is about how much memory it takes.
func (t Token) Bytes() int { return 160 + len(t.Value.Reveal()) }

// claims are all that a token ever carries. Never a password, never a secret.
type claims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  string   `json:"aud"`
	ExpiresAt int64    `json:"exp"`
	IssuedAt  int64    `json:"iat"`
	ID        string   `json:"jti"`
	SID       string   `json:"sid"`
	ClientID  string   `json:"client_id"`
	AuthTime  int64    `json:"auth_time"`
	AMR       []string `json:"amr"`
	ACR       string   `json:"acr"`
	Roles     []string `json:"roles"`
	Email     string   `json:"email,omitempty"`
	Name      string   `json:"name,omitempty"`
}

// Issuer issues tokens. Safe for concurrent use.
type Issuer struct {
	ring     *Ring
	issuer   string
	lifetime time.Duration
}

// NewIssuer makes one. issuer is the public URL without a slash at its end; lifetime lies between
// LifetimeLeast and LifetimeMost.
func NewIssuer(ring *Ring, issuer string, lifetime time.Duration) (*Issuer, error) {
	if lifetime < LifetimeLeast || lifetime > LifetimeMost {
		return nil, fmt.Errorf("token.lifetime: %s is out of bounds: %s to %s", lifetime, LifetimeLeast, LifetimeMost)
	}
	return &Issuer{ring: ring, issuer: issuer, lifetime: lifetime}, nil
}

// Issue signs a token for one audience. It never outlives the session's absolute end; ErrEnded when
// that has passed, or is less than a second away.
func (i *Issuer) Issue(g Grant, now time.Time) (Token, error) {
	expires := now.Add(i.lifetime)
	if g.NotAfter.Before(expires) {
		expires = g.NotAfter
	}
	if expires.Unix() <= now.Unix() {
		return Token{}, ErrEnded
	}
	id := newID()
	key := i.ring.signing()
	unsigned := jwt.NewWithClaims(key.method, &signable{claims: claims{
		Issuer: i.issuer, Subject: g.Subject, Audience: g.Audience, ExpiresAt: expires.Unix(), IssuedAt: now.Unix(), ID: id,
		SID: g.SID, ClientID: g.ClientID, AuthTime: g.AuthTime.Unix(), AMR: g.AMR, ACR: g.ACR, Roles: g.Roles, Email: g.Email, Name: g.Name,
	}})
	unsigned.Header["typ"], unsigned.Header["kid"] = typ, key.ID
	signed, err := unsigned.SignedString(key.private)
	if err != nil {
		return Token{}, fmt.Errorf("sign a token with key %s: %w", key.ID, err)
	}
	return Token{Value: secret.Of(signed), ID: id, Audience: g.Audience, ExpiresAt: time.Unix(expires.Unix(), 0),
		RenewAt: expires.Add(-expires.Sub(now) / 5), key: key.ID}, nil
}

// Fresh reports whether a token may be used again: it has at least a fifth of its life left, and the
// key that signed it is the one that signs now.
func (i *Issuer) Fresh(t Token, now time.Time) bool {
	return now.Before(t.RenewAt) && t.key == i.ring.signing().ID
}

// signable lets golang-jwt sign our claims; it only validates when it parses, which we never do here.
type signable struct {
	jwt.RegisteredClaims `json:"-"`
	claims
}

// newID is 128 random bits.
func newID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}
