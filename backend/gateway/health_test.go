package gateway

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAHealthIsThatOfTheLastFiveMinutes(t *testing.T) {
	began := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return began.Add(time.Duration(seconds) * time.Second) }
	h := health{state: Unknown, since: began}
	require.Equal(t, Health{State: Unknown, Since: began}, h.read(at(5)))
	for i := range 100 {
		h.note(at(10), time.Duration(i+1)*time.Millisecond, true, "")
	}
	is := h.read(at(20))
	require.Equal(t, []any{Up, at(10), 100, 0}, []any{is.State, is.Since, is.Requests, is.Failures})
	require.InEpsilon(t, 50*time.Millisecond, is.P50, .2)
	require.InEpsilon(t, 99*time.Millisecond, is.P99, .2)

	h.note(at(100), 0, false, "refused")
	h.note(at(110), 0, false, "refused again")
	require.Equal(t, Up, h.read(at(110)).State, "two may be chance")
	h.note(at(120), 0, false, "and again")
	is = h.read(at(120))
	require.Equal(t, []any{Down, at(100), "and again", 103, 3}, []any{is.State, is.Since, is.LastError, is.Requests, is.Failures})
	require.InEpsilon(t, 99*time.Millisecond, is.P99, .2, "no answer has no time")

	h.note(at(130), time.Millisecond, true, "")
	require.Equal(t, []any{Up, at(130)}, []any{h.read(at(130)).State, h.read(at(130)).Since})
	require.Equal(t, 4, h.read(at(10+305)).Requests, "the first hundred are forgotten")
	is = h.read(at(2000))
	require.Equal(t, []any{Unknown, at(430), 0, 0, time.Duration(0), "and again"}, []any{is.State, is.Since, is.Requests, is.Failures, is.P50, is.LastError})
	h.note(at(5000), 0, false, "alone")
	require.Equal(t, []any{Down, at(5000)}, []any{h.read(at(5000)).State, h.read(at(5000)).Since}, "all that there were failed")
}

func TestOneHalfOfWhoseAnswersAreLateIsSlow(t *testing.T) {
	began := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	h := health{state: Unknown}
	h.note(began, time.Second, true, "")
	h.note(began, 2*time.Second, true, "")
	require.Equal(t, Up, h.read(began).State)
	h.note(began, 3*time.Second, true, "it answered 500")
	is := h.read(began)
	require.Equal(t, []any{Slow, 1}, []any{is.State, is.Failures})
	require.InEpsilon(t, 2*time.Second, is.P50, .2)
}

func TestEachTimeIsToldToAFifth(t *testing.T) {
	for d := finest; d < 100*time.Second; d += d / 7 {
		require.InEpsilon(t, d, took(latency(d)), .2, d)
	}
	require.Equal(t, 0, latency(0))
	require.Equal(t, latencies-1, latency(time.Hour))
}
