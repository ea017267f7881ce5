package httpapi_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// inner asks the internal door.
func (r *replica) inner(method, path string) (int, http.Header, string) {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, "http://"+r.inside+path, http.NoBody)
	require.NoError(r.t, err)
	got, err := r.client.Do(request)
	require.NoError(r.t, err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	require.NoError(r.t, err)
	require.Equal(r.t, "nosniff", got.Header.Get("X-Content-Type-Options"))
	require.Len(r.t, got.Header.Values("Content-Security-Policy"), 1)
	return got.StatusCode, got.Header, string(body)
}

func TestTheInternalDoorTellsHealthReadinessAndKeysAndNothingElse(t *testing.T) {
	r := boot(t)
	p := r.person()
	status, header, body := r.inner("GET", "/healthz")
	require.Equal(t, []any{200, "application/json", `{"status":"ok"}`, "no-store"}, []any{status, header.Get("Content-Type"), body, header.Get("Cache-Control")})
	status, _, body = r.inner("GET", "/readyz")
	require.Equal(t, 200, status)
	require.JSONEq(t, `{"status":"ready","checks":{"database":"ok","listener":"ok"}}`, body)
	status, header, body = r.inner("GET", "/.well-known/jwks.json")
	require.Equal(t, []any{200, "application/jwk-set+json", "public, max-age=300"}, []any{status, header.Get("Content-Type"), header.Get("Cache-Control")})
	require.Equal(t, r.visitor().get("/.well-known/jwks.json").body, body)

	for _, path := range []string{"/", "/readyz/", "/healthz/x", "/auth/session", "/api/record/", "/account/", "/metrics/", "/admin", "/oauth/authorize"} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			request, err := http.NewRequestWithContext(t.Context(), method, "http://"+r.inside+path, http.NoBody)
			require.NoError(t, err)
			request.Header.Set("Cookie", "__Host-session="+p.cookie)
			got, err := r.client.Do(request)
			require.NoError(t, err)
			require.NoError(t, got.Body.Close())
			require.Equal(t, 404, got.StatusCode, path)
			require.Equal(t, "application/problem+json", got.Header.Get("Content-Type"))
		}
	}
	status, _, _ = r.inner("POST", "/readyz")
	require.Equal(t, 404, status)
	status, _, _ = r.inner("FROB", "/readyz")
	require.Equal(t, 405, status)
	require.Empty(t, r.record.taken())
}

func TestHealthAndReadinessAreNotToldOutside(t *testing.T) {
	r := boot(t)
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/revocations"} {
		got := r.visitor().get(path).is(303)
		require.Equal(t, "/account/", got.header.Get("Location"))
	}
}

func TestTheKeysHoldPublicHalvesAlone(t *testing.T) {
	r := boot(t)
	got := r.visitor().get("/.well-known/jwks.json", "Sec-Fetch-Site", "").is(200)
	require.Equal(t, "application/jwk-set+json", got.header.Get("Content-Type"))
	require.Equal(t, "public, max-age=300", got.header.Get("Cache-Control"))
	keys := got.json()["keys"].([]any)
	require.Len(t, keys, 1)
	require.Equal(t, "alg crv kid kty use x y", members(keys[0]))
	require.Equal(t, []any{"ES256", "P-256", "EC", "sig"}, []any{keys[0].(map[string]any)["alg"], keys[0].(map[string]any)["crv"], keys[0].(map[string]any)["kty"], keys[0].(map[string]any)["use"]})
}
