package httpapi_test

import (
	"bufio"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/token"
)

func TestInTheSteadyStateATokenAsksNoDatabase(t *testing.T) {
	counted := &countingSessions{}
	r := boot(t, func(s *setup) { s.sessions = counted.around })
	p := r.person()
	m, got := p.letIn("cli")
	counted.finds.Store(0)
	for range 20 {
		m.api("/api/record/").is(200)
	}
	require.EqualValues(t, 1, counted.finds.Load(), "one look-up for the session, when it first calls")
	for range 3 {
		got = tokensOf(m.refresh("cli", got.refresh))
		m.token = got.access
		m.api("/api/record/").is(200)
	}
	require.EqualValues(t, 1, counted.finds.Load(), "and none for another token of it")
	seen := map[string]bool{}
	for _, arrived := range r.record.taken() {
		seen[arrived.header.Get("Authorization")] = true
	}
	require.Len(t, seen, 1, "the downstream's token is issued once for the session")
	require.Zero(t, counted.slides.Load(), "a client's session slides when its refresh token is used")
}

func TestAStreamOfAClientEndsWithItsSession(t *testing.T) {
	r := boot(t)
	other := r.beside()
	p := r.person()
	m, _ := p.letIn("cli")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+other.at+"/api/orders/events", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+m.token)
	got, err := other.client.Do(request)
	require.NoError(t, err)
	defer got.Body.Close()
	require.Equal(t, 200, got.StatusCode)
	lines := bufio.NewReader(got.Body)
	_, err = lines.ReadString('\n')
	require.NoError(t, err)
	p.send("DELETE", "/auth/sessions/"+r.clientSID(), nil).is(204)
	for err == nil {
		_, err = lines.ReadString('\n')
	}
}

func TestATokenIsRefusedOnceItHasExpiredAlsoWhereItIsRemembered(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.letIn("cli")
	for _, grant := range []token.Grant{
		{Subject: "service", ClientID: "service"},
		{Subject: p.id, ClientID: "cli", SID: r.clientSID(), AuthTime: r.clock.Now()}, // whose session goes on
	} {
		grant.Audience, grant.NotAfter = publicURL, r.clock.Now().Add(3*time.Second)
		issued, err := r.issuer.Issue(grant, r.clock.Now())
		require.NoError(t, err)
		m := &machine{r: r, token: issued.Value.Reveal()}
		m.api("/api/record/").is(200)
		require.Eventually(t, func() bool { return m.api("/api/record/").status == 401 }, within, 50*time.Millisecond)
		require.False(t, r.clock.Now().Before(issued.ExpiresAt), "and not sooner")
	}
}

func TestATokenForAnotherAudienceOpensNothingHere(t *testing.T) {
	r := boot(t)
	p := r.person()
	p.get("/api/record/").is(200)
	m := r.machine()
	m.token = r.record.taken()[0].header.Get("Authorization")[len("Bearer "):]
	m.api("/api/record/").problem(401, "unauthenticated")
	m.api("/api/orders/").problem(401, "unauthenticated")
}

func TestAReplicaThatHearsNothingAsksTheDatabaseForEachToken(t *testing.T) {
	r := boot(t)
	deaf := r.beside(func(s *setup) { s.deaf = true })
	m, _ := r.person().letIn("cli")
	m.r = deaf
	m.api("/api/record/").is(200)
	_, err := r.db.Pool.Exec(t.Context(), `DELETE FROM sessions WHERE kind = 'client'`)
	require.NoError(t, err)
	m.api("/api/record/").problem(401, "unauthenticated")
}

func TestAStreamOfAClientThatActsForItselfEndsWithItsTokenAlone(t *testing.T) {
	r := boot(t)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) }) // one stream is open to the end: nobody here looks for clients that have left
	r.record.answers(func(w http.ResponseWriter, request *http.Request) {
		_, _ = w.Write([]byte("begun\n"))
		_ = http.NewResponseController(w).Flush()
		select {
		case <-request.Context().Done():
		case <-over:
		}
	})
	open := func(lasts time.Duration) (lines *bufio.Reader, expires time.Time) {
		issued, err := r.issuer.Issue(token.Grant{Subject: "service", ClientID: "service", Audience: publicURL, NotAfter: r.clock.Now().Add(lasts)}, r.clock.Now())
		require.NoError(t, err)
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.at+"/api/record/", http.NoBody)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+issued.Value.Reveal())
		got, err := r.client.Do(request)
		require.NoError(t, err)
		t.Cleanup(func() { got.Body.Close() })
		require.Equal(t, 200, got.StatusCode)
		lines = bufio.NewReader(got.Body)
		_, err = lines.ReadString('\n')
		require.NoError(t, err)
		return lines, issued.ExpiresAt
	}
	brief, expires := open(2 * time.Second)
	_, _ = open(time.Minute)
	require.NoError(t, r.memory.Recheck(t.Context()), "as after a reconnect")
	require.Equal(t, 2, r.memory.Watch.Open())
	_, err := brief.ReadString('\n')
	require.Error(t, err)
	require.False(t, r.clock.Now().Before(expires))
	require.Eventually(t, func() bool { return r.memory.Watch.Open() == 1 }, within, time.Millisecond)
	require.Never(t, func() bool { return r.memory.Watch.Open() != 1 }, 600*time.Millisecond, 50*time.Millisecond, "the other one goes on")
}
