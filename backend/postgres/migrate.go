package postgres

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// A replica that finds another one at work asks again after lockEvery seconds, lockTries times.
const (
	lockEvery = 1
	lockTries = 300
)

// Migration is one step that has been taken.
type Migration struct{ Name string }

// Migrate brings the schema up to date. Several replicas may call it at once: an advisory lock of
// the database lets one work and the others wait. It reports what it applied.
func (db *DB) Migrate(ctx context.Context) ([]Migration, error) {
	conn := db.patient()
	defer func() { _ = conn.Close() }()
	provider, err := newProvider(conn)
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	applied := make([]Migration, 0, len(results))
	for _, result := range results {
		applied = append(applied, Migration{Name: result.Source.Path})
	}
	return applied, nil
}

// patient opens a connection like the pool's, without its limits of time: a migration may take as
// long as it takes, and one that is cut off every time would never be done.
func (db *DB) patient() *sql.DB {
	config := db.Pool.Config().ConnConfig.Copy()
	config.RuntimeParams["statement_timeout"] = "0"
	config.Tracer = nil
	return stdlib.OpenDB(*config)
}

func newProvider(conn *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockEvery, lockTries))
	if err != nil {
		return nil, fmt.Errorf("make the advisory lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, conn, folder,
		goose.WithSessionLocker(locker), goose.WithTableName("schema_migrations"))
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return provider, nil
}
