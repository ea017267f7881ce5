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
	stopWithin  = 10 * time.Second
)

// ErrInUse is reported when another running program holds the data folder.
var ErrInUse = errors.New("another running vestibule uses this data folder")

// Options say where and how.
type Options struct {
	DataDir string // made where it is not there; holds the cluster, its port and its password
	Log     *slog.Logger
	Fast    bool // give up durability for speed: for tests
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
	p, err := prepare(dir, o.Log)
	if err != nil {
		return nil, err
	}
	if err := p.stopStale(o.Log); err != nil {
		return nil, err
	}
	s := &Server{place: p, done: make(chan struct{})}
	if s.words, err = p.init(ctx, o.Log); err != nil {
		return nil, err
	}
	if s.port, err = p.port(); err != nil {
		return nil, err
	}
	if err := s.launch(o.Fast); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		_ = s.end()
		return nil, fmt.Errorf("%w; its log is %s", err, p.log)
	}
	return s, nil
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

// Signal sends postgres a signal: tests pause and kill it.
func (s *Server) Signal(signal os.Signal) error { return s.cmd.Process.Signal(signal) }

// Stop ends postgres and gives the data folder back. It is safe to call more than once.
func (s *Server) Stop() error {
	err := s.end()
	_ = s.lock.Close()
	return err
}

// end asks for a fast shutdown first, then for an immediate one.
func (s *Server) end() error {
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
		settings = append(settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
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
			return errors.New("postgres ended while starting")
		case <-ctx.Done():
			return fmt.Errorf("postgres does not answer: %w", last)
		}
	}
}

func (s *Server) ensureDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, s.url("postgres"))
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
