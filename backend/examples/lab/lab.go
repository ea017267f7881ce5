// Package lab is an example service for engineers who choose between sessions and tokens: it runs
// experiments against the Vestibule that it stands behind, and tells what it measures as it happens.
//
// It plays the client and the thief. For that it registers a throw-away person of its own at the public
// door, and holds that person's cookie and tokens itself: whatever it ends, it ends for nobody else, and
// nothing of it ever reaches a browser. It is for development: `vestibule serve` knows nothing of it.
package lab

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"vestibule/backend/verifier"
)

// Audience is what tokens for this service are issued for.
const Audience = "lab"

const (
	mostRuns  = 8 // at once, of all people together
	mostBody  = 4 << 10
	runWithin = 20 * time.Minute // the longest life of a token, its leeway, and what comes before
)

// Config says where the Vestibule is that this service stands behind. All but Database is required.
type Config struct {
	Door      string // its public listener, as this machine reaches it, without a slash at its end
	Internal  string // its internal listener, likewise
	Self      string // where this service is itself
	Issuer    string // its public URL
	ClientID  string // a public client that may have codes and refresh tokens
	Redirect  string // one of that client's redirect URIs
	Database  string // its database, to ask it as a service without a cache would; empty: that part is left out
	Algorithm string // what its tokens are signed with; ES256 by default
}

// Lab is the service. Safe for concurrent use.
type Lab struct {
	Config
	pool *pgxpool.Pool // nil without a database

	mu       sync.Mutex
	running  map[string]*run       // by subject: one each
	catching map[string]chan<- hop // by the name of a request that is on its way here
	person   *person               // nil before the first run
}

// experiments are what can be run.
var experiments = map[string]func(*run, options) error{
	"revoke": (*run).revoke, "cost": (*run).cost, "scale": (*run).scale, "theft": (*run).theft, "anatomy": (*run).anatomy,
}

// New makes the service, which follows the revocation feed until ctx is done. GET / says what there is;
// POST /runs/{experiment} runs one, and answers with lines of JSON until it is over or the caller leaves;
// the rest are the doors that experiments knock at.
func New(ctx context.Context, c Config) (http.Handler, error) {
	feed, err := verifier.Follow(ctx, verifier.FeedConfig{URL: c.Internal + "/revocations", WhenStale: verifier.Required})
	if err != nil {
		return nil, err
	}
	strict, err := c.verifier(feed)
	if err != nil {
		return nil, err
	}
	plain, err := c.verifier(nil)
	if err != nil {
		return nil, err
	}
	pool, err := openDatabase(ctx, c.Database)
	if err != nil {
		return nil, err
	}
	return (&Lab{Config: c, pool: pool, running: map[string]*run{}, catching: map[string]chan<- hop{}}).handler(strict, plain), nil
}

// verifier is for tokens of this service: with the feed, or by their signature alone.
func (c Config) verifier(feed *verifier.Feed) (*verifier.Verifier, error) {
	return verifier.New(verifier.Config{Issuer: c.Issuer, Audience: Audience, JWKSURL: c.Internal + "/.well-known/jwks.json",
		Algorithms: []string{cmp.Or(c.Algorithm, "ES256")}, Leeway: leeway, Feed: feed})
}

func (l *Lab) handler(strict, plain *verifier.Verifier) http.Handler {
	own := http.NewServeMux()
	own.HandleFunc("GET /{$}", l.about)
	own.HandleFunc("POST /runs/{experiment}", l.start)
	own.HandleFunc("GET /door", door)
	own.HandleFunc("GET /open", open)
	own.HandleFunc("GET /hop", l.catch)
	all := http.NewServeMux()
	all.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	all.Handle("GET /feed/door", checked(strict, http.HandlerFunc(door)))
	all.Handle("GET /signature/door", checked(plain, http.HandlerFunc(door)))
	all.HandleFunc("GET /lookup/door", l.lookupDoor)
	all.Handle("/", strict.Middleware(own))
	return all
}

// about is how a page knows that the lab is there.
func (l *Lab) about(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{"service": Audience, "experiments": slices.Sorted(maps.Keys(experiments)),
		"database": l.Database != ""})
}

// options are what a caller may choose. Zero means the experiment's own choice.
type options struct {
	Requests int `json:"requests"` // cost: of each way
	Rate     int `json:"rate"`     // scale: requests a second that come to each replica
	Sessions int `json:"sessions"` // scale: that are in use
}

func (o options) valid() bool {
	within := func(n, least, most int) bool { return n == 0 || (least <= n && n <= most) }
	return within(o.Requests, 20, 1000) && within(o.Rate, 1, 100_000) && within(o.Sessions, 1, 100_000_000)
}

// start runs an experiment for whoever asks. A second one of the same person ends the first.
func (l *Lab) start(w http.ResponseWriter, r *http.Request) {
	experiment := experiments[r.PathValue("experiment")]
	if experiment == nil {
		refuse(w, http.StatusNotFound, "not_found", "There is no such experiment.")
		return
	}
	var chosen options
	if err := read(http.MaxBytesReader(w, r.Body, mostBody), &chosen); err != nil {
		refuse(w, http.StatusBadRequest, "malformed_json", "Send what you choose as a JSON object; an empty one will do.")
		return
	}
	if !chosen.valid() {
		refuse(w, http.StatusUnprocessableEntity, "validation_failed",
			"requests is 20 to 1000, rate is 1 to 100,000, and sessions is 1 to 100,000,000.")
		return
	}
	claims, _ := verifier.FromContext(r.Context()) // Middleware stands before
	ctx, cancel := context.WithTimeout(r.Context(), runWithin)
	defer cancel()
	one := newRun(ctx, l, w)
	if !l.admit(claims.Subject, one) {
		refuse(w, http.StatusTooManyRequests, "busy", "As many experiments as this service takes are under way. Try again in a moment.")
		return
	}
	defer l.leave(claims.Subject, one)
	w.Header().Set("Content-Type", "application/x-ndjson")
	one.finish(experiment(one, chosen))
}

// admit enters a run, and waits until the one before of the same person has ended what it started.
func (l *Lab) admit(subject string, one *run) bool {
	l.mu.Lock()
	before := l.running[subject]
	if before == nil && len(l.running) >= mostRuns {
		l.mu.Unlock()
		return false
	}
	l.running[subject] = one
	l.mu.Unlock()
	if before != nil {
		before.stop(errReplaced)
		<-before.over
	}
	return true
}

func (l *Lab) leave(subject string, one *run) {
	one.stop(nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running[subject] == one {
		delete(l.running, subject)
	}
	close(one.over)
}

// read takes one JSON object with the members it knows, and nothing after it.
func read(from io.Reader, into any) error {
	decoder := json.NewDecoder(from)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.Join(err, errors.New("there is more than one value"))
	}
	return nil
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

func refuse(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"type": "about:blank", "title": http.StatusText(status), "code": code, "detail": detail})
}
