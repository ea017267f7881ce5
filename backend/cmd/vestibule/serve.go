package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"time"

	"github.com/gofiber/fiber/v2"
	"go.opentelemetry.io/otel/trace"

	"vestibule/backend/approval"
	"vestibule/backend/client"
	"vestibule/backend/config"
	"vestibule/backend/gateway"
	"vestibule/backend/httpapi"
	"vestibule/backend/patience"
	"vestibule/backend/postgres"
	"vestibule/backend/refresh"
	"vestibule/backend/sample"
	"vestibule/backend/session"
	"vestibule/backend/telemetry"
	"vestibule/backend/token"
	"vestibule/backend/user"
	"vestibule/frontend"
)

const (
	sweepEvery  = time.Minute
	sweepAtOnce = 5000
	readTimeout = 30 * time.Second // for a request's head, and between the pieces of its body
	readWithin  = 30 * time.Second // how long a reader may take for one piece of an answer
)

type serveCommand struct{ configured }

// Run serves until SIGTERM, then drains.
func (s serveCommand) Run(ctx context.Context, p program) error {
	loaded, log, err := s.load(p)
	if err != nil {
		return err
	}
	return serve(ctx, p, setup{Config: loaded, log: log})
}

// setup is a configuration, and what only `vestibule dev` adds to it.
type setup struct {
	*config.Config
	log         *slog.Logger
	development bool
	app         fs.FS // in place of ui.app
	prepare     func(context.Context, *user.Service) error
	ready       func() // says what to try
}

// replica is one running Vestibule.
type replica struct {
	setup
	db        *postgres.DB
	clock     *postgres.Clock
	began     time.Time // by the database's clock
	listener  *postgres.Listener
	sessions  *postgres.Sessions
	memory    *session.Memory
	ring      *token.Ring
	keeper    *token.Keeper
	gateway   *gateway.Gateway
	devServer *gateway.App // nil for none
	attempts  *postgres.Attempts

	approvals *postgres.Approvals
	samples   *postgres.Samples
	public    *fiber.App
	internal  *fiber.App
	drain     context.CancelFunc
	metrics   *telemetry.Metrics

	flushTraces func(context.Context) error
}

// serve wires a replica, serves until ctx is done, and drains.
func serve(ctx context.Context, p program, s setup) error {
	db, err := postgres.Open(ctx, s.DatabaseURL.Reveal(), int32(s.Database.MaxConnections)) //nolint:gosec // bounded by the configuration
	if err != nil {
		return err
	}
	defer db.Close()
	applied, err := db.Migrate(ctx)
	if err != nil {
		return err
	}
	for _, migration := range applied {
		s.log.Info("migrated", "step", migration.Name)
	}
	r, err := newReplica(ctx, s, db)
	if err != nil {
		return err
	}
	return r.run(ctx, p)
}

func newReplica(ctx context.Context, s setup, db *postgres.DB) (*replica, error) {
	clock, err := postgres.NewClock(ctx, db)
	if err != nil {
		return nil, err
	}
	r := &replica{setup: s, db: db, clock: clock, began: clock.Now(), sessions: postgres.NewSessions(db), attempts: postgres.NewAttempts(db), approvals: postgres.NewApprovals(db),
		samples: postgres.NewSamples(db)}
	r.metrics = telemetry.NewMetrics()
	tracer, flushTraces, err := telemetry.Traces(ctx)
	if err != nil {
		return nil, err
	}
	r.flushTraces = flushTraces
	r.memory = session.NewMemory(session.MemoryConfig{Store: r.sessions, Told: r.heard, Now: clock.Now, MaxBytes: int64(s.Session.CacheSize),
		Proven: func() bool { return r.listener.Proven() }})
	if err := r.openKeys(ctx); err != nil {
		return nil, err
	}
	r.listener = postgres.NewListener(db, hearer{r.memory, r.ring, s.log}, s.log)

	users, err := r.users()
	if err != nil {
		return nil, err
	}
	if s.prepare != nil {
		if err := s.prepare(ctx, users); err != nil {
			return nil, fmt.Errorf("prepare for development: %w", err)
		}
	}
	return r, r.hang(users, tracer)
}

