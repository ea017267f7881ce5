package httpapi

import (
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
	bearer, role, how, err := a.exchange(c.UserContext(), held, match.Downstream)
	if err != nil {
		return err
	}
	note(c, "token", how, time.Since(started))
	a.Meter.Exchanged(match.Downstream.Name, match.Downstream.Audience, how)

	flight, err := a.Watch.Enter(held)
	if err != nil {
		return err
	}
	started = time.Now()
	traceparent, end := a.toDownstream(c, match.Downstream.Name)
	err = a.Gateway.Forward(c.Context(), match, gateway.Call{
		Flight: flight, Token: bearer, ClientIP: a.clientIP(c).String(), Proto: a.PublicURL.Scheme, Host: a.PublicURL.Host,
		RequestID: requestID(c), Traceparent: traceparent,
	})
	if flight.Ended() != "" {
		err = session.ErrNotFound
	}
	end(err)
	a.Meter.Proxied(match.Downstream.Name, answeredWith(c, err), time.Since(started))
	if err != nil {
		return err
	}
	note(c, "upstream", "", time.Since(started))
	a.showTimings(c, role)
	return nil
}

// jwks publishes the public halves of the keys.
func (a *api) jwks(c *fiber.Ctx) error { return sendJWKS(c, a.JWKS()) }

func sendJWKS(c *fiber.Ctx, keys []byte) error {
	c.Set(fiber.HeaderContentType, "application/jwk-set+json")
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return c.Send(keys)
}
