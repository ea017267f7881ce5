package httpapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/trace"

	"vestibule/backend/approval"
	"vestibule/backend/client"
	"vestibule/backend/examples/orders"
	"vestibule/backend/gateway"
	"vestibule/backend/httpapi"
	"vestibule/backend/patience"
	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/refresh"
	"vestibule/backend/sample"
	"vestibule/backend/secret"
	"vestibule/backend/session"
	"vestibule/backend/telemetry"
	"vestibule/backend/token"
	"vestibule/backend/user"
	"vestibule/backend/verifier"
)

const (
	publicURL    = "https://app.example.com"
	goodPassword = "a fine day for a walk"
	within       = 10 * time.Second // for what takes milliseconds on a machine that is not busy
)

// cheap keeps the tests quick.
var cheap = user.Hashing{MemoryKiB: 64, Iterations: 1, Parallelism: 1, Slots: 2, Queue: 200}

// loopback is this machine as a trusted proxy: X-Forwarded-For then says who asks.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}

// setup is what a test may want different.
type setup struct {
	database    string // empty: one of its own
	hashing     user.Hashing
	limits      user.Limits
	policy      session.Policy
	trusted     []netip.Prefix
	closed      bool // no registration
	insecure    bool // the cookie for Safari on loopback
	development bool
	app         fstest.MapFS
	devServer   string // the URL of one, in place of app
	users       func(user.Store) user.Store
	attempts    func(user.Attempts) user.Attempts
	sessions    func(session.Store) session.Store
	all         *[]*replica
	tracer      trace.Tracer
	clients     []client.Client
	keys        func(verifier.Keys) verifier.Keys
	deaf        bool // its listener does not listen
	log         *slog.Logger
}

// usualLimits are the configuration's defaults.
var usualLimits = user.Limits{
	PairFree: 5, AddressFree: 50, AccountFree: 20, AccountStop: 100, RegistrationFree: 30,
	Window: 15 * time.Minute, First: 30 * time.Second, Most: 15 * time.Minute,
}

func usual() setup {
	limits := usualLimits
	limits.RegistrationFree = 10_000 // all tests share one address
	return setup{
		keys: func(k verifier.Keys) verifier.Keys { return k }, clients: someClients, hashing: cheap, limits: limits, trusted: loopback,
		policy: session.Policy{
			Normal:          session.Limits{Idle: 30 * time.Minute, Absolute: 12 * time.Hour},
			Remembered:      session.Limits{Idle: 14 * 24 * time.Hour, Absolute: 30 * 24 * time.Hour},
			StepUpFreshness: 10 * time.Minute,
		},
		users:    func(s user.Store) user.Store { return s },
		attempts: func(a user.Attempts) user.Attempts { return a },
		sessions: func(s session.Store) session.Store { return s },
	}
}

// replica is one running Vestibule: both doors on real sockets, a real database, the listener for
// notifications, and downstreams behind it.
type replica struct {
	t        testing.TB
	all      *[]*replica // on the same database
	database string
	db       *postgres.DB
	at       string // the public door, host and port
	inside   string // the internal one
	public   *fiber.App
	users    *user.Service
	memory   *session.Memory
	metrics  *telemetry.Metrics
	service  *session.Service
	clock    *postgres.Clock
	listener *postgres.Listener
	record   *recorder
	drain    context.CancelFunc
	issuer   *token.Issuer
	client   *http.Client
	log      *logged
}

