package postgres

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/storage/postgres/v3"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"vestibule/backend/event"
	"vestibule/backend/session"
)

// never is how often the driver collects by itself: its interval can't be 0, and it would judge by
// this replica's clock.
const never = 10 * 365 * 24 * time.Hour

// Sessions is the store of sessions: the storage driver for the look-up by key, GORM for everything
// else, both on the same table and pool. It satisfies session.Store.
type Sessions struct {
	db     *DB
	driver *postgres.Storage
}

var _ session.Store = (*Sessions)(nil)

// NewSessions makes the store. The schema must be up to date: the driver would create the table
// otherwise, in its own way, and panics when the database can't be reached.
func NewSessions(db *DB) *Sessions {
	return &Sessions{db: db, driver: postgres.New(postgres.Config{DB: db.Pool, Table: "sessions", GCInterval: never})}
}

// value is what v holds: what a request needs, and no role.
type value struct {
	SID               uuid.UUID    `json:"sid"`
	Kind              session.Kind `json:"kind"`
	UserID            uuid.UUID    `json:"user_id"`
	ClientID          string       `json:"client_id"`
	Remember          bool         `json:"remember"`
	CreatedAt         time.Time    `json:"created_at"`
	LastSeenAt        time.Time    `json:"last_seen_at"`
	IdleExpiresAt     time.Time    `json:"idle_expires_at"`
	AbsoluteExpiresAt time.Time    `json:"absolute_expires_at"`
	AuthTime          time.Time    `json:"auth_time"`
	AMR               []string     `json:"amr"`
	ACR               string       `json:"acr"`
}

// Find looks a session up through the storage driver. IP and UserAgent are not part of its answer.
func (s *Sessions) Find(ctx context.Context, kind session.Kind, key string) (session.Session, error) {
	raw, err := s.driver.GetWithContext(ctx, key)
	if err != nil {
		return session.Session{}, fmt.Errorf("look up a session: %w", wrap(err))
	}
	if raw == nil {
		return session.Session{}, session.ErrNotFound
	}
	var v value
	if err := json.Unmarshal(raw, &v); err != nil {
		return session.Session{}, fmt.Errorf("read the value of a session: %w", err)
	}
	if v.Kind != kind {
		return session.Session{}, session.ErrNotFound
	}
	return session.Session{
		Key: key, SID: v.SID, Kind: v.Kind, UserID: v.UserID, ClientID: v.ClientID, Remember: v.Remember,
		CreatedAt: v.CreatedAt, LastSeenAt: v.LastSeenAt, IdleExpiresAt: v.IdleExpiresAt,
		AbsoluteExpiresAt: v.AbsoluteExpiresAt, AuthTime: v.AuthTime, AMR: v.AMR, ACR: v.ACR,
	}, nil
}

// sessionRow is GORM's view of a row.
type sessionRow struct {
	K                 string
	SID               uuid.UUID `gorm:"column:sid"`
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
	AuthTime          time.Time
	AMR               string `gorm:"column:amr"`
	ACR               string `gorm:"column:acr"`
}

// TableName is GORM's.
func (sessionRow) TableName() string { return "sessions" }

func (r sessionRow) session() session.Session {
	return session.Session{
		Key: r.K, SID: r.SID, Kind: r.Kind, UserID: r.UserID, ClientID: r.ClientID, Remember: r.Remember,
		IP: r.IP, UserAgent: r.UserAgent, CreatedAt: r.CreatedAt, LastSeenAt: r.LastSeenAt,
		IdleExpiresAt: r.IdleExpiresAt, AbsoluteExpiresAt: r.AbsoluteExpiresAt, AuthTime: r.AuthTime,
		AMR: strings.Fields(r.AMR), ACR: r.ACR,
	}
}

// live is the condition under which a row is a session.
const live = "idle_expires_at > now() AND absolute_expires_at > now()"

// most is how many sessions a user has at once: the next one ends the oldest. More than anybody has
// devices, and few enough that ending them all is quick.
const most = 100

