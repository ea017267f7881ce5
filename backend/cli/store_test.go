package cli_test

import (
	"errors"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/cli"
)

func TestTokensAreInTheKeyringWhereThereIsOne(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s, cli.Anywhere)
		require.NotContains(t, m.everything(), "+", "no token is in a file")
		require.Len(t, m.ring.items, 1)
		require.Contains(t, m.ring.items["vestibule "+at], `"refresh_token":"+"`)
		m.now = 5 * time.Minute
		_, err := m.token()
		require.NoError(t, err)
		require.Contains(t, m.ring.items["vestibule "+at], `"refresh_token":"++"`)
		require.NotContains(t, m.everything(), "+")

		m.ring.items = map[string]string{"vestibule " + at: "{"}
		_, err = m.token()
		require.ErrorIs(t, err, cli.ErrKeyring)
		m.ring.items = nil
		_, err = m.token()
		require.ErrorIs(t, err, cli.ErrKeyring)
	})
}

func TestAFileIsOnlyItsOwners(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		for path, mode := range map[string]os.FileMode{m.file(): 0o600, m.dir: 0o700} {
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Equal(t, mode, info.Mode().Perm(), path)
		}
		require.Contains(t, m.kept(), `"refresh_token": "+"`)
	})
}

func TestAFileThatOthersCanReadIsRefused(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, mode := range []os.FileMode{0o640, 0o604, 0o620} {
			s := newServer(t)
			m := signedIn(t, s)
			require.NoError(t, os.Chmod(m.file(), mode))
			_, err := m.token()
			require.ErrorIs(t, err, cli.ErrExposed)
			require.ErrorContains(t, err, "chmod 600 "+m.file())
			_, err = m.WhoAmI(t.Context())
			require.ErrorIs(t, err, cli.ErrExposed)
			require.Empty(t, s.asked)

			require.NoError(t, os.Chmod(m.file(), 0o600))
			_, err = m.token()
			require.NoError(t, err)
			require.NoError(t, os.Chmod(m.file(), mode))
			out, err := m.Logout(t.Context())
			require.NoError(t, err)
			require.NoError(t, out.Untold, "what others may know is ended all the same")
		}
	})
}

func TestALoginEndsTheSessionWhoseTokensOthersCouldRead(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		require.NoError(t, os.Chmod(m.file(), 0o644))
		in, err := m.login(cli.InFile)
		require.NoError(t, err)
		require.True(t, in.Replaced)
		require.Len(t, s.to("/oauth/revoke"), 1)
		_, err = m.token()
		require.NoError(t, err)
	})
}

func TestAFolderThatOthersCanWriteToIsRefused(t *testing.T) {
	s := newServer(t)
	m := newMachine(t, s)
	require.NoError(t, os.Mkdir(m.dir, 0o700))
	require.NoError(t, os.Chmod(m.dir, 0o770))
	_, err := m.login(cli.InFile)
	require.ErrorIs(t, err, cli.ErrExposed)
	require.Empty(t, s.to("/oauth/device_authorization"), "before a person approves in vain")
}

func TestWhatAKilledProcessLeftInTheWayIsNobodys(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		require.NoError(t, os.WriteFile(m.file()+".new", []byte(`{"half`), 0o644))
		m.now = 5 * time.Minute
		_, err := m.token()
		require.NoError(t, err)
		require.NotContains(t, m.everything(), "half")
	})
}

func TestAKeyringThatDoesNotWork(t *testing.T) {
	locked := errors.New("failed to unlock correct collection")
	for _, hangs := range []bool{false, true} {
		bubble(t, func(t *testing.T) {
			s := newServer(t)
			m := newMachine(t, s)
			m.ring.fails = locked
			if hangs {
				m.ring.fails, m.ring.hangs = nil, make(chan struct{})
				defer close(m.ring.hangs)
			}
			_, err := m.login(cli.InKeyring)
			require.ErrorIs(t, err, cli.ErrKeyring)
			require.Empty(t, s.to("/oauth/device_authorization"), "before a person approves in vain")
			in, err := m.login(cli.Anywhere)
			require.NoError(t, err)
			require.Equal(t, cli.InFile, in.Store)
			require.Contains(t, m.said[len(m.said)-1], "they go to a file")
			_, err = m.token()
			require.NoError(t, err, "it is not asked any more")
		})
	}
}

func TestAKeyringThatIsLockedLater(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s, cli.InKeyring)
		m.ring.hangs = make(chan struct{})
		defer close(m.ring.hangs)
		_, err := m.token()
		require.ErrorIs(t, err, cli.ErrKeyring)
		require.ErrorContains(t, err, "may be locked")
		require.NotEmpty(t, m.said)
		require.Empty(t, s.asked)
	})
}
