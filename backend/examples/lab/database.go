package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// lookUp is what a service without a cache asks for each request: the statement that the storage driver
// asks too.
const lookUp = `SELECT v, e FROM sessions WHERE k = $1`

var errNoDatabase = &failure{code: "no_database", detail: "The lab was not told where the database is, so it can't measure what a look-up costs."}

// openDatabase opens a pool; nil where the lab was told of no database. Nothing is connected before the
// first look-up. Its transactions are read-only: PostgreSQL refuses anything else. That is a setting of
// the connection, not a role: to make one would need rights that VESTIBULE_DATABASE_URL need not have,
// and would leave a role behind in a database that is not ours.
func openDatabase(ctx context.Context, url string) (*pgxpool.Pool, error) {
	if url == "" {
		return nil, nil
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("the lab's database: this is no PostgreSQL URL") // and not which: it may hold a password
	}
	config.MaxConns = mostConnections
	config.MaxConnIdleTime = time.Minute
	config.ConnConfig.ConnectTimeout = askWithin
	config.ConnConfig.RuntimeParams["application_name"] = "vestibule lab"
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	config.ConnConfig.RuntimeParams["statement_timeout"] = strconv.FormatInt(askWithin.Milliseconds(), 10)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err == nil {
		context.AfterFunc(ctx, pool.Close)
	}
	return pool, err
}

// keyOf is what the database keeps of a session secret.
func keyOf(value string) string {
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:])
}

// find looks a session up by its key. Nobody there is no error.
func find(ctx context.Context, pool *pgxpool.Pool, key string) (there bool, took time.Duration, err error) {
	began := time.Now()
	rows, err := pool.Query(ctx, lookUp, key)
	if err != nil {
		return false, 0, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		V []byte
		E int64
	}])
	took = time.Since(began)
	return len(found) == 1 && time.Now().Unix() < found[0].E, took, err
}

// lookupDoor is a service that keeps no tokens and remembers nothing: it asks the database for the cookie
// of each request. It is the lab's own; through Vestibule nobody gets in here, since no cookie comes along.
func (l *Lab) lookupDoor(w http.ResponseWriter, r *http.Request) {
	shown := r.Cookies()
	if l.pool == nil || len(shown) != 1 {
		refuse(w, http.StatusUnauthorized, "unauthenticated", "There is no live session.")
		return
	}
	there, took, err := find(r.Context(), l.pool, keyOf(shown[0].Value))
	tell(w, "database", took)
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "database_unavailable", "The database can't be reached just now.")
	case !there:
		refuse(w, http.StatusUnauthorized, "unauthenticated", "There is no live session.")
	default:
		door(w, r)
	}
}
