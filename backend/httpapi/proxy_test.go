package httpapi_test

import (
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/user"
)

func TestOrdersThatBelongToTheCallerComeFromARealServiceThatVerifies(t *testing.T) {
	r := boot(t)
	second := r.beside()
	p, other := r.person(), r.person()
	mine := p.get("/api/orders/").is(200)
	require.Equal(t, "application/json", mine.header.Get("Content-Type"))
	require.NotEmpty(t, mine.json()["orders"])
	require.NotEqual(t, mine.json(), other.get("/api/orders/").is(200).json())
	made := p.post("/api/orders/", object{"customer": "Fern Hardware", "items": 3}).is(201).json()
	require.Equal(t, made, p.get("/api/orders").is(200).json()["orders"].([]any)[0])
	p.at(second).get("/api/orders/").is(200) // signed with the same key
	p.get("/api/orders/nothing").is(404)

	who := p.get("/api/orders/whoami").is(200).json()
	claims := who["claims"].(map[string]any)
	require.Equal(t, "acr amr aud auth_time client_id exp iat iss jti roles sid sub", members(claims))
	require.Equal(t, []any{p.id, p.sid, "orders", publicURL, "vestibule", "aal1"},
		[]any{claims["sub"], claims["sid"], claims["aud"], claims["iss"], claims["client_id"], claims["acr"]})
	require.Equal(t, []any{"user"}, claims["roles"])
	require.Equal(t, []any{"pwd"}, claims["amr"])
	require.InDelta(t, 300, claims["exp"].(float64)-claims["iat"].(float64), 1)
}

