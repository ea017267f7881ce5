package httpapi_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// stream is one open tab's.
type stream struct {
	r      *replica
	blocks chan string // what stands between two empty lines; closed when the stream is
}

// live opens it, and waits until it says that it is open.
func (b *browser) live() *stream {
	b.r.t.Helper()
	request, err := http.NewRequestWithContext(b.r.t.Context(), http.MethodGet, "http://"+b.r.at+"/auth/live", http.NoBody)
	require.NoError(b.r.t, err)
	request.Header.Set("Cookie", "__Host-session="+b.cookie)
	got, err := b.r.client.Do(request)
	require.NoError(b.r.t, err)
	b.r.t.Cleanup(func() { _ = got.Body.Close() })
	require.Equal(b.r.t, http.StatusOK, got.StatusCode)
	require.Equal(b.r.t, "text/event-stream", got.Header.Get("Content-Type"))
	answer{b.r.t, got.StatusCode, got.Header, ""}.fenced()
	s := &stream{b.r, make(chan string, 100)}
	go func() {
		defer close(s.blocks)
		lines := bufio.NewScanner(got.Body)
		block := ""
		for lines.Scan() {
			if lines.Text() == "" {
				s.blocks <- block
				block = ""
				continue
			}
			block += lines.Text() + "\n"
		}
	}()
	require.Equal(b.r.t, ": open\n", s.next())
	return s
}

// next gives the next block; empty when the stream has closed.
func (s *stream) next() string {
	s.r.t.Helper()
	select {
	case block := <-s.blocks:
		return block
	case <-time.After(within):
		require.Fail(s.r.t, "the stream says nothing")
		return ""
	}
}

// ends waits for the end that the stream tells of, and for its own.
func (s *stream) ends(reason string) {
	s.r.t.Helper()
	data, is := strings.CutPrefix(s.next(), "event: ended\ndata: ")
	require.True(s.r.t, is)
	var said map[string]string
	require.NoError(s.r.t, json.Unmarshal([]byte(data), &said))
	require.Equal(s.r.t, map[string]string{"reason": reason}, said)
	require.Empty(s.r.t, s.next(), "the stream closes")
}

func TestAnOpenTabAtAnotherReplicaIsToldTheMomentItsSessionEnds(t *testing.T) {
	r := boot(t)
	second := r.beside()
	for name, end := range map[string]struct {
		reason string
		do     func(victim, other *person)
	}{
		"signing out":          {"signed_out", func(v, _ *person) { v.post("/auth/logout", nil).is(204) }},
		"signing in again":     {"signed_out", func(v, _ *person) { v.signIn(v.email, goodPassword).is(200) }},
		"ending it oneself":    {"ended_by_user", func(v, _ *person) { v.send("DELETE", "/auth/sessions/"+v.sid, nil).is(204) }},
		"from another browser": {"ended_by_user", func(v, o *person) { o.send("DELETE", "/auth/sessions/"+v.sid, nil).is(204) }},
		"with all the others":  {"ended_by_user", func(_, o *person) { o.send("DELETE", "/auth/sessions", nil).is(200) }},
		"a password change": {"password_changed", func(_, o *person) {
			o.post("/auth/password", object{"current_password": goodPassword, "new_password": "another day, another walk"}).is(204)
		}},
		"a DELETE in psql":    {"deleted", func(v, _ *person) { r.exec(`DELETE FROM sessions WHERE sid = $1`, v.sid) }},
		"a disabled account":  {"account_changed", func(v, _ *person) { r.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, v.id) }},
		"another role":        {"account_changed", func(v, _ *person) { r.exec(`UPDATE users SET role = 'admin' WHERE id = $1`, v.id) }},
		"the account is gone": {"deleted", func(v, _ *person) { r.exec(`DELETE FROM users WHERE id = $1`, v.id) }},
	} {
		victim := r.person()
		other := victim.again()
		here, there := victim.live(), victim.at(second).live()
		twice := victim.at(second).live()
		began := time.Now()
		end.do(victim, other)
		for _, tab := range []*stream{there, twice, here} {
			tab.ends(end.reason)
		}
		require.Less(t, time.Since(began), 5*time.Second, name)
	}
}

func TestAnOpenTabHearsNothingOfOtherSessionsOrOfARotation(t *testing.T) {
	r := boot(t)
	second := r.beside()
	p := r.person()
	other, stranger := p.again(), r.person()
	tab := p.at(second).live()
	stranger.post("/auth/logout", nil).is(204)
	other.post("/auth/logout", nil).is(204)
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	p.post("/auth/logout", nil).is(204)
	tab.ends("signed_out") // the first thing that it says
}

