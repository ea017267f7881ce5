package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// where collects the conditions of a list that has filters: only those that were asked for, so that each
// combination gets a plan of its own.
type where struct {
	conditions []string
	args       []any
}

// bind adds an argument, and gives its name.
func (w *where) bind(arg any) string {
	w.args = append(w.args, arg)
	return "$" + strconv.Itoa(len(w.args))
}

// and adds a condition, in which each ? stands for the next argument.
func (w *where) and(condition string, args ...any) {
	for _, arg := range args {
		condition = strings.Replace(condition, "?", w.bind(arg), 1)
	}
	w.conditions = append(w.conditions, condition)
}

// String gives the clause.
func (w *where) String() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// planned has a statement planned for these very arguments: a filter that finds three rows and one that
// finds all want different indexes, and a plan that is kept fits neither.
func planned(args []any) []any { return append([]any{pgx.QueryExecModeDescribeExec}, args...) }

// listRows reads what a filter gives.
func listRows[T any](ctx context.Context, db *DB, what, statement string, args []any) ([]T, error) {
	rows, err := db.Pool.Query(ctx, statement, planned(args)...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, wrap(err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, wrap(err))
	}
	return found, nil
}

// count counts what follows FROM, to most at most.
func (w *where) count(ctx context.Context, db *DB, what, from string, most int) (int, error) {
	counted := where{args: append([]any{}, w.args...)}
	statement := "SELECT count(*) FROM (SELECT FROM " + from + w.String() + " LIMIT " + counted.bind(most) + ") AS matching"
	var n int
	if err := db.Pool.QueryRow(ctx, statement, planned(counted.args)...).Scan(&n); err != nil {
		return 0, fmt.Errorf("%s: %w", what, wrap(err))
	}
	return n, nil
}
