// Command bench measures Vestibule beside other proxies: whole processes on loopback, under wrk, one
// after the other in turn, so that what else the machine does hits all of them alike. It starts
// everything it needs, ends it again, and writes what it found to RESULTS.md. `make bench` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// what -only may be, beside the names of topics.
const roundsAlone, controlAlone = "rounds", "control"

// options are the flags. Paths begin at the module's root.
type options struct {
	sessions, connections, threads, rounds int
	duration, warmUp                       time.Duration
	contenders, only                       string
	wrk, binary, out                       string
}

func parse(args []string, errs io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.IntVar(&o.sessions, "sessions", 2000, "sessions in rotation")
	flags.IntVar(&o.connections, "connections", 32, "connections that are kept busy")
	flags.IntVar(&o.threads, "threads", 2, "threads of wrk")
	flags.IntVar(&o.rounds, "rounds", 5, "rounds; five at least for figures that count")
	flags.DurationVar(&o.duration, "duration", 8*time.Second, "of one contender's turn in a round, in whole seconds")
	flags.DurationVar(&o.warmUp, "warmup", 3*time.Second, "before the first round, when every answer is looked at, in whole seconds")
	flags.StringVar(&o.contenders, "contenders", strings.Join(names(), ","), "which, in their order; always with "+baseline)
	flags.StringVar(&o.only, "only", "", "a part of it: "+roundsAlone+", "+controlAlone+", or of that one of "+strings.Join(topicNames(), ", ")+"; nothing is written then")
	flags.StringVar(&o.wrk, "wrk", "wrk", "the load tool")
	flags.StringVar(&o.binary, "vestibule", "bin/vestibule", "the binary to measure")
	flags.StringVar(&o.out, "out", "backend/bench/RESULTS.md", "where the results go; '' for nowhere")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	return o, o.check(flags.Args())
}

func (o options) check(rest []string) error {
	switch {
	case len(rest) > 0:
		return fmt.Errorf("what is %q? All is said with flags: -help tells which", rest[0])
	case o.sessions < 1 || o.rounds < 1 || o.threads < 1:
		return errors.New("-sessions, -rounds and -threads must be 1 at least")
	case o.connections < o.threads:
		return errors.New("-connections must not be less than -threads")
	case o.duration < time.Second || o.duration%time.Second != 0 || o.warmUp < time.Second || o.warmUp%time.Second != 0:
		return errors.New("-duration and -warmup must be whole seconds, 1s at least")
	case o.only != "" && o.only != roundsAlone && o.only != controlAlone && !slices.Contains(topicNames(), o.only):
		return fmt.Errorf("-only must be %s, %s, or one of %s", roundsAlone, controlAlone, strings.Join(topicNames(), ", "))
	}
	return checkNames(o.chosen())
}

func (o options) chosen() []string { return strings.Split(o.contenders, ",") }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		_, _ = fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errs io.Writer) error {
	o, err := parse(args, errs)
	if err != nil {
		return err
	}
	if err := enterRoot(); err != nil {
		return err
	}
	wrk, err := findTool(ctx, o.wrk)
	if err != nil {
		return err
	}
	wrk.connections, wrk.threads = o.connections, o.threads
	if !measuresCPU {
		_, _ = fmt.Fprintln(out, "CPU time isn't measured on this system: only Linux tells it in /proc.")
	}
	s := &stage{options: o, out: out, wrk: wrk, load: loadAverage(), began: time.Now()}
	err = s.play(ctx)
	if ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	return errors.Join(err, s.strike())
}

// play is the whole run, but for the end of what it starts.
func (s *stage) play(ctx context.Context) error {
	if err := s.set(ctx); err != nil {
		return err
	}
	var r report
	if s.performs() {
		measured, err := s.perform(ctx)
		if err != nil {
			return err
		}
		r = s.report(ctx, measured)
		_, _ = fmt.Fprintf(s.out, "\n%s\n%s\n", r.summary(), r.beside())
	}
	if s.only != roundsAlone {
		found, err := s.measureControl(ctx)
		if err != nil {
			return s.explain(fmt.Errorf("the control of sessions: %w", err))
		}
		r.control = found
		_, _ = fmt.Fprintf(s.out, "\n%s", controlTable(found))
	}
	if s.options.out == "" || s.only != "" {
		return nil
	}
	if err := os.WriteFile(s.options.out, []byte(r.page()), 0o644); err != nil { //nolint:gosec // for everyone to read
		return err
	}
	_, _ = fmt.Fprintf(s.out, "\nwritten to %s\n", s.options.out)
	return nil
}

// performs says whether there are rounds.
func (o options) performs() bool { return o.only == "" || o.only == roundsAlone }

// enterRoot goes to the module's root, where every path begins.
func enterRoot() error {
	dir, err := os.Getwd()
	for err == nil {
		text, missing := os.ReadFile(filepath.Join(dir, "go.mod"))
		if missing == nil && strings.HasPrefix(string(text), "module vestibule\n") {
			return os.Chdir(dir)
		}
		if dir == filepath.Dir(dir) {
			return errors.New("run it inside the repository: the module vestibule is not found here or above")
		}
		dir = filepath.Dir(dir)
	}
	return err
}
