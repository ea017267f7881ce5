package verifier_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"fmt"
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

// strangers sends n tokens at once, each naming a key of its own.
func strangers(t *testing.T, vb *vestibule, v *verifier.Verifier, n int, reason error) {
	t.Helper()
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			raw := segment(t, with(vb.head(), "kid", rand.Text())) + "." + segment(t, vb.body()) + ".c2lnbmF0dXJl"
			_, err := v.Verify(t.Context(), raw)
			if err == nil || !isOne(err, reason) {
				t.Errorf("a stranger's token gave %v", err)
			}
		})
	}
	all.Wait()
}

func TestUnknownKeyIDsCannotMakeItHammerTheIssuer(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	strangers(t, vb, v, 100, verifier.ErrKey)
	require.EqualValues(t, 1, vb.asked.Load())
	vb.pass(5*time.Second - 1)
	strangers(t, vb, v, 100, verifier.ErrKey)
	require.EqualValues(t, 1, vb.asked.Load())
	vb.pass(1)
	strangers(t, vb, v, 100, verifier.ErrKey)
	require.EqualValues(t, 2, vb.asked.Load())
	for range 60 {
		vb.pass(time.Second)
		strangers(t, vb, v, 10, verifier.ErrKey)
	}
	require.EqualValues(t, 2+60/5, vb.asked.Load(), "once in five seconds, whatever strangers send")
	accepted(t, v, vb.issue(t, "orders"))
}

func TestUnknownKeyIDsCannotMakeItHammerAnIssuerThatIsDown(t *testing.T) {
	vb := newVestibule(t)
	vb.answers(status(http.StatusInternalServerError))
	v := vb.verifier(t)
	for range 20 {
		strangers(t, vb, v, 5, verifier.ErrUnavailable)
		vb.pass(time.Second)
	}
	require.EqualValues(t, 4, vb.asked.Load())
}

// held makes the JWKS wait until release is called.
func (v *vestibule) held() (entered <-chan struct{}, release func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	in, out := make(chan struct{}, 100), make(chan struct{})
	answer := v.answer
	v.answer = func(w http.ResponseWriter, r *http.Request) {
		in <- struct{}{}
		<-out
		answer(w, r)
	}
	return in, sync.OnceFunc(func() { close(out) })
}

func TestCallersAtTheSameTimeShareOneRequest(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	entered, release := vb.held()
	t.Cleanup(release)
	raw := vb.issue(t, "orders")
	var good atomic.Int64
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			if _, err := v.Verify(t.Context(), raw); err == nil {
				good.Add(1)
			}
		})
		if i == 0 {
			<-entered
			vb.pass(6 * time.Second) // the pause between requests would allow another
		}
	}
	require.Never(t, func() bool { return vb.asked.Load() > 1 }, 200*time.Millisecond, 10*time.Millisecond)
	release()
	all.Wait()
	require.EqualValues(t, 50, good.Load())
	require.EqualValues(t, 1, vb.asked.Load())
}

func TestACallerThatGivesUpDoesNotFailTheOthers(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	entered, release := vb.held()
	t.Cleanup(release)
	raw := vb.issue(t, "orders")
	ctx, giveUp := context.WithCancel(t.Context())
	first, second := make(chan error, 1), make(chan error, 1)
	go func() { _, err := v.Verify(ctx, raw); first <- err }()
	<-entered
	go func() { _, err := v.Verify(t.Context(), raw); second <- err }()
	giveUp()
	err := <-first
	require.ErrorIs(t, err, verifier.ErrUnavailable)
	require.ErrorIs(t, err, context.Canceled)
	release()
	require.NoError(t, <-second)
	require.EqualValues(t, 1, vb.asked.Load())
}

func TestItWorksOnThroughAnOutageOfTheIssuerForAnHour(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	accepted(t, v, vb.issue(t, "orders"))
	how := vb.answer
	vb.answers(status(http.StatusBadGateway))
	for range 5 {
		vb.pass(10 * time.Minute)
		accepted(t, v, vb.issue(t, "orders"))
	}
	strangers(t, vb, v, 3, verifier.ErrUnavailable) // whether there is a new key, nobody knows
	vb.pass(9*time.Minute + 59*time.Second)
	accepted(t, v, vb.issue(t, "orders"))
	vb.pass(time.Second)
	refused(t, v, vb.issue(t, "orders"), verifier.ErrUnavailable)
	vb.answers(how)
	vb.pass(5 * time.Second)
	accepted(t, v, vb.issue(t, "orders"))
	strangers(t, vb, v, 3, verifier.ErrKey)
}

