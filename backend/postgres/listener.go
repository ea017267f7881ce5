package postgres

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"vestibule/backend/event"
	"vestibule/backend/secret"
	"vestibule/backend/session"
)

const (
	proveEvery = 200 * time.Millisecond
	// provenFor is how long a proof counts: what was committed longer ago has been heard of, or nothing
	// that is remembered is trusted.
	provenFor  = 900 * time.Millisecond
	retryFirst = 50 * time.Millisecond
	retryMost  = time.Second
	margin     = time.Minute // between two clocks of a database that has failed over
)

// Hearer is told what the listener hears. Its methods must not block for long.
type Hearer interface {
	// Ended is sessions that ended. Those of one call have no order among them.
	Ended(revocations ...session.Revocation)
	// Changed is a session that is not what it was under this key.
	Changed(key secret.Sum, sid uuid.UUID)
	// KeysChanged means that the signing keys may not be what they were: look. An error is that of the
	// database; while there is one, nothing is proven.
	KeysChanged(ctx context.Context) error
	// Recheck means that something may not have been heard: forget what is remembered, and look.
	Recheck(ctx context.Context) error
}

// Listener follows the notifications of the database on a connection of its own, and proves again
// and again that it hears them. Safe for concurrent use.
type Listener struct {
	db     *DB
	hearer Hearer
	log    *slog.Logger
	began  time.Time

	proven atomic.Int64 // when the last proof began, after began; 0 while there is none
	wanted atomic.Int64 // what began before that is no proof
	upTo   time.Time    // the database's time of the last proof; of the goroutine that runs
	last   int64        // the highest number seen; of the goroutine that runs

	mu      sync.Mutex
	proof   chan struct{} // closed when proven changes
	hurried bool
	waiting context.CancelFunc // ends the wait for a notification; nil while there is none
}

// NewListener makes one; Run starts it.
func NewListener(db *DB, hearer Hearer, log *slog.Logger) *Listener {
	return &Listener{db: db, hearer: hearer, log: log, began: time.Now(), proof: make(chan struct{})}
}

// Proven reports whether all that was committed a second ago has been heard of.
func (l *Listener) Proven() bool {
	at := l.proven.Load()
	return at >= l.wanted.Load() && l.provenFor(at)
}

func (l *Listener) provenFor(at int64) bool {
	return at != 0 && time.Since(l.began)-time.Duration(at) < provenFor
}

// Heard waits until all that is committed now has been heard of, or nothing that was heard counts.
func (l *Listener) Heard(ctx context.Context) {
	asked := int64(time.Since(l.began))
	for {
		l.mu.Lock()
		proof, at := l.proof, l.proven.Load()
		if at >= asked || !l.provenFor(at) {
			if at < asked {
				l.wanted.Store(max(asked, l.wanted.Load())) // a proof may be on its way that began before
			}
			l.mu.Unlock()
			return
		}
		l.hurried = true
		if l.waiting != nil {
			l.waiting()
		}
		l.mu.Unlock()
		select {
		case <-proof:
		case <-time.After(provenFor):
		case <-ctx.Done():
			return
		}
	}
}

// Run listens until ctx is done, and connects anew whenever the connection is lost or does not prove
// that it hears.
func (l *Listener) Run(ctx context.Context) {
	wait := retryFirst
	for ctx.Err() == nil {
		started := time.Now()
		err := l.follow(ctx)
		l.prove(0)
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

// prove notes when the last proof began; 0 takes it back.
func (l *Listener) prove(at time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.proven.Store(int64(at))
	l.hurried = l.hurried || int64(at) < l.wanted.Load()
	close(l.proof)
	l.proof = make(chan struct{})
}

// hearing is one connection that listens.
type hearing struct {
	*Listener
	conn    *pgx.Conn
	ends    []ends // that have been announced and are not told yet
	keys    bool   // the same of the signing keys
	strange error  // a notification that could not be read
}

// ends is one of them, or the numbers of many at once.
type ends struct {
	one      session.Revocation
	from, to int64
}

func (l *Listener) follow(ctx context.Context) error {
	h := &hearing{Listener: l}
	config := l.db.Pool.Config().ConnConfig.Copy()
	config.RuntimeParams["application_name"] = "vestibule listener"
	config.OnNotification = func(_ *pgconn.PgConn, n *pgconn.Notification) { h.hear(n.Payload) }
	var err error
	if h.conn, err = pgx.ConnectConfig(ctx, config); err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), provenFor)
		defer cancel()
		_ = h.conn.Close(closing)
	}()
	if _, err := h.conn.Exec(ctx, `LISTEN vestibule`); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if err := h.catchUp(ctx); err != nil {
		return err
	}
	h.keys = true // or have been before
	if err := l.hearer.Recheck(ctx); err != nil {
		return err
	}
	for {
		if err := h.demandProof(ctx); err != nil {
			return err
		}
		for due := time.Now().Add(proveEvery); time.Now().Before(due); {
			if err := h.wait(ctx, due); err != nil {
				return err
			}
			if err := h.tell(ctx); err != nil {
				return err
			}
			if l.isHurried() {
				break
			}
		}
	}
}

func (l *Listener) isHurried() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.hurried
}

// wait waits for a notification, which hear is told of, until it is due to prove itself or hurried.
func (h *hearing) wait(ctx context.Context, due time.Time) error {
	waiting, cancel := context.WithDeadline(ctx, due)
	defer cancel()
	h.mu.Lock()
	if h.hurried {
		cancel()
	}
	h.waiting = cancel
	h.mu.Unlock()
	err := h.conn.PgConn().WaitForNotification(waiting)
	h.mu.Lock()
	h.waiting = nil
	h.mu.Unlock()
	if err != nil && (ctx.Err() != nil || waiting.Err() == nil || h.conn.IsClosed()) {
		return fmt.Errorf("wait for a notification: %w", err)
	}
	return nil
}

