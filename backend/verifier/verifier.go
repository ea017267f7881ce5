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
	"time"
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
	ErrStale       = errors.New("it is not known just now what has been revoked")
)

var (
	errUnknownKey = fmt.Errorf("%w: the issuer has no such key", ErrKey)
	errRevokedKey = fmt.Errorf("%w: its key was revoked", ErrKey)
)

// Config says whom to trust, and as whom.
type Config struct {
	Issuer     string           // `iss`, exactly: the public URL without a slash at its end
	Audience   string           // `aud`: this service's own
	JWKSURL    string           // where the keys are, with http or https; a redirect is not followed
	Keys       Keys             // in place of JWKSURL, for who has the keys at hand
	Algorithms []string         // allowed; ES256 alone by default. Never a symmetric one, never none
	Leeway     time.Duration    // for clocks that differ; 30 s by default, 5 min at most
	Feed       *Feed            // of what was revoked, from Follow; without one, a token lives until it expires
	Client     *http.Client     // for the keys; one with a limit of 5 s by default
	Now        func() time.Time // time.Now by default
}

// Keys gives a public key of the issuer by its id, and the one algorithm that it is for. It must be safe
// for concurrent use, and quick: it is asked for each token.
type Keys func(kid string) (algorithm string, public crypto.PublicKey, there bool)

func (k Keys) find(_ context.Context, kid string) (publicKey, error) {
	algorithm, public, there := k(kid)
	if !there {
		return publicKey{}, errUnknownKey
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
		if methods[algorithm] == nil {
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
	if c.Feed == nil {
		return &Verifier{config: c, keys: newKeySet(c.JWKSURL, c.Client, c.Now, func() uint64 { return 0 })}, nil
	}
	keys := newKeySet(c.JWKSURL, c.Client, c.Now, c.Feed.turn.Load)
	c.Feed.tell(keys.renew)
	return &Verifier{config: c, keys: keys}, nil
}

// Verify checks one token (RFC 9068, 4; RFC 8725, 3): its type, the algorithm against the allowed
// ones and the key's own, the signature, and then what it says: issuer, audience, times, and that every
// required claim is there; and last, with a Feed, that its key was not revoked and its session has not
// ended. Headers that bring a key along (jwk, jku, x5u, x5c) are never followed.
func (v *Verifier) Verify(ctx context.Context, raw string) (*Claims, error) {
	t, err := take(raw)
	if err != nil {
		return nil, err
	}
	if err := v.admit(t.head); err != nil {
		return nil, err
	}
	if err := v.signed(ctx, t); err != nil {
		return nil, err
	}
	var found Claims
	if err := found.read(t.payload); err != nil {
		return nil, fmt.Errorf("%w: its claims: %w", ErrMalformed, err)
	}
	if err := v.check(&found); err != nil {
		return nil, err // and no claims: a caller that overlooks the error must not find any
	}
	if v.config.Feed != nil {
		if err := v.config.Feed.judge(ctx, t.key, found.SID); err != nil {
			return nil, err
		}
	}
	found.KeyID = t.key
	return &found, nil
}

// signed demands that the key that the head names has signed it, with that key's own algorithm.
func (v *Verifier) signed(ctx context.Context, t compact) error {
	found, err := v.find(ctx, t.key)
	if err != nil {
		return err
	}
	if found.algorithm != t.algorithm {
		return fmt.Errorf("%w: the key signs with another", ErrAlgorithm)
	}
	if err := methods[t.algorithm].Verify(t.input, t.signature, found.public); err != nil {
		return fmt.Errorf("%w: %w", ErrSignature, err)
	}
	return nil
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
	case max(c.IssuedAt, c.NotBefore, c.AuthTime) > latest:
		return fmt.Errorf("%w: it is from the future", ErrTime)
	case min(c.IssuedAt, c.NotBefore, c.AuthTime) < 0:
		return fmt.Errorf("%w: it is from before 1970", ErrTime)
	}
	return c.Actor.check()
}
