package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/config"
	"vestibule/backend/examples/orders"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/verifier"
)

// tap stands in the wire to a downstream, and keeps the last token that goes by.
type tap struct {
	*httptest.Server
	behind *url.URL
	took   chan string
}

func newTap(t *testing.T, behind *url.URL) *tap {
	t.Helper()
	w := &tap{behind: behind, took: make(chan string, 1)}
	through := httputil.NewSingleHostReverseProxy(behind)
	w.Server = httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		w.took <- r.Header.Get("Authorization")
		through.ServeHTTP(answer, r)
	}))
	t.Cleanup(w.Close)
	return w
}

func (w *tap) at(t *testing.T) *url.URL {
	t.Helper()
	at, err := url.Parse(w.URL)
	require.NoError(t, err)
	return at
}

// shown shows a token to the downstream itself, past Vestibule.
func (w *tap) shown(t *testing.T, token string) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, w.behind.String()+"/", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", token)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer, string(body)
}

// until shows a token until the answer is another status, and gives how long that took.
func (w *tap) until(t *testing.T, token string, status int) (time.Duration, *http.Response, string) {
	t.Helper()
	for began := time.Now(); ; {
		answer, body := w.shown(t, token)
		if answer.StatusCode == status {
			return time.Since(began), answer, body
		}
		require.Equal(t, http.StatusOK, answer.StatusCode, body)
		require.Less(t, time.Since(began), endsWithin)
	}
}

// TestATakenTokenDiesWithItsSessionWhereTheFeedIsFollowed takes tokens from the wire between a replica
// and the two example services, which run as `vestibule dev` starts them: `orders` follows the feed of
// another replica, `insights` follows none.
func TestATakenTokenDiesWithItsSessionWhereTheFeedIsFollowed(t *testing.T) {
	dir, database := dataDir(t), pgtest.URL(t)
	start(t, []string{"VESTIBULE_DATA_DIR=" + dir, "VESTIBULE_DATABASE_URL=" + database}, "dev")
	loaded, _, err := config.Load(filepath.Join(dir, "vestibule.yaml"), nil)
	require.NoError(t, err)
	require.Len(t, loaded.Downstreams, 3, "insights needs what `make build` installs")
	taps := map[string]*tap{}
	for i, d := range loaded.Downstreams {
		taps[d.Name] = newTap(t, d.URL)
		loaded.Downstreams[i].URL = taps[d.Name].at(t)
	}
	text, err := loaded.Marshal()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "tapped.yaml")
	require.NoError(t, os.WriteFile(file, text, 0o600))
	tapped := start(t, nil, "serve", "--config", file)

	cookie, spared := signIn(t, tapped.url, demoEmail, demoPassword), signIn(t, tapped.url, demoEmail, demoPassword)
	take := func(service, cookie string) string {
		status, body := ask(t, "GET", tapped.url+"/api/"+service+"/", cookie)
		require.Equal(t, http.StatusOK, status, body)
		token := <-taps[service].took
		answer, body := taps[service].shown(t, token)
		require.Equal(t, http.StatusOK, answer.StatusCode, body)
		return token
	}
	forOrders, forInsights, other := take("orders", cookie), take("insights", cookie), take("orders", spared)
	sid := sidOf(t, tapped.url, cookie)

	psql, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer psql.Close(t.Context())
	_, err = psql.Exec(t.Context(), `DELETE FROM sessions WHERE sid = $1`, sid)
	require.NoError(t, err)
	took, answer, body := taps["orders"].until(t, forOrders, http.StatusUnauthorized)
	require.Less(t, took, time.Second)
	require.Contains(t, body, `"code":"invalid_token"`)
	require.Contains(t, answer.Header.Get("WWW-Authenticate"), `error="invalid_token"`)

	answer, body = taps["insights"].shown(t, forInsights)
	require.Equal(t, http.StatusOK, answer.StatusCode, "it lives on until it expires: %s", body)
	answer, body = taps["orders"].shown(t, other)
	require.Equal(t, http.StatusOK, answer.StatusCode, "another session's: %s", body)
	status, _ := ask(t, "GET", tapped.url+"/api/orders/", cookie)
	require.Equal(t, http.StatusUnauthorized, status)
}

// TestOrdersIsUnavailableWhileNobodyCanSayWhatHasEnded stops the only replica that it follows.
func TestOrdersIsUnavailableWhileNobodyCanSayWhatHasEnded(t *testing.T) {
	var shop http.Handler // made once its Vestibule's address is known
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { shop.ServeHTTP(w, r) }))
	t.Cleanup(service.Close)
	behind, err := url.Parse(service.URL)
	require.NoError(t, err)
	wire := newTap(t, behind)
	r := start(t, nil, "serve", "--config", configure(t, pgtest.URL(t), "downstreams: [{name: orders, url: "+wire.URL+", audience: orders}]\n"))
	feed, err := verifier.Follow(t.Context(), verifier.FeedConfig{URL: r.internal + "/revocations", WhenStale: verifier.Required})
	require.NoError(t, err)
	v, err := verifier.New(verifier.Config{Issuer: "http://localhost:8080", Audience: orders.Audience, JWKSURL: r.internal + "/.well-known/jwks.json", Feed: feed})
	require.NoError(t, err)
	shop = orders.Handler(v, time.Now)

	status, body := ask(t, "GET", r.url+"/api/orders/", register(t, r.url))
	require.Equal(t, http.StatusOK, status, "the first request waits for the feed: %s", body)
	token := <-wire.took
	stopped := time.Now()
	require.Zero(t, r.end(), "a follower does not hold the drain up")
	require.Less(t, time.Since(stopped), 5*time.Second)
	_, answer, body := wire.until(t, token, http.StatusServiceUnavailable)
	require.Contains(t, body, `"code":"revocations_unavailable"`)
	require.Equal(t, "2", answer.Header.Get("Retry-After"))
	require.Less(t, time.Since(stopped), 10*time.Second)
}
