package httpapi_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/secret"
	"vestibule/backend/session"
)

// promised is how long after the commit of an end a request may still be admitted, if it began later.
const promised = time.Second

// raceFor is how long sessions are ended under load: make chaos takes longer.
func raceFor(t *testing.T) time.Duration {
	t.Helper()
	if given := os.Getenv("VESTIBULE_CHAOS"); given != "" {
		long, err := time.ParseDuration(given)
		require.NoError(t, err)
		return long
	}
	return 1200 * time.Millisecond
}

const endEvery = 20 * time.Millisecond

// target is a session that is asked with again and again.
type target struct {
	cookie string
	sid    uuid.UUID
	user   uuid.UUID
	sent   atomic.Int64 // when its end was sent, after the race began; 0 before
	acked  atomic.Int64 // when the commit of it had been acknowledged; 0 before
}

// race asks replicas with sessions, through a downstream that verifies what it gets, while the
// sessions are ended by SQL.
type race struct {
	t        *testing.T
	replicas []*replica
	operator *postgres.DB // a connection that no fault touches
	began    time.Time
	targets  []*target

	worst           atomic.Int64
	admitted, after atomic.Int64 // requests; those that began after an end
	mu              sync.Mutex
	wrong           []string
}

// run ends every second session, while fault does what it does, and holds each answer to the promise.
func (r *race) run(fault func(ctx context.Context)) {
	n := int(raceFor(r.t) / endEvery)
	r.began = time.Now()
	r.targets = targets(r.t, r.operator, 2*n)
	ctx, stop := context.WithCancel(r.t.Context())
	var asking sync.WaitGroup
	for _, at := range r.replicas {
		for range 3 {
			asking.Go(func() { r.ask(ctx, at) })
		}
	}
	faulty, mend := context.WithCancel(ctx)
	asking.Go(func() { fault(faulty) })
	pace := time.NewTicker(endEvery)
	defer pace.Stop()
	for i, each := range r.targets[:n] {
		<-pace.C
		r.end(i, each)
	}
	<-time.After(promised + 200*time.Millisecond) // whoever is admitted that late is admitted too late
	mend()
	stop()
	asking.Wait()
	for _, at := range r.replicas {
		if len(r.wrong) > 0 {
			r.t.Logf("what %s said of it:\n%s", at.at, at.log)
		}
	}
	require.Empty(r.t, r.wrong)
	require.Greater(r.t, r.after.Load(), int64(n/2), "hardly anything was asked after an end")
	require.Greater(r.t, r.admitted.Load(), int64(n/2), "hardly anything was admitted")
	r.t.Logf("worst delay from the commit of an end to the last admission: %s; %d requests admitted, %d after their session had ended",
		time.Duration(r.worst.Load()), r.admitted.Load(), r.after.Load())
}

// end ends one, in one of four ways.
func (r *race) end(i int, each *target) {
	each.sent.Store(int64(time.Since(r.began)))
	var err error
	switch i % 4 {
	case 0:
		_, err = r.operator.Pool.Exec(r.t.Context(), `DELETE FROM sessions WHERE sid = $1`, each.sid)
	case 1:
		_, err = r.operator.Pool.Exec(r.t.Context(), `UPDATE users SET disabled_at = now() WHERE id = $1`, each.user)
	case 2:
		_, err = r.operator.Pool.Exec(r.t.Context(), `UPDATE sessions SET k = $2 WHERE sid = $1`, each.sid, secret.New().Hash())
	case 3:
		_, err = r.operator.Pool.Exec(r.t.Context(), `UPDATE sessions SET idle_expires_at = now() - interval '1 second' WHERE sid = $1`, each.sid)
	}
	if err != nil {
		r.complain("end: %v", err)
		return
	}
	each.acked.Store(int64(time.Since(r.began)))
}

