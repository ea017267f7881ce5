package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"vestibule/backend/examples/orders"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/verifier"
)

// wire stands between command lines and a server, and sees all that passes.
type wire struct {
	*httptest.Server
	psql     *pgxpool.Pool
	mu       sync.Mutex
	behind   *url.URL
	given    []string                      // by the token endpoint: tokens, or an error
	hasty    bool                          // devices are told to ask every second, and may
	withheld func(body []byte) (lost bool) // what is done with an answer of the token endpoint, where that is not to arrive
}

// bootWired runs `vestibule dev`, with orders alone behind it, which calls itself by the wire's address.
func bootWired(t *testing.T) *wire {
	t.Helper()
	t.Parallel() // much of it is waiting
	database := pgtest.URL(t)
	psql, err := pgxpool.New(t.Context(), database)
	require.NoError(t, err)
	t.Cleanup(psql.Close)
	w := &wire{psql: psql, hasty: true}
	w.Server = httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			w.mu.Lock()
			defer w.mu.Unlock()
			r.SetURL(w.behind)
		},
		ModifyResponse: w.pass,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	})
	t.Cleanup(w.Close)
	v, err := verifier.New(verifier.Config{Issuer: w.URL, Audience: orders.Audience, JWKSURL: w.URL + "/.well-known/jwks.json"})
	require.NoError(t, err)
	shop := httptest.NewServer(orders.Handler(v, time.Now))
	t.Cleanup(shop.Close)
	server := start(t, []string{"VESTIBULE_DATA_DIR=" + dataDir(t), "VESTIBULE_DATABASE_URL=" + database, "VESTIBULE_PUBLIC_URL=" + w.URL,
		"VESTIBULE_DOWNSTREAMS=[{name: orders, audience: orders, url: " + shop.URL + "}]"}, "dev")
	behind, err := url.Parse(server.url)
	require.NoError(t, err)
	w.behind = behind
	return w
}

// pass sees an answer on its way.
func (w *wire) pass(answer *http.Response) error {
	at := answer.Request.URL.Path
	if !strings.HasPrefix(at, "/oauth/") {
		return nil
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch at {
	case "/oauth/token":
		var said struct{ Error string }
		_ = json.Unmarshal(body, &said)
		w.given = append(w.given, said.Error)
		if do := w.withheld; do != nil {
			w.withheld = nil
			w.mu.Unlock()
			lost := do(body)
			w.mu.Lock()
			if lost {
				return http.ErrAbortHandler
			}
		}
	case "/oauth/device_authorization":
		if w.hasty {
			body = bytes.Replace(body, []byte(`"interval":5`), []byte(`"interval":1`), 1)
			if _, err := w.psql.Exec(context.Background(), `UPDATE approvals SET every = 1`); err != nil {
				return err
			}
		}
	}
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer.Header.Del("Content-Length")
	return nil
}

// takes gives what the token endpoint has said since it was asked last: an error's code, or "" for tokens.
func (w *wire) takes() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	given := w.given
	w.given = nil
	return given
}

// seat is a person's place at a machine.
type seat struct {
	t    *testing.T
	wire *wire
	dir  string
}

func (w *wire) seat(t *testing.T) *seat {
	t.Helper()
	return &seat{t, w, filepath.Join(t.TempDir(), "vestibule")}
}

// process is a command of the command line, as a process of its own.
type process struct {
	*exec.Cmd
	t        *testing.T
	out, err *output
	done     chan struct{}
}

func (s *seat) start(args ...string) *process {
	s.t.Helper()
	self, err := os.Executable()
	require.NoError(s.t, err)
	p := &process{Cmd: exec.Command(self, append(args, "--server", s.wire.URL)...), t: s.t, out: newOutput(), err: newOutput(), done: make(chan struct{})}
	p.Env = []string{asProgram + "=1", "VESTIBULE_CLI_DIR=" + s.dir, "DBUS_SESSION_BUS_ADDRESS=unix:path=" + s.dir + "/none"}
	p.Stdout, p.Stderr = p.out, p.err
	require.NoError(s.t, p.Start())
	go func() { _ = p.Wait(); close(p.done) }()
	s.t.Cleanup(func() { _ = p.Process.Kill(); <-p.done })
	return p
}

