package postgres_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	storage "github.com/gofiber/storage/postgres/v3"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/secret"
	"vestibule/backend/session"
	"vestibule/backend/session/storetest"
)

func TestSessionsKeepTheContractOfTheirStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Harness {
		db := pgtest.Open(t)
		return storetest.Harness{
			Store:   postgres.NewSessions(db),
			NewUser: func(t *testing.T) uuid.UUID { return newUser(t, db) },
			Change: func(t *testing.T, id uuid.UUID) {
				exec(t, db, `UPDATE users SET password_changed_at = clock_timestamp() WHERE id = $1`, id)
			},
			Disable: func(t *testing.T, id uuid.UUID) {
				exec(t, db, `UPDATE users SET disabled_at = now() WHERE id = $1`, id)
			},
			Shift: func(t *testing.T, sid uuid.UUID, idle, absolute time.Duration) {
				exec(t, db, `UPDATE sessions SET idle_expires_at = clock_timestamp() + make_interval(secs => $2),
					absolute_expires_at = clock_timestamp() + make_interval(secs => $3) WHERE sid = $1`, sid, min(idle, absolute).Seconds(), absolute.Seconds())
			},
		}
	})
}

func TestWhoeverDeletesASessionTheEndIsNotedToldAndAccountedFor(t *testing.T) {
	for reason, end := range map[string]func(*testing.T, *postgres.DB, *postgres.Sessions, session.Session){
		"ended_by_user": func(t *testing.T, _ *postgres.DB, s *postgres.Sessions, made session.Session) {
			require.NoError(t, s.End(t.Context(), made.UserID, made.SID, session.EndedByUser, event.Origin{Actor: made.UserID, IP: "127.0.0.9"}))
		},
		"deleted": func(t *testing.T, db *postgres.DB, _ *postgres.Sessions, made session.Session) {
			exec(t, db, `DELETE FROM sessions WHERE sid = $1`, made.SID)
		},
		"account_changed": func(t *testing.T, db *postgres.DB, _ *postgres.Sessions, made session.Session) {
			exec(t, db, `UPDATE users SET role = 'admin' WHERE id = $1`, made.UserID)
		},
		"account_changed ": func(t *testing.T, db *postgres.DB, _ *postgres.Sessions, made session.Session) {
			exec(t, db, `UPDATE users SET disabled_at = now() WHERE id = $1`, made.UserID)
		},
		"deleted ": func(t *testing.T, db *postgres.DB, _ *postgres.Sessions, made session.Session) {
			exec(t, db, `DELETE FROM users WHERE id = $1`, made.UserID) // by cascade
		},
		"deleted  ": func(t *testing.T, db *postgres.DB, _ *postgres.Sessions, made session.Session) {
			driver := storage.New(storage.Config{DB: db.Pool, Table: "sessions", GCInterval: time.Hour})
			require.NoError(t, driver.Delete(made.Key))
		},
	} {
		t.Run(reason, func(t *testing.T) {
			db := pgtest.Open(t)
			sessions := postgres.NewSessions(db)
			made := start(t, sessions, newUser(t, db))
			heard := listen(t, db)
			end(t, db, sessions, made)

			want := trimmed(reason)
			var told struct {
				Ended  uuid.UUID
				Reason string
				N      int64
			}
			require.NoError(t, json.Unmarshal([]byte(next(t, heard)), &told))
			require.Equal(t, made.SID, told.Ended)
			require.Equal(t, want, told.Reason)

			var noted, accounted string
			row(t, db, `SELECT reason FROM revocations WHERE sid = $1 AND n = $2`, []any{made.SID, told.N}, &noted)
			row(t, db, `SELECT detail->>'reason' FROM events WHERE name = 'session.ended' AND sid = $1`, []any{made.SID}, &accounted)
			require.Equal(t, want, noted)
			require.Equal(t, want, accounted)
		})
	}
}

func trimmed(reason string) string {
	for reason[len(reason)-1] == ' ' {
		reason = reason[:len(reason)-1]
	}
	return reason
}

func TestARoleChangeThatIsRolledBackEndsNothing(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	made := start(t, sessions, newUser(t, db))
	tx, err := db.Pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `UPDATE users SET role = 'admin' WHERE id = $1`, made.UserID)
	require.NoError(t, err)
	require.NoError(t, tx.Rollback(t.Context()))
	_, err = sessions.Find(t.Context(), session.Browser, made.Key)
	require.NoError(t, err)
}

func TestManyEndsAtOnceAreOneMessage(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	made := start(t, sessions, newUser(t, db))
	exec(t, db, `INSERT INTO sessions (k, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at,
			idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		SELECT md5(n::text) || md5(n::text), gen_random_uuid(), kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at,
			idle_expires_at, absolute_expires_at, auth_time, amr, acr FROM sessions, generate_series(1, 150) AS n`)
	heard := listen(t, db)
	exec(t, db, `DELETE FROM sessions`)
	exec(t, db, `NOTIFY vestibule, 'last'`)
	var from, to int64
	_, err := fmt.Sscanf(next(t, heard), `{"from" : %d, "to" : %d}`, &from, &to)
	require.NoError(t, err)
	require.Equal(t, "last", next(t, heard))
	var oldest, newest, revoked int64
	row(t, db, `SELECT min(n), max(n), count(*) FROM revocations`, nil, &oldest, &newest, &revoked)
	require.Equal(t, [2]int64{oldest, newest}, [2]int64{from, to})
	require.EqualValues(t, 151, revoked)
	_, err = sessions.Find(t.Context(), session.Browser, made.Key)
	require.ErrorIs(t, err, session.ErrNotFound)
}

