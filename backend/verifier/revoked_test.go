package verifier_test

import (
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
)

// revoked is the event of a key that was.
func revoked(kid string) string {
	return fmt.Sprintf("event: key_revoked\ndata: {\"kid\":%q,\"revoked_at\":\"2026-11-24T12:00:00Z\"}\n\n", kid)
}

// rotating is a downstream that follows the feed of a Vestibule with two keys, of which the first signs.
type rotating struct {
	*following
	c        *connection
	old, new signer
}

func rotate(t *testing.T, when verifier.WhenStale) *rotating {
	t.Helper()
	f := follow(t, when)
	r := &rotating{following: f, c: f.opened(), old: f.signer, new: newSigner(t, "ES256")}
	r.c.say(beat)
	f.fresh()
	require.NoError(t, r.judge(r.old))
	require.EqualValues(t, 1, r.asked.Load())
	return r
}

// judge verifies a token by that key.
func (f *following) judge(s signer) error {
	_, err := f.v.Verify(f.t.Context(), s.sign(f.t, with(f.head(), "kid", s.id), f.body()))
	return err
}

// replaced has the new key published in the old one's place.
func (r *rotating) replaced() { r.answers(publish(r.t, r.new.jwk())) }

func (r *rotating) refusedKey(s signer) {
	r.t.Helper()
	require.Eventually(r.t, func() bool { return errors.Is(r.judge(s), verifier.ErrKey) }, within, time.Millisecond)
}

// waits until so many tokens wait for the feed because nobody knows their key.
func (f *following) waits(n int64) {
	f.t.Helper()
	require.Eventually(f.t, func() bool { _, unsure := f.feed.Waiting(); return unsure == n }, within, time.Millisecond)
}

func TestATokenByARevokedKeyIsRefusedWhateverTheJWKSHolds(t *testing.T) {
	both(t, func(t *testing.T, when verifier.WhenStale) {
		r := rotate(t, when)
		r.answers(publish(t, r.old.jwk(), r.new.jwk())) // as a replica might that has not heard of it
		r.c.say(revoked(r.old.id))
		r.refusedKey(r.old)
		r.signer = r.new
		for range 10 {
			r.pass(50 * time.Second)
			r.c.say(beat)
			r.heard(r.c, fmt.Sprint(r.past.Load()))
			require.ErrorIs(t, r.judge(r.old), verifier.ErrKey)
			require.NoError(t, r.judge(r.new), "another key is another key")
		}
		raw := r.old.sign(t, with(r.head(), "kid", r.old.id), r.body())
		each(t, r.v, func(t *testing.T, d door) {
			answer, body := d.ask("Bearer " + raw)
			demandProblem(t, answer, body, http.StatusUnauthorized, "invalid_token")
		})
		r.pass(time.Hour)
		require.ErrorIs(t, r.judge(r.old), verifier.ErrKey, "what is known is known, though the feed is stale")
	})
}

func TestARevokedKeyIsRefusedAlsoWhereTheKeysCannotBeFetched(t *testing.T) {
	f := follow(t, verifier.BestEffort)
	f.answers(status(http.StatusBadGateway))
	f.opened().say(revoked(f.signer.id), beat)
	f.fresh()
	require.ErrorIs(t, f.judge(f.signer), verifier.ErrKey, "there is no doubt about it")
	require.Zero(t, f.asked.Load(), "and nothing to ask")
}

func TestAKeyThatIsRevokedWhileATokenWaitsForTheFeedIsRefused(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	refusal := make(chan error)
	go func() { refusal <- f.judge(f.signer) }()
	require.Eventually(t, func() bool { all, _ := f.feed.Waiting(); return all == 1 }, within, time.Millisecond)
	c.say(revoked(f.signer.id), beat)
	require.ErrorIs(t, <-refusal, verifier.ErrKey)
}

