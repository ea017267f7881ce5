package token_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/secret"
	"vestibule/backend/token"
)

const issuerURL = "https://app.example.com"

var (
	noon       = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	algorithms = []string{token.ES256, token.EdDSA, token.RS256}
)

// memory keeps keys as the database does: newest first, and made where there is none.
type memory struct{ kept []token.Stored }

func (m *memory) Ensure(_ context.Context, algorithm string, create func() (token.Stored, error)) ([]token.Stored, error) {
	if slices.ContainsFunc(m.kept, func(s token.Stored) bool { return s.Algorithm == algorithm }) {
		return m.kept, nil
	}
	made, err := create()
	if err != nil {
		return nil, err
	}
	m.kept = append([]token.Stored{made}, m.kept...)
	return m.kept, nil
}

func masterText(seed string) secret.Value {
	return secret.Of(base64.StdEncoding.EncodeToString([]byte((seed + strings.Repeat("-test-key", 4))[:32])))
}

func master(t *testing.T, current string, previous ...string) token.MasterKeys {
	t.Helper()
	var before secret.Value
	if len(previous) > 0 {
		before = masterText(previous[0])
	}
	made, err := token.NewMasterKeys(masterText(current), before)
	require.NoError(t, err)
	return made
}

func ring(t *testing.T, store *memory, algorithm string) *token.Ring {
	t.Helper()
	opened, err := token.OpenRing(t.Context(), store, master(t, "a"), algorithm)
	require.NoError(t, err)
	return opened
}

func newIssuer(t *testing.T, algorithm string) (*token.Issuer, *token.Ring) {
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
