package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"vestibule/backend/config"
	"vestibule/backend/secret"
)

const answerSize = 1024 // bytes of the upstream's answer

// stage is everything that runs for a measurement.
type stage struct {
	options
	out   io.Writer
	wrk   tool
	load  string // the machine's, before we began
	began time.Time

	dir      string // temporary: binaries, logs, the database, the configuration
	db       *database
	upstream string // host:port
	running  []*process
	replica  *process
	second   *process // a replica that carries no load
	at       string   // where Vestibule listens
	atSecond string
	internal string // of the first
	line     []contender
}

// set starts everything that the chosen contenders need. What was started before an error is ended
// by strike.
func (s *stage) set(ctx context.Context) (err error) {
	if s.dir, err = os.MkdirTemp("", "vestibule-bench-"); err != nil {
		return err
	}
	if err := os.Chmod(s.dir, 0o755); err != nil { //nolint:gosec // postgres' own user has to walk through it
		return err
	}
	if _, err := os.Stat(s.binary); err != nil {
		return fmt.Errorf("there is no %s: `make build` makes it", s.binary)
	}
	for name, pkg := range map[string]string{"upstream": "./backend/bench/upstream", "plain": "./backend/bench/plain", "naive": "./backend/bench/naive", "orders": "./backend/examples/orders/cmd/orders"} {
		if err := s.build(ctx, name, pkg); err != nil {
			return err
		}
	}
	if s.db, err = openDatabase(ctx, s.dir); err != nil {
		return err
	}
	if s.upstream, err = freeAddress(ctx); err != nil {
		return err
	}
	if err := s.start(ctx, "upstream", nil, "http://"+s.upstream+"/", 200, "-listen", s.upstream, "-size", fmt.Sprint(answerSize)); err != nil {
		return err
	}
	if err := s.startVestibule(ctx); err != nil {
		return err
	}
	cookies, err := s.db.fill(ctx, s.sessions)
	if err != nil {
		return err
	}
	if err := s.wrk.write(s.dir, cookies); err != nil {
		return err
	}
	return s.lineUp(ctx)
}

// strike ends everything, the last first.
func (s *stage) strike() error {
	var faults []error
	for i := len(s.running) - 1; i >= 0; i-- {
		faults = append(faults, s.running[i].stop())
	}
	if s.db != nil {
		faults = append(faults, s.db.close())
	}
	if s.dir != "" {
		faults = append(faults, os.RemoveAll(s.dir))
	}
	return errors.Join(faults...)
}

// build makes a program as production's are made.
func (s *stage) build(ctx context.Context, name, pkg string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", s.built(name), pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", pkg, err, said)
	}
	return nil
}

func (s *stage) built(name string) string { return filepath.Join(s.dir, name+".bin") }

// start runs a program that we built, until strike, and waits until a URL of it answers.
func (s *stage) start(ctx context.Context, name string, env []string, url string, status int, args ...string) error {
	return s.startBinary(ctx, name, s.built(name), env, url, status, args...)
}

func (s *stage) startBinary(ctx context.Context, name, bin string, env []string, url string, status int, args ...string) error {
	p, err := launch(s.dir, name, bin, env, args...)
	if err != nil {
		return err
	}
	s.running = append(s.running, p)
	_, _ = fmt.Fprintf(s.out, "%s runs as process %d\n", name, p.pid)
	return p.ready(ctx, url, status)
}

// last is the program that was started last.
func (s *stage) last() *process { return s.running[len(s.running)-1] }

// startVestibule runs one replica as in production, with two downstreams: `orders`, which is the
// cheap upstream, and `example`, which is the real service and checks what it gets.
func (s *stage) startVestibule(ctx context.Context) error {
	var addresses [3]string
	for i := range addresses {
		var err error
		if addresses[i], err = freeAddress(ctx); err != nil {
			return err
		}
	}
	at, internal, example := addresses[0], addresses[1], addresses[2]
	c := config.Default()
	c.PublicURL = &url.URL{Scheme: "http", Host: at}
	c.Listen, c.InternalListen = at, internal
	c.DatabaseURL, c.MasterKey = secret.Of(s.db.url), secret.Of(masterKey())
	c.Downstreams = []config.Downstream{
		config.NewDownstream("orders", &url.URL{Scheme: "http", Host: s.upstream}, "upstream"),
		config.NewDownstream("example", &url.URL{Scheme: "http", Host: example}, "orders"),
	}
	text, err := c.Marshal()
	if err != nil {
		return err
	}
	file := filepath.Join(s.dir, "vestibule.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	err = s.startBinary(ctx, "vestibule", s.binary, nil, "http://"+internal+"/readyz", 200, "serve", "--config", file)
	if err != nil {
		return err
	}
	s.replica, s.at, s.internal = s.last(), at, internal
	if err := s.startSecond(ctx, c); err != nil {
		return err
	}
	return s.start(ctx, "orders", []string{
		"VESTIBULE_ISSUER=http://" + at, "VESTIBULE_JWKS_URL=http://" + internal + "/.well-known/jwks.json",
		"VESTIBULE_REVOCATIONS_URL=http://" + internal + "/revocations", "ORDERS_LISTEN=" + example,
	}, "http://"+example+"/", 401)
}

// startSecond runs another replica, as like the first as two are.
func (s *stage) startSecond(ctx context.Context, c *config.Config) error {
	var err error
	if s.atSecond, err = freeAddress(ctx); err != nil {
		return err
	}
	internal, err := freeAddress(ctx)
	if err != nil {
		return err
	}
	c.Listen, c.InternalListen = s.atSecond, internal
	text, err := c.Marshal()
	if err != nil {
		return err
	}
	file := filepath.Join(s.dir, "second.yaml")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	err = s.startBinary(ctx, "second", s.binary, nil, "http://"+internal+"/readyz", 200, "serve", "--config", file)
	s.second = s.last()
	return err
}

func masterKey() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	return base64.StdEncoding.EncodeToString(raw[:])
}
