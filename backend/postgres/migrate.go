package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

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
	provider, err := db.provider()
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

// Pending reports whether the schema is behind this binary.
func (db *DB) Pending(ctx context.Context) (bool, error) {
	provider, err := db.provider()
	if err != nil {
		return false, err
	}
	return provider.HasPending(ctx)
}

func (db *DB) provider() (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(lockEvery, lockTries))
	if err != nil {
		return nil, fmt.Errorf("make the advisory lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db.sql, folder,
		goose.WithSessionLocker(locker), goose.WithTableName("schema_migrations"))
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	return provider, nil
}
