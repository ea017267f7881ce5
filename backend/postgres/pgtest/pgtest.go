// Package pgtest gives tests a real PostgreSQL: one server for each test process, started when it
// is first asked for, and a database of its own for each test. VESTIBULE_TEST_DATABASE_URL names a
// server to use instead.
package pgtest

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/embedded"
	"vestibule/backend/postgres"
)

const (
	folderPrefix = "vestibule-pgtest-"
	leftAfter    = time.Hour // no package's tests take as long
)

// started is the server of this test process.
var started = sync.OnceValues(func() (string, error) {
	if given := os.Getenv("VESTIBULE_TEST_DATABASE_URL"); given != "" {
		return given, prepare(given)
	}
	removeLeft()
	var err error
	if folder, err = makeFolder(); err != nil {
		return "", err
	}
	if server, err = start(folder); err != nil {
		return "", err
	}
	return server.URL(), prepare(server.URL())
})

var (
	server *embedded.Server
	folder string
	number atomic.Int64

	// Packages are tested side by side, perhaps on one given server: each has names of its own.
	prefix   = "test_" + strings.ReplaceAll(uuid.NewString()[:13], "-", "")
	template = prefix + "_template"
)

// Main runs a package's tests and ends the server: `func TestMain(m *testing.M) { pgtest.Main(m) }`.
// Without it the server still ends with the process (on Linux), but leaves its files for the next
// run to remove.
func Main(m *testing.M) {
	code := m.Run()
	if given := os.Getenv("VESTIBULE_TEST_DATABASE_URL"); given != "" {
		for _, name := range append(left.names, template) {
			_ = run(given, "DROP DATABASE IF EXISTS "+name)
		}
	}
	if server != nil {
		_ = server.Stop()
		_ = embedded.Remove(folder)
	}
	os.Exit(code)
}

// URL gives the address of an empty, migrated database that only this test uses. It is
// another test's when this one ends, as empty.
func URL(t testing.TB) string {
	t.Helper()
	base, err := started()
	require.NoError(t, err)
	return create(t, base)
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

// create gives a database that an earlier test has left, emptied, or a new one: to make one and to drop
// it costs a third of a second of a processor, most of it for its three hundred files.
func create(t testing.TB, base string) string {
	t.Helper()
	name, ok := left.take()
	if !ok {
		name = fmt.Sprintf("%s_%d", prefix, number.Add(1))
		// The files are copied as they are: through the log, page by page, takes five times as long.
		require.NoError(t, run(base, fmt.Sprintf("CREATE DATABASE %s TEMPLATE %s STRATEGY file_copy", name, template)))
	}
	t.Cleanup(func() {
		if empty(t, named(base, name)) {
			left.put(name)
			return
		}
		require.NoError(t, run(base, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name)))
	})
	return named(base, name)
}

// prepare makes the migrated database that all others are copies of.
func prepare(base string) error {
	if err := run(base, "CREATE DATABASE "+template); err != nil {
		return err
	}
	if err := migrate(named(base, template)); err != nil {
		return err
	}
	return left.learn(named(base, template))
}

func migrate(at string) error {
	db, err := postgres.Open(context.Background(), at, 2)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Migrate(context.Background())
	return err
}

func start(dir string) (*embedded.Server, error) {
	return embedded.Start(context.Background(), embedded.Options{DataDir: dir, Log: slog.New(slog.DiscardHandler), Fast: true})
}

// makeFolder makes a folder that postgres' own user can walk to, also when we are root.
func makeFolder() (string, error) {
	dir, err := os.MkdirTemp("", folderPrefix)
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o755) //nolint:gosec // the cluster in it is closed
}

// removeLeft removes what test processes that were killed left behind.
func removeLeft() {
	left, _ := filepath.Glob(filepath.Join(os.TempDir(), folderPrefix+"*")) // the pattern is well-formed
	for _, dir := range left {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > leftAfter {
			_ = embedded.Remove(dir) // one that is in use is kept
		}
	}
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
