package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"

	"vestibule/backend/client"
	"vestibule/backend/gateway"
	"vestibule/backend/refresh"
	"vestibule/backend/session"
	"vestibule/backend/token"
	"vestibule/backend/user"
	"vestibule/backend/verifier"
)

const checkWithin = 2 * time.Second

// Check is one thing that must be well before this replica takes requests.
type Check struct {
	Name string
	Run  func(context.Context) error // what it says is for operators, on the internal door only
}

// InternalConfig is everything the internal door is made from. All of it is required.
type InternalConfig struct {
	Checks      []Check
	JWKS        func() []byte
	Revocations *session.Revocations
	RevokedKeys func() ([]token.RevokedKey, <-chan struct{}) // those that still matter, and what is closed when that has changed
	Proven      func() bool                                  // whether all that was committed a second ago is among Revocations and RevokedKeys
	Log         *slog.Logger
	Draining    context.Context // done when the drain begins: the feed ends, and begins no more
	Metrics     http.Handler    // answers a scrape of Prometheus

	// For services: what a token is, and one token for another.
	PublicURL string // the issuer
	Keys      verifier.Keys
	KeysHeard func(context.Context) error // as of Config
	Issuer    *token.Issuer
	Clients   *client.Registry
	Gateway   *gateway.Gateway
	Refresh   *refresh.Service
	Users     *user.Service
	Sessions  session.Store
	Meter     Meter
	Now       func() time.Time // the database's clock
}

// NewInternal makes the internal door: never exposed, reached by network position.
func NewInternal(config InternalConfig) *fiber.App {
	app := newFiber(config.Log, checkWithin, everyones.put)
	app.Use(func(c *fiber.Ctx) error {
		everyones.put(c)
		return c.Next()
	})
	app.Get("/healthz", func(c *fiber.Ctx) error { return c.JSON(fiber.Map{"status": "ok"}) })
	app.Get("/readyz", config.ready)
	app.Get("/.well-known/jwks.json", func(c *fiber.Ctx) error { return sendJWKS(c, config.JWKS()) })
	app.Get("/metrics", adaptor.HTTPHandler(config.Metrics))
	app.Get("/revocations", (&feed{InternalConfig: config}).follow)
	services := newServices(config)
	app.Post("/oauth/introspect", machine(config.Log, services.introspect))
	app.Post("/oauth/token", machine(config.Log, services.exchange))
	app.Use(nothing)
	return app
}

// ready answers 200 when every check passes, 503 otherwise, with what each one says.
func (i InternalConfig) ready(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(c.UserContext(), checkWithin)
	defer cancel()
	answer, said := fiber.Map{"status": "ready"}, fiber.Map{}
	for _, check := range i.Checks {
		said[check.Name] = "ok"
		if err := check.Run(ctx); err != nil {
			said[check.Name], answer["status"] = err.Error(), "not ready"
			c.Status(http.StatusServiceUnavailable)
		}
	}
	answer["checks"] = said
	return c.JSON(answer)
}