// lockUser is the first statement of whatever changes sessions of one user by more than a key: they
// take turns, so that no two wait for each other's rows. It is the lock that an UPDATE of the user
// takes itself, and exclusive from the start: two that share one and both want more would be a deadlock.
func lockUser(tx *gorm.DB, userID uuid.UUID) error {
	return tx.Exec(`SELECT 1 FROM users WHERE id = ? FOR NO KEY UPDATE`, userID).Error
}

// proved is lockUser that demands the version that was proved: between a proof and the session that
// it leads to, a password change or a disabling must not slip through.
func proved(tx *gorm.DB, userID uuid.UUID, version int64) error {
	var one int
	err := tx.Raw(`SELECT 1 FROM users WHERE id = ? AND credential_version = ? AND disabled_at IS NULL FOR NO KEY UPDATE`, userID, version).Row().Scan(&one)
	return notFoundAs(err, session.ErrNotFound)
}

// makeRoom ends the user's oldest sessions, so that there is one fewer than most.
func makeRoom(tx *gorm.DB, userID uuid.UUID) error {
	if err := tx.Exec(`SELECT set_config('vestibule.reason', ?, true)`, session.Suspicious).Error; err != nil {
		return err
	}
	return tx.Exec(`DELETE FROM sessions WHERE k = ANY (ARRAY (
		  SELECT k FROM sessions WHERE user_id = ? AND `+live+` ORDER BY last_seen_at DESC, sid OFFSET ?))`, userID, most-1).Error
}

// Create makes a session and ends the one that it replaces, and the oldest of too many.
func (s *Sessions) Create(ctx context.Context, c session.Creation) (session.Session, error) {
	var made sessionRow
	err := s.db.inTx(ctx, c.Origin, string(session.SignedOut), func(tx *gorm.DB) error {
		if err := proved(tx, c.UserID, c.CredentialVersion); err != nil {
			return err
		}
		if c.Replaces != "" {
			if err := tx.Exec(`DELETE FROM sessions WHERE k = ? AND kind = 'browser'`, c.Replaces).Error; err != nil {
				return err
			}
		}
		if err := makeRoom(tx, c.UserID); err != nil {
			return err
		}
		absolute, idle := c.Limits.Absolute, min(c.Limits.Idle, c.Limits.Absolute)
		err := tx.Raw(`INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent,
				created_at, last_seen_at, idle_expires_at, absolute_expires_at, auth_time, amr, acr)
			VALUES (?, ?, 'browser', ?, '', ?, ?, ?, now(), now(),
				now() + make_interval(secs => ?), now() + make_interval(secs => ?), now(), ?, ?)
			RETURNING `+columns,
			c.Key, c.SID, c.UserID, c.Remember, c.Origin.IP, c.Origin.UserAgent,
			idle.Seconds(), absolute.Seconds(), strings.Join(c.AMR, " "), c.ACR).Take(&made).Error
		if err != nil {
			return err
		}
		return writeEvent(tx, event.Event{Name: event.SessionCreated, Origin: c.Origin, UserID: c.UserID, SID: c.SID,
			Detail: map[string]any{"kind": session.Browser, "remember": c.Remember, "amr": c.AMR}})
	})
	if err != nil {
		return session.Session{}, fmt.Errorf("create a session: %w", err)
	}
	return made.session(), nil
}

const columns = `k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at,
	idle_expires_at, absolute_expires_at, auth_time, amr, acr`

// writeSlides reads these rows and no others, however many there are.
const writeSlides = `WITH used AS (SELECT * FROM unnest($1::text[], $2::float8[], $3::float8[]) AS u (k, idle, step)),
	free AS (
	  SELECT sessions.ctid AS at, idle FROM sessions JOIN used USING (k)
	   WHERE k = ANY ($1) AND ` + live + ` AND last_seen_at <= now() - make_interval(secs => step) FOR NO KEY UPDATE OF sessions SKIP LOCKED),
	slid AS (
	  UPDATE sessions SET last_seen_at = now(), idle_expires_at = least(now() + make_interval(secs => free.idle), absolute_expires_at)
	    FROM free WHERE sessions.ctid = free.at
	  RETURNING sessions.k, sessions.idle_expires_at, sessions.last_seen_at)
	SELECT * FROM slid UNION ALL
	SELECT k, idle_expires_at, last_seen_at FROM sessions
	 WHERE k = ANY (ARRAY (SELECT k FROM used EXCEPT SELECT k FROM slid)) AND ` + live

