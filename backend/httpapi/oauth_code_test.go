package httpapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/user"
)

// oauthError holds an answer to be one that OAuth clients understand (RFC 6749, 5.2).
func (a answer) oauthError(status int, code string) {
	a.t.Helper()
	a.is(status)
	require.Equal(a.t, "application/json", a.header.Get("Content-Type"))
	require.Equal(a.t, "no-store", a.header.Get("Cache-Control"))
	require.Equal(a.t, code, a.json()["error"], a.body)
	require.Equal(a.t, "error error_description", members(a.json()))
	require.Equal(a.t, status == 401, a.header.Get("WWW-Authenticate") != "")
}

// redeem shows a code as the client does, with parameters changed.
func (m *machine) redeem(code, clientID string, change ...string) answer {
	m.r.t.Helper()
	sent := map[string]string{"grant_type": "authorization_code", "client_id": clientID, "redirect_uri": callback, "code": code, "code_verifier": verifierText}
	for i := 0; i < len(change); i += 2 {
		sent[change[i]] = change[i+1]
	}
	var pairs []string
	for name, value := range sent {
		if value != "" {
			pairs = append(pairs, name, value)
		}
	}
	return m.form("/oauth/token", pairs...)
}

func (m *machine) refresh(clientID, token string) answer {
	m.r.t.Helper()
	return m.form("/oauth/token", "grant_type", "refresh_token", "client_id", clientID, "refresh_token", token)
}

// clientSID is that of the one session of kind client there is.
func (r *replica) clientSID() string {
	r.t.Helper()
	return one[string](r, `SELECT sid::text FROM sessions WHERE kind = 'client'`)
}

func (r *replica) clientSessions() int {
	r.t.Helper()
	return one[int](r, `SELECT count(*) FROM sessions WHERE kind = 'client'`)
}

func TestAClientGetsInWithACodeAndGoesOnWithRefreshTokens(t *testing.T) {
	r := boot(t)
	p := r.person()
	m, first := p.letIn("cli")
	require.Contains(t, m.api("/api/orders/").is(200).body, "items")

	got := m.refresh("cli", first.refresh)
	second := tokensOf(got)
	require.NotEqual(t, first.refresh, second.refresh)
	require.Equal(t, "access_token expires_in refresh_token token_type", members(got.json()))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	m.token = second.access
	m.api("/api/orders/").is(200)

	listed := p.get("/auth/sessions").is(200).json()["sessions"].([]any)
	require.Len(t, listed, 2)
	for _, each := range listed {
		if s := each.(map[string]any); s["kind"] == "client" {
			require.Equal(t, []any{"cli", "A command line", false}, []any{s["client_id"], s["client_name"], s["current"]})
			made := moment(t, s["created_at"])
			require.Equal(t, made.Add(90*24*time.Hour), moment(t, s["absolute_expires_at"]))
			require.WithinDuration(t, made.Add(14*24*time.Hour), moment(t, s["idle_expires_at"]), time.Minute)
		}
	}
	p.send("DELETE", "/auth/sessions/"+r.clientSID(), nil).is(204)
	m.api("/api/orders/").problem(401, "unauthenticated")
	m.refresh("cli", second.refresh).oauthError(400, "invalid_grant")
	require.Empty(t, many[string](r, `SELECT family FROM refresh_families`), "a family ends with its session")
}

