package pgtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/embedded"
)

// Own is a server that only one test uses, so that it can fail. Its methods end the test when they
// can't do what they say. Not safe for concurrent use.
type Own struct {
	t      testing.TB
	folder string
	server *embedded.Server
}

// OwnServer starts one, with the schema in its database. It is removed when the test ends.
// VESTIBULE_TEST_DATABASE_URL does not count here: nobody else's server is ever stopped.
func OwnServer(t testing.TB) *Own {
	t.Helper()
	dir, err := makeFolder()
	require.NoError(t, err)
	o := &Own{t: t, folder: dir}
	t.Cleanup(func() {
		if o.server != nil {
			require.NoError(t, o.server.Stop())
		}
		require.NoError(t, embedded.Remove(dir))
	})
	o.Start()
	require.NoError(t, migrate(o.URL()))
	return o
}

// URL is the address of its migrated database: the same across Stop and Start.
func (o *Own) URL() string { return o.server.URL() }

// Stop ends it as an administrator would: connections are told.
func (o *Own) Stop() {
	o.t.Helper()
	require.NoError(o.t, o.server.Stop())
}

// Kill ends it as a crash would: connections break. Start recovers what was committed.
func (o *Own) Kill() {
	o.t.Helper()
	require.NoError(o.t, o.server.Kill())
	require.NoError(o.t, o.server.Stop()) // gives the folder back
}

// Start starts it again, on the same port.
func (o *Own) Start() {
	o.t.Helper()
	var before string
	if o.server != nil {
		before = o.server.URL()
	}
	next, err := start(o.folder)
	require.NoError(o.t, err)
	o.server = next
	if before != "" {
		require.Equal(o.t, before, next.URL(), "another program took the port meanwhile")
	}
}

// Pause freezes every process of it: connections stay open, and nothing answers.
func (o *Own) Pause() {
	o.t.Helper()
	require.NoError(o.t, o.server.Pause())
}

// Resume ends a pause.
func (o *Own) Resume() {
	o.t.Helper()
	require.NoError(o.t, o.server.Resume())
}
