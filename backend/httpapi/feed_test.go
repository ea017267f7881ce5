package httpapi_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/session"
)

// follower is a downstream that reads the feed, no faster than the test does.
type follower struct {
	r    *replica
	body io.ReadCloser
	read *bufio.Reader
}

// told is one event of the feed.
type told struct {
	n       int64
	SID     string    `json:"sid"`
	EndedAt time.Time `json:"ended_at"`
	Reason  string    `json:"reason"`
}

// followed asks for the feed. The headers come in pairs.
func (r *replica) followed(method string, headers ...string) *http.Response {
	r.t.Helper()
	request, err := http.NewRequestWithContext(r.t.Context(), method, "http://"+r.inside+"/revocations", http.NoBody)
	require.NoError(r.t, err)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	got, err := r.client.Do(request)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = got.Body.Close() })
	return got
}

func (r *replica) follow(headers ...string) *follower {
	r.t.Helper()
	got := r.followed(http.MethodGet, headers...)
	require.Equal(r.t, http.StatusOK, got.StatusCode)
	require.Equal(r.t, "text/event-stream", got.Header.Get("Content-Type"))
	require.Equal(r.t, "no-store", got.Header.Get("Cache-Control"))
	return &follower{r, got.Body, bufio.NewReader(got.Body)}
}

// block gives what comes before the next empty line; empty when the stream has ended.
func (f *follower) block() string {
	f.r.t.Helper()
	silent := time.AfterFunc(within, func() { _ = f.body.Close() })
	defer silent.Stop()
	var block strings.Builder
	for {
		line, err := f.read.ReadString('\n')
		if err != nil {
			require.ErrorIs(f.r.t, err, io.EOF, "the feed says nothing")
			require.Empty(f.r.t, block.String()+line, "it is cut within an event")
			return ""
		}
		if line == "\n" {
			return block.String()
		}
		block.WriteString(line)
	}
}

const beating = ": beat\n"

// eventOf reads one event: three lines, exactly.
func eventOf(t *testing.T, block string) told {
	t.Helper()
	var e told
	lines := strings.Split(block, "\n")
	require.Len(t, lines, 4, "%q", block)
	_, err := fmt.Sscanf(lines[0]+"\n"+lines[1]+"\n", "id: %d\nevent: ended\n", &e.n)
	require.NoError(t, err, block)
	data, is := strings.CutPrefix(lines[2], "data: ")
	require.True(t, is, block)
	decoder := json.NewDecoder(strings.NewReader(data))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(&e))
	require.Contains(t, data, `"sid":"`+e.SID+`"`)
	require.Regexp(t, `"ended_at":"[^"]+Z"`, data, "UTC")
	return e
}

// untilBeat gives the events that come before the next beat.
func (f *follower) untilBeat(t *testing.T) []told {
	t.Helper()
	var all []told
	for block := f.block(); block != beating; block = f.block() {
		all = append(all, eventOf(t, block))
	}
	return all
}

// next gives the next event, whatever beats come before it.
func (f *follower) next(t *testing.T) told {
	t.Helper()
	block := f.block()
	for block == beating {
		block = f.block()
	}
	return eventOf(t, block)
}

// end ends a person's session in psql, and gives the record of it.
func (p *person) end() told {
	p.r.t.Helper()
	p.r.exec(`DELETE FROM sessions WHERE sid = $1`, p.sid)
	return p.r.recorded(p.sid)
}

func (r *replica) recorded(sid string) told {
	r.t.Helper()
	e := told{SID: sid}
	require.NoError(r.t, r.db.Pool.QueryRow(r.t.Context(), `SELECT n, ended_at, reason FROM revocations WHERE sid = $1`, sid).Scan(&e.n, &e.EndedAt, &e.Reason))
	e.EndedAt = e.EndedAt.UTC()
	return e
}

