package verifier_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
	"vestibule/backend/verifier/fiberverifier"
)

func demandProblem(t *testing.T, answer *http.Response, body string, status int, code string) {
	t.Helper()
	require.Equal(t, status, answer.StatusCode)
	require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))
	var problem map[string]string
	require.NoError(t, json.Unmarshal([]byte(body), &problem))
	require.Equal(t, map[string]string{"type": "about:blank", "title": http.StatusText(status), "code": code, "detail": problem["detail"]}, problem)
	require.NotEmpty(t, problem["detail"])
}

func TestAGoodTokenReachesTheHandlerWithItsClaims(t *testing.T) {
	vb := newVestibule(t)
	each(t, vb.verifier(t), func(t *testing.T, d door) {
		for _, scheme := range []string{"Bearer ", "bearer ", "BEARER ", "bEaReR   "} {
			answer, body := d.ask(scheme + vb.issue(t, "orders"))
			require.Equal(t, http.StatusOK, answer.StatusCode)
			require.Equal(t, "hello, ada", body)
		}
	})
}

func TestARequestWithoutOneBearerTokenIsToldWhatToSend(t *testing.T) {
	vb := newVestibule(t)
	good := vb.issue(t, "orders")
	each(t, vb.verifier(t), func(t *testing.T, d door) {
		for _, sent := range [][]string{
			{}, {""}, {"Bearer"}, {"Bearer "}, {"Basic YTpi"}, {good}, {"Bearer" + good}, {"Token " + good}, {"Bearer:" + good},
			{"Bearer " + good, "Bearer " + good}, {"Bearer " + good, "Basic YTpi"}, {"Bearer " + good, ""},
		} {
			answer, body := d.ask(sent...)
			demandProblem(t, answer, body, http.StatusUnauthorized, "unauthenticated")
			require.Equal(t, []string{`Bearer realm="orders"`}, answer.Header.Values("WWW-Authenticate"), "a parameter, and no error code (RFC 6750, 3)")
		}
		answer, body := d.send(http.Header{"Authorization": {"Bearer " + good}, "authorization": {"Bearer " + good}, "AUTHORIZATION": {"x"}})
		demandProblem(t, answer, body, http.StatusUnauthorized, "unauthenticated")
	})
}

func TestABadTokenIsRefusedWithoutSayingWhy(t *testing.T) {
	vb := newVestibule(t)
	good := vb.issue(t, "orders")
	vb.pass(time.Hour)
	each(t, vb.verifier(t), func(t *testing.T, d door) {
		for _, raw := range []string{"x", good, good + " " + good, good + "," + good, vb.issue(t, "insights"), vb.issue(t, "orders") + "x"} {
			answer, body := d.ask("Bearer " + raw)
			demandProblem(t, answer, body, http.StatusUnauthorized, "invalid_token")
			require.Equal(t, []string{`Bearer realm="orders", error="invalid_token"`}, answer.Header.Values("WWW-Authenticate"))
			require.NotContains(t, body, "expired")
		}
	})
}

func TestWithoutKeysItIsTheServiceThatIsUnavailable(t *testing.T) {
	vb := newVestibule(t)
	vb.server.Close()
	each(t, vb.verifier(t), func(t *testing.T, d door) {
		answer, body := d.ask("Bearer " + vb.issue(t, "orders"))
		demandProblem(t, answer, body, http.StatusServiceUnavailable, "keys_unavailable")
		require.Equal(t, "5", answer.Header.Get("Retry-After"))
		require.Empty(t, answer.Header.Values("WWW-Authenticate"))
	})
}

func TestAnAudienceWithQuotesStaysInsideTheChallenge(t *testing.T) {
	vb := newVestibule(t)
	each(t, vb.verifier(t, func(c *verifier.Config) { c.Audience = `say "hi"\` }), func(t *testing.T, d door) {
		answer, _ := d.ask()
		require.Equal(t, `Bearer realm="say \"hi\"\\"`, answer.Header.Get("WWW-Authenticate"))
	})
}

func TestARefusalTellsTheLogsWhy(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	claims, refusal := v.Authenticate(t.Context(), []string{"Bearer " + vb.issue(t, "orders")})
	require.Nil(t, refusal)
	require.Equal(t, "ada", claims.Subject)
	claims, refusal = v.Authenticate(t.Context(), []string{"Bearer " + vb.issue(t, "insights")})
	require.Nil(t, claims)
	require.ErrorIs(t, refusal.Err, verifier.ErrAudience)
	require.NotContains(t, string(refusal.Problem()), "audience")
	_, refusal = v.Authenticate(t.Context(), nil)
	require.NoError(t, refusal.Err)
}

func TestAContextThatPassedNoMiddlewareHasNoClaims(t *testing.T) {
	claims, ok := verifier.FromContext(context.Background())
	require.False(t, ok)
	require.Nil(t, claims)
	app := fiber.New()
	app.Get("/", fiberGreeter)
	answer, err := app.Test(must(http.NewRequestWithContext(t.Context(), http.MethodGet, "http://orders.example/", http.NoBody)))
	require.NoError(t, err)
	require.Equal(t, http.StatusTeapot, answer.StatusCode)
}

func TestClaimsOutliveTheRequestThatBroughtThem(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	var kept []*verifier.Claims
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/", fiberverifier.New(v), func(c *fiber.Ctx) error {
		claims, _ := fiberverifier.Claims(c)
		kept = append(kept, claims)
		return nil
	})
	listener := must(net.Listen("tcp", "127.0.0.1:0"))
	go func() { _ = app.Listener(listener) }()
	t.Cleanup(func() { _ = app.Shutdown() })
	d := door{t, listener.Addr().String()}
	names := []string{"ada", "bob", "eve", "joe"}
	for _, name := range names { // all of a length: one would lie where the other did
		d.ask("Bearer " + vb.signer.sign(t, vb.head(), with(vb.body(), "sub", name)))
	}
	for i, name := range names {
		require.Equal(t, name, kept[i].Subject)
	}
}

func TestOneRequestsClaimsAreNeverTheNexts(t *testing.T) {
	vb := newVestibule(t)
	d := fiberDoor(t, vb.verifier(t), fiber.Config{})
	connection := must(net.Dial("tcp", d.at))
	t.Cleanup(func() { _ = connection.Close() })
	good := "GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + vb.issue(t, "orders") + "\r\n\r\n"
	bare := "GET / HTTP/1.1\r\nHost: x\r\n"
	_ = must(connection.Write([]byte(good + bare + "\r\n" + bare + "Connection: close\r\n\r\n")))
	require.NoError(t, connection.SetDeadline(time.Now().Add(within)))
	said := string(must(io.ReadAll(connection)))
	require.Equal(t, 1, strings.Count(said, "HTTP/1.1 200"))
	require.Equal(t, 2, strings.Count(said, "HTTP/1.1 401"))
}

func must[T any](made T, err error) T {
	if err != nil {
		panic(err)
	}
	return made
}
