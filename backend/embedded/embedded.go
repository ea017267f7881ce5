// Package embedded runs a PostgreSQL of its own for development and tests: no Docker, no system
// service, no step that needs root. Its binaries come from npm (see package.json), or from the
// system. It is never used in production.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	role     = "vestibule"
	database = "vestibule"

	startWithin = 30 * time.Second
	tryWithin   = 3 * time.Second
	stopWithin  = 10 * time.Second
)

// ErrInUse is reported when another running program holds the data folder.
var ErrInUse = errors.New("another running vestibule uses this data folder")

var errEnded = errors.New("postgres ended while starting")

// Options say where and how.
type Options struct {
	DataDir string // made where it is not there; holds the cluster, its port and its password
	Log     *slog.Logger
	Fast    bool // for tests: what was committed may not survive the end of the machine
}

// Server is a running PostgreSQL. Safe for concurrent use.
type Server struct {
	place place
	port  int
	cmd   *exec.Cmd
	done  chan struct{} // closed when postgres has ended
	lock  *os.File
	words string // its password
}

// Start starts PostgreSQL on the data folder, and makes the cluster first where there is none. It
// takes over from a start that was killed: a postgres that was left behind on this folder is
// stopped first. ErrInUse when another running program holds the folder.
func Start(ctx context.Context, o Options) (*Server, error) {
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	lock, err := takeLock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	s, err := start(ctx, dir, o)
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("embedded PostgreSQL: %w", err)
	}
	s.lock = lock
	return s, nil
}

func start(ctx context.Context, dir string, o Options) (*Server, error) {
	p, err := prepare(ctx, dir, o.Log)
	if err != nil {
		return nil, err
	}
	if err := p.stopStale(o.Log); err != nil {
		return nil, err
	}
	words, err := p.init(ctx, o.Log)
	if err != nil {
		return nil, err
	}
	for tries := 3; ; tries-- {
		s := &Server{place: p, words: words, done: make(chan struct{})}
		if s.port, err = p.port(); err != nil {
			return nil, err
		}
		if err := s.launch(o.Fast); err != nil {
			return nil, err
		}
		err := s.ready(ctx)
		if err == nil {
			return s, nil
		}
		_ = s.end()
		// Another program may have taken the port since we looked, and the processes of a postgres that
		// was killed may take a moment to end: neither holds a second time.
		if tries == 1 || !errors.Is(err, errEnded) {
			return nil, fmt.Errorf("%w%s; its log is %s", err, lastWords(p.log), p.log)
		}
	}
}

// lastWords is what postgres' log says of why it ended, if it does.
func lastWords(log string) string {
	var said []string
	for line := range strings.Lines(readFile(log)) {
		if _, why, is := strings.Cut(line, "FATAL:  "); is {
			said = []string{strings.TrimSpace(why)}
		} else if _, why, is := strings.Cut(line, "DETAIL:  "); is {
			said = append(said, strings.TrimSpace(why))
		}
	}
	if len(said) == 0 {
		return ""
	}
	return ": " + strings.Join(said, "; ")
}

// Remove takes a cluster that does not run, and its data folder, off the disk. ErrInUse when a
// running program holds the folder.
func Remove(dataDir string) error {
	dir, err := filepath.Abs(dataDir)
	if err != nil {
		return err
	}
	lock, err := takeLock(filepath.Join(dir, "lock"))
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	defer lock.Close()
	p, err := locate(dir)
	if err != nil {
		return err
	}
	if err := p.stopStale(slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(p.data), os.RemoveAll(p.data+".half"), os.RemoveAll(dir))
}

// URL is how to connect, password included. It never leaves this machine.
func (s *Server) URL() string { return s.url(database) }

func (s *Server) url(name string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(role, s.words), Host: net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)),
		Path: "/" + name, RawQuery: "sslmode=disable"}
	return u.String()
}

// Done is closed when postgres has ended, by Stop or by itself.
func (s *Server) Done() <-chan struct{} { return s.done }