func TestExactlyTheseHeadersReachADownstream(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.send("PUT", "/api/record/a/b;c=d?e=%2F%2e&f", "x",
		"Cookie", "theme=dark; __Host-session="+p.cookie, "Authorization", "Basic Zm9yZ2VkOg==", "Content-Type", "text/plain", "X-CSRF", "1",
		"Forwarded", "for=1.2.3.4", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Host", "evil.example.com", "X-Forwarded-Proto", "gopher", "X-Forwarded-Prefix", "/x",
		"X-Real-Ip", "1.2.3.4", "X-Request-Id", "mine", "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "Tracestate", "a=b",
		"Connection", "X-Secret, keep-alive", "X-Secret", "x", "Keep-Alive", "timeout=5", "Te", "trailers", "Proxy-Authorization", "x", "X-Vestibule-Activity", "none", "X-Vestibule-User", p.id,
		"X-Http-Method-Override", "DELETE", "X-Original-Url", "/admin", "X-Rewrite-Url", "/admin", "Via", "1.1 x",
		"X-Custom", "kept", "Accept", "text/html", "Accept-Encoding", "br", "Accept-Language", "de").is(200)
	seen := r.record.taken()
	require.Len(t, seen, 1)
	a := seen[0]
	require.Equal(t, []string{"PUT", "/a/b;c=d?e=%2F%2e&f", "x"}, []string{a.method, a.target, a.body})
	require.Equal(t, strings.TrimPrefix(r.record.URL, "http://"), a.host)
	require.Equal(t, []string{"Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Length", "Content-Type", "Sec-Fetch-Site", "Traceparent",
		"User-Agent", "X-Custom", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id"}, slices.Sorted(maps.Keys(a.header)))
	for name, want := range map[string]string{
		"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "app.example.com", "X-Forwarded-Proto": "https", "X-Custom": "kept", "Content-Length": "1",
	} {
		require.Equal(t, []string{want}, a.header.Values(name), name)
	}
	id := a.header.Get("X-Request-Id")
	require.Regexp(t, `^[0-9a-f]{32}$`, id)
	require.Regexp(t, regexp.MustCompile(`^00-`+id+`-[0-9a-f]{16}-00$`), a.header.Get("Traceparent"))
	claims, err := r.verifier("record").Verify(t.Context(), bearerOf(t, a))
	require.NoError(t, err)
	require.Equal(t, []any{p.id, p.sid, "", ""}, []any{claims.Subject, claims.SID, claims.Email, claims.Name})
	_, err = r.verifier("orders").Verify(t.Context(), bearerOf(t, a))
	require.Error(t, err, "it is good for one downstream alone")
}

// bearerOf gives the one token that arrived.
func bearerOf(t *testing.T, a arrived) string {
	t.Helper()
	require.Len(t, a.header.Values("Authorization"), 1)
	token, is := strings.CutPrefix(a.header.Get("Authorization"), "Bearer ")
	require.True(t, is)
	return token
}

func TestOneAuthorizationArrivesHoweverManyWereSent(t *testing.T) {
	r := boot(t)
	p := r.person()
	for name, sent := range map[string]string{
		"two":               "Authorization: Basic a\r\nAuthorization: Basic b\r\n",
		"in small letters":  "authorization: Basic a\r\naUTHORIZATION: Basic b\r\n",
		"three, with tabs":  "Authorization:\tBasic a\r\nAuthorization: Digest b\r\nAuthorization:\r\n",
		"named as hop only": "Connection: authorization, x-forwarded-for, x-request-id\r\n",
		"two cookies":       "Cookie: a=b\r\ncookie: c=d\r\n",
	} {
		answers, all := r.raw("GET /api/record/ HTTP/1.1\r\nHost: app.example.com\r\n" + sent + "Cookie: __Host-session=" + p.cookie + "\r\n\r\n")
		require.Len(t, answers, 1, all)
		answers[0].fenced()
		answers[0].is(200)
		seen := r.record.taken()
		require.Len(t, seen, 1)
		_, err := r.verifier("record").Verify(t.Context(), bearerOf(t, seen[0]))
		require.NoError(t, err, name)
		require.Empty(t, seen[0].header.Values("Cookie"), name)
		require.Equal(t, []string{"127.0.0.1"}, seen[0].header.Values("X-Forwarded-For"), name)
		require.Len(t, seen[0].header.Values("X-Request-Id"), 1, name)
	}
}

func TestPersonalClaimsAreOnlyForADownstreamThatAsks(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.get("/api/personal/").is(200)
	claims, err := r.verifier("personal").Verify(t.Context(), bearerOf(t, r.record.taken()[0]))
	require.NoError(t, err)
	require.Equal(t, []string{p.email, "Nora Quist"}, []string{claims.Email, claims.Name})
}

func TestATokenNeverOutlivesItsSession(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.turn(`UPDATE sessions SET idle_expires_at = now() + interval '40 seconds', absolute_expires_at = now() + interval '40 seconds'`)
	p.get("/api/record/").is(200)
	claims, err := r.verifier("record").Verify(t.Context(), bearerOf(t, r.record.taken()[0]))
	require.NoError(t, err)
	require.LessOrEqual(t, claims.ExpiresAt, time.Now().Add(41*time.Second).Unix())
}

func TestADownstreamsAnswerCanNotActAsOurPage(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.record.answers(func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range map[string]string{
			"Set-Cookie": "__Host-session=stolen; Path=/; Secure", "Service-Worker-Allowed": "/", "Clear-Site-Data": `"*"`,
			"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true", "Access-Control-Expose-Headers": "*",
			"Content-Security-Policy": "default-src *", "X-Frame-Options": "ALLOWALL", "X-Content-Type-Options": "no", "Cache-Control": "public, max-age=600",
			"Refresh": "0; url=https://evil.example.com", "Server": "x", "Www-Authenticate": "Basic", "Strict-Transport-Security": "max-age=0",
			"Referrer-Policy": "unsafe-url", "Server-Timing": "x", "Alt-Svc": "x", "Etag": `"1"`, "Content-Type": "text/html", "X-Custom": "kept",
		} {
			w.Header().Set(name, value)
		}
		w.Header().Add("Set-Cookie", "b=c")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, "<script>1</script>")
	})
	held := p.cookie
	got := p.get("/api/record/").is(http.StatusTeapot) // read holds what every answer must and may not have
	require.Equal(t, held, p.cookie)
	require.Equal(t, "sandbox", got.header.Get("Content-Security-Policy"))
	require.Equal(t, "private, max-age=600", got.header.Get("Cache-Control"))
	require.Equal(t, []string{"<script>1</script>", "text/html", `"1"`, "kept"}, []string{got.body, got.header.Get("Content-Type"), got.header.Get("Etag"), got.header.Get("X-Custom")})
	for _, name := range []string{"Set-Cookie", "Service-Worker-Allowed", "Clear-Site-Data", "Refresh", "Www-Authenticate", "Server-Timing", "Alt-Svc"} {
		require.Empty(t, got.header.Values(name), name)
	}
	require.NotEqual(t, "max-age=0", got.header.Get("Strict-Transport-Security"))
}

