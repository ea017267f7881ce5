package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/gateway"
	"vestibule/backend/session"
	"vestibule/backend/token"
	"vestibule/backend/user"
)

// browserClient is the client_id of tokens that were exchanged for a cookie: Vestibule itself.
const browserClient = "vestibule"

// proxy exchanges the session for a token that is good for one downstream, and passes the request
// on with it.
func (a *api) proxy(c *fiber.Ctx) error {
	s := current(c)
	match, err := a.Gateway.Match(c.Method(), c.Request().Header.RequestURI())
	if err != nil {
		return err
	}
	started := time.Now()
	issued, role, err := a.exchange(c, s, match.Downstream)
	if err != nil {
		return err
	}
	note(c, "token", "issued", time.Since(started))

	leave, err := a.flights.enter(s.SID)
	if err != nil {
		return err
	}
	started = time.Now()
	err = a.Gateway.Forward(c.Context(), match, gateway.Call{
		Done: leave, Token: issued.Value, ClientIP: a.clientIP(c).String(), Proto: a.PublicURL.Scheme, Host: a.PublicURL.Host,
		RequestID: requestID(c), Traceparent: traceparent(c),
	})
	if err != nil {
		return err
	}
	note(c, "upstream", "", time.Since(started))
	a.showTimings(c, role)
	return nil
}

// exchange gives the token for this session and this audience, and the user's role. Role and name are
// the user's of this moment, never the session's.
func (a *api) exchange(c *fiber.Ctx, s session.Session, d *gateway.Downstream) (token.Token, string, error) {
	u, err := a.Users.Find(c.UserContext(), s.UserID)
	if err != nil {
		return token.Token{}, "", err
	}
	if len(d.Roles) > 0 && !slices.Contains(d.Roles, u.Role) {
		return token.Token{}, "", errForbidden
	}
	if d.StepUp > 0 {
		if err := a.demandProof(s, d.StepUp); err != nil {
			return token.Token{}, "", err
		}
	}
	issued, err := a.Issuer.Issue(grant(s, u, d), a.Now())
	return issued, u.Role, err
}

func grant(s session.Session, u user.User, d *gateway.Downstream) token.Grant {
	g := token.Grant{
		Subject: s.UserID.String(), SID: s.SID.String(), ClientID: browserClient, Audience: d.Audience,
		AuthTime: s.AuthTime, AMR: s.AMR, ACR: s.ACR, Roles: []string{u.Role}, NotAfter: s.AbsoluteExpiresAt,
	}
	if slices.Contains(d.Claims, "email") {
		g.Email = u.Email
	}
	if slices.Contains(d.Claims, "name") {
		g.Name = u.Name
	}
	return g
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
