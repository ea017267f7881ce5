package token_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/secret"
	"vestibule/backend/token"
)

const issuerURL = "https://app.example.com"

var (
	noon       = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	algorithms = []string{token.ES256, token.EdDSA, token.RS256}
)

// memory keeps keys as the database does, and has its clock, which a test turns: noon at first.
type memory struct {
	mu     sync.Mutex
	kept   []token.Stored
	passed time.Duration
	events []event.Name
	fails  error
}

func (m *memory) now() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return noon.Add(m.passed)
}

func (m *memory) pass(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.passed += d
}

func (m *memory) Ensure(_ context.Context, create func() (token.Stored, error)) ([]token.Stored, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := noon.Add(m.passed)
	if m.fails != nil || token.CanSign(m.kept, now) {
		return slices.Clone(m.kept), m.fails
	}
	made, err := create()
	if err != nil {
		return nil, err
	}
	made.CreatedAt, made.SignsFrom = now, now
	m.kept = append(m.kept, made)
	return slices.Clone(m.kept), nil
}

func (m *memory) Keys(context.Context) ([]token.Stored, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.kept), noon.Add(m.passed), m.fails
}

func (m *memory) Change(_ context.Context, _ event.Origin, decide func([]token.Stored, time.Time) ([]token.Change, error)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	changes, err := decide(slices.Clone(m.kept), noon.Add(m.passed))
	if err != nil {
		return err
	}
	for _, c := range changes {
		at := slices.IndexFunc(m.kept, func(s token.Stored) bool { return s.ID == c.Key.ID })
		if at < 0 {
			at, m.kept = len(m.kept), append(m.kept, c.Key)
		}
		m.kept[at] = c.Key
		if c.Event != "" {
			m.events = append(m.events, c.Event)
		}
	}
	return nil
}

func masterText(seed string) secret.Value {
	return secret.Of(base64.StdEncoding.EncodeToString([]byte((seed + strings.Repeat("-test-key", 4))[:32])))
}

func master(t testing.TB, current string, previous ...string) token.MasterKeys {
	t.Helper()
	var before secret.Value
	if len(previous) > 0 {
		before = masterText(previous[0])
	}
	made, err := token.NewMasterKeys(masterText(current), before)
	require.NoError(t, err)
	return made
}

func ring(t testing.TB, store *memory, algorithm string) *token.Ring {
	t.Helper()
	opened, err := token.OpenRing(t.Context(), store, master(t, "a"), algorithm, token.ByClock(store.now))
	require.NoError(t, err)
	return opened
}

func newIssuer(t testing.TB, algorithm string) (*token.Issuer, *token.Ring) {
	t.Helper()
	keys := ring(t, &memory{}, algorithm)
	made, err := token.NewIssuer(keys, issuerURL, 5*time.Minute)
	require.NoError(t, err)
	return made, keys
}

func grant() token.Grant {
	return token.Grant{Subject: "ada", SID: "a-session", ClientID: "vestibule", Audience: "orders", AuthTime: noon.Add(-time.Minute),
		AMR: []string{"pwd", "otp"}, ACR: "aal2", Roles: []string{"admin"}, NotAfter: noon.Add(time.Hour)}
}

// read gives head and body without judging them.
func read(t *testing.T, issued token.Token) (head, body map[string]any) {
	t.Helper()
	parts := strings.Split(issued.Value.Reveal(), ".")
	require.Len(t, parts, 3)
	for i, into := range []*map[string]any{&head, &body} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, into))
	}
	return head, body
}

func published(t *testing.T, keys *token.Ring) []map[string]any {
	t.Helper()
	var set struct{ Keys []map[string]any }
	require.NoError(t, json.Unmarshal(keys.JWKS(), &set))
	return set.Keys
}

// verify checks the signature with what the JWKS publishes, as somebody else's library reads it.
func verify(t *testing.T, keys *token.Ring, issued token.Token, algorithm string) error {
	t.Helper()
	var set jwkset.JWKSMarshal
	require.NoError(t, json.Unmarshal(keys.JWKS(), &set))
	_, err := jwt.NewParser(jwt.WithoutClaimsValidation(), jwt.WithValidMethods([]string{algorithm})).Parse(issued.Value.Reveal(),
		func(unverified *jwt.Token) (any, error) {
			for _, marshalled := range set.Keys {
				if marshalled.KID == unverified.Header["kid"] {
					parsed, err := jwkset.NewJWKFromMarshal(marshalled, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
					return parsed.Key(), err
				}
			}
			return nil, jwt.ErrTokenUnverifiable
		})
	return err
}
