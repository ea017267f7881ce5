package verifier_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
	"vestibule/backend/verifier/attacktest"
)

// faults says which error each is to be refused with.
var faults = map[attacktest.Fault]error{
	attacktest.Malformed: verifier.ErrMalformed,
	attacktest.Algorithm: verifier.ErrAlgorithm,
	attacktest.Type:      verifier.ErrType,
	attacktest.Key:       verifier.ErrKey,
	attacktest.Signature: verifier.ErrSignature,
	attacktest.Issuer:    verifier.ErrIssuer,
	attacktest.Audience:  verifier.ErrAudience,
	attacktest.Claims:    verifier.ErrClaims,
	attacktest.Time:      verifier.ErrTime,
}

// besieged is a verifier of all algorithms, and whoever may not be asked for anything.
type besieged struct {
	*vestibule
	v       *verifier.Verifier
	target  attacktest.Target
	visits  atomic.Int64 // where tokens point to
	network watched
}

// watched is the verifier's way to the network.
type watched struct {
	keys  string
	other atomic.Int64 // requests for anything but the keys
}

func (w *watched) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.String() != w.keys || r.Method != http.MethodGet {
		w.other.Add(1)
	}
	return http.DefaultTransport.RoundTrip(r)
}

func besiege(t *testing.T, algorithm string) *besieged {
	t.Helper()
	b := &besieged{vestibule: newVestibule(t)}
	b.signer = newSigner(t, algorithm)
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { b.visits.Add(1) }))
	t.Cleanup(elsewhere.Close)
	b.answers(publish(t, b.signer.jwk(), newSigner(t, "ES256").jwk(), newSigner(t, "EdDSA").jwk()))
	b.network.keys = b.server.URL + "/jwks.json"
	b.v = b.verifier(t, func(c *verifier.Config) {
		c.Algorithms = []string{"ES256", "EdDSA", "RS256"}
		c.Client = &http.Client{Transport: &b.network}
	})
	b.target = attacktest.Target{Algorithm: algorithm, Key: b.signer.private, KID: b.signer.id, Issuer: issuerURL, Audience: "orders", OtherAudience: "insights",
		Claims: b.body(), Now: b.now(), Elsewhere: elsewhere.URL}
	return b
}

func (b *besieged) demandNothingElseWasAsked(t *testing.T) {
	t.Helper()
	require.LessOrEqual(t, b.asked.Load(), int64(1), "the clock stands still: the keys are fetched once")
	require.Zero(t, b.network.other.Load())
	require.Zero(t, b.visits.Load())
}

func eachAlgorithm(t *testing.T, test func(t *testing.T, b *besieged)) {
	for _, algorithm := range []string{"ES256", "EdDSA", "RS256"} {
		t.Run(algorithm, func(t *testing.T) { test(t, besiege(t, algorithm)) })
	}
}

func TestEachAttackIsRefusedForItsOwnReason(t *testing.T) {
	eachAlgorithm(t, func(t *testing.T, b *besieged) {
		accepted(t, b.v, attacktest.Good(b.target))
		attacks := attacktest.Against(b.target)
		require.Greater(t, len(attacks), 300)
		names := map[string]bool{}
		for _, a := range attacks {
			require.False(t, names[a.Name], "two are called %q", a.Name)
			names[a.Name] = true
			claims, err := b.v.Verify(t.Context(), a.Token)
			require.ErrorIs(t, err, faults[a.Fault], a.Name)
			require.Nil(t, claims, a.Name)
			for fault, other := range faults {
				require.True(t, fault == a.Fault || !isOne(err, other), "%s: %v", a.Name, err)
			}
		}
		b.demandNothingElseWasAsked(t)
	})
}

// A verifier that trusts only ES256 refuses another algorithm though the key is the issuer's.
func TestEachAttackIsRefusedWhereItsAlgorithmIsNotEvenAllowed(t *testing.T) {
	for _, algorithm := range []string{"EdDSA", "RS256"} {
		b := besiege(t, algorithm)
		v := b.verifier(t)
		refused(t, v, attacktest.Good(b.target), verifier.ErrAlgorithm)
		for _, a := range attacktest.Against(b.target) {
			claims, err := v.Verify(t.Context(), a.Token)
			require.True(t, isOne(err, verifier.ErrAlgorithm, verifier.ErrMalformed), "%s: %v", a.Name, err)
			require.Nil(t, claims)
		}
	}
}

func TestEachAttackIsAnswered401OverHTTP(t *testing.T) {
	b := besiege(t, "ES256")
	attacks := attacktest.Against(b.target)
	each(t, b.v, func(t *testing.T, d door) {
		answer, body := d.ask("Bearer " + attacktest.Good(b.target))
		require.Equal(t, http.StatusOK, answer.StatusCode)
		require.Equal(t, "hello, ada", body)
		sent := 0
		for _, a := range attacks {
			if !a.FitsHeader() {
				continue
			}
			sent++
			answer, body := d.ask("Bearer " + a.Token)
			require.Equal(t, http.StatusUnauthorized, answer.StatusCode, a.Name)
			require.Equal(t, `Bearer realm="orders", error="invalid_token"`, answer.Header.Get("WWW-Authenticate"), a.Name)
			require.NotContains(t, body, "ada", a.Name)
		}
		require.Greater(t, sent, 300)
	})
	b.demandNothingElseWasAsked(t)
}

// What no client library would send is written to the socket as it is.
func TestATokenThatHTTPCannotCarryIsAnsweredByTheServer(t *testing.T) {
	b := besiege(t, "ES256")
	good := attacktest.Good(b.target)
	each(t, b.v, func(t *testing.T, d door) {
		for name, header := range map[string]string{
			"a line break in a part":  "Bearer " + good[:20] + "\n" + good[20:],
			"a line that is folded":   "Bearer " + good[:20] + "\r\n " + good[20:],
			"a header that is folded": "Bearer\r\n " + good,
			"a NUL":                   "Bearer " + good + "\x00",
			"a NUL before":            "Bearer \x00" + good,
			"a bare return":           "Bearer " + good[:20] + "\r" + good[20:],
			"a tab for a space":       "Bearer\t" + good,
			"a second header":         "Bearer " + good + "\r\nAuthorization: Bearer " + good,
		} {
			status := d.raw("GET / HTTP/1.1\r\nHost: orders\r\nAuthorization: " + header + "\r\nConnection: close\r\n\r\n")
			if strings.Contains(name, "header that is folded") && status == http.StatusOK {
				continue // RFC 9112, 5.2: a server may read a fold as a space, and then it is a good token
			}
			require.Contains(t, []int{http.StatusBadRequest, http.StatusUnauthorized}, status, name)
		}
	})
}

// raw sends bytes, and gives the status of what comes back.
func (d door) raw(request string) int {
	d.t.Helper()
	connection := must(net.Dial("tcp", d.at))
	defer connection.Close()
	require.NoError(d.t, connection.SetDeadline(time.Now().Add(within)))
	_ = must(io.WriteString(connection, request))
	answer, err := http.ReadResponse(bufio.NewReader(connection), nil)
	require.NoError(d.t, err)
	defer answer.Body.Close()
	return answer.StatusCode
}

func TestThereAreNoAttacksForAKeyOfAnotherAlgorithm(t *testing.T) {
	b := besiege(t, "ES256")
	b.target.Algorithm = "HS256"
	require.Panics(t, func() { attacktest.Against(b.target) })
}
