package gateway

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

func TestEventsOfAStreamArriveAsTheyAreSent(t *testing.T) {
	goOn := make(chan struct{})
	d := served(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for n := range 5 {
			fmt.Fprintf(w, "data: %d\n\n", n)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-goOn: // the next one only when the reader has this one
			case <-r.Context().Done():
				return
			}
		}
	})
	answer, err := http.Get(front(t, d) + "/")
	require.NoError(t, err)
	defer answer.Body.Close()
	lines := bufio.NewReader(answer.Body)
	for n := range 5 {
		line, err := lines.ReadString('\n')
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("data: %d\n", n), line)
		_, _ = lines.ReadString('\n')
		goOn <- struct{}{}
	}
}

func TestAStreamOutlivesTheLimitForTheHeadOfAnAnswer(t *testing.T) {
	d := served(t, func(w http.ResponseWriter, _ *http.Request) {
		ticker := time.NewTicker(100 * time.Millisecond)
		defer ticker.Stop()
		for n := range 20 {
			fmt.Fprintf(w, "%d\n", n)
			_ = http.NewResponseController(w).Flush()
			<-ticker.C
		}
	})
	d.HeaderTimeout, d.IdleTimeout = time.Second, time.Second
	status, body, _ := get(t, front(t, d)+"/")
	require.Equal(t, 200, status)
	require.Equal(t, 20, strings.Count(body, "\n"), "two seconds of it")
}

func TestBodiesStreamBothWaysWithoutBeingHeld(t *testing.T) {
	const piece = 64 << 10
	size := 256 << 20
	if os.Getenv("VESTIBULE_CHAOS") != "" {
		size = 1 << 30
	}
	began := make(chan struct{})
	d := served(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.Header().Set("Content-Length", strconv.Itoa(size))
			_, _ = io.CopyN(w, endless{}, int64(size))
			return
		}
		n, _ := io.CopyN(io.Discard, r.Body, piece)
		close(began)
		rest, err := io.Copy(io.Discard, r.Body)
		_, _ = fmt.Fprint(w, n+rest, err)
	})
	d.MaxBody = int64(size)
	base := front(t, d)
	for _, length := range []int64{int64(size), -1} {
		began = make(chan struct{})
		before := allocated()
		reader, writer := io.Pipe()
		go func() {
			_, _ = io.CopyN(writer, endless{}, 4*piece)
			<-began // the rest only once the beginning has arrived
			_, _ = io.CopyN(writer, endless{}, int64(size-4*piece))
			_ = writer.Close()
		}()
		request, err := http.NewRequest(http.MethodPost, base+"/", reader)
		require.NoError(t, err)
		request.ContentLength = length
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		_ = answer.Body.Close()
		require.Equal(t, fmt.Sprint(size, " <nil>"), string(body))
		require.Less(t, allocated()-before, uint64(16<<20))
	}
	before := allocated()
	answer, err := http.Get(base + "/")
	require.NoError(t, err)
	defer answer.Body.Close()
	n, err := io.Copy(io.Discard, answer.Body)
	require.NoError(t, err)
	require.EqualValues(t, size, n)
	require.Less(t, allocated()-before, uint64(16<<20))
}

// allocated is how much memory was ever asked for: a body that is held anywhere shows in it.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestADownstreamThatAnswersBeforeTheUploadIsDoneIsHeard(t *testing.T) {
	d := raw(t, func(c net.Conn, r *bufio.Reader) {
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		fmt.Fprint(c, "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nno!")
		_, _ = io.Copy(io.Discard, request.Body) // as net/http and nginx do for a while
	})
	answer, err := http.Post(front(t, d)+"/", "text/plain", io.LimitReader(endless{}, 1<<20))
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, "413 no!", fmt.Sprint(answer.StatusCode, " ", string(body)))
}

func TestACutUploadArrivesAsCut(t *testing.T) {
	for name, head := range map[string]string{
		"by length": "Content-Length: 1000000\r\n\r\n" + strings.Repeat("x", 8<<10), // see Forward
		"by chunks": "Transfer-Encoding: chunked\r\n\r\n1388\r\n" + strings.Repeat("x", 5000) + "\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			seen := make(chan error, 1)
			arrived := make(chan struct{})
			d := served(t, func(_ http.ResponseWriter, r *http.Request) {
				_, err := io.ReadFull(r.Body, make([]byte, 5000))
				close(arrived)
				if err == nil {
					_, err = io.ReadAll(r.Body)
				}
				seen <- err
			})
			c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(front(t, d), "http://"), "/api/down"))
			require.NoError(t, err)
			fmt.Fprintf(c, "POST /api/down/ HTTP/1.1\r\nHost: x\r\n%s", head)
			<-arrived
			require.NoError(t, c.Close())
			require.Error(t, <-seen)
		})
	}
}

