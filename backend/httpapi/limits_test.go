package httpapi_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/session"
)

func TestBothLimitsAreJudgedWheneverASessionIsRead(t *testing.T) {
	r := boot(t)
	second := r.beside()
	for _, over := range []string{
		`UPDATE sessions SET idle_expires_at = clock_timestamp() WHERE sid = $1`,
		`UPDATE sessions SET idle_expires_at = clock_timestamp(), absolute_expires_at = clock_timestamp() WHERE sid = $1`,
	} {
		p := r.person()
		other := p.again()
		r.exec(over, p.sid)
		for _, b := range []*browser{p.browser, p.at(second)} {
			for _, got := range []answer{
				b.get("/auth/session"), b.get("/auth/sessions"), b.get("/auth/live"), b.get("/api/record/"), b.post("/auth/logout", nil),
				b.send("DELETE", "/auth/sessions/"+p.sid, nil), b.post("/auth/step-up", object{"password": goodPassword}),
			} {
				got.problem(401, "unauthenticated")
				require.Empty(t, got.header.Values("Set-Cookie"))
			}
		}
		other.send("DELETE", "/auth/sessions/"+p.sid, nil).problem(404, "not_found")
		require.Equal(t, 1, one[int](r, `SELECT count(*) FROM sessions WHERE sid = $1`, p.sid), "the sweeper tidies, nobody else")
		require.Zero(t, one[int](r, `SELECT count(*) FROM revocations WHERE sid = $1`, p.sid))
	}
	require.Empty(t, r.record.taken())
}

func TestASessionSlidesAtMostOnceInAStepAndNeverPastItsAbsoluteLimit(t *testing.T) {
	counted := &countingSessions{}
	r := boot(t, func(s *setup) { s.sessions = counted.around })
	p := r.person()
	seen := func() time.Time { r.flush(); return one[time.Time](r, `SELECT last_seen_at FROM sessions`) }
	age := func(by string) {
		r.turn(`UPDATE sessions SET last_seen_at = clock_timestamp() - $1::interval, idle_expires_at = clock_timestamp() - $1::interval + interval '30 minutes'`, by)
	}
	age("50 seconds")
	before := seen()
	p.get("/auth/sessions").is(200)
	require.Equal(t, before, seen(), "a minute has not passed")

	age("61 seconds")
	counted.slides.Store(0)
	for range 3 {
		p.get("/api/record/").is(200)
	}
	r.flush()
	require.EqualValues(t, 1, counted.slides.Load())
	require.WithinDuration(t, time.Now(), seen(), 30*time.Second)
	require.Equal(t, seen().Add(30*time.Minute), one[time.Time](r, `SELECT idle_expires_at FROM sessions`))

	age("5 minutes")
	before = seen()
	for range 3 {
		p.get("/auth/session").is(200)
		p.get("/auth/sessions", "X-Vestibule-Activity", "none").is(200)
		p.get("/api/record/", "X-Vestibule-Activity", "none").is(200)
	}
	require.Equal(t, before, seen())

	r.turn(`UPDATE sessions SET last_seen_at = now() - interval '5 minutes', absolute_expires_at = now() + interval '10 minutes', idle_expires_at = now() + interval '5 minutes'`)
	p.get("/auth/sessions").is(200)
	r.flush()
	require.True(t, one[bool](r, `SELECT idle_expires_at = absolute_expires_at FROM sessions`))
}

func TestManyRequestsAtOnceSlideASessionOnce(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.turn(`UPDATE sessions SET last_seen_at = now() - interval '5 minutes'`)
	version := one[string](r, `SELECT xmin::text FROM sessions`)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { (&browser{r, p.cookie, p.headers}).get("/auth/sessions").is(200) })
	}
	all.Wait()
	r.flush()
	after := one[string](r, `SELECT xmin::text FROM sessions`)
	require.NotEqual(t, version, after)
	r.exec(`SELECT txid_current()`)
	p.get("/auth/sessions").is(200)
	r.flush()
	require.Equal(t, after, one[string](r, `SELECT xmin::text FROM sessions`))
}

