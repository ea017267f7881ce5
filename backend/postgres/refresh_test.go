package postgres_test

import (
	"context"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/approval"
	"vestibule/backend/event"
	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/refresh"
)

// cutter stands between a replica and its database, and cuts every connection when so many pieces have
// passed: on the way there, before the database has seen the last one; on the way back, when it has done
// what it was asked, and nobody hears of it.
type cutter struct {
	there, back atomic.Int64 // pieces that may still pass; without a limit far more than there are
	cuts        atomic.Int64
}

const noLimit = 1 << 40

// before gives the address at which a database is reached through it.
func (c *cutter) before(t *testing.T, database string) string {
	t.Helper()
	c.there.Store(noLimit)
	c.back.Store(noLimit)
	at, err := url.Parse(database)
	require.NoError(t, err)
	behind := at.Host
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", behind)
			if err != nil {
				_ = client.Close()
				return
			}
			go c.pass(server, client, &c.there)
			go c.pass(client, server, &c.back)
		}
	}()
	at.Host = listener.Addr().String()
	return at.String()
}

func (c *cutter) pass(to, from net.Conn, left *atomic.Int64) {
	defer to.Close()
	defer from.Close()
	piece := make([]byte, 64<<10)
	for {
		n, err := from.Read(piece)
		if err != nil {
			return
		}
		if left.Add(-1) < 0 {
			c.cuts.Add(1)
			return
		}
		if _, err := to.Write(piece[:n]); err != nil {
			return
		}
	}
}

func refreshing(db *postgres.DB) *refresh.Service {
	return refresh.NewService(refresh.Config{Store: postgres.NewRefresh(db), Idle: 14 * 24 * time.Hour, RetryWithin: 10 * time.Second, Heard: func(context.Context) {}})
}

// letIn makes a session of kind client, and its first refresh token.
func letIn(t *testing.T, db *postgres.DB, user uuid.UUID) refresh.Token {
	t.Helper()
	service := approval.NewService(approval.Config{Store: postgres.NewApprovals(db), Heard: func(context.Context) {}})
	const verifier = "a-verifier-for-tests-that-has-forty-three-characters"
	code, err := service.Approve(t.Context(), approval.Request{ClientID: "cli", RedirectURI: "x", Challenge: approval.ChallengeOf(verifier)},
		approval.Proof{UserID: user, CredentialVersion: 1, AMR: []string{"pwd"}, ACR: "aal1"}, event.Origin{Actor: user})
	require.NoError(t, err)
	first := refresh.New()
	_, err = service.Redeem(t.Context(), approval.Shown{Code: code.Reveal(), ClientID: "cli", RedirectURI: "x", Verifier: verifier,
		Session: approval.Session{Family: first.Family(), First: first.Hash(), Idle: time.Hour, Absolute: 24 * time.Hour}})
	require.NoError(t, err)
	return first
}

func TestACrashBetweenAnyTwoStepsOfARefreshLeavesAChainThatGoesOn(t *testing.T) {
	direct := pgtest.URL(t)
	db := pgtest.Connect(t, direct)
	user := newUser(t, db)
	sound := refreshing(db)
	for name, limit := range map[string]func(*cutter) *atomic.Int64{
		"on the way there": func(c *cutter) *atomic.Int64 { return &c.there },
		"on the way back":  func(c *cutter) *atomic.Int64 { return &c.back },
	} {
		var c cutter
		through := pgtest.Connect(t, c.before(t, direct))
		old, passed := letIn(t, db, user), false
		for pieces := int64(0); !passed; pieces++ {
			require.Less(t, pieces, int64(100))
			_, err := through.Pool.Exec(t.Context(), `SELECT`) // so that a connection is there
			require.NoError(t, err)
			limit(&c).Store(pieces)
			_, _, err = refreshing(through).Refresh(t.Context(), old.Secret().Reveal(), "cli", event.Origin{})
			passed = err == nil
			limit(&c).Store(noLimit)

			_, next, err := sound.Refresh(t.Context(), old.Secret().Reveal(), "cli", event.Origin{})
			require.NoError(t, err, "%s, after %d pieces: the old one gets a successor, its own if it had one", name, pieces)
			_, old, err = sound.Refresh(t.Context(), next.Secret().Reveal(), "cli", event.Origin{})
			require.NoError(t, err, "%s, after %d pieces: and that works", name, pieces)
			through.Pool.Reset()
		}
		require.Greater(t, c.cuts.Load(), int64(3), name)
	}
}

func TestOfManyUsesAtOnceAllGetTheSameSuccessor(t *testing.T) {
	db := pgtest.Open(t)
	first := letIn(t, db, newUser(t, db))
	next := make(chan string)
	for range 20 {
		go func() {
			_, token, err := refreshing(db).Refresh(t.Context(), first.Secret().Reveal(), "cli", event.Origin{})
			if err != nil {
				next <- err.Error()
				return
			}
			next <- token.Hash()
		}()
	}
	all := map[string]int{}
	for range 20 {
		all[<-next]++
	}
	require.Len(t, all, 1, "%v", all)
}

func TestAnEndAndARefreshAtOnceNeverWaitForEachOther(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	user := newUser(t, db)
	for range 30 {
		first := letIn(t, db, user)
		done := make(chan error)
		go func() {
			_, _, err := refreshing(db).Refresh(t.Context(), first.Secret().Reveal(), "cli", event.Origin{})
			done <- err
		}()
		_, err := sessions.EndOthers(t.Context(), user, uuid.Nil, "ended_by_user", event.Origin{Actor: user})
		require.NoError(t, err)
		if err := <-done; err != nil {
			require.ErrorIs(t, err, refresh.ErrInvalid)
		}
	}
	var left int
	require.NoError(t, db.Pool.QueryRow(t.Context(), `SELECT count(*) FROM refresh_families`).Scan(&left))
	require.Zero(t, left)
}
