package verifier_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/secret"
	"vestibule/backend/token"
	"vestibule/backend/verifier"
)

const (
	issuerURL = "https://app.example.com"
	masterKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// clock stands still until a test moves it.
type clock struct{ past atomic.Int64 }

func (c *clock) now() time.Time          { return noon.Add(time.Duration(c.past.Load())) }
func (c *clock) pass(d time.Duration)    { c.past.Add(int64(d)) }
func (c *clock) after(seconds int) int64 { return c.now().Unix() + int64(seconds) }

// memory keeps signing keys as a database would.
type memory struct{ kept []token.Stored }

func (m *memory) Ensure(_ context.Context, create func() (token.Stored, error)) ([]token.Stored, error) {
	if len(m.kept) > 0 {
		return m.kept, nil
	}
	made, err := create()
	m.kept = append(m.kept, made)
	return m.kept, err
}

// vestibule is the issuer: the real one's keys and tokens, and a JWKS endpoint in which a test has a
// hand. A signer of the tests' own is published beside the real key, for tokens that no Issuer makes.
type vestibule struct {
	clock
	server *httptest.Server
	issuer *token.Issuer
	signer signer
	asked  atomic.Int64 // requests for the JWKS

	mu     sync.Mutex
	answer http.HandlerFunc
}

func newVestibule(t testing.TB) *vestibule {
	t.Helper()
	v := &vestibule{signer: newSigner(t, "ES256")}
	ring := newRing(t, token.ES256)
	var err error
	v.issuer, err = token.NewIssuer(ring, issuerURL, 5*time.Minute)
	require.NoError(t, err)
	v.answers(publish(t, append(members(t, ring), v.signer.jwk())...))
	v.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.asked.Add(1)
		v.mu.Lock()
		answer := v.answer
		v.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(v.server.Close)
	return v
}

func (v *vestibule) answers(how http.HandlerFunc) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answer = how
}

// verifier makes one for the audience `orders`.
func (v *vestibule) verifier(t testing.TB, changes ...func(*verifier.Config)) *verifier.Verifier {
	t.Helper()
	config := verifier.Config{Issuer: issuerURL, Audience: "orders", JWKSURL: v.server.URL + "/jwks.json", Now: v.now}
	for _, change := range changes {
		change(&config)
	}
	made, err := verifier.New(config)
	require.NoError(t, err)
	return made
}

// issue gives a token of the real Issuer.
func (v *vestibule) issue(t testing.TB, audience string) string {
	t.Helper()
	issued, err := v.issuer.Issue(token.Grant{Subject: "ada", SID: "a-session", ClientID: "vestibule", Audience: audience,
		AuthTime: v.now().Add(-time.Minute), AMR: []string{"pwd"}, ACR: "aal1", Roles: []string{"user"}, NotAfter: v.now().Add(time.Hour)}, v.now())
	require.NoError(t, err)
	return issued.Value.Reveal()
}

// head and body are what a valid token says; a test changes them, and signs.
func (v *vestibule) head() map[string]any {
	return map[string]any{"typ": "at+jwt", "alg": v.signer.algorithm, "kid": v.signer.id}
}

func (v *vestibule) body() jwt.MapClaims {
	return jwt.MapClaims{"iss": issuerURL, "sub": "ada", "aud": "orders", "exp": v.after(300), "iat": v.after(0), "jti": "a-token",
		"sid": "a-session", "client_id": "vestibule", "auth_time": v.after(-60), "amr": []string{"pwd"}, "acr": "aal1", "roles": []string{"user"}}
}

// with gives a copy that says something else; nil takes a member out.
func with(m map[string]any, name string, value any) map[string]any {
	changed := map[string]any{}
	for k, v := range m {
		changed[k] = v
	}
	if changed[name] = value; value == nil {
		delete(changed, name)
	}
	return changed
}

// signer is a key of the tests' own.
type signer struct {
	id, algorithm string
	private       crypto.Signer
}

func newSigner(t testing.TB, algorithm string) signer {
	t.Helper()
	made := signer{id: rand.Text(), algorithm: algorithm}
	var err error
	switch algorithm {
	case "ES256":
		made.private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "EdDSA":
		_, made.private, err = ed25519.GenerateKey(rand.Reader)
	case "RS256":
		made.private, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	require.NoError(t, err)
	return made
}

func (s signer) jwk() map[string]any {
	return jwkOf(s.private.Public(), s.id, s.algorithm)
}

func jwkOf(public any, id, algorithm string) map[string]any {
	made, err := jwkset.NewJWKFromKey(public, jwkset.JWKOptions{
		Metadata: jwkset.JWKMetadataOptions{KID: id, ALG: jwkset.ALG(algorithm), USE: jwkset.UseSig}})
	if err != nil {
		panic(err)
	}
	text, _ := json.Marshal(made.Marshal())
	var jwk map[string]any
	_ = json.Unmarshal(text, &jwk)
	return jwk
}

// sign signs exactly what it is given, with the algorithm that the head names.
func (s signer) sign(t testing.TB, head map[string]any, body jwt.MapClaims) string {
	t.Helper()
	name, _ := head["alg"].(string)
	return signed(t, head, body, jwt.GetSigningMethod(name), s.private)
}

func signed(t testing.TB, head map[string]any, body jwt.MapClaims, method jwt.SigningMethod, key any) string {
	t.Helper()
	unsigned := jwt.NewWithClaims(method, body)
	unsigned.Header = head
	raw, err := unsigned.SignedString(key)
	require.NoError(t, err)
	return raw
}

// written signs exactly these bytes.
func (s signer) written(t testing.TB, head, body string) string {
	t.Helper()
	input := base64.RawURLEncoding.EncodeToString([]byte(head)) + "." + base64.RawURLEncoding.EncodeToString([]byte(body))
	signature, err := jwt.GetSigningMethod(s.algorithm).Sign(input, s.private)
	require.NoError(t, err)
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

func newRing(t testing.TB, algorithm string) *token.Ring {
	t.Helper()
	master, err := token.NewMasterKeys(secret.Of(masterKey), secret.Value{})
	require.NoError(t, err)
	ring, err := token.OpenRing(context.Background(), &memory{}, master, algorithm)
	require.NoError(t, err)
	return ring
}

// members are the keys that a real ring publishes.
func members(t testing.TB, ring *token.Ring) []any {
	t.Helper()
	var set struct{ Keys []any }
	require.NoError(t, json.Unmarshal(ring.JWKS(), &set))
	return set.Keys
}

func publish(t testing.TB, keys ...any) http.HandlerFunc {
	t.Helper()
	text, err := json.Marshal(map[string]any{"keys": keys})
	require.NoError(t, err)
	return text200(string(text))
}

func text200(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}
