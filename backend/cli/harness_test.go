package cli_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/zalando/go-keyring"

	"vestibule/backend/cli"
)

// Here a server misbehaves as a real one can't be made to. What a real one does, cmd/vestibule tests.

const at = "http://localhost:8080"

// server answers within this process, so that time may be a bubble's.
type server struct {
	t       *testing.T
	mu      sync.Mutex
	asked   []question
	answers map[string]http.HandlerFunc // by path, in the place of what a good server says
	broken  func(question) error        // after the answer was made: it is lost
}

type question struct {
	path string
	form url.Values
	at   time.Time
}

func newServer(t *testing.T) *server { return &server{t: t, answers: map[string]http.HandlerFunc{}} }

// RoundTrip implements http.RoundTripper.
func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	_ = r.ParseForm()
	q := question{r.URL.Path, r.PostForm, time.Now()}
	s.mu.Lock()
	s.asked = append(s.asked, q)
	answer, broken := s.answers[r.URL.Path], s.broken
	s.mu.Unlock()
	if answer == nil {
		answer = s.good
	}
	w := httptest.NewRecorder()
	answer(w, r)
	if broken != nil {
		if err := broken(q); err != nil {
			return nil, err
		}
	}
	return w.Result(), nil
}

// good is what a server says that is well.
func (s *server) good(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/.well-known/oauth-authorization-server":
		say(w, 200, map[string]any{"issuer": at, "token_endpoint": at + "/oauth/token",
			"device_authorization_endpoint": at + "/oauth/device_authorization", "revocation_endpoint": at + "/oauth/revoke"})
	case "/oauth/device_authorization":
		say(w, 200, map[string]any{"device_code": "a-device-code", "user_code": "BCDF-GHJK", "verification_uri": at + "/account/device",
			"verification_uri_complete": at + "/account/device?user_code=BCDF-GHJK", "expires_in": 600, "interval": 5})
	case "/oauth/token":
		say(w, 200, given(r.PostForm.Get("refresh_token")+"+"))
	case "/oauth/revoke":
	default:
		http.NotFound(w, r)
	}
}

func say(w http.ResponseWriter, status int, what any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(what)
}

func refuse(w http.ResponseWriter, code string) {
	say(w, 400, map[string]any{"error": code, "error_description": "No \x1b[31mway."})
}

// given is an answer with tokens: each refresh token is the one before and a plus.
func given(refresh string) map[string]any {
	payload := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"somebody","sid":"a-session","auth_time":1700000000,"amr":["pwd"],"acr":"1"}`))
	return map[string]any{"access_token": "h." + payload + "." + refresh, "token_type": "Bearer", "expires_in": 300, "refresh_token": refresh}
}

// to gives the questions to one path.
func (s *server) to(path string) (asked []question) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.asked {
		if q.path == path {
			asked = append(asked, q)
		}
	}
	return asked
}

// gaps are the seconds between the questions to the token endpoint, from a moment on.
func (s *server) gaps(from time.Time) (seconds []int) {
	for _, q := range s.to("/oauth/token") {
		seconds = append(seconds, int(q.at.Sub(from).Seconds()))
		from = q.at
	}
	return seconds
}

// inTurn answers each question by the next one, and all further ones by the last.
func inTurn(answers ...http.HandlerFunc) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, r *http.Request) {
		answers[min(n, len(answers)-1)](w, r)
		n++
	}
}

func refusing(code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { refuse(w, code) }
}

func failing(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

var errLost = errors.New("connection reset by peer")

// rings is a keyring.
type rings struct {
	mu    sync.Mutex
	items map[string]string
	fails error
	hangs chan struct{} // until it is closed
}

func (k *rings) use() error {
	if k.hangs != nil {
		<-k.hangs
	}
	return k.fails
}

func (k *rings) Get(service, user string) (string, error) {
	if err := k.use(); err != nil {
		return "", err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	text, found := k.items[service+" "+user]
	if !found {
		return "", keyring.ErrNotFound
	}
	return text, nil
}

func (k *rings) Set(service, user, text string) error {
	if err := k.use(); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.items[service+" "+user] = text
	return nil
}

func (k *rings) Delete(service, user string) error {
	if _, err := k.Get(service, user); err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.items, service+" "+user)
	return nil
}

// machine is one that signs in.
type machine struct {
	*cli.Client
	t    *testing.T
	dir  string
	ring *rings
	now  time.Duration // how far its clock has gone beyond the real one
	said []string
	code cli.Code
}

func newMachine(t *testing.T, with http.RoundTripper, change ...func(*cli.Config)) *machine {
	t.Helper()
	m := &machine{t: t, dir: filepath.Join(t.TempDir(), "vestibule"), ring: &rings{items: map[string]string{}}}
	config := cli.Config{Server: at, Dir: m.dir, Keyring: m.ring, Now: func() time.Time { return time.Now().Add(m.now) },
		Note: func(text string) { m.said = append(m.said, text) }, Transport: with}
	for _, c := range change {
		c(&config)
	}
	client, err := cli.New(config)
	require.NoError(t, err)
	m.Client = client
	return m
}

func (m *machine) login(in cli.Place) (cli.LoggedIn, error) {
	return m.Login(m.t.Context(), cli.LoginOptions{ClientID: "vestibule-cli", Store: in, Show: func(c cli.Code) { m.code = c }})
}

func (m *machine) token() (string, error) {
	got, err := m.Token(m.t.Context(), time.Minute)
	return got.Reveal(), err
}

func (m *machine) file() string { return filepath.Join(m.dir, url.QueryEscape(at)+".json") }

func (m *machine) kept() string {
	m.t.Helper()
	text, err := os.ReadFile(m.file())
	require.NoError(m.t, err)
	return string(text)
}

// everything is all that is in its folder.
func (m *machine) everything() string {
	m.t.Helper()
	var all strings.Builder
	found, err := os.ReadDir(m.dir)
	require.NoError(m.t, err)
	for _, file := range found {
		text, err := os.ReadFile(filepath.Join(m.dir, file.Name()))
		require.NoError(m.t, err)
		all.Write(text)
	}
	return all.String()
}

// bubble is synctest.Test. The library does not close the body of one answer, and Go watches over it for as
// long as a request may take.
func bubble(t *testing.T, run func(*testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		run(t)
		time.Sleep(time.Minute)
	})
}