func TestTheDriversUpsertCanNotBringAnEndedSessionBack(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	made := start(t, sessions, newUser(t, db))
	driver := storage.New(storage.Config{DB: db.Pool, Table: "sessions", GCInterval: time.Hour})
	value, err := driver.Get(made.Key)
	require.NoError(t, err)
	require.NoError(t, sessions.End(t.Context(), made.UserID, made.SID, session.EndedByUser, event.Origin{}))
	require.Error(t, driver.Set(made.Key, value, time.Hour))
	require.Error(t, driver.Reset(), "a TRUNCATE would tell nobody")
	_, err = sessions.Find(t.Context(), session.Browser, made.Key)
	require.ErrorIs(t, err, session.ErrNotFound)
}

func TestNothingOfASessionOfAClientCanBeSentAsACookie(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	made := start(t, sessions, newUser(t, db))
	exec(t, db, `UPDATE sessions SET kind = 'client', client_id = 'cli' WHERE sid = $1`, made.SID)
	_, err := sessions.Find(t.Context(), session.Browser, made.Key)
	require.ErrorIs(t, err, session.ErrNotFound)
	listed, err := sessions.List(t.Context(), made.UserID)
	require.NoError(t, err)
	require.Len(t, listed, 1, "but it is listed, and can be ended")
}

func TestTheAccountOfWhatHappenedIsOnlyEverAddedTo(t *testing.T) {
	db := pgtest.Open(t)
	start(t, postgres.NewSessions(db), newUser(t, db))
	for _, statement := range []string{`UPDATE events SET name = 'a.b'`, `DELETE FROM events`, `TRUNCATE events`} {
		_, err := db.Pool.Exec(t.Context(), statement)
		require.ErrorContains(t, err, "append-only")
	}
}

func TestSeveralReplicasMayMigrateAtOnce(t *testing.T) {
	at := pgtest.URL(t)
	first := pgtest.Connect(t, at)
	exec(t, first, `DROP SCHEMA public CASCADE`)
	exec(t, first, `CREATE SCHEMA public`)
	failed := make(chan error, 4)
	for range 4 {
		db := pgtest.Connect(t, at)
		go func() {
			_, err := db.Migrate(context.Background())
			failed <- err
		}()
	}
	for range 4 {
		require.NoError(t, <-failed)
	}
	applied, err := first.Migrate(t.Context())
	require.NoError(t, err)
	require.Empty(t, applied)
}

func TestADatabaseThatIsGoneIsNeverAGuess(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	made := start(t, sessions, newUser(t, db))
	db.Pool.Close()
	_, err := sessions.Find(t.Context(), session.Browser, made.Key)
	require.ErrorIs(t, err, postgres.ErrUnavailable)
	_, err = sessions.List(t.Context(), made.UserID)
	require.ErrorIs(t, err, postgres.ErrUnavailable)
	_, err = sessions.Slide(t.Context(), []session.Slide{{Key: made.Key, Idle: time.Hour}})
	require.ErrorIs(t, err, postgres.ErrUnavailable)
	require.ErrorIs(t, sessions.End(t.Context(), made.UserID, made.SID, session.EndedByUser, event.Origin{}), postgres.ErrUnavailable)
}

func newUser(t *testing.T, db *postgres.DB) uuid.UUID {
	t.Helper()
	var id uuid.UUID
	row(t, db, `INSERT INTO users (email, email_key, name, password_hash) VALUES ($1, $1, 'Somebody', 'x') RETURNING id`,
		[]any{uuid.NewString() + "@example.com"}, &id)
	return id
}

func start(t *testing.T, sessions *postgres.Sessions, user uuid.UUID) session.Session {
	t.Helper()
	made, err := sessions.Create(t.Context(), session.Creation{
		Key: secret.New().Hash(), SID: uuid.New(), UserID: user, CredentialVersion: 1,
		Limits: session.Limits{Idle: time.Hour, Absolute: 12 * time.Hour}, AMR: []string{"pwd"}, ACR: "aal1",
	})
	require.NoError(t, err)
	return made
}

func exec(t *testing.T, db *postgres.DB, statement string, args ...any) {
	t.Helper()
	_, err := db.Pool.Exec(t.Context(), statement, args...)
	require.NoError(t, err)
}

func row(t *testing.T, db *postgres.DB, query string, args []any, into ...any) {
	t.Helper()
	require.NoError(t, db.Pool.QueryRow(t.Context(), query, args...).Scan(into...))
}

func listen(t *testing.T, db *postgres.DB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), db.Pool.Config().ConnConfig.Copy())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	_, err = conn.Exec(t.Context(), `LISTEN vestibule`)
	require.NoError(t, err)
	return conn
}

func next(t *testing.T, conn *pgx.Conn) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	heard, err := conn.WaitForNotification(ctx)
	require.NoError(t, err)
	return heard.Payload
}
