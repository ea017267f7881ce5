package httpapi

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"
	"github.com/mileusna/useragent"

	"vestibule/backend/event"
	"vestibule/backend/session"
)

const (
	eventsPage = 50
	eventsMost = 200

	eventNamesMost = 20
)

// eventName is `noun.past`, or a noun with a star for all that is told of it.
var eventName = regexp.MustCompile(`^[a-z_]{1,40}\.([a-z_]{1,40}|\*)$`)

// deviceJSON says what a session was made with, in words that a person knows.
type deviceJSON struct {
	Browser string `json:"browser"`
	OS      string `json:"os"`
	Type    string `json:"type"` // desktop, phone, tablet, client, unknown
}

func device(agent string, kind session.Kind) deviceJSON {
	parsed := useragent.Parse(agent)
	d := deviceJSON{Browser: parsed.Name, OS: parsed.OS, Type: "unknown"}
	switch {
	case kind == session.Client || parsed.Bot:
		d.Type = "client"
	case parsed.Tablet:
		d.Type = "tablet"
	case parsed.Mobile:
		d.Type = "phone"
	case parsed.Desktop:
		d.Type = "desktop"
	}
	return d
}

type sessionJSON struct {
	SID               string       `json:"sid"`
	Kind              session.Kind `json:"kind"`
	Current           bool         `json:"current"`
	Device            deviceJSON   `json:"device"`
	IP                string       `json:"ip"`
	ClientID          string       `json:"client_id"`
	ClientName        string       `json:"client_name"` // empty for kind browser, as client_id
	Remember          bool         `json:"remember"`
	CreatedAt         time.Time    `json:"created_at"`
	LastSeenAt        time.Time    `json:"last_seen_at"`
	IdleExpiresAt     time.Time    `json:"idle_expires_at"`
	AbsoluteExpiresAt time.Time    `json:"absolute_expires_at"`
}

func (a *api) listSessions(c *fiber.Ctx) error {
	mine := current(c)
	found, err := a.Sessions.List(c.UserContext(), mine.UserID)
	if err != nil {
		return err
	}
	listed := make([]sessionJSON, 0, len(found))
	for _, s := range found {
		listed = append(listed, a.shownSession(s, mine.SID))
	}
	return c.JSON(fiber.Map{"sessions": listed})
}

func (a *api) shownSession(s session.Session, mine uuid.UUID) sessionJSON {
	return sessionJSON{
		SID: s.SID.String(), Kind: s.Kind, Current: s.SID == mine, Device: device(s.UserAgent, s.Kind),
		IP: s.IP, ClientID: s.ClientID, ClientName: a.Clients.Name(s.ClientID), Remember: s.Remember, CreatedAt: s.CreatedAt.UTC(), LastSeenAt: s.LastSeenAt.UTC(),
		IdleExpiresAt: s.IdleExpiresAt.UTC(), AbsoluteExpiresAt: s.AbsoluteExpiresAt.UTC(),
	}
}

func (a *api) endSession(c *fiber.Ctx) error {
	sid, err := sidParam(c)
	if err != nil {
		return err
	}
	mine := current(c)
	if err := a.Sessions.End(c.UserContext(), mine.UserID, sid, a.caller(c)); err != nil {
		return err
	}
	if sid == mine.SID {
		a.cookie.clear(c)
	}
	return c.SendStatus(http.StatusNoContent)
}

func (a *api) endOthers(c *fiber.Ctx) error {
	ended, err := a.Sessions.EndOthers(c.UserContext(), current(c), a.caller(c))
	if err != nil {
		return err
	}
	return c.JSON(fiber.Map{"ended": ended})
}

type eventJSON struct {
	ID     string         `json:"id"`
	At     time.Time      `json:"at"`
	Name   event.Name     `json:"name"`
	SID    *string        `json:"sid"`
	IP     string         `json:"ip"`
	Device deviceJSON     `json:"device"`
	Detail map[string]any `json:"detail"`
}

// listEvents is by cursor: next, where there is more, goes into before.
func (a *api) listEvents(c *fiber.Ctx) error {
	before, err := numberQuery(c, "before", 0, 1<<62)
	if err != nil {
		return err
	}
	limit, err := numberQuery(c, "limit", eventsPage, eventsMost)
	if err != nil {
		return err
	}
	names, err := eventNames(c)
	if err != nil {
		return err
	}
	found, err := a.Events.Of(c.UserContext(), current(c).UserID, names, before, int(limit)+1)
	if err != nil {
		return err
	}
	var next *string
	if len(found) > int(limit) {
		found = found[:limit]
		cursor := strconv.FormatInt(found[limit-1].ID, 10)
		next = &cursor
	}
	listed := make([]eventJSON, 0, len(found))
	for _, e := range found {
		listed = append(listed, shownEvent(e))
	}
	return c.JSON(fiber.Map{"events": listed, "next": next})
}

// eventNames reads which events are wanted: names with commas between them, `noun.*` for all of a noun.
func eventNames(c *fiber.Ctx) ([]event.Name, error) {
	text := c.Query("name")
	if text == "" {
		return nil, nil
	}
	var names []event.Name
	for name := range strings.SplitSeq(text, ",") {
		if len(names) == eventNamesMost || !eventName.MatchString(name) {
			return nil, invalid("name", "syntax", fmt.Sprintf("These must be at most %d names of events with commas between them, such as session.ended or sign_in.*.", eventNamesMost))
		}
		names = append(names, event.Name(name))
	}
	return names, nil
}

// shownEvent gives a person what is theirs to see. Raw user agents become devices, that of the
// session that ended included.
func shownEvent(e event.Recorded) eventJSON {
	shown := eventJSON{ID: strconv.FormatInt(e.ID, 10), At: e.At.UTC(), Name: e.Name, IP: e.Origin.IP,
		Device: device(e.Origin.UserAgent, session.Browser), Detail: map[string]any{}}
	if e.SID != uuid.Nil {
		sid := e.SID.String()
		shown.SID = &sid
	}
	for name, value := range e.Detail {
		shown.Detail[name] = value
	}
	if agent, ok := e.Detail["device"].(string); ok {
		kind, _ := e.Detail["kind"].(string)
		shown.Detail["device"] = device(agent, session.Kind(kind))
	}
	return shown
}

// numberQuery reads a whole number from the query: absent means the default, 1 to most is allowed.
func numberQuery(c *fiber.Ctx, name string, absent, most int64) (int64, error) {
	text := c.Query(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 || n > most {
		return 0, invalid(name, "range", "This must be a whole number from 1 to "+strconv.FormatInt(most, 10)+".")
	}
	return n, nil
}
