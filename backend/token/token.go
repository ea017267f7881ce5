// Package token makes the tokens that leave for a downstream: signed JWTs (RFC 9068) that live
// minutes and are good for one audience; and it keeps the keys that sign them.
package token

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unsafe"

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

// ErrNoKey is reported while no key can sign: every one is revoked, or the master key opens none.
var ErrNoKey = &fault.Error{Kind: fault.Unavailable, Code: "signing_key_unavailable", Message: "No token can be signed just now. Try again in a moment.", RetryAfter: 2 * time.Second}

// Grant is what a token says, and of whom. Without a SID it is that of a client which acts for itself.
type Grant struct {
	Subject, SID, ClientID, Audience string
	AuthTime                         time.Time
	AMR                              []string
	ACR                              string
	Roles                            []string        // nil: none are told
	Act                              json.RawMessage // who acts for the subject (RFC 8693, 4.1); nil for nobody
	Email, Name                      string          // only for a downstream that asks; empty otherwise
	NotAfter                         time.Time       // the session's absolute end
}

// Token is one that was issued.
type Token struct {
	Value     secret.Value
	ID        string // jti
	ExpiresAt time.Time
	Kept      Kept
}

// Kept is all of a token that can't be told from its grant: enough to write it again, and a fraction of
// it. Immutable, and of one piece: there may be very many.
type Kept struct {
	key                 *key
	id                  [16]byte
	issuedAt, expiresAt uint32   // seconds since 1970
	short               [64]byte // the signature, of ES256 and EdDSA
	long                string   // the signature, where it is longer
}

// Bytes is about how much memory it takes.
func (k *Kept) Bytes() int { return int(unsafe.Sizeof(*k)) + len(k.long) }

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

// Err gives ErrNoKey while no token can be signed.
func (i *Issuer) Err(now time.Time) error {
	if i.ring.at(now).signing == nil {
		return ErrNoKey
	}
	return nil
}

// Lifetime is how long a token lives, at most.
func (i *Issuer) Lifetime() time.Duration { return i.lifetime }

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
	by := i.ring.at(now).signing
	if by == nil {
		return Token{}, ErrNoKey
	}
	k := Kept{key: by, issuedAt: seconds(now), expiresAt: seconds(expires)}
	_, _ = rand.Read(k.id[:])
	signed := i.unsigned(nil, &k, g)
	signature, err := k.key.method.Sign(string(signed), k.key.private)
	if err != nil {
		return Token{}, fmt.Errorf("sign a token with key %s: %w", k.key.id, err)
	}
	if len(signature) == len(k.short) {
		copy(k.short[:], signature)
	} else {
		k.long = string(signature)
	}
	return Token{Value: secret.Of(string(k.sign(signed))), ID: idText(k.id), ExpiresAt: time.Unix(int64(k.expiresAt), 0), Kept: k}, nil
}

func seconds(at time.Time) uint32 { return uint32(at.Unix()) } //nolint:gosec // until 2106

// AppendTo writes a token that was issued for this very grant behind what is there.
func (i *Issuer) AppendTo(to []byte, k *Kept, g Grant) []byte { return k.sign(i.unsigned(to, k, g)) }

// Fresh reports whether a token may be used again: it has at least a fifth of its life left, and the
// key that signed it is neither revoked nor out of the JWKS. A key that has been followed by the next one
// is neither: a rotation is no reason to sign everything anew.
func (i *Issuer) Fresh(k *Kept, now time.Time) bool {
	i.ring.at(now)
	return !k.key.out.Load() && now.Unix() < int64(k.expiresAt-(k.expiresAt-k.issuedAt)/5)
}

// sign puts the signature behind what it signs.
func (k *Kept) sign(signed []byte) []byte {
	signed = append(signed, '.')
	if k.long != "" {
		return base64.RawURLEncoding.AppendEncode(signed, []byte(k.long))
	}
	return base64.RawURLEncoding.AppendEncode(signed, k.short[:])
}

// unsigned writes what is signed (RFC 7515, 5.1): the head, a dot, the claims.
func (i *Issuer) unsigned(to []byte, k *Kept, g Grant) []byte {
	var buffer [1024]byte
	to = append(append(to, k.key.head...), '.')
	return base64.RawURLEncoding.AppendEncode(to, i.claims(buffer[:0], k, g))
}

// Usual are the claims of each token that is exchanged for a session; a downstream may ask for more.
var Usual = []string{"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "sid", "auth_time", "amr", "acr", "roles"}

// claims are all that a token ever carries. Never a password, never a secret. Written by hand, since
// it is done for each request; the tests hold it against encoding/json.
func (i *Issuer) claims(to []byte, k *Kept, g Grant) []byte {
	to = text(append(to, `{"iss":`...), i.issuer)
	to = text(append(to, `,"sub":`...), g.Subject)
	to = text(append(to, `,"aud":`...), g.Audience)
	to = strconv.AppendUint(append(to, `,"exp":`...), uint64(k.expiresAt), 10)
	to = strconv.AppendUint(append(to, `,"iat":`...), uint64(k.issuedAt), 10)
	to = base64.RawURLEncoding.AppendEncode(append(to, `,"jti":"`...), k.id[:])
	to = text(append(to, `","client_id":`...), g.ClientID)
	if g.SID != "" {
		to = text(append(to, `,"sid":`...), g.SID)
		to = strconv.AppendInt(append(to, `,"auth_time":`...), g.AuthTime.Unix(), 10)
		to = texts(append(to, `,"amr":`...), g.AMR)
		to = text(append(to, `,"acr":`...), g.ACR)
	}
	if g.Roles != nil {
		to = texts(append(to, `,"roles":`...), g.Roles)
	}
	if g.Act != nil {
		to = append(append(to, `,"act":`...), g.Act...)
	}
	if g.Email != "" {
		to = text(append(to, `,"email":`...), g.Email)
	}
	if g.Name != "" {
		to = text(append(to, `,"name":`...), g.Name)
	}
	return append(to, '}')
}

func texts(to []byte, all []string) []byte {
	to = append(to, '[')
	for n, one := range all {
		if n > 0 {
			to = append(to, ',')
		}
		to = text(to, one)
	}
	return append(to, ']')
}

// text writes a string of JSON.
func text(to []byte, s string) []byte {
	for n := range len(s) {
		if c := s[n]; c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(strings.Clone(s)) // strings always encode; a clone, so that s can stay on the stack
			return append(to, quoted...)
		}
	}
	return append(append(append(to, '"'), s...), '"')
}

// newID is 128 random bits.
func newID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	return idText(raw)
}

func idText(raw [16]byte) string { return base64.RawURLEncoding.EncodeToString(raw[:]) }