func TestAnAnswerThatBreaksOffArrivesBroken(t *testing.T) {
	for name, answer := range map[string]string{
		"by length": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
		"by chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			d := raw(t, func(c net.Conn, r *bufio.Reader) {
				if _, err := http.ReadRequest(r); err == nil {
					fmt.Fprint(c, answer)
				}
			})
			got, err := http.Get(front(t, d) + "/")
			require.NoError(t, err)
			defer got.Body.Close()
			_, err = io.ReadAll(got.Body)
			require.Error(t, err)
		})
	}
}

func TestAWebSocketIsTunnelledBothWays(t *testing.T) {
	d := served(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/refused" {
			http.Error(w, "no", http.StatusTeapot)
			return
		}
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer func() { _ = c.CloseNow() }()
		_ = c.Write(r.Context(), websocket.MessageText, []byte("first: "+r.Header.Get("Authorization")+r.Header.Get("Cookie")))
		c.SetReadLimit(1 << 20)
		for {
			kind, message, err := c.Read(r.Context())
			if err != nil {
				return
			}
			_ = c.Write(r.Context(), kind, message)
		}
	})
	base := front(t, d)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	c, answer, err := websocket.Dial(ctx, base+"/", &websocket.DialOptions{HTTPHeader: http.Header{"Cookie": {"__Host-session=x"}, "Authorization": {"Bearer forged"}}})
	require.NoError(t, err)
	require.Equal(t, 101, answer.StatusCode)
	c.SetReadLimit(1 << 20)
	_, message, err := c.Read(ctx)
	require.NoError(t, err)
	require.Equal(t, "first: Bearer test-token", string(message))
	large := bytes.Repeat([]byte("0123456789abcdef"), 16<<10)
	for _, sent := range [][]byte{[]byte("hello"), large, {}} {
		require.NoError(t, c.Write(ctx, websocket.MessageBinary, sent))
		_, message, err = c.Read(ctx)
		require.NoError(t, err)
		require.True(t, bytes.Equal(sent, message))
	}
	require.NoError(t, c.Close(websocket.StatusNormalClosure, ""))

	_, answer, err = websocket.Dial(ctx, base+"/refused", nil)
	require.Error(t, err)
	require.Equal(t, http.StatusTeapot, answer.StatusCode)
}

func TestARefusedWebSocketIsBoundedInTimeAndAnInterimAnswerIsPassedOver(t *testing.T) {
	d := raw(t, func(c net.Conn, r *bufio.Reader) {
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if request.URL.Path == "/refused" {
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe") // and no more
		} else {
			fmt.Fprint(c, "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 401 Unauthorized\r\nContent-Length: 3\r\n\r\nno!")
		}
		_, _ = io.Copy(io.Discard, c)
	})
	d.HeaderTimeout = 200 * time.Millisecond
	base, u := frontOf(t, d)
	_, answer, err := websocket.Dial(t.Context(), base+"/refused", nil)
	require.Error(t, err)
	require.Equal(t, http.StatusGatewayTimeout, answer.StatusCode)
	_, answer, err = websocket.Dial(t.Context(), base+"/", nil)
	require.Error(t, err)
	require.Equal(t, http.StatusUnauthorized, answer.StatusCode)
	require.Zero(t, u.under())
}

func TestATunnelEndsForBothWhenOneSideEndsOrNobodySaysAnything(t *testing.T) {
	for name, leaves := range map[string]bool{"the downstream leaves": true, "nobody says anything": false} {
		t.Run(name, func(t *testing.T) {
			gone := make(chan struct{})
			d := served(t, func(w http.ResponseWriter, r *http.Request) {
				c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
				if err != nil {
					return
				}
				if leaves {
					_ = c.CloseNow()
				}
				_, _, _ = c.Read(context.Background())
				close(gone)
			})
			d.IdleTimeout = 300 * time.Millisecond
			if leaves {
				d.IdleTimeout = time.Hour
			}
			base, u := frontOf(t, d)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			c, _, err := websocket.Dial(ctx, base+"/", nil)
			require.NoError(t, err)
			_, _, err = c.Read(ctx)
			require.Error(t, err)
			require.NoError(t, ctx.Err(), "the client still waits")
			<-gone
			require.Eventually(t, func() bool { return u.under() == 0 }, 10*time.Second, time.Millisecond)
		})
	}
}