// hang makes the two doors.
func (r *replica) hang(users *user.Service, tracer trace.Tracer) error {
	issuer, err := token.NewIssuer(r.ring, r.PublicURL.String(), r.Token.Lifetime)
	if err != nil {
		return err
	}
	if r.gateway, err = gateway.New(downstreams(r.Downstreams), r.PublicURL.String()); err != nil {
		return err
	}
	own, err := r.pages()
	if err != nil {
		return err
	}
	if r.devServer, err = r.appServer(); err != nil {
		return err
	}
	var draining context.Context
	draining, r.drain = context.WithCancel(context.Background())
	registry := client.NewRegistry(clients(r.Clients))
	refreshing := refresh.NewService(refresh.Config{Store: postgres.NewRefresh(r.db), Idle: r.Token.RefreshIdleTimeout,
		RetryWithin: r.Token.RefreshRetryWithin, Heard: r.listener.Heard})
	r.public = httpapi.New(httpapi.Config{
		Keeper: r.keeper, Replica: r.name(), Overview: sample.NewService(r.samples, r.clock.Now),
		PublicURL: r.PublicURL, TrustedProxies: r.TrustedProxies, InsecureCookie: r.Cookie.InsecureOnLoopback,
		Development: r.development, CSP: r.UI.ContentSecurityPolicy, ReadTimeout: readTimeout,
		Users: users, Watch: r.memory.Watch, Sessions: session.NewService(session.Config{Store: r.sessions, Cache: r.memory.Cache,
			Slides: r.memory.Slides, Policy: policy(r.Session), Now: r.clock.Now, Heard: r.listener.Heard}),
		Clients: registry, ClientLimits: session.Limits{Idle: r.Token.RefreshIdleTimeout, Absolute: r.Token.RefreshAbsoluteLifetime},
		Approvals: approval.NewService(approval.Config{Store: r.approvals, Heard: r.listener.Heard}), Refresh: refreshing,
		Events: postgres.NewEvents(r.db), Gateway: r.gateway, Issuer: issuer, JWKS: r.ring.JWKS, Keys: r.ring.Key, KeysHeard: r.keysHeard, Meter: r.metrics, Tracer: tracer,
		Account: frontend.Account(), App: own, DevServer: r.devServer, Now: r.clock.Now, Log: r.log, Draining: draining,
	})
	r.internal = httpapi.NewInternal(httpapi.InternalConfig{Checks: r.checks(), JWKS: r.ring.JWKS, Revocations: r.memory.Revocations,
		RevokedKeys: r.ring.Revoked, Proven: r.listener.Proven, Log: r.log, Draining: draining, Metrics: r.metrics.Handler(),
		PublicURL: r.PublicURL.String(), Keys: r.ring.Key, KeysHeard: r.keysHeard, Issuer: issuer, Clients: registry, Gateway: r.gateway, Refresh: refreshing,
		Users: users, Sessions: r.sessions, Meter: r.metrics, Now: r.clock.Now})
	r.gauges()
	return nil
}

// name tells replicas apart, to people.
func (r *replica) name() string {
	host, _ := os.Hostname()
	_, port, err := net.SplitHostPort(r.Listen)
	if err != nil {
		return host
	}
	return net.JoinHostPort(host, port)
}

// keysHeard asks the database for the keys while it is not proven that changes are heard.
func (r *replica) keysHeard(ctx context.Context) error {
	if r.listener.Proven() {
		return nil
	}
	return r.ring.Reload(ctx)
}

func (r *replica) users() (*user.Service, error) {
	hasher, err := user.NewHasher(hashing(r.Password))
	if err != nil {
		return nil, err
	}
	config := user.Config{Store: postgres.NewUsers(r.db), Attempts: r.attempts, Hasher: hasher,
		Limits: limits(r.Limits), Registration: r.Registration.Enabled}
	if r.listener != nil { // a command remembers nothing
		config.Heard = r.listener.Heard
	}
	return user.NewService(config), nil
}

// appServer is the development server of the team's own app, where ui.app names one.
func (r *replica) appServer() (*gateway.App, error) {
	at := r.UI.Server()
	if at == nil {
		return nil, nil
	}
	return gateway.NewApp(at, r.PublicURL.String())
}

// pages is the folder of the team's own app, where there is one. No link leads out of it.
func (r *replica) pages() (fs.FS, error) {
	if r.app != nil || r.UI.App == "" || r.UI.Server() != nil {
		return r.app, nil
	}
	folder, err := os.OpenRoot(r.UI.App)
	if err != nil {
		return nil, fmt.Errorf("ui.app: %w", err)
	}
	return folder.FS(), nil // open for as long as we run
}

