package gateway

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gobwas/ws"
	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"vestibule/backend/patience"
)

// controlled is a flight whose session can be ended.
type controlled struct {
	mu    sync.Mutex
	end   func()
	ended bool
	left  chan struct{}
}

func (c *controlled) OnEnd(end func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end = end
	if c.ended && end != nil {
		end()
	}
}

// Leave waits for an end that is being called, as a session's flight does.
func (c *controlled) Leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end = nil
	close(c.left)
}

func (c *controlled) endSession() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = true
	if c.end != nil {
		c.end()
	}
}

func ending(t *testing.T, d Downstream) (string, *controlled) {
	t.Helper()
	c := &controlled{left: make(chan struct{})}
	base, u := frontFor(t, d, func() Flight { return c })
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return u.under() == 0 }, 10*time.Second, time.Millisecond, "a connection is still taken")
	})
	return base, c
}

// lastMinute is a flight whose session ends when the answer is there, and the flight is not told so yet.
type lastMinute struct{ end func() }

func (l *lastMinute) OnEnd(end func()) {
	if end == nil {
		l.end()
	}
	l.end = end
}

func (*lastMinute) Leave() {}

func TestASessionThatEndsWithItsAnswerIsNobodyElsesFailure(t *testing.T) {
	for _, with := range []string{"a length", "chunks"} {
		t.Run(with, func(t *testing.T) {
			var first atomic.Bool
			base, u := frontFor(t, served(t, func(w http.ResponseWriter, _ *http.Request) {
				if with == "chunks" {
					_ = http.NewResponseController(w).Flush()
				}
				_, _ = w.Write([]byte("an answer"))
			}), func() Flight {
				if first.CompareAndSwap(false, true) {
					return &lastMinute{}
				}
				return lone{}
			})
			ask := func() (*http.Response, error) { return http.Post(base+"/", "", nil) } // it is never sent twice
			if cut, err := ask(); err == nil {
				_ = cut.Body.Close()
			}
			require.Eventually(t, func() bool { return u.under() == 0 }, 10*time.Second, time.Millisecond)
			answer, err := ask()
			require.NoError(t, err)
			require.NoError(t, answer.Body.Close())
			require.Equal(t, 200, answer.StatusCode)
		})
	}
}

func TestAnEndClosesTheConnectionOfItsRequestAndNoOther(t *testing.T) {
	const kept = 3
	arrived, goOn := make(chan struct{}, kept), make(chan struct{})
	ended := &controlled{left: make(chan struct{})}
	var last atomic.Bool
	base, u := frontFor(t, served(t, func(_ http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		if last.Load() {
			<-r.Context().Done()
			return
		}
		<-goOn
	}), func() Flight {
		if last.Load() {
			return ended
		}
		return lone{}
	})
	askAtOnce(t, base, kept, arrived, goOn)
	require.Eventually(t, func() bool { return u.under() == 0 }, 10*time.Second, time.Millisecond)

	last.Store(true)
	var all sync.WaitGroup
	all.Go(func() { _, _, _ = get(t, base+"/") })
	<-arrived
	ended.endSession()
	all.Wait()
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	require.Len(t, u.pool.idle, kept-1)
}

// within fails when something takes longer than a session's end may.
func within(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(time.Second):
		require.Fail(t, "a second after the end of its session: "+what)
	}
}

// stubborn goes on whatever happens, until its reader is gone.
func stubborn(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		if _, err := w.Write([]byte("data: more\n\n")); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
	}
}

