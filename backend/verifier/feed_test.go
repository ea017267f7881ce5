package verifier_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
)

func TestATokenIsRefusedFromTheMomentThatItsSessionEnds(t *testing.T) {
	both(t, func(t *testing.T, when verifier.WhenStale) {
		f := follow(t, when)
		c := f.opened()
		require.Equal(t, "text/event-stream", c.request.Header.Get("Accept"))
		require.Empty(t, c.request.Header.Values("Last-Event-ID"))
		c.say(over(1, "gone"), beat)
		f.fresh()
		require.ErrorIs(t, f.verify("gone"), verifier.ErrRevoked)
		require.NoError(t, f.verify("a-session"))
		require.NoError(t, f.verify(""), "what belongs to no session ends by itself alone")
		c.say(over(2, "a-session"))
		f.refused("a-session")

		each(t, f.v, func(t *testing.T, d door) {
			answer, body := d.ask("Bearer " + f.of("a-session"))
			demandProblem(t, answer, body, http.StatusUnauthorized, "invalid_token")
		})
		_, err := f.v.Verify(t.Context(), newSigner(t, "ES256").sign(t, f.head(), f.body()))
		require.ErrorIs(t, err, verifier.ErrSignature, "a stranger learns nothing of sessions")
	})
}

func TestUntilTheFeedIsCompleteNothingIsAcceptedWhereItIsRequired(t *testing.T) {
	both(t, func(t *testing.T, when verifier.WhenStale) {
		f := follow(t, when)
		c := f.opened()
		c.say(over(1, "gone"), ": open\n\n", "event: other\ndata: x\n\n")
		f.refused("gone")
		require.False(t, f.feed.Fresh())
		require.Error(t, f.feed.Err())
		if when == verifier.BestEffort {
			require.NoError(t, f.verify("a-session"))
			return
		}
		began := time.Now()
		require.ErrorIs(t, f.verify("a-session"), verifier.ErrStale)
		require.Less(t, time.Since(began), 5*time.Second)
		require.ErrorIs(t, f.verify(""), verifier.ErrStale, "nor whether its key was revoked")
		hurried, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		_, err := f.v.Verify(hurried, f.of("a-session"))
		require.ErrorIs(t, err, verifier.ErrStale, "a caller that gives up need not wait")

		waited := make(chan error)
		go func() { waited <- f.verify("a-session") }()
		c.say(beat)
		require.NoError(t, <-waited)
	})
}

func TestWithoutABeatForTooLongItIsAsChosen(t *testing.T) {
	both(t, func(t *testing.T, when verifier.WhenStale) {
		f := follow(t, when)
		c := f.opened()
		c.say(over(1, "gone"), beat)
		f.fresh()
		f.pass(time.Minute - 1)
		require.NoError(t, f.verify("a-session"))
		f.pass(1)
		c.say(": keep-alive\n\n", "retry: 5\n\n")
		f.heard(c, "heard")
		require.False(t, f.feed.Fresh(), "that it lives says nothing")
		require.ErrorIs(t, f.verify("gone"), verifier.ErrRevoked, "what is known is known")
		each(t, f.v, func(t *testing.T, d door) {
			answer, body := d.ask("Bearer " + f.of("a-session"))
			if when == verifier.BestEffort {
				require.Equal(t, http.StatusOK, answer.StatusCode)
				return
			}
			demandProblem(t, answer, body, http.StatusServiceUnavailable, "revocations_unavailable")
			require.Equal(t, "2", answer.Header.Get("Retry-After"))
			require.Empty(t, answer.Header.Values("WWW-Authenticate"))
		})
		c.say(beat)
		f.fresh()
		require.NoError(t, f.verify("a-session"))
	})
}

