package httpapi

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

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
