package verifier

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/MicahParks/jwkset"
)

const (
	freshFor    = 5 * time.Minute // as long as the JWKS itself may be cached
	staleFor    = time.Hour       // how long an outage of the issuer is bridged with the keys that are known
	betweenAsks = 5 * time.Second // unknown key ids make no more requests than this
	askFor      = 5 * time.Second // what one request may take, whatever limit the client has
	maxJWKS     = 256 << 10       // bytes
	leastRSA    = 2048            // bits (RFC 7518, 3.3)
)

// publicKey is one key of the issuer, bound to its one algorithm.
type publicKey struct {
	algorithm string
	public    any
}

// keySet caches the issuer's keys. It asks again when they are no longer fresh, or when a token
// names one that it doesn't know, but never more often than betweenAsks: strangers choose key ids,
// and must not make it hammer. A key that was revoked is a reason to ask once, however short ago it did:
// its successor signs already. Callers at the same time share one request.
type keySet struct {
	url    string
	client *http.Client
	now    func() time.Time
	turn   func() uint64 // grows whenever a key is revoked

	mu      sync.Mutex
	known   map[string]publicKey
	fetched time.Time // when known was read
	asked   time.Time // when it was last tried
	turned  uint64    // the turn that it was then
	failure error     // of the last try
	failed  time.Time // when that was
	pending chan struct{}
}

// newKeySet follows no redirect: the keys are at the one address that the configuration trusts.
func newKeySet(url string, given *http.Client, now func() time.Time, turn func() uint64) *keySet {
	client := *given
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &keySet{url: url, client: &client, now: now, turn: turn}
}

func (s *keySet) find(ctx context.Context, id string) (publicKey, error) {
	s.mu.Lock()
	found, there := s.known[id]
	now := s.now()
	age := now.Sub(s.fetched)
	if there && age < freshFor {
		s.mu.Unlock()
		return found, nil
	}
	pending := s.ask(now)
	// While the issuer is out, a request for its keys may hang: what is known already doesn't wait for it.
	bridged := there && age < staleFor && s.failure != nil && now.Sub(s.failed) < freshFor
	s.mu.Unlock()
	if pending != nil && !bridged {
		select {
		case <-pending:
		case <-ctx.Done():
			return publicKey{}, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
		}
	}
	return s.after(id)
}

// ask starts a request if one is due, and gives the one that is under way, if any. mu is held.
func (s *keySet) ask(now time.Time) <-chan struct{} {
	if s.pending == nil && (s.turn() != s.turned || now.Sub(s.asked) >= betweenAsks) {
		s.pending, s.asked, s.turned = make(chan struct{}), now, s.turn()
		go s.fetch()
	}
	return s.pending
}

// renew asks because a key was revoked, unless it never asked: then nothing is known that could be old.
func (s *keySet) renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.asked.IsZero() {
		s.ask(s.now())
	}
}

// after judges with what is known now. Whether an issuer that can't be asked has made a new key,
// nobody knows: that is no fault of the token.
func (s *keySet) after(id string) (publicKey, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if found, there := s.known[id]; there && s.now().Sub(s.fetched) < staleFor {
		return found, nil
	}
	if s.failure != nil {
		return publicKey{}, fmt.Errorf("%w: %w", ErrUnavailable, s.failure)
	}
	return publicKey{}, errUnknownKey
}

// fetch belongs to no single caller: one that gives up must not fail the others. When a key was revoked
// meanwhile, the answer may be older than that: whom it doesn't suffice asks again.
func (s *keySet) fetch() {
	known, err := s.get()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failure = err; err == nil {
		s.known, s.fetched = known, s.now()
	} else {
		s.failed = s.now()
	}
	close(s.pending)
	s.pending = nil
}

func (s *keySet) get() (map[string]publicKey, error) {
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, http.NoBody)
	if err != nil {
		return nil, err
	}
	answer, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the JWKS answered %d", answer.StatusCode)
	}
	known, err := parse(io.LimitReader(answer.Body, maxJWKS))
	if err != nil {
		return nil, fmt.Errorf("read the JWKS: %w", err)
	}
	return known, nil
}

// parse reads a JWKS. One without a key is an answer too: then nothing is trusted.
func parse(from io.Reader) (map[string]publicKey, error) {
	var read struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(from).Decode(&read); err != nil {
		return nil, err
	}
	if read.Keys == nil {
		return nil, errors.New("it has no list of keys")
	}
	known := map[string]publicKey{}
	for _, raw := range read.Keys {
		if id, key, ok := parseKey(raw); ok {
			known[id] = key
		}
	}
	return known, nil
}

// parseKey passes over a key of a kind that this version doesn't know (RFC 7517, 5), and over one
// that is not for signatures, or says not which algorithm it is for.
func parseKey(raw json.RawMessage) (string, publicKey, bool) {
	var m jwkset.JWKMarshal
	if err := json.Unmarshal(raw, &m); err != nil || (m.USE != "" && m.USE != jwkset.UseSig) ||
		(m.KEYOPS != nil && !slices.Contains(m.KEYOPS, jwkset.KeyOpsVerify)) {
		return "", publicKey{}, false
	}
	key, err := jwkset.NewJWKFromMarshal(m, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil || !fits(m.ALG.String(), key.Key()) {
		return "", publicKey{}, false
	}
	return m.KID, publicKey{algorithm: m.ALG.String(), public: key.Key()}, true
}

// fits reports whether a public key is one of those that the algorithm verifies with, and no weaker.
func fits(algorithm string, public any) bool {
	switch key := public.(type) {
	case *ecdsa.PublicKey:
		return algorithm == "ES256" && key.Curve == elliptic.P256()
	case ed25519.PublicKey:
		return algorithm == "EdDSA"
	case *rsa.PublicKey:
		return algorithm == "RS256" && key.N.BitLen() >= leastRSA
	}
	return false
}