func TestARedirectLeadsBackThroughTheGatewayOrNowhere(t *testing.T) {
	r := boot(t)
	p := r.person()
	redirect := func(to string) answer {
		r.record.answers(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", to)
			w.Header().Set("X-Half-Done", "yes")
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Etag", `"1"`)
			w.WriteHeader(http.StatusFound)
		})
		return p.get("/api/record/here")
	}
	for to, want := range map[string]string{"/there?a=b": "/api/record/there?a=b", "there": "/api/record/there", r.record.URL + "/x": "/api/record/x", "/../../auth/logout": "/api/record/auth/logout"} {
		require.Equal(t, want, redirect(to).is(302).header.Get("Location"))
	}
	for _, to := range []string{"https://evil.example.com/", "//evil.example.com/", `/\evil.example.com`, "javascript:alert(1)", "/%2e%2e/auth/logout"} {
		got := redirect(to)
		got.problem(502, "bad_gateway")
		for _, name := range []string{"Location", "X-Half-Done", "Content-Encoding", "Etag"} {
			require.Empty(t, got.header.Values(name), "%s of an answer that is not passed on", name)
		}
		require.NotContains(t, got.body, "evil")
	}
}

func TestAPathThatCouldBeReadInTwoWaysIsRefusedBeforeRouting(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, path := range []string{
		"/api/../admin", "/api/%2e%2e/admin", "/api/%2E%2e/admin", "/api/.%2e/admin", "/api/record/../x", "/api/record/./x", "/api/record/..", "/api/record/x/..;a=b/y",
		"/api/record/a%2fb", "/api/record/a%2Fb", "/api/record/a%5cb", `/api/record/a\b`, `/api\record/`, "/api//record/", "//api/record/", "/api/record//x", "//evil.example.com/",
		"/api/record/a%", "/api/record/a%4", "/api/record/%zz", "/api/record/%00", "/api/record/%0d%0aX: y", "/api/record/a#b", "/auth/../api/record/", "/account/../auth/session", "/account/%2e%2e/x",
		"/%2e%2e/", "/..", "/.", "/%2f", "/./", "api/record/", "", "*", "http://app.example.com/api/record/",
	} {
		for _, cookie := range []string{"", "Cookie: __Host-session=" + p.cookie + "\r\n"} {
			answers, all := r.raw("GET " + path + " HTTP/1.1\r\nHost: app.example.com\r\n" + cookie + "\r\n")
			require.Len(t, answers, 1, "%s: %s", path, all)
			answers[0].fenced()
			require.Equal(t, 400, answers[0].status, "%s: %s", path, all)
			require.Contains(t, []any{"path_refused", "malformed_request"}, answers[0].json()["code"])
		}
	}
	require.Empty(t, r.record.taken())
	answers, _ := r.raw("GET /api/../admin HTTP/1.1\r\nHost: app.example.com\r\n\r\n")
	answers[0].problem(400, "path_refused")
	p.get("/api/record/a%20b/%C3%A9/x.y/..z?p=../%2e%2e//\\").is(200)
	require.Equal(t, "/a%20b/%C3%A9/x.y/..z?p=../%2e%2e//\\", r.record.taken()[0].target, "the query is the downstream's own")
}

