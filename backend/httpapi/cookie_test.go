package httpapi_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var secretShape = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// attributes reads one Set-Cookie: its name and value, then its attributes as they are written, in
// lower case.
func attributes(t *testing.T, got answer) (name, value string, rest map[string]string) {
	t.Helper()
	all := got.header.Values("Set-Cookie")
	require.Len(t, all, 1)
	parts := strings.Split(all[0], "; ")
	name, value, _ = strings.Cut(parts[0], "=")
	rest = map[string]string{}
	for _, part := range parts[1:] {
		attribute, is, _ := strings.Cut(part, "=")
		rest[strings.ToLower(attribute)] = is
	}
	return name, value, rest
}

// isCookie holds an answer to set the session cookie with exactly the attributes of the contract.
func isCookie(t *testing.T, got answer, remember bool) string {
	t.Helper()
	name, value, rest := attributes(t, got)
	require.Equal(t, "__Host-session", name)
	require.Regexp(t, secretShape, value)
	if remember {
		seconds, err := strconv.Atoi(rest["max-age"])
		require.NoError(t, err)
		require.InDelta(t, 30*24*3600, seconds, 60)
		delete(rest, "max-age")
	}
	require.Equal(t, map[string]string{"path": "/", "httponly": "", "secure": "", "samesite": "Strict"}, rest)
	require.NotContains(t, got.body, value, "the secret is in the cookie alone")
	return value
}

// isCleared holds an answer to take the cookie back, under the same attributes.
func isCleared(t *testing.T, got answer) {
	t.Helper()
	name, value, rest := attributes(t, got)
	require.Equal(t, "__Host-session", name)
	require.Empty(t, value)
	expires, err := time.Parse(time.RFC1123, rest["expires"])
	require.NoError(t, err)
	require.True(t, expires.Before(time.Now()))
	delete(rest, "expires")
	require.Equal(t, map[string]string{"path": "/", "httponly": "", "secure": "", "samesite": "Strict"}, rest)
}

func TestNobodyWhoHasNotSignedInGetsACookieOrARow(t *testing.T) {
	r := boot(t)
	b := r.visitor()
	for _, got := range []answer{
		b.get("/"), b.get("/account/"), b.get("/auth/session"), b.get("/api/orders/"), b.get("/.well-known/jwks.json"),
		b.post("/auth/login", object{"email": "a@example.com", "password": "x"}), b.post("/auth/login", "{"),
		b.post("/auth/register", object{"email": "a@example.com", "password": "short", "name": "A"}),
	} {
		require.Empty(t, got.header.Values("Set-Cookie"))
	}
	require.Zero(t, one[int](r, `SELECT count(*) FROM sessions`))
}

func TestASecretThatSomeoneElseChoseIsNeverAdopted(t *testing.T) {
	r := boot(t)
	p, attacker := r.person(), r.person()
	known := strings.Repeat("A", 43) // of the right shape, planted before the victim signs in
	for _, planted := range []string{known, attacker.cookie, p.cookie, "short"} {
		b := r.visitor()
		b.cookie = planted
		got := b.post("/auth/login", object{"email": p.email, "password": goodPassword}).is(200)
		require.NotEqual(t, planted, isCookie(t, got, false))
		thief := r.visitor()
		thief.cookie = planted
		thief.get("/auth/session").problem(401, "unauthenticated")
	}
	b := r.visitor()
	b.cookie = known
	require.NotEqual(t, known, isCookie(t, b.post("/auth/register", object{"email": "new@example.com", "password": goodPassword, "name": "New"}).is(201), false))
}

func TestSigningInEndsTheSessionThatTheCookieNames(t *testing.T) {
	r := boot(t)
	p := r.person()
	other := p.again()
	held := p.cookie
	isCookie(t, p.post("/auth/login", object{"email": p.email, "password": goodPassword}).is(200), false)
	require.NotEqual(t, held, p.cookie)
	old := &browser{r, held, p.headers}
	old.get("/auth/session").problem(401, "unauthenticated")
	p.get("/auth/session").is(200)
	other.get("/auth/session").is(200)
	require.Equal(t, "signed_out", one[string](r, `SELECT reason FROM revocations WHERE sid = $1`, p.sid))

	held = p.cookie
	p.post("/auth/login", object{"email": p.email, "password": "not the one it is"}).problem(401, "invalid_credentials")
	require.Equal(t, held, p.cookie)
	p.get("/auth/session").is(200) // a failed sign-in ends nothing
}