func TestAReconnectLosesNothing(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	c.say(over(1, "first"), beat)
	f.fresh()
	f.pass(5 * time.Second)
	c.say(over(2, "second"), beat, over(3, "third"))
	f.refused("third")
	c.close()

	c = f.opened()
	require.Equal(t, []string{"1"}, c.request.Header.Values("Last-Event-ID"), "another replica may have another order: the last beat but for five seconds counts")
	for _, sid := range []string{"first", "second", "third"} {
		require.ErrorIs(t, f.verify(sid), verifier.ErrRevoked)
	}
	require.NoError(t, f.verify("a-session"), "it was complete a moment ago")
	c.say(over(2, "second"), over(4, "fourth"), over(3, "third"), beat)
	f.refused("fourth")
	f.pass(5 * time.Second)
	c.say(beat)
	f.heard(c, "heard")
	c.close()
	c = f.opened()
	require.Equal(t, []string{"2"}, c.request.Header.Values("Last-Event-ID"))
	c.close()
	require.Equal(t, []string{"2"}, f.opened().request.Header.Values("Last-Event-ID"))
}

func TestAFeedThatDoesNotTakeTheNumberIsReadFromTheBeginning(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	c.say(over(1, "gone"), beat)
	f.fresh()
	f.pass(5 * time.Second)
	c.say(beat)
	f.heard(c, "heard")
	c.close()
	c = f.next()
	require.Equal(t, "1", c.request.Header.Get("Last-Event-ID"))
	c.answers(http.StatusBadRequest)
	require.Empty(t, f.next().request.Header.Values("Last-Event-ID"))
}

func TestAFeedThatIsSilentIsLeftForAnother(t *testing.T) {
	f := follow(t, verifier.Required, func(c *verifier.FeedConfig) { c.StaleAfter = time.Second })
	first := f.opened()
	first.say(over(1, "gone"), beat)
	f.fresh()
	began := time.Now()
	go func() { // which is no sign of life
		for err := error(nil); err == nil; {
			_, err = io.WriteString(first.writing, ": alive\n\n")
			err = errors.Join(err, http.NewResponseController(first.writing).Flush(), first.request.Context().Err())
		}
		first.close()
	}()
	second := f.opened()
	require.Greater(t, time.Since(began), 500*time.Millisecond)
	second.say(beat)
	first.isLeft()
}

func TestWhatIsNotTheFeedIsNotTakenForIt(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		elsewhere.Add(1)
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, beat)
	}))
	t.Cleanup(other.Close)
	f := follow(t, verifier.Required)
	for name, how := range map[string]func(*connection){
		"a redirect": func(c *connection) { http.Redirect(c.writing, c.request, other.URL, http.StatusFound) },
		"an error": func(c *connection) {
			c.typed("text/event-stream")
			c.writing.WriteHeader(http.StatusInternalServerError)
			c.say(beat)
		},
		"no content": func(c *connection) { c.writing.WriteHeader(http.StatusNoContent) },
		"a page":     func(c *connection) { c.typed("text/html"); c.say(beat) },
		"no type":    func(c *connection) { c.typed(""); c.say(beat) },
		"nothing":    func(*connection) {},
	} {
		c := f.next()
		how(c)
		c.close()
		require.False(t, f.feed.Fresh(), name)
	}
	c := f.next() // the others are done with
	require.False(t, f.feed.Fresh())
	require.ErrorContains(t, f.feed.Err(), "the feed")
	require.Zero(t, elsewhere.Load(), "a redirect is followed")
	c.typed("Text/Event-Stream; charset=utf-8")
	c.say(beat)
	f.fresh()
}

func TestWhatItDoesNotKnowIsPassedOver(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	c.say("garbage\n", "gar:bage:\n", ":\n", "\x00\xff\n", "\n\n\n", "data\n\n", "data: {\n\n", "event: started\ndata: {\"sid\":\"a-session\"}\n\n", ": beat \n", ":beat\n", "beat\n\n",
		"event: ended\r\ndata: {\"sid\":\r\ndata:   \"lines\"}\r\nid: x\r\n\r\n", "id: 7\nid: -1\n\n", "data: {\"sid\":\"more\",\"x\":[1]}\nfoo: bar\nevent:ended\n\n")
	f.refused("more")
	require.ErrorIs(t, f.verify("lines"), verifier.ErrRevoked)
	require.False(t, f.feed.Fresh())
	c.say(": beat\r\n\r\n")
	f.fresh()
	require.NoError(t, f.verify("a-session"))
	f.pass(5 * time.Second)
	c.say(beat)
	c.close()
	require.Empty(t, f.next().request.Header.Values("Last-Event-ID"), "none of these was a number")
}

