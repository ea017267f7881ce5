package httpapi_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// told gives the events since the last time it was asked, and holds that all of them were written in
// one transaction.
type account struct {
	r    *replica
	last int64
}

func (a *account) told() []string {
	a.r.t.Helper()
	names := many[string](a.r, `SELECT name FROM events WHERE id > $1 ORDER BY id`, a.last)
	require.LessOrEqual(a.r.t, one[int](a.r, `SELECT count(DISTINCT xmin::text) FROM events WHERE id > $1`, a.last), 1, "one transaction: %v", names)
	a.last = one[int64](a.r, `SELECT coalesce(max(id), 0) FROM events`)
	return names
}

// beside holds the newest event to the transaction that also wrote the row that it tells of.
func (a *account) beside(row string, args ...any) {
	a.r.t.Helper()
	event := one[string](a.r, `SELECT xmin::text FROM events ORDER BY id DESC LIMIT 1`)
	require.Equal(a.r.t, event, one[string](a.r, `SELECT xmin::text FROM `+row, args...), row)
}

func TestEachThingThatHappensIsAccountedForInItsOwnTransaction(t *testing.T) {
	r := boot(t)
	p := r.person()
	a := &account{r: r}
	require.Equal(t, []string{"key.created", "user.registered", "session.created"}, many[string](r, `SELECT name FROM events ORDER BY id`))
	a.beside(`sessions`)
	require.Equal(t, one[string](r, `SELECT xmin::text FROM users`), one[string](r, `SELECT xmin::text FROM events WHERE name = 'user.registered'`))
	a.last = one[int64](r, `SELECT max(id) FROM events`)

	p.post("/auth/login", object{"email": p.email, "password": goodPassword}).is(200)
	require.Equal(t, []string{"session.ended", "session.created"}, a.told())
	a.beside(`sessions`)
	a.beside(`revocations`)

	p.post("/auth/step-up", object{"password": "not the one it is"}).is(401)
	require.Equal(t, []string{"step_up.failed"}, a.told())
	a.beside(`attempts ORDER BY last_at DESC LIMIT 1`)
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	require.Equal(t, []string{"step_up.passed", "session.rotated"}, a.told())
	a.beside(`sessions`)

	other := p.again()
	require.Equal(t, []string{"session.created"}, a.told())
	p.send("DELETE", "/auth/sessions/"+other.sid, nil).is(204)
	require.Equal(t, []string{"session.ended"}, a.told())
	a.beside(`revocations WHERE sid = $1`, other.sid)
	p.again()
	a.told()
	p.again()
	a.told()
	p.send("DELETE", "/auth/sessions", nil).is(200)
	require.Equal(t, []string{"session.ended", "session.ended"}, a.told())

	p.post("/auth/password", object{"current_password": "not the one it is", "new_password": "another day, another walk"}).is(401)
	require.Equal(t, []string{"password.refused"}, a.told())
	p.again()
	a.told()
	p.post("/auth/password", object{"current_password": goodPassword, "new_password": "another day, another walk"}).is(204)
	require.Equal(t, []string{"session.ended", "password.changed", "session.rotated"}, a.told())
	a.beside(`users`)
	a.beside(`sessions`)

	p.post("/auth/logout", nil).is(204)
	require.Equal(t, []string{"session.ended"}, a.told())
	a.beside(`revocations ORDER BY n DESC LIMIT 1`)
	p.get("/auth/session").is(401)
	require.Empty(t, a.told())
}

func TestFailedSignInsAreAccountedForWithoutWhatWasTyped(t *testing.T) {
	r := boot(t)
	p, disabled := r.person(), r.person()
	r.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, disabled.id)
	a := &account{r: r, last: one[int64](r, `SELECT max(id) FROM events`)}
	b := r.visitor().from("203.0.113.9")
	for _, row := range [][3]string{
		{"my password by mistake", "typed@example.com", "unknown_account"}, {"typed@example.com", "my password by mistake", "unknown_account"},
		{p.email, "not the one it is", "wrong_password"}, {disabled.email, goodPassword, "disabled"},
	} {
		b.signIn(row[0], row[1]).is(401)
		require.Equal(t, []string{"sign_in.failed"}, a.told())
		require.Equal(t, row[2], one[string](r, `SELECT detail->>'reason' FROM events ORDER BY id DESC LIMIT 1`))
		require.Equal(t, "203.0.113.9", one[string](r, `SELECT ip FROM events ORDER BY id DESC LIMIT 1`))
		a.beside(`attempts ORDER BY last_at DESC LIMIT 1`)
	}
	b.fail(p.email, 3)
	a.last = one[int64](r, `SELECT max(id) FROM events`)
	b.fail(p.email, 1)
	require.Equal(t, []string{"sign_in.failed", "sign_in.limited"}, a.told())
	require.Contains(t, []string{"29", "30"}, one[string](r, `SELECT detail->>'seconds' FROM events ORDER BY id DESC LIMIT 1`))
	b.signIn(p.email, goodPassword).is(429)
	require.Empty(t, a.told())
	require.Zero(t, one[int](r, `SELECT count(*) FROM attempts WHERE key LIKE '%example%' OR key LIKE '%mistake%'`))
}

func TestAnEndSaysWhoDidItWhyAndFromWhere(t *testing.T) {
	r := boot(t)
	p := r.person()
	other := p.again()
	p.from("203.0.113.9").send("DELETE", "/auth/sessions/"+other.sid, nil).is(204)
	ended := many[string](r, `SELECT actor_id::text || ' ' || user_id || ' ' || sid || ' ' || ip || ' ' || user_agent || ' ' || (detail->>'reason') || ' ' || length(request_id) FROM events WHERE name = 'session.ended'`)
	require.Equal(t, []string{strings.Join([]string{p.id, p.id, other.sid, "203.0.113.9", firefox, "ended_by_user", "32"}, " ")}, ended)
	r.exec(`DELETE FROM sessions`)
	require.True(t, one[bool](r, `SELECT actor_id IS NULL AND ip = '' AND detail->>'reason' = 'deleted' FROM events ORDER BY id DESC LIMIT 1`))
}

func TestNothingThatIsKeptOrLoggedHoldsASecret(t *testing.T) {
	r := boot(t)
	const next = "another day, another walk"
	p := r.person()
	secrets := []string{goodPassword, next, "not the one it is"}
	keep := func() { secrets = append(secrets, p.cookie) }
	keep()
	p.signIn(p.email, "not the one it is").is(401)
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	keep()
	p.get("/api/record/").is(200)
	secrets = append(secrets, bearerOf(t, r.record.taken()[0]))
	p.post("/auth/password", object{"current_password": goodPassword, "new_password": next}).is(204)
	keep()
	p.get("/api/gone/").is(502)
	r.visitor().get("/auth/session", "Cookie", "__Host-session="+p.cookie+"x").is(401)
	hash := one[string](r, `SELECT password_hash FROM users`)
	key := one[string](r, `SELECT k FROM sessions`)

	kept := ""
	for _, table := range []string{"users", "sessions", "revocations", "events", "attempts", "signing_keys"} {
		kept += one[string](r, `SELECT coalesce(string_agg(t::text, E'\n'), '') FROM `+table+` AS t`)
	}
	for _, s := range secrets {
		require.NotContains(t, kept, s)
		require.NotContains(t, r.log.String(), s)
	}
	events := one[string](r, `SELECT string_agg(e::text, E'\n') FROM events AS e`)
	for _, s := range []string{hash, key} {
		require.NotContains(t, events+r.log.String(), s)
	}
}
