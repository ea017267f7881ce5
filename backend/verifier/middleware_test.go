package verifier_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
)

// greeter answers with the subject that FromContext gives.
func greeter(w http.ResponseWriter, r *http.Request) {
	claims, ok := verifier.FromContext(r.Context())
	if !ok {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	_, _ = io.WriteString(w, "hello, "+claims.Subject)
}

func ask(t *testing.T, handler http.Handler, authorization ...string) (*http.Response, string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
	require.NoError(t, err)
	request.Header["Authorization"] = authorization
	answer, err := server.Client().Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(body)
}

func demandProblem(t *testing.T, answer *http.Response, body string, status int, code string) {
	t.Helper()
	require.Equal(t, status, answer.StatusCode)
	require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))
	var problem map[string]string
	require.NoError(t, json.Unmarshal([]byte(body), &problem))
	require.Equal(t, code, problem["code"])
	require.Equal(t, http.StatusText(status), problem["title"])
	require.NotEmpty(t, problem["detail"])
}

func TestAGoodTokenReachesTheHandlerWithItsClaims(t *testing.T) {
	vb := newVestibule(t)
	handler := vb.verifier(t).Middleware(http.HandlerFunc(greeter))
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER ", "bEaReR   "} {
		answer, body := ask(t, handler, scheme+vb.issue(t, "orders"))
		require.Equal(t, http.StatusOK, answer.StatusCode)
		require.Equal(t, "hello, ada", body)
	}
}

func TestARequestWithoutOneBearerTokenIsToldWhatToSend(t *testing.T) {
	vb := newVestibule(t)
	handler := vb.verifier(t).Middleware(http.HandlerFunc(greeter))
	good := vb.issue(t, "orders")
	for _, sent := range [][]string{
		{}, {""}, {"Bearer"}, {"Bearer "}, {"Basic YTpi"}, {good}, {"Bearer" + good}, {"Token " + good}, {"Bearer:" + good},
		{"Bearer " + good, "Bearer " + good}, {"Bearer " + good, "Basic YTpi"}, {"Bearer " + good, ""},
	} {
		answer, body := ask(t, handler, sent...)
		demandProblem(t, answer, body, http.StatusUnauthorized, "unauthenticated")
		require.Equal(t, []string{`Bearer realm="orders"`}, answer.Header.Values("WWW-Authenticate"), "a parameter, and no error code (RFC 6750, 3)")
	}
}

func TestABadTokenIsRefusedWithoutSayingWhy(t *testing.T) {
	vb := newVestibule(t)
	handler := vb.verifier(t).Middleware(http.HandlerFunc(greeter))
	good := vb.issue(t, "orders")
	vb.pass(time.Hour)
	for _, raw := range []string{"x", good, good + " " + good, good + "," + good, vb.issue(t, "insights"), vb.issue(t, "orders") + "x"} {
		answer, body := ask(t, handler, "Bearer "+raw)
		demandProblem(t, answer, body, http.StatusUnauthorized, "invalid_token")
		require.Equal(t, []string{`Bearer realm="orders", error="invalid_token"`}, answer.Header.Values("WWW-Authenticate"))
		require.NotContains(t, body, "expired")
	}
}

func TestWithoutKeysItIsTheServiceThatIsUnavailable(t *testing.T) {
	vb := newVestibule(t)
	vb.server.Close()
	answer, body := ask(t, vb.verifier(t).Middleware(http.HandlerFunc(greeter)), "Bearer "+vb.issue(t, "orders"))
	demandProblem(t, answer, body, http.StatusServiceUnavailable, "keys_unavailable")
	require.Equal(t, "5", answer.Header.Get("Retry-After"))
	require.Empty(t, answer.Header.Values("WWW-Authenticate"))
}

func TestAnAudienceWithQuotesStaysInsideTheChallenge(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t, func(c *verifier.Config) { c.Audience = `say "hi"\` })
	answer, _ := ask(t, v.Middleware(http.HandlerFunc(greeter)))
	require.Equal(t, `Bearer realm="say \"hi\"\\"`, answer.Header.Get("WWW-Authenticate"))
}

func TestAContextThatPassedNoMiddlewareHasNoClaims(t *testing.T) {
	claims, ok := verifier.FromContext(context.Background())
	require.False(t, ok)
	require.Nil(t, claims)
}