func TestARevokedKeyIsAReasonToFetchTheOthersAtOnceAndOnce(t *testing.T) {
	r := rotate(t, verifier.Required)
	r.feed.Patient()
	r.replaced()
	r.c.say(revoked(r.old.id))
	require.Eventually(t, func() bool { return r.asked.Load() == 2 }, within, time.Millisecond, "though no token asks for it, and it asked just now")
	require.NoError(t, r.judge(r.new))
	r.signer = r.new
	r.c.say(revoked(r.old.id), revoked(r.old.id), beat)
	r.heard(r.c, "heard")
	require.EqualValues(t, 2, r.asked.Load(), "what is told again is no news")
	r.c.close()
	r.c = r.opened()
	r.c.say(revoked(r.old.id), beat)
	r.heard(r.c, "heard again")
	require.EqualValues(t, 2, r.asked.Load(), "nor is what each connection begins with")

	refused := make(chan struct{})
	go func() { strangers(t, r.vestibule, r.v, 50, verifier.ErrKey); close(refused) }()
	r.waits(50)
	require.Eventually(t, func() bool {
		r.c.say(beat) // two are enough, but each has to have heard the first one
		select {
		case <-refused:
			return true
		default:
			return false
		}
	}, within, 10*time.Millisecond, "they wait for more than a few beats")
	require.EqualValues(t, 2, r.asked.Load(), "and strangers have it asked no more than ever")
	r.c.say(revoked("another"))
	require.Eventually(t, func() bool { return r.asked.Load() == 3 }, within, time.Millisecond)
	r.pass(5*time.Second - 1)
	r.answers(publish(t, r.old.jwk()))
	require.NoError(t, r.judge(r.new))
	require.EqualValues(t, 3, r.asked.Load())
}

func TestKeysThatNobodyHasAskedForAreNotFetchedBecauseOneWasRevoked(t *testing.T) {
	f := follow(t, verifier.Required)
	f.opened().say(revoked("a-key"), revoked("another"), beat)
	f.fresh()
	require.Never(t, func() bool { return f.asked.Load() > 0 }, 100*time.Millisecond, 10*time.Millisecond)
	require.NoError(t, f.judge(f.signer))
	require.EqualValues(t, 1, f.asked.Load())
}

func TestATokenByANewKeyMayBeQuickerThanTheEvent(t *testing.T) {
	r := rotate(t, verifier.Required)
	r.feed.Patient()
	r.replaced()
	verdict := make(chan error, 1)
	go func() { verdict <- r.judge(r.new) }()
	r.waits(1)
	require.EqualValues(t, 1, r.asked.Load())
	r.c.say(revoked(r.old.id))
	select {
	case err := <-verdict:
		require.NoError(t, err)
	case <-time.After(within):
		t.Fatal("it waits for more than the event")
	}
	require.EqualValues(t, 2, r.asked.Load())
}

func TestAnAnswerFromBeforeARevocationIsNotJudgedBy(t *testing.T) {
	r := rotate(t, verifier.Required)
	r.pass(6 * time.Second)
	r.c.say(beat)
	entered, release := r.held() // which answers as it did before
	t.Cleanup(release)
	verdict := make(chan error)
	go func() { verdict <- r.judge(r.new) }()
	<-entered
	r.replaced()
	r.c.say(revoked(r.old.id))
	r.refusedKey(r.old)
	release()
	require.NoError(t, <-verdict)
	require.EqualValues(t, 3, r.asked.Load())
}

func TestFewTokensWaitBecauseNobodyKnowsTheirKey(t *testing.T) {
	r := rotate(t, verifier.Required)
	all := make(chan struct{})
	go func() { strangers(t, r.vestibule, r.v, 64, verifier.ErrKey); close(all) }()
	r.waits(64)
	began := time.Now()
	strangers(t, r.vestibule, r.v, 20, verifier.ErrKey)
	require.Less(t, time.Since(began), 500*time.Millisecond)
	r.c.say(beat)
	<-all
	r.waits(0)
	r.pass(10 * time.Second)
	began = time.Now()
	strangers(t, r.vestibule, r.v, 1, verifier.ErrKey)
	require.Less(t, time.Since(began), 500*time.Millisecond, "nor for a feed that has been lost for a while")
}

