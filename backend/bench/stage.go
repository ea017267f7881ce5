package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"vestibule/backend/config"
)

const (
	answerSize = 1024   // bytes of the upstream's answer
	inTable    = 10_000 // sessions that the table holds, those in rotation included
)

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
	example  string // host:port of the example service
	witness  witness
	running  []*process
	config   *config.Config // of the first replica
	first    replica
	second   replica // carries no load
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
	for _, program := range [][3]string{
		{"upstream", ".", "./backend/bench/upstream"}, {"plain", ".", "./backend/bench/plain"}, {"naive", ".", "./backend/bench/naive"},
		{"orders", ".", "./backend/examples/orders/cmd/orders"}, {"peer", "backend/bench/peers", "."},
	} {
		if err := s.build(ctx, program[0], program[1], program[2]); err != nil {
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
	if s.wrk, err = s.rotation(ctx, s.db); err != nil {
		return err
	}
	if _, err := s.db.fill(ctx, max(0, inTable-s.sessions)); err != nil {
		return err
	}
	if !s.performs() {
		return nil
	}
	return s.lineUp(ctx)
}

// rotation makes the sessions that are in use in a database, and gives the load tool with their cookies.
func (s *stage) rotation(ctx context.Context, d *database) (tool, error) {
	cookies, err := d.fill(ctx, s.sessions)
	if err != nil {
		return tool{}, err
	}
	return s.wrk.with(s.dir, "cookies", cookies)
}

// strike ends everything, the last first.
func (s *stage) strike() error {
	var faults []error
	for i := len(s.running) - 1; i >= 0; i-- {
		faults = append(faults, s.running[i].stop())
	}
	faults = append(faults, s.witness.close())
	if s.db != nil {
		faults = append(faults, s.db.close())
	}
	if s.dir != "" {
		faults = append(faults, os.RemoveAll(s.dir))
	}
	return errors.Join(faults...)
}

// build makes a program as production's are made, in the module that has the folder.
func (s *stage) build(ctx context.Context, name, dir, pkg string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", s.built(name), pkg)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s: %w\n%s", name, err, said)
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

// retire ends a program before the others.
func (s *stage) retire(p *process) {
	if p.stop() == nil {
		s.running = slices.DeleteFunc(s.running, func(other *process) bool { return other == p })
	}
}

// last is the program that was started last.
func (s *stage) last() *process { return s.running[len(s.running)-1] }
