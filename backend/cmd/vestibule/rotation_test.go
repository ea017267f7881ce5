package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/examples/orders"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/token"
	"vestibule/backend/verifier"
)

// onTheWay is how long every tenth request needs from a replica to a service.
const onTheWay = 100 * time.Millisecond

// strict is a real service behind a verifier that reads the JWKS of one replica, and follows the feed of
// the other.
type strict struct {
	*httptest.Server
	handler atomic.Pointer[http.Handler]
	arrived atomic.Int64 // requests
	mu      sync.Mutex
	newest  map[string]string // the last kid that came from a new session of each replica
	shown   map[string]string // the last Authorization of each kid
}

func newStrict(t *testing.T) *strict {
	t.Helper()
	s := &strict{newest: map[string]string{}, shown: map[string]string{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.arrived.Add(1)%10 == 0 {
			<-time.After(onTheWay)
		}
		shown := r.Header.Get("Authorization")
		kid := kidOf(shown)
		s.mu.Lock()
		s.shown[kid] = shown
		if from := r.Header.Get("X-New-At"); from != "" {
			s.newest[from] = kid
		}
		s.mu.Unlock()
		(*s.handler.Load()).ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func kidOf(authorization string) string {
	head, _, _ := strings.Cut(strings.TrimPrefix(authorization, "Bearer "), ".")
	text, _ := base64.RawURLEncoding.DecodeString(head)
	var said struct{ KID string }
	_ = json.Unmarshal(text, &said)
	return said.KID
}

// drops waits until the service takes no token of a key any more, which it has taken before.
func (s *strict) drops(t *testing.T, kid string, within time.Duration) {
	t.Helper()
	s.mu.Lock()
	shown := s.shown[kid]
	s.mu.Unlock()
	require.NotEmpty(t, shown)
	require.Eventually(t, func() bool {
		request, _ := http.NewRequest(http.MethodGet, s.URL, nil)
		request.Header.Set("Authorization", shown)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		defer answer.Body.Close()
		return answer.StatusCode == http.StatusUnauthorized
	}, within, time.Millisecond)
}

// follow gives the service its keys, and its feed. told is called with each key that is revoked.
func (s *strict) follow(t *testing.T, audience string, keys, feed *running, told func(kid string)) {
	t.Helper()
	follows, err := verifier.Follow(t.Context(), verifier.FeedConfig{URL: feed.internal + "/revocations", WhenStale: verifier.Required})
	require.NoError(t, err)
	v, err := verifier.New(verifier.Config{Issuer: "http://localhost:8080", Audience: audience, JWKSURL: keys.internal + "/.well-known/jwks.json", Feed: follows})
	require.NoError(t, err)
	require.Eventually(t, follows.Fresh, readyWithin, time.Millisecond)
	handler := orders.Handler(v, time.Now)
	s.handler.Store(&handler)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, feed.internal+"/revocations", nil)
	require.NoError(t, err)
	var answer *http.Response
	require.Eventually(t, func() bool { // it has begun, but not yet proven that it hears
		answer, err = http.DefaultClient.Do(request)
		return err == nil && answer.StatusCode == http.StatusOK
	}, readyWithin, 10*time.Millisecond)
	t.Cleanup(func() { answer.Body.Close() })
	go func() {
		for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
			if data, is := strings.CutPrefix(lines.Text(), `data: {"kid":"`); is {
				kid, _, _ := strings.Cut(data, `"`)
				told(kid)
			}
		}
	}()
}

// fleet is two replicas on one database, two services behind each, and load on all of it.
type fleet struct {
	t        *testing.T
	file     string
	replicas []*running
	services []*strict
	client   *http.Client
	psql     *pgx.Conn

	sent    atomic.Int64
	mu      sync.Mutex
	refused []string
	told    map[string][]time.Time // of the feeds, by kid
}

var audiences = []string{"orders", "parcels"}

func newFleet(t *testing.T) *fleet {
	t.Helper()
	f := &fleet{t: t, told: map[string][]time.Time{}, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 20}}}
	t.Cleanup(f.client.CloseIdleConnections)
	var downstreams []string
	for _, audience := range audiences {
		s := newStrict(t)
		f.services = append(f.services, s)
		downstreams = append(downstreams, fmt.Sprintf("{name: %s, url: %s, audience: %[1]s}", audience, s.URL))
	}
	database := pgtest.URL(t)
	f.file = configure(t, database, "password: {memory_kib: 19456, iterations: 2}\ndownstreams: ["+strings.Join(downstreams, ", ")+"]\n")
	for range audiences {
		f.replicas = append(f.replicas, start(t, nil, "serve", "--config", f.file))
	}
	for i, s := range f.services { // the keys of one, the feed of the other
		s.follow(t, audiences[i], f.replicas[i], f.replicas[1-i], func(kid string) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.told[kid] = append(f.told[kid], time.Now())
		})
	}
	var err error
	f.psql, err = pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	t.Cleanup(func() { f.psql.Close(t.Context()) })
	return f
}

// ask sends one request through a replica to a service. Whatever is not 200 is noted.
func (f *fleet) ask(at *running, audience, cookie, newAt string) {
	request, _ := http.NewRequest(http.MethodGet, at.url+"/api/"+audience+"/", nil)
	request.Header.Set("Cookie", cookie)
	request.Header.Set("X-New-At", newAt)
	f.sent.Add(1)
	answer, err := f.client.Do(request)
	if err != nil {
		f.note(err.Error())
		return
	}
	defer answer.Body.Close()
	if body, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK {
		f.note(fmt.Sprint(answer.StatusCode, " ", string(body)))
	}
}

func (f *fleet) note(refused string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refused = append(f.refused, time.Now().Format("05.000 ")+refused)
}