func TestAnOpenTabIsToldWhenTheTimeOfItsSessionIsOver(t *testing.T) {
	r := boot(t)
	idle, absolute := r.person(), r.person()
	r.turn(`UPDATE sessions SET idle_expires_at = clock_timestamp() + interval '1 second' WHERE sid = $1`, idle.sid)
	r.turn(`UPDATE sessions SET idle_expires_at = clock_timestamp() + interval '1 second', absolute_expires_at = clock_timestamp() + interval '1 second' WHERE sid = $1`, absolute.sid)
	for _, tab := range []*stream{idle.live(), absolute.live()} {
		tab.ends("expired")
	}
	require.Zero(t, one[int](r, `SELECT count(*) FROM revocations`), "that is no revocation")
}

func TestAnOpenTabOutlivesALimitThatAnotherTabHasMoved(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.turn(`UPDATE sessions SET idle_expires_at = clock_timestamp() + interval '1 second'`)
	tab := p.live()
	old := one[time.Time](r, `SELECT idle_expires_at FROM sessions`)
	r.turn(`UPDATE sessions SET last_seen_at = now() - interval '5 minutes'`)
	p.get("/auth/sessions").is(200) // slides
	r.flush()
	require.Eventually(t, func() bool {
		return one[bool](r, `SELECT clock_timestamp() > $1::timestamptz + interval '100 milliseconds'`, old)
	}, within, 10*time.Millisecond)
	p.get("/auth/session").is(200)
	r.exec(`DELETE FROM sessions`)
	tab.ends("deleted")
}

func TestAnOpenTabNeverSlidesItsSession(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.turn(`UPDATE sessions SET last_seen_at = last_seen_at - interval '5 minutes'`)
	before := one[time.Time](r, `SELECT last_seen_at FROM sessions`)
	p.live()
	require.Equal(t, before, one[time.Time](r, `SELECT last_seen_at FROM sessions`))
	p.cookie = ""
	p.get("/auth/live").problem(401, "unauthenticated")
}

func TestAnEndThatWasNotHeardIsToldAfterTheListenerIsBack(t *testing.T) {
	r := boot(t)
	for range 3 {
		p := r.person()
		tab := p.live()
		// In one transaction, so that the end commits while nobody listens: the listener waits before it connects anew.
		r.exec(`WITH cut AS (SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'vestibule listener' AND datname = current_database())
			DELETE FROM sessions WHERE sid = $1 AND (SELECT count(*) FROM cut) > 0`, p.sid)
		tab.ends("deleted")
		require.Eventually(t, r.listener.Proven, within, time.Millisecond)
	}
	require.Contains(t, r.log.String(), "listener lost its connection")
}

func TestAnOpenTabIsToldWhenVeryManySessionsEndAtOnce(t *testing.T) {
	r := boot(t)
	p, spared := r.person(), r.person()
	r.exec(`INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at, idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		SELECT n::text, gen_random_uuid(), 'browser', $1, '', false, '', '', now(), now(), now() + interval '1 hour', now() + interval '1 hour', now(), 'pwd', 'aal1' FROM generate_series(1, 150) AS n`, p.id)
	tab, other := p.live(), spared.live()
	r.exec(`DELETE FROM sessions WHERE user_id = $1`, p.id)
	tab.ends("deleted")
	spared.post("/auth/logout", nil).is(204)
	other.ends("signed_out")
}

func TestOpenTabsCloseWithoutAnEndWhenTheReplicaDrains(t *testing.T) {
	r := boot(t)
	tab := r.person().live()
	r.drain()
	require.Empty(t, tab.next())
	require.Eventually(t, func() bool { return r.memory.Watch.Open() == 0 }, within, time.Millisecond)
}

func TestADatabaseThatKnowsLessThanItDidEndsAllSessions(t *testing.T) {
	r := boot(t)
	p := r.person()
	for range 3 {
		r.person().post("/auth/logout", nil).is(204)
	}
	p.get("/auth/session").is(200)
	tab := p.live()
	r.exec(`WITH gone AS (DELETE FROM revocations) SELECT setval('revocations_n_seq', 1)`) // as a backup would have it
	r.exec(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'vestibule listener' AND datname = current_database()`)
	tab.ends("suspicious")
	p.get("/auth/session").problem(401, "unauthenticated")
	require.Contains(t, r.log.String(), "the database knows less than it did")
	r.person().get("/auth/session").is(200)
}