// boot starts one, wired as in main. It ends with the test. Tests with a database of their own, which
// is all of them, run side by side.
func boot(t testing.TB, change ...func(*setup)) *replica {
	t.Helper()
	s := usual()
	for _, c := range change {
		c(&s)
	}
	if s.database == "" {
		if parallel, is := t.(interface{ Parallel() }); is {
			parallel.Parallel()
		}
		s.database = pgtest.URL(t)
	}
	if s.all == nil {
		s.all = &[]*replica{}
	}
	r := &replica{t: t, all: s.all, database: s.database, db: pgtest.Connect(t, s.database), record: newRecorder(t), log: &logged{}}
	public, internal := listen(t), listen(t)
	r.at, r.inside = public.Addr().String(), internal.Addr().String()
	contract, err := described()
	require.NoError(t, err)
	r.client = &http.Client{
		Transport:     checked{t, r.at, &http.Transport{DisableCompression: true}, contract},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	log := slog.New(slog.NewTextHandler(r.log, nil))
	if s.log != nil {
		log = s.log
	}

	r.clock, err = postgres.NewClock(t.Context(), r.db)
	require.NoError(t, err)
	sessions := s.sessions(postgres.NewSessions(r.db))
	r.metrics = telemetry.NewMetrics()
	r.memory = session.NewMemory(session.MemoryConfig{Store: sessions, Now: r.clock.Now, MaxBytes: 64 << 20,
		Told:   func(one session.Revocation) { r.metrics.Revoked(string(one.Reason), r.clock.Now().Sub(one.EndedAt)) },
		Proven: func() bool { return r.listener.Proven() }})
	ring := openRing(t, r.db, r.clock)
	r.listener = postgres.NewListener(r.db, hearer{r.memory, ring}, log)
	r.service = session.NewService(session.Config{Store: sessions, Cache: r.memory.Cache, Slides: r.memory.Slides,
		Policy: s.policy, Now: r.clock.Now, Heard: r.listener.Heard})
	hasher, err := user.NewHasher(s.hashing)
	require.NoError(t, err)
	r.users = user.NewService(user.Config{Store: s.users(postgres.NewUsers(r.db)), Attempts: s.attempts(postgres.NewAttempts(r.db)),
		Hasher: hasher, Limits: s.limits, Registration: !s.closed, Heard: r.listener.Heard})
	issuer, err := token.NewIssuer(ring, publicURL, 5*time.Minute)
	require.NoError(t, err)
	r.issuer = issuer
	keysHeard := func(ctx context.Context) error {
		if r.listener.Proven() {
			return nil
		}
		return ring.Reload(ctx)
	}
	routes, err := gateway.New(r.downstreams(), publicURL)
	require.NoError(t, err)

	here, err := url.Parse(publicURL)
	require.NoError(t, err)
	draining, drain := context.WithCancel(context.Background())
	r.drain = drain
	config := httpapi.Config{
		PublicURL: here, TrustedProxies: s.trusted, InsecureCookie: s.insecure, Development: s.development, ReadTimeout: 5 * time.Second,
		Users: r.users, Sessions: r.service, Watch: r.memory.Watch, Events: postgres.NewEvents(r.db),
		Gateway: routes, Issuer: issuer, JWKS: ring.JWKS, Keys: s.keys(ring.Key), KeysHeard: keysHeard, Account: accountPages, Now: r.clock.Now, Log: log, Draining: draining, Meter: r.metrics, Tracer: s.tracer,
	}
	config.Keeper, config.Replica, config.Overview = r.keeper(), "here:8080", sample.NewService(postgres.NewSamples(r.db), r.clock.Now)
	config.Clients, config.ClientLimits = client.NewRegistry(s.clients), session.Limits{Idle: 14 * 24 * time.Hour, Absolute: 90 * 24 * time.Hour}
	config.Approvals = approval.NewService(approval.Config{Store: postgres.NewApprovals(r.db), Heard: r.listener.Heard})
	config.Refresh = refresh.NewService(refresh.Config{Store: postgres.NewRefresh(r.db), Idle: config.ClientLimits.Idle, RetryWithin: 10 * time.Second, Heard: r.listener.Heard})
	if s.app != nil {
		config.App = s.app
	}
	if s.devServer != "" {
		at, err := url.Parse(s.devServer)
		require.NoError(t, err)
		config.DevServer, err = gateway.NewApp(at, publicURL)
		require.NoError(t, err)
	}
	r.public = httpapi.New(config)
	inner := httpapi.NewInternal(httpapi.InternalConfig{Checks: r.checks(), JWKS: ring.JWKS, Revocations: r.memory.Revocations,
		RevokedKeys: ring.Revoked, Proven: r.listener.Proven, Log: log, Draining: draining, Metrics: r.metrics.Handler(),
		PublicURL: publicURL, Keys: s.keys(ring.Key), KeysHeard: keysHeard, Issuer: issuer, Clients: config.Clients, Gateway: routes, Refresh: config.Refresh,
		Users: r.users, Sessions: sessions, Meter: r.metrics, Now: r.clock.Now})
	r.serve(public, internal, inner, s.deaf)
	*r.all = append(*r.all, r)
	return r
}

var accountPages = fstest.MapFS{
	"index.html":         {Data: []byte(`<!doctype html><meta name="csp-nonce" content="__CSP_NONCE__"><meta name="vestibule-lab" content="__LAB__"><meta name="vestibule-registration" content="__REGISTRATION__"><meta name="vestibule-remember" content="__REMEMBER__"><title>account</title>`)},
	"assets/app-1a2b.js": {Data: []byte(`export {}`)},
}

// beside starts another replica on the same database.
func (r *replica) beside(change ...func(*setup)) *replica {
	return boot(r.t, append(change, func(s *setup) { s.database, s.all = r.database, r.all })...)
}

// as is the same replica, for a part of a test.
func (r *replica) as(t testing.TB) *replica {
	part := *r
	part.t = t
	return &part
}

func (r *replica) serve(public, internal net.Listener, inner *fiber.App, deaf bool) {
	working, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	if !deaf {
		running.Go(func() { r.listener.Run(working) })
	}
	running.Go(func() {
		r.memory.Run(working, func(doing string, err error) { r.log.Write([]byte(doing + ": " + err.Error() + "\n")) })
	})
	running.Go(func() { _ = r.public.Listener(patience.Listener(public, time.Minute)) })
	running.Go(func() { _ = inner.Listener(patience.Listener(internal, time.Minute)) })
	r.t.Cleanup(func() {
		r.drain()
		r.client.CloseIdleConnections()
		stop()
		_ = public.Close()
		_ = internal.Close()
		running.Wait() // not a shutdown with its wait: draining has tests of its own, in cmd/vestibule
		require.NotContains(r.t, r.log.String(), goodPassword, "the log holds a password")
	})
	require.True(r.t, deaf || assert.Eventually(r.t, r.listener.Proven, within, time.Millisecond))
}

func (r *replica) checks() []httpapi.Check {
	return []httpapi.Check{
		{Name: "database", Run: func(ctx context.Context) error { return r.db.Pool.Ping(ctx) }},
		{Name: "listener", Run: func(context.Context) error {
			if !r.listener.Proven() {
				return errors.New("notifications are not being heard")
			}
			return nil
		}},
	}
}

// hearer is what main wires: who hears of sessions, and who hears of keys.
type hearer struct {
	*session.Memory
	ring *token.Ring
}

func (h hearer) KeysChanged(ctx context.Context) error { return h.ring.Reload(ctx) }

var masterKeys = sync.OnceValues(func() (token.MasterKeys, error) {
	return token.NewMasterKeys(secret.Of(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{7}, 32))), secret.Value{})
})

