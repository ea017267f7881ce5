package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"vestibule/backend/session"
)

const (
	silence     = 5 * time.Second // after which the listener's connection has to prove that it lives
	proofWithin = 2 * time.Second
	retryFirst  = 100 * time.Millisecond
	retryMost   = 2 * time.Second
)

// Hearer is told what the listener hears. Its methods must not block for long.
type Hearer interface {
	// Ended is one session that ended.
	Ended(sid uuid.UUID, reason session.Reason)
	// Recheck means that something may not have been heard: look for yourself.
	Recheck(ctx context.Context) error
}

// Listener follows the notifications of the database on a connection of its own.
type Listener struct {
	db        *DB
	hearer    Hearer
	log       *slog.Logger
	connected atomic.Bool
}

// NewListener makes one; Run starts it.
func NewListener(db *DB, hearer Hearer, log *slog.Logger) *Listener {
	return &Listener{db: db, hearer: hearer, log: log}
}

// Connected reports whether notifications are being heard.
func (l *Listener) Connected() bool { return l.connected.Load() }

// Run listens until ctx is done, and connects anew whenever the connection is lost or stays silent
// without proving that it lives. After each connect the hearer re-checks, since what happened in
// between was never heard.
func (l *Listener) Run(ctx context.Context) {
	wait := retryFirst
	for ctx.Err() == nil {
		started := time.Now()
		err := l.follow(ctx)
		l.connected.Store(false)
		if ctx.Err() != nil {
			return
		}
		l.log.Warn("listener lost its connection", "error", err, "retry_in", wait.String())
		if time.Since(started) > retryMost {
			wait = retryFirst
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait = min(2*wait, retryMost)
	}
}

func (l *Listener) follow(ctx context.Context) error {
	config := l.db.Pool.Config().ConnConfig.Copy()
	config.RuntimeParams["application_name"] = "vestibule listener"
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), proofWithin)
		defer cancel()
		_ = conn.Close(closing)
	}()
	if _, err := conn.Exec(ctx, `LISTEN vestibule`); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if err := l.hearer.Recheck(ctx); err != nil {
		return err
	}
	l.connected.Store(true)
	for {
		heard, err := nextNotification(ctx, conn)
		if err != nil {
			return err
		}
		if heard != "" {
			if err := l.tell(ctx, heard); err != nil {
				return err
			}
		}
	}
}

// nextNotification waits for one; after a silence the connection has to prove that it lives.
func nextNotification(ctx context.Context, conn *pgx.Conn) (string, error) {
	waiting, cancel := context.WithTimeout(ctx, silence)
	defer cancel()
	heard, err := conn.WaitForNotification(waiting)
	switch {
	case err == nil:
		return heard.Payload, nil
	case ctx.Err() != nil || !errors.Is(err, context.DeadlineExceeded):
		return "", fmt.Errorf("wait for a notification: %w", err)
	}
	proving, cancelProof := context.WithTimeout(ctx, proofWithin)
	defer cancelProof()
	if _, err := conn.Exec(proving, `SELECT 1`); err != nil {
		return "", fmt.Errorf("no proof of life after a silence: %w", err)
	}
	return "", nil
}

// message is what the trigger on sessions sends.
type message struct {
	Ended     *uuid.UUID     `json:"ended"`
	Reason    session.Reason `json:"reason"`
	EndedUpTo int64          `json:"ended_up_to"`
}

// tell hands one notification on. An error means that something was not heard after all: whoever
// connects anew re-checks.
func (l *Listener) tell(ctx context.Context, payload string) error {
	var m message
	if err := json.Unmarshal([]byte(payload), &m); err != nil {
		l.log.Warn("a notification that is not ours", "payload_bytes", len(payload), "error", err)
		return nil
	}
	if m.Ended != nil {
		l.hearer.Ended(*m.Ended, m.Reason)
		return nil
	}
	if err := l.hearer.Recheck(ctx); err != nil {
		return fmt.Errorf("re-check after many ends: %w", err)
	}
	return nil
}