// demandProof asks the connection whether it listens. A server hands out the notifications of what
// was committed before a query together with that query's answer at the latest; and a pool of
// connections in between, whose LISTEN went to another one, is found out.
func (h *hearing) demandProof(ctx context.Context) error {
	h.mu.Lock()
	h.hurried = false
	h.mu.Unlock()
	sent := time.Since(h.began)
	proving, cancel := context.WithTimeout(ctx, provenFor)
	defer cancel()
	var listens bool
	var at time.Time
	err := h.conn.QueryRow(proving, `SELECT EXISTS (SELECT FROM pg_listening_channels() AS c WHERE c = 'vestibule'), clock_timestamp()`).Scan(&listens, &at)
	switch {
	case err != nil:
		return fmt.Errorf("no proof that notifications arrive: %w", err)
	case !listens:
		return errors.New("the connection does not listen: a pooler in transaction mode is no way to reach the database")
	}
	if err := h.tell(ctx); err != nil {
		return err
	}
	h.upTo = at
	h.prove(sent)
	return nil
}

// message is what the triggers send.
type message struct {
	Ended   *uuid.UUID     `json:"ended"`
	N       int64          `json:"n"`
	At      time.Time      `json:"at"`
	Reason  session.Reason `json:"reason"`
	From    int64          `json:"from"`
	To      int64          `json:"to"`
	Changed string         `json:"changed"`
	SID     uuid.UUID      `json:"sid"`
	Keys    bool           `json:"keys"`
}

// hear takes one notification, in the order of commits. pgx calls it while a query is under way, too: so
// ends are told later, in that order.
func (h *hearing) hear(payload string) {
	var m message
	key, err := secret.Sum{}, json.Unmarshal([]byte(payload), &m)
	if err == nil && m.Changed != "" {
		key, err = secret.ParseSum(m.Changed)
	}
	switch {
	case err == nil && m.Ended != nil:
		h.ends = append(h.ends, ends{one: session.Revocation{N: m.N, SID: *m.Ended, EndedAt: m.At, Reason: m.Reason}})
	case err == nil && m.Changed != "":
		h.hearer.Changed(key, m.SID)
	case err == nil && m.Keys:
		h.keys = true
	case err == nil && m.To != 0:
		h.ends = append(h.ends, ends{from: m.From, to: m.To})
	default:
		h.strange = fmt.Errorf("a notification of %d bytes that can't be read: %w", len(payload), cmp.Or(err, errors.New("it is of no known kind")))
	}
}

// tell passes on what was announced, and reads those of many at once. What follows waits: nothing is
// proven before. A notification that can't be read may have been an end: to listen anew finds out.
func (h *hearing) tell(ctx context.Context) error {
	if h.strange != nil {
		return h.strange
	}
	for ; len(h.ends) > 0; h.ends = h.ends[1:] {
		next := h.ends[0]
		if next.to == 0 {
			h.last = max(h.last, next.one.N)
			h.hearer.Ended(next.one)
			continue
		}
		if err := h.read(ctx, `n BETWEEN $1 AND $2`, next.from, next.to); err != nil {
			return fmt.Errorf("read many ends at once: %w", err)
		}
	}
	return h.tellOfKeys(ctx)
}

// tellOfKeys has no order with ends, but is done before the next proof: that speaks of keys too.
func (h *hearing) tellOfKeys(ctx context.Context) error {
	if !h.keys {
		return nil
	}
	h.keys = false // before they are read: they may change meanwhile
	reading, cancel := context.WithTimeout(ctx, provenFor)
	defer cancel()
	if err := h.hearer.KeysChanged(reading); err != nil {
		return fmt.Errorf("take in the signing keys: %w", err)
	}
	return nil
}

// catchUp reads what may not have been heard: what nobody but its own transaction had seen when the
// last proof came. Numbers would not do: they become visible in another order than they are drawn.
func (h *hearing) catchUp(ctx context.Context) error {
	var highest int64
	if err := h.conn.QueryRow(ctx, `SELECT last_value FROM revocations_n_seq`).Scan(&highest); err != nil {
		return fmt.Errorf("ask for the last revocation: %w", err)
	}
	if highest < h.last {
		// A backup was restored, or a standby took over that had not got everything: sessions that had
		// ended may be there again, and nobody can tell which.
		ended, err := h.db.EndAllSessions(ctx, session.Suspicious, event.Origin{UserAgent: "vestibule listener"})
		if err != nil {
			return fmt.Errorf("end all sessions, since the database knows less than it did: %w", err)
		}
		h.log.Error("all sessions were ended, since the database knows less than it did: was a backup restored?", "last_seen", h.last, "last_there", highest, "ended", ended)
		h.last, h.upTo = highest, time.Time{}
	}
	if err := h.read(ctx, `visible_at IS NULL OR visible_at > $1`, h.upTo.Add(-margin)); err != nil {
		return fmt.Errorf("catch up with the revocations: %w", err)
	}
	return nil
}

func (h *hearing) read(ctx context.Context, condition string, args ...any) error {
	rows, err := h.conn.Query(ctx, `SELECT n, sid, ended_at, reason FROM revocations WHERE `+condition, args...)
	if err != nil {
		return err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[session.Revocation])
	if err != nil {
		return err
	}
	for _, r := range found {
		h.last = max(h.last, r.N)
	}
	h.hearer.Ended(found...)
	return nil
}
