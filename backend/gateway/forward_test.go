package gateway

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestNoRequestEverGetsAnothersAnswer mixes, on one pool of connections, everything after which a
// connection has been seen to carry somebody else's bytes: an early 103, a 101 that nobody asked for,
// abandoned downloads and streams, an answer with more bytes than it said.
func TestNoRequestEverGetsAnothersAnswer(t *testing.T) {
	tries := 10_000
	if testing.Short() {
		tries = 1_000
	}
	t.Run("over http", func(t *testing.T) { mixed(t, front(t, raw(t, muddle)), tries) })
	t.Run("over https", func(t *testing.T) {
		at, _ := overTLS(t, muddle)
		mixed(t, at, tries/4)
	})
}

// overTLS is a downstream that speaks TLS, and its front.
func overTLS(t *testing.T, handle func(net.Conn, *bufio.Reader)) (string, *upstream) {
	t.Helper()
	lender := httptest.NewTLSServer(http.NotFoundHandler()) // lends its certificate
	t.Cleanup(lender.Close)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", lender.TLS)
	require.NoError(t, err)
	at, u := frontOf(t, rawOn(t, "https", listener, handle))
	u.roots = x509.NewCertPool()
	u.roots.AddCert(lender.Certificate())
	return at, u
}

func muddle(c net.Conn, r *bufio.Reader) {
	for {
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		kind, nonce := request.URL.Query().Get("kind"), request.URL.Query().Get("nonce")
		body := "nonce=" + nonce
		switch kind {
		case "early":
			fmt.Fprintf(c, "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n")
		case "switch":
			fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			continue
		case "earlyswitch":
			fmt.Fprintf(c, "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			continue
		case "download":
			body += strings.Repeat("-"+nonce, 4000)
		case "stream":
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
			for range 50 {
				if _, err := fmt.Fprintf(c, "%x\r\n%s\r\n", len(body), body); err != nil {
					return
				}
			}
			fmt.Fprint(c, "0\r\n\r\n")
			continue
		case "toolong":
			fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%sHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother", len(body), body)
			continue
		}
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
}

func mixed(t *testing.T, base string, tries int) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	kinds := []string{"plain", "early", "plain", "download", "stream", "plain", "switch", "plain", "toolong", "plain", "earlyswitch", "plain"}
	var next, right, refused atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for n := next.Add(1); n <= int64(tries); n = next.Add(1) {
				kind, nonce := kinds[n%int64(len(kinds))], strconv.FormatInt(n, 10)
				answer, err := client.Get(base + "/?kind=" + kind + "&nonce=" + nonce)
				if err != nil {
					refused.Add(1)
					continue
				}
				if kind == "download" || kind == "stream" { // and leave in the middle
					first := make([]byte, len("nonce=")+len(nonce))
					_, err = io.ReadFull(answer.Body, first)
					if err != nil || string(first) != "nonce="+nonce {
						t.Errorf("%s %s got %q, %v", kind, nonce, first, err)
					}
					_ = answer.Body.Close()
					continue
				}
				body, err := io.ReadAll(answer.Body)
				_ = answer.Body.Close()
				switch {
				case err != nil, answer.StatusCode == http.StatusBadGateway:
					refused.Add(1)
				case string(body) != "nonce="+nonce:
					t.Errorf("%s %s got %d %.80q", kind, nonce, answer.StatusCode, body)
				default:
					right.Add(1)
				}
			}
		})
	}
	all.Wait()
	t.Logf("%d right, %d refused of %d", right.Load(), refused.Load(), tries)
	require.Greater(t, right.Load(), int64(tries)/2)
}

// TestWhatComesLateIsNobodysAnswer has a downstream send, after an answer is complete, what looks like
// another one; the next request must not get it, and must be answered.
func TestWhatComesLateIsNobodysAnswer(t *testing.T) {
	const poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
	for name, answer := range map[string]string{
		"GET with bytes": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET with 204": "HTTP/1.1 204 No Content\r\n\r\n",
		"GET with 304": "HTTP/1.1 304 Not Modified\r\n\r\n", "HEAD": "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n",
	} {
		for _, scheme := range []string{"http", "https"} {
			for next, body := range map[string]string{"GET": "", "DELETE": "", "POST": " and whole"} {
				t.Run(fmt.Sprint(next, " after ", name, " over ", scheme), func(t *testing.T) {
					goOn, late := make(chan struct{}), make(chan struct{})
					var asked atomic.Int64
					handle := func(c net.Conn, r *bufio.Reader) {
						for {
							request, err := http.ReadRequest(r)
							if err != nil {
								return
							}
							body, _ := io.ReadAll(request.Body)
							if asked.Add(1) > 1 {
								fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\nmine%s", 4+len(body), body)
								continue
							}
							fmt.Fprint(c, answer)
							<-goOn
							fmt.Fprint(c, poison)
							close(late)
						}
					}
					var base string
					if scheme == "http" {
						base = front(t, raw(t, handle))
					} else {
						base, _ = overTLS(t, handle)
					}
					method, _, _ := strings.Cut(name, " ")
					ask := func(method, body string) string {
						request, err := http.NewRequest(method, base+"/", strings.NewReader(body))
						require.NoError(t, err)
						got, err := http.DefaultClient.Do(request)
						require.NoError(t, err)
						defer got.Body.Close()
						text, _ := io.ReadAll(got.Body)
						return fmt.Sprint(got.StatusCode, " ", string(text))
					}
					ask(method, "")
					close(goOn)
					<-late
					require.Equal(t, "200 mine"+body, ask(next, body), "nothing was sent: so may what is unsafe be")
				})
			}
		}
	}
}

