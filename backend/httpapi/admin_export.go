package httpapi

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/google/uuid"

	"vestibule/backend/event"
	"vestibule/backend/gateway"
	"vestibule/backend/session"
)

// exportPage is how many events are in memory at once.
const exportPage = 500

// errCut ends an export whose session has ended: the connection breaks off, and no reader takes what has
// arrived for all there is.
var errCut = errors.New("the session of an export has ended")

// exportEvents streams what matches as a file. It is a read that needs a fresh proof, and is told of itself:
// what leaves this way is everybody's.
func (a *api) exportEvents(c *fiber.Ctx) error {
	v := queryValues(c)
	filter := eventFilter(v)
	format := v.choice("format", "csv", "jsonl")
	if format == "" && len(v.faults) == 0 {
		v.wrong("format", "required", "This must be one of: csv, jsonl.")
	}
	if err := v.err(); err != nil {
		return err
	}
	filters := maps.Clone(v.given)
	delete(filters, "format")
	ctx := c.UserContext()
	flight, err := a.Watch.Enter(stateOf(c).held)
	if err != nil {
		return err
	}
	begun, err := a.Events.Note(ctx, event.Event{Name: event.EventsExported, Origin: a.caller(c), UserID: current(c).UserID, SID: current(c).SID,
		Detail: map[string]any{"format": format, "filter": filters}})
	if err != nil {
		flight.Leave()
		return err
	}
	x := &export{ctx: context.WithoutCancel(ctx), events: a.Events, filter: filter, after: begun, flight: flight, write: writeJSONL}
	kind := "application/jsonl"
	if format == "csv" {
		kind, x.write = "text/csv; charset=utf-8; header=present", writeCSV
		writeRow(&x.ready, csvHead)
	}
	request := c.Context()
	flight.OnEnd(func() {
		x.cut.Store(true)
		gateway.HangUp(request) // its reader may have stopped, and nothing asks for more
	})
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="vestibule-events-`+begun.At.UTC().Format("2006-01-02")+`.`+format+`"`)
	c.Set("X-Accel-Buffering", "no")
	c.Context().SetBodyStream(x, -1)
	return nil
}

// export is read as fast as its reader takes it, a page at a time. It holds no connection of the database
// in between.
type export struct {
	ctx    context.Context
	events Events
	filter event.Filter
	after  event.Mark
	write  func(*bytes.Buffer, event.Told)
	ready  bytes.Buffer
	over   bool
	flight *session.Flight
	cut    atomic.Bool
}

// Read implements io.Reader. An error of it cuts the connection, before the mark that ends a whole answer.
func (x *export) Read(into []byte) (int, error) {
	if x.cut.Load() {
		return 0, errCut
	}
	for x.ready.Len() == 0 && !x.over {
		if err := x.next(); err != nil {
			return 0, err
		}
	}
	if x.ready.Len() == 0 {
		return 0, io.EOF
	}
	return x.ready.Read(into)
}

func (x *export) next() error {
	found, err := x.events.Search(x.ctx, x.filter, x.after, exportPage)
	if err != nil {
		return err
	}
	x.ready.Reset()
	for _, e := range found {
		x.write(&x.ready, e)
		x.after = event.Mark{At: e.At, ID: e.ID}
	}
	x.over = len(found) < exportPage
	return nil
}

// Close implements io.Closer. It is called once nobody reads any more, whether or not all was read.
func (x *export) Close() error {
	x.flight.Leave()
	return nil
}

func writeJSONL(to *bytes.Buffer, e event.Told) {
	line, _ := json.Marshal(struct { // of what jsonb held
		toldJSON
		UserAgent string `json:"user_agent"`
	}{shownTold(e), e.Origin.UserAgent})
	to.Write(append(line, '\n'))
}

var csvHead = []string{"id", "at", "name", "actor_id", "actor_email", "user_id", "user_email", "sid", "ip", "user_agent", "request_id", "detail"}

func writeCSV(to *bytes.Buffer, e event.Told) {
	id := func(id uuid.UUID) string {
		if id == uuid.Nil {
			return ""
		}
		return id.String()
	}
	detail, _ := json.Marshal(shownTold(e).Detail)
	writeRow(to, []string{strconv.FormatInt(e.ID, 10), e.At.UTC().Format(time.RFC3339Nano), string(e.Name), id(e.By.ID), e.By.Email, id(e.Of.ID), e.Of.Email,
		id(e.SID), e.Origin.IP, e.Origin.UserAgent, e.Origin.RequestID, string(detail)})
}

// writeRow is RFC 4180, with each field made safe.
func writeRow(to *bytes.Buffer, fields []string) {
	safe := make([]string, len(fields))
	for i, field := range fields {
		safe[i] = harmless(field)
	}
	w := csv.NewWriter(to)
	w.UseCRLF = true
	_ = w.Write(safe) // into memory
	w.Flush()
}

// harmless keeps a spreadsheet from taking a stranger's text for a formula (OWASP, CSV injection).
func harmless(field string) string {
	if field != "" && strings.ContainsRune("=+-@\t\r\n", rune(field[0])) {
		return "'" + field
	}
	return field
}