// ends waits until it has, with this code, and gives what it wrote.
func (p *process) ends(code int) string {
	p.t.Helper()
	select {
	case <-p.done:
	case <-time.After(endsWithin):
		require.FailNow(p.t, "it goes on", p.err.String())
	}
	require.Equal(p.t, code, p.ProcessState.ExitCode(), "%s %s", p.out, p.err)
	return p.out.String()
}

// run gives what a command that succeeds writes.
func (s *seat) run(args ...string) string {
	s.t.Helper()
	return s.start(args...).ends(0)
}

// refused gives what a command that fails says.
func (s *seat) refused(args ...string) string {
	s.t.Helper()
	p := s.start(args...)
	require.Empty(s.t, p.ends(1), "on stdout")
	return p.err.String()
}

var userCode = regexp.MustCompile(`the code  ([A-Z]{4}-[A-Z]{4})\n`)

// code waits until a login has written its code, and gives it.
func (p *process) code() string {
	p.t.Helper()
	for limit := time.After(endsWithin); ; {
		if found := userCode.FindStringSubmatch(p.out.String()); found != nil {
			return found[1]
		}
		select {
		case <-p.out.more:
		case <-p.done:
			require.FailNow(p.t, "it ended", p.err.String())
		case <-limit:
			require.FailNow(p.t, "it writes no code", p.err.String())
		}
	}
}

// decides is what a person does on the page that the code is typed on.
func (w *wire) decides(t *testing.T, cookie, code string, approve bool) {
	t.Helper()
	body, err := json.Marshal(map[string]any{"user_code": code, "approve": approve, "password": demoPassword})
	require.NoError(t, err)
	request, err := http.NewRequest(http.MethodPost, w.behind.String()+"/oauth/device", bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Cookie", cookie)
	request.Header.Set("X-CSRF", "1")
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	require.Equal(t, http.StatusNoContent, answer.StatusCode, string(text))
}

// signsIn signs the machine in, and gives what the command wrote.
func (s *seat) signsIn(cookie string) string {
	s.t.Helper()
	p := s.start("login", "--store", "file")
	s.wire.decides(s.t, cookie, p.code(), true)
	said := p.ends(0)
	s.wire.takes()
	return said
}

// orders asks a downstream with a token, and gives the status.
func (w *wire) orders(t *testing.T, token string) int {
	t.Helper()
	request, err := http.NewRequest(http.MethodGet, w.behind.String()+"/api/orders/", nil)
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(token))
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	return answer.StatusCode
}

func (s *seat) file() string { return filepath.Join(s.dir, url.QueryEscape(s.wire.URL)+".json") }

// keptTokens are those in the file.
type keptTokens struct {
	AccessToken  string    `json:"access_token"`
	IssuedAt     time.Time `json:"issued_at"`
	ExpiresAt    time.Time `json:"expires_at"`
	RefreshToken string    `json:"refresh_token"`
}

func (s *seat) tokens() keptTokens {
	s.t.Helper()
	text, err := os.ReadFile(s.file())
	require.NoError(s.t, err)
	var kept struct{ Tokens keptTokens }
	require.NoError(s.t, json.Unmarshal(text, &kept))
	return kept.Tokens
}

// ages makes the access token an old one.
func (s *seat) ages() {
	s.t.Helper()
	text, err := os.ReadFile(s.file())
	require.NoError(s.t, err)
	was := s.tokens().ExpiresAt.Format(time.RFC3339Nano)
	require.Contains(s.t, string(text), was)
	require.NoError(s.t, os.WriteFile(s.file(), bytes.Replace(text, []byte(was), []byte("2020-01-01T00:00:00Z"), 1), 0o600))
}