// Kill ends every process of postgres as a crash of the machine would: connections break. The next
// Start recovers what was committed.
func (s *Server) Kill() error {
	pid := s.cmd.Process.Pid
	_ = s.cmd.Process.Signal(syscall.SIGSTOP) // it would start its children anew
	for deadline := time.Now().Add(stopWithin); time.Now().Before(deadline); <-time.After(time.Millisecond) {
		left := children(pid)
		if len(left) == 0 {
			break
		}
		for _, child := range left {
			_ = syscall.Kill(child, syscall.SIGKILL)
		}
	}
	err := s.cmd.Process.Kill()
	<-s.done
	return err
}

// Pause freezes postgres and every process of it, as a machine that hangs would: connections stay
// open, and nothing answers.
func (s *Server) Pause() error { return s.signalAll(syscall.SIGSTOP) }

// Resume ends a pause.
func (s *Server) Resume() error { return s.signalAll(syscall.SIGCONT) }

func (s *Server) signalAll(signal syscall.Signal) error {
	err := s.cmd.Process.Signal(signal) // first, so that it starts no more
	if errors.Is(err, os.ErrProcessDone) {
		return err // and its number may be somebody else's by now
	}
	for _, child := range children(s.cmd.Process.Pid) {
		if failed := syscall.Kill(child, signal); !errors.Is(failed, syscall.ESRCH) {
			err = errors.Join(err, failed)
		}
	}
	return err
}

// Stop ends postgres and gives the data folder back. It is safe to call more than once.
func (s *Server) Stop() error {
	err := s.end()
	_ = s.lock.Close()
	return err
}

// end asks for a fast shutdown first, then for an immediate one.
func (s *Server) end() error {
	_ = s.Resume() // a frozen process hears nothing
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGQUIT, os.Kill} {
		if err := s.cmd.Process.Signal(signal); errors.Is(err, os.ErrProcessDone) {
			break
		}
		select {
		case <-s.done:
			return nil
		case <-time.After(stopWithin):
		}
	}
	select {
	case <-s.done:
		return nil
	case <-time.After(stopWithin):
		return fmt.Errorf("postgres %d does not end", s.cmd.Process.Pid)
	}
}

// launch starts the process, in a group of its own: a Ctrl-C at the terminal is ours to hand on.
func (s *Server) launch(fast bool) error {
	settings := []string{
		"listen_addresses=127.0.0.1", "port=" + strconv.Itoa(s.port), "unix_socket_directories=", "max_connections=200",
		"timezone=UTC", "log_timezone=UTC", "shared_buffers=128MB", "logging_collector=off",
	}
	if fast {
		// Not synchronous_commit: what was committed has to survive the end of the process, if not of the machine.
		settings = append(settings, "fsync=off", "full_page_writes=off", "autovacuum=off")
	}
	args := []string{"-D", s.place.data}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	out, err := os.OpenFile(s.place.log, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return fmt.Errorf("open the log: %w", err)
	}
	defer out.Close()                                                  // the child has its own
	s.cmd = s.place.command(context.Background(), "postgres", args...) // it lives until Stop, not until a context ends
	s.cmd.Stdout, s.cmd.Stderr = out, out
	started := make(chan error)
	go func() { // the signal at our death hangs on the thread that started the child
		defer holdThread()()
		err := s.cmd.Start()
		started <- err
		if err == nil {
			_ = s.cmd.Wait()
			close(s.done)
		}
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("start postgres: %w", err)
	}
	return nil
}

// ready waits until our password opens our cluster, so that nobody else's is taken for it.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		last := s.ensureDatabase(ctx)
		if last == nil {
			return nil
		}
		select {
		case <-ticker.C:
		case <-s.done:
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", last)
		}
	}
}

func (s *Server) ensureDatabase(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tryWithin)
	defer cancel()
	config, err := pgx.ParseConfig(s.url("postgres"))
	if err != nil {
		return err
	}
	config.RequireAuth = "scram-sha-256" // a stranger on our port must not be able to ask for the password
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	var where string
	if err := conn.QueryRow(ctx, `SHOW data_directory`).Scan(&where); err != nil {
		return err
	}
	if where != s.place.data {
		return fmt.Errorf("port %d leads to another cluster, %s", s.port, where)
	}
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, database).Scan(&there); err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, `CREATE DATABASE `+database)
	return err
}

// readFile gives a small file's text without white space around it; empty where there is none.
func readFile(name string) string {
	text, _ := os.ReadFile(name)
	return strings.TrimSpace(string(text))
}
