// Package postgres is where the database is: the pool, the migrations, the listener, and one file
// for each store that a domain package declares.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"vestibule/backend/event"
	"vestibule/backend/fault"
)

const (
	statementTimeout = 5 * time.Second // the storage driver passes no deadline of its own
	connectTimeout   = 3 * time.Second
	endTimeout       = time.Minute // for a transaction that ends sessions: there may be very many
	grace            = time.Second // on top, for a server that does not even say that
)

// ErrUnavailable is what every store reports while the database can't be reached: 503, never a guess.
var ErrUnavailable = &fault.Error{
	Kind: fault.Unavailable, Code: "database_unavailable",
	Message: "The database can't be reached just now. Try again in a moment.", RetryAfter: 2 * time.Second,
}

// DB is one pgx pool, and GORM as a second view of the same pool. Safe for concurrent use.
type DB struct {
	Pool *pgxpool.Pool
	gorm *gorm.DB
	sql  *sql.DB
}

// Open connects. It fails, rather than retries, when the database can't be reached.
func Open(ctx context.Context, url string, maxConns int32) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("parse database_url: %w", err)
	}
	if maxConns > 0 {
		config.MaxConns = maxConns
	}
	config.ConnConfig.ConnectTimeout = connectTimeout
	config.ConnConfig.RuntimeParams["application_name"] = "vestibule"
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	config.ConnConfig.RuntimeParams["statement_timeout"] = milliseconds(statementTimeout)
	config.ConnConfig.Tracer = patience{}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the pool: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("reach the database: %w", err)
	}
	conn := stdlib.OpenDBFromPool(pool)
	view, err := gorm.Open(gormpostgres.New(gormpostgres.Config{Conn: conn}), &gorm.Config{
		Logger: logger.Discard, SkipDefaultTransaction: true, TranslateError: true,
	})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open gorm: %w", err)
	}
	return &DB{Pool: pool, gorm: view, sql: conn}, nil
}

// Close ends both views. The storage driver is never closed: it would close the shared pool, and
// block when closed twice.
func (db *DB) Close() {
	_ = db.sql.Close()
	db.Pool.Close()
}

// inTx runs fn in one transaction that carries the origin and, where rows of sessions are deleted,
// the reason, as transaction-local settings for the triggers. One that has a reason gets endTimeout
// for each statement of fn.
func (db *DB) inTx(ctx context.Context, origin event.Origin, reason string, fn func(*gorm.DB) error) error {
	timeout := statementTimeout
	if reason != "" {
		timeout = endTimeout
	}
	return wrap(db.gorm.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		actor := ""
		if origin.Actor != uuid.Nil {
			actor = origin.Actor.String()
		}
		err := tx.Exec(`SELECT set_config('vestibule.reason', ?, true), set_config('vestibule.actor', ?, true),
			set_config('vestibule.ip', ?, true), set_config('vestibule.user_agent', ?, true), set_config('vestibule.request_id', ?, true),
			set_config('statement_timeout', ?, true)`,
			reason, actor, origin.IP, origin.UserAgent, origin.RequestID, milliseconds(timeout)).Error
		if err != nil {
			return err
		}
		return fn(tx.WithContext(context.WithValue(ctx, timeoutKey{}, timeout))) // only now: a frozen server has been found out
	}))
}

func milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

// wrap tells an outage from a mistake: a database that can't be reached, is starting or stopping,
// did not answer in time, or chose this transaction to end a deadlock, becomes ErrUnavailable; errors
// that already have a code pass.
func wrap(err error) error {
	if err == nil {
		return nil
	}
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	var fromServer *pgconn.PgError
	if errors.As(err, &fromServer) {
		switch fromServer.Code[:2] {
		case "08", "53", "57", "58", "25", "40": // connection, resources, operator (shutdown, cancel), system, read-only, rollback
			return ErrUnavailable.With(err)
		}
		return err
	}
	if errors.Is(err, pgx.ErrNoRows) || errors.Is(err, sql.ErrNoRows) || errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, gorm.ErrDuplicatedKey) {
		return err
	}
	return ErrUnavailable.With(err) // no answer from the server at all
}

// patience ends: the server's own statement_timeout is worth nothing where the server, or the network,
// has gone silent, and nobody waits for ever for a free connection either. pgx lets a tracer put the
// deadline on.
type patience struct{}

type (
	patienceKey struct{}
	timeoutKey  struct{} // the statement_timeout in force, where it is not the usual one
)

func (patience) begin(ctx context.Context, timeout time.Duration) context.Context {
	limited, cancel := context.WithTimeout(ctx, timeout+grace)
	return context.WithValue(limited, patienceKey{}, cancel)
}

func (patience) end(ctx context.Context) {
	if cancel, ok := ctx.Value(patienceKey{}).(context.CancelFunc); ok {
		cancel()
	}
}

// TraceQueryStart is pgx's.
func (p patience) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	timeout, ok := ctx.Value(timeoutKey{}).(time.Duration)
	if !ok {
		timeout = statementTimeout
	}
	return p.begin(ctx, timeout)
}

// TraceQueryEnd is pgx's.
func (p patience) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryEndData) {
	p.end(ctx)
}

// TraceAcquireStart is pgx's.
func (p patience) TraceAcquireStart(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireStartData) context.Context {
	return p.begin(ctx, statementTimeout)
}

// TraceAcquireEnd is pgx's.
func (p patience) TraceAcquireEnd(ctx context.Context, _ *pgxpool.Pool, _ pgxpool.TraceAcquireEndData) {
	p.end(ctx)
}