func TestTheSecretChangesAtStepUpAndTheOldOneIsDeadAtOnce(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.post("/auth/login", object{"email": p.email, "password": goodPassword, "remember": true}).is(200)
	r.turn(`UPDATE sessions SET auth_time = auth_time - interval '1 hour'`)
	before := p.get("/auth/session").json()["session"].(map[string]any)
	old := &browser{r, p.cookie, p.headers}

	got := p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	require.Empty(t, got.body)
	require.NotEqual(t, old.cookie, isCookie(t, got, true))
	old.get("/auth/session").problem(401, "unauthenticated")
	after := p.get("/auth/session").is(200).json()["session"].(map[string]any)
	require.Equal(t, before["sid"], after["sid"])
	require.Equal(t, before["absolute_expires_at"], after["absolute_expires_at"])
	require.WithinDuration(t, time.Now(), moment(t, after["auth_time"]), time.Minute)

	held := p.cookie
	got = p.post("/auth/step-up", object{"password": "not the one it is"})
	got.problem(401, "invalid_credentials")
	require.Empty(t, got.header.Values("Set-Cookie"))
	require.Equal(t, held, p.cookie)
	p.get("/auth/session").is(200)
}

func TestChangingThePasswordEndsAllOthersAndChangesThisSecret(t *testing.T) {
	r := boot(t)
	p, stranger := r.person(), r.person()
	other := p.again()
	old := &browser{r, p.cookie, p.headers}
	const next = "another day, another walk"

	p.post("/auth/password", object{"current_password": "not the one it is", "new_password": next}).problem(401, "invalid_credentials")
	for bad, rule := range map[string]string{"too short": "new_password:too_short", goodPassword: "new_password:unchanged", "noraquistnoraquist": "new_password:own_name"} {
		require.Equal(t, rule, p.post("/auth/password", object{"current_password": goodPassword, "new_password": bad}).fields())
	}
	other.get("/auth/session").is(200)

	got := p.post("/auth/password", object{"current_password": goodPassword, "new_password": next}).is(204)
	require.Empty(t, got.body)
	require.NotEqual(t, old.cookie, isCookie(t, got, false))
	p.get("/auth/session").is(200)
	old.get("/auth/session").problem(401, "unauthenticated")
	other.get("/auth/session").problem(401, "unauthenticated")
	stranger.get("/auth/session").is(200)
	require.Equal(t, "password_changed", one[string](r, `SELECT reason FROM revocations WHERE sid = $1`, other.sid))
	r.visitor().post("/auth/login", object{"email": p.email, "password": goodPassword}).problem(401, "invalid_credentials")
	r.visitor().post("/auth/login", object{"email": p.email, "password": next}).is(200)
}

func TestTheRememberedCookieLivesNoLongerThanItsSession(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.post("/auth/login", object{"email": p.email, "password": goodPassword, "remember": true}).is(200)
	r.turn(`UPDATE sessions SET idle_expires_at = now() + interval '1 hour', absolute_expires_at = now() + interval '1 hour'`)
	_, _, rest := attributes(t, p.post("/auth/step-up", object{"password": goodPassword}).is(204))
	seconds, err := strconv.Atoi(rest["max-age"])
	require.NoError(t, err)
	require.InDelta(t, 3600, seconds, 60)
}

func TestOnLoopbackTheCookieCanDoWithoutPrefixAndSecure(t *testing.T) {
	r := boot(t, func(s *setup) { s.insecure = true })
	b := r.visitor()
	got := b.post("/auth/register", object{"email": "nora@example.com", "password": goodPassword, "name": "Nora Quist"}).is(201)
	name, value, rest := attributes(t, got)
	require.Equal(t, "session", name)
	require.Equal(t, map[string]string{"path": "/", "httponly": "", "samesite": "Strict"}, rest)
	b.get("/auth/session", "Cookie", "session="+value).is(200)
	b.get("/auth/session", "Cookie", "__Host-session="+value).problem(401, "unauthenticated")
	b.post("/auth/logout", nil, "Cookie", "session="+value, "Sec-Fetch-Site", "").problem(403, "csrf_rejected")
}