func TestARequestThatHangsDuringAnOutageHoldsUpNobodyWhoseKeyIsKnown(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	accepted(t, v, vb.issue(t, "orders"))
	vb.answers(status(http.StatusBadGateway))
	vb.pass(6 * time.Minute)
	accepted(t, v, vb.issue(t, "orders"))
	vb.pass(10 * time.Second)
	entered, release := vb.held()
	t.Cleanup(release)
	began := time.Now()
	accepted(t, v, vb.issue(t, "orders"))
	require.Less(t, time.Since(began), 3*time.Second, "it must not wait for the limit of a request")
	require.Eventually(t, func() bool { return len(entered) == 1 }, 5*time.Second, time.Millisecond, "and yet it is asked")
}

func TestAnOutageLongAgoIsNoReasonNotToAskFirst(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	raw := func() string { return vb.signer.sign(t, vb.head(), vb.body()) }
	accepted(t, v, raw())
	vb.answers(status(http.StatusBadGateway))
	vb.pass(6 * time.Minute)
	accepted(t, v, raw())
	vb.answers(publish(t, newSigner(t, "ES256").jwk()))
	vb.pass(5 * time.Minute)
	refused(t, v, raw(), verifier.ErrKey)
}

func TestARequestForTheKeysEndsByItselfWhateverTheClient(t *testing.T) {
	vb := newVestibule(t)
	raw := vb.issue(t, "orders")
	synctest.Test(t, func(t *testing.T) { // where five seconds take none
		v := vb.verifier(t, func(c *verifier.Config) { c.Client = &http.Client{Transport: hanging{}} })
		began := time.Now()
		_, err := v.Verify(t.Context(), raw)
		require.ErrorIs(t, err, verifier.ErrUnavailable)
		require.Equal(t, 5*time.Second, time.Since(began))
	})
}

// hanging is a network from which nothing comes back.
type hanging struct{}

func (hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	select {
	case <-r.Context().Done():
		return nil, r.Context().Err()
	case <-time.After(time.Hour):
		return nil, fmt.Errorf("nobody gave up")
	}
}

func TestAKeyThatLeavesTheJWKSIsTrustedNoLongerThanItIsCached(t *testing.T) {
	for name, left := range map[string][]any{"another stays": {newSigner(t, "ES256").jwk()}, "none stays": {}} {
		t.Run(name, func(t *testing.T) {
			vb := newVestibule(t)
			v := vb.verifier(t)
			raw := func() string { return vb.signer.sign(t, vb.head(), vb.body()) }
			accepted(t, v, raw())
			vb.answers(publish(t, left...))
			vb.pass(5*time.Minute - 1)
			accepted(t, v, raw())
			require.EqualValues(t, 1, vb.asked.Load(), "fresh keys cost no request")
			vb.pass(1)
			refused(t, v, raw(), verifier.ErrKey)
		})
	}
}

func TestAKeyThatIsNewIsFoundAtOnce(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	accepted(t, v, vb.issue(t, "orders"))
	vb.signer = newSigner(t, "ES256")
	vb.answers(publish(t, vb.signer.jwk()))
	vb.pass(5 * time.Second)
	accepted(t, v, vb.signer.sign(t, vb.head(), vb.body()))
}

func TestAnAnswerThatIsNoJWKSIsAnOutage(t *testing.T) {
	vb := newVestibule(t)
	good := jsonText(t, vb.signer.jwk())
	for name, answer := range map[string]http.HandlerFunc{
		"an error":   status(http.StatusInternalServerError),
		"not found":  status(http.StatusNotFound),
		"no content": status(http.StatusNoContent),
		"keys in a 203": func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusNonAuthoritativeInfo)
			publish(t, vb.signer.jwk())(w, r)
		},
		"a page":          text200("<html>Sign in</html>"),
		"nothing":         text200(""),
		"no keys":         text200(`{}`),
		"null":            text200(`null`),
		"keys of null":    text200(`{"keys":null}`),
		"keys, no list":   text200(`{"keys":{"a":` + good + `}}`),
		"cut short":       text200(`{"keys":[` + good),
		"more than 256 K": text200(`{"padding":"` + strings.Repeat("x", 256<<10) + `","keys":[` + good + `]}`),
	} {
		t.Run(name, func(t *testing.T) {
			vb.answers(answer)
			refused(t, vb.verifier(t), vb.signer.sign(t, vb.head(), vb.body()), verifier.ErrUnavailable)
		})
	}
	vb.answers(text200(`{"padding":"` + strings.Repeat("x", 255<<10) + `","keys":[` + good + `]}`))
	accepted(t, vb.verifier(t), vb.signer.sign(t, vb.head(), vb.body()))
}

