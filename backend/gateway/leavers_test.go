package gateway

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADownstreamIsToldThatItsClientHasLeft(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells of leavers")
	}
	for name, begin := range map[string]func(http.ResponseWriter){
		"before the answer": func(http.ResponseWriter) {},
		"in a silent stream": func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/event-stream")
			_ = http.NewResponseController(w).Flush()
		},
	} {
		for _, secured := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", over TLS: ", secured), func(t *testing.T) {
				t.Parallel()
				began, told := make(chan struct{}), make(chan struct{})
				d := served(t, func(w http.ResponseWriter, r *http.Request) {
					begin(w)
					close(began)
					<-r.Context().Done()
					close(told)
				})
				flight := &controlled{left: make(chan struct{})}
				listener, err := net.Listen("tcp", "127.0.0.1:0")
				require.NoError(t, err)
				at := listener.Addr().String()
				dial := func() (net.Conn, error) { return net.Dial("tcp", at) }
				if secured {
					lender := httptest.NewTLSServer(http.NotFoundHandler()) // lends its certificate
					defer lender.Close()
					listener = tls.NewListener(listener, lender.TLS)
					dial = func() (net.Conn, error) { return tls.Dial("tcp", at, &tls.Config{InsecureSkipVerify: true}) } //nolint:gosec // of this very test
				}
				frontOn(t, d, listener, func() Flight { return flight })
				c, err := dial()
				require.NoError(t, err)
				_, err = fmt.Fprint(c, "GET /api/down/ HTTP/1.1\r\nHost: x\r\n\r\n")
				require.NoError(t, err)
				<-began
				require.NoError(t, c.Close())
				for what, done := range map[string]chan struct{}{"the downstream": told, "the flight": flight.left} {
					select {
					case <-done:
					case <-time.After(10 * time.Second):
						require.Fail(t, what+" was not told")
					}
				}
			})
		}
	}
}

func TestAClientThatStaysIsNotTakenForALeaver(t *testing.T) {
	release := make(chan struct{})
	d := served(t, func(w http.ResponseWriter, _ *http.Request) {
		<-release
		_, _ = fmt.Fprint(w, "here you are")
	})
	base, u := frontOf(t, d)
	answered := make(chan string)
	go func() {
		_, body, _ := get(t, base+"/")
		answered <- body
	}()
	require.Eventually(t, func() bool { return u.under() == 1 }, 10*time.Second, time.Millisecond)
	u.pool.closeForLeavers(time.Now().Add(time.Hour)) // however long it has waited
	close(release)
	require.Equal(t, "here you are", <-answered)
	status, body, _ := get(t, base+"/")
	require.Equal(t, "200 here you are", fmt.Sprint(status, " ", body))
	require.Zero(t, u.under())
}

func TestAConnectionThatWaitedForLongerThanALimitIsStillGood(t *testing.T) {
	var connections atomic.Int64
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, "here you are") }))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	d := downstream(t, "down", server.URL)
	d.HeaderTimeout = 300 * time.Millisecond
	base := front(t, d)
	get(t, base+"/")
	<-time.After(d.HeaderTimeout + 50*time.Millisecond)
	status, body, _ := get(t, base+"/")
	require.Equal(t, "200 here you are", fmt.Sprint(status, " ", body))
	require.EqualValues(t, 1, connections.Load())
}

func TestWhatIsBusyIsKnown(t *testing.T) {
	d := served(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, strings.Repeat("x", 100)) })
	d.ConnectTimeout, d.IdleTimeout = time.Second, time.Second
	u := newUpstream(d)
	busy := func() (n int) {
		for l := u.pool.busy; l != nil; l = l.next {
			require.NotNil(t, l.client)
			n++
		}
		return n
	}
	here, _ := net.Pipe()
	var taken []*link
	for range 4 {
		l, err := u.take(here, true)
		require.NoError(t, err)
		taken = append(taken, l)
	}
	require.Equal(t, 4, busy())
	u.giveUp(taken[1])
	u.putBack(taken[3])
	require.Equal(t, 2, busy())
	again, err := u.take(here, true)
	require.NoError(t, err)
	require.Same(t, taken[3], again)
	for _, l := range []*link{taken[0], taken[2], again} {
		u.giveUp(l)
	}
	require.Zero(t, busy())
	require.Zero(t, u.under())
}
