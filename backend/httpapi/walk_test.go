package httpapi_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/httpapi"
	"vestibule/backend/secret"
)

// place is one address that the router knows, with something in place of its parameters.
type place struct{ method, route, path string }

// registered is every address that the running door has, whoever registered it.
func (r *replica) registered() []place {
	var places []place
	known := map[string]bool{}
	for _, route := range r.public.GetRoutes(true) {
		if key := route.Method + " " + route.Path; !known[key] {
			known[key] = true
			path := strings.NewReplacer(":downstream", "record", ":sid", uuid.NewString(), ":id", uuid.NewString(), "*", "x").Replace(route.Path)
			places = append(places, place{route.Method, route.Path, path})
		}
	}
	return places
}

// isOpen reports whether the table declares it for anyone.
func (p place) isOpen() bool {
	for _, row := range httpapi.Table() {
		if row.Path == p.route && row.Method == p.method {
			return row.Anyone
		}
	}
	return false
}

// isPage is what anyone may read: the built-in pages, and the team's own app.
func (p place) isPage() bool {
	return (p.method == "GET" || p.method == "HEAD") && (p.route == "/*" || p.route == "/account" || p.route == "/account/*")
}

// isMachine is one of the three doors outside the rule about other sites: they take no cookie.
func (p place) isMachine() bool {
	return p.method == "POST" && slices.Contains([]string{"/oauth/token", "/oauth/revoke", "/oauth/device_authorization"}, p.path)
}

// isSensitive is where requests from elsewhere are refused for safe methods too.
func (p place) isSensitive() bool {
	return strings.HasPrefix(p.path, "/api") || strings.HasPrefix(p.path, "/auth") || strings.HasPrefix(p.path, "/admin")
}

func (p place) isSafe() bool {
	return p.method == "GET" || p.method == "HEAD" || p.method == "OPTIONS" || p.method == "TRACE"
}

// refuses holds an answer to be one that gives nothing away and does nothing.
func refuses(t *testing.T, got answer, p place, statuses ...int) {
	t.Helper()
	require.Contains(t, statuses, got.status, "%s %s: %s", p.method, p.path, got.body)
	require.Equal(t, "application/problem+json", got.header.Get("Content-Type"), "%s %s", p.method, p.path)
	require.Empty(t, got.header.Values("Set-Cookie"), "%s %s", p.method, p.path)
}

func TestEveryRouteIsClosedToWhoeverIsNotSignedIn(t *testing.T) {
	r := boot(t)
	places := r.registered()
	require.Greater(t, len(places), len(httpapi.Table()))
	for _, cookie := range []string{"", secret.New().Reveal(), "of another shape"} {
		visitor := r.visitor()
		visitor.cookie = cookie
		for _, p := range places {
			if p.isOpen() || p.isPage() {
				continue
			}
			refuses(t, visitor.send(p.method, p.path, nil), p, 401, 403, 404, 405)
		}
	}
	require.Empty(t, r.record.taken())
	require.Zero(t, one[int](r, `SELECT count(*) FROM sessions`))
}

func TestEveryRouteIsClosedToOtherSites(t *testing.T) {
	r := boot(t)
	p := r.person()
	before := one[time.Time](r, `SELECT last_seen_at FROM sessions`)
	r.turn(`UPDATE sessions SET last_seen_at = last_seen_at - interval '5 minutes'`)
	for _, elsewhere := range [][]string{
		{"Origin", "https://evil.example.com"},
		{"Origin", "https://evil.example.com", "Sec-Fetch-Site", ""},
		{"Origin", "null", "Sec-Fetch-Site", ""},
		{"Sec-Fetch-Site", "cross-site"},
		{"Sec-Fetch-Site", "same-site", "X-CSRF", "1"},
	} {
		for _, cookie := range []string{p.cookie, ""} {
			b := &browser{r, cookie, p.headers}
			for _, place := range r.registered() {
				got := b.send(place.method, place.path, nil, elsewhere...)
				if (place.isSafe() && !place.isSensitive()) || place.isMachine() {
					require.NotContains(t, []int{500, 503}, got.status)
					continue
				}
				refuses(t, got, place, 403)
				if place.method != "HEAD" {
					require.Equal(t, "csrf_rejected", got.json()["code"])
				}
			}
		}
	}
	require.Empty(t, r.record.taken())
	require.Equal(t, before.Add(-5*time.Minute), one[time.Time](r, `SELECT last_seen_at FROM sessions`), "nothing was looked up or slid")
}

func TestAnUnsafeMethodNeedsASignThatItComesFromHere(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, place := range r.registered() {
		if place.isSafe() || place.isMachine() {
			continue
		}
		for _, sign := range []string{"", "none"} {
			got := p.send(place.method, place.path, nil, "Sec-Fetch-Site", sign)
			refuses(t, got, place, 403)
			require.Equal(t, "csrf_rejected", got.json()["code"])
		}
	}
	p.get("/auth/session", "Sec-Fetch-Site", "").is(200)
	for _, sign := range [][]string{{"X-CSRF", "1"}, {"Origin", publicURL}} {
		p.post("/api/record/", "{}", append(sign, "Sec-Fetch-Site", "")...).is(200)
	}
	require.Len(t, r.record.taken(), 2)
}

