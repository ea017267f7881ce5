package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/event"
	"vestibule/backend/fault"
	"vestibule/backend/gateway"
	"vestibule/backend/session"
)

// state is what a request carries along.
type state struct {
	id      string
	held    *session.Held // nil before guard has found it
	bearer  bearer        // of a request that goes on
	cookie  string        // the value of the first session cookie that was sent
	cookies int           // how many were
	timings [mostTimings]timing
	timed   int
}

type stateKey struct{}

func stateOf(c *fiber.Ctx) *state {
	s, _ := c.Locals(stateKey{}).(*state)
	if s == nil {
		s = &state{id: newRequestID()}
		c.Locals(stateKey{}, s)
	}
	return s
}

// maxUserAgent bounds what is kept of a stranger's text.
const maxUserAgent = 512

// enter is what every request passes first, whatever it asks for: an id, the headers of the
// answer, and the refusals that need no look-up. Default deny: what comes later can only narrow.
func (a *api) enter(c *fiber.Ctx) error { return a.traced(c, a.admit) }

func (a *api) admit(c *fiber.Ctx) error {
	a.secure(c)
	if err := gateway.CheckRequest(&c.Request().Header); err != nil {
		c.Context().SetConnectionClose() // a proxy before us may see another end of it
		return err
	}
	if err := gateway.CheckPath(c.Request().Header.RequestURI()); err != nil {
		return err
	}
	s := stateOf(c)
	s.cookie, s.cookies = a.cookie.sent(c)
	from := origin{
		Method: c.Method(), Path: c.Path(), WebSocket: isUpgrade(c), Cookie: s.cookies > 0,
		FetchSite: all(c, "Sec-Fetch-Site"), FetchMode: c.Get("Sec-Fetch-Mode"), FetchDest: c.Get("Sec-Fetch-Dest"),
		Origins: all(c, fiber.HeaderOrigin), CSRFHeader: c.Get("X-CSRF"),
	}
	if from.crossSite(a.publicOrigin) {
		return errCrossSite
	}
	if s.cookies > 0 && carriesBearer(c) {
		return errAmbiguous
	}
	if isBelow(c.Path(), "/api") && isWorker(c) {
		return errWorker
	}
	return c.Next()
}

// authenticate finds the session that the cookie names. Every way of failing gives the same answer.
func (a *api) authenticate(c *fiber.Ctx) (*session.Held, session.Source, error) {
	s := stateOf(c)
	if s.cookies != 1 {
		return nil, session.FromCache, session.ErrNotFound
	}
	return a.Sessions.Find(c.UserContext(), s.cookie)
}

// demandProof answers 401 step_up_required, with what would satisfy it (after RFC 9470).
func (a *api) demandProof(s session.Session, maxAge time.Duration) error {
	if s.Fresh(maxAge, a.Now()) {
		return nil
	}
	needed := *errStepUpRequired
	needed.Extra = map[string]any{"acr": session.LevelPassword, "max_age": int(maxAge.Seconds())}
	return &needed
}

// isWorker finds a page that would have a downstream's answer run on after the page is closed.
func isWorker(c *fiber.Ctx) bool {
	dest := c.Get("Sec-Fetch-Dest")
	return strings.HasSuffix(dest, "worker") || c.Get("Service-Worker") != ""
}

func carriesBearer(c *fiber.Ctx) bool {
	for _, value := range all(c, fiber.HeaderAuthorization) {
		if scheme, _, _ := strings.Cut(strings.TrimSpace(value), " "); strings.EqualFold(scheme, "bearer") {
			return true
		}
	}
	return false
}

func isUpgrade(c *fiber.Ctx) bool {
	return c.Context().Request.Header.ConnectionUpgrade() || len(c.Get(fiber.HeaderUpgrade)) > 0
}

// all gives every value of a header that may have been sent more than once.
func all(c *fiber.Ctx, name string) []string {
	var values []string
	for _, raw := range c.Request().Header.PeekAll(name) {
		values = append(values, string(raw))
	}
	return values
}

// caller says where a request came from, for events and new sessions.
func (a *api) caller(c *fiber.Ctx) event.Origin {
	agent := strings.ToValidUTF8(strings.ReplaceAll(c.Get(fiber.HeaderUserAgent), "\x00", ""), "")
	if len(agent) > maxUserAgent {
		agent = strings.ToValidUTF8(agent[:maxUserAgent], "")
	}
	from := event.Origin{IP: a.clientIP(c).String(), UserAgent: agent, RequestID: requestID(c)}
	if held := stateOf(c).held; held != nil {
		from.Actor = held.Session().UserID
	}
	return from
}

// current is the session that guard found. Only rows that demand one call it.
func current(c *fiber.Ctx) session.Session { return stateOf(c).held.Session() }

// newRequestID is 128 random bits: a W3C trace-id too, so that one name leads through all logs.
func newRequestID() string { return randomHex(16) }

func randomHex(bytes int) string {
	raw := make([]byte, bytes)
	_, _ = rand.Read(raw)
	return hex.EncodeToString(raw)
}

func requestID(c *fiber.Ctx) string { return stateOf(c).id }

// sidParam reads a sid from the path. What is no UUID names no session.
func sidParam(c *fiber.Ctx) (uuid.UUID, error) {
	sid, err := uuid.Parse(c.Params("sid"))
	if err != nil {
		return uuid.Nil, session.ErrNoSuchSession
	}
	return sid, nil
}

func invalid(name, rule, message string) error {
	return fault.NewInvalid(fault.Field{Name: name, Rule: rule, Message: message})
}
