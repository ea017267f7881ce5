package httpapi

import (
	"bytes"
	"flag"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write testdata/routes.golden anew; its diff is a security review")

func TestTheRouteTableIsTheOneThatWasReviewed(t *testing.T) {
	const file = "testdata/routes.golden"
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(golden()), 0o600))
	}
	reviewed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(reviewed), golden(), "review the diff, then run: go test ./backend/httpapi -run TestTheRouteTable -update")
}

func TestARowThatForgetsItsGuardIsClosed(t *testing.T) {
	reached := false
	app := newFiber(slog.New(slog.DiscardHandler), 0, everyones.put)
	app.Get("/", (&api{Config: Config{Meter: uncounted{}}}).guard(route{method: "GET", path: "/", handle: func(*fiber.Ctx) error {
		reached = true
		return nil
	}}))
	answer, err := app.Test(httptest.NewRequest(http.MethodGet, "/", nil))
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusForbidden, answer.StatusCode)
	require.False(t, reached)
}

// uncounted is a meter that nobody reads.
type uncounted struct{}

func (uncounted) LookedUp(string)                    {}
func (uncounted) Exchanged(string, string, string)   {}
func (uncounted) Proxied(string, int, time.Duration) {}
func (uncounted) Answered(string, int)               {}

func TestAPanicIsOneAnswerAndNotTheEndOfTheProgram(t *testing.T) {
	var log bytes.Buffer
	app := newFiber(slog.New(slog.NewTextHandler(&log, nil)), 0, everyones.put)
	app.Get("/", func(c *fiber.Ctx) error {
		c.Set("X-Half-Done", "yes")
		panic("told to nobody outside")
	})
	answer, err := app.Test(httptest.NewRequest(http.MethodGet, "/", nil))
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusInternalServerError, answer.StatusCode)
	require.Contains(t, string(body), `"internal_error"`)
	require.NotContains(t, string(body), "told to nobody")
	require.Equal(t, "nosniff", answer.Header.Get("X-Content-Type-Options"))
	require.Empty(t, answer.Header.Get("X-Half-Done"))
	require.Contains(t, log.String(), "told to nobody outside")
}
