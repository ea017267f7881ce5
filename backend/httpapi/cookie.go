package httpapi

import (
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"vestibule/backend/secret"
	"vestibule/backend/session"
)

// cookie is the one thing that the browser holds: __Host-session, HttpOnly, Secure, SameSite=Strict,
// Path=/, no Domain (RFC 10017, 6.1.3.2).
type cookie struct {
	name   string
	secure bool
}

// newCookie names it. Safari drops Secure cookies on http://localhost: there, and only there, the
// prefix and Secure go; the configuration refuses that anywhere but on loopback.
func newCookie(insecure bool) cookie {
	if insecure {
		return cookie{name: "session"}
	}
	return cookie{name: "__Host-session", secure: true}
}

// sent gives the first value that was sent under the name, and how many were: more than one is nobody's.
func (k cookie) sent(c *fiber.Ctx) (value string, times int) {
	for name, each := range c.Request().Header.Cookies() {
		if string(name) != k.name {
			continue
		}
		if times++; times == 1 {
			value = string(each)
		}
	}
	return value, times
}

// set hands the secret to the browser. Max-Age only with "keep me signed in": the browser's date is
// a courtesy, the limits are judged here.
func (k cookie) set(c *fiber.Ctx, value secret.Value, s session.Session, now time.Time) {
	made := k.bare()
	made.Value = value.Reveal()
	if s.Remember {
		made.MaxAge = int(s.AbsoluteExpiresAt.Sub(now).Seconds())
	}
	c.Cookie(made)
}

// clear takes it back. Only signing out and ending one's own session call this: on a 401 it would
// take the successor that a rotation has just set.
func (k cookie) clear(c *fiber.Ctx) {
	gone := k.bare()
	gone.Expires = fasthttp.CookieExpireDelete
	c.Cookie(gone)
}

func (k cookie) bare() *fiber.Cookie {
	return &fiber.Cookie{Name: k.name, Path: "/", HTTPOnly: true, Secure: k.secure, SameSite: fiber.CookieSameSiteStrictMode}
}
