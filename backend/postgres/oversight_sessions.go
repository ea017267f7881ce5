package postgres

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"vestibule/backend/event"
	"vestibule/backend/session"
)

type overseenSession struct {
	SID               uuid.UUID
	Kind              session.Kind
	UserID            uuid.UUID
	ClientID          string
	Remember          bool
	IP                string
	UserAgent         string
	CreatedAt         time.Time
	LastSeenAt        time.Time
	IdleExpiresAt     time.Time
	AbsoluteExpiresAt time.Time
	Email             string
	Name              string
}

func (r overseenSession) overseen() session.Overseen {
	return session.Overseen{Email: r.Email, Name: r.Name, Session: session.Session{
		SID: r.SID, Kind: r.Kind, UserID: r.UserID, ClientID: r.ClientID, Remember: r.Remember, IP: r.IP, UserAgent: r.UserAgent,
		CreatedAt: r.CreatedAt, LastSeenAt: r.LastSeenAt, IdleExpiresAt: r.IdleExpiresAt, AbsoluteExpiresAt: r.AbsoluteExpiresAt}}
}

// sessionsWhere is a filter as conditions on sessions.
func sessionsWhere(f session.Filter) *where {
	w := &where{}
	w.and(live)
	if f.User != uuid.Nil {
		w.and("user_id = ?", f.User)
	}
	if words := typed(f.Query); words != "" {
		w.and("user_id IN (SELECT id FROM users WHERE words @@ vestibule_prefixes(?))", words)
	}
	if f.First.IsValid() {
		w.and("vestibule_address(ip) BETWEEN ? AND ?", f.First, f.Last)
	}
	if f.Agents != nil {
		w.and("user_agent = ANY (?)", *f.Agents)
	}
	if f.Kind != "" {
		w.and("kind = ?", string(f.Kind))
	}
	if longest := max(f.OlderThan, f.IdleFor); longest > 0 { // what has been idle for long is as old at least
		w.and("created_at <= now() - make_interval(secs => ?)", longest.Seconds())
	}
	if f.IdleFor > 0 {
		w.and("last_seen_at <= now() - make_interval(secs => ?)", f.IdleFor.Seconds())
	}
	return w
}

// sessions is the statement of one page.
func (w *where) sessions(after session.Mark, limit int) (statement string, args []any) {
	if !after.CreatedAt.IsZero() {
		w.and("(created_at, sid) < (?, ?)", after.CreatedAt, after.SID)
	}
	return `SELECT s.sid, s.kind, s.user_id, s.client_id, s.remember, s.ip, s.user_agent, s.created_at, s.last_seen_at,
		       s.idle_expires_at, s.absolute_expires_at, u.email, u.name
		  FROM (SELECT * FROM sessions` + w.String() + ` ORDER BY created_at DESC, sid DESC LIMIT ` + w.bind(limit) + `) AS s
		  JOIN users AS u ON u.id = s.user_id
		 ORDER BY s.created_at DESC, s.sid DESC`, w.args
}

// Oversee implements session.Store.
func (s *Sessions) Oversee(ctx context.Context, f session.Filter, after session.Mark, limit, countMost int) (session.Page, error) {
	w := sessionsWhere(f)
	total, err := w.count(ctx, s.db, "count sessions", "sessions", countMost)
	if err != nil {
		return session.Page{}, err
	}
	statement, args := w.sessions(after, limit)
	rows, err := listRows[overseenSession](ctx, s.db, "list everyone's sessions", statement, args)
	page := session.Page{Sessions: make([]session.Overseen, len(rows)), Total: total}
	for i, row := range rows {
		page.Sessions[i] = row.overseen()
	}
	return page, err
}

// listAgents leaps from each user agent to the next one, so that it reads one row for each.
const listAgents = `WITH RECURSIVE agents AS (
	  (SELECT user_agent FROM sessions ORDER BY user_agent LIMIT 1) UNION ALL
	  SELECT (SELECT user_agent FROM sessions WHERE user_agent > agents.user_agent ORDER BY user_agent LIMIT 1)
	    FROM agents WHERE agents.user_agent IS NOT NULL)
	SELECT user_agent FROM agents WHERE user_agent IS NOT NULL`

// Agents implements session.Store.
func (s *Sessions) Agents(ctx context.Context) ([]string, error) {
	rows, err := listRows[struct{ UserAgent string }](ctx, s.db, "list user agents", listAgents, nil)
	agents := make([]string, len(rows))
	for i, row := range rows {
		agents[i] = row.UserAgent
	}
	return agents, err
}

// EndMany implements session.Store. The users are locked first, in order, as lockUser does for one: no two
// that end sessions wait for each other.
func (s *Sessions) EndMany(ctx context.Context, which session.Selection, origin event.Origin) (int, error) {
	w := sessionsWhere(which.Filter)
	if which.SIDs != nil {
		w.and("sid = ANY (?)", which.SIDs)
	}
	if which.Keep != uuid.Nil {
		w.and("sid <> ?", which.Keep)
	}
	n := 0
	err := s.db.inTx(ctx, origin, string(session.EndedByAdmin), func(tx *gorm.DB) error {
		if err := tooMany(tx, which, w); err != nil {
			return err
		}
		locks := `SELECT FROM users WHERE id IN (SELECT user_id FROM sessions` + w.String() + `) ORDER BY id FOR NO KEY UPDATE`
		if _, err := execute(tx, locks, w.args); err != nil {
			return err
		}
		var err error
		if n, err = execute(tx, `DELETE FROM sessions`+w.String(), w.args); err != nil {
			return err
		}
		if err := which.TooMany(n); err != nil { // more were made since they were counted
			return err
		}
		if which.Detail == nil || n == 0 {
			return nil
		}
		detail := maps.Clone(which.Detail)
		detail["n"] = n
		return writeEvent(tx, event.Event{Name: event.SessionsEnded, Origin: origin, UserID: which.Filter.User, Detail: detail})
	})
	if err != nil {
		return 0, fmt.Errorf("end many sessions: %w", err)
	}
	return n, nil
}

// tooMany refuses before anything is locked. It counts all, since whoever is refused is told how many.
func tooMany(tx *gorm.DB, which session.Selection, w *where) error {
	if which.Expected == nil {
		return nil
	}
	var n int
	counted := tx.Statement.ConnPool.QueryRowContext(tx.Statement.Context, `SELECT count(*) FROM sessions`+w.String(), planned(w.args)...)
	if err := counted.Scan(&n); err != nil {
		return err
	}
	return which.TooMany(n)
}

// execute runs a statement that a where has made, which numbers its arguments, in GORM's transaction, and
// counts the rows.
func execute(tx *gorm.DB, statement string, args []any) (int, error) {
	done, err := tx.Statement.ConnPool.ExecContext(tx.Statement.Context, statement, planned(args)...)
	if err != nil {
		return 0, err
	}
	n, err := done.RowsAffected()
	return int(n), err
}