func TestWhatIsUnderWayEndsWithItsSession(t *testing.T) {
	gone := func(r *http.Request, said chan struct{}) {
		<-r.Context().Done()
		close(said)
	}
	for name, test := range map[string]struct {
		downstream func(http.ResponseWriter, *http.Request)
		body       io.Reader
		reads      bool // the client goes on reading
	}{
		"a stream":              {stubborn, nil, true},
		"a stream nobody reads": {stubborn, nil, false},
		"a silent stream":       {func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() }, nil, true},
		"a download": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "9999999999")
			stubborn(w, r)
		}, nil, true},
		"a request that is not answered": {func(http.ResponseWriter, *http.Request) {}, nil, true},
		"an upload":                      {func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) }, rand.Reader, true},
	} {
		t.Run(name, func(t *testing.T) {
			began, told := make(chan struct{}), make(chan struct{})
			d := served(t, func(w http.ResponseWriter, r *http.Request) {
				close(began)
				test.downstream(w, r)
				gone(r, told)
			})
			d.MaxBody = 1 << 50
			base, flight := ending(t, d)
			closed := make(chan struct{})
			method := http.MethodGet
			if test.body != nil {
				method = http.MethodPost
			}
			request, err := http.NewRequestWithContext(t.Context(), method, base+"/", test.body)
			require.NoError(t, err)
			go func() {
				defer close(closed)
				answer, err := http.DefaultClient.Do(request)
				if err != nil {
					return
				}
				defer answer.Body.Close()
				if test.reads {
					_, err = io.Copy(io.Discard, answer.Body)
					require.True(t, err != nil || answer.StatusCode == http.StatusBadGateway, "it looks complete")
				} else {
					<-flight.left
				}
			}()
			<-began
			flight.endSession()
			within(t, "the flight is over", flight.left)
			within(t, "the client's connection is closed", closed)
			within(t, "the downstream knows", told)
		})
	}
}

// TestAnUploadThatHasStoppedEndsWithItsSession speaks by hand: net/http's client waits for its own body.
func TestAnUploadThatHasStoppedEndsWithItsSession(t *testing.T) {
	began := make(chan struct{})
	d := served(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadFull(r.Body, make([]byte, 5))
		close(began)
		_, _ = io.Copy(io.Discard, r.Body)
	})
	base, flight := ending(t, d)
	c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(base, "http://"), "/api/down"))
	require.NoError(t, err)
	defer c.Close()
	_, err = fmt.Fprint(c, "POST /api/down/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
	require.NoError(t, err)
	<-began
	flight.endSession()
	require.NoError(t, c.SetReadDeadline(time.Now().Add(time.Second)))
	_, err = io.Copy(io.Discard, c)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
	within(t, "the flight is over", flight.left)
}

func TestAWebSocketIsToldWhyItEndsWithItsSession(t *testing.T) {
	for name, chatty := range map[string]bool{"silent": false, "chatty": true} {
		t.Run(name, func(t *testing.T) {
			told := make(chan error, 1)
			d := served(t, func(w http.ResponseWriter, r *http.Request) {
				c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
				if err != nil {
					return
				}
				if chatty {
					go func() {
						for c.Write(context.Background(), websocket.MessageText, []byte(strings.Repeat("x", 3000))) == nil {
						}
					}()
				}
				for err == nil {
					_, _, err = c.Read(context.Background())
				}
				told <- err
			})
			base, flight := ending(t, d)
			c, _, err := websocket.Dial(t.Context(), base+"/", nil)
			require.NoError(t, err)
			require.NoError(t, c.Write(t.Context(), websocket.MessageText, []byte("hello")))
			began := time.Now()
			flight.endSession()
			for err == nil {
				_, _, err = c.Read(t.Context())
			}
			require.Equal(t, websocket.StatusCode(4401), websocket.CloseStatus(err), "%v", err)
			require.Equal(t, websocket.StatusCode(4401), websocket.CloseStatus(<-told))
			within(t, "the flight is over", flight.left)
			require.Less(t, time.Since(began), time.Second)
		})
	}
}

// TestNothingTouchesAWebSocketsConnectionOnceItIsOver has both sides hang up before the goodbye of an
// end has got its turn: the server gives the connection to others when the relay returns.
func TestNothingTouchesAWebSocketsConnectionOnceItIsOver(t *testing.T) {
	here, client := net.Pipe()
	there, downstream := net.Pipe()
	flight := &controlled{left: make(chan struct{})}
	r := newRelay(here, &link{Conn: there, in: bufio.NewReader(there), out: bufio.NewWriter(there)})
	over := make(chan struct{})
	go func() {
		defer close(over)
		r.run([]byte("101"), time.Minute, flight)
	}()
	_, err := io.ReadFull(client, make([]byte, 3))
	require.NoError(t, err)
	<-r.here.turn
	flight.endSession()
	require.NoError(t, client.Close())
	require.NoError(t, downstream.Close())
	select {
	case <-over:
		require.Fail(t, "it has returned, and a goodbye is still to be said")
	case <-time.After(turnIn / 3):
	}
	r.here.turn <- struct{}{}
	<-over
	require.Nil(t, flight.end)
}