func TestAKeyIsRememberedForADayFromWhenItWasToldLast(t *testing.T) {
	r := rotate(t, verifier.BestEffort)
	r.answers(publish(t, r.old.jwk(), r.new.jwk()))
	r.c.say(revoked(r.old.id), revoked(r.new.id), beat)
	r.refusedKey(r.new)
	r.pass(23 * time.Hour)
	r.c.say(revoked(r.new.id), beat)
	r.fresh()
	require.ErrorIs(t, r.judge(r.old), verifier.ErrKey)
	r.pass(time.Hour)
	r.c.say(beat)
	r.fresh()
	require.NoError(t, r.judge(r.old))
	require.ErrorIs(t, r.judge(r.new), verifier.ErrKey)
	r.pass(23 * time.Hour)
	r.c.say(beat)
	r.fresh()
	require.NoError(t, r.judge(r.new))
}

func TestAListOfKeysThatIsFullIsNotComplete(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	require.NoError(t, f.feed.FillKeys(10_000))
	c.say(revoked("1"), revoked("one-more"), beat)
	c.isLeft()
	require.False(t, f.feed.Fresh())
	f.pass(24 * time.Hour)
	f.opened().say(revoked("one-more"), beat)
	f.fresh()
}

func TestARevokedKeyIsNoPlaceToResumeFrom(t *testing.T) {
	f := follow(t, verifier.Required)
	c := f.opened()
	c.say(over(1, "gone"), beat)
	f.fresh()
	f.pass(5 * time.Second)
	c.say("id: 9\n", revoked("a-key"), beat)
	f.heard(c, "heard")
	f.pass(5 * time.Second)
	c.close()
	require.Equal(t, []string{"1"}, f.next().request.Header.Values("Last-Event-ID"))
}

// A key is revoked under a stream of requests: none by the new key is refused, and from the event on none
// by the old one passes.
func TestUnderAStreamOfRequestsAKeyIsReplacedWithoutAGap(t *testing.T) {
	r := rotate(t, verifier.Required)
	raw := [2]string{r.old.sign(t, with(r.head(), "kid", r.old.id), r.body()), r.new.sign(t, with(r.head(), "kid", r.new.id), r.body())}
	var replaced, heard, done atomic.Bool
	var newOnes, refused atomic.Int64
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			for !done.Load() {
				if worker%2 == 0 && replaced.Load() {
					if _, err := r.v.Verify(t.Context(), raw[1]); err != nil {
						t.Errorf("a token by the new key was refused: %v", err)
					}
					newOnes.Add(1)
					continue
				}
				sure := heard.Load()
				_, err := r.v.Verify(t.Context(), raw[0])
				switch {
				case errors.Is(err, verifier.ErrKey):
					refused.Add(1)
					heard.Store(true) // nobody may pass who begins after this
				case err != nil || sure:
					t.Errorf("a token by the old key, when another was refused: %v", err)
				}
			}
		})
	}
	r.replaced()
	replaced.Store(true)
	began := time.Now()
	r.c.say(revoked(r.old.id))
	require.Eventually(t, heard.Load, within, time.Millisecond)
	require.Less(t, time.Since(began), time.Second)
	for range 3 {
		r.c.say(beat)
		before := newOnes.Load() + refused.Load()
		require.Eventually(t, func() bool { return newOnes.Load()+refused.Load() > before+200 }, within, time.Millisecond)
	}
	done.Store(true)
	all.Wait()
	require.Positive(t, newOnes.Load())
	require.EqualValues(t, 2, r.asked.Load(), "for one fetch")
}
