package postgres

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"vestibule/backend/event"
	"vestibule/backend/user"
)

type overseenRow struct {
	ID         uuid.UUID
	Email      string
	Name       string
	Role       string
	DisabledAt *time.Time
	CreatedAt  time.Time
	LastSeenAt *time.Time
	Sessions   int
}

func (r overseenRow) overseen() user.Overseen {
	return user.Overseen{DisabledAt: r.DisabledAt, LastSeenAt: r.LastSeenAt, Sessions: r.Sessions, User: user.User{
		ID: r.ID, Email: r.Email, Name: r.Name, Role: r.Role, Disabled: r.DisabledAt != nil, CreatedAt: r.CreatedAt}}
}

// overseenUsers lists users with what their sessions tell, which is only looked up for those that are
// listed. Of who has none any more it is known when they last came, or did something.
func overseenUsers(clauses string) string {
	return `SELECT u.id, u.email, u.name, u.role, u.disabled_at, u.created_at, coalesce(used.last_seen_at, greatest(
			(SELECT at FROM events WHERE user_id = u.id AND name = '` + string(event.SessionCreated) + `' ORDER BY at DESC LIMIT 1),
			(SELECT max(at) FROM events WHERE actor_id = u.id))) AS last_seen_at, used.n
		FROM (SELECT id, email, name, role, disabled_at, created_at FROM users` + clauses + `) AS u
		CROSS JOIN LATERAL (SELECT max(last_seen_at) AS last_seen_at, count(*) AS n FROM sessions WHERE user_id = u.id AND ` + live + `) AS used
		ORDER BY u.created_at DESC, u.id DESC`
}

// typed gives the words of a search one space apart, and composed as those of names are kept.
func typed(query string) string { return norm.NFC.String(strings.Join(strings.Fields(query), " ")) }

// usersWhere is a filter as conditions on users.
func usersWhere(f user.Filter) *where {
	w := &where{}
	if words := typed(f.Query); words != "" {
		w.and("words @@ vestibule_prefixes(?)", words)
	}
	if f.Role != "" {
		w.and("role = ?", f.Role)
	}
	if f.Disabled != nil {
		w.and(map[bool]string{true: "disabled_at IS NOT NULL", false: "disabled_at IS NULL"}[*f.Disabled])
	}
	return w
}

// users is the statement of one page.
func (w *where) users(after user.Mark, limit int) (statement string, args []any) {
	if !after.CreatedAt.IsZero() {
		w.and("(created_at, id) < (?, ?)", after.CreatedAt, after.ID)
	}
	return overseenUsers(w.String() + " ORDER BY created_at DESC, id DESC LIMIT " + w.bind(limit)), w.args
}

// Search implements user.Store.
func (u *Users) Search(ctx context.Context, f user.Filter, after user.Mark, limit, countMost int) (user.Page, error) {
	w := usersWhere(f)
	total, err := w.count(ctx, u.db, "count accounts", "users", countMost)
	if err != nil {
		return user.Page{}, err
	}
	statement, args := w.users(after, limit)
	rows, err := listRows[overseenRow](ctx, u.db, "list accounts", statement, args)
	page := user.Page{Users: make([]user.Overseen, len(rows)), Total: total}
	for i, row := range rows {
		page.Users[i] = row.overseen()
	}
	return page, err
}

// Oversee implements user.Store.
func (u *Users) Oversee(ctx context.Context, id uuid.UUID) (user.Overseen, error) {
	rows, err := listRows[overseenRow](ctx, u.db, "find an account", overseenUsers(" WHERE id = $1"), []any{id})
	if err != nil {
		return user.Overseen{}, err
	}
	if len(rows) == 0 {
		return user.Overseen{}, user.ErrNotFound
	}
	return rows[0].overseen(), nil
}
