package lab

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/verifier"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func newTestRun(t *testing.T) (*run, *httptest.ResponseRecorder) {
	t.Helper()
	out := httptest.NewRecorder()
	return newRun(t.Context(), &Lab{}, out), out
}

func TestALineThatHoldsASecretIsNotSentAndEndsTheExperiment(t *testing.T) {
	r, out := newTestRun(t)
	r.secret("of-the-throw-away-person")
	r.say("step", facts{"digest": digest("of-the-throw-away-person")})
	sent := out.Body.String()
	require.Contains(t, sent, digest("of-the-throw-away-person"))

	r.say("step", facts{"headers": map[string]string{"Cookie": "name=of-the-throw-away-person"}})
	require.Equal(t, sent, out.Body.String())
	r.finish(r.ctx.Err())
	require.Contains(t, out.Body.String(), `"code":"secret_withheld"`)
	require.NotContains(t, out.Body.String(), "of-the-throw-away-person")
}

func TestAnOutageIsToldWithoutWhatItSays(t *testing.T) {
	r, out := newTestRun(t)
	_, err := r.ask(t.Context(), request{method: http.MethodGet, url: "http://127.0.0.1:1/of-your-network"})
	require.Error(t, err)
	r.finish(err)
	require.Contains(t, out.Body.String(), `"code":"failed"`)
	require.NotContains(t, out.Body.String(), "of-your-network")
}

func TestTheLabCanNotWriteInTheDatabase(t *testing.T) {
	pool, err := openDatabase(t.Context(), pgtest.URL(t))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(t.Context(), `DELETE FROM sessions`)
	require.ErrorContains(t, err, "read-only transaction")
	there, _, err := find(t.Context(), pool, keyOf("of nobody"))
	require.NoError(t, err)
	require.False(t, there)
}

func TestAnAddressThatIsNoDatabaseIsRefusedWithoutItsPassword(t *testing.T) {
	_, err := openDatabase(t.Context(), "postgres://lab:hush-hush@127.0.0.1:no-port/lab")
	require.Error(t, err)
	require.NotContains(t, err.Error(), "hush-hush")
}

func TestProbesThinOutAndComeBackRightAfterTheLastMoment(t *testing.T) {
	for _, c := range []struct{ gone, left, next time.Duration }{
		{0, time.Hour, time.Millisecond},
		{time.Second, time.Hour, time.Second / 5},
		{4 * time.Minute, time.Hour, 10 * time.Second},
		{4 * time.Minute, 3 * time.Second, 3*time.Second + time.Millisecond},
		{4 * time.Minute, -time.Second, 10 * time.Second},
	} {
		require.Equal(t, c.next, nextProbe(c.gone, c.left), "%v", c)
	}
}

func TestServerTimingIsReadAsItIsWritten(t *testing.T) {
	took, from := timings(http.Header{"Server-Timing": {`session;desc="cache";dur=0.003, token;desc="issued";dur=0.291, upstream;dur=1.5`}})
	require.Equal(t, map[string]float64{"session": 0.003, "token": 0.291, "upstream": 1.5}, took)
	require.Equal(t, map[string]string{"session": "cache", "token": "issued"}, from)
	took, _ = timings(http.Header{})
	require.Empty(t, took)
}

func TestTheCurvesAreWhatTheirFormulasSay(t *testing.T) {
	m := measured{cookieBytes: 100, tokenBytes: 600}
	told := m.curves(1000, 6000)
	require.Equal(t, true, told["simulated"])
	one := told["by_replicas"].([]facts)[0]
	require.Equal(t, facts{"replicas": 1.0, "sessions": 6000.0, "lookup_per_second": 1100.0, "cache_per_second": 100.1}, one)
	most := told["by_sessions"].([]facts)[3]
	require.Equal(t, 8000.0, most["lookup_per_second"], "4,000 look-ups, and each request a write: none comes twice in a minute")
	require.InDelta(t, 4000*(1-131072.0/1e6)+4*1e6/43200+4000, most["cache_per_second"], 0.1, "most sessions do not fit")
	require.Equal(t, facts{"cookie_kbit_per_second": 800.0, "token_kbit_per_second": 4800.0}, told["bandwidth"])
}

func TestAQuantileIsOneOfTheValues(t *testing.T) {
	require.Equal(t, 3.0, quantile([]float64{5, 1, 3, 2, 4}, 0.5))
	require.Equal(t, 5.0, quantile([]float64{5, 1, 3, 2, 4}, 0.99))
	require.Zero(t, quantile(nil, 0.5))
}

func TestAForgedTokenDiffersInItsClaimsAlone(t *testing.T) {
	forged, err := promoted("eyJhbGciOiJFUzI1NiJ9.eyJyb2xlcyI6WyJ1c2VyIl19.signature", map[string]any{"roles": []string{"user"}})
	require.NoError(t, err)
	pieces := strings.Split(forged, ".")
	require.Equal(t, []string{"eyJhbGciOiJFUzI1NiJ9", "signature"}, []string{pieces[0], pieces[2]})
	_, claims, err := parts(forged)
	require.NoError(t, err)
	require.Equal(t, map[string]any{"roles": []any{"admin"}}, claims)
}

