package verifier_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
	"vestibule/backend/verifier/fiberverifier"
)

const longest = 4 << 20 // bytes of a request's head, so that a verifier sees what is too long for it

// door is a middleware before a greeter, on a listener of its own.
type door struct {
	t  *testing.T
	at string // host and port
}

// each runs a test against both middlewares: they answer alike.
func each(t *testing.T, v *verifier.Verifier, test func(t *testing.T, d door)) {
	t.Run("net/http", func(t *testing.T) {
		server := httptest.NewUnstartedServer(v.Middleware(http.HandlerFunc(greeter)))
		server.Config.MaxHeaderBytes = longest
		server.Start()
		t.Cleanup(server.Close)
		test(t, door{t, server.Listener.Addr().String()})
	})
	t.Run("fiber", func(t *testing.T) { test(t, fiberDoor(t, v, fiber.Config{})) })
	t.Run("fiber as it is not by default", func(t *testing.T) {
		test(t, fiberDoor(t, v, fiber.Config{DisableHeaderNormalizing: true, Immutable: true, StreamRequestBody: true, CaseSensitive: true}))
	})
}

func fiberDoor(t *testing.T, v *verifier.Verifier, config fiber.Config) door {
	t.Helper()
	config.DisableStartupMessage, config.ReadBufferSize = true, longest
	app := fiber.New(config)
	app.Use(fiberverifier.New(v))
	app.Get("/", fiberGreeter)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ended := make(chan error, 1)
	go func() { ended <- app.Listener(listener) }()
	t.Cleanup(func() {
		require.NoError(t, app.Shutdown())
		require.NoError(t, <-ended)
	})
	return door{t, listener.Addr().String()}
}

// greeter answers with the subject that FromContext gives.
func greeter(w http.ResponseWriter, r *http.Request) {
	claims, ok := verifier.FromContext(r.Context())
	if !ok {
		w.WriteHeader(http.StatusTeapot)
		return
	}
	_, _ = io.WriteString(w, "hello, "+claims.Subject)
}

func fiberGreeter(c *fiber.Ctx) error {
	claims, ok := fiberverifier.Claims(c)
	if same, is := verifier.FromContext(c.UserContext()); !ok || !is || same != claims {
		return c.SendStatus(http.StatusTeapot)
	}
	return c.SendString("hello, " + claims.Subject)
}

// ask sends these Authorization headers.
func (d door) ask(authorization ...string) (*http.Response, string) {
	d.t.Helper()
	return d.send(http.Header{"Authorization": authorization})
}

func (d door) send(header http.Header) (*http.Response, string) {
	d.t.Helper()
	request, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, "http://"+d.at, http.NoBody)
	require.NoError(d.t, err)
	request.Header = header
	request.Close = true
	answer, err := http.DefaultClient.Do(request)
	require.NoError(d.t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(d.t, err)
	return answer, string(body)
}