func TestADownstreamThatIsSlowGoneOrBrokenIsAProblemNotAGuess(t *testing.T) {
	stop := make(chan struct{})
	t.Cleanup(func() { close(stop) })
	slow := raw(t, func(_ net.Conn, r *bufio.Reader) { _, _ = http.ReadRequest(r); <-stop })
	slow.HeaderTimeout = 100 * time.Millisecond
	status, body, _ := get(t, front(t, slow)+"/")
	require.Equal(t, "504 gateway_timeout", fmt.Sprint(status, " ", body))

	gone := downstream(t, "down", "http://127.0.0.1:1")
	status, body, _ = get(t, front(t, gone)+"/")
	require.Equal(t, "502 bad_gateway", fmt.Sprint(status, " ", body))

	for _, answer := range []string{"", "HTTP/1.1", "rubbish\r\n\r\n", "HTTP/1.1 302 Found\r\nLocation: https://evil.example.com/\r\nContent-Length: 0\r\n\r\n"} {
		broken := raw(t, func(c net.Conn, r *bufio.Reader) {
			if _, err := http.ReadRequest(r); err == nil {
				fmt.Fprint(c, answer)
			}
		})
		status, body, _ = get(t, front(t, broken)+"/")
		require.Equal(t, "502 bad_gateway", fmt.Sprint(status, " ", body), "%q", answer)
	}
}

func TestABodyOverTheLimitIsRefused(t *testing.T) {
	var whole atomic.Bool
	d := served(t, func(_ http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err == nil {
			whole.Store(true)
		}
	})
	d.MaxBody = 1000
	base := front(t, d)
	answer, err := http.Post(base+"/", "text/plain", strings.NewReader(strings.Repeat("x", 1001)))
	require.NoError(t, err)
	require.Equal(t, 413, answer.StatusCode)
	_ = answer.Body.Close()
	answer, err = http.Post(base+"/", "text/plain", io.MultiReader(strings.NewReader(strings.Repeat("x", 2000)))) // chunked
	if err == nil {
		require.Equal(t, 413, answer.StatusCode)
		_ = answer.Body.Close()
	}
	require.False(t, whole.Load())
	answer, err = http.Post(base+"/", "text/plain", strings.NewReader(strings.Repeat("x", 1000)))
	require.NoError(t, err)
	require.Equal(t, 200, answer.StatusCode)
	_ = answer.Body.Close()
}

func TestAPostIsNeverSentTwice(t *testing.T) {
	var posts, gets atomic.Int64
	d := raw(t, func(c net.Conn, r *bufio.Reader) {
		for n := 0; ; n++ {
			request, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			_, _ = io.Copy(io.Discard, request.Body)
			if request.Method == http.MethodPost {
				posts.Add(1)
			} else {
				gets.Add(1)
			}
			if n > 0 {
				return // take the request, then hang up without a word
			}
			fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}
	})
	base := front(t, d)
	status, _, _ := get(t, base+"/")
	require.Equal(t, 200, status)
	answer, err := http.Post(base+"/", "text/plain", strings.NewReader("once"))
	require.NoError(t, err)
	_ = answer.Body.Close()
	require.Equal(t, 502, answer.StatusCode)
	require.EqualValues(t, 1, posts.Load())

	status, _, _ = get(t, base+"/")
	require.Equal(t, 200, status)
	status, _, _ = get(t, base+"/") // meets the kept connection, which hangs up; then a new one
	require.Equal(t, 200, status)
	require.EqualValues(t, 4, gets.Load())
}

func TestAGetPassesOverEveryKeptConnectionThatHangsUp(t *testing.T) {
	const kept = 3
	arrived, goOn := make(chan struct{}, 2*kept), make(chan struct{})
	base := front(t, raw(t, func(c net.Conn, r *bufio.Reader) {
		if _, err := http.ReadRequest(r); err != nil {
			return
		}
		arrived <- struct{}{}
		<-goOn
		fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		_, _ = http.ReadRequest(r) // take the next request, then hang up without a word
	}))
	askAtOnce(t, base, kept, arrived, goOn)
	status, _, _ := get(t, base+"/")
	require.Equal(t, 200, status)
	require.Len(t, arrived, 1, "a new connection")
}