// ask asks with one after the other.
func (r *race) ask(ctx context.Context, at *replica) {
	for ctx.Err() == nil {
		each := r.targets[rand.IntN(len(r.targets))] //nolint:gosec // no secret
		before := int64(time.Since(r.began))
		status, err := whoami(ctx, at, each.cookie)
		if err != nil {
			if ctx.Err() == nil {
				r.complain("%v", err)
			}
			continue
		}
		r.judge(each, before, int64(time.Since(r.began)), status)
	}
}

func (r *race) judge(each *target, before, after int64, status int) {
	sent, acked := each.sent.Load(), each.acked.Load()
	late := before - acked
	if acked != 0 && late > 0 {
		r.after.Add(1)
	}
	switch {
	case status == http.StatusOK && acked != 0 && late > int64(promised):
		r.complain("%s was admitted to what began %s after the commit of its end", each.sid, time.Duration(late))
	case status == http.StatusOK:
		r.admitted.Add(1)
		for was := r.worst.Load(); acked != 0 && late > was && !r.worst.CompareAndSwap(was, late); was = r.worst.Load() {
		}
	case status != http.StatusUnauthorized:
		r.complain("%s got a %d", each.sid, status)
	case sent == 0 || after < sent:
		r.complain("%s was refused while it lived", each.sid)
	}
}

func (r *race) complain(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.wrong) < 10 {
		r.wrong = append(r.wrong, fmt.Sprintf(format, args...))
	}
}

// whoami asks the example service who is asking.
func whoami(ctx context.Context, at *replica, cookie string) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+at.at+"/api/orders/whoami", http.NoBody)
	if err != nil {
		return 0, err
	}
	request.Header.Set("Cookie", "__Host-session="+cookie)
	got, err := at.client.Do(request)
	if err != nil {
		return 0, err
	}
	defer got.Body.Close()
	_, err = io.Copy(io.Discard, got.Body)
	return got.StatusCode, err
}

// targets makes n sessions, each of a user of its own.
func targets(t *testing.T, db *postgres.DB, n int) []*target {
	t.Helper()
	made := make([]*target, n)
	users, sids, keys := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]string, n)
	for i := range made {
		value := secret.New()
		made[i] = &target{cookie: value.Reveal(), sid: uuid.New(), user: uuid.New()}
		users[i], sids[i], keys[i] = made[i].user, made[i].sid, value.Hash()
	}
	_, err := db.Pool.Exec(t.Context(), `INSERT INTO users (id, email, email_key, name, password_hash)
		SELECT id, id || '@example.com', id || '@example.com', 'Somebody', 'x' FROM unnest($1::uuid[]) AS id`, users)
	require.NoError(t, err)
	_, err = db.Pool.Exec(t.Context(), `INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at,
			idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		SELECT k, sid, 'browser', user_id, '', false, '', '', now(), now(), now() + interval '30 minutes', now() + interval '12 hours', now(), 'pwd', 'aal1'
		  FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS u (k, sid, user_id)`, keys, sids, users)
	require.NoError(t, err)
	return made
}

// again calls do every so often until ctx is done.
func again(ctx context.Context, every time.Duration, do func()) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			do()
		case <-ctx.Done():
			return
		}
	}
}

const theListeners = `FROM pg_stat_activity WHERE application_name = 'vestibule listener' AND datname = current_database()`

func TestNothingIsAdmittedAfterAnEnd(t *testing.T) {
	for _, with := range []struct {
		name  string
		fault func(r *race, w *wire) func(context.Context)
	}{
		{"on a quiet day", func(*race, *wire) func(context.Context) { return func(context.Context) {} }},
		{"while the listeners are cut again and again", func(r *race, _ *wire) func(context.Context) {
			return func(ctx context.Context) {
				again(ctx, 300*time.Millisecond, func() {
					_, err := r.operator.Pool.Exec(context.WithoutCancel(ctx), `SELECT pg_terminate_backend(pid) `+theListeners)
					if err != nil {
						r.complain("cut: %v", err)
					}
				})
			}
		}},
		{"while a listener's packets are held up", func(_ *race, w *wire) func(context.Context) {
			return func(ctx context.Context) {
				held := false
				again(ctx, 700*time.Millisecond, func() {
					if held = !held; held {
						w.hold(false)
					} else {
						w.release()
					}
				})
				w.release()
			}
		}},
	} {
		t.Run(with.name, func(t *testing.T) {
			first := boot(t)
			w := wireTo(t, first.database)
			second := boot(t, func(s *setup) { s.database, s.all = w.url, first.all })
			r := &race{t: t, replicas: []*replica{first, second}, operator: pgtest.Connect(t, first.database)}
			r.run(with.fault(r, w))
		})
	}
}

