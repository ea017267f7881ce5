package httpapi_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/token"
)

const (
	exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange"
	accessType    = "urn:ietf:params:oauth:token-type:access_token"
)

// inside posts a form to the internal door.
func (m *machine) inside(path, id, password string, pairs ...string) answer {
	m.r.t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Add(pairs[i], pairs[i+1])
	}
	request, err := http.NewRequest(http.MethodPost, "http://"+m.r.inside+path, strings.NewReader(form.Encode()))
	require.NoError(m.r.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if id != "" {
		request.SetBasicAuth(id, password)
	}
	got, err := m.r.client.Do(request)
	require.NoError(m.r.t, err)
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	require.NoError(m.r.t, err)
	return answer{m.r.t, got.StatusCode, got.Header, string(body)}
}

func (m *machine) introspect(shown string) map[string]any {
	m.r.t.Helper()
	return m.inside("/oauth/introspect", "service", serviceSecret, "token", shown).is(200).json()
}

// downstreamToken is one that a downstream gets for a person's request.
func (p *person) downstreamToken(name string) string {
	p.r.t.Helper()
	p.get("/api/" + name + "/").is(200)
	seen := p.r.record.taken()
	return strings.TrimPrefix(seen[len(seen)-1].header.Get("Authorization"), "Bearer ")
}

func TestIntrospectionTellsAConfidentialClientWhatAnyTokenIs(t *testing.T) {
	r := boot(t)
	p := r.person()
	m, got := p.letIn("cli")
	sid := r.clientSID()

	said := m.introspect(got.access)
	require.Equal(t, "acr active amr aud auth_time client_id exp iat iss jti sid sub token_type", members(said))
	require.Equal(t, []any{true, "Bearer", publicURL, p.id, publicURL, "cli", sid},
		[]any{said["active"], said["token_type"], said["iss"], said["sub"], said["aud"], said["client_id"], said["sid"]})
	said = m.introspect(got.refresh)
	require.Equal(t, "acr active amr auth_time client_id exp iss sid sub", members(said))
	require.Equal(t, []any{true, "cli", sid}, []any{said["active"], said["client_id"], said["sid"]})
	said = m.introspect(p.downstreamToken("record"))
	require.Equal(t, []any{true, "record", "vestibule", []any{"user"}}, []any{said["active"], said["aud"], said["client_id"], said["roles"]})
	own := tokensOf(m.post("http://"+r.at+"/oauth/token", "service", serviceSecret, "grant_type", "client_credentials"))
	said = m.introspect(own.access)
	require.Equal(t, []any{true, "service"}, []any{said["active"], said["sub"]})

	next := tokensOf(m.refresh("cli", got.refresh))
	require.Equal(t, map[string]any{"active": false}, m.introspect(got.refresh), "it was used")
	require.Equal(t, 1, r.clientSessions(), "to ask about a used one is no use of it")
	p.send("DELETE", "/auth/sessions/"+sid, nil).is(204)
	for _, dead := range []string{got.access, next.access, next.refresh, "x", strings.Repeat("x", 9000), p.cookie} {
		require.Equal(t, map[string]any{"active": false}, m.introspect(dead))
	}
}

func TestIntrospectionAnswersNobodyElse(t *testing.T) {
	r := boot(t)
	m, got := r.person().letIn("cli")
	for _, who := range [][2]string{{"", ""}, {"service", ""}, {"service", "wrong"}, {"nobody", serviceSecret}, {"cli", ""}} {
		m.inside("/oauth/introspect", who[0], who[1], "token", got.access).oauthError(401, "invalid_client")
	}
	m.inside("/oauth/introspect", "", "", "token", got.access, "client_id", "cli").oauthError(401, "invalid_client")
	m.inside("/oauth/introspect", "service", serviceSecret).oauthError(400, "invalid_request")
	require.Equal(t, true, m.inside("/oauth/introspect", "", "", "token", got.access, "client_id", "service", "client_secret", serviceSecret).is(200).json()["active"])
	m.form("/oauth/introspect", "token", got.access, "client_id", "service", "client_secret", serviceSecret).problem(404, "not_found")
}

func TestAClientRevokesWhatIsItsOwnAndNothingElse(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, which := range []func(tokens) string{func(t tokens) string { return t.refresh }, func(t tokens) string { return t.access }} {
		m, got := p.letIn("cli")
		m.api("/api/record/").is(200)
		sid := r.clientSID()
		m.form("/oauth/revoke", "token", which(got), "client_id", "narrow").oauthError(400, "invalid_grant")
		m.form("/oauth/revoke", "token", which(got)).oauthError(401, "invalid_client")
		m.form("/oauth/revoke", "client_id", "cli").oauthError(400, "invalid_request")
		m.api("/api/record/").is(200)
		require.Empty(t, m.form("/oauth/revoke", "token", which(got), "client_id", "cli", "token_type_hint", "anything").is(200).body)
		m.api("/api/record/").problem(401, "unauthenticated")
		m.refresh("cli", got.refresh).oauthError(400, "invalid_grant")
		require.Equal(t, "signed_out", one[string](r, `SELECT reason FROM revocations WHERE sid = $1`, sid))
		m.form("/oauth/revoke", "token", which(got), "client_id", "cli").is(200)
	}
	m := r.machine()
	for _, unknown := range []string{"x", p.cookie, "a.b.c", p.downstreamToken("record")} {
		m.form("/oauth/revoke", "token", unknown, "client_id", "cli").is(200)
	}
	p.get("/auth/session").is(200)
	own := tokensOf(m.post("http://"+r.at+"/oauth/token", "service", serviceSecret, "grant_type", "client_credentials"))
	m.post("http://"+r.at+"/oauth/revoke", "service", serviceSecret, "token", own.access).oauthError(400, "unsupported_token_type")
}