func TestAuthorizeLeadsToThePageOrBackWithWhatIsWrong(t *testing.T) {
	r := boot(t)
	lead := func(change ...string) *url.URL {
		t.Helper()
		query := url.Values{}
		for name, value := range asking("cli", change...) {
			if value != "" {
				query.Set(name, value.(string))
			}
		}
		got := r.visitor().get("/oauth/authorize?"+query.Encode(), "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document").is(303)
		to, err := url.Parse(got.header.Get("Location"))
		require.NoError(t, err)
		return to
	}
	page := lead("prompt", "login")
	require.Equal(t, "/account/authorize", page.Path)
	for name, value := range asking("cli") {
		require.Equal(t, value, page.Query().Get(name), name)
	}
	require.Empty(t, page.Query().Get("prompt"), "unknown ones are left out")

	for problem, change := range map[string][]string{
		"unknown_client":       {"client_id", "nobody"},
		"unknown_redirect_uri": {"redirect_uri", "https://evil.example.com/callback"},
	} {
		require.Equal(t, "/account/authorize?problem="+problem, lead(change...).String())
	}
	require.Equal(t, "/account/authorize?problem=unknown_client", lead("client_id", "service").String(), "it may not ask this way")
	require.Equal(t, "/account/authorize?problem=invalid_request",
		r.visitor().get("/oauth/authorize?client_id=cli&client_id=cli").is(303).header.Get("Location"))

	for code, change := range map[string][]string{
		"unsupported_response_type": {"response_type", "token"},
		"invalid_request":           {"code_challenge", ""},
		"invalid_scope":             {"scope", "openid"},
		"invalid_target":            {"resource", "https://orders.example.com"},
		"request_not_supported":     {"request", "e30.e30."},
	} {
		back := lead(change...)
		require.Equal(t, "127.0.0.1/callback", back.Host+back.Path)
		require.Equal(t, []string{code, "a state", publicURL}, []string{back.Query().Get("error"), back.Query().Get("state"), back.Query().Get("iss")})
	}
	for _, method := range []string{"plain", "", "s256"} {
		require.Equal(t, "invalid_request", lead("code_challenge_method", method).Query().Get("error"), "S256 only")
	}
	require.Equal(t, "from=here", strings.Split(lead("redirect_uri", "https://app.example.org/back?from=here", "scope", "x").RawQuery, "&")[0])
}

func TestAScriptOrAFrameGetsNothingFromAuthorize(t *testing.T) {
	r := boot(t)
	for _, fetched := range [][2]string{{"cors", "empty"}, {"no-cors", "image"}, {"navigate", "iframe"}, {"same-origin", "empty"}} {
		r.person().get("/oauth/authorize?client_id=cli", "Sec-Fetch-Mode", fetched[0], "Sec-Fetch-Dest", fetched[1]).problem(403, "csrf_rejected")
	}
}

func TestRedirectURIsAreMatchedExactlyAndLoopbackPortsAreFree(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, uri := range []string{callback, "http://127.0.0.1:8123/callback", "http://127.0.0.1:1/callback", "https://app.example.org/back?from=here"} {
		p.post("/oauth/authorize", asking("cli", "redirect_uri", uri)).is(200)
	}
	for _, uri := range []string{
		"", "http://127.0.0.1/callback/", "http://127.0.0.1/Callback", "http://127.0.0.1/callback?x=1", "http://127.0.0.1/callback#x",
		"http://127.0.0.2:80/callback", "http://localhost/callback", "https://127.0.0.1/callback", "http://127.0.0.1:80@evil.example.com/callback",
		"http://user@127.0.0.1:80/callback", "http://127.0.0.1.evil.example.com/callback", "http://127.0.0.1:99999x/callback", "http://[::1]:80/callback",
		"http://127.0.0.1:80/../callback", "http://127.0.0.1:80/call%62ack", "//127.0.0.1/callback", "javascript:alert(1)",
		"https://app.example.org:444/back?from=here", "https://app.example.org/back", "https://app.example.org/back?from=here&x=1", "https://APP.example.org/back?from=here",
	} {
		p.post("/oauth/authorize", asking("cli", "redirect_uri", uri)).problem(400, "unknown_redirect_uri")
	}
}

