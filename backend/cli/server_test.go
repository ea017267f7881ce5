package cli_test

import (
	"net"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/cli"
)

func TestTokensTravelByHTTPSAloneButOnThisMachine(t *testing.T) {
	for server, want := range map[string]string{
		"https://App.example.com/": "https://app.example.com", "http://127.3.2.1:80": "http://127.3.2.1:80",
		"http://[::1]:8080":      "http://[::1]:8080",
		"http://app.example.com": "", "http://10.0.0.1": "", "http://localhost.example.com": "", "ftp://localhost": "", "localhost:8080": "",
		"https://": "", "https://a@app.example.com": "", "https://app.example.com/path": "", "https://app.example.com?q": "", "https://app.example.com#f": "",
	} {
		client, err := cli.New(cli.Config{Server: server})
		if want == "" {
			require.Error(t, err, server)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, want, client.Server)
	}
}

func TestTheServerHasToBeTheOneThatIsMeant(t *testing.T) {
	metadata := func(change ...string) http.HandlerFunc {
		said := map[string]any{"issuer": at, "token_endpoint": at + "/t", "device_authorization_endpoint": at + "/d", "revocation_endpoint": at + "/r"}
		for i := 0; i < len(change); i += 2 {
			said[change[i]] = change[i+1]
		}
		return func(w http.ResponseWriter, _ *http.Request) { say(w, 200, said) }
	}
	for why, c := range map[string]struct {
		answer http.HandlerFunc
		want   string
	}{
		"another issuer":  {metadata("issuer", "http://127.0.0.1:8080"), "calls itself http://127.0.0.1:8080"},
		"a slash more":    {metadata("issuer", at+"/"), "calls itself"},
		"a foreign door":  {metadata("token_endpoint", "https://elsewhere.example.com/t"), "is not a Vestibule"},
		"one that begins": {metadata("token_endpoint", at+".example.com/t"), "is not a Vestibule"},
		"no door":         {metadata("revocation_endpoint", ""), "is not a Vestibule"},
		"nothing there":   {failing(404), "is not a Vestibule"},
		"a page":          {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) }, "is not a Vestibule"},
		"elsewhere": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "https://elsewhere.example.com/x", http.StatusFound)
		},
			"leads to https://elsewhere.example.com/x"},
		"not now": {failing(503), "try again"},
	} {
		s := newServer(t)
		s.answers["/.well-known/oauth-authorization-server"] = c.answer
		_, err := newMachine(t, s).login(cli.InFile)
		require.ErrorContains(t, err, c.want, why)
		require.Len(t, s.asked, 1, why)
	}
}

func TestAServerThatIsNotThereIsSaidToBeSo(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, gone.Close())
	m := newMachine(t, nil, func(c *cli.Config) { c.Server = "http://" + gone.Addr().String() })
	_, err = m.login(cli.InFile)
	require.ErrorIs(t, err, cli.ErrUnreachable)
	require.ErrorContains(t, err, "connection refused")
}

func TestNoTokenFollowsARedirect(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newServer(t)
		m := signedIn(t, s)
		led := func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
		}
		s.answers["/oauth/token"], s.answers["/oauth/revoke"] = led, led
		m.now += 5 * 60e9
		_, err := m.token()
		require.ErrorContains(t, err, "status 307")
		out, err := m.Logout(t.Context())
		require.NoError(t, err)
		require.ErrorContains(t, out.Untold, "status 307")
		require.Empty(t, s.to("/elsewhere"))
	})
}
