package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"vestibule/backend/event"
)

type toldRow struct {
	ID         int64
	At         time.Time
	Name       string
	ActorID    *uuid.UUID
	ActorEmail string
	ActorName  string
	UserID     *uuid.UUID
	UserEmail  string
	UserName   string
	SID        *uuid.UUID
	IP         string
	UserAgent  string
	RequestID  string
	Detail     []byte
}

func (r toldRow) told() event.Told {
	told := event.Told{
		Recorded: event.Recorded{ID: r.ID, At: r.At, Event: event.Event{
			Name: event.Name(r.Name), UserID: orZero(r.UserID), SID: orZero(r.SID),
			Origin: event.Origin{Actor: orZero(r.ActorID), IP: r.IP, UserAgent: r.UserAgent, RequestID: r.RequestID},
		}},
		By: event.Person{ID: orZero(r.ActorID), Email: r.ActorEmail, Name: r.ActorName},
		Of: event.Person{ID: orZero(r.UserID), Email: r.UserEmail, Name: r.UserName},
	}
	_ = json.Unmarshal(r.Detail, &told.Detail) // jsonb is well-formed
	return told
}

// eventsWhere is a filter as conditions on events.
func eventsWhere(f event.Filter) *where {
	w := &where{}
	if f.Name != "" {
		w.and("name = ?", string(f.Name))
	}
	if f.Noun != "" {
		w.and("split_part(name, '.', 1) = ?", f.Noun)
	}
	if f.User != uuid.Nil {
		w.and("user_id = ?", f.User)
	}
	if f.Actor != uuid.Nil {
		w.and("actor_id = ?", f.Actor)
	}
	if f.SID != uuid.Nil {
		w.and("sid = ?", f.SID)
	}
	if f.First.IsValid() {
		w.and("vestibule_address(ip) BETWEEN ? AND ?", f.First, f.Last)
	}
	if !f.From.IsZero() {
		w.and("at >= ?", f.From)
	}
	if !f.To.IsZero() {
		w.and("at < ?", f.To)
	}
	return w
}

// events is the statement of one page.
func (w *where) events(after event.Mark, limit int) (statement string, args []any) {
	if !after.At.IsZero() {
		w.and("(at, id) < (?, ?)", after.At, after.ID)
	}
	return `SELECT e.id, e.at, e.name, e.actor_id, coalesce(by.email, ''), coalesce(by.name, ''), e.user_id, coalesce(of.email, ''), coalesce(of.name, ''),
		       e.sid, e.ip, e.user_agent, e.request_id, e.detail
		  FROM (SELECT * FROM events` + w.String() + ` ORDER BY at DESC, id DESC LIMIT ` + w.bind(limit) + `) AS e
		  LEFT JOIN users AS by ON by.id = e.actor_id
		  LEFT JOIN users AS of ON of.id = e.user_id
		 ORDER BY e.at DESC, e.id DESC`, w.args
}

// Search lists everyone's events after a mark, the newest first, limit at most.
func (e *Events) Search(ctx context.Context, f event.Filter, after event.Mark, limit int) ([]event.Told, error) {
	statement, args := eventsWhere(f).events(after, limit)
	rows, err := listRows[toldRow](ctx, e.db, "list everyone's events", statement, args)
	told := make([]event.Told, len(rows))
	for i, row := range rows {
		told[i] = row.told()
	}
	return told, err
}

// Note writes an event that tells of nothing else that is kept, and gives its place in the account.
func (e *Events) Note(ctx context.Context, one event.Event) (event.Mark, error) {
	var place event.Mark
	err := e.db.inTx(ctx, one.Origin, "", func(tx *gorm.DB) error {
		if err := writeEvent(tx, one); err != nil {
			return err
		}
		return tx.Raw(`SELECT at, id FROM events WHERE id = currval(pg_get_serial_sequence('events', 'id'))`).Row().Scan(&place.At, &place.ID)
	})
	if err != nil {
		return event.Mark{}, fmt.Errorf("note an event: %w", err)
	}
	return place, nil
}