// Slide extends idle limits, in one statement for all; an UPDATE, so that it can never bring a session
// back. Rows that someone else is writing are passed over: nobody waits, and no two wait for each other.
func (s *Sessions) Slide(ctx context.Context, slides []session.Slide) ([]session.Slid, error) {
	keys, idles, steps := make([]string, len(slides)), make([]float64, len(slides)), make([]float64, len(slides))
	for i, one := range slides {
		keys[i], idles[i], steps[i] = one.Key, one.Idle.Seconds(), one.Step.Seconds()
	}
	rows, err := s.db.Pool.Query(ctx, writeSlides, keys, idles, steps)
	if err != nil {
		return nil, fmt.Errorf("slide sessions: %w", wrap(err))
	}
	slid, err := pgx.CollectRows(rows, pgx.RowToStructByPos[session.Slid])
	if err != nil {
		return nil, fmt.Errorf("slide sessions: %w", wrap(err))
	}
	return slid, nil
}

// Rotate replaces the key. The old one in the condition makes two rotations at once a race with
// one winner.
func (s *Sessions) Rotate(ctx context.Context, r session.Rotation) (session.Session, error) {
	var rotated sessionRow
	err := s.db.inTx(ctx, r.Origin, "", func(tx *gorm.DB) error {
		if err := proved(tx, r.Origin.Actor, r.CredentialVersion); err != nil {
			return err
		}
		err := tx.Raw(`
			UPDATE sessions SET k = ?, auth_time = now(), last_seen_at = now(), amr = ?, acr = ?,
			       idle_expires_at = least(now() + make_interval(secs => ?), absolute_expires_at)
			 WHERE k = ? AND user_id = ? AND kind = 'browser' AND `+live+`
			RETURNING `+columns,
			r.NewKey, strings.Join(r.AMR, " "), r.ACR, r.Idle.Seconds(), r.OldKey, r.Origin.Actor).Take(&rotated).Error
		if err != nil {
			return notFoundAs(err, session.ErrNotFound)
		}
		told := event.Event{Name: event.StepUpPassed, Origin: r.Origin, UserID: rotated.UserID, SID: rotated.SID,
			Detail: map[string]any{"amr": r.AMR}}
		if err := writeEvent(tx, told); err != nil {
			return err
		}
		told.Name, told.Detail = event.SessionRotated, map[string]any{"because": "step_up"}
		return writeEvent(tx, told)
	})
	if err != nil {
		return session.Session{}, fmt.Errorf("rotate a session secret: %w", err)
	}
	return rotated.session(), nil
}

// List gives the live sessions of a user, newest use first, at most as many as one can have.
func (s *Sessions) List(ctx context.Context, userID uuid.UUID) ([]session.Session, error) {
	var rows []sessionRow
	err := s.db.gorm.WithContext(ctx).Where("user_id = ?", userID).Where(live).
		Order("last_seen_at DESC, sid").Limit(most).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", wrap(err))
	}
	listed := make([]session.Session, len(rows))
	for i, row := range rows {
		listed[i] = row.session()
	}
	return listed, nil
}

// array is one parameter, whatever its length: GORM makes a list of a slice, and a list of parameters ends
// at 65,535.
func array[T any](values []T) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = `"` + quoted.Replace(fmt.Sprint(value)) + `"`
	}
	return "{" + strings.Join(texts, ",") + "}"
}

var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Living tells which of these sessions live.
func (s *Sessions) Living(ctx context.Context, sids []uuid.UUID) (map[uuid.UUID]session.Alive, error) {
	rows, err := s.db.Pool.Query(ctx, `SELECT sid, k, idle_expires_at, absolute_expires_at, last_seen_at, auth_time
		FROM sessions WHERE sid = ANY ($1) AND `+live, sids)
	if err != nil {
		return nil, fmt.Errorf("ask which sessions live: %w", wrap(err))
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[session.Alive])
	if err != nil {
		return nil, fmt.Errorf("ask which sessions live: %w", wrap(err))
	}
	living := make(map[uuid.UUID]session.Alive, len(found))
	for _, one := range found {
		living[one.SID] = one
	}
	return living, nil
}

