// Package insights_test starts the example service in Node, and asks it as Vestibule would.
package insights_test

import (
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWithoutOneBearerTokenNothingButHealthIsAnswered(t *testing.T) {
	v := newVestibule(t)
	s := v.service(t)
	good := v.token(t, "ada", "insights", time.Now())
	for _, path := range []string{"/", "/whoami", "/nowhere", "/healthz/"} {
		for _, sent := range [][]string{{}, {""}, {"Bearer"}, {"Basic YTpi"}, {good}, {"Bearer " + good + " x"}, {"Bearer " + good, "Bearer " + good}} {
			r := s.send(http.MethodGet, path, sent...)
			r.refuses(t, http.StatusUnauthorized, "unauthenticated")
			require.Equal(t, `Bearer realm="insights"`, r.header.Get("WWW-Authenticate"))
		}
	}
	require.Zero(t, v.asked.Load())
	require.Equal(t, map[string]any{"status": "ok"}, s.send(http.MethodGet, "/healthz").json(t))
}

func TestATokenForAnotherServiceIsRefused(t *testing.T) {
	v := newVestibule(t)
	r := v.service(t).get("/", v.token(t, "ada", "orders", time.Now()))
	r.refuses(t, http.StatusUnauthorized, "invalid_token")
	require.Equal(t, `Bearer realm="insights", error="invalid_token"`, r.header.Get("WWW-Authenticate"))
}

func TestTheFiguresAreTheCallersOwn(t *testing.T) {
	v := newVestibule(t)
	s := v.service(t)
	of := func(subject string) map[string]any {
		read := s.send(http.MethodGet, "/?days=14", "bEaReR  "+v.token(t, subject, "insights", time.Now())).json(t)
		days := read["by_day"].([]any)
		require.Len(t, days, 14)
		require.Positive(t, days[13].(map[string]any)["orders"])
		require.Regexp(t, `^\d+\.\d\d$`, read["revenue"].(map[string]any)["amount"])
		require.Equal(t, "EUR", read["revenue"].(map[string]any)["currency"])
		require.Positive(t, read["orders"].(map[string]any)["count"])
		require.Len(t, read["top_customers"], 5)
		return read
	}
	ada, grace := of("ada"), of("grace")
	require.NotEqual(t, ada["top_customers"], grace["top_customers"])
	require.NotEqual(t, ada["by_day"], grace["by_day"])
	require.Equal(t, ada["top_customers"], of("ada")["top_customers"])
}

func TestWhoamiShowsTheClaimsAndHeadersThatArrivedAndNeverTheToken(t *testing.T) {
	v := newVestibule(t)
	now := time.Now()
	raw := v.token(t, "ada", "insights", now)
	r := v.service(t).get("/whoami", raw)
	read := r.json(t)
	for _, part := range strings.Split(raw, ".") {
		require.NotContains(t, r.body, part)
	}
	claims := read["claims"].(map[string]any)
	require.NotEmpty(t, claims["jti"])
	delete(claims, "jti")
	require.Equal(t, map[string]any{"iss": issuerURL, "sub": "ada", "aud": "insights", "exp": float64(now.Unix() + 300), "iat": float64(now.Unix()), "sid": "a-session",
		"client_id": "vestibule", "auth_time": float64(now.Unix()), "amr": []any{"pwd"}, "acr": "aal1", "roles": []any{"user"}}, claims)
	headers := read["headers"].(map[string]any)
	require.Equal(t, []any{"Bearer (verified)"}, headers["authorization"])
	require.NotEmpty(t, headers["host"])
}

func TestWithoutTheIssuersKeysItIsTheServiceThatIsUnavailable(t *testing.T) {
	v := newVestibule(t)
	raw := v.token(t, "ada", "insights", time.Now())
	outages := map[string]http.HandlerFunc{
		"an error":   func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"a page":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"no keys":    func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) },
		"a redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, v.keys.URL, http.StatusFound) },
		"nobody":     func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	}
	for name, outage := range outages {
		t.Run(name, func(t *testing.T) {
			jwks := httptest.NewServer(outage)
			t.Cleanup(jwks.Close)
			s := start(t, jwks.URL, freeAddress(t))
			r := s.get("/", raw)
			r.refuses(t, http.StatusServiceUnavailable, "keys_unavailable")
			require.Equal(t, "5", r.header.Get("Retry-After"))
			s.send(http.MethodGet, "/healthz").json(t)
		})
	}
	require.Zero(t, v.asked.Load(), "a redirect is not followed")
	t.Run("down", func(t *testing.T) {
		s := v.service(t)
		v.keys.Close()
		s.get("/", raw).refuses(t, http.StatusServiceUnavailable, "keys_unavailable")
	})
}

