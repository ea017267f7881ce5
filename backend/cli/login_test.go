package cli_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/cli"
)

func TestALoginAsksNoSoonerThanItMay(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		s.answers["/oauth/token"] = inTurn(refusing("authorization_pending"), refusing("slow_down"), refusing("authorization_pending"),
			refusing("slow_down"), s.good)
		m, began := newMachine(t, s), time.Now()
		_, err := m.login(cli.InFile)
		require.NoError(t, err)
		require.Equal(t, []int{6, 6, 11, 11, 16}, s.gaps(began), "five seconds more each time (RFC 8628, 3.5), and one for the way")
		require.Equal(t, "a-device-code", s.to("/oauth/token")[0].form.Get("device_code"))
		require.Equal(t, at+"/account/device?user_code=BCDF-GHJK BCDF-GHJK", m.code.CompleteURL+" "+m.code.UserCode)
	})
}

func TestALoginOutlivesAServerThatIsAwayForAWhile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		lost := false
		s.broken = func(q question) error {
			if q.path == "/oauth/token" && !lost {
				lost = true
				return errLost
			}
			return nil
		}
		s.answers["/oauth/token"] = inTurn(refusing("authorization_pending"), failing(503), s.good)
		m, began := newMachine(t, s), time.Now()
		_, err := m.login(cli.InFile)
		require.NoError(t, err)
		require.Equal(t, []int{6, 12, 24}, s.gaps(began))
		require.Len(t, m.said, 2)
	})
}

func TestALoginEndsWithItsCode(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		s.answers["/oauth/token"] = refusing("authorization_pending")
		m, began := newMachine(t, s), time.Now()
		_, err := m.login(cli.InFile)
		require.ErrorIs(t, err, cli.ErrExpired)
		require.WithinDuration(t, began.Add(10*time.Minute), time.Now(), 6*time.Second)
	})
	for code, want := range map[string]error{"expired_token": cli.ErrExpired, "access_denied": cli.ErrDenied} {
		bubble(t, func(t *testing.T) {
			s := newServer(t)
			s.answers["/oauth/token"] = refusing(code)
			_, err := newMachine(t, s).login(cli.InFile)
			require.ErrorIs(t, err, want)
		})
	}
}

func TestALoginThatCanNotBeKeptIsEnded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := newMachine(t, s)
		s.answers["/oauth/token"] = func(w http.ResponseWriter, r *http.Request) {
			m.blocks()
			s.good(w, r)
		}
		_, err := m.login(cli.InFile)
		require.ErrorContains(t, err, "keep the tokens")
		require.Len(t, s.to("/oauth/revoke"), 1)
		require.Equal(t, "+", s.to("/oauth/revoke")[0].form.Get("token"))
	})
}

func TestASecondLoginTakesThePlaceOfTheFirst(t *testing.T) {
	for _, places := range [][2]cli.Place{{cli.InFile, cli.InFile}, {cli.InKeyring, cli.InFile}, {cli.InFile, cli.InKeyring}, {cli.Anywhere, cli.Anywhere}} {
		bubble(t, func(t *testing.T) {
			s := newServer(t)
			m := newMachine(t, s)
			first, err := m.login(places[0])
			require.NoError(t, err)
			require.False(t, first.Replaced)
			s.answers["/oauth/token"] = func(w http.ResponseWriter, _ *http.Request) { say(w, 200, given("another")) }
			second, err := m.login(places[1])
			require.NoError(t, err)
			require.NoError(t, second.Untold)
			require.True(t, second.Replaced)
			require.Equal(t, "+", s.to("/oauth/revoke")[0].form.Get("token"), "the first one's")
			got, err := m.token()
			require.NoError(t, err)
			require.Contains(t, got, ".another")
			if second.Store == cli.InFile {
				require.Empty(t, m.ring.items)
			}
		})
	}
}

func TestWhatAServerSaysIsPrintedWithoutWhatATerminalObeys(t *testing.T) {
	s := newServer(t)
	s.answers["/oauth/device_authorization"] = refusing("curious\x1b[2J")
	_, err := newMachine(t, s).login(cli.InFile)
	require.EqualError(t, err, at+" refuses it: curious[2J: No [31mway.")

	bubble(t, func(t *testing.T) {
		s := newServer(t)
		s.answers["/oauth/device_authorization"] = func(w http.ResponseWriter, _ *http.Request) {
			say(w, 200, map[string]any{"device_code": "c", "user_code": "B\x1b]0;C", "verification_uri": "file:///etc/passwd"})
		}
		_, err := newMachine(t, s).login(cli.InFile)
		require.ErrorIs(t, err, cli.ErrNotOurs)
		require.Empty(t, s.to("/oauth/token"))
	})
}
