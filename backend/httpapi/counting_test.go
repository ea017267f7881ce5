package httpapi_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"vestibule/backend/event"
	"vestibule/backend/session"
	"vestibule/backend/user"
)

// countingSessions counts the look-ups that go through it, and can hold rotations until all that a
// test expects are there.
type countingSessions struct {
	session.Store
	finds, slides atomic.Int64
	together      atomic.Pointer[sync.WaitGroup]
}

func (c *countingSessions) around(s session.Store) session.Store {
	c.Store = s
	return c
}

func (c *countingSessions) Find(ctx context.Context, kind session.Kind, key string) (session.Session, error) {
	c.finds.Add(1)
	return c.Store.Find(ctx, kind, key)
}

func (c *countingSessions) Rotate(ctx context.Context, rotation session.Rotation) (session.Session, error) {
	if all := c.together.Load(); all != nil {
		all.Done()
		all.Wait()
	}
	return c.Store.Rotate(ctx, rotation)
}

// watchedUsers notes which addresses are looked up, and can hold one look-up: whoever is held has a
// slot of the hasher meanwhile.
type watchedUsers struct {
	user.Store
	mu      sync.Mutex
	byEmail int
	hold    string
	held    chan struct{} // closed once somebody is held
	release chan struct{}
}

func (w *watchedUsers) around(s user.Store) user.Store {
	w.Store = s
	return w
}

func (w *watchedUsers) ByEmail(ctx context.Context, key string) (user.User, string, error) {
	w.mu.Lock()
	w.byEmail++
	holding := w.hold != "" && key == w.hold
	w.mu.Unlock()
	if holding {
		close(w.held)
		<-w.release
	}
	return w.Store.ByEmail(ctx, key)
}

// lookUps counts the look-ups by address since it was last asked.
func (w *watchedUsers) lookUps() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := w.byEmail
	w.byEmail = 0
	return n
}

// countingAttempts counts what is asked of the limits.
type countingAttempts struct {
	user.Attempts
	blocked, fail, forget atomic.Int64
}

func (c *countingAttempts) around(a user.Attempts) user.Attempts {
	c.Attempts = a
	return c
}

func (c *countingAttempts) Blocked(ctx context.Context, limits []user.Limit) (time.Duration, error) {
	c.blocked.Add(1)
	return c.Attempts.Blocked(ctx, limits)
}

func (c *countingAttempts) Fail(ctx context.Context, limits []user.Limit, e event.Event) error {
	c.fail.Add(1)
	return c.Attempts.Fail(ctx, limits, e)
}

func (c *countingAttempts) Forget(ctx context.Context, keys []string, e event.Event) error {
	c.forget.Add(1)
	return c.Attempts.Forget(ctx, keys, e)
}

// taken gives the three counts since it was last asked.
func (c *countingAttempts) taken() [3]int64 {
	return [3]int64{c.blocked.Swap(0), c.fail.Swap(0), c.forget.Swap(0)}
}

func (c *countingSessions) Slide(ctx context.Context, slides []session.Slide) ([]session.Slid, error) {
	c.slides.Add(int64(len(slides)))
	return c.Store.Slide(ctx, slides)
}

// holding is a downstream that says that a request is there, and answers when it is let go.
func holding(inside, release chan struct{}) http.HandlerFunc {
	return func(http.ResponseWriter, *http.Request) {
		close(inside)
		<-release
	}
}