func TestWhatArrivesDownstreamIsWhatWasSentByteForByte(t *testing.T) {
	d := raw(t, func(c net.Conn, r *bufio.Reader) {
		var head strings.Builder
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			if head.WriteString(line); line == "\r\n" {
				break
			}
		}
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", head.Len(), head.String())
	})
	_, head, _ := get(t, front(t, d)+"/caf%C3%A9/a;b=c/%2541?q=%2e%2e/../x&&y=")
	require.True(t, strings.HasPrefix(head, "GET /caf%C3%A9/a;b=c/%2541?q=%2e%2e/../x&&y= HTTP/1.1\r\n"), head)
	require.Equal(t, 1, strings.Count(strings.ToLower(head), "authorization:"))
	require.Contains(t, head, "Authorization: Bearer test-token\r\n")
	require.NotContains(t, strings.ToLower(head), "content-type")
}

func TestAnswersWithoutABodyAndHEADAreRight(t *testing.T) {
	d := served(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/204":
			w.WriteHeader(http.StatusNoContent)
		case "/304":
			w.Header().Set("ETag", `"1"`)
			w.WriteHeader(http.StatusNotModified)
		default:
			w.Header().Set("Content-Type", "text/plain")
			w.Header().Set("Content-Length", "5")
			_, _ = io.WriteString(w, "hello")
		}
	})
	base := front(t, d)
	for _, want := range []int{204, 304} {
		status, body, _ := get(t, base+"/"+strconv.Itoa(want))
		require.Equal(t, want, status)
		require.Empty(t, body)
	}
	answer, err := http.Head(base + "/x")
	require.NoError(t, err)
	_ = answer.Body.Close()
	require.EqualValues(t, 5, answer.ContentLength)
	status, body, header := get(t, base+"/x")
	require.Equal(t, "200 hello", fmt.Sprint(status, " ", body))
	require.Equal(t, []string{"text/plain", "sandbox", "nosniff", "no-store"},
		[]string{header.Get("Content-Type"), header.Get("Content-Security-Policy"), header.Get("X-Content-Type-Options"), header.Get("Cache-Control")})
}

func TestADownstreamThatIsFullAsksToComeBack(t *testing.T) {
	inside, release := make(chan struct{}), make(chan struct{})
	d := served(t, func(http.ResponseWriter, *http.Request) {
		inside <- struct{}{}
		<-release
	})
	base, u := frontOf(t, d)
	u.pool.most = 2
	done := make(chan int)
	for range 2 {
		go func() {
			status, _, _ := get(t, base+"/")
			done <- status
		}()
		<-inside
	}
	status, body, _ := get(t, base+"/")
	require.Equal(t, []any{503, "busy"}, []any{status, body})
	close(release)
	require.Equal(t, []int{200, 200}, []int{<-done, <-done})
	require.Positive(t, ErrBusy.RetryAfter)
	require.Eventually(t, func() bool { return u.under() == 0 }, 10*time.Second, time.Millisecond)
}

// TestABodyIsPartOfItsRequestWhateverTheMethod would see what is in the body as a request, if it were not.
func TestABodyIsPartOfItsRequestWhateverTheMethod(t *testing.T) {
	const hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		for name, body := range map[string]string{
			"by length":  fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(hidden), hidden),
			"in chunks":  fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(hidden), hidden),
			"none":       "Content-Length: 0\r\n\r\n",
			"none named": "\r\n",
		} {
			t.Run(method+" "+name, func(t *testing.T) {
				var mu sync.Mutex
				var seen []string
				d := served(t, func(_ http.ResponseWriter, r *http.Request) {
					text, err := io.ReadAll(r.Body)
					mu.Lock()
					defer mu.Unlock()
					seen = append(seen, fmt.Sprint(r.Method, " ", r.URL.Path, " ", len(text), " ", err))
				})
				base := front(t, d)
				c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(base, "http://"), "/api/down"))
				require.NoError(t, err)
				defer c.Close()
				_, err = fmt.Fprintf(c, "%s /api/down/first HTTP/1.1\r\nHost: x\r\n%s", method, body)
				require.NoError(t, err)
				answer, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
				require.NoError(t, err)
				_ = answer.Body.Close()
				get(t, base+"/second")
				n := 0
				if strings.HasPrefix(name, "by") || strings.HasPrefix(name, "in") {
					n = len(hidden)
				}
				mu.Lock()
				defer mu.Unlock()
				require.Equal(t, []string{fmt.Sprint(method, " /first ", n, " <nil>"), "GET /second 0 <nil>"}, seen)
			})
		}
	}
}

// askAtOnce has so many requests under way at once, each on a connection of its own, and lets them go on when
// all have arrived.
func askAtOnce(t *testing.T, base string, n int, arrived <-chan struct{}, goOn chan<- struct{}) {
	var all sync.WaitGroup
	for range n {
		all.Go(func() { _, _, _ = get(t, base+"/") })
	}
	for range n {
		<-arrived
	}
	close(goOn)
	all.Wait()
}