func TestAShortIdleTimeoutSlidesEveryTenthOfIt(t *testing.T) {
	r := boot(t, func(s *setup) { s.policy.Normal = session.Limits{Idle: time.Minute, Absolute: time.Hour} })
	p := r.person()
	r.turn(`UPDATE sessions SET last_seen_at = now() - interval '7 seconds'`)
	p.get("/auth/sessions").is(200)
	r.flush()
	require.True(t, one[bool](r, `SELECT last_seen_at > now() - interval '6 seconds' FROM sessions`))
}

func TestWhatEndsASessionEndsItAtEveryReplicaAtOnce(t *testing.T) {
	r := boot(t)
	second := r.beside()
	for statement, reason := range map[string]string{
		`DELETE FROM sessions WHERE user_id = $1`:               "deleted",
		`UPDATE users SET disabled_at = now() WHERE id = $1`:    "account_changed",
		`UPDATE users SET role = 'admin' WHERE id = $1`:         "account_changed",
		`UPDATE users SET id = id, role = 'admin' WHERE id=$1 `: "account_changed",
	} {
		p := r.person()
		other := p.again()
		p.at(second).get("/auth/session").is(200)
		r.exec(statement, p.id)
		for _, b := range []*browser{p.browser, p.at(second), other.browser, other.at(second)} {
			got := b.get("/auth/session")
			got.problem(401, "unauthenticated")
			require.Empty(t, got.header.Values("Set-Cookie"))
			b.get("/api/record/").problem(401, "unauthenticated")
		}
		require.Equal(t, []string{reason, reason}, many[string](r, `SELECT reason FROM revocations WHERE user_id = $1`, p.id))
	}
	require.Empty(t, r.record.taken())
}

func TestADisabledAccountSignsInAgainOnlyWhenItIsOpened(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.exec(`UPDATE users SET disabled_at = now()`)
	p.signIn(p.email, goodPassword).problem(401, "invalid_credentials")
	r.exec(`UPDATE users SET disabled_at = NULL`)
	p.get("/auth/session").problem(401, "unauthenticated")
	p.signIn(p.email, goodPassword).is(200)
}

func TestOfTwoStepUpsAtOnceOneWins(t *testing.T) {
	together := &countingSessions{}
	r := boot(t, func(s *setup) { s.sessions = together.around })
	p := r.person()
	tries := []*browser{{r, p.cookie, p.headers}, {r, p.cookie, p.headers}}
	var all sync.WaitGroup
	all.Add(len(tries))
	together.together.Store(&all) // both have proved themselves before either has a new secret
	answers := make(chan answer)
	for _, b := range tries {
		go func() { answers <- b.post("/auth/step-up", object{"password": goodPassword}) }()
	}
	first, second := <-answers, <-answers
	together.together.Store(nil)
	if first.status != http.StatusNoContent {
		first, second = second, first
	}
	first.is(204)
	second.problem(401, "unauthenticated")
	require.Empty(t, second.header.Values("Set-Cookie"))
	if tries[0].cookie == p.cookie {
		tries[0], tries[1] = tries[1], tries[0]
	}
	tries[0].get("/auth/session").is(200)
	tries[1].get("/auth/session").problem(401, "unauthenticated")
}

func TestNothingThatIsSlowToArriveBringsAnEndedSessionBack(t *testing.T) {
	r := boot(t)
	p := r.person()
	inside, release := make(chan struct{}), make(chan struct{})
	r.record.answers(holding(inside, release))
	r.turn(`UPDATE sessions SET last_seen_at = now() - interval '5 minutes'`)
	done := make(chan answer)
	go func() { done <- (&browser{r, p.cookie, p.headers}).get("/api/record/") }()
	<-inside
	r.exec(`DELETE FROM sessions`)
	p.get("/auth/session").problem(401, "unauthenticated")
	close(release)
	<-done
	require.Zero(t, one[int](r, `SELECT count(*) FROM sessions`))
	p.get("/auth/session").problem(401, "unauthenticated")
}

// TestAProofThatGrowsOldIsAskedForAgainThoughTheTokenIsThere: what a downstream demands is judged for
// each request, not for each token.
func TestAProofThatGrowsOldIsAskedForAgainThoughTheTokenIsThere(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	p.get("/api/hasty/").is(200)
	require.Eventually(t, func() bool { return p.get("/api/hasty/").status == 401 }, within, 100*time.Millisecond)
	p.get("/api/hasty/").problem(401, "step_up_required")
	p.get("/api/record/").is(200)
}