func TestNothingIsAdmittedAfterAnEndWhileTheServersSideOfAListenerStandsStill(t *testing.T) {
	t.Parallel()
	own := pgtest.OwnServer(t)
	first := boot(t, func(s *setup) { s.database = own.URL() })
	r := &race{t: t, replicas: []*replica{first, first.beside()}, operator: pgtest.Connect(t, own.URL())}
	var stopped []int
	goOn := func() {
		for _, pid := range stopped {
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	}
	t.Cleanup(goOn)
	stop := func() {
		pid := one[int](first, `SELECT pid `+theListeners+` ORDER BY backend_start DESC LIMIT 1`)
		stopped = append(stopped, pid)
		if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
			r.complain("stop %d: %v", pid, err)
		}
	}
	r.run(func(ctx context.Context) { again(ctx, 500*time.Millisecond, stop) })

	proven := func() bool { return first.listener.Proven() && r.replicas[1].listener.Proven() }
	require.Eventually(t, proven, within, time.Millisecond)
	stop()
	require.Eventually(t, func() bool { return !proven() }, within, time.Millisecond)
	require.Eventually(t, proven, 4*time.Second, time.Millisecond, "another connection takes over, long before a statement would be given up")
	goOn()
}

func TestAReplicaThatCanNotReachItsDatabaseSaysSoAlsoOfWhatItRemembers(t *testing.T) {
	first := boot(t)
	w := wireTo(t, first.database)
	cutOff := boot(t, func(s *setup) { s.database, s.all = w.url, first.all })
	lives, ends := cutOff.person(), cutOff.person()
	for _, p := range []*person{lives, ends} {
		p.get("/api/record/").is(200)
		p.get("/auth/session").is(200)
	}
	w.hold(true)
	_, err := first.db.Pool.Exec(t.Context(), `DELETE FROM sessions WHERE sid = $1`, ends.sid)
	require.NoError(t, err)
	<-time.After(promised)
	require.False(t, cutOff.listener.Proven())
	cutOff.record.taken()
	unavailable(t,
		func() answer { return lives.get("/auth/session") },
		func() answer { return lives.get("/api/record/") },
		func() answer { return ends.get("/auth/session") },
		func() answer { return ends.get("/api/record/") })
	require.Empty(t, cutOff.record.taken())
	w.release()
	for _, path := range []string{"/auth/session", "/api/record/"} {
		require.Eventually(t, func() bool { return lives.get(path).status == http.StatusOK }, within, 10*time.Millisecond)
		ends.get(path).problem(401, "unauthenticated")
	}
	require.Eventually(t, cutOff.listener.Proven, within, time.Millisecond)
	ends.get("/auth/session").problem(401, "unauthenticated")
}

