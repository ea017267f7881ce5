package cli_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/cli"
)

// signedIn is a machine that has signed in, with its tokens in a file.
func signedIn(t *testing.T, s *server, in ...cli.Place) *machine {
	t.Helper()
	m := newMachine(t, s)
	pending := s.answers["/oauth/device_authorization"]
	s.answers["/oauth/device_authorization"] = func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, map[string]any{"device_code": "c", "user_code": "BCDF-GHJK", "verification_uri": at + "/d", "expires_in": 600, "interval": 1})
	}
	_, err := m.login(append(in, cli.InFile)[0])
	require.NoError(t, err)
	s.answers["/oauth/device_authorization"] = pending
	s.asked = nil
	return m
}

// blocks makes it impossible to replace the file, even for root.
func (m *machine) blocks() {
	require.NoError(m.t, os.MkdirAll(filepath.Join(m.file()+".new", "in the way"), 0o700))
}

func TestATokenIsUsedAgainWhileItIsGoodForLongEnough(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		for _, c := range []struct {
			after, least time.Duration
			refreshes    bool
		}{
			{0, time.Minute, false},
			{239 * time.Second, time.Minute, false},
			{241 * time.Second, time.Minute, true},
			{0, time.Hour, false}, // more than the server gives: half of it will do
			{149 * time.Second, time.Hour, false},
			{151 * time.Second, time.Hour, true},
			{299 * time.Second, 0, false},
			{300 * time.Second, 0, true},
			{-time.Hour, time.Minute, true}, // the clock was set back
		} {
			s.asked = nil
			before := m.now
			m.now += c.after
			_, err := m.Token(t.Context(), c.least)
			require.NoError(t, err)
			require.Equal(t, c.refreshes, len(s.to("/oauth/token")) == 1, "%+v", c)
			if !c.refreshes {
				m.now = before
			}
		}
	})
}

func TestALostAnswerIsAskedForAgainOnce(t *testing.T) {
	for _, way := range []string{"lost", "slow", "a gateway's", "always lost"} {
		bubble(t, func(t *testing.T) {
			s := newServer(t)
			m := signedIn(t, s)
			n := 0
			s.answers["/oauth/token"] = func(w http.ResponseWriter, r *http.Request) {
				if n++; n > 1 {
					s.good(w, r)
					return
				}
				if way == "slow" {
					<-r.Context().Done()
				}
				w.WriteHeader(http.StatusBadGateway)
			}
			s.broken = func(q question) error {
				if q.path == "/oauth/token" && (way == "always lost" || (n == 1 && way != "a gateway's")) {
					return errLost
				}
				return nil
			}
			m.now = 5 * time.Minute
			began := time.Now()
			got, err := m.token()
			asked := s.to("/oauth/token")
			require.Len(t, asked, 2)
			require.Equal(t, asked[0].form, asked[1].form, "the same token: the server gives the same successor again")
			require.Less(t, asked[1].at.Sub(began), 8*time.Second, "or it is a stolen one to the server")
			if way == "always lost" {
				require.ErrorIs(t, err, cli.ErrUnreachable)
				require.Contains(t, m.kept(), `"refresh_token": "+"`)
				return
			}
			require.NoError(t, err)
			require.True(t, strings.HasSuffix(got, ".++"))
			require.Contains(t, m.kept(), `"refresh_token": "++"`)
		})
	}
}

func TestATokenThatIsBeingExchangedIsExchangedToTheEnd(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		ctx, interrupt := context.WithCancel(t.Context())
		s.answers["/oauth/token"] = func(w http.ResponseWriter, r *http.Request) {
			interrupt()
			require.NoError(t, r.Context().Err())
			s.good(w, r)
		}
		m.now = 5 * time.Minute
		_, err := m.Token(ctx, 0)
		require.NoError(t, err)
		require.Contains(t, m.kept(), `"refresh_token": "++"`)
	})
}

func TestNoTokenIsUsedUpWhoseSuccessorCouldNotBeKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		m.blocks()
		m.now = 5 * time.Minute
		_, err := m.token()
		require.ErrorContains(t, err, "keep the tokens")
		require.Empty(t, s.to("/oauth/token"))
	})
}

