package gateway

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"vestibule/backend/fault"
)

// lone is a flight of no session.
type lone struct{}

func (lone) OnEnd(func()) {}
func (lone) Leave()       {}

var theCall = Call{Token: testToken("test-token"), ClientIP: netip.MustParseAddr("203.0.113.9"), Proto: "https", Host: "app.example.com", RequestID: "r1", Traceparent: "00-a-b-00"}

type testToken string

func (t testToken) AppendTo(to []byte) []byte { return append(to, t...) }

// front is Vestibule's place: a real server that forwards everything below /api/down.
func front(t testing.TB, d Downstream) string {
	t.Helper()
	at, _ := frontOf(t, d)
	return at
}

func frontOf(t testing.TB, d Downstream) (string, *upstream) {
	t.Helper()
	return frontFor(t, d, func() Flight { return lone{} })
}

// frontFor makes a flight for each request.
func frontFor(t testing.TB, d Downstream, flight func() Flight) (string, *upstream) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return "http://" + listener.Addr().String() + "/api/down", frontOn(t, d, listener, flight)
}

func frontOn(t testing.TB, d Downstream, listener net.Listener, flight func() Flight) *upstream {
	t.Helper()
	for limit, value := range map[*time.Duration]time.Duration{&d.ConnectTimeout: 2 * time.Second, &d.HeaderTimeout: 10 * time.Second, &d.IdleTimeout: 10 * time.Second} {
		if *limit == 0 {
			*limit = value
		}
	}
	g, err := New([]Downstream{d}, "https://app.example.com")
	require.NoError(t, err)
	server := &fasthttp.Server{
		StreamRequestBody: true, ReadBufferSize: 16 << 10, NoDefaultServerHeader: true, NoDefaultContentType: true, DisablePreParseMultipartForm: true,
		Logger: quiet{},
		Handler: func(ctx *fasthttp.RequestCtx) {
			m, err := g.Match(string(ctx.Method()), ctx.Request.Header.RequestURI())
			if err == nil {
				call := theCall
				call.Flight = flight()
				err = g.Forward(ctx, m, call)
			}
			if err != nil {
				known := fault.From(err)
				ctx.Response.Reset()
				ctx.SetStatusCode(map[fault.Kind]int{fault.BadGateway: 502, fault.GatewayTimeout: 504, fault.TooLarge: 413, fault.Unavailable: 503}[known.Kind])
				ctx.SetBodyString(known.Code)
			}
		},
	}
	working, stop := context.WithCancel(context.Background())
	go g.Run(working)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() {
		stop()
		_ = listener.Close()
	})
	return g.upstreams[d.Name]
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}

// raw answers connections by hand, as no library would.
func raw(t testing.TB, handle func(net.Conn, *bufio.Reader)) Downstream {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	return rawOn(t, "http", listener, handle)
}

func rawOn(t testing.TB, scheme string, listener net.Listener, handle func(net.Conn, *bufio.Reader)) Downstream {
	t.Helper()
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				handle(c, bufio.NewReader(c))
			}()
		}
	}()
	return downstream(t, "down", scheme+"://"+listener.Addr().String())
}

func served(t testing.TB, handler http.HandlerFunc) Downstream {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return downstream(t, "down", server.URL)
}

func get(t testing.TB, url string) (int, string, http.Header) {
	t.Helper()
	answer, err := http.Get(url)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(body), answer.Header
}
