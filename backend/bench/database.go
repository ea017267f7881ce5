package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"vestibule/backend/embedded"
	"vestibule/backend/secret"
)

const (
	databaseVariable = "VESTIBULE_DATABASE_URL"
	endWithin        = 30 * time.Second
)

// database is one of our own on a server: the embedded one, or the one that VESTIBULE_DATABASE_URL
// names.
type database struct {
	url     string
	version string // of the server
	server  string // which one it is, in words
	part    *part  // nil where its processes are not ours to see
	close   func() error
	name    string // of the database
	admin   string // a URL of the server
}

// openDatabase starts the embedded server, unless another is named, and makes a database there.
func openDatabase(ctx context.Context, dir string) (*database, error) {
	d := &database{server: "named by " + databaseVariable, close: func() error { return nil }}
	server := os.Getenv(databaseVariable)
	if server == "" {
		data := filepath.Join(dir, "postgres")
		running, err := embedded.Start(ctx, embedded.Options{DataDir: data, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			return nil, err
		}
		server, d.server = running.URL(), "embedded"
		d.close = func() error { return errors.Join(running.Stop(), embedded.Remove(data)) }
	}
	if err := d.make(ctx, server); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *database) make(ctx context.Context, server string) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("connect to the database server: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	if err := conn.QueryRow(ctx, `SHOW server_version`).Scan(&d.version); err != nil {
		return err
	}
	where, err := url.Parse(server)
	if err != nil {
		return fmt.Errorf("%s must be a URL", databaseVariable) // err would show its password
	}
	if d.name == "" {
		var random [6]byte
		_, _ = rand.Read(random[:])
		d.name = "vestibule_bench_" + hex.EncodeToString(random[:])
	}
	if _, err := conn.Exec(ctx, `CREATE DATABASE `+d.name); err != nil {
		return fmt.Errorf("make a database for this run: %w", err)
	}
	where.Path = "/" + d.name
	d.url, d.admin = where.String(), server
	if !d.embedded() {
		d.close = func() error { return drop(server, d.name) }
	}
	d.part, err = findPostmaster(ctx, conn)
	return err
}

func (d *database) embedded() bool { return d.server == "embedded" }

// another makes one more on the same server, which goes when d is closed.
func (d *database) another(ctx context.Context, suffix string) (*database, error) {
	more := &database{server: d.server, name: d.name + "_" + suffix, close: func() error { return nil }}
	if err := more.make(ctx, d.admin); err != nil {
		return nil, errors.Join(err, more.close())
	}
	before := d.close
	d.close = func() error { return errors.Join(more.close(), before()) }
	return more, nil
}

func drop(server, name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), endWithin)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("drop the database %s: %w", name, err)
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, `DROP DATABASE `+name+` WITH (FORCE)`)
	return err
}

// findPostmaster finds the server's first process, which all others are children of. There is none
// where the server is on another machine, or in a container that counts processes by itself.
func findPostmaster(ctx context.Context, conn *pgx.Conn) (*part, error) {
	var pid int
	if err := conn.QueryRow(ctx, `SELECT pg_backend_pid()`).Scan(&pid); err != nil || !measuresCPU {
		return nil, err
	}
	backend, err := readStat(pid)
	if err != nil || backend.name != "postgres" {
		return nil, nil //nolint:nilerr // no such process here: it is somewhere else
	}
	parent, err := readStat(backend.parent)
	if err != nil || parent.name != "postgres" {
		return nil, nil //nolint:nilerr // as above
	}
	found := familyPart("Postgres", backend.parent)
	return &found, nil
}

// fill makes sessions, each of a user of its own, and gives what their cookies carry. The schema must
// be there: a replica migrates when it starts.
func (d *database) fill(ctx context.Context, n int) ([]string, error) {
	conn, err := pgx.Connect(ctx, d.url)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	users, sids, keys, cookies := make([]uuid.UUID, n), make([]uuid.UUID, n), make([]string, n), make([]string, n)
	for i := range n {
		value := secret.New()
		users[i], sids[i], keys[i], cookies[i] = uuid.New(), uuid.New(), value.Hash(), value.Reveal()
	}
	for _, step := range []struct {
		sql  string
		args []any
	}{
		{`INSERT INTO users (id, email, email_key, name, password_hash)
		  SELECT id, id || '@example.com', id || '@example.com', 'Somebody', 'none' FROM unnest($1::uuid[]) AS id`, []any{users}},
		{`INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at,
		    idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		  SELECT k, sid, 'browser', user_id, '', false, '127.0.0.1', 'wrk', now(), now(),
		    now() + interval '30 minutes', now() + interval '12 hours', now(), 'pwd', 'aal1'
		    FROM unnest($1::text[], $2::uuid[], $3::uuid[]) AS made (k, sid, user_id)`, []any{keys, sids, users}},
		{`ANALYSE users`, nil},
		{`ANALYSE sessions`, nil},
	} {
		if _, err := conn.Exec(ctx, step.sql, step.args...); err != nil {
			return nil, fmt.Errorf("make %d sessions: %w", n, err)
		}
	}
	return cookies, nil
}

const crowdUsers = 10_000

// crowd makes very many sessions that nobody asks for, and leaves the server nothing to tidy up later.
func (d *database) crowd(ctx context.Context, n int) error {
	conn, err := pgx.Connect(ctx, d.url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	for _, step := range []string{
		fmt.Sprintf(`INSERT INTO users (email, email_key, name, password_hash)
		  SELECT i || '@crowd.example.com', i || '@crowd.example.com', 'Somebody', 'none' FROM generate_series(1, %d) AS i`, crowdUsers),
		fmt.Sprintf(`INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at,
		    idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		  SELECT encode(sha256(uuid_send(gen_random_uuid())), 'hex'), gen_random_uuid(), 'browser', id, '', false, '127.0.0.1', 'wrk', now(), now(),
		    now() + interval '12 hours', now() + interval '12 hours', now(), 'pwd', 'aal1'
		    FROM generate_series(1, %d) AS i JOIN (SELECT id, row_number() OVER () AS nr FROM users) AS u ON nr = i %% %d + 1`, n, crowdUsers),
		`VACUUM (ANALYSE) sessions`,
		`VACUUM (ANALYSE) users`,
	} {
		if _, err := conn.Exec(ctx, step); err != nil {
			return fmt.Errorf("make %d sessions: %w", n, err)
		}
	}
	_, _ = conn.Exec(ctx, `CHECKPOINT`) // so that it is not done during a round; not everyone may
	return nil
}
