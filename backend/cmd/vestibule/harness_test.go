package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
)

const (
	readyWithin = 60 * time.Second // a new cluster, on a machine that does other things too
	endsWithin  = 30 * time.Second
)

// asProgram makes the test binary be the program, for tests that have to kill it.
const asProgram = "VESTIBULE_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	pgtest.Main(m)
}

// running is a replica within this process.
type running struct {
	t             *testing.T
	url, internal string
	out, err      *output
	stop          context.CancelFunc
	code          chan int
}

// output is a stream that can be waited for.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func newOutput() *output { return &output{more: make(chan struct{}, 1)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.more <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// start runs a command until the test ends, and waits until it serves.
func start(t *testing.T, environ []string, args ...string) *running {
	t.Helper()
	public, internal := freePort(t), freePort(t)
	environ = append([]string{
		"VESTIBULE_LISTEN=127.0.0.1:" + public, "VESTIBULE_INTERNAL_LISTEN=127.0.0.1:" + internal,
		"PATH=" + os.Getenv("PATH"),
	}, environ...)
	ctx, stop := context.WithCancel(context.Background())
	r := &running{t: t, url: "http://127.0.0.1:" + public, internal: "http://127.0.0.1:" + internal,
		out: newOutput(), err: newOutput(), stop: stop, code: make(chan int, 1)}
	go func() { r.code <- program{out: r.out, err: r.err, environ: environ}.run(ctx, args) }()
	t.Cleanup(func() { r.end() })
	r.says("ready at ")
	return r
}

// says waits until the command has written words to its output.
func (r *running) says(words string) {
	r.t.Helper()
	limit := time.After(readyWithin)
	for !strings.Contains(r.out.String(), words) {
		select {
		case <-r.out.more:
		case code := <-r.code:
			r.code <- code
			r.t.Fatalf("it ended with %d before it said %q: %s", code, words, r.err)
		case <-limit:
			r.t.Fatalf("it has not said %q within %s: %s", words, readyWithin, r.err)
		}
	}
}

// end stops it, and gives its exit code.
func (r *running) end() int {
	r.t.Helper()
	r.stop()
	select {
	case code := <-r.code:
		r.code <- code
		return code
	case <-time.After(endsWithin):
		r.t.Errorf("it does not end within %s: %s", endsWithin, r.err)
		return -1
	}
}

// run runs a command that ends by itself.
func run(environ []string, args ...string) (code int, out, err string) {
	var o, e bytes.Buffer
	code = program{out: &o, err: &e, environ: environ}.run(context.Background(), args)
	return code, o.String(), e.String()
}

// freePort gives one that the system does not hand out by itself.
func freePort(t *testing.T) string {
	t.Helper()
	for range 100 {
		port := fmt.Sprint(12000 + rand.IntN(8000))
		if _, given := ports.LoadOrStore(port, true); given {
			continue // to somebody who may not listen yet
		}
		if listener, err := net.Listen("tcp", "127.0.0.1:"+port); err == nil {
			require.NoError(t, listener.Close())
			return port
		}
	}
	t.Fatal("no free port")
	return ""
}

// ports are those that freePort has given.
var ports sync.Map

// signIn gives the cookie of a new session.
func signIn(t *testing.T, at, email, password string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"email": email, "password": password})
	require.NoError(t, err)
	answer, err := http.Post(at+"/auth/login", "application/json", bytes.NewReader(body))
	require.NoError(t, err)
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	require.Equal(t, http.StatusOK, answer.StatusCode, string(text))
	cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	require.NotEmpty(t, cookie)
	return cookie
}

// ask sends a request with a cookie and gives the status and the body.
func ask(t *testing.T, method, url, cookie string) (int, string) {
	t.Helper()
	request, err := http.NewRequest(method, url, nil)
	require.NoError(t, err)
	request.Header.Set("Cookie", cookie)
	request.Header.Set("X-CSRF", "1")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, string(text)
}

// sidOf asks whose cookie it is.
func sidOf(t *testing.T, at, cookie string) string {
	t.Helper()
	status, body := ask(t, "GET", at+"/auth/session", cookie)
	require.Equal(t, http.StatusOK, status, body)
	var said struct{ Session struct{ SID string } }
	require.NoError(t, json.Unmarshal([]byte(body), &said))
	return said.Session.SID
}
