package telemetry

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWhatIsTakenIsWhatWasCountedSinceTheLastTime(t *testing.T) {
	m := NewMetrics()
	require.Equal(t, Taken{}, m.Take())
	for _, outcome := range []string{"cache", "cache", "cache", "database", "database", "refused"} {
		m.LookedUp(outcome)
	}
	m.Exchanged("orders", "orders", "issued")
	m.Exchanged("orders", "orders", "cached")
	m.Exchanged("other", "other", "cached")
	for route, statuses := range map[string][]int{
		"POST /auth/login": {200, 401, 429, 422, 500}, "POST /auth/register": {201, 409}, "POST /auth/step-up": {401}, "GET /auth/session": {200, 401},
	} {
		for _, status := range statuses {
			m.Answered(route, status)
		}
	}
	for n := range 100 {
		m.Revoked("signed_out", time.Duration(n+1)*time.Millisecond)
	}
	m.Revoked("signed_out", -time.Second)
	want := Taken{SignIns: 2, SignInFailures: 2, Exchanges: 3, LookupsCache: 3, LookupsDatabase: 2, LookupsRefused: 1,
		Revocations: 101, DelayP50: 50 * time.Millisecond, DelayP99: 99 * time.Millisecond}
	require.Equal(t, want, m.Take())
	m.LookedUp("cache")
	m.Revoked("signed_out", 7*time.Millisecond)
	require.Equal(t, Taken{LookupsCache: 1, Revocations: 1, DelayP50: 7 * time.Millisecond, DelayP99: 7 * time.Millisecond}, m.Take())
}

func TestOfVeryManyDelaysAChoiceIsKept(t *testing.T) {
	var d delays
	for n := range 100_000 {
		d.add(time.Duration(n))
	}
	require.Len(t, d.kept, mostDelays)
	n, p50, p99 := d.take()
	require.EqualValues(t, 100_000, n)
	require.InDelta(t, 50_000, p50, 10_000)
	require.InDelta(t, 99_000, p99, 1_000)
}