func TestAnEndThatCannotBeReadIsNeverPassedOver(t *testing.T) {
	for name, said := range map[string]string{
		"no JSON":         "event: ended\ndata: {\n\n",
		"nothing":         "event: ended\n\n",
		"a list":          "event: ended\ndata: []\n\n",
		"no session":      "event: ended\ndata: {}\n\n",
		"a number":        "event: ended\ndata: {\"sid\":1}\n\n",
		"a huge name":     over(1, strings.Repeat("x", 65)),
		"two sessions":    "event: ended\ndata: {\"sid\":\"a\",\"sid\":\"b\"}\n\n",
		"no key":          "event: key_revoked\ndata: {\"revoked_at\":\"2026-11-24T12:00:00Z\"}\n\n",
		"an empty key":    revoked(""),
		"a key of null":   "event: key_revoked\ndata: {\"kid\":null}\n\n",
		"a huge key":      revoked(strings.Repeat("x", 257)),
		"a key in rags":   "event: key_revoked\ndata: {\"kid\":\"x\n\n",
		"a huge line":     "data: " + strings.Repeat("x", 5000) + "\n\n",
		"an endless line": strings.Repeat("x", 1<<20),
		"a huge event":    strings.Repeat("data: "+strings.Repeat("x", 1000)+"\n", 5),
	} {
		t.Run(name, func(t *testing.T) {
			f := follow(t, verifier.Required)
			c := f.opened()
			_, _ = io.WriteString(c.writing, said+beat) // it may be gone already
			_ = http.NewResponseController(c.writing).Flush()
			c.isLeft()
			c = f.opened()
			require.False(t, f.feed.Fresh())
			c.say(over(1, "gone"), beat)
			f.fresh()
			require.ErrorIs(t, f.verify("gone"), verifier.ErrRevoked)
		})
	}
}

func TestASessionIsForgottenWhenNoTokenOfItCanBeGoodAnyMore(t *testing.T) {
	f := follow(t, verifier.Required, func(c *verifier.FeedConfig) { c.StaleAfter = time.Hour })
	c := f.opened()
	c.say(over(1, "a-session"), beat)
	f.fresh()
	f.pass(time.Minute)
	f.heard(c, "later")
	f.pass(15*time.Minute - 1)
	c.say(over(1, "a-session"), beat)
	f.heard(c, "heard")
	require.ErrorIs(t, f.verify("a-session"), verifier.ErrRevoked, "the longest life of a token, and a minute")
	f.pass(1)
	c.say(beat)
	f.heard(c, "heard again")
	require.NoError(t, f.verify("a-session"))
	require.ErrorIs(t, f.verify("later"), verifier.ErrRevoked)
}

func TestAListThatIsFullIsNotComplete(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	require.NoError(t, f.feed.Fill(1_000_000))
	c.say(over(1, "gone"), beat)
	c.isLeft()
	require.False(t, f.feed.Fresh())
	require.ErrorIs(t, f.verify("999999"), verifier.ErrRevoked)
	f.pass(16 * time.Minute)
	f.opened().say(over(1, "gone"), beat)
	f.fresh()
	require.ErrorIs(t, f.verify("gone"), verifier.ErrRevoked)
}

