package main

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// listed are a person's sessions.
func (w *wire) listed(t *testing.T, cookie string) (clients map[string]string) {
	t.Helper()
	status, body := ask(t, "GET", w.behind.String()+"/auth/sessions", cookie)
	require.Equal(t, http.StatusOK, status, body)
	var said struct {
		Sessions []struct {
			SID      string
			Kind     string
			ClientID string `json:"client_id"`
		}
	}
	require.NoError(t, json.Unmarshal([]byte(body), &said))
	clients = map[string]string{}
	for _, s := range said.Sessions {
		if s.Kind == "client" {
			clients[s.SID] = s.ClientID
		}
	}
	return clients
}

func (w *wire) ends(t *testing.T, cookie, sid string) {
	t.Helper()
	status, body := ask(t, "DELETE", w.behind.String()+"/auth/sessions/"+sid, cookie)
	require.Equal(t, http.StatusNoContent, status, body)
}

// identity is what whoami says.
type identity struct {
	Server, Sub, SID, ACR string
	AMR                   []string
	ClientID              string `json:"client_id"`
}

func (s *seat) whoami() (who identity) {
	s.t.Helper()
	require.NoError(s.t, json.Unmarshal([]byte(s.run("whoami", "--json")), &who))
	return who
}

func TestACommandLineSignsInAndIsEndedFromElsewhere(t *testing.T) {
	w := bootWired(t)
	w.hasty = false // as the server says: no request comes too soon
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	login := s.start("login")
	code := login.code()
	require.Contains(t, login.out.String(), w.URL+"/account/device?user_code="+code)
	require.Eventually(t, func() bool { w.mu.Lock(); defer w.mu.Unlock(); return len(w.given) == 1 }, endsWithin, 1e6)
	w.decides(t, cookie, code, true)
	said := login.ends(0)
	require.Equal(t, []string{"authorization_pending", ""}, w.takes())
	require.Contains(t, said, "Signed in to "+w.URL+" as the client vestibule-cli.")
	require.Contains(t, said, s.file())
	require.Contains(t, login.err.String(), "they go to a file", "there is no keyring here")
	info, err := os.Stat(s.file())
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	token := s.run("token")
	require.Regexp(t, `^[\w-]+\.[\w-]+\.[\w-]+\n$`, token, "and nothing else")
	require.Equal(t, token, s.run("token"))
	require.Empty(t, w.takes(), "a good one is used again")
	require.Equal(t, http.StatusOK, w.orders(t, token))
	who := s.whoami()
	require.Equal(t, []string{""}, w.takes(), "it asks the server")
	require.Equal(t, identity{w.URL, who.Sub, who.SID, "aal1", []string{"pwd"}, "vestibule-cli"}, who)
	require.Equal(t, map[string]string{who.SID: "vestibule-cli"}, w.listed(t, cookie))
	require.Contains(t, s.run("whoami"), "user          "+who.Sub)

	w.ends(t, cookie, who.SID)
	require.Equal(t, http.StatusUnauthorized, w.orders(t, token))
	require.Contains(t, s.refused("whoami"), "signed out: the session was ended")
	require.Contains(t, s.refused("token"), "signed out: the session was ended")
	kept, err := os.ReadFile(s.file())
	require.NoError(t, err)
	require.NotContains(t, string(kept), "vrt_")
	require.Contains(t, s.run("logout"), "had been ended before")
	require.Contains(t, s.refused("token"), "not signed in on "+w.URL)
}

func TestATokenSaysSoWhenItsSessionWasEnded(t *testing.T) {
	w := bootWired(t)
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	s.signsIn(cookie)
	for sid := range w.listed(t, cookie) {
		w.ends(t, cookie, sid)
	}
	s.ages()
	require.Contains(t, s.refused("token"), "signed out: the session was ended. To sign in again: vestibule login --server "+w.URL)
}

func TestALoginThatIsDeniedOrTooLate(t *testing.T) {
	w := bootWired(t)
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	denied := s.start("login", "--store", "file")
	w.decides(t, cookie, denied.code(), false)
	denied.ends(1)
	require.Contains(t, denied.err.String(), "the request was denied")

	late := s.start("login", "--store", "file")
	late.code()
	_, err := w.psql.Exec(t.Context(), `UPDATE approvals SET expires_at = now() - interval '1 second' WHERE decision IS NULL`)
	require.NoError(t, err)
	late.ends(1)
	require.Contains(t, late.err.String(), "the code has expired")

	require.Contains(t, s.refused("login", "--client-id", "nobody"), `knows no public client "nobody"`)
	require.Contains(t, s.refused("login", "--client-id", "example-service"), `knows no public client "example-service"`)
	require.Contains(t, s.refused("login", "--store", "keyring"), "the system's keyring does not open")
	require.Contains(t, s.refused("whoami"), "not signed in")
	require.Empty(t, w.listed(t, cookie))
}

func TestAnInterruptedLoginIsNoSuccess(t *testing.T) {
	w := bootWired(t)
	s := w.seat(t)
	login := s.start("login", "--store", "file")
	login.code()
	require.NoError(t, login.Process.Signal(os.Interrupt))
	login.ends(1)
	require.Contains(t, login.err.String(), "interrupted")
}

func TestASecondLoginEndsTheFirstAndALogoutTheSecond(t *testing.T) {
	w := bootWired(t)
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	require.NotContains(t, s.signsIn(cookie), "before is ended")
	first, token := s.whoami(), s.run("token")
	require.Contains(t, s.signsIn(cookie), "before is ended")
	second := s.whoami()
	require.NotEqual(t, first.SID, second.SID)
	require.Equal(t, map[string]string{second.SID: "vestibule-cli"}, w.listed(t, cookie))
	require.Equal(t, http.StatusUnauthorized, w.orders(t, token))

	token = s.run("token")
	require.Contains(t, s.run("logout"), "the session is ended")
	require.Empty(t, w.listed(t, cookie))
	require.Equal(t, http.StatusUnauthorized, w.orders(t, token))
	require.NoFileExists(t, s.file())
	require.Contains(t, s.run("logout"), "Nothing to do")
}

func TestALogoutThatTheServerDoesNotHearOfForgetsAllTheSame(t *testing.T) {
	w := bootWired(t)
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	s.signsIn(cookie)
	s.ages()
	w.Close()
	require.Contains(t, s.refused("token"), "can't reach "+w.URL)
	require.Contains(t, s.refused("logout"), "forgotten here, but the server could not be told")
	require.NoFileExists(t, s.file())
	require.Len(t, w.listed(t, cookie), 1, "it says so: the session goes on")
}

func TestNeitherOutputNorLogHoldsARefreshToken(t *testing.T) {
	w := bootWired(t)
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	said := s.signsIn(cookie) + s.run("token") + s.run("whoami") + s.run("whoami", "--json")
	secret := s.tokens().RefreshToken
	require.True(t, strings.HasPrefix(secret, "vrt_"))
	require.NotContains(t, said, "vrt_")
}
