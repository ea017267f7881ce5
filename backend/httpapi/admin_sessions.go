package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/session"
)

// mostNamed is how many sessions one request may name.
const mostNamed = 200

// personJSON is somebody whom a row is about. Of one who is gone only the id is known.
type personJSON struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Name  string `json:"name"`
}

type overseenSessionJSON struct {
	sessionJSON
	User personJSON `json:"user"`
}

func (a *api) adminSessions(c *fiber.Ctx) error {
	v := queryValues(c)
	filter, device := sessionFilter(v)
	after, limit := v.after(), v.limit()
	if err := v.err(); err != nil {
		return err
	}
	if err := a.findDevice(c.UserContext(), &filter, device); err != nil {
		return err
	}
	found, err := a.Sessions.Oversee(c.UserContext(), filter, session.Mark{CreatedAt: after.at, SID: after.id}, limit+1, countMost+1)
	if err != nil {
		return err
	}
	shown, next := page(found.Sessions, limit, func(s session.Overseen) mark { return mark{s.CreatedAt, s.SID} })
	listed := make([]overseenSessionJSON, len(shown))
	for i, s := range shown {
		listed[i] = overseenSessionJSON{a.shownSession(s.Session, current(c).SID), personJSON{s.UserID.String(), s.Email, s.Name}}
	}
	return c.JSON(counted(fiber.Map{"sessions": listed, "next": next}, found.Total))
}

// sessionFilter reads a filter, and the word for a device, which is looked for when all is known to be
// right.
func sessionFilter(v *values) (f session.Filter, device string) {
	f = session.Filter{User: v.id("user"), Query: v.text("q"), OlderThan: v.duration("older_than"), IdleFor: v.duration("idle_for"),
		Kind: session.Kind(v.choice("kind", string(session.Browser), string(session.Client)))}
	f.First, f.Last = v.addresses("ip")
	return f, v.text("device")
}

// findDevice finds the user agents whose browser or system has a word in its name, as the lists show it.
func (a *api) findDevice(ctx context.Context, f *session.Filter, word string) error {
	if word == "" {
		return nil
	}
	agents, err := a.Sessions.Agents(ctx)
	word = strings.ToLower(word)
	agents = slices.DeleteFunc(agents, func(agent string) bool {
		d := device(agent, session.Browser)
		return !strings.Contains(strings.ToLower(d.Browser), word) && !strings.Contains(strings.ToLower(d.OS), word)
	})
	f.Agents = &agents
	return err
}

func (a *api) adminEndSession(c *fiber.Ctx) error {
	sid, err := uuid.Parse(c.Params("sid"))
	if err != nil {
		return session.ErrNoSession
	}
	if err := a.Sessions.EndAny(c.UserContext(), sid, a.caller(c)); err != nil {
		return err
	}
	if sid == current(c).SID {
		a.cookie.clear(c)
	}
	return c.SendStatus(http.StatusNoContent)
}

// adminEndUser ends all sessions of a user; of one's own, all but this one.
func (a *api) adminEndUser(c *fiber.Ctx) error {
	id, err := userParam(c)
	if err != nil {
		return err
	}
	if _, err := a.Users.Oversee(c.UserContext(), id); err != nil {
		return err
	}
	return a.endMany(c, session.Selection{Filter: session.Filter{User: id}, Detail: map[string]any{"filter": map[string]string{"user": id.String()}}})
}

func (a *api) adminEndMany(c *fiber.Ctx) error {
	in, err := decode[struct {
		SIDs     []string        `json:"sids,omitempty"`
		Filter   json.RawMessage `json:"filter,omitempty"`
		All      *bool           `json:"all,omitempty"`
		Expected *int            `json:"expected,omitempty"`
	}](c)
	if err != nil {
		return err
	}
	switch which := []bool{in.SIDs != nil, in.Filter != nil, in.All != nil}; {
	case !oneOf(which...):
		return invalid("sids", "one_of", "Send sids, or filter, or all: one of them.")
	case in.SIDs != nil:
		return a.endNamed(c, in.SIDs)
	case in.All != nil && !*in.All:
		return invalid("all", "choice", "This can only be true.")
	case in.Expected == nil:
		return invalid("expected", "required", "Say how many were shown.")
	case *in.Expected < 0 || *in.Expected > 1<<31:
		return invalid("expected", "range", "This must be a number of sessions.")
	case in.All != nil:
		return a.endMany(c, session.Selection{Expected: in.Expected, Detail: map[string]any{"all": true}})
	}
	v, err := objectValues(in.Filter, "filter.")
	if err != nil {
		return err
	}
	filter, device := sessionFilter(v)
	if err := v.err(); err != nil {
		return err
	}
	if filter == (session.Filter{}) && device == "" {
		return invalid("filter", "required", "Name one filter at least, or send all.")
	}
	if err := a.findDevice(c.UserContext(), &filter, device); err != nil {
		return err
	}
	return a.endMany(c, session.Selection{Filter: filter, Expected: in.Expected, Detail: map[string]any{"filter": v.given}})
}

func oneOf(which ...bool) bool {
	n := 0
	for _, is := range which {
		if is {
			n++
		}
	}
	return n == 1
}

// endNamed ends sessions that are named, one's own among them where it is.
func (a *api) endNamed(c *fiber.Ctx, names []string) error {
	if len(names) < 1 || len(names) > mostNamed {
		return invalid("sids", "range", "Name from 1 to "+strconv.Itoa(mostNamed)+" sessions.")
	}
	sids := make([]uuid.UUID, len(names))
	for i, name := range names {
		sid, err := uuid.Parse(name)
		if err != nil {
			return invalid("sids", "uuid", "Each of these must be a UUID.")
		}
		sids[i] = sid
	}
	n, err := a.Sessions.EndMany(c.UserContext(), session.Selection{SIDs: sids, Detail: map[string]any{"sids": len(sids)}}, a.caller(c))
	if err != nil {
		return err
	}
	if slices.Contains(sids, current(c).SID) {
		a.cookie.clear(c)
	}
	return c.JSON(fiber.Map{"ended": n})
}

// endMany ends all that match but one's own.
func (a *api) endMany(c *fiber.Ctx, which session.Selection) error {
	which.Keep = current(c).SID
	n, err := a.Sessions.EndMany(c.UserContext(), which, a.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ended": n})
}

// objectValues reads filters from an object of texts in a body. An empty one asks for nothing, as in a
// query.
func objectValues(raw json.RawMessage, prefix string) (*values, error) {
	members, err := split(raw)
	if err != nil {
		return nil, err
	}
	v := &values{given: map[string]string{}, read: map[string]bool{}, prefix: prefix}
	for _, m := range members {
		var text string
		_, twice := v.given[m.name]
		switch {
		case twice:
			v.wrong(printable(m.name), "duplicate", "This is given twice.")
		case !utf8.Valid(m.value) || hasHalfPair(m.value):
			v.wrong(printable(m.name), "utf8", "This is not valid UTF-8.")
		case bytes.Equal(m.value, []byte("null")) || json.Unmarshal(m.value, &text) != nil:
			v.wrong(printable(m.name), "type", "This must be a string.")
		case text != "":
			v.given[m.name] = text
		}
	}
	return v, nil
}