func openRing(t testing.TB, db *postgres.DB, clock *postgres.Clock) *token.Ring {
	t.Helper()
	master, err := masterKeys()
	require.NoError(t, err)
	ring, err := token.OpenRing(t.Context(), postgres.NewKeys(db), master, token.ES256, token.ByClock(clock.Now))
	require.NoError(t, err)
	return ring
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

// downstreams are orders, which is real, and a recorder under several names and rules.
func (r *replica) downstreams() []gateway.Downstream {
	shop := httptest.NewServer(orders.Handler(r.verifier(orders.Audience), time.Now))
	r.t.Cleanup(shop.Close)
	gone := listen(r.t)
	_ = gone.Close()
	made := func(name, at string, change ...func(*gateway.Downstream)) gateway.Downstream {
		where, err := url.Parse(at)
		require.NoError(r.t, err)
		d := gateway.Downstream{Name: name, URL: where, Audience: name, ConnectTimeout: 2 * time.Second,
			HeaderTimeout: within, IdleTimeout: within, MaxBody: 8 << 20}
		for _, c := range change {
			c(&d)
		}
		return d
	}
	return []gateway.Downstream{
		made("orders", shop.URL),
		made("record", r.record.URL),
		made("personal", r.record.URL, func(d *gateway.Downstream) { d.Claims = []string{"email", "name"} }),
		made("admins", r.record.URL, func(d *gateway.Downstream) { d.Roles = []string{user.RoleAdmin} }),
		made("careful", r.record.URL, func(d *gateway.Downstream) { d.StepUp = time.Minute }),
		made("hasty", r.record.URL, func(d *gateway.Downstream) { d.StepUp = 3 * time.Second }),
		made("narrow", r.record.URL, func(d *gateway.Downstream) { d.Methods, d.Paths = []string{"GET"}, []string{"/open"} }),
		made("small", r.record.URL, func(d *gateway.Downstream) { d.MaxBody = 1 << 10 }),
		made("polled", r.record.URL, func(d *gateway.Downstream) { d.Passive = []string{"/poll"} }),
		made("slow", r.record.URL, func(d *gateway.Downstream) { d.HeaderTimeout = 100 * time.Millisecond }),
		made("gone", "http://"+gone.Addr().String()),
	}
}

// verifier is a downstream's: it reads the keys from the replica's own public door.
func (r *replica) verifier(audience string) *verifier.Verifier {
	v, err := verifier.New(verifier.Config{Issuer: publicURL, Audience: audience, JWKSURL: "http://" + r.at + "/.well-known/jwks.json"})
	require.NoError(r.t, err)
	return v
}

func (r *replica) approvals() *postgres.Approvals { return postgres.NewApprovals(r.db) }

// exec runs a statement as an operator would, in psql, with all the time that it needs, and waits until every
// replica has heard of it: how soon that is, TestNothingIsAdmittedAfterAnEnd says.
func (r *replica) exec(statement string, args ...any) {
	r.t.Helper()
	require.NoError(r.t, pgx.BeginFunc(r.t.Context(), r.db.Pool, func(tx pgx.Tx) error {
		_, err := tx.Exec(r.t.Context(), `SET LOCAL statement_timeout = 0`)
		if err == nil {
			_, err = tx.Exec(r.t.Context(), statement, args...)
		}
		return err
	}))
	r.listener.Heard(r.t.Context())
	r.heardByOthers()
}

// heardByOthers waits until the other replicas know what was committed before.
func (r *replica) heardByOthers() {
	for _, each := range *r.all {
		if each.listener != r.listener {
			each.listener.Heard(r.t.Context())
		}
	}
}

// turn is exec for the clock: it moves times that only use moves, which no replica is told of.
func (r *replica) turn(statement string, args ...any) {
	r.t.Helper()
	r.exec(statement, args...)
	for _, each := range *r.all {
		each.memory.Cache.Empty()
	}
}

// flush writes the uses that wait to be written.
func (r *replica) flush() {
	r.t.Helper()
	require.NoError(r.t, r.memory.Slides.Flush(r.t.Context()))
}

// one reads a single value.
func one[T any](r *replica, query string, args ...any) T {
	r.t.Helper()
	rows, err := r.db.Pool.Query(r.t.Context(), query, args...)
	require.NoError(r.t, err)
	value, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	require.NoError(r.t, err)
	return value
}

// many reads one column.
func many[T any](r *replica, query string, args ...any) []T {
	r.t.Helper()
	rows, err := r.db.Pool.Query(r.t.Context(), query, args...)
	require.NoError(r.t, err)
	values, err := pgx.CollectRows(rows, pgx.RowTo[T])
	require.NoError(r.t, err)
	return values
}

// logged is a log that can be read while it is written.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
