package httpapi

import (
	"encoding/binary"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/event"
)

type toldJSON struct {
	eventJSON
	Actor     *personJSON `json:"actor"`
	User      *personJSON `json:"user"`
	RequestID string      `json:"request_id"`
}

func shownPerson(p event.Person) *personJSON {
	if p.ID == uuid.Nil {
		return nil
	}
	return &personJSON{p.ID.String(), p.Email, p.Name}
}

func shownTold(e event.Told) toldJSON {
	return toldJSON{shownEvent(e.Recorded), shownPerson(e.By), shownPerson(e.Of), e.Origin.RequestID}
}

func (a *api) adminEvents(c *fiber.Ctx) error {
	v := queryValues(c)
	filter := eventFilter(v)
	after, limit := v.after(), v.limit()
	if err := v.err(); err != nil {
		return err
	}
	found, err := a.Events.Search(c.UserContext(), filter, eventMark(after), limit+1)
	if err != nil {
		return err
	}
	shown, next := page(found, limit, markOf)
	listed := make([]toldJSON, len(shown))
	for i, e := range shown {
		listed[i] = shownTold(e)
	}
	return c.JSON(fiber.Map{"events": listed, "next": next})
}

func eventFilter(v *values) event.Filter {
	f := event.Filter{User: v.id("user"), Actor: v.id("actor"), SID: v.id("sid"), From: v.moment("from"), To: v.moment("to")}
	f.First, f.Last = v.addresses("ip")
	name := v.get("name")
	if name != "" && !eventName.MatchString(name) {
		v.wrong("name", "name", "This must be the name of an event, such as session.ended, or session.* for all of a noun.")
		return f
	}
	if noun, all := strings.CutSuffix(name, ".*"); all {
		f.Noun = noun
	} else {
		f.Name = event.Name(name)
	}
	return f
}

// The number of an event stands in a mark as an id does.
func markOf(e event.Told) mark {
	m := mark{at: e.At}
	binary.BigEndian.PutUint64(m.id[8:], uint64(e.ID)) //nolint:gosec // they count up from 1
	return m
}

func eventMark(m mark) event.Mark {
	return event.Mark{At: m.at, ID: int64(binary.BigEndian.Uint64(m.id[8:]) & (1<<63 - 1))} //nolint:gosec // masked
}
