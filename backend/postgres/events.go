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

// Events reads the account of what happened. Writing is done by whoever tells of a change, in that
// change's own transaction.
type Events struct{ db *DB }

// NewEvents makes the store.
func NewEvents(db *DB) *Events { return &Events{db} }

// Of lists a user's events, newest first: those with a number below before (0: from the newest), at
// most limit of them. Where names are given, only those of these names; `noun.*` is all of a noun.
func (e *Events) Of(ctx context.Context, userID uuid.UUID, names []event.Name, before int64, limit int) ([]event.Recorded, error) {
	var rows []eventRow
	wanted := array(names)
	err := e.db.gorm.WithContext(ctx).Raw(`
		SELECT id, at, name, actor_id, user_id, sid, ip, user_agent, detail FROM events
		 WHERE user_id = ? AND (? = 0 OR id < ?) AND (? OR name = ANY (?::text[]) OR split_part(name, '.', 1) || '.*' = ANY (?::text[]))
		 ORDER BY id DESC LIMIT ?`, userID, before, before, len(names) == 0, wanted, wanted, limit).Scan(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list events: %w", wrap(err))
	}
	recorded := make([]event.Recorded, 0, len(rows))
	for _, row := range rows {
		recorded = append(recorded, row.recorded())
	}
	return recorded, nil
}

type eventRow struct {
	ID        int64
	At        time.Time
	Name      event.Name
	ActorID   *uuid.UUID
	UserID    *uuid.UUID
	SID       *uuid.UUID `gorm:"column:sid"`
	IP        string
	UserAgent string
	Detail    []byte
}

func (r eventRow) recorded() event.Recorded {
	recorded := event.Recorded{ID: r.ID, At: r.At, Event: event.Event{
		Name: r.Name, UserID: orZero(r.UserID), SID: orZero(r.SID),
		Origin: event.Origin{Actor: orZero(r.ActorID), IP: r.IP, UserAgent: r.UserAgent},
	}}
	_ = json.Unmarshal(r.Detail, &recorded.Detail) // jsonb is well-formed
	return recorded
}

// writeEvent adds one event in the transaction of what it tells.
func writeEvent(tx *gorm.DB, e event.Event) error {
	detail := []byte("{}")
	if len(e.Detail) > 0 {
		var err error
		if detail, err = json.Marshal(e.Detail); err != nil {
			return fmt.Errorf("write event %s: %w", e.Name, err)
		}
	}
	err := tx.Exec(`INSERT INTO events (name, actor_id, user_id, sid, ip, user_agent, request_id, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb)`,
		e.Name, orNull(e.Origin.Actor), orNull(e.UserID), orNull(e.SID), e.Origin.IP, e.Origin.UserAgent, e.Origin.RequestID, string(detail)).Error
	if err != nil {
		return fmt.Errorf("write event %s: %w", e.Name, err)
	}
	return nil
}

func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

func orZero(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