// newcomer signs in again and again; the oldest sessions of one who has very many end.
const newcomer = "sam@example.com"

// load keeps asking with sessions that last, and with ever new ones, until the test has ended it.
func (f *fleet) load(cookies []string) (end func()) {
	var over atomic.Bool
	var working sync.WaitGroup
	for worker := range 4 {
		working.Go(func() {
			for n := worker; !over.Load(); n++ {
				f.ask(f.replicas[n%2], audiences[n/2%2], cookies[n/4%len(cookies)], "")
			}
		})
	}
	working.Go(func() {
		for !over.Load() {
			cookie := signIn(f.t, f.replicas[0].url, newcomer, "a fine day to be out")
			for i, replica := range f.replicas {
				for _, audience := range audiences {
					f.ask(replica, audience, cookie, fmt.Sprint(i))
				}
			}
		}
	})
	return sync.OnceFunc(func() {
		over.Store(true)
		working.Wait()
	})
}

// kids gives what each replica publishes.
func (f *fleet) kids() (sets [][]string) {
	f.t.Helper()
	for _, replica := range f.replicas {
		status, body := ask(f.t, "GET", replica.internal+"/.well-known/jwks.json", "x=y")
		require.Equal(f.t, http.StatusOK, status)
		var set struct{ Keys []struct{ KID string } }
		require.NoError(f.t, json.Unmarshal([]byte(body), &set))
		kids := []string{}
		for _, key := range set.Keys {
			kids = append(kids, key.KID)
		}
		slices.Sort(kids)
		sets = append(sets, kids)
	}
	return sets
}

// publishes waits until both replicas publish exactly these.
func (f *fleet) publishes(within time.Duration, kids ...string) {
	f.t.Helper()
	slices.Sort(kids)
	var got [][]string
	require.Eventually(f.t, func() bool {
		got = f.kids()
		return slices.Equal(got[0], kids) && slices.Equal(got[1], kids)
	}, within, 5*time.Millisecond, "%v instead of %v", got, kids)
}

// signWith waits until new sessions of both replicas reach both services with tokens of this key.
func (f *fleet) signWith(kid string) {
	f.t.Helper()
	require.Eventually(f.t, func() bool {
		for _, s := range f.services {
			s.mu.Lock()
			here, there := s.newest["0"], s.newest["1"]
			s.mu.Unlock()
			if here != kid || there != kid {
				return false
			}
		}
		return true
	}, endsWithin, 5*time.Millisecond)
}

// more waits until so many further requests have been sent.
func (f *fleet) more(n int64) {
	f.t.Helper()
	until := f.sent.Load() + n
	require.Eventually(f.t, func() bool { return f.sent.Load() >= until }, endsWithin, time.Millisecond)
}

// A key is changed as planned, and another one in an emergency, while four clients ask without a pause,
// and new sessions begin all the while. Not one request is refused.
func TestKeysChangeUnderLoadWithoutOneRefusedRequest(t *testing.T) {
	f := newFleet(t)
	cookies := []string{register(t, f.replicas[0].url)}
	for len(cookies) < 6 {
		cookies = append(cookies, signIn(t, f.replicas[1].url, "robin@example.com", "a fine day to be out"))
	}
	answer, err := http.Post(f.replicas[0].url+"/auth/register", "application/json", strings.NewReader(strings.ReplaceAll(somebody, "robin@example.com", newcomer)))
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	first := f.kids()[0][0]
	end := f.load(cookies)
	defer end()
	f.signWith(first)

	keeper, done, err := configured{Config: f.file}.keeper(t.Context(), program{out: io.Discard, err: io.Discard})
	require.NoError(t, err)
	defer done()
	second, err := keeper.Rotate(t.Context(), 6*time.Second, keyOperator) // a day, for those who have it
	require.NoError(t, err)
	f.publishes(time.Second, first, second.ID)
	f.signWith(first)
	f.signWith(second.ID)
	f.more(500)
	_, err = f.psql.Exec(t.Context(), `UPDATE signing_keys SET signs_from = signs_from - make_interval(secs => $1)`, (17 * time.Minute).Seconds())
	require.NoError(t, err)
	retired, err := keeper.Tend(t.Context())
	require.NoError(t, err)
	require.Len(t, retired, 1)
	f.publishes(time.Second, second.ID)
	f.more(500)

	code, said, complaint := run(nil, "keys", "rotate", "--compromised", "--config", f.file)
	committed := time.Now()
	require.Zero(t, code, complaint)
	require.Contains(t, said, "key "+second.ID+" is revoked")
	third := f.newest(keeper)
	f.publishes(time.Second-time.Since(committed), third)
	require.Eventually(t, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		return len(f.told[second.ID]) == 2
	}, time.Second-time.Since(committed), time.Millisecond, "both feeds say so within a second")
	for _, s := range f.services {
		s.drops(t, second.ID, time.Second-time.Since(committed))
	}
	f.signWith(third)
	f.more(500)
	end()

	f.mu.Lock()
	defer f.mu.Unlock()
	require.Empty(t, f.refused[:min(3, len(f.refused))], "%d of %d", len(f.refused), f.sent.Load())
	require.Greater(t, f.sent.Load(), int64(1500))
	t.Logf("%d requests, none refused; the feeds said so %s and %s after the command", f.sent.Load(),
		f.told[second.ID][0].Sub(committed).Round(time.Millisecond), f.told[second.ID][1].Sub(committed).Round(time.Millisecond))
}

func (f *fleet) newest(keeper *token.Keeper) string {
	f.t.Helper()
	all, err := keeper.List(f.t.Context())
	require.NoError(f.t, err)
	return all[0].ID
}
