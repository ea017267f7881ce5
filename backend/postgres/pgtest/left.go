package pgtest

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// shape says what a database has beyond rows, and which migrations: two with the same one differ in nothing
// that a test of ours could notice, once they are empty. The planner's statistics count too.
const shape = `
SELECT md5(string_agg(has, E'\n' ORDER BY has)) FROM (
	SELECT format('schema %s', nspname) FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'
	UNION ALL SELECT format('relation %s %s %s %s %s %s', relnamespace::regnamespace, relname, relkind, relpersistence, reloptions, relacl) FROM pg_class WHERE oid >= 16384 AND relkind <> 't'
	UNION ALL SELECT format('column %s %s %s %s', attrelid, attname, atttypid, attnotnull) FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0
	UNION ALL SELECT format('default %s %s %s', adrelid, adnum, pg_get_expr(adbin, adrelid)) FROM pg_attrdef WHERE adrelid >= 16384
	UNION ALL SELECT format('migration %s', version_id) FROM schema_migrations
	UNION ALL SELECT format('constraint %s %s', conrelid, conname) FROM pg_constraint WHERE oid >= 16384
	UNION ALL SELECT format('trigger %s %s %s', tgrelid, tgname, tgenabled) FROM pg_trigger
	UNION ALL SELECT format('function %s', pg_get_functiondef(oid)) FROM pg_proc WHERE oid >= 16384
	UNION ALL SELECT format('setting %s', setconfig) FROM pg_db_role_setting JOIN pg_database d ON d.oid = setdatabase WHERE datname = current_database()
	UNION ALL SELECT format('statistics %s', starelid) FROM pg_statistic WHERE starelid >= 16384
) AS all_of_it (has)`

// leftovers are the databases that tests of this process have left as empty as they found them.
type leftovers struct {
	mu    sync.Mutex
	names []string
	shape string // the template's
	rows  string // what removes all rows
}

var left leftovers

func (l *leftovers) learn(template string) error {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, template)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, shape).Scan(&l.shape); err != nil {
		return err
	}
	return conn.QueryRow(ctx, `
		SELECT format('SET session_replication_role = replica; TRUNCATE %s RESTART IDENTITY', string_agg(oid::regclass::text, ', '))
		FROM pg_class WHERE oid >= 16384 AND relkind = 'r' AND relname <> 'schema_migrations'`).Scan(&l.rows)
}

func (l *leftovers) take() (name string, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.names) == 0 {
		return "", false
	}
	name, l.names = l.names[len(l.names)-1], l.names[:len(l.names)-1]
	return name, true
}

func (l *leftovers) put(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.names = append(l.names, name)
}

// empty ends whoever still uses a database and removes its rows. False where that is not enough to
// make it like new.
func empty(t testing.TB, at string) bool {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, at)
	require.NoError(t, err)
	defer func() { _ = conn.Close(ctx) }()
	var gone bool
	require.NoError(t, conn.QueryRow(ctx, `
		SELECT coalesce(bool_and(pg_terminate_backend(pid, 5000)), true)
		FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`).Scan(&gone))
	var found string
	if err := conn.QueryRow(ctx, shape).Scan(&found); !gone || err != nil || found != left.shape {
		return false // an error: what it asks for is not even there
	}
	_, err = conn.Exec(ctx, left.rows)
	require.NoError(t, err)
	return true
}
