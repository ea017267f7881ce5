package httpapi

import (
	"bufio"
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
	held := stateOf(c).held
	flight, err := a.Watch.Enter(held)
	if err != nil {
		return err
	}
	ended := make(chan struct{})
	flight.OnEnd(func() { close(ended) })
	c.Set(fiber.HeaderContentType, "text/event-stream")
	c.Set("X-Accel-Buffering", "no")
	c.Context().Response.ImmediateHeaderFlush = true
	c.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		defer flight.Leave()
		alive := time.NewTicker(beat)
		defer alive.Stop()
		for err := say(w, ": open\n\n"); err == nil; {
			select {
			case <-ended:
				_ = say(w, endedEvent(flight.Ended()))
				return
			case <-a.Draining.Done(): // the browser connects again by itself
				return
			case <-alive.C:
				err = say(w, ": beat\n\n")
			}
		}
	})
	return nil
}

func say(w *bufio.Writer, text string) error {
	if _, err := w.WriteString(text); err != nil {
		return err
	}
	return w.Flush()
}

func endedEvent(reason session.Reason) string {
	data, _ := json.Marshal(map[string]session.Reason{"reason": reason}) // strings always encode
	return fmt.Sprintf("event: ended\ndata: %s\n\n", data)
}
