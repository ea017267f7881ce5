package verifier_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
)

const (
	within = 10 * time.Second // for what takes milliseconds
	beat   = ": beat\n\n"
)

// source plays Vestibule's feed: what a test says is what a follower reads.
type source struct {
	*httptest.Server
	t    *testing.T
	came chan *connection
	end  chan struct{} // closed with the test
}

// connection is one follower's.
type connection struct {
	t       *testing.T
	request *http.Request
	writing http.ResponseWriter
	done    chan struct{}
}

func newSource(t *testing.T) *source {
	t.Helper()
	s := &source{t: t, came: make(chan *connection), end: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &connection{t, r, w, make(chan struct{})}
		select {
		case s.came <- c:
			select { // not when it is left: a test may be writing
			case <-c.done:
			case <-s.end:
			}
		case <-r.Context().Done():
		case <-s.end:
		}
	}))
	t.Cleanup(func() { close(s.end); s.CloseClientConnections() })
	return s
}

// next waits for a follower, and leaves the answer to the test.
func (s *source) next() *connection {
	s.t.Helper()
	select {
	case c := <-s.came:
		return c
	case <-time.After(within):
		s.t.Fatal("nobody comes")
		return nil
	}
}

// opened is next, and begins the stream.
func (s *source) opened() *connection {
	s.t.Helper()
	c := s.next()
	c.typed("text/event-stream")
	c.say("")
	return c
}

func (c *connection) say(text ...string) {
	c.t.Helper()
	_, err := io.WriteString(c.writing, strings.Join(text, ""))
	require.NoError(c.t, err)
	require.NoError(c.t, http.NewResponseController(c.writing).Flush())
}

func (c *connection) typed(kind string) { c.writing.Header().Set("Content-Type", kind) }

// answers ends it with a status.
func (c *connection) answers(status int) {
	c.writing.WriteHeader(status)
	close(c.done)
}

func (c *connection) close() { close(c.done) }

func (c *connection) isLeft() {
	c.t.Helper()
	select {
	case <-c.request.Context().Done():
	case <-time.After(within):
		c.t.Fatal("it is still followed")
	}
}

// over is the event of one end.
func over(n int, sid string) string {
	return fmt.Sprintf("id: %d\nevent: ended\ndata: {\"sid\":%q,\"ended_at\":\"2026-11-24T12:00:00Z\",\"reason\":\"deleted\"}\n\n", n, sid)
}

// following is a downstream that follows the feed, by a clock that stands still.
type following struct {
	*vestibule
	*source
	t    *testing.T
	feed *verifier.Feed
	v    *verifier.Verifier
	stop context.CancelFunc
}

func follow(t *testing.T, when verifier.WhenStale, changes ...func(*verifier.FeedConfig)) *following {
	t.Helper()
	f := &following{t: t, vestibule: newVestibule(t), source: newSource(t)}
	config := verifier.FeedConfig{URL: f.URL + "/revocations", WhenStale: when, StaleAfter: time.Minute, Now: f.now}
	for _, change := range changes {
		change(&config)
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	f.stop = stop
	var err error
	f.feed, err = verifier.Follow(ctx, config)
	require.NoError(t, err)
	f.v = f.verifier(t, func(c *verifier.Config) { c.Feed = f.feed })
	return f
}

// of gives a token of a session; an empty one has none.
func (f *following) of(sid string) string {
	body := f.body()
	if body["sid"] = sid; sid == "" {
		delete(body, "sid")
	}
	return f.signer.sign(f.t, f.head(), body)
}

func (f *following) verify(sid string) error {
	claims, err := f.v.Verify(f.t.Context(), f.of(sid))
	if (claims == nil) != (err != nil) {
		f.t.Errorf("%v came with the claims %v", err, claims)
	}
	return err
}

// heard waits until all that was said has been read.
func (f *following) heard(c *connection, name string) {
	f.t.Helper()
	c.say(over(1<<40, name))
	f.refused(name)
}

// refused waits until a session's tokens are.
func (f *following) refused(sid string) {
	f.t.Helper()
	require.Eventually(f.t, func() bool { return errors.Is(f.verify(sid), verifier.ErrRevoked) }, within, time.Millisecond)
}

func (f *following) fresh() {
	f.t.Helper()
	require.Eventually(f.t, f.feed.Fresh, within, time.Millisecond)
	require.NoError(f.t, f.feed.Err())
}

func both(t *testing.T, test func(t *testing.T, when verifier.WhenStale)) {
	t.Run("required", func(t *testing.T) { test(t, verifier.Required) })
	t.Run("best effort", func(t *testing.T) { test(t, verifier.BestEffort) })
}