// exchange asks as the service other-service, whose audience is record and whose target is orders.
func (m *machine) exchange(subject string, change ...string) answer {
	m.r.t.Helper()
	sent := map[string]string{"grant_type": exchangeGrant, "subject_token": subject, "subject_token_type": accessType, "audience": "orders"}
	for i := 0; i < len(change); i += 2 {
		sent[change[i]] = change[i+1]
	}
	var pairs []string
	for name, value := range sent {
		pairs = append(pairs, name, value)
	}
	return m.inside("/oauth/token", "other-service", serviceSecret, pairs...)
}

func TestAServiceExchangesATokenForOneOfItsTargets(t *testing.T) {
	r := boot(t)
	p := r.person()
	subject := p.downstreamToken("record")
	m := r.machine()
	got := m.exchange(subject).is(200)
	require.Equal(t, "access_token expires_in issued_token_type token_type", members(got.json()))
	require.Equal(t, accessType, got.json()["issued_token_type"])
	claims, err := r.verifier("orders").Verify(t.Context(), tokensOf(got).access)
	require.NoError(t, err)
	shown, err := r.verifier("record").Verify(t.Context(), subject)
	require.NoError(t, err)
	require.Equal(t, []any{p.id, p.sid, "other-service", []string{"user"}, shown.AuthTime}, []any{claims.Subject, claims.SID, claims.ClientID, claims.Roles, claims.AuthTime})
	require.Equal(t, "other-service", claims.Actor.Subject)
	require.Nil(t, claims.Actor.Actor)
	require.LessOrEqual(t, claims.ExpiresAt, shown.ExpiresAt, "never longer-lived")

	// And on from there: who acted before stays told.
	second := m.inside("/oauth/token", "service", serviceSecret, "grant_type", exchangeGrant, "subject_token", tokensOf(got).access,
		"subject_token_type", accessType, "audience", "record")
	claims, err = r.verifier("record").Verify(t.Context(), tokensOf(second).access)
	require.NoError(t, err)
	require.Equal(t, []string{"service", "other-service"}, []string{claims.Actor.Subject, claims.Actor.Actor.Subject})

	p.post("/auth/logout", nil).is(204)
	m.exchange(subject).oauthError(400, "invalid_request")
}

func TestAnExchangeIsRefusedForAnyoneAndAnythingElse(t *testing.T) {
	r := boot(t)
	p := r.person()
	c, own := p.letIn("cli")
	subject := p.downstreamToken("record")
	m := r.machine()
	for _, wrong := range []string{"x", "", own.access, own.refresh, p.cookie, p.downstreamToken("personal")} {
		m.exchange(wrong).oauthError(400, "invalid_request")
	}
	alone := tokensOf(m.post("http://"+r.at+"/oauth/token", "service", serviceSecret, "grant_type", "client_credentials"))
	(&machine{r: r, token: alone.access}).api("/api/record/").is(200)
	m.exchange(strings.TrimPrefix(r.record.taken()[0].header.Get("Authorization"), "Bearer ")).oauthError(400, "invalid_request")
	for _, change := range [][]string{
		{"audience", ""}, {"subject_token_type", "urn:ietf:params:oauth:token-type:id_token"}, {"requested_token_type", "urn:ietf:params:oauth:token-type:refresh_token"},
		{"actor_token", subject}, {"resource", "https://orders.example.com"},
	} {
		m.exchange(subject, change...).oauthError(400, "invalid_request")
	}
	m.exchange(subject, "scope", "all").oauthError(400, "invalid_scope")
	for _, target := range []string{"admins", "record", publicURL, "nothing"} {
		m.exchange(subject, "audience", target).oauthError(400, "invalid_target")
	}
	m.exchange(subject, "grant_type", "client_credentials").oauthError(400, "unsupported_grant_type")
	m.exchange(subject, "grant_type", "refresh_token").oauthError(400, "unsupported_grant_type")
	m.inside("/oauth/token", "service", "wrong", "grant_type", exchangeGrant).oauthError(401, "invalid_client")
	m.inside("/oauth/token", "partner", serviceSecret, "grant_type", exchangeGrant).oauthError(400, "unauthorized_client")
	m.inside("/oauth/token", "", "", "grant_type", exchangeGrant, "client_id", "cli").oauthError(401, "invalid_client")
	c.api("/api/record/").is(200)

	short, err := r.issuer.Issue(token.Grant{Subject: p.id, SID: p.sid, ClientID: "vestibule", Audience: "record", AuthTime: time.Now(),
		NotAfter: r.clock.Now().Add(70 * time.Second)}, r.clock.Now())
	require.NoError(t, err)
	require.LessOrEqual(t, m.exchange(short.Value.Reveal()).is(200).json()["expires_in"].(float64), 70.0)
	r.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, p.id)
	m.exchange(subject).oauthError(400, "invalid_request")
}

func TestTheMetadataSayWhatThereIs(t *testing.T) {
	r := boot(t)
	said := r.visitor().get("/.well-known/oauth-authorization-server").is(200).json()
	require.Equal(t, publicURL, said["issuer"])
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "device_authorization_endpoint", "revocation_endpoint", "jwks_uri"} {
		at := strings.TrimPrefix(said[name].(string), publicURL)
		got := r.visitor().send("POST", at, nil)
		require.NotContains(t, []int{303, 404}, got.status, name)
	}
	require.Equal(t, []any{"S256"}, said["code_challenge_methods_supported"])
	require.Equal(t, []any{"code"}, said["response_types_supported"])
	require.Equal(t, []any{"authorization_code", deviceGrant, "refresh_token", "client_credentials"}, said["grant_types_supported"])
}