func TestManyAskWhileTheFeedIsRead(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	c.say(beat)
	f.fresh()
	const many = 200
	var tokens [many]string
	for i := range tokens {
		tokens[i] = f.of(fmt.Sprint("session-", i))
	}
	var all sync.WaitGroup
	for worker := range 4 {
		all.Go(func() {
			for i := worker; i < many; i += 4 {
				for {
					_, err := f.v.Verify(t.Context(), tokens[i])
					if errors.Is(err, verifier.ErrRevoked) {
						break
					}
					if err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for i := range tokens {
		c.say(over(i+1, fmt.Sprint("session-", i)))
		if i%20 == 0 {
			c.say(beat)
		}
	}
	all.Wait()
}

func TestItStopsWhenItIsToldTo(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	c.say(beat)
	f.fresh()
	f.stop()
	c.isLeft()
	f.pass(time.Minute)
	require.ErrorIs(t, f.verify("a-session"), verifier.ErrStale)
	select {
	case <-f.came:
		t.Fatal("it comes again")
	case <-time.After(200 * time.Millisecond):
	}
}

func TestATokenThatComesBeforeTheFeedWaitsForIt(t *testing.T) {
	f := follow(t, verifier.Required)
	waited := make(chan error)
	go func() { waited <- f.verify("a-session") }()
	for range 6 { // Vestibule is just starting
		f.next().answers(http.StatusServiceUnavailable)
	}
	f.opened().say(beat)
	require.NoError(t, <-waited)
}

// down is a network that answers 503, and counts.
type down struct{ asked []time.Time }

func (d *down) RoundTrip(r *http.Request) (*http.Response, error) {
	d.asked = append(d.asked, time.Now())
	return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"0"}}, Body: http.NoBody, Request: r}, nil
}

func TestAFeedThatIsDownIsAskedEverMoreSlowlyDownToASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where a minute takes no time
		network := &down{}
		ctx, stop := context.WithCancel(t.Context())
		_, err := verifier.Follow(ctx, verifier.FeedConfig{URL: "http://vestibule.internal/", WhenStale: verifier.Required, Client: &http.Client{Transport: network}})
		require.NoError(t, err)
		time.Sleep(time.Minute)
		stop()
		synctest.Wait()
		n := len(network.asked)
		require.Greater(t, n, 55)
		require.Less(t, n, 130)
		require.Less(t, network.asked[3].Sub(network.asked[0]), 400*time.Millisecond, "the first ones come soon")
		pauses := map[time.Duration]bool{}
		for i := n - 20; i < n; i++ {
			pause := network.asked[i].Sub(network.asked[i-1])
			require.GreaterOrEqual(t, pause, 500*time.Millisecond)
			require.LessOrEqual(t, pause, time.Second)
			pauses[pause] = true
		}
		require.Greater(t, len(pauses), 10, "not all services at once")
	})
}

func TestAFeedThatHangsIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		feed, err := verifier.Follow(ctx, verifier.FeedConfig{URL: "http://vestibule.internal/", WhenStale: verifier.Required, Client: &http.Client{Transport: hanging{}}})
		require.NoError(t, err)
		time.Sleep(5*time.Second + time.Millisecond)
		require.ErrorContains(t, feed.Err(), "silent")
		stop()
	})
}

func TestASettingOfTheFeedThatCannotBeMeantIsRefused(t *testing.T) {
	for _, c := range []verifier.FeedConfig{
		{WhenStale: verifier.Required}, {URL: "vestibule:8081/revocations", WhenStale: verifier.Required}, {URL: "ftp://vestibule/", WhenStale: verifier.Required},
		{URL: "http://%/", WhenStale: verifier.Required}, {URL: "http://vestibule/"}, {URL: "http://vestibule/", WhenStale: 3},
		{URL: "http://vestibule/", WhenStale: verifier.Required, StaleAfter: time.Second - 1}, {URL: "http://vestibule/", WhenStale: verifier.Required, StaleAfter: -1},
	} {
		_, err := verifier.Follow(t.Context(), c)
		require.Error(t, err, "%+v", c)
	}
	f := follow(t, verifier.BestEffort)
	_, err := verifier.New(verifier.Config{Issuer: issuerURL, Audience: "orders", JWKSURL: "http://vestibule/", Feed: f.feed, Leeway: time.Minute})
	require.ErrorContains(t, err, "Leeway", "a token would live longer than the end of its session is remembered")
}