func TestNothingIsNoSecret(t *testing.T) {
	r, out := newTestRun(t)
	r.secret("")
	r.say("step", facts{"who": "client"})
	require.NoError(t, r.ctx.Err())
	require.Contains(t, out.Body.String(), "client")
}

// atDoor answers an experiment as Vestibule would, and as told.
func atDoor(t *testing.T, r *run, answers map[string]http.HandlerFunc) {
	t.Helper()
	mux := http.NewServeMux()
	for pattern, handle := range answers {
		mux.HandleFunc(pattern, handle)
	}
	door := httptest.NewServer(mux)
	t.Cleanup(door.Close)
	r.lab.Door, r.lab.Self = door.URL, door.URL
}

// aClientOf lets a client in to a session, and names its refresh tokens by their number. It notes what is revoked.
func aClientOf(sid string, revoked *[]string) map[string]http.HandlerFunc {
	made := 0
	return map[string]http.HandlerFunc{
		"POST /oauth/authorize": func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(map[string]string{"redirect_to": "http://127.0.0.1/?code=a-code"})
		},
		"POST /oauth/token": func(w http.ResponseWriter, _ *http.Request) {
			made++
			claims := base64.RawURLEncoding.EncodeToString([]byte(`{"sid":"` + sid + `"}`))
			_ = json.NewEncoder(w).Encode(tokens{Access: "e30." + claims + ".signature", Refresh: "refresh-" + strconv.Itoa(made)})
		},
		"POST /oauth/revoke": func(_ http.ResponseWriter, r *http.Request) { *revoked = append(*revoked, r.PostFormValue("token")) },
		"GET /api/lab/door":  func(http.ResponseWriter, *http.Request) {},
	}
}

func TestATheftThatBreaksOffLeavesNoSessionOfItsClient(t *testing.T) {
	r, _ := newTestRun(t)
	var revoked []string
	answers := aClientOf("this", &revoked)
	answers["GET /api/lab/door"] = func(http.ResponseWriter, *http.Request) { r.stop(errReplaced) }
	atDoor(t, r, answers)
	require.Error(t, scene{run: r, v: &visit{run: r, person: &person{}}}.refresh())
	require.Equal(t, []string{"refresh-3"}, revoked, "the newest")
}

func TestOnlyThisTheftIsRecorded(t *testing.T) {
	for sid, want := range map[string]bool{"this": true, "of-an-earlier-one": false} {
		r, out := newTestRun(t)
		answers := aClientOf("this", &[]string{})
		answers["GET /auth/events"] = func(w http.ResponseWriter, _ *http.Request) {
			_ = json.NewEncoder(w).Encode(map[string]any{"events": []map[string]any{{"name": "refresh_token.reused", "sid": sid}}})
		}
		atDoor(t, r, answers)
		require.NoError(t, scene{run: r, v: &visit{run: r, person: &person{}}}.refresh())
		require.Equal(t, want, strings.Contains(out.Body.String(), "recorded"), sid)
	}
}

// lingering is a stream that takes its time to close, unless its run has been over before.
type lingering struct {
	http.RoundTripper
	left  chan struct{}
	early chan bool
}

func (l lingering) RoundTrip(q *http.Request) (*http.Response, error) {
	if q.URL.Path != "/auth/live" {
		return l.RoundTripper.RoundTrip(q)
	}
	<-q.Context().Done()
	select {
	case <-l.left:
		l.early <- true
	case <-time.After(100 * time.Millisecond):
		l.early <- false
	}
	return nil, q.Context().Err()
}

func TestAnEndThatFailsLeavesNoProbeBehind(t *testing.T) {
	r, _ := newTestRun(t)
	r.lab.catching = map[string]chan<- hop{}
	left, outs := make(chan struct{}), 0
	atDoor(t, r, map[string]http.HandlerFunc{
		"POST /auth/register": func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "a-session"})
		},
		"POST /auth/logout": func(w http.ResponseWriter, _ *http.Request) {
			if outs++; outs == 2 { // that of leave
				close(left)
			}
			w.WriteHeader(http.StatusServiceUnavailable)
		},
		"GET /api/lab/hop": func(_ http.ResponseWriter, q *http.Request) {
			r.lab.mu.Lock()
			defer r.lab.mu.Unlock()
			r.lab.catching[q.Header.Get(nameOfHop)] <- hop{token: "a-token", claims: &verifier.Claims{}}
		},
		"GET /": func(http.ResponseWriter, *http.Request) {},
	})
	early := make(chan bool, 1)
	r.http.Transport = lingering{r.http.Transport, left, early}
	require.Error(t, r.revoke(options{}))
	require.False(t, <-early)
}