func TestACookieThatNamesNoLiveSessionIs401AndStaysWhereItIs(t *testing.T) {
	counted := &countingSessions{}
	r := boot(t, func(s *setup) { s.sessions = counted.around })
	p := r.person()
	counted.finds.Store(0)
	for _, odd := range []string{
		"", " ", "x", p.cookie[:42], p.cookie + "A", p.cookie + "=", p.cookie + p.cookie, `"` + p.cookie[:42] + `"`, p.sid,
		one[string](r, `SELECT k FROM sessions`), strings.Repeat("a", 64), strings.Repeat("A", 8000),
		p.cookie[:42] + "+", p.cookie[:42] + "/", p.cookie[:42] + "%", p.cookie[:42] + "é", p.cookie[:42] + "\xff", p.cookie[:42] + " x",
		"' OR 1=1 --", "../../etc/passwd", "{}", "null", "undefined", "deleted",
		p.cookie[:42] + lastOf(p.cookie), // the same bytes, if the decoder were not strict
	} {
		b := r.visitor()
		got := b.get("/auth/session", "Cookie", "__Host-session="+odd)
		require.Equal(t, 401, got.status, "%q", odd)
		got.problem(401, "unauthenticated")
		require.Empty(t, got.header.Values("Set-Cookie"), odd)
		b.post("/auth/logout", nil, "Cookie", "__Host-session="+odd).problem(401, "unauthenticated")
		b.get("/api/orders/", "Cookie", "__Host-session="+odd).problem(401, "unauthenticated")
	}
	require.Zero(t, counted.finds.Load(), "a value that New could not have made costs no look-up")
	for _, header := range []string{
		"__host-session=" + p.cookie, "__Host-Session=" + p.cookie, "session=" + p.cookie, "__Host-session" + p.cookie,
		"x__Host-session=" + p.cookie, "__Host-session-=" + p.cookie, p.cookie,
	} {
		r.visitor().get("/auth/session", "Cookie", header).problem(401, "unauthenticated")
	}
	require.Zero(t, counted.finds.Load())
	r.visitor().get("/auth/session", "Cookie", "__Host-session="+strings.Repeat("A", 43)).problem(401, "unauthenticated")
	require.EqualValues(t, 1, counted.finds.Load())
	p.get("/auth/session", "Cookie", "a=b; __Host-session="+p.cookie+"; c=d").is(200)
}

// lastOf gives another last character that a lenient decoder would read as the same bytes.
func lastOf(secret string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, secret[42])^1])
}

func TestTwoSessionCookiesAreNobodys(t *testing.T) {
	r := boot(t)
	p, other := r.person(), r.person()
	for _, second := range []string{p.cookie, other.cookie, "x"} {
		got := p.get("/auth/session", "Cookie", "__Host-session="+p.cookie+"; __Host-session="+second)
		got.problem(401, "unauthenticated")
		require.Empty(t, got.header.Values("Set-Cookie"))
		answers, _ := r.raw(fmt.Sprintf("GET /auth/session HTTP/1.1\r\nHost: x\r\nCookie: __Host-session=%s\r\nCookie: __Host-session=%s\r\n\r\n", p.cookie, second))
		require.Len(t, answers, 1)
		answers[0].problem(401, "unauthenticated")
	}
	p.get("/auth/session").is(200)
}

func TestACookieAndABearerTokenTogetherAreRefused(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, bearer := range []string{"Bearer x", "bearer x", "BEARER  x", "Bearer"} {
		for _, path := range []string{"/auth/session", "/api/record/", "/", "/.well-known/jwks.json"} {
			p.get(path, "Authorization", bearer).problem(400, "ambiguous_credentials")
		}
	}
	answers, _ := r.raw("GET /api/record/ HTTP/1.1\r\nHost: x\r\nAuthorization: Basic eA==\r\nAuthorization: Bearer x\r\nCookie: __Host-session=" + p.cookie + "\r\n\r\n")
	require.Len(t, answers, 1)
	answers[0].problem(400, "ambiguous_credentials")
	require.Empty(t, r.record.taken())
	r.visitor().get("/auth/session", "Authorization", "Bearer x").problem(401, "unauthenticated")
}
