// Package fiberverifier is package verifier's middleware for Fiber:
//
//	app.Use(fiberverifier.New(v))
//	app.Get("/", func(c *fiber.Ctx) error {
//		claims, _ := fiberverifier.Claims(c)
//		return c.SendString("Hello, " + claims.Subject)
//	})
//
// It answers as (*verifier.Verifier).Middleware does. It is a package of its own so that who uses net/http
// alone doesn't build Fiber.
package fiberverifier

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/verifier"
)

// New lets a request pass only where (*verifier.Verifier).Authenticate does. The answer to any other is
// complete, so that no error handler sees it. The claims are in the request's UserContext too, for
// verifier.FromContext.
func New(v *verifier.Verifier) fiber.Handler {
	return func(c *fiber.Ctx) error {
		claims, refusal := v.Authenticate(c.UserContext(), authorization(c))
		if refusal != nil {
			return refuse(c, refusal)
		}
		c.SetUserContext(verifier.NewContext(c.UserContext(), claims))
		return c.Next()
	}
}

// Claims gives what New verified. They are the caller's to keep: nothing in them is Fiber's.
func Claims(c *fiber.Ctx) (*verifier.Claims, bool) { return verifier.FromContext(c.UserContext()) }

// authorization gives all the headers of that name, where Get gives the first, and in any case, where an
// app that doesn't normalise names would find but one. They are copies: the buffer is the next request's too.
func authorization(c *fiber.Ctx) []string {
	var sent []string
	for name, value := range c.Request().Header.All() {
		if strings.EqualFold(string(name), fiber.HeaderAuthorization) {
			sent = append(sent, string(value))
		}
	}
	return sent
}

func refuse(c *fiber.Ctx, r *verifier.Refusal) error {
	if r.Challenge != "" {
		c.Set(fiber.HeaderWWWAuthenticate, r.Challenge)
	}
	if r.RetryAfter > 0 {
		c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(r.RetryAfter.Seconds())))
	}
	c.Set(fiber.HeaderContentType, "application/problem+json")
	return c.Status(r.Status).Send(r.Problem())
}
