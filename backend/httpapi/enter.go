package httpapi

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
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
	parent  string        // the traceparent that says so, with a span of its own
	held    *session.Held // nil before guard has found it
	bearer  bearer        // of a request that goes on
	cookie  string        // the value of the first session cookie that was sent
	cookies int           // how many were
	token   []byte        // that was shown in Authorization: Bearer; part of the request
	tokens  int           // how many were
	at      time.Time     // when the part under way began
	timings [mostTimings]timing
	timed   int
}

type stateKey struct{}

func stateOf(c *fiber.Ctx) *state {
	s, _ := c.Locals(stateKey{}).(*state)
	if s == nil {
		s = &state{parent: newTraceparent()}
		s.id = s.parent[3:35]
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
	from := readOrigin(&c.Request().Header)
	from.Method, from.Path, from.Cookie = c.Method(), c.Path(), s.cookies > 0
	if from.crossSite(a.publicOrigin) {
		return errCrossSite
	}
	s.token, s.tokens = from.Token, from.Tokens
	if s.cookies > 0 && s.tokens > 0 {
		return errAmbiguous
	}
	if isBelow(from.Path, "/api") && from.isWorker() {
		return errWorker
	}
	return c.Next()
}

// authenticate finds the session that the cookie names, or, where tokens are taken, the one that an access
// token is of. Every way of failing gives the same answer.
func (a *api) authenticate(c *fiber.Ctx, r route) (*session.Held, session.Source, error) {
	s := stateOf(c)
	if r.access == caller && s.tokens == 1 {
		return a.authenticateBearer(c, s.token)
	}
	if s.cookies != 1 {
		return nil, session.FromCache, session.ErrNotFound
	}
	found, from, err := a.Sessions.Find(c.UserContext(), s.cookie)
	if err == nil && isForAnother(c, found.Session()) {
		return nil, from, session.ErrNotFound.With(errAnother)
	}
	return found, from, err
}

var errAnother = errors.New("the page shows another user than the cookie is of")

// isForAnother reports whether a page says that it shows someone else: a cookie changes under every tab at
// once, and a page learns of it a moment later. What somebody does there in between is nobody else's doing.
func isForAnother(c *fiber.Ctx, s session.Session) bool {
	named := c.Request().Header.Peek("X-Vestibule-User")
	if len(named) == 0 {
		return false
	}
	id, err := uuid.ParseBytes(named)
	return err != nil || id != s.UserID
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

// newTraceparent is W3C Trace Context's (3.2), not sampled. Its trace-id, 128 random bits, is the
// request's id too: one name leads through all logs.
func newTraceparent() string {
	var raw [24]byte
	_, _ = rand.Read(raw[:])
	text := []byte("00-................................-................-00")
	hex.Encode(text[3:], raw[:16])
	hex.Encode(text[36:], raw[16:])
	return string(text)
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
