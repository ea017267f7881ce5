package orders_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/examples/orders"
	"vestibule/backend/secret"
	"vestibule/backend/token"
	"vestibule/backend/verifier"
)

const issuerURL = "https://app.example.com"

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

func now() time.Time { return noon }

// memory keeps the one signing key.
type memory struct{ kept []token.Stored }

func (m *memory) Ensure(_ context.Context, create func() (token.Stored, error)) ([]token.Stored, error) {
	if len(m.kept) == 0 {
		made, err := create()
		if err != nil {
			return nil, err
		}
		m.kept = []token.Stored{made}
	}
	return m.kept, nil
}

// shop is the service, and the issuer whose tokens it takes.
type shop struct {
	t       *testing.T
	handler http.Handler
	server  *httptest.Server
	issuer  *token.Issuer
}

func newShop(t *testing.T) *shop {
	t.Helper()
	master, err := token.NewMasterKeys(secret.Of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="), secret.Value{})
	require.NoError(t, err)
	ring, err := token.OpenRing(t.Context(), &memory{}, master, token.ES256)
	require.NoError(t, err)
	issuer, err := token.NewIssuer(ring, issuerURL, 5*time.Minute)
	require.NoError(t, err)
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(ring.JWKS()) }))
	t.Cleanup(keys.Close)
	s := &shop{t: t, issuer: issuer, handler: service(t, keys.URL)}
	s.server = httptest.NewServer(s.handler)
	t.Cleanup(s.server.Close)
	return s
}

func service(t *testing.T, jwks string) http.Handler {
	t.Helper()
	v, err := verifier.New(verifier.Config{Issuer: issuerURL, Audience: orders.Audience, JWKSURL: jwks, Now: now})
	require.NoError(t, err)
	return orders.Handler(v, now)
}

func (s *shop) token(subject, audience string) string {
	s.t.Helper()
	issued, err := s.issuer.Issue(token.Grant{Subject: subject, SID: "a-session", ClientID: "vestibule", Audience: audience, AuthTime: noon,
		AMR: []string{"pwd"}, ACR: "aal1", Roles: []string{"user"}, NotAfter: noon.Add(time.Hour)}, noon)
	require.NoError(s.t, err)
	return issued.Value.Reveal()
}

// as makes a request of a person; an empty one has no token.
func (s *shop) as(subject, method, path, body string) *http.Request {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.server.URL+path, strings.NewReader(body))
	require.NoError(s.t, err)
	if subject != "" {
		request.Header.Set("Authorization", "Bearer "+s.token(subject, orders.Audience))
	}
	return request
}

func (s *shop) send(request *http.Request) (*http.Response, string) {
	s.t.Helper()
	answer, err := s.server.Client().Do(request)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	return answer, string(body)
}

type order struct {
	ID       int
	Customer string
	PlacedAt time.Time `json:"placed_at"`
	Items    int
	Total    struct{ Amount, Currency string }
	State    string
}

func (s *shop) list(subject string) []order {
	s.t.Helper()
	answer, body := s.send(s.as(subject, http.MethodGet, "/", ""))
	require.Equal(s.t, http.StatusOK, answer.StatusCode)
	require.Equal(s.t, "application/json", answer.Header.Get("Content-Type"))
	var read struct {
		Orders []order
		Total  int
	}
	require.NoError(s.t, json.Unmarshal([]byte(body), &read))
	require.Len(s.t, read.Orders, read.Total)
	return read.Orders
}
