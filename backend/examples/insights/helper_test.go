package insights_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/secret"
	"vestibule/backend/token"
)

const (
	issuerURL = "https://app.example.com"
	within    = 20 * time.Second // for a machine that is busy
)

// memory keeps the one signing key.
type memory struct{ kept []token.Stored }

func (m *memory) Ensure(_ context.Context, create func() (token.Stored, error)) ([]token.Stored, error) {
	if len(m.kept) == 0 {
		made, err := create()
		if err != nil {
			return nil, err
		}
		m.kept = []token.Stored{made}
	}
	return m.kept, nil
}

// vestibule is the issuer, and the JWKS that the service reads.
type vestibule struct {
	issuer *token.Issuer
	keys   *httptest.Server
	asked  atomic.Int64
}

// newVestibule publishes further keys beside its own, for tokens that no Issuer makes.
func newVestibule(t *testing.T, further ...map[string]string) *vestibule {
	t.Helper()
	master, err := token.NewMasterKeys(secret.Of("MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="), secret.Value{})
	require.NoError(t, err)
	ring, err := token.OpenRing(t.Context(), &memory{}, master, token.ES256)
	require.NoError(t, err)
	v := &vestibule{}
	v.issuer, err = token.NewIssuer(ring, issuerURL, 5*time.Minute)
	require.NoError(t, err)
	var set struct {
		Keys []any `json:"keys"`
	}
	require.NoError(t, json.Unmarshal(ring.JWKS(), &set))
	for _, jwk := range further {
		set.Keys = append(set.Keys, jwk)
	}
	text, err := json.Marshal(set)
	require.NoError(t, err)
	v.keys = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		v.asked.Add(1)
		_, _ = w.Write(text)
	}))
	t.Cleanup(v.keys.Close)
	return v
}

func (v *vestibule) token(t *testing.T, subject, audience string, at time.Time) string {
	t.Helper()
	issued, err := v.issuer.Issue(token.Grant{Subject: subject, SID: "a-session", ClientID: "vestibule", Audience: audience, AuthTime: at,
		AMR: []string{"pwd"}, ACR: "aal1", Roles: []string{"user"}, NotAfter: at.Add(time.Hour)}, at)
	require.NoError(t, err)
	return issued.Value.Reveal()
}

// service is `node server.mjs`, as it runs in earnest.
type service struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.Closer
	listen string
	ended  chan struct{}
}

func command(t *testing.T, environment ...string) *exec.Cmd {
	t.Helper()
	if _, err := os.Stat(filepath.Join("node_modules", "jose")); err != nil {
		t.Fatal("jose is not installed in backend/examples/insights: run `make build` first")
	}
	cmd := exec.Command("node", "server.mjs", "--end-with-stdin")
	cmd.Env = append(os.Environ(), environment...)
	return cmd
}

func start(t *testing.T, jwks, listen string) *service {
	t.Helper()
	s := &service{t: t, cmd: command(t, "VESTIBULE_ISSUER="+issuerURL, "VESTIBULE_JWKS_URL="+jwks, "INSIGHTS_LISTEN="+listen), ended: make(chan struct{})}
	s.cmd.Stderr = os.Stderr
	var err error
	s.stdin, err = s.cmd.StdinPipe() // it ends with us, however we end
	require.NoError(t, err)
	out, err := s.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, s.cmd.Start())
	said := make(chan string, 1)
	go func() {
		defer close(s.ended)
		lines := bufio.NewScanner(out)
		lines.Scan()
		said <- lines.Text()
		_, _ = io.Copy(io.Discard, out)
		_ = s.cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		<-s.ended
	})
	select {
	case line := <-said:
		var is bool
		s.listen, is = strings.CutPrefix(line, "insights listens on ")
		require.True(t, is, "it said %q", line)
	case <-time.After(within):
		t.Fatal("it does not listen")
	}
	return s
}

func (v *vestibule) service(t *testing.T) *service {
	t.Helper()
	return start(t, v.keys.URL, freeAddress(t))
}

// freeAddress lies below the ports that the system gives out by itself.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		n, err := rand.Int(rand.Reader, big.NewInt(12_000))
		require.NoError(t, err)
		address := fmt.Sprintf("127.0.0.1:%d", 20_000+n.Int64())
		if listener, err := net.Listen("tcp", address); err == nil {
			require.NoError(t, listener.Close())
			return address
		}
	}
	t.Fatal("no port is free")
	return ""
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (s *service) send(method, path string, authorization ...string) reply {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, "http://"+s.listen+path, http.NoBody)
	require.NoError(s.t, err)
	request.Header["Authorization"] = authorization
	answer, err := (&http.Client{Timeout: within}).Do(request)
	require.NoError(s.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(s.t, err)
	return reply{answer.StatusCode, answer.Header, string(body)}
}

func (s *service) get(path, raw string) reply {
	s.t.Helper()
	return s.send(http.MethodGet, path, "Bearer "+raw)
}

// refuses demands a problem document with the code.
func (r reply) refuses(t *testing.T, status int, code string) {
	t.Helper()
	require.Equal(t, status, r.status, r.body)
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"))
	var problem map[string]string
	require.NoError(t, json.Unmarshal([]byte(r.body), &problem))
	require.Equal(t, code, problem["code"])
	require.NotEmpty(t, problem["detail"])
}

func (r reply) json(t *testing.T) map[string]any {
	t.Helper()
	require.Equal(t, http.StatusOK, r.status, r.body)
	require.Equal(t, "application/json", r.header.Get("Content-Type"))
	var read map[string]any
	require.NoError(t, json.Unmarshal([]byte(r.body), &read))
	return read
}

func base64url(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
