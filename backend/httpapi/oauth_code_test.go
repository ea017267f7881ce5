package httpapi_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAClientGetsInWithACodeAndGoesOnWithRefreshTokens(t *testing.T) {
	r := boot(t)
	p := r.person()
	m, first := p.letIn("cli")
	require.Contains(t, m.api("/api/orders/").is(200).body, "items")

	got := m.form("/oauth/token", "grant_type", "refresh_token", "client_id", "cli", "refresh_token", first.refresh)
	second := tokensOf(got)
	require.NotEqual(t, first.refresh, second.refresh)
	require.Equal(t, "access_token expires_in refresh_token token_type", members(got.json()))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	m.token = second.access
	m.api("/api/orders/").is(200)

	listed := p.get("/auth/sessions").is(200).json()["sessions"].([]any)
	require.Len(t, listed, 2)
	var sid string
	for _, one := range listed {
		if s := one.(map[string]any); s["kind"] == "client" {
			require.Equal(t, "cli", s["client_id"])
			sid = s["sid"].(string)
		}
	}
	p.send("DELETE", "/auth/sessions/"+sid, nil).is(204)
	m.api("/api/orders/").problem(401, "unauthenticated")
	m.form("/oauth/token", "grant_type", "refresh_token", "client_id", "cli", "refresh_token", second.refresh).is(400)
}