func TestAnApprovalSaysWhatItIsAndNeedsAProofInThatVeryRequest(t *testing.T) {
	r := boot(t)
	p := r.person()
	said := p.post("/oauth/authorize", asking("narrow")).is(200).json()
	require.Equal(t, "client device downstreams ip redirect_to_host session", members(said))
	require.Equal(t, map[string]any{"id": "narrow", "name": "narrow", "confidential": false}, said["client"])
	require.Equal(t, []any{"orders"}, said["downstreams"])
	require.Equal(t, []any{"127.0.0.1", "127.0.0.1"}, []any{said["redirect_to_host"], said["ip"]})
	require.Equal(t, map[string]any{"idle_days": 14.0, "absolute_days": 90.0}, said["session"])

	require.Equal(t, "password:required", p.post("/oauth/authorize", asking("cli").with("approve", true)).fields())
	p.post("/oauth/authorize", asking("cli").with("approve", true, "password", "not the one it is")).problem(401, "invalid_credentials")
	r.visitor().post("/oauth/authorize", asking("cli").with("approve", true, "password", goodPassword)).problem(401, "unauthenticated")
	p.post("/oauth/authorize", asking("cli", "scope", "x").with("approve", true, "password", goodPassword)).problem(400, "invalid_scope")
	require.Zero(t, one[int](r, `SELECT count(*) FROM approvals`))

	back, err := url.Parse(p.post("/oauth/authorize", asking("cli").with("approve", false)).is(200).json()["redirect_to"].(string))
	require.NoError(t, err)
	require.Equal(t, []string{"access_denied", "a state", publicURL}, []string{back.Query().Get("error"), back.Query().Get("state"), back.Query().Get("iss")})
	require.Zero(t, one[int](r, `SELECT count(*) FROM approvals`))

	p.approved(asking("cli"))
	require.Equal(t, []string{"approval.denied", "approval.granted"}, many[string](r, `SELECT name FROM events WHERE name LIKE 'approval.%' ORDER BY id`))
	require.Equal(t, 1, one[int](r, `SELECT count(*) FROM sessions`), "there is none before the client fetches it")
}

func TestACodeIsGoodOnceForAMinuteAndForWhatItWasGivenFor(t *testing.T) {
	r := boot(t)
	p := r.person()
	m := r.machine()
	for name, change := range map[string][]string{
		"another verifier":        {"code_verifier", strings.Repeat("x", 43)},
		"a verifier of no form":   {"code_verifier", "short"},
		"another redirect URI":    {"redirect_uri", "http://127.0.0.1:8080/callback"},
		"a code of another form":  {"code", "x"},
		"a code nobody was given": {"code", strings.Repeat("A", 43)},
	} {
		m.redeem(p.approved(asking("cli")), "cli", change...).oauthError(400, "invalid_grant")
		require.Zero(t, r.clientSessions(), name)
	}
	for _, missing := range []string{"code", "code_verifier", "redirect_uri"} {
		m.redeem(p.approved(asking("cli")), "cli", missing, "").oauthError(400, "invalid_request")
	}
	m.redeem(p.approved(asking("cli")), "narrow").oauthError(400, "invalid_grant")

	late := p.approved(asking("cli"))
	r.exec(`UPDATE approvals SET expires_at = expires_at - interval '1 minute'`)
	m.redeem(late, "cli").oauthError(400, "invalid_grant")

	changed := p.approved(asking("cli"))
	p.post("/auth/password", object{"current_password": goodPassword, "new_password": "another day, another walk"}).is(204)
	m.redeem(changed, "cli").oauthError(400, "invalid_grant")
	require.Zero(t, r.clientSessions())
}

func TestTheSecondUseOfACodeEndsWhatTheFirstOneGot(t *testing.T) {
	r := boot(t)
	other := r.beside()
	p := r.person()
	code := p.approved(asking("cli"))
	m := r.machine()
	got := tokensOf(m.redeem(code, "cli"))
	m.token = got.access
	m.api("/api/record/").is(200)
	elsewhere := &machine{r: other, token: got.access}
	elsewhere.api("/api/record/").is(200)

	sid := r.clientSID()
	m.redeem(code, "cli").oauthError(400, "invalid_grant")
	m.api("/api/record/").problem(401, "unauthenticated")
	r.heardByOthers()
	elsewhere.api("/api/record/").problem(401, "unauthenticated")
	m.refresh("cli", got.refresh).oauthError(400, "invalid_grant")
	require.Equal(t, "reuse", one[string](r, `SELECT reason FROM revocations WHERE sid = $1`, sid))
	require.Equal(t, 1, one[int](r, `SELECT count(*) FROM events WHERE name = 'authorization_code.reused' AND sid = $1`, sid))
}

func TestOfManyUsesOfACodeAtOnceNoneLeavesASession(t *testing.T) {
	r := boot(t)
	p := r.person()
	code := p.approved(asking("cli"))
	answers := make(chan int)
	for range 10 {
		go func() { answers <- r.machine().redeem(code, "cli").status }()
	}
	won := 0
	for range 10 {
		if <-answers == 200 {
			won++
		}
	}
	require.Equal(t, 1, won)
	require.Zero(t, r.clientSessions(), "the second one has ended it")
}