func TestARedirectOfTheJWKSIsNotFollowed(t *testing.T) {
	vb := newVestibule(t)
	var visits atomic.Int64
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		publish(t, vb.signer.jwk())(w, r)
	}))
	t.Cleanup(elsewhere.Close)
	willing := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}
	for _, code := range []int{301, 302, 303, 307, 308} {
		vb.answers(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, code) })
		for _, client := range []*http.Client{nil, willing} {
			v := vb.verifier(t, func(c *verifier.Config) { c.Client = client })
			refused(t, v, vb.signer.sign(t, vb.head(), vb.body()), verifier.ErrUnavailable)
		}
	}
	require.Zero(t, visits.Load())
	require.NoError(t, willing.CheckRedirect(nil, nil), "a client that was lent is given back as it was")
}

func TestAKeyThatIsNotFitForItsAlgorithmIsPassedOver(t *testing.T) {
	vb := newVestibule(t)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	require.NoError(t, err)
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	mine := vb.signer.jwk()
	bad := map[string]any{
		"of another curve":    jwkOf(p384.Public(), "x", "ES256"),
		"too short":           jwkOf(short.Public(), "x", "RS256"),
		"for another":         with(with(mine, "kid", "x"), "alg", "RS256"),
		"for none":            with(with(mine, "kid", "x"), "alg", nil),
		"for encryption":      with(with(mine, "kid", "x"), "use", "enc"),
		"for encrypting":      with(with(mine, "kid", "x"), "key_ops", []string{"encrypt", "sign"}),
		"for nothing":         with(with(mine, "kid", "x"), "key_ops", []string{}),
		"off its curve":       with(with(mine, "kid", "x"), "y", mine["x"]),
		"symmetric":           map[string]any{"kty": "oct", "kid": "x", "alg": "HS256", "k": "c2VjcmV0"},
		"of a kind to come":   map[string]any{"kty": "AKP", "kid": "x", "alg": "ML-DSA-65", "pub": "AAAA"},
		"of a shape to come":  map[string]any{"kty": "EC", "kid": "x", "alg": []string{"ES256"}},
		"a number":            7,
		"null":                nil,
		"without a name":      with(mine, "kid", nil),
		"with an empty curve": with(with(mine, "kid", "x"), "crv", ""),
	}
	for name, jwk := range bad {
		t.Run(name, func(t *testing.T) {
			vb.answers(publish(t, jwk, mine, jwk))
			for _, algorithm := range []string{"ES256", "RS256"} {
				v := vb.verifier(t, func(c *verifier.Config) { c.Algorithms = []string{"ES256", "RS256"} })
				head := with(with(vb.head(), "kid", "x"), "alg", algorithm)
				refused(t, v, segment(t, head)+"."+segment(t, vb.body())+".c2lnbmF0dXJl", verifier.ErrKey)
				accepted(t, v, vb.signer.sign(t, vb.head(), vb.body()))
			}
		})
	}
}

func TestAServiceMayStartBeforeVestibule(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	require.Zero(t, vb.asked.Load())
	how := vb.answer
	vb.answers(status(http.StatusServiceUnavailable))
	refused(t, v, vb.issue(t, "orders"), verifier.ErrUnavailable)
	vb.answers(how)
	refused(t, v, vb.issue(t, "orders"), verifier.ErrUnavailable)
	vb.pass(5 * time.Second)
	accepted(t, v, vb.issue(t, "orders"))
}

func jsonText(t *testing.T, of any) string {
	t.Helper()
	text, err := json.Marshal(of)
	require.NoError(t, err)
	return string(text)
}
