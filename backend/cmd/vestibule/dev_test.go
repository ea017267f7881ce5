package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"vestibule/backend/config"
	"vestibule/backend/embedded"
)

// dataDir is one that postgres' own user can walk to, and that is gone afterwards.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "vestibule-dev-")
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, embedded.Remove(dir)) })
	return dir
}

func TestDevelopmentServesItAllFromOneCommand(t *testing.T) {
	dir := dataDir(t)
	first := start(t, []string{"VESTIBULE_DATA_DIR=" + dir}, "dev")
	here, err := url.Parse(first.url)
	require.NoError(t, err)
	home := "http://localhost:" + here.Port()
	first.says("ready at " + home + "\n")
	first.says(demoPassword)
	first.says("/account/lab")
	require.Equal(t, home+"/account/sign-in?a=b", leadsTo(t, first.url+"/account/sign-in?a=b", here.Host))
	require.Equal(t, home+"/orders", leadsTo(t, first.url+"/orders", "[::1]:"+here.Port()))
	for _, host := range []string{"localhost:" + here.Port(), "127.0.0.1:8090", "evil.example.com:" + here.Port()} {
		require.Empty(t, leadsTo(t, first.url+"/account/sign-in", host), host)
	}
	cookie := signIn(t, first.url, demoEmail, demoPassword)

	var sub [2]string
	for i, service := range []string{"orders", "insights"} {
		status, body := ask(t, "GET", first.url+"/api/"+service+"/whoami", cookie)
		require.Equal(t, http.StatusOK, status, body)
		var who struct {
			Service string
			Claims  struct{ Sub, Aud string }
		}
		require.NoError(t, json.Unmarshal([]byte(body), &who))
		require.Equal(t, []string{service, service}, []string{who.Service, who.Claims.Aud})
		sub[i] = who.Claims.Sub
		status, body = ask(t, "GET", first.url+"/api/"+service+"/", cookie)
		require.Equal(t, http.StatusOK, status, body)
	}
	require.Equal(t, sub[0], sub[1])

	file := filepath.Join(dir, "vestibule.yaml")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "it holds the database's password and the master key")
	second := start(t, nil, "serve", "--config", file)
	status, body := ask(t, "GET", second.url+"/api/orders/", cookie)
	require.Equal(t, http.StatusOK, status, body)
	status, _ = ask(t, "POST", second.url+"/auth/logout", cookie)
	require.Equal(t, http.StatusNoContent, status)
	require.Eventually(t, func() bool { // another replica than the one that ended it
		status, _ := ask(t, "GET", first.url+"/api/orders/", cookie)
		return status == http.StatusUnauthorized
	}, time.Second, time.Millisecond)

	loaded, _, err := config.Load(file, nil)
	require.NoError(t, err)
	require.Zero(t, second.end())
	require.Zero(t, first.end())
	for _, d := range loaded.Downstreams {
		_, err := net.Dial("tcp", d.URL.Host)
		require.Error(t, err, "%s is still there", d.Name)
	}
}

// leadsTo gives where a page redirects whoever opens it by that name; empty where it is there.
func leadsTo(t *testing.T, at, host string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
	require.NoError(t, err)
	request.Host = host
	got, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	return got.Header.Get("Location")
}

func TestWhoHasNoLabIsNotSentThere(t *testing.T) {
	var said bytes.Buffer
	development{program: program{out: &said}, Config: developmentDefaults("")}.welcome()
	require.Contains(t, said.String(), "/account/sessions")
	require.NotContains(t, said.String(), "/account/lab")
}

// TestWhatWasThereIsThereAgainAfterAKill kills the program without a word, as a process of its own,
// and starts it again on the same folder.
func TestWhatWasThereIsThereAgainAfterAKill(t *testing.T) {
	dir := dataDir(t)
	public, internal := freePort(t), freePort(t)
	self, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(self, "dev")
	cmd.Env = append(os.Environ(), asProgram+"=1", "VESTIBULE_DATA_DIR="+dir,
		"VESTIBULE_LISTEN=127.0.0.1:"+public, "VESTIBULE_INTERNAL_LISTEN=127.0.0.1:"+internal)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	said := bufio.NewScanner(out)
	require.True(t, said.Scan())
	require.Equal(t, "ready at http://localhost:"+public, said.Text())
	cookie := signIn(t, "http://127.0.0.1:"+public, demoEmail, demoPassword)
	loaded, _, err := config.Load(filepath.Join(dir, "vestibule.yaml"), nil)
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()

	for _, d := range loaded.Downstreams {
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			_, err := net.Dial("tcp", d.URL.Host)
			require.Error(c, err, "%s was left behind", d.Name)
		}, 10*time.Second, 20*time.Millisecond)
	}
	again := start(t, []string{"VESTIBULE_DATA_DIR=" + dir}, "dev")
	status, body := ask(t, "GET", again.url+"/api/orders/", cookie)
	require.Equal(t, http.StatusOK, status, "the session was committed: %s", body)
	require.Zero(t, again.end())
}

func TestDevelopmentIsOnLoopbackAlone(t *testing.T) {
	for _, setting := range []string{"VESTIBULE_LISTEN=0.0.0.0:8080", "VESTIBULE_PUBLIC_URL=https://app.example.com",
		"VESTIBULE_INTERNAL_LISTEN=10.0.0.1:8081", "VESTIBULE_DATABASE_URL=postgres://vestibule@db.example.com/vestibule"} {
		code, _, said := run([]string{setting, "VESTIBULE_DATA_DIR=" + t.TempDir()}, "dev")
		require.Equal(t, 1, code)
		name, _, _ := strings.Cut(setting, "=")
		require.Contains(t, said, name)
	}
}
