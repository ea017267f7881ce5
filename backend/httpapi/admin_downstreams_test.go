package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// downstream gives one of the list.
func (p *person) downstream(name string) map[string]any {
	p.r.t.Helper()
	for _, each := range p.get("/admin/downstreams").is(200).json()["downstreams"].([]any) {
		if d := each.(map[string]any); d["name"] == name {
			return d
		}
	}
	p.r.t.Fatalf("no downstream %s", name)
	return nil
}

func TestAnAdministratorSeesWhatEachDownstreamIsSentAndDemands(t *testing.T) {
	r := boot(t)
	p := r.admin()
	d := p.downstream("personal")
	require.Equal(t, "audience claims header_timeout_ms health idle_timeout_ms max_body methods name open passive paths redirects replica roles step_up_max_age url", members(d))
	require.Equal(t, []any{r.record.URL, "personal", []any{}, nil, "here:8080"}, []any{d["url"], d["audience"], d["roles"], d["step_up_max_age"], d["replica"]})
	require.EqualValues(t, 60, p.downstream("careful")["step_up_max_age"])
	require.Equal(t, []any{"admin"}, p.downstream("admins")["roles"])
	require.Equal(t, []any{[]any{"GET"}, []any{"/open"}}, []any{p.downstream("narrow")["methods"], p.downstream("narrow")["paths"]})

	p.get("/api/personal/").is(200)
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(bearerOf(t, r.record.taken()[0]), ".")[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(raw, &claims))
	require.Len(t, d["claims"], len(claims), "what a token carries is what is told, and nothing else")
	for _, name := range d["claims"].([]any) {
		require.Contains(t, claims, name)
	}
}

func TestHowADownstreamDoesIsToldOfRealRequests(t *testing.T) {
	r := boot(t)
	p := r.admin()
	health := func(name string) map[string]any { return p.downstream(name)["health"].(map[string]any) }
	is := health("record")
	require.Equal(t, "failures last_error p50_ms p99_ms requests since state", members(is))
	require.Equal(t, []any{"unknown", 0.0, 0.0, nil, nil, nil}, []any{is["state"], is["requests"], is["failures"], is["p50_ms"], is["p99_ms"], is["last_error"]})
	moment(t, is["since"])
	for range 4 {
		p.get("/api/record/").is(200)
	}
	p.get("/api/narrow/closed").is(403)
	r.record.answers(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	p.get("/api/record/").is(500)
	is = health("record")
	require.Equal(t, []any{"up", 5.0, 1.0, "it answered 500"}, []any{is["state"], is["requests"], is["failures"], is["last_error"]})
	require.Greater(t, is["p50_ms"], 0.0)
	require.Equal(t, "unknown", health("narrow")["state"], "what was refused here says nothing of it")

	p.get("/api/gone/").is(502)
	is = health("gone")
	require.Equal(t, []any{"down", 1.0, 1.0, nil}, []any{is["state"], is["requests"], is["failures"], is["p50_ms"]})
	require.Contains(t, is["last_error"], "connection refused")
}

func TestARequestThatEndsWithItsSessionIsNoFailureOfItsDownstream(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	arrived, hold := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(hold) })
	r.record.answers(func(http.ResponseWriter, *http.Request) {
		arrived <- struct{}{}
		<-hold
	})
	over := make(chan int)
	go func() { over <- nora.get("/api/record/").status }()
	<-arrived
	require.EqualValues(t, 1, p.downstream("record")["open"])
	r.exec(`DELETE FROM sessions WHERE sid = $1`, nora.sid)
	require.Equal(t, 401, <-over)
	require.EqualValues(t, 0, p.downstream("record")["health"].(map[string]any)["requests"])
	require.Eventually(t, func() bool { return p.downstream("record")["open"] == 0.0 }, within, time.Millisecond)
}
