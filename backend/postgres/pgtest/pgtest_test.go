package pgtest_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestEachTestHasADatabaseOfItsOwnWithTheSchema(t *testing.T) {
	first, second := pgtest.Open(t), pgtest.Open(t)
	_, err := first.Pool.Exec(t.Context(), `CREATE TABLE mine ()`)
	require.NoError(t, err)
	_, err = second.Pool.Exec(t.Context(), `CREATE TABLE mine ()`)
	require.NoError(t, err)
	applied, err := second.Migrate(t.Context())
	require.NoError(t, err)
	require.Empty(t, applied)
}

func TestNoTestFindsWhatAnotherHasLeft(t *testing.T) {
	for what, left := range map[string]string{
		"nothing":         `SELECT`,
		"rows":            `INSERT INTO revocations (sid, user_id, ended_at, reason) SELECT gen_random_uuid(), gen_random_uuid(), now(), 'expired' FROM generate_series(1, 9)`,
		"a plan's ground": `INSERT INTO attempts SELECT format('k%s', n), n, now(), now() FROM generate_series(1, 999) n; ANALYSE attempts`,
		"a table":         `CREATE TABLE mine ()`,
		"a name":          `ALTER TABLE events RENAME TO mine`,
		"no guard":        `ALTER TABLE users DISABLE TRIGGER ALL`,
		"a function":      `CREATE OR REPLACE FUNCTION vestibule_fold(typed text) RETURNS text LANGUAGE sql IMMUTABLE RETURN 'x'`,
		"no migrations":   `DELETE FROM schema_migrations`,
		"a default":       `ALTER TABLE users ALTER COLUMN role SET DEFAULT 'admin'`,
		"a setting":       `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = mine, public', current_database()); END $$`,
	} {
		t.Run(what, func(t *testing.T) {
			t.Run("left", func(t *testing.T) {
				_, err := pgtest.Open(t).Pool.Exec(t.Context(), left)
				require.NoError(t, err)
			})
			db := pgtest.Open(t)
			var rows, guards, number int
			var path, role string
			var migrated bool
			var known, mine *string
			require.NoError(t, db.Pool.QueryRow(t.Context(), `
				SELECT (SELECT count(*) FROM revocations) + (SELECT count(*) FROM attempts),
					(SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D'),
					nextval(pg_get_serial_sequence('revocations', 'n')),
					current_setting('search_path'),
					(SELECT max(tablename) FROM pg_stats WHERE schemaname = 'public'),
					(SELECT count(*) > 0 FROM schema_migrations),
					(SELECT column_default FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'role'),
					coalesce(to_regclass('mine')::text, nullif(vestibule_fold('A'), 'a'))`).Scan(&rows, &guards, &number, &path, &known, &migrated, &role, &mine))
			assert.Equal(t, []any{0, 0, 1, `"$user", public`, true, "'user'::text"}, []any{rows, guards, number, path, migrated, role})
			assert.Nil(t, known)
			assert.Nil(t, mine)
		})
	}
}

func TestWhoStillUsesADatabaseIsOutWhenItsTestEnds(t *testing.T) {
	var at string
	t.Run("left", func(t *testing.T) { at = pgtest.URL(t) })
	again := pgtest.URL(t) // the same one, if it could be emptied
	require.Equal(t, at, again)

	var still *pgx.Conn
	t.Run("still used", func(t *testing.T) {
		var err error
		still, err = pgx.Connect(context.WithoutCancel(t.Context()), pgtest.URL(t))
		require.NoError(t, err)
	})
	require.Error(t, still.Ping(t.Context()))
}

func TestDatabasesCanBeMadeSideBySide(t *testing.T) {
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			require.NoError(t, pgtest.Open(t).Pool.Ping(t.Context()))
		})
	}
}

func TestAnOwnServerGoesAndComesBackWithWhatWasCommitted(t *testing.T) {
	own := pgtest.OwnServer(t)
	db := pgtest.Connect(t, own.URL())
	_, err := db.Pool.Exec(t.Context(), `CREATE TABLE kept ()`)
	require.NoError(t, err)
	for _, end := range []func(){own.Stop, own.Kill} {
		end()
		require.Error(t, db.Pool.Ping(t.Context()))
		own.Start()
		require.EventuallyWithT(t, func(c *assert.CollectT) { // connections that broke are found out one by one
			_, err := db.Pool.Exec(t.Context(), `SELECT FROM kept`)
			require.NoError(c, err)
		}, 10*time.Second, 10*time.Millisecond)
	}
}

func TestAnOwnServerCanBePaused(t *testing.T) {
	own := pgtest.OwnServer(t)
	db := pgtest.Connect(t, own.URL())
	own.Pause()
	brief, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, db.Pool.Ping(brief), context.DeadlineExceeded)
	own.Resume()
	require.NoError(t, db.Pool.Ping(t.Context()))
}
