package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/gateway"
	"vestibule/backend/session"
)

// proxy exchanges the session for a token that is good for one downstream, and passes the request
// on with it.
func (a *api) proxy(c *fiber.Ctx) error {
	held := stateOf(c).held
	match, err := a.Gateway.Match(c.Method(), c.Request().Header.RequestURI())
	if err != nil {
		return err
	}
	if !match.Passive {
		a.use(c)
	}
	started := time.Now()
	issued, role, how, err := a.exchange(c.UserContext(), held, match.Downstream)
	if err != nil {
		return err
	}
	note(c, "token", how, time.Since(started))

	flight, err := a.Watch.Enter(held)
	if err != nil {
		return err
	}
	started = time.Now()
	err = a.Gateway.Forward(c.Context(), match, gateway.Call{
		Flight: flight, Token: issued.Value, ClientIP: a.clientIP(c).String(), Proto: a.PublicURL.Scheme, Host: a.PublicURL.Host,
		RequestID: requestID(c), Traceparent: traceparent(c),
	})
	if flight.Ended() != "" {
		return session.ErrNotFound
	}
	if err != nil {
		return err
	}
	note(c, "upstream", "", time.Since(started))
	a.showTimings(c, role)
	return nil
}

// traceparent starts a trace whose id is the request's (W3C Trace Context, 3.2). What the browser
// sent is not continued: a stranger does not choose the ids in our logs.
func traceparent(c *fiber.Ctx) string {
	var span [8]byte
	_, _ = rand.Read(span[:])
	return "00-" + requestID(c) + "-" + hex.EncodeToString(span[:]) + "-00"
}

// jwks publishes the public halves of the keys.
func (a *api) jwks(c *fiber.Ctx) error { return sendJWKS(c, a.JWKS()) }

func sendJWKS(c *fiber.Ctx, keys []byte) error {
	c.Set(fiber.HeaderContentType, "application/jwk-set+json")
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return c.Send(keys)
}