func TestAConfidentialClientShowsItsSecret(t *testing.T) {
	r := boot(t)
	p := r.person()
	m := r.machine()
	back := "https://partner.example.org/back"
	code := func() string { return p.approved(asking("partner", "redirect_uri", back)) }
	at := "http://" + r.at + "/oauth/token"
	grant := func(code string, more ...string) []string {
		return append([]string{"grant_type", "authorization_code", "redirect_uri", back, "code", code, "code_verifier", verifierText}, more...)
	}
	tokensOf(m.post(at, "partner", serviceSecret, grant(code())...))
	tokensOf(m.form("/oauth/token", grant(code(), "client_id", "partner", "client_secret", serviceSecret)...))
	tokensOf(m.post(at, "partner", serviceSecret, grant(code(), "client_id", "partner")...))

	unused := code()
	m.post(at, "partner", "wrong", grant(unused)...).oauthError(401, "invalid_client")
	m.post(at, "nobody", serviceSecret, grant(unused)...).oauthError(401, "invalid_client")
	m.form("/oauth/token", grant(unused, "client_id", "partner")...).oauthError(401, "invalid_client")
	m.form("/oauth/token", grant(unused)...).oauthError(401, "invalid_client")
	m.post(at, "partner", serviceSecret, grant(unused, "client_secret", serviceSecret)...).oauthError(400, "invalid_request")
	m.post(at, "partner", serviceSecret, grant(unused, "client_id", "cli")...).oauthError(400, "invalid_request")
	m.form("/oauth/token?client_secret="+serviceSecret, grant(unused, "client_id", "partner")...).oauthError(401, "invalid_client")
	m.form("/oauth/token", "grant_type", "refresh_token", "client_id", "cli", "client_secret", "x", "refresh_token", "x").oauthError(401, "invalid_client")
	tokensOf(m.post(at, "partner", serviceSecret, grant(unused)...))
	require.NotContains(t, r.log.String(), serviceSecret)
}

func TestTheTokenDoorRefusesWhatIsNoRequestOfItsOwn(t *testing.T) {
	r := boot(t)
	m := r.machine()
	for grant, code := range map[string]string{
		"": "invalid_request", "password": "unsupported_grant_type", "implicit": "unsupported_grant_type", "nonsense": "unsupported_grant_type",
		"urn:ietf:params:oauth:grant-type:token-exchange": "unsupported_grant_type", "client_credentials": "unauthorized_client",
	} {
		m.form("/oauth/token", "grant_type", grant, "client_id", "cli").oauthError(400, code)
	}
	m.form("/oauth/token", "grant_type", "refresh_token", "client_id", "once", "refresh_token", "x").oauthError(400, "unauthorized_client")
	m.form("/oauth/token", "grant_type", "refresh_token", "grant_type", "refresh_token", "client_id", "cli").oauthError(400, "invalid_request")
	m.form("/oauth/token", "grant_type", "refresh_token", "client_id", "cli", "refresh_token", "x", "scope", "all").oauthError(400, "invalid_scope")
	m.form("/oauth/token", "grant_type", "refresh_token", "client_id", "cli", "refresh_token", strings.Repeat("x", 70_000)).oauthError(413, "invalid_request")
	m.form("/oauth/token", "grant_type", "refresh_token", "client_id", "cli", "refresh_token", "\x00").oauthError(400, "invalid_request")
	r.visitor().post("/oauth/token", object{"grant_type": "refresh_token"}).oauthError(400, "invalid_request")
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		r.visitor().send(method, "/oauth/token", nil).problem(405, "method_not_allowed")
	}
}

func TestAClientThatMayNotRefreshHasASessionForOneToken(t *testing.T) {
	r := boot(t)
	p := r.person()
	m, got := p.letIn("once")
	require.Empty(t, got.refresh)
	m.api("/api/record/").is(200)
	require.Equal(t, 300.0, one[float64](r, `SELECT extract(epoch FROM absolute_expires_at - created_at)::float8 FROM sessions WHERE kind = 'client'`))
}