func TestTheFeedGivesAllThatStillMatterAndThenEachEndAsItHappens(t *testing.T) {
	r := boot(t)
	second := r.beside()
	first, other := r.person().end(), r.person()
	other.post("/auth/logout", nil).is(204)
	before := []told{first, r.recorded(other.sid)}
	require.Equal(t, "deleted signed_out", before[0].Reason+" "+before[1].Reason)

	here, there := r.follow(), second.follow()
	require.Equal(t, before, here.untilBeat(t))
	require.Equal(t, before, there.untilBeat(t))
	for range 3 {
		p := r.person()
		began := time.Now()
		now := p.end()
		require.Equal(t, now, there.next(t))
		require.Equal(t, now, here.next(t))
		require.Less(t, time.Since(began), 5*time.Second)
	}
	r.person().post("/auth/step-up", object{"password": goodPassword}).is(204)
	require.Empty(t, here.untilBeat(t), "a rotation ends nothing")
	require.Len(t, boot(t, func(s *setup) { s.database, s.all = r.database, r.all }).follow().untilBeat(t), 5, "a replica that has just started knows them too")
}

func TestTheFeedBeatsWhileNothingHappens(t *testing.T) {
	r := boot(t)
	f := r.follow()
	require.Equal(t, beating, f.block())
	began := time.Now()
	for range 3 {
		require.Equal(t, beating, f.block())
	}
	require.Greater(t, time.Since(began), time.Second)
	require.Less(t, time.Since(began), 4*time.Second)
}

func TestAnEndIsGivenAtOnceAndNotWithTheNextBeat(t *testing.T) {
	r := boot(t)
	f := r.follow()
	require.Equal(t, beating, f.block())
	began := time.Now()
	for n := range int64(20) {
		r.memory.Ended(session.Revocation{N: n + 1, SID: uuid.New(), EndedAt: began, Reason: "deleted"})
		require.Equal(t, n+1, f.next(t).n)
	}
	require.Less(t, time.Since(began), 5*time.Second)
}

func TestAFollowerGoesOnBehindTheLastEventThatItNames(t *testing.T) {
	r := boot(t)
	second := r.beside()
	var all []told
	for range 4 {
		all = append(all, r.person().end())
	}
	for _, at := range []*replica{r, second} {
		for i, last := range all {
			require.Equal(t, all[i+1:], append([]told{}, at.follow("Last-Event-ID", fmt.Sprint(last.n)).untilBeat(t)...))
		}
		for _, unknown := range []string{"0", "", "999999", "9223372036854775807"} {
			require.Equal(t, all, at.follow("Last-Event-ID", unknown).untilBeat(t), "who asks for what nobody knows gets all: %q", unknown)
		}
	}
	f := r.follow("Last-Event-ID", fmt.Sprint(all[3].n))
	now := r.person().end()
	require.Equal(t, now, f.next(t))
}

func TestALastEventIDThatIsNoNumberIsRefused(t *testing.T) {
	r := boot(t)
	for _, sent := range []string{"x", "-1", "+1", "1.0", "0x1", "1_0", "1 1", "9223372036854775808", "18446744073709551616", "é", strings.Repeat("1", 5000)} {
		got := r.followed(http.MethodGet, "Last-Event-ID", sent)
		body, err := io.ReadAll(got.Body)
		require.NoError(t, err)
		answer{t, got.StatusCode, got.Header, string(body)}.problem(400, "malformed_request")
	}
	require.Equal(t, 400, r.followed(http.MethodGet, "Last-Event-ID", "1", "Last-Event-ID", "2").StatusCode)
}

func TestTheFeedEndsWhileItIsNotProvenThatEndsAreHeardOf(t *testing.T) {
	t.Parallel()
	own := pgtest.OwnServer(t)
	r := boot(t, func(s *setup) { s.database = own.URL() })
	victim := r.person()
	f := r.follow()
	require.Empty(t, f.untilBeat(t))
	own.Pause()
	paused := time.Now()
	for block := f.block(); block != ""; block = f.block() {
		require.Equal(t, beating, block)
		require.Less(t, time.Since(paused), 2*time.Second, "it beats although it hears nothing")
	}
	require.Less(t, time.Since(paused), 5*time.Second)
	got := r.followed(http.MethodGet)
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	answer{t, got.StatusCode, got.Header, string(body)}.problem(503, "feed_unavailable")
	require.Equal(t, "1", got.Header.Get("Retry-After"))

	own.Resume()
	require.EventuallyWithT(t, func(c *assert.CollectT) {
		_, err := r.db.Pool.Exec(t.Context(), `DELETE FROM sessions WHERE sid = $1`, victim.sid)
		assert.NoError(c, err)
		assert.Equal(c, 200, r.followed(http.MethodHead).StatusCode)
	}, 3*within, 10*time.Millisecond)
	require.Equal(t, victim.sid, r.follow().next(t).SID)
}