func TestAnEndedSessionIsSaidToBeSoAndItsTokensAreForgotten(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, in := range []cli.Place{cli.InFile, cli.InKeyring} {
			s := newServer(t)
			m := signedIn(t, s, in)
			s.answers["/oauth/token"] = refusing("invalid_grant")
			_, err := m.WhoAmI(t.Context())
			require.EqualError(t, err, "signed out: the session was ended. To sign in again: vestibule login")
			require.NotContains(t, m.everything(), "+")
			require.Empty(t, m.ring.items)
			s.asked = nil
			_, err = m.token()
			require.ErrorIs(t, err, cli.ErrEnded, "it says so again, by itself")
			require.Empty(t, s.asked)
			out, err := m.Logout(t.Context())
			require.NoError(t, err)
			require.True(t, out.Ended)
			_, err = m.WhoAmI(t.Context())
			require.EqualError(t, err, "not signed in on "+at+". To sign in: vestibule login")
		}
	})
}

func TestAServerThatFailsEndsNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, answer := range []http.HandlerFunc{failing(500), failing(429), refusing("invalid_client"), refusing("unauthorized_client"), refusing("temporarily_unavailable")} {
			s := newServer(t)
			m := signedIn(t, s)
			s.answers["/oauth/token"] = answer
			_, err := m.WhoAmI(t.Context())
			require.Error(t, err)
			require.NotErrorIs(t, err, cli.ErrEnded)
			delete(s.answers, "/oauth/token")
			_, err = m.WhoAmI(t.Context())
			require.NoError(t, err)
		}
	})
}

func TestWhoAmIReadsWhatTheTokenSays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		who, err := m.WhoAmI(t.Context())
		require.NoError(t, err)
		require.Len(t, s.to("/oauth/token"), 1, "it asks the server")
		require.Equal(t, "somebody a-session 1 [pwd] 2023-11-14T22:13:20Z",
			fmt.Sprint(who.Subject, " ", who.SID, " ", who.ACR, " ", who.AMR, " ", who.AuthTime.Format(time.RFC3339)))
		require.WithinDuration(t, time.Now().Add(5*time.Minute), who.TokenEndsAt, time.Minute)
		s.answers["/oauth/token"] = func(w http.ResponseWriter, _ *http.Request) {
			say(w, 200, map[string]any{"access_token": "opaque", "token_type": "Bearer", "expires_in": 300})
		}
		who, err = m.WhoAmI(t.Context())
		require.NoError(t, err)
		require.Empty(t, who.Subject)
	})
}

func TestALogoutForgetsWhateverTheServerSays(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, in := range []cli.Place{cli.InFile, cli.InKeyring} {
			for _, answer := range []http.HandlerFunc{nil, failing(503), refusing("invalid_client")} {
				s := newServer(t)
				m := signedIn(t, s, in)
				s.answers["/oauth/revoke"] = answer
				out, err := m.Logout(t.Context())
				require.NoError(t, err)
				require.Equal(t, answer != nil, out.Untold != nil, "%v", out.Untold)
				require.Equal(t, []string{"+", "vestibule-cli"}, []string{s.to("/oauth/revoke")[0].form.Get("token"), s.to("/oauth/revoke")[0].form.Get("client_id")})
				require.Empty(t, m.everything())
				require.Empty(t, m.ring.items)
				_, err = m.Logout(t.Context())
				require.ErrorIs(t, err, cli.ErrNotSignedIn)
			}
		}
	})
}

func TestWhoeverHoldsTheLockForTooLongIsNotWaitedForForEver(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		m.now = 5 * time.Minute
		hold, held := make(chan struct{}), make(chan error)
		s.answers["/oauth/token"] = func(w http.ResponseWriter, r *http.Request) {
			<-hold // and passes over the time that it has: no client does
			s.good(w, r)
		}
		go func() { _, err := m.Token(t.Context(), 0); held <- err }()
		synctest.Wait()
		_, err := m.token()
		require.ErrorIs(t, err, cli.ErrBusy)
		ctx, interrupt := context.WithCancel(t.Context())
		interrupt()
		_, err = m.Token(ctx, time.Minute)
		require.ErrorIs(t, err, context.Canceled)
		close(hold)
		require.NoError(t, <-held)
	})
}

func TestADamagedFileIsSaidToBeSoAndCanBeLeftBehind(t *testing.T) {
	bubble(t, func(t *testing.T) {
		for _, text := range []string{"", "{", "{}", `{"server": "https://elsewhere.example.com", "store": "file", "tokens": {}}`, `{"server": "` + at + `", "store": "file"}`} {
			s := newServer(t)
			m := signedIn(t, s)
			require.NoError(t, os.WriteFile(m.file(), []byte(text), 0o600))
			_, err := m.token()
			require.ErrorContains(t, err, "damaged")
			require.ErrorContains(t, err, m.file())
			out, err := m.Logout(t.Context())
			require.NoError(t, err)
			require.ErrorContains(t, out.Untold, "damaged")
			_, err = m.token()
			require.True(t, errors.Is(err, cli.ErrNotSignedIn))
		}
	})
}
