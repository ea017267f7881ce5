package httpapi_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// members gives the names of an object's members, in order.
func members(of any) string {
	return strings.Join(slices.Sorted(maps.Keys(of.(map[string]any))), " ")
}

// moment reads a time as the contract has it: RFC 3339, UTC.
func moment(t *testing.T, text any) time.Time {
	t.Helper()
	require.True(t, strings.HasSuffix(text.(string), "Z"), text)
	at, err := time.Parse(time.RFC3339Nano, text.(string))
	require.NoError(t, err)
	return at
}

// isWho holds an answer to what register, login and session say.
func isWho(t *testing.T, got answer, email string) (user, session map[string]any) {
	t.Helper()
	require.Equal(t, "application/json", got.header.Get("Content-Type"))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	said := got.json()
	require.Equal(t, "session user", members(said))
	user, session = said["user"].(map[string]any), said["session"].(map[string]any)
	require.Equal(t, "email id name role", members(user))
	require.Equal(t, "absolute_expires_at acr amr auth_time created_at idle_expires_at kind last_seen_at sid", members(session))
	require.Equal(t, email, user["email"])
	require.Equal(t, "Nora Quist", user["name"])
	require.Equal(t, "user", user["role"])
	require.NoError(t, uuid.Validate(user["id"].(string)))
	require.NoError(t, uuid.Validate(session["sid"].(string)))
	require.Equal(t, "browser", session["kind"])
	require.Equal(t, []any{"pwd"}, session["amr"])
	require.Equal(t, "aal1", session["acr"])
	for _, name := range []string{"created_at", "last_seen_at", "auth_time"} {
		require.WithinDuration(t, time.Now(), moment(t, session[name]), time.Minute, name)
	}
	return user, session
}

// lasts holds a session to its two limits.
func lasts(t *testing.T, session map[string]any, idle, absolute time.Duration) {
	t.Helper()
	made := moment(t, session["created_at"])
	require.Equal(t, made.Add(idle), moment(t, session["idle_expires_at"]))
	require.Equal(t, made.Add(absolute), moment(t, session["absolute_expires_at"]))
}

func TestRegisteringMakesAnAccountAndASession(t *testing.T) {
	r := boot(t)
	b := r.visitor()
	got := b.post("/auth/register", object{"email": "Nora@Example.com", "password": goodPassword, "name": "Nora Quist"}).is(201)
	_, session := isWho(t, got, "Nora@Example.com")
	lasts(t, session, 30*time.Minute, 12*time.Hour)
	isCookie(t, got, false)
	b.get("/auth/session").is(200)

	b = r.visitor()
	got = b.post("/auth/register", object{"email": "nora@example.com", "password": goodPassword, "name": "Another"})
	got.problem(409, "email_taken")
	require.Empty(t, got.header.Values("Set-Cookie"))
	require.Equal(t, 1, one[int](r, `SELECT count(*) FROM sessions`))
}

func TestRegistrationCanBeClosed(t *testing.T) {
	r := boot(t, func(s *setup) { s.closed = true })
	r.visitor().post("/auth/register", object{"email": "nora@example.com", "password": goodPassword, "name": "Nora"}).problem(403, "registration_closed")
	require.Contains(t, r.visitor().get("/account/register").is(200).body, `<meta name="vestibule-registration" content="closed">`)
	require.Zero(t, one[int](r, `SELECT count(*) FROM users`))
}

func TestSigningInMakesASessionWithTheLimitsThatWereAskedFor(t *testing.T) {
	r := boot(t)
	p := r.person()
	for remember, limits := range map[bool][2]time.Duration{
		false: {30 * time.Minute, 12 * time.Hour}, true: {14 * 24 * time.Hour, 30 * 24 * time.Hour},
	} {
		b := r.visitor()
		got := b.post("/auth/login", object{"email": strings.ToUpper(p.email), "password": goodPassword, "remember": remember}).is(200)
		user, session := isWho(t, got, p.email)
		require.Equal(t, p.id, user["id"])
		lasts(t, session, limits[0], limits[1])
		isCookie(t, got, remember)
		require.Equal(t, got.json(), b.get("/auth/session").is(200).json())
	}
	got := r.visitor().post("/auth/login", object{"email": p.email, "password": "not the one it is"})
	got.problem(401, "invalid_credentials")
	require.Empty(t, got.header.Values("Set-Cookie"))
}

func TestSigningOutEndsTheSessionAndClearsTheCookie(t *testing.T) {
	r := boot(t)
	p, other := r.person(), r.person()
	held := p.cookie
	got := p.post("/auth/logout", nil).is(204)
	require.Empty(t, got.body)
	isCleared(t, got)
	require.Empty(t, p.cookie)
	p.cookie = held
	got = p.get("/auth/session")
	got.problem(401, "unauthenticated")
	require.Empty(t, got.header.Values("Set-Cookie"))
	p.post("/auth/logout", nil).problem(401, "unauthenticated")
	require.Equal(t, "signed_out", one[string](r, `SELECT reason FROM revocations WHERE sid = $1`, p.sid))
	other.get("/auth/session").is(200)
}