// TestAWebSocketsClientIsToldAlsoWhenItsDownstreamHangsUpFirst has the downstream leave as soon as it has
// been told, before the client's goodbye has got its turn.
func TestAWebSocketsClientIsToldAlsoWhenItsDownstreamHangsUpFirst(t *testing.T) {
	here, client := net.Pipe()
	there, downstream := net.Pipe()
	flight := &controlled{left: make(chan struct{})}
	r := newRelay(here, &link{Conn: there, in: bufio.NewReader(there), out: bufio.NewWriter(there)})
	go r.run([]byte("101"), time.Minute, flight)
	_, err := io.ReadFull(client, make([]byte, 3))
	require.NoError(t, err)
	<-r.here.turn
	flight.endSession()
	_, err = io.ReadFull(downstream, make([]byte, 10))
	require.NoError(t, err)
	require.NoError(t, downstream.Close())
	<-time.After(turnIn / 3) // for the relay to see it
	r.here.turn <- struct{}{}
	require.NoError(t, client.SetReadDeadline(time.Now().Add(10*time.Second)))
	head, err := ws.ReadHeader(client)
	require.NoError(t, err)
	payload := make([]byte, head.Length)
	_, err = io.ReadFull(client, payload)
	require.NoError(t, err)
	code, _ := ws.ParseCloseFrameData(payload)
	require.Equal(t, statusEnded, code)
	require.NoError(t, client.Close())
}

// TestAWebSocketInTheMiddleOfAFrameEndsAllTheSame has a downstream that announces more than it sends,
// and a client that does not read.
func TestAWebSocketInTheMiddleOfAFrameEndsAllTheSame(t *testing.T) {
	for name, send := range map[string]string{
		"a frame that does not end": "\x82\x7e\xff\xffbeginning",
		"no frame at all":           "\x83\x00",
		"a masked one":              "\x82\x81abcdx",
	} {
		t.Run(name, func(t *testing.T) {
			d := raw(t, func(c net.Conn, r *bufio.Reader) {
				request, err := http.ReadRequest(r)
				if err != nil {
					return
				}
				fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n%s",
					accept(request.Header.Get("Sec-Websocket-Key")), send)
				_, _ = io.Copy(io.Discard, c)
			})
			base, flight := ending(t, d)
			c, _, err := websocket.Dial(t.Context(), base+"/", nil)
			require.NoError(t, err)
			flight.endSession()
			_, _, err = c.Read(t.Context())
			require.Error(t, err)
			within(t, "the flight is over", flight.left)
		})
	}
}

func TestNothingBeginsForASessionThatHasEnded(t *testing.T) {
	d := served(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "here you are") })
	base, flight := ending(t, d)
	flight.endSession()
	status, body, _ := get(t, base+"/")
	require.Equal(t, http.StatusBadGateway, status, "%s: the caller knows that the session has ended", body)
}

func TestAClientThatLeavesBeforeTheSwitchLeavesNothingBehind(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	d := raw(t, func(c net.Conn, r *bufio.Reader) {
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		close(asked)
		<-release
		fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
			accept(request.Header.Get("Sec-Websocket-Key")))
		_, _ = io.Copy(io.Discard, c)
	})
	base, flight := ending(t, d)
	c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(base, "http://"), "/api/down"))
	require.NoError(t, err)
	_, err = fmt.Fprint(c, "GET /api/down/ HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
	require.NoError(t, err)
	<-asked
	require.NoError(t, c.(*net.TCPConn).SetLinger(0)) // it leaves with a reset
	require.NoError(t, c.Close())
	close(release)
	<-flight.left
}

// accept is the answer to a key (RFC 6455, 4.2.2).
func accept(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // the RFC's choice
	return base64.StdEncoding.EncodeToString(sum[:])
}

func TestHangingUpWaitsForNobodyWhoIsStillSending(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &fasthttp.Server{StreamRequestBody: true, Handler: func(ctx *fasthttp.RequestCtx) {
		hung := make(chan struct{})
		go func() { HangUp(ctx); close(hung) }()
		<-hung
	}}
	go func() { _ = server.Serve(patience.Listener(listener, time.Minute)) }()
	t.Cleanup(func() { _ = listener.Close() })
	c, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	defer c.Close()
	_, _ = fmt.Fprint(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", strings.Repeat("x", 200_000)) // it may be over before that
	_, err = io.ReadAll(c)
	require.ErrorIs(t, err, syscall.ECONNRESET)
}
