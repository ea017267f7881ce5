package main

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTwentyAtOnceMakeOneRefresh(t *testing.T) {
	w := bootWired(t)
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	s.signsIn(cookie)
	before := s.whoami()
	w.takes()
	for range 2 {
		old := s.tokens()
		s.ages()
		var all []*process
		for range 20 {
			all = append(all, s.start("token"))
		}
		for _, p := range all {
			printed := p.ends(0)
			require.Equal(t, s.tokens().AccessToken+"\n", printed)
			require.Empty(t, p.err.String())
		}
		require.Equal(t, []string{""}, w.takes(), "one refresh for all of them")
		require.NotEqual(t, old.RefreshToken, s.tokens().RefreshToken)
		require.Equal(t, http.StatusOK, w.orders(t, s.tokens().AccessToken))
	}

	var mixed []*process // whoami asks the server each time
	for range 10 {
		mixed = append(mixed, s.start("token"), s.start("whoami"))
	}
	for _, p := range mixed {
		p.ends(0)
	}
	require.GreaterOrEqual(t, len(w.takes()), 10)
	require.Equal(t, before.SID, s.whoami().SID, "the session lives")
}

// TestAKillBetweenTheServersAnswerAndTheWriteLosesNothing kills a process whose refresh token the server has
// exchanged already, before the answer has come to it.
func TestAKillBetweenTheServersAnswerAndTheWriteLosesNothing(t *testing.T) {
	w := bootWired(t)
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	s.signsIn(cookie)
	for range 3 {
		s.ages()
		before := s.tokens()
		answered, killed := make(chan string, 1), make(chan struct{})
		w.mu.Lock()
		w.withheld = func(body []byte) bool {
			var said struct {
				RefreshToken string `json:"refresh_token"`
			}
			_ = json.Unmarshal(body, &said)
			answered <- said.RefreshToken
			<-killed
			return true
		}
		w.mu.Unlock()
		victim := s.start("token")
		lost := <-answered
		require.NotEmpty(t, lost)
		waiting := []*process{s.start("token"), s.start("whoami")} // for its lock
		require.NoError(t, victim.Process.Kill())
		<-victim.done
		close(killed)
		require.Equal(t, before, s.tokens(), "nothing of it was written")

		token := s.run("token")
		for _, p := range waiting {
			p.ends(0)
		}
		require.NotContains(t, w.takes(), "invalid_grant")
		require.Equal(t, http.StatusOK, w.orders(t, token))
	}
	s.ages()
	s.run("token")
	require.Len(t, w.listed(t, cookie), 1, "the session lives")
	require.NotEmpty(t, s.whoami().SID)
}

// TestAnAnswerThatIsLostOnItsWayIsAskedForAgain is the same without the kill: the process itself repeats.
func TestAnAnswerThatIsLostOnItsWayIsAskedForAgain(t *testing.T) {
	w := bootWired(t)
	s, cookie := w.seat(t), signIn(t, w.behind.String(), demoEmail, demoPassword)
	s.signsIn(cookie)
	s.ages()
	lost := make(chan string, 1)
	w.withheld = func(body []byte) bool {
		var said struct {
			RefreshToken string `json:"refresh_token"`
		}
		_ = json.Unmarshal(body, &said)
		lost <- said.RefreshToken
		return true
	}
	require.Equal(t, http.StatusOK, w.orders(t, s.run("token")))
	require.Equal(t, []string{"", ""}, w.takes())
	require.Equal(t, <-lost, s.tokens().RefreshToken, "the same successor")
}