func TestAllSessionsOfAPersonAreListedAndNobodyElses(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.person()
	phone := &person{browser: r.visitor().from("203.0.113.9"), email: p.email}
	phone.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
	phone.note(phone.post("/auth/login", object{"email": p.email, "password": goodPassword, "remember": true}).is(200))

	said := p.get("/auth/sessions").is(200).json()
	require.Equal(t, "sessions", members(said))
	listed := said["sessions"].([]any)
	require.Len(t, listed, 2)
	first, second := listed[0].(map[string]any), listed[1].(map[string]any) // newest use first
	for _, s := range []map[string]any{first, second} {
		require.Equal(t, "absolute_expires_at client_id client_name created_at current device idle_expires_at ip kind last_seen_at remember sid", members(s))
		require.Equal(t, "browser os type", members(s["device"]))
		require.Equal(t, "browser", s["kind"])
		require.Empty(t, s["client_id"])
		for _, name := range []string{"created_at", "last_seen_at", "idle_expires_at", "absolute_expires_at"} {
			moment(t, s[name])
		}
	}
	require.Equal(t, []any{phone.sid, false, true, "203.0.113.9"}, []any{first["sid"], first["current"], first["remember"], first["ip"]})
	require.Equal(t, map[string]any{"browser": "Safari", "os": "iOS", "type": "phone"}, first["device"])
	require.Equal(t, []any{p.sid, true, false, "127.0.0.1"}, []any{second["sid"], second["current"], second["remember"], second["ip"]})
	require.Equal(t, map[string]any{"browser": "Firefox", "os": "Linux", "type": "desktop"}, second["device"])

	r.turn(`UPDATE sessions SET idle_expires_at = now() WHERE sid = $1`, phone.sid)
	require.Len(t, p.get("/auth/sessions").json()["sessions"], 1, "one whose time is over is no session")
}

func TestOneOfMyOwnSessionsCanBeEndedAndNobodyElses(t *testing.T) {
	r := boot(t)
	p, stranger := r.person(), r.person()
	second := p.again()
	got := p.send("DELETE", "/auth/sessions/"+second.sid, nil).is(204)
	require.Empty(t, got.header.Values("Set-Cookie"))
	second.get("/auth/session").problem(401, "unauthenticated")
	for _, sid := range []string{stranger.sid, second.sid, uuid.NewString(), uuid.Nil.String(), "no-uuid", "%00", "%ff", "'--"} {
		p.send("DELETE", "/auth/sessions/"+strings.ReplaceAll(sid, "%00", "%20"), nil).problem(404, "not_found")
	}
	stranger.get("/auth/session").is(200)

	got = p.send("DELETE", "/auth/sessions/"+p.sid, nil).is(204)
	isCleared(t, got)
	require.Equal(t, []string{"ended_by_user", "ended_by_user"}, many[string](r, `SELECT reason FROM revocations`))
}

func TestAllMyOtherSessionsCanBeEndedAndAreCounted(t *testing.T) {
	r := boot(t)
	p, stranger := r.person(), r.person()
	others := []*person{p.again(), p.again(), p.again()}
	require.Equal(t, map[string]any{"ended": 3.0}, p.send("DELETE", "/auth/sessions", nil).is(200).json())
	require.Equal(t, map[string]any{"ended": 0.0}, p.send("DELETE", "/auth/sessions", nil).is(200).json())
	for _, other := range others {
		other.get("/auth/session").problem(401, "unauthenticated")
	}
	p.get("/auth/session").is(200)
	stranger.get("/auth/session").is(200)
}

func TestOnesOwnEventsAreListedByTheirNames(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	for query, want := range map[string][]string{
		"name=session.*":                       {"session.rotated", "session.created"},
		"name=session.created,user.registered": {"session.created", "user.registered"},
		"name=step_up.*,user.registered":       {"step_up.passed", "user.registered"},
		"name=stepxup.passed":                  nil,
		"name=password.changed":                nil,
		"name=session.*&limit=1":               {"session.rotated"},
		"name=":                                {"session.rotated", "step_up.passed", "session.created", "user.registered"},
	} {
		var names []string
		for _, listed := range p.get("/auth/events?" + query).is(200).json()["events"].([]any) {
			names = append(names, listed.(map[string]any)["name"].(string))
		}
		require.Equal(t, want, names, query)
	}
}

func TestOnesOwnEventsAreListedByCursor(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.person()
	p.again()
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	var names []string
	cursor := ""
	for range 10 {
		said := p.get("/auth/events?limit=2" + cursor).is(200).json()
		require.Equal(t, "events next", members(said))
		for _, listed := range said["events"].([]any) {
			e := listed.(map[string]any)
			require.Equal(t, "at detail device id ip name sid", members(e))
			require.Equal(t, map[string]any{"browser": "Firefox", "os": "Linux", "type": "desktop"}, e["device"])
			moment(t, e["at"])
			names = append(names, e["name"].(string))
		}
		if said["next"] == nil {
			break
		}
		cursor = "&before=" + said["next"].(string)
	}
	require.Equal(t, []string{"session.rotated", "step_up.passed", "session.created", "session.created", "user.registered"}, names)
	for query, want := range map[string]string{
		"limit=0": "limit:range", "limit=201": "limit:range", "limit=x": "limit:range", "limit=1e1": "limit:range",
		"name=session": "name:syntax", "name=session.created,": "name:syntax", "name=session.%25": "name:syntax", "name=*.*": "name:syntax",
		"name=" + strings.Repeat("session.ended,", 20) + "session.ended": "name:syntax",
		"before=-1": "before:range", "before=99999999999999999999": "before:range", "before=1;DROP": "before:range",
	} {
		require.Equal(t, want, p.get("/auth/events?"+query).fields(), query)
	}
}
