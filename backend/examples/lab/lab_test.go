package lab

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
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