func TestWhatADownstreamIsNotOpenForIsRefused(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, path := range []string{"/api/nope", "/api/nope/x", "/api/Record/", "/api/record%20/", "/api/records/"} {
		p.get(path).problem(404, "unknown_downstream")
	}
	p.get("/api").problem(404, "not_found")
	p.get("/api/admins/").problem(403, "forbidden")
	p.get("/api/narrow/open/x").is(200)
	p.get("/api/narrow/opened").problem(403, "forbidden")
	p.get("/api/narrow/").problem(403, "forbidden")
	p.post("/api/narrow/open/x", "{}").problem(405, "method_not_allowed")
	p.send("TRACE", "/api/record/", nil).problem(405, "method_not_allowed") // it would repeat the token
	require.Len(t, r.record.taken(), 1)

	r.exec(`UPDATE users SET role = 'admin' WHERE id = $1`, p.id)
	p.get("/api/admins/").problem(401, "unauthenticated")
	p = p.again()
	p.get("/api/admins/").is(200)
	claims, err := r.verifier("admins").Verify(t.Context(), bearerOf(t, r.record.taken()[0]))
	require.NoError(t, err)
	require.Equal(t, []string{"admin"}, claims.Roles)
}

func TestADownstreamMayDemandAFreshProof(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.get("/api/careful/").is(200)
	r.turn(`UPDATE sessions SET auth_time = auth_time - interval '61 seconds'`)
	document := p.get("/api/careful/").problem(401, "step_up_required")
	require.Equal(t, []any{"aal1", 60.0}, []any{document["acr"], document["max_age"]})
	p.get("/api/record/").is(200)
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	p.get("/api/careful/").is(200)
	require.Len(t, r.record.taken(), 3)
}

func TestADownstreamThatIsGoneSlowOrBrokenIsAProblemDocument(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.get("/api/gone/").problem(502, "bad_gateway")
	p.post("/api/gone/", "{}").problem(502, "bad_gateway")
	release := make(chan struct{})
	r.record.answers(func(http.ResponseWriter, *http.Request) { <-release })
	got := p.get("/api/slow/")
	close(release)
	got.problem(504, "gateway_timeout")
	r.record.answers(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nX: \x00 told to nobody\r\n\r\n")
			_ = conn.Close()
		}
	})
	got = p.get("/api/record/")
	got.problem(502, "bad_gateway")
	require.NotContains(t, got.body, "told to nobody")
	require.NotContains(t, got.body, strings.TrimPrefix(r.record.URL, "http://"), "no address of a downstream is told")
}

func TestBodiesLargerThanOurOwnDoorsTakeGoThrough(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.record.answers(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, strings.Repeat("y", 5<<20)) })
	for _, body := range []any{strings.Repeat("x", 5<<20), io.MultiReader(strings.NewReader(strings.Repeat("x", 5<<20)))} {
		require.Len(t, p.post("/api/record/", body, "Content-Type", "application/octet-stream").is(200).body, 5<<20)
		require.Len(t, r.record.taken()[0].body, 5<<20)
	}
	p.post("/api/small/", strings.Repeat("x", 1<<10)).is(200)
	p.post("/api/small/", strings.Repeat("x", 1<<10+1)).problem(413, "body_too_large")
	p.post("/api/small/", io.MultiReader(strings.NewReader(strings.Repeat("x", 1<<10+1)))).problem(413, "body_too_large")
}

func TestServerTimingIsForDevelopmentAndForAdministrators(t *testing.T) {
	r := boot(t)
	p := r.person()
	require.Empty(t, p.get("/api/record/").is(200).header.Values("Server-Timing"))
	require.NoError(t, r.users.SetRole(t.Context(), p.email, user.RoleAdmin, event.Origin{}))
	p = p.again()
	require.NotEmpty(t, p.get("/api/record/").is(200).header.Values("Server-Timing"))
	development := r.beside(func(s *setup) { s.development = true })
	timing := p.at(development).get("/api/record/").is(200).header.Get("Server-Timing")
	require.Regexp(t, `^session;desc="database";dur=[0-9.]+, token;desc="issued";dur=[0-9.]+, upstream;dur=[0-9.]+$`, timing)
	parts := strings.Split(timing, "dur=")
	_, err := strconv.ParseFloat(parts[len(parts)-1], 64)
	require.NoError(t, err)
}
