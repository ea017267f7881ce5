package pgtest_test

import (
	"context"
	"testing"
	"time"

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