// Ended tells why sessions were ended.
func (s *Sessions) Ended(ctx context.Context, sids []uuid.UUID) (map[uuid.UUID]session.Reason, error) {
	if len(sids) == 0 {
		return nil, nil
	}
	var rows []struct {
		SID    uuid.UUID `gorm:"column:sid"`
		Reason session.Reason
	}
	if err := s.db.gorm.WithContext(ctx).Table("revocations").Where("sid = ANY(?::uuid[])", array(sids)).Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("ask why sessions ended: %w", wrap(err))
	}
	reasons := make(map[uuid.UUID]session.Reason, len(rows))
	for _, row := range rows {
		reasons[row.SID] = row.Reason
	}
	return reasons, nil
}

// End ends one session of a user; the trigger tells of it.
func (s *Sessions) End(ctx context.Context, userID, sid uuid.UUID, reason session.Reason, origin event.Origin) error {
	return s.db.inTx(ctx, origin, string(reason), func(tx *gorm.DB) error {
		if err := lockUser(tx, userID); err != nil {
			return err
		}
		done := tx.Where("user_id = ? AND sid = ?", userID, sid).Where(live).Delete(&sessionRow{})
		if done.Error == nil && done.RowsAffected == 0 {
			return session.ErrNoSuchSession
		}
		return done.Error
	})
}

// EndOthers ends all of a user's sessions but one.
func (s *Sessions) EndOthers(ctx context.Context, userID, keep uuid.UUID, reason session.Reason, origin event.Origin) (int, error) {
	var n int64
	err := s.db.inTx(ctx, origin, string(reason), func(tx *gorm.DB) error {
		if err := lockUser(tx, userID); err != nil {
			return err
		}
		done := tx.Where("user_id = ? AND sid <> ?", userID, keep).Where(live).Delete(&sessionRow{})
		n = done.RowsAffected
		return done.Error
	})
	return int(n), err
}

// sweepSessions is written so that it reads what it deletes and nothing else.
const sweepSessions = `DELETE FROM sessions WHERE k = ANY (ARRAY (
	SELECT k FROM sessions WHERE due < extract(epoch FROM now())::bigint AND NOT (` + live + `)
	 ORDER BY due LIMIT ? FOR UPDATE SKIP LOCKED))`

// Sweep tidies rows whose time is over, by the database's clock, without waiting for any that
// another replica is sweeping.
func (s *Sessions) Sweep(ctx context.Context, limit int) (int, error) {
	done := s.db.gorm.WithContext(ctx).Exec(sweepSessions, limit)
	if done.Error != nil {
		return 0, fmt.Errorf("sweep sessions: %w", wrap(done.Error))
	}
	return int(done.RowsAffected), nil
}

// notFoundAs turns "no row" into the fault that it means here.
func notFoundAs(err, meaning error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) || errors.Is(err, sql.ErrNoRows) {
		return meaning
	}
	return err
}

// SweepRevocations deletes those that matter to no one any more, counted from when they were first
// seen: a transaction may have been open for long after it had ended a session.
func (s *Sessions) SweepRevocations(ctx context.Context) error {
	err := s.db.gorm.WithContext(ctx).Exec(`
		WITH seen AS (
		  UPDATE revocations SET visible_at = clock_timestamp()
		   WHERE n IN (SELECT n FROM revocations WHERE visible_at IS NULL FOR UPDATE SKIP LOCKED))
		DELETE FROM revocations WHERE visible_at < now() - make_interval(secs => ?)`, session.RevocationsKept.Seconds()).Error
	if err != nil {
		return fmt.Errorf("sweep revocations: %w", wrap(err))
	}
	return nil
}

// EndAllSessions ends every session there is, and counts them. It needs the schema, and nothing else.
func (db *DB) EndAllSessions(ctx context.Context, reason session.Reason, origin event.Origin) (int, error) {
	var n int64
	err := db.inTx(ctx, origin, string(reason), func(tx *gorm.DB) error {
		done := tx.Where(live).Delete(&sessionRow{})
		n = done.RowsAffected
		return done.Error
	})
	return int(n), err
}
