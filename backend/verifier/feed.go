package verifier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

const (
	defaultStaleAfter = 2 * time.Second
	leastStaleAfter   = time.Second      // two beats of Vestibule's
	endedFor          = 16 * time.Minute // the longest life of a token, the leeway, and half a minute for the way
	mostEnded         = 1_000_000        // sessions: about 200 MB
	patience          = time.Second      // how long a token waits for the feed, at most
	patientFor        = 10 * time.Second // since the last beat: after that nobody waits
)

// WhenStale says what happens to a token while it is not known which sessions have ended, and which keys
// were revoked.
type WhenStale int

// The choices; there is no default. Either way, what is on the list is refused.
const (
	// Required refuses every token, with ErrStale: an outage of the feed is an outage of the service.
	Required WhenStale = iota + 1
	// BestEffort goes on by the signature alone: during an outage of the feed, a token of an ended
	// session may pass until it expires, and one by a revoked key as long as the JWKS is cached: five
	// minutes, or an hour where all of Vestibule is away.
	BestEffort
)

// FeedConfig says where the feed is, and what to do without it.
type FeedConfig struct {
	URL        string           // Vestibule's /revocations, on its internal listener; a redirect is not followed
	WhenStale  WhenStale        // Required or BestEffort
	StaleAfter time.Duration    // without a beat; 2 s by default, 1 s at least
	Client     *http.Client     // its Timeout is left out, since the feed has no end
	Now        func() time.Time // time.Now by default
}

// Feed is the list of sessions that have ended and of keys that were revoked, kept up with Vestibule's
// revocation feed. One is enough for a process: verifiers share it, and live as long. Safe for concurrent
// use.
//
// It is complete, and so fresh, from the first beat: Vestibule sends that when all it knew has been
// sent, and then twice a second, but only while it is proven that it hears of every end. So while it is
// fresh, a token is refused as soon as the end of its session, or of its key, has come through, which
// takes milliseconds;
// and with Required, whatever fails, a token passes for no longer than StaleAfter and a second after.
type Feed struct {
	config  FeedConfig
	client  *http.Client
	stopped <-chan struct{}
	waiting atomic.Int64  // callers that wait until it is fresh
	unsure  atomic.Int64  // callers whose key nobody knows, and who wait for a beat
	turn    atomic.Uint64 // how often a key was revoked
	hurry   chan struct{} // one of them has come
	waits   time.Duration // patience, but in tests

	mu    sync.RWMutex
	ended map[string]struct{} // by sid
	order []kept              // the same, oldest first
	beat  time.Time           // the last one; zero: it was never complete
	beats chan struct{}       // closed at the next one
	why   error               // of the last failure, nil after a beat

	revoked map[string]time.Time // keys, by kid, and until when they are remembered
	turns   chan struct{}        // closed when the next one is
	told    []func()             // called then

	resume position // of the goroutine that follows
}

type kept struct {
	sid   string
	until time.Time
}

// Follow follows the feed until ctx is done. It returns at once: a service may start before Vestibule
// does. The list begins empty, and stale.
func Follow(ctx context.Context, c FeedConfig) (*Feed, error) {
	if at, err := url.Parse(c.URL); err != nil || at.Host == "" || (at.Scheme != "http" && at.Scheme != "https") {
		return nil, fmt.Errorf("verifier: the feed's URL %q is no http or https URL", c.URL)
	}
	if c.WhenStale != Required && c.WhenStale != BestEffort {
		return nil, errors.New("verifier: WhenStale must be Required or BestEffort")
	}
	c.StaleAfter = cmp.Or(c.StaleAfter, defaultStaleAfter)
	if c.StaleAfter < leastStaleAfter {
		return nil, fmt.Errorf("verifier: StaleAfter %s is less than %s", c.StaleAfter, leastStaleAfter)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	client := *cmp.Or(c.Client, http.DefaultClient)
	client.Timeout = 0
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	f := &Feed{config: c, client: &client, stopped: ctx.Done(), hurry: make(chan struct{}, 1),
		ended: map[string]struct{}{}, beats: make(chan struct{}), why: errors.New("not connected yet"),
		revoked: map[string]time.Time{}, turns: make(chan struct{}), waits: patience}
	go f.follow(ctx)
	return f, nil
}

// Fresh reports whether every session that ended a second ago, and every key that was revoked, is on the
// list.
func (f *Feed) Fresh() bool {
	fresh, _, _ := f.look("", "")
	return fresh
}

// Err gives why it is not fresh, as far as that is known; nil while it is. It is for logs: it may hold
// addresses of your network.
func (f *Feed) Err() error {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if f.freshNow() {
		return nil
	}
	return cmp.Or(f.why, errors.New("it is silent"))
}

// judge refuses a key that was revoked and a session that has ended, and with Required any token while the
// feed is stale. For a short while it waits for the feed: a Vestibule that is just being replaced is no
// outage.
func (f *Feed) judge(ctx context.Context, kid, sid string) error {
	fresh, beats, known := f.look(kid, sid)
	if known == nil && !fresh && f.config.WhenStale == Required && f.worthWaiting() {
		f.await(ctx, beats)
		fresh, _, known = f.look(kid, sid)
	}
	switch {
	case known != nil:
		return known
	case !fresh && f.config.WhenStale == Required:
		return fmt.Errorf("%w: %w", ErrStale, f.Err())
	}
	return nil
}

// look gives what is known against a token: nil, where nothing is.
func (f *Feed) look(kid, sid string) (fresh bool, beats <-chan struct{}, known error) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	if _, ended := f.ended[sid]; ended {
		known = ErrRevoked
	}
	if _, revoked := f.revoked[kid]; revoked {
		known = errRevokedKey
	}
	return f.freshNow(), f.beats, known
}

// freshNow needs mu.
func (f *Feed) freshNow() bool {
	return !f.beat.IsZero() && f.config.Now().Sub(f.beat) < f.config.StaleAfter
}

func (f *Feed) worthWaiting() bool {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.beat.IsZero() || f.config.Now().Sub(f.beat) < patientFor
}

func (f *Feed) await(ctx context.Context, beats <-chan struct{}) {
	f.waiting.Add(1)
	defer f.waiting.Add(-1)
	select {
	case f.hurry <- struct{}{}:
	default:
	}
	enough := time.NewTimer(f.waits)
	defer enough.Stop()
	select {
	case <-beats:
	case <-enough.C:
	case <-ctx.Done():
	case <-f.stopped:
	}
}

// add puts a session on the list, once: its tokens are older than its end.
func (f *Feed) add(sid string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, is := f.ended[sid]; is {
		return nil
	}
	f.prune()
	if len(f.ended) >= mostEnded {
		return fmt.Errorf("more than %d sessions have ended", mostEnded)
	}
	f.ended[sid] = struct{}{}
	f.order = append(f.order, kept{sid, f.config.Now().Add(endedFor)})
	return nil
}

// complete takes a beat.
func (f *Feed) complete() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.prune()
	f.pruneKeys()
	f.beat, f.why = f.config.Now(), nil
	close(f.beats)
	f.beats = make(chan struct{})
}

// prune needs mu.
func (f *Feed) prune() {
	n, now := 0, f.config.Now()
	for ; n < len(f.order) && !now.Before(f.order[n].until); n++ {
		delete(f.ended, f.order[n].sid)
	}
	clear(f.order[:n]) // the texts
	f.order = f.order[n:]
}

func (f *Feed) failed(why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.why = why
}
