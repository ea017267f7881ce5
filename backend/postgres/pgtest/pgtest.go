// Package pgtest gives tests a real PostgreSQL: one server for each test process, started when it
// is first asked for, and a database of its own for each test.
package pgtest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/embedded"
	"vestibule/backend/postgres"
)

const template = "vestibule_template"

// started is the server of this test process: its URL, and how to end it.
var started = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("VESTIBULE_TEST_DATABASE_URL"); given != "" {
		return given, prepare(given)
	}
	dir, err := os.MkdirTemp("", "vestibule-pgtest-")
	if err != nil {
		return "", err
	}
	folder = dir
	server, err = embedded.Start(context.Background(), embedded.Options{DataDir: dir, Log: slog.New(slog.DiscardHandler), Fast: true})
	if err != nil {
		return "", err
	}
	return server.URL(), prepare(server.URL())
})

var (
	server *embedded.Server
	folder string
	number atomic.Int64
)

// Main runs a package's tests and ends the server: `func TestMain(m *testing.M) { pgtest.Main(m) }`.
func Main(m *testing.M) {
	code := m.Run()
	if server != nil {
		_ = server.Stop()
		_ = os.RemoveAll(folder)
	}
	os.Exit(code)
}

// URL gives the address of an empty, migrated database that only this test uses.
func URL(t testing.TB) string {
	t.Helper()
	base, err := started()
	require.NoError(t, err)
	name := fmt.Sprintf("test_%d_%d", os.Getpid(), number.Add(1))
	require.NoError(t, run(base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s", name, template)))
	t.Cleanup(func() { require.NoError(t, run(base, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name))) })
	return named(base, name)
}

// Open gives such a database, opened. It is closed when the test ends.
func Open(t testing.TB) *postgres.DB {
	t.Helper()
	return Connect(t, URL(t))
}

// Connect opens a database once more, as another replica would.
func Connect(t testing.TB, at string) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), at, 8)
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}

// prepare makes the migrated database that all others are copies of.
func prepare(base string) error {
	if err := run(base, "DROP DATABASE IF EXISTS "+template); err != nil {
		return err
	}
	if err := run(base, "CREATE DATABASE "+template); err != nil {
		return err
	}
	db, err := postgres.Open(context.Background(), named(base, template), 2)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Migrate(context.Background())
	return err
}

func named(base, name string) string {
	u, _ := url.Parse(base) // it was used before
	u.Path = "/" + name
	return u.String()
}

func run(at, statement string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, statement)
	return err
}