func TestTheFeedEndsWhenTheReplicaDrains(t *testing.T) {
	r := boot(t)
	f := r.follow()
	require.Empty(t, f.untilBeat(t))
	r.drain()
	block := f.block()
	for block == beating {
		block = f.block()
	}
	require.Empty(t, block)
	require.Equal(t, 503, r.followed(http.MethodGet).StatusCode, "another replica is there for them")
}

// crowd gives somebody so many sessions more.
func (p *person) crowd(n int) {
	p.r.t.Helper()
	p.r.exec(`INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at, idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		SELECT n::text, gen_random_uuid(), 'browser', $1, '', false, '', '', now(), now(), now() + interval '1 hour', now() + interval '1 hour', now(), 'pwd', 'aal1' FROM generate_series(1, $2) AS n`, p.id, n)
}

func TestVeryManyEndsAtOnceAreAllGivenOnceEach(t *testing.T) {
	const many = 12_000
	r := boot(t)
	p := r.person()
	p.crowd(many)
	f := r.follow()
	require.Empty(t, f.untilBeat(t))
	psql, err := pgx.Connect(t.Context(), r.database) // which has all the time that it needs
	require.NoError(t, err)
	defer psql.Close(t.Context())
	_, err = psql.Exec(t.Context(), `DELETE FROM sessions WHERE user_id = $1`, p.id)
	require.NoError(t, err)
	seen := map[string]bool{}
	for range many + 1 {
		seen[f.next(t).SID] = true
	}
	require.Len(t, seen, many+1)
	require.Empty(t, f.untilBeat(t))
	require.Len(t, r.follow().untilBeat(t), many+1)
	require.Equal(t, many+1, one[int](r, `SELECT count(*) FROM revocations`))
}

func TestASlowFollowerHoldsUpNobodyAndLosesNothing(t *testing.T) {
	const many = 100_000 // more than the buffers of any socket hold
	r := boot(t)
	conn, err := net.Dial("tcp", r.inside)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	_, err = conn.Write([]byte("GET /revocations HTTP/1.1\r\nHost: inside\r\n\r\n"))
	require.NoError(t, err)
	quick := r.follow()
	require.Empty(t, quick.untilBeat(t))

	all := make([]session.Revocation, many)
	for i := range all {
		all[i] = session.Revocation{N: int64(i) + 1_000_000, SID: uuid.New(), EndedAt: time.Now(), Reason: "deleted"}
	}
	r.memory.Ended(all...)
	for i := range all {
		require.Equal(t, all[i].N, quick.next(t).n)
	}
	now := r.person().end()
	require.Equal(t, now, quick.next(t))

	got, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	slow := &follower{r, got.Body, bufio.NewReader(got.Body)}
	for i := range all {
		require.Equal(t, all[i].N, slow.next(t).n)
	}
	require.Equal(t, now, slow.next(t))
}

func TestAReplicaTakesAThousandFollowersAndGivesAPlaceThatIsLeftToTheNext(t *testing.T) {
	r := boot(t)
	for range 20 {
		require.Equal(t, 200, r.followed(http.MethodHead).StatusCode, "which takes no place")
	}
	var all []*follower
	for range 1000 {
		all = append(all, r.follow())
	}
	got := r.followed(http.MethodGet)
	body, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	answer{t, got.StatusCode, got.Header, string(body)}.problem(503, "too_many_followers")
	require.Equal(t, "5", got.Header.Get("Retry-After"))
	require.Equal(t, 200, r.followed(http.MethodHead).StatusCode)
	require.NoError(t, all[0].body.Close())
	require.Eventually(t, func() bool { return r.followed(http.MethodGet).StatusCode == http.StatusOK }, within, 10*time.Millisecond)
	now := r.person().end()
	for _, f := range all[1:] {
		require.Equal(t, now, f.next(t))
	}
}
