// Package verifier checks the tokens that Vestibule issues, for downstream services in Go: an access
// token as RFC 9068 has it, signed by a key of the issuer's JWKS, for this service's own audience.
//
//	v, err := verifier.New(verifier.Config{Issuer: "https://app.example.com", Audience: "orders",
//		JWKSURL: "http://vestibule.internal:8081/.well-known/jwks.json"})
//	http.Handle("/", v.Middleware(orders))
//
// A signature alone is good until the token expires, minutes after its session has ended. With a Feed,
// a token is refused from the moment its session ends:
//
//	feed, err := verifier.Follow(ctx, verifier.FeedConfig{URL: "http://vestibule.internal:8081/revocations",
//		WhenStale: verifier.Required})
//	v, err := verifier.New(verifier.Config{…, Feed: feed})
//
// It imports nothing else of Vestibule's.
package verifier

import (
	"cmp"
	"context"
	"crypto"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	maxToken      = 8 << 10 // bytes: what is parsed at all
	defaultLeeway = 30 * time.Second
	mostLeeway    = 5 * time.Minute // more would keep tokens alive, not forgive clocks
)

// Why a token was refused. Every error of Verify is one of these, wrapped; test with errors.Is.
// ErrUnavailable and ErrStale are no fault of the token, and pass: answer 503 to them, 401 to the others.
var (
	ErrMalformed   = errors.New("the token is malformed")
	ErrType        = errors.New("this is not an access token (typ)")
	ErrAlgorithm   = errors.New("the algorithm is not allowed")
	ErrKey         = errors.New("no key of the issuer has signed it")
	ErrSignature   = errors.New("the signature is wrong")
	ErrIssuer      = errors.New("it is from another issuer")
	ErrAudience    = errors.New("it is for another audience")
	ErrTime        = errors.New("it is not valid now")
	ErrClaims      = errors.New("a required claim is missing")
	ErrUnavailable = errors.New("the issuer's keys can't be fetched")
	ErrRevoked     = errors.New("its session has ended")
	ErrStale       = errors.New("it is not known just now which sessions have ended")
)

// Config says whom to trust, and as whom.
type Config struct {
	Issuer     string           // `iss`, exactly: the public URL without a slash at its end
	Audience   string           // `aud`: this service's own
	JWKSURL    string           // where the keys are, with http or https; a redirect is not followed
	Keys       Keys             // in place of JWKSURL, for who has the keys at hand
	Algorithms []string         // allowed; ES256 alone by default. Never a symmetric one, never none
	Leeway     time.Duration    // for clocks that differ; 30 s by default, 5 min at most
	Feed       *Feed            // of ended sessions, from Follow; without one, a token lives until it expires
	Client     *http.Client     // for the keys; one with a limit of 5 s by default
	Now        func() time.Time // time.Now by default
}

// Claims are what a valid token says.
type Claims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  audience `json:"aud"`
	ExpiresAt int64    `json:"exp"` // seconds since 1970, as all times here
	NotBefore int64    `json:"nbf,omitempty"`
	IssuedAt  int64    `json:"iat"`
	ID        string   `json:"jti"`
	SID       string   `json:"sid,omitempty"`
	ClientID  string   `json:"client_id"`
	AuthTime  int64    `json:"auth_time,omitempty"`
	AMR       []string `json:"amr,omitempty"`
	ACR       string   `json:"acr,omitempty"`
	Roles     []string `json:"roles,omitempty"`
	Email     string   `json:"email,omitempty"`
	Name      string   `json:"name,omitempty"`
}

// Keys gives a public key of the issuer by its id, and the one algorithm that it is for. It must be safe
// for concurrent use, and quick: it is asked for each token.
type Keys func(kid string) (algorithm string, public crypto.PublicKey, there bool)

func (k Keys) find(_ context.Context, kid string) (publicKey, error) {
	algorithm, public, there := k(kid)
	if !there {
		return publicKey{}, fmt.Errorf("%w: the issuer has no such key", ErrKey)
	}
	return publicKey{algorithm, public}, nil
}

// Verifier verifies tokens. Safe for concurrent use.
type Verifier struct {
	config Config
	keys   interface {
		find(ctx context.Context, kid string) (publicKey, error)
	}
}