// checks are what must be well before this replica takes requests.
func (r *replica) checks() []httpapi.Check {
	return []httpapi.Check{
		{Name: "database", Run: func(ctx context.Context) error { return r.db.Pool.Ping(ctx) }},
		{Name: "listener", Run: func(context.Context) error {
			if !r.listener.Proven() {
				return errors.New("it is not proven that notifications are heard")
			}
			return nil
		}},
		{Name: "clock", Run: func(context.Context) error {
			if skew := r.clock.Skew(); skew.Abs() > postgres.MaxSkew {
				return fmt.Errorf("the database's clock is %s away, more than %s", skew, postgres.MaxSkew)
			}
			return nil
		}},
		{Name: "keys", Run: func(context.Context) error { return r.ring.Err() }},
	}
}

// run serves until ctx is done or a listener fails, then drains.
func (r *replica) run(ctx context.Context, p program) error {
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	go r.listener.Run(working)
	go r.clock.Run(working)
	go r.gateway.Run(working)
	if r.devServer != nil {
		go r.devServer.Run(working)
	}
	go r.sweep(working)
	go r.sampler().Run(working)
	go r.tendKeys(working)
	go r.memory.Run(working, func(doing string, err error) { r.log.Warn(doing, "error", err) })

	public, err := r.open(ctx, r.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	internal, err := (&net.ListenConfig{}).Listen(ctx, "tcp", r.InternalListen)
	if err != nil {
		return fmt.Errorf("internal_listen: %w", err)
	}
	failed := make(chan error, 2)
	go func() { failed <- r.public.Listener(public) }()
	go func() { failed <- r.internal.Listener(patience.Listener(internal, readWithin)) }()
	_, _ = fmt.Fprintf(p.out, "ready at %s\n", r.PublicURL)
	if r.ready != nil {
		r.ready()
	}
	select {
	case <-ctx.Done():
		r.log.Info("draining", "at_most", r.DrainTimeout.String())
	case err = <-failed:
	}
	return errors.Join(err, r.shutdown())
}

// shutdown ends open streams and waits for requests under way. app.Listener returns as soon as a
// shutdown begins: it is the shutdown that has to be waited for.
func (r *replica) shutdown() error {
	r.drain()
	err := errors.Join(r.close(r.public, r.DrainTimeout), r.close(r.internal, time.Second))
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return errors.Join(err, r.memory.Slides.Flush(ctx), r.flushTraces(ctx))
}

// close waits for what is under way at a door, and so long at most.
func (r *replica) close(door *fiber.App, atMost time.Duration) error {
	err := door.ShutdownWithTimeout(atMost)
	if errors.Is(err, context.DeadlineExceeded) {
		r.log.Warn("some requests were cut", "after", atMost.String())
		return nil
	}
	return err
}

// open listens, with TLS where the configuration names a certificate. HTTP/1.1 only: Fiber knows no other.
func (r *replica) open(ctx context.Context, address string) (net.Listener, error) {
	plain, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	listener := patience.Listener(plain, readWithin)
	if r.TLS.Cert == "" {
		return listener, nil
	}
	pair, err := tls.LoadX509KeyPair(r.TLS.Cert, r.TLS.Key)
	if err != nil {
		_ = listener.Close()
		return nil, fmt.Errorf("tls: %w", err)
	}
	return tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}), nil
}

// sweep tidies what is over. Limits are judged when they are read: nothing depends on this.
func (r *replica) sweep(ctx context.Context) {
	ticker := time.NewTicker(sweepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		_, err := r.sessions.Sweep(ctx, sweepAtOnce)
		_, other := r.attempts.Sweep(ctx)
		if err := errors.Join(err, other, r.sessions.SweepRevocations(ctx), r.approvals.Sweep(ctx), r.samples.Sweep(ctx)); err != nil {
			r.log.Warn("sweep", "error", err)
		}
	}
}

func policy(s config.Session) session.Policy {
	return session.Policy{
		Normal:          session.Limits{Idle: s.IdleTimeout, Absolute: s.AbsoluteLifetime},
		Remembered:      session.Limits{Idle: s.RememberIdleTimeout, Absolute: s.RememberAbsoluteLifetime},
		StepUpFreshness: s.StepUpFreshFor,
	}
}
