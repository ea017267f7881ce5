package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestCPUTimeIsReadBehindANameOfAnyKind(t *testing.T) {
	s, err := parseStat("42 (a) R 7 (b) S 7 42 42 0 -1 4194560 100 200 0 0 11 22 33 44 20 0 1 0 5 6 7")
	require.NoError(t, err)
	require.Equal(t, stat{name: "a) R 7 (b", parent: 7, own: 330 * time.Millisecond, ended: 770 * time.Millisecond}, s)
	for _, text := range []string{"", "42 a S 7", "42 (a) S 7 1", ") (", "42 (a) S x 42 42 0 -1 0 0 0 0 0 1 2 3 4 20"} {
		_, err := parseStat(text)
		require.Error(t, err, text)
	}
}

func TestTheMachinesTimeCountsGuestsAndWaitingOnce(t *testing.T) {
	m, err := parseMachine("cpu  1 2 3 1000 1000 4 5 6 1 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n")
	require.NoError(t, err)
	require.Equal(t, machineTime{used: 150 * time.Millisecond, stolen: 60 * time.Millisecond}, m)
	_, err = parseMachine("")
	require.Error(t, err)
}

func TestAProcessIsSeenWorkingAndEnds(t *testing.T) {
	if !measuresCPU {
		t.Skip("no /proc")
	}
	p, err := launch(t.TempDir(), "busy", "/bin/sh", nil, "-c", "while :; do :; done")
	require.NoError(t, err)
	require.NoError(t, p.alive())
	own := processPart("busy", p.pid)
	require.Eventually(t, func() bool { used, err := own.read(); return err == nil && used > 0 }, 10*time.Second, 10*time.Millisecond)
	family, err := familyPart("us", os.Getpid()).read()
	require.NoError(t, err)
	require.Positive(t, family)
	require.NoError(t, p.stop())
	require.Error(t, p.alive())
	require.NoError(t, p.stop())
}

func TestAProcessThatEndsByItselfIsNamedWithItsLastWords(t *testing.T) {
	p, err := launch(t.TempDir(), "brief", "/bin/sh", nil, "-c", "echo out of luck; exit 3")
	require.NoError(t, err)
	require.ErrorContains(t, p.ready(t.Context(), "http://127.0.0.1:1/", 200), "brief has ended by itself: exit status 3; the last it said:\nout of luck")
}

func TestRatiosAreOfTheSameRound(t *testing.T) {
	require.Equal(t, ratio{0.5, 0.25, 0.5}, compare([]float64{1, 10, 1}, []float64{2, 20, 4}))
	require.InDelta(t, 2.5, median([]float64{4, 1, 3, 2}), 0)
}

func TestATableLinesUp(t *testing.T) {
	require.Equal(t, "| a  | µs |\n|----|----|\n| bb | 1  |\n", table([][]string{{"a", "µs"}, {"bb", "1"}}))
	require.Equal(t, []string{"7", "999", "1,000", "1,234,568"}, []string{thousands(7), thousands(999), thousands(999.5), thousands(1234567.8)})
}

func TestFlagsAreChecked(t *testing.T) {
	for _, args := range []string{"-rounds 0", "-duration 1500ms", "-contenders vestibule", "-contenders plain,plain", "-contenders plain,nobody", "-connections 1", "-only nothing", "more"} {
		_, err := parse(strings.Fields(args), &strings.Builder{})
		require.Error(t, err, args)
	}
	for _, args := range []string{"", "-only rounds", "-only control", "-only cut"} {
		_, err := parse(strings.Fields(args), nil)
		require.NoError(t, err, args)
	}
}

func TestDelaysAreOrderedBeforeTheyAreTold(t *testing.T) {
	few := []time.Duration{3 * time.Millisecond, time.Millisecond, 2 * time.Millisecond}
	require.Equal(t, "p50 2.00 ms, most 3.00 ms", percentiles(few))
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(100-i)*time.Millisecond)
	}
	require.Equal(t, "p50 51.00 ms, p99 100.00 ms, most 100.00 ms", percentiles(hundred))
}