func TestAHeadIsAnsweredWithoutABodyAndNothingCanBeChanged(t *testing.T) {
	v := newVestibule(t)
	s := v.service(t)
	bearer := "Bearer " + v.token(t, "ada", "insights", time.Now())
	for _, path := range []string{"/", "/whoami"} {
		r := s.send(http.MethodHead, path, bearer)
		require.Equal(t, http.StatusOK, r.status)
		require.Equal(t, "application/json", r.header.Get("Content-Type"))
		require.NotEmpty(t, r.header.Get("Content-Length"))
		require.Empty(t, r.body)
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
			r := s.send(method, path, bearer)
			r.refuses(t, http.StatusMethodNotAllowed, "method_not_allowed")
			require.Equal(t, "GET, HEAD", r.header.Get("Allow"))
		}
	}
	for _, path := range []string{"/nowhere", "/whoami/", "/__proto__", "/constructor"} {
		s.get(path, strings.TrimPrefix(bearer, "Bearer ")).refuses(t, http.StatusNotFound, "not_found")
	}
	require.Equal(t, http.StatusUnauthorized, s.send(http.MethodHead, "/").status)
}

func TestAMalformedAddressNeverEndsIt(t *testing.T) {
	v := newVestibule(t)
	s := v.service(t)
	raw := v.token(t, "ada", "insights", time.Now())
	for _, target := range []string{"//", "///", "//[", "http://[", "http://", "/%zz", "/%", "/\xff", "/?%", "*", "/\\", "//:99999/", "?", "a", "/ x", "\x00"} {
		for _, authorization := range []string{"", "Authorization: Bearer " + raw + "\r\n", "Authorization: Bearer x\r\n"} {
			connection, err := net.Dial("tcp", s.listen)
			require.NoError(t, err)
			require.NoError(t, connection.SetDeadline(time.Now().Add(within)))
			_, err = connection.Write([]byte("GET " + target + " HTTP/1.1\r\nHost: insights\r\nConnection: close\r\n" + authorization + "\r\n"))
			require.NoError(t, err)
			answer := make([]byte, 12)
			_, err = connection.Read(answer)
			require.NoError(t, err, "%q", target)
			require.Regexp(t, `^HTTP/1\.1 [24]`, string(answer), "%q", target)
			require.NoError(t, connection.Close())
		}
	}
	s.send(http.MethodGet, "/healthz").json(t)
	s.get("/", raw).json(t)
}

func TestOnPortZeroItSaysWhichPortItGot(t *testing.T) {
	v := newVestibule(t)
	s := start(t, v.keys.URL, "127.0.0.1:0")
	require.Regexp(t, `^127\.0\.0\.1:[1-9]\d+$`, s.listen)
	s.send(http.MethodGet, "/healthz").json(t)
}

func TestASettingThatCannotBeMeantEndsItWithAReason(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	good := []string{"VESTIBULE_ISSUER=" + issuerURL, "VESTIBULE_JWKS_URL=http://127.0.0.1:1/", "INSIGHTS_LISTEN=127.0.0.1:0"}
	for setting, reason := range map[string]string{
		"VESTIBULE_ISSUER=":                        "VESTIBULE_ISSUER is required",
		"VESTIBULE_JWKS_URL=":                      "VESTIBULE_JWKS_URL is required",
		"VESTIBULE_JWKS_URL=keys":                  "VESTIBULE_JWKS_URL is no URL: keys",
		"INSIGHTS_LISTEN=9002":                     "INSIGHTS_LISTEN must be host:port, not 9002",
		"INSIGHTS_LISTEN=127.0.0.1:http":           "INSIGHTS_LISTEN must be host:port",
		"INSIGHTS_LISTEN=127.0.0.1:65536":          "no such port",
		"INSIGHTS_LISTEN=" + taken.Addr().String(): "EADDRINUSE",
	} {
		t.Run(setting, func(t *testing.T) {
			cmd := command(t, append(good, setting)...)
			var said bytes.Buffer
			cmd.Stderr = &said
			living, err := cmd.StdinPipe()
			require.NoError(t, err)
			require.NoError(t, cmd.Start())
			giveUp := time.AfterFunc(within, func() { _ = living.Close() })
			defer giveUp.Stop()
			require.Error(t, cmd.Wait())
			require.Equal(t, 2, cmd.ProcessState.ExitCode(), said.String())
			require.Contains(t, said.String(), "insights: ")
			require.Contains(t, said.String(), reason)
			require.NotContains(t, said.String(), "    at ", "a stack is no reason")
		})
	}
}

func TestItEndsWhenItIsToldToAndWhenItsParentIsGone(t *testing.T) {
	v := newVestibule(t)
	for name, end := range map[string]func(*service) error{
		"SIGTERM":       func(s *service) error { return s.cmd.Process.Signal(syscall.SIGTERM) },
		"SIGINT":        func(s *service) error { return s.cmd.Process.Signal(os.Interrupt) },
		"parent's gone": func(s *service) error { return s.stdin.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			s := v.service(t)
			idle, err := net.Dial("tcp", s.listen) // which must not hold it
			require.NoError(t, err)
			t.Cleanup(func() { _ = idle.Close() })
			s.send(http.MethodGet, "/healthz").json(t)
			require.NoError(t, end(s))
			select {
			case <-s.ended:
				require.Zero(t, s.cmd.ProcessState.ExitCode())
			case <-time.After(within):
				t.Fatal("it goes on")
			}
		})
	}
}
