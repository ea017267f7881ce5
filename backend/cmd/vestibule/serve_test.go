package main

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
)

const somebody = `{"email":"robin@example.com","password":"a fine day to be out","name":"Robin"}`

// configure writes a file that `vestibule serve` accepts.
func configure(t *testing.T, database, more string) string {
	t.Helper()
	var key [32]byte
	_, _ = rand.Read(key[:])
	file := filepath.Join(t.TempDir(), "vestibule.yaml")
	text := fmt.Sprintf("public_url: http://localhost:8080\ndatabase_url: %s\nmaster_key: %s\nlog: {level: error}\n%s",
		database, base64.StdEncoding.EncodeToString(key[:]), more)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

func register(t *testing.T, at string) string {
	t.Helper()
	answer, err := http.Post(at+"/auth/register", "application/json", strings.NewReader(somebody))
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusCreated, answer.StatusCode)
	cookie, _, _ := strings.Cut(answer.Header.Get("Set-Cookie"), ";")
	return cookie
}

func TestProductionHasNoAccountsOfItsOwn(t *testing.T) {
	r := start(t, nil, "serve", "--config", configure(t, pgtest.URL(t), ""))
	answer, err := http.Post(r.url+"/auth/login", "application/json",
		strings.NewReader(fmt.Sprintf(`{"email":%q,"password":%q}`, demoEmail, demoPassword)))
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusUnauthorized, answer.StatusCode)
}

func TestRequestsUnderWayAreServedToTheirEndWhenItStops(t *testing.T) {
	arrived, goOn := make(chan struct{}), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-goOn
		_, _ = io.WriteString(w, "done")
	}))
	t.Cleanup(slow.Close)
	r := start(t, nil, "serve", "--config", configure(t, pgtest.URL(t), "downstreams: [{name: slow, url: "+slow.URL+", audience: slow}]\n"))
	cookie := register(t, r.url)

	live, err := http.NewRequest(http.MethodGet, r.url+"/auth/live", nil)
	require.NoError(t, err)
	live.Header.Set("Cookie", cookie)
	stream, err := http.DefaultClient.Do(live)
	require.NoError(t, err)
	defer stream.Body.Close()
	lines := bufio.NewReader(stream.Body)
	_, err = lines.ReadString('\n')
	require.NoError(t, err)

	type result struct {
		status int
		body   string
	}
	got := make(chan result, 1)
	go func() {
		status, body := ask(t, "GET", r.url+"/api/slow/", cookie)
		got <- result{status, body}
	}()
	<-arrived
	r.stop()
	rest, err := io.ReadAll(lines) // an open tab's stream does not hold the drain up
	require.NoError(t, err)
	require.NotContains(t, string(rest), "event: ended", "the session goes on: another replica will tell")
	close(goOn)
	require.Equal(t, result{http.StatusOK, "done"}, <-got)
	started := time.Now()
	require.Zero(t, r.end())
	require.Less(t, time.Since(started), 10*time.Second)
}

func TestAMistakeInTheConfigurationIsNamedAndNothingStarts(t *testing.T) {
	file := configure(t, "postgres://vestibule@127.0.0.1:1/vestibule", "sesion: {idle_timeout: 30m}\n")
	code, _, said := run(nil, "serve", "--config", file)
	require.Equal(t, 1, code)
	require.Contains(t, said, "sesion")
	require.Contains(t, said, "vestibule.yaml:5")

	code, _, said = run(nil, "serve", "--config", filepath.Join(t.TempDir(), "none.yaml"))
	require.Equal(t, 1, code)
	require.Contains(t, said, "none.yaml")

	code, _, _ = run(nil, "serve")
	require.Equal(t, 2, code)
	code, _, _ = run(nil, "sreve")
	require.Equal(t, 2, code)
}

func TestADatabaseThatCanNotBeReachedAtStartIsSaidWithoutItsPassword(t *testing.T) {
	code, _, said := run(nil, "serve", "--config", configure(t, "postgres://vestibule:hush-hush@127.0.0.1:1/vestibule?sslmode=disable", ""))
	require.Equal(t, 1, code)
	require.Contains(t, said, "reach the database")
	require.NotContains(t, said, "hush-hush")
}

func TestMigratingTwiceIsMigratingOnce(t *testing.T) {
	file := configure(t, pgtest.URL(t), "")
	code, out, said := run(nil, "migrate", "--config", file)
	require.Zero(t, code, said)
	require.Contains(t, out, "nothing to do")
}

func TestAccountsAreLookedAfterFromTheCommandLine(t *testing.T) {
	file := configure(t, pgtest.URL(t), "")
	r := start(t, nil, "serve", "--config", file)
	cookie := register(t, r.url)
	admin := func(args ...string) (int, string) {
		code, out, said := run(nil, append([]string{"admin"}, append(args, "--config", file)...)...)
		return code, out + said
	}

	code, said := admin("role", "robin@example.com", "admin")
	require.Zero(t, code, said)
	over := func(why string) {
		require.Eventually(t, func() bool {
			status, _ := ask(t, "GET", r.url+"/auth/session", cookie)
			return status == http.StatusUnauthorized
		}, time.Second, time.Millisecond, why)
	}
	over("a session never outlives the role it began with")
	cookie = signIn(t, r.url, "robin@example.com", "a fine day to be out")
	status, body := ask(t, "GET", r.url+"/auth/session", cookie)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, body, `"role":"admin"`)

	code, said = admin("disable", "robin@example.com")
	require.Equal(t, 1, code, "the last administrator stays one")
	require.Contains(t, said, "last administrator")
	code, said = admin("unlock", "nobody@example.com")
	require.Equal(t, 1, code)
	require.Contains(t, said, "no such account")
	code, said = admin("role", "robin@example.com", "king")
	require.Equal(t, 2, code, said)

	code, said = admin("end-all-sessions")
	require.Zero(t, code, said)
	require.Contains(t, said, "1 sessions ended")
	over("all were ended")
}

func TestATeamsOwnAppIsServedAndNothingBesideIt(t *testing.T) {
	outside, folder := t.TempDir(), t.TempDir()
	write := func(dir, name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write(outside, "secret.txt", "not yours")
	write(folder, "index.html", "<p>the app</p>")
	write(folder, "assets/app-1.js", "run()")
	write(folder, "help/index.html", "<p>help</p>")
	write(folder, ".env", "not yours")
	write(folder, ".git/config", "not yours")
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret.txt"), filepath.Join(folder, "link.txt")))
	r := start(t, nil, "serve", "--config", configure(t, pgtest.URL(t), "ui: {app: "+folder+"}\n"))

	for path, want := range map[string]string{
		"/": "200 <p>the app</p>", "/orders/12": "200 <p>the app</p>", "/assets/app-1.js": "200 run()", "/help/index.html": "200 <p>help</p>",
		"/assets/app-0.js": "404 not_found", "/.env": "404 not_found", "/.git/config": "404 not_found", "/link.txt": "404 not_found",
		"/api": "404 not_found", "/auth/nothing": "404 not_found", "/oauth/nothing": "404 not_found", "/admin/": "404 not_found",
	} {
		status, body := ask(t, "GET", r.url+path, "x=y")
		if status >= 400 {
			require.Contains(t, body, `"code":"not_found"`, path)
			body = "not_found"
		}
		require.Equal(t, want, fmt.Sprint(status, " ", body), path)
	}
	answer, err := http.Get(r.url + "/orders/12")
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Contains(t, answer.Header.Get("Content-Security-Policy"), "script-src 'self'")
	require.Equal(t, "no-store", answer.Header.Get("Cache-Control"))
}