func TestASweepEndsWhenAllAreRefusedAndKnowsTheLastThatWasAdmitted(t *testing.T) {
	var refuses atomic.Bool
	var admitted atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "__Host-session=c" || refuses.Load() {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		admitted.Add(1)
	}))
	defer server.Close()
	s := newSweep([]string{"a", "b", "c", "d", "e"}, strings.TrimPrefix(server.URL, "http://"))
	s.ended.Store(int64(time.Since(s.base)))
	before := admitted.Load()
	require.Eventually(t, func() bool { return admitted.Load() > before+1 }, 10*time.Second, time.Millisecond) // two, so one began since
	refuses.Store(true)
	refused := time.Since(s.base) - time.Duration(s.ended.Load())
	require.NoError(t, s.stop(nil))
	require.Positive(t, s.latest())
	require.Less(t, s.latest(), refused)
	require.Error(t, newSweep([]string{"c"}, "127.0.0.1:1").stop(nil))
}

func TestSignInsArePosted(t *testing.T) {
	wrk := loadTool(t)
	wrk, err := wrk.with(t.TempDir(), "sign-ins", []string{`{"email":"a"}`})
	require.NoError(t, err)
	wrk.kind = "bodies"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Method != http.MethodPost || r.Header.Get("Cookie") != "" || string(body) != `{"email":"a"}` {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	defer server.Close()
	wrk = wrk.on(2)
	l, err := wrk.run(t.Context(), server.URL, 0, time.Second, true)
	require.NoError(t, err)
	require.NoError(t, l.fault(0))
}

func TestAMissingLoadToolIsNamedWithHowToGetIt(t *testing.T) {
	_, err := findTool(t.Context(), "no-such-wrk")
	require.ErrorIs(t, err, errNoTool)
	require.ErrorContains(t, err, "apt-get install wrk")
}

// loadTool is the real one, with three cookies.
func loadTool(t *testing.T) tool {
	t.Helper()
	wrk, err := findTool(t.Context(), "wrk")
	if errors.Is(err, errNoTool) {
		t.Skip(err)
	}
	require.NoError(t, err)
	wrk.connections, wrk.threads = 4, 2
	wrk, err = wrk.with(t.TempDir(), "cookies", []string{"a", "b", "c"})
	require.NoError(t, err)
	return wrk
}

func TestTheLoadRotatesTheCookiesAndCountsWhatComesBack(t *testing.T) {
	wrk := loadTool(t)
	var lock sync.Mutex
	seen := map[string]int{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		seen[r.Header.Get("Cookie")]++
		lock.Unlock()
		_, _ = w.Write(make([]byte, 10))
	}))
	defer server.Close()
	l, err := wrk.run(t.Context(), server.URL, 10, time.Second, false)
	require.NoError(t, err)
	require.NoError(t, l.fault(10))
	require.Positive(t, l.perSecond())
	require.LessOrEqual(t, l.P50, l.P99)
	require.ErrorContains(t, l.fault(100_000), "a right one's body alone has 100000")
	require.Len(t, seen, 3)
	for _, times := range seen {
		require.InDelta(t, l.Requests/3, times, 20)
	}
}

func TestAWrongAnswerFailsARunAndIsShown(t *testing.T) {
	wrk := loadTool(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("{\"code\": \"büsy\"}\n"))
	}))
	defer server.Close()
	l, err := wrk.run(t.Context(), server.URL, 0, time.Second, false)
	require.NoError(t, err)
	require.ErrorContains(t, l.fault(0), "answers of 400 and above")
	l, err = wrk.run(t.Context(), server.URL, 0, time.Second, true)
	require.NoError(t, err)
	require.ErrorContains(t, l.fault(0), `a wrong answer: 503, `)
	require.ErrorContains(t, l.fault(0), `{"code": "b`)
}

func TestAnInterruptEndsTheLoad(t *testing.T) {
	wrk := loadTool(t)
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := wrk.run(ctx, server.URL, 0, time.Minute, false)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