func TestAClientGoesNoFurtherThanItsAudiences(t *testing.T) {
	r := boot(t)
	m, _ := r.person().letIn("narrow")
	m.api("/api/orders/").is(200)
	m.api("/api/record/").problem(403, "forbidden")
	m.api("/api/admins/").problem(403, "forbidden")
	require.Empty(t, r.record.taken())
	wide, _ := r.person().letIn("cli")
	wide.api("/api/record/").is(200)
	wide.api("/api/admins/").problem(403, "forbidden")
}

func TestADownstreamGetsATokenOfItsOwnForAClientToo(t *testing.T) {
	r := boot(t)
	p := r.person()
	m, got := p.letIn("cli")
	m.api("/api/personal/").is(200)
	arrived := r.record.taken()[0]
	raw := strings.TrimPrefix(arrived.header.Get("Authorization"), "Bearer ")
	require.NotEqual(t, got.access, raw)
	claims, err := r.verifier("personal").Verify(t.Context(), raw)
	require.NoError(t, err)
	require.Equal(t, []any{p.id, r.clientSID(), "cli", []string{user.RoleUser}, p.email},
		[]any{claims.Subject, claims.SID, claims.ClientID, claims.Roles, claims.Email})
	own, err := r.verifier(publicURL).Verify(t.Context(), got.access)
	require.NoError(t, err)
	require.Empty(t, own.Roles, "roles are asked for when it is exchanged")

	r.exec(`UPDATE users SET name = 'Another Name' WHERE id = $1`, p.id)
	m.api("/api/personal/").is(200)
	claims, err = r.verifier("personal").Verify(t.Context(), strings.TrimPrefix(r.record.taken()[0].header.Get("Authorization"), "Bearer "))
	require.NoError(t, err)
	require.Equal(t, "Another Name", claims.Name)
}

func TestAServiceGetsATokenOfItsOwnForItsTargetsAlone(t *testing.T) {
	r := boot(t)
	m := r.machine()
	got := m.post("http://"+r.at+"/oauth/token", "service", serviceSecret, "grant_type", "client_credentials")
	require.Equal(t, "access_token expires_in token_type", members(got.is(200).json()), "no refresh token")
	m.token = tokensOf(got).access
	m.api("/api/record/").is(200)
	claims, err := r.verifier("record").Verify(t.Context(), strings.TrimPrefix(r.record.taken()[0].header.Get("Authorization"), "Bearer "))
	require.NoError(t, err)
	require.Equal(t, []any{"service", "service", "", 0}, []any{claims.Subject, claims.ClientID, claims.SID, len(claims.Roles)})
	require.Zero(t, claims.AuthTime)
	for _, closed := range []string{"orders", "admins", "careful", "personal"} {
		m.api("/api/"+closed+"/").problem(403, "forbidden")
	}
	require.Zero(t, one[int](r, `SELECT count(*) FROM sessions`))

	gone := r.beside(func(s *setup) { s.clients = s.clients[:1] })
	(&machine{r: gone, token: m.token}).api("/api/record/").problem(401, "unauthenticated")
}

func TestACookieAndATokenTogetherAreRefused(t *testing.T) {
	r := boot(t)
	p := r.person()
	m, _ := p.letIn("cli")
	for _, path := range []string{"/api/record/", "/auth/session", "/account/"} {
		p.get(path, "Authorization", "Bearer "+m.token).problem(400, "ambiguous_credentials")
	}
	request, err := http.NewRequest(http.MethodGet, "http://"+r.at+"/api/record/", http.NoBody)
	require.NoError(t, err)
	request.Header["Authorization"] = []string{"Bearer " + m.token, "Basic eDp5"}
	r.answerTo(request).problem(401, "unauthenticated")
	for _, path := range []string{"/auth/session", "/auth/sessions", "/auth/events"} {
		m.api(path).problem(401, "unauthenticated")
	}
	require.Equal(t, `Bearer realm="vestibule", error="invalid_token"`, (&machine{r: r, token: "x"}).api("/api/record/").header.Get("WWW-Authenticate"))
	got := m.api("/api/hasty/").is(200)
	require.Equal(t, "recorded", got.body)
	r.turn(`UPDATE sessions SET auth_time = auth_time - interval '1 hour' WHERE kind = 'client'`)
	got = m.api("/api/hasty/")
	got.problem(401, "step_up_required")
	require.Contains(t, got.header.Get("WWW-Authenticate"), "insufficient_user_authentication")
}
