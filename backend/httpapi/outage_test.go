package httpapi_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
)

// unavailable asks for all of these at once, and holds each answer to be 503 with a Retry-After, in
// time: never a guess, never a 401, and the cookie stays.
func unavailable(t *testing.T, asks ...func() answer) {
	t.Helper()
	began := time.Now()
	answers := make(chan answer)
	for _, ask := range asks {
		go func() { answers <- ask() }()
	}
	for range asks {
		got := <-answers
		got.problem(503, "database_unavailable")
		seconds, err := strconv.Atoi(got.header.Get("Retry-After"))
		require.NoError(t, err)
		require.Positive(t, seconds)
		require.Empty(t, got.header.Values("Set-Cookie"))
	}
	require.Less(t, time.Since(began), 2*within)
}

func TestADatabaseThatGoesAwayIs503UntilItIsBackAndOpenTabsHearWhatTheyMissed(t *testing.T) {
	t.Parallel()
	own := pgtest.OwnServer(t)
	r := boot(t, func(s *setup) { s.database = own.URL() })
	for _, outage := range []struct {
		name      string
		away, end func()
	}{{"stopped", own.Stop, own.Start}, {"killed", own.Kill, own.Start}, {"paused", own.Pause, own.Resume}} {
		p := r.person()
		victim, spared := p.again(), p.again()
		tab, other := victim.live(), spared.live()
		m, tokens := p.letIn("cli")
		outage.away()
		unavailable(t,
			func() answer { return p.get("/auth/session") },
			func() answer { return p.get("/api/record/") },
			func() answer { return m.api("/api/record/") },
			func() answer { return r.visitor().signIn(p.email, goodPassword) },
			func() answer {
				return r.visitor().post("/auth/register", object{"email": "new@example.com", "password": goodPassword, "name": "New"})
			})
		m.refresh("cli", tokens.refresh).oauthError(503, "temporarily_unavailable")
		status, _, body := r.inner("GET", "/readyz")
		require.Equal(t, 503, status)
		require.Contains(t, body, `"status":"not ready"`)
		require.Regexp(t, `"database":"[^o]`, body, "the check is named")
		status, _, _ = r.inner("GET", "/healthz")
		require.Equal(t, 200, status)
		r.visitor().get("/account/").is(200)
		r.visitor().get("/auth/session").problem(401, "unauthenticated") // no cookie: nothing to ask
		r.visitor().get("/.well-known/jwks.json").is(200)
		require.Empty(t, r.record.taken(), outage.name)
		outage.end()

		require.Eventually(t, func() bool { // as soon as anyone can, before this replica listens again
			_, err := r.db.Pool.Exec(t.Context(), `DELETE FROM sessions WHERE sid = $1`, victim.sid)
			return err == nil
		}, 3*within, time.Millisecond)
		tab.ends("deleted")
		require.Eventually(t, func() bool { status, _, _ := r.inner("GET", "/readyz"); return status == 200 }, 3*within, 10*time.Millisecond, outage.name)
		p.get("/auth/session").is(200)
		p.get("/api/record/").is(200)
		require.Len(t, r.record.taken(), 1, outage.name)
		p.send("DELETE", "/auth/sessions/"+spared.sid, nil).is(204)
		other.ends("ended_by_user")
	}
}
