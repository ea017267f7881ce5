package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/session"
)

// beat is how often an idle stream shows that it lives; it is also how late a leaver is noticed.
const beat = 15 * time.Second

// live is the stream of server-sent events for an open tab: `ended`, with the reason, the moment
// the session ends, then the stream closes. It never slides the session.
func (a *api) live(c *fiber.Ctx) error {
	sid := current(c).SID
	leave, err := a.flights.enter(sid)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no")
	c.Context().Response.ImmediateHeaderFlush = true
	ctx, cancel := context.WithCancel(a.Draining) // the request's own context ends with this handler
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer leave()
		defer cancel()
		say := func(text string) func() error {
			return func() error {
				if _, err := w.WriteString(text); err != nil {
					return err
				}
				return w.Flush()
			}
		}
		reason, err := a.Watch.Until(ctx, sid, beat, say(": open\n\n"), say(": beat\n\n"))
		if err != nil {
			return // the tab left, or we do: the browser connects again by itself, and asks
		}
		_ = say(endedEvent(reason))()
	})
	return nil
}

func endedEvent(reason session.Reason) string {
	data, _ := json.Marshal(map[string]session.Reason{"reason": reason}) // strings always encode
	return fmt.Sprintf("event: ended\ndata: %s\n\n", data)
}
