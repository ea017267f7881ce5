package httpapi

import (
	"github.com/gofiber/fiber/v2"

	"vestibule/backend/gateway"
	"vestibule/backend/session"
)

// proxy exchanges the session for a token that is good for one downstream, and passes the request
// on with it.
func (a *api) proxy(c *fiber.Ctx) error {
	s := stateOf(c)
	match, err := a.Gateway.Match(c.Method(), c.Request().Header.RequestURI())
	if err != nil {
		return err
	}
	if !match.Passive {
		a.use(c, s.held)
	}
	made, how, err := a.exchange(c.UserContext(), s.held, match.Downstream)
	if err != nil {
		return err
	}
	s.lap("token", how)
	a.Meter.Exchanged(match.Downstream.Name, match.Downstream.Audience, how)

	flight, err := a.Watch.Enter(s.held)
	if err != nil {
		return err
	}
	s.bearer = made
	traceparent, end := a.toDownstream(c, match.Downstream.Name)
	err = a.Gateway.Forward(c.Context(), match, gateway.Call{
		Flight: flight, Token: &s.bearer, ClientIP: a.clientIP(c), Proto: a.PublicURL.Scheme, Host: a.PublicURL.Host,
		RequestID: s.id, Traceparent: traceparent,
	})
	if flight.Ended() != "" {
		err = session.ErrNotFound
	}
	end(err)
	status, took := answeredWith(c, err), s.lap("upstream", "")
	match.Note(c.Context(), status, took, err)
	a.Meter.Proxied(match.Downstream.Name, status, took)
	if err != nil {
		return err
	}
	a.showTimings(c, made.beside.role.Value())
	return nil
}

// jwks publishes the public halves of the keys.
func (a *api) jwks(c *fiber.Ctx) error { return sendJWKS(c, a.JWKS()) }

func sendJWKS(c *fiber.Ctx, keys []byte) error {
	c.Set(fiber.HeaderContentType, "application/jwk-set+json")
	c.Set(fiber.HeaderCacheControl, "public, max-age=300")
	return c.Send(keys)
}