func TestTheAdministrationIsClosedToWhoeverIsNoAdministrator(t *testing.T) {
	r := boot(t)
	plain, former, disabled := r.person(), r.admin(), r.admin()
	r.turn(`ALTER TABLE users DISABLE TRIGGER users_changed`) // so that their sessions live on
	r.turn(`UPDATE users SET role = 'user' WHERE id = $1`, former.id)
	r.turn(`UPDATE users SET disabled_at = now() WHERE id = $1`, disabled.id)
	before := one[int64](r, `SELECT max(id) FROM events`)
	rows := 0
	for _, row := range httpapi.Table() {
		if !strings.HasPrefix(row.Path, "/admin") {
			require.False(t, row.Admin, row.Path)
			continue
		}
		rows++
		require.True(t, row.Admin, row.Path)
		path := strings.NewReplacer(":sid", uuid.NewString(), ":id", plain.id).Replace(row.Path)
		r.visitor().send(row.Method, path, nil).problem(401, "unauthenticated")
		r.visitor().send(row.Method, path, nil, "Authorization", "Bearer x.y.z").problem(401, "unauthenticated")
		for _, who := range []*person{plain, former, disabled} {
			who.send(row.Method, path, nil).problem(403, "forbidden")
		}
	}
	require.Equal(t, 13, rows, "count the rows of the administration anew")
	require.Equal(t, before, one[int64](r, `SELECT max(id) FROM events`))
}

func TestWhatIsDeclaredToNeedAFreshProofDoes(t *testing.T) {
	r := boot(t)
	p := r.admin()
	r.turn(`UPDATE sessions SET auth_time = auth_time - interval '11 minutes'`)
	for _, row := range httpapi.Table() {
		if !row.Fresh {
			continue
		}
		document := p.send(row.Method, strings.NewReplacer(":sid", p.sid, ":id", p.id).Replace(row.Path), nil).problem(401, "step_up_required")
		require.Equal(t, "aal1", document["acr"])
		require.EqualValues(t, 600, document["max_age"])
	}
	p.get("/auth/session").is(200)
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	p.send("DELETE", "/auth/sessions", nil).is(200)
}

func TestARequestSlidesTheSessionWhereTheTableSaysSo(t *testing.T) {
	r := boot(t)
	p := r.admin()
	slid := func(b *browser, row httpapi.Declared, headers ...string) bool {
		r.turn(`UPDATE sessions SET last_seen_at = clock_timestamp() - interval '5 minutes', idle_expires_at = clock_timestamp() + interval '25 minutes'`)
		path := strings.NewReplacer(":downstream", "record", ":sid", uuid.NewString(), ":id", uuid.NewString(), "*", "x").Replace(row.Path)
		method := row.Method
		if method == "*" {
			method = "GET"
		}
		b.send(method, path, nil, headers...)
		r.flush()
		return one[bool](r, `SELECT last_seen_at > now() - interval '1 minute' AND idle_expires_at > now() + interval '29 minutes' FROM sessions`)
	}
	for _, row := range httpapi.Table() {
		if row.Anyone || row.Path == "/auth/logout" || row.Path == "/auth/live" {
			continue // the one ends it, the other has tests of its own
		}
		require.Equal(t, row.Slides, slid(p.browser, row), row.Path)
		require.False(t, slid(p.browser, row, "X-Vestibule-Activity", "none"), row.Path)
	}
}

func TestWhatAPageAsksForSomeoneElseIsRefusedEverywhere(t *testing.T) {
	r := boot(t)
	p, other := r.admin(), r.person()
	before := one[int](r, `SELECT count(*) FROM events`)
	for _, place := range r.registered() {
		if place.isOpen() || place.isPage() {
			continue
		}
		for _, named := range []string{other.id, "nobody"} {
			refuses(t, p.send(place.method, place.path, nil, "X-Vestibule-User", named), place, 401, 403, 404, 405)
		}
	}
	require.Empty(t, r.record.taken())
	require.Equal(t, before, one[int](r, `SELECT count(*) FROM events`))
	p.get("/auth/sessions", "X-Vestibule-User", p.id).is(200)
	p.get("/auth/sessions", "X-Vestibule-User", strings.ToUpper(p.id)).is(200)
	p.get("/auth/sessions", "X-Vestibule-User", other.id).problem(401, "unauthenticated")
}

func TestAPathThatItsDownstreamDeclaresPassiveDoesNotSlide(t *testing.T) {
	r := boot(t)
	p := r.person()
	for path, slides := range map[string]bool{"/poll": false, "/poll/deep?x=1": false, "/pollen": true, "/": true} {
		r.turn(`UPDATE sessions SET last_seen_at = clock_timestamp() - interval '5 minutes', idle_expires_at = clock_timestamp() + interval '25 minutes'`)
		p.get("/api/polled" + path).is(200)
		r.flush()
		require.Equal(t, slides, one[bool](r, `SELECT last_seen_at > now() - interval '1 minute' FROM sessions`), path)
	}
}

func TestEveryMethodThatThereIsGetsAProblemDocument(t *testing.T) {
	r := boot(t)
	for _, method := range []string{"PROPFIND", "FROB", "get", "TRACK", "PRI"} {
		got := r.visitor().send(method, "/auth/session", nil)
		refuses(t, got, place{method, "", "/auth/session"}, 400, 401, 405)
	}
	require.Equal(t, "GET", r.visitor().post("/auth/session", nil).header.Get("Allow"))
	require.Equal(t, "DELETE, GET", r.visitor().send("PUT", "/auth/sessions", nil).header.Get("Allow"))
	require.Equal(t, http.StatusMethodNotAllowed, r.visitor().send("HEAD", "/auth/session", nil).status)
}