func TestTenThousandSessionsThatEndAtOnceAreRefusedWithinASecondAndNoOther(t *testing.T) {
	const n = 10_000
	first := boot(t)
	replicas := []*replica{first, first.beside()}
	operator := pgtest.Connect(t, first.database)
	ending, spared := targets(t, operator, n), targets(t, operator, 100)
	find := func(at *replica, each *target) (session.Source, error) {
		_, from, err := at.service.Find(t.Context(), each.cookie)
		return from, err
	}
	sample := func(all []*target) (some []*target) {
		for i := 0; i < len(all); i += max(1, len(all)/500) {
			some = append(some, all[i])
		}
		return some
	}
	for _, at := range replicas {
		for _, each := range append(sample(ending), spared...) {
			_, err := find(at, each)
			require.NoError(t, err)
		}
	}
	heard := listening(t, operator)
	users := make([]uuid.UUID, len(spared))
	for i, each := range spared {
		users[i] = each.user
	}
	_, err := operator.Pool.Exec(t.Context(), `DELETE FROM sessions WHERE user_id <> ALL($1)`, users)
	require.NoError(t, err)
	acked := time.Now()
	for _, at := range replicas {
		require.Eventually(t, func() bool { return at.memory.Revocations.Len() == n }, within, time.Millisecond)
		t.Logf("10,000 ends were heard of %s after the commit", time.Since(acked))
	}
	<-time.After(time.Until(acked.Add(promised)))
	for _, at := range replicas {
		for _, each := range ending {
			_, is := at.memory.Revocations.Has(each.sid)
			require.True(t, is)
		}
		for _, each := range sample(ending) {
			_, err := find(at, each)
			require.ErrorIs(t, err, session.ErrNotFound)
		}
		for _, each := range spared {
			require.Eventually(t, func() bool { // the cache, as soon as the listener is proven
				from, err := find(at, each)
				require.NoError(t, err)
				return from == session.FromCache
			}, within, time.Millisecond)
		}
	}
	_, err = operator.Pool.Exec(t.Context(), `NOTIFY vestibule, '{"changed": "`+secret.New().Hash()+`"}'`)
	require.NoError(t, err)
	require.Contains(t, heard(), `"from"`)
	require.Contains(t, heard(), `"changed"`, "there was one notification")
}

// listening listens as a replica does, and gives one notification after the other.
func listening(t *testing.T, db *postgres.DB) (next func() string) {
	t.Helper()
	conn, err := db.Pool.Acquire(t.Context())
	require.NoError(t, err)
	t.Cleanup(conn.Release)
	_, err = conn.Exec(t.Context(), `LISTEN vestibule`)
	require.NoError(t, err)
	return func() string {
		ctx, cancel := context.WithTimeout(t.Context(), within)
		defer cancel()
		heard, err := conn.Conn().WaitForNotification(ctx)
		require.NoError(t, err)
		return heard.Payload
	}
}

// The listener hears nothing meanwhile, and what was proven a moment ago still counts.
func TestWhatSomeoneEndsOrRotatesIsRefusedByThatReplicaOnceTheyHaveAnAnswer(t *testing.T) {
	for _, end := range []struct {
		name string
		do   func(victim, other *person)
	}{
		{"signing out", func(v, _ *person) { v.post("/auth/logout", nil).is(204) }},
		{"signing in again", func(v, _ *person) { v.signIn(v.email, goodPassword).is(200) }},
		{"ending one", func(v, o *person) { o.send("DELETE", "/auth/sessions/"+v.sid, nil).is(204) }},
		{"ending the others", func(_, o *person) { o.send("DELETE", "/auth/sessions", nil).is(200) }},
		{"a new proof", func(v, _ *person) { v.post("/auth/step-up", object{"password": goodPassword}).is(204) }},
		{"a new password", func(_, o *person) {
			o.post("/auth/password", object{"current_password": goodPassword, "new_password": "another day, another walk"}).is(204)
		}},
	} {
		t.Run(end.name, func(t *testing.T) {
			t.Parallel()
			database := pgtest.URL(t)
			w := wireTo(t, database)
			r := boot(t, func(s *setup) { s.database = w.url })
			victim := r.person()
			other := victim.again()
			before := victim.at(r)
			require.Eventually(t, func() bool { // it is remembered
				before.get("/auth/session").is(200)
				_, from, err := r.service.Find(t.Context(), before.cookie)
				return err == nil && from == session.FromCache
			}, within, time.Millisecond)
			w.hold(false)
			end.do(victim, other)
			before.get("/auth/session").problem(401, "unauthenticated")
		})
	}
}