// New makes a verifier. It fetches nothing yet: a service may start before Vestibule does.
func New(c Config) (*Verifier, error) {
	if c.Issuer == "" || c.Audience == "" || (c.JWKSURL == "") == (c.Keys == nil) {
		return nil, errors.New("verifier: Issuer, Audience, and JWKSURL or Keys are required")
	}
	if len(c.Algorithms) == 0 {
		c.Algorithms = []string{"ES256"}
	}
	if at, err := url.Parse(c.JWKSURL); c.Keys == nil && (err != nil || at.Host == "" || (at.Scheme != "http" && at.Scheme != "https")) {
		return nil, fmt.Errorf("verifier: JWKSURL %q is no http or https URL", c.JWKSURL)
	}
	for _, algorithm := range c.Algorithms {
		if !slices.Contains([]string{"ES256", "EdDSA", "RS256"}, algorithm) {
			return nil, fmt.Errorf("verifier: algorithm %q is none of ES256, EdDSA, RS256", algorithm)
		}
	}
	if c.Leeway < 0 || c.Leeway > mostLeeway {
		return nil, fmt.Errorf("verifier: Leeway %s is out of bounds: 0 to %s", c.Leeway, mostLeeway)
	}
	c.Leeway = cmp.Or(c.Leeway, defaultLeeway)
	if c.Feed != nil && c.Leeway > defaultLeeway {
		return nil, fmt.Errorf("verifier: with a Feed, Leeway is %s at most: an end is remembered no longer", defaultLeeway)
	}
	c.Client = cmp.Or(c.Client, &http.Client{Timeout: askFor})
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Keys != nil {
		return &Verifier{config: c, keys: c.Keys}, nil
	}
	return &Verifier{config: c, keys: newKeySet(c.JWKSURL, c.Client, c.Now)}, nil
}

// Verify checks one token (RFC 9068, 4; RFC 8725, 3): its type, the algorithm against the allowed
// ones and the key's own, the signature, issuer, audience, times, and that every required claim is
// there; and last, with a Feed, that its session has not ended. Headers that bring a key along (jwk,
// jku, x5u, x5c) are never followed.
func (v *Verifier) Verify(ctx context.Context, raw string) (*Claims, error) {
	if len(raw) > maxToken {
		return nil, fmt.Errorf("%w: it is over %d bytes", ErrMalformed, maxToken)
	}
	if strings.ContainsAny(raw, "\r\n") { // which Go's base64 would read over, also when strict
		return nil, fmt.Errorf("%w: it has a line break", ErrMalformed)
	}
	var found Claims
	parser := jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithStrictDecoding())
	if _, err := parser.ParseWithClaims(raw, &found, func(t *jwt.Token) (any, error) { return v.key(ctx, t) }); err != nil {
		return nil, reason(err)
	}
	if err := v.check(&found); err != nil {
		return nil, err // and no claims: a caller that overlooks the error must not find any
	}
	if v.config.Feed != nil {
		if err := v.config.Feed.judge(ctx, found.SID); err != nil {
			return nil, err
		}
	}
	return &found, nil
}

// key picks the key that the head names, after the head itself has passed.
func (v *Verifier) key(ctx context.Context, t *jwt.Token) (any, error) {
	if !slices.Contains(v.config.Algorithms, t.Method.Alg()) {
		return nil, ErrAlgorithm
	}
	kind, _ := t.Header["typ"].(string)
	if kind = strings.ToLower(kind); kind != "at+jwt" && kind != "application/at+jwt" {
		return nil, ErrType
	}
	if _, critical := t.Header["crit"]; critical {
		return nil, fmt.Errorf("%w: it demands an extension that is unknown here", ErrMalformed)
	}
	id, _ := t.Header["kid"].(string)
	if id == "" {
		return nil, fmt.Errorf("%w: it names no key", ErrKey)
	}
	found, err := v.keys.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if found.algorithm != t.Method.Alg() {
		return nil, fmt.Errorf("%w: the key signs with another", ErrAlgorithm)
	}
	return found.public, nil
}

// reason turns golang-jwt's errors into ours.
func reason(err error) error {
	for _, ours := range []error{ErrType, ErrKey, ErrAlgorithm, ErrUnavailable, ErrMalformed} {
		if errors.Is(err, ours) {
			return err
		}
	}
	switch {
	case errors.Is(err, jwt.ErrTokenSignatureInvalid):
		return fmt.Errorf("%w: %w", ErrSignature, err)
	case errors.Is(err, jwt.ErrTokenUnverifiable): // no algorithm, or one that nobody knows
		return fmt.Errorf("%w: %w", ErrAlgorithm, err)
	}
	return fmt.Errorf("%w: %w", ErrMalformed, err)
}

// check judges what a well-signed token says. Seconds are compared as such: as a time.Time, a number
// large enough would come round to the past.
func (v *Verifier) check(c *Claims) error {
	now, leeway := v.config.Now(), v.config.Leeway
	earliest, latest := now.Add(-leeway).Unix(), now.Add(leeway).Unix()
	switch {
	case c.Issuer != v.config.Issuer:
		return ErrIssuer
	case !slices.Contains(c.Audience, v.config.Audience):
		return ErrAudience
	case c.ExpiresAt == 0 || c.IssuedAt == 0 || c.Subject == "" || c.ID == "" || c.ClientID == "":
		return ErrClaims
	case c.ExpiresAt <= earliest:
		return fmt.Errorf("%w: it has expired", ErrTime)
	case c.IssuedAt > latest, c.NotBefore > latest:
		return fmt.Errorf("%w: it is from the future", ErrTime)
	}
	return nil
}
