package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/secret"
	"vestibule/backend/session"
	"vestibule/backend/token"
)

func openRing(t *testing.T, db *postgres.DB) *token.Ring {
	t.Helper()
	ring, err := token.OpenRing(t.Context(), postgres.NewKeys(db), masterKeys(t, "a", ""), token.ES256)
	require.NoError(t, err)
	return ring
}

func TestReplicasThatTendAtOnceMakeOneKeyAndRetireOne(t *testing.T) {
	at := pgtest.URL(t)
	db := pgtest.Connect(t, at)
	openRing(t, db)
	var replicas []*token.Keeper
	for range 6 {
		replicas = append(replicas, token.NewKeeper(postgres.NewKeys(pgtest.Connect(t, at)), masterKeys(t, "a", ""), token.ES256))
	}
	tend := func() (done int) {
		var all sync.WaitGroup
		var count atomic.Int64
		for _, each := range replicas {
			all.Go(func() {
				changes, err := each.Tend(t.Context())
				count.Add(int64(len(changes)))
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		return int(count.Load())
	}
	require.Zero(t, tend())
	exec(t, db, `UPDATE signing_keys SET signs_from = signs_from - interval '29 days'`)
	require.Equal(t, 1, tend())
	var ahead float64
	row(t, db, `SELECT extract(epoch FROM max(signs_from) - now()) FROM signing_keys`, nil, &ahead)
	require.InDelta(t, 24*3600, ahead, 30)
	require.Zero(t, tend())

	exec(t, db, `UPDATE signing_keys SET signs_from = signs_from - interval '24 hours 17 minutes'`)
	require.Equal(t, 1, tend())
	var told []string
	row(t, db, `SELECT array_agg(name || ' ' || coalesce(detail->>'kid' = (SELECT kid FROM signing_keys ORDER BY created_at LIMIT 1), false) ORDER BY id) FROM events`, nil, &told)
	require.Equal(t, []string{"key.created true", "key.created false", "key.retired true"}, told)
	var sealed, left int
	row(t, db, `SELECT min(length(sealed)), count(*) FILTER (WHERE retired_at IS NOT NULL) FROM signing_keys`, nil, &sealed, &left)
	require.Equal(t, [2]int{0, 1}, [2]int{sealed, left}, "the private half is destroyed")
}

func TestWhatIsDoneToAKeyIsAccountedForWithWhoDidIt(t *testing.T) {
	db := pgtest.Open(t)
	openRing(t, db)
	keeper := token.NewKeeper(postgres.NewKeys(db), masterKeys(t, "a", ""), token.EdDSA)
	operator := event.Origin{UserAgent: "somebody"}
	unwanted, err := keeper.Rotate(t.Context(), time.Hour, operator)
	require.NoError(t, err)
	_, err = keeper.Retire(t.Context(), unwanted.ID, operator)
	require.NoError(t, err)
	revoked, next, err := keeper.Compromised(t.Context(), "", operator)
	require.NoError(t, err)
	_, anew, err := token.NewKeeper(postgres.NewKeys(db), masterKeys(t, "b", "a"), token.EdDSA).Reseal(t.Context(), operator)
	require.NoError(t, err)
	require.Equal(t, 1, anew)

	rows, err := db.Pool.Query(t.Context(), `SELECT name, detail FROM events WHERE user_agent = 'somebody' ORDER BY id`)
	require.NoError(t, err)
	var told []string
	for rows.Next() {
		var name string
		var detail map[string]any
		require.NoError(t, rows.Scan(&name, &detail))
		delete(detail, "signs_from")
		text, err := json.Marshal(detail)
		require.NoError(t, err)
		told = append(told, name+" "+string(text))
	}
	require.NoError(t, rows.Err())
	require.Equal(t, []string{
		`key.created {"alg":"EdDSA","kid":"` + unwanted.ID + `"}`,
		`key.retired {"alg":"EdDSA","kid":"` + unwanted.ID + `"}`,
		`key.revoked {"alg":"ES256","kid":"` + revoked.ID + `","successor":"` + next.ID + `"}`,
		`key.created {"alg":"EdDSA","kid":"` + next.ID + `"}`,
		`key.resealed {"alg":"EdDSA","kid":"` + next.ID + `"}`,
	}, told)
}

func TestAChangeOfKeysThatIsRefusedChangesNothing(t *testing.T) {
	db := pgtest.Open(t)
	openRing(t, db)
	keys, refused := postgres.NewKeys(db), errors.New("no")
	err := keys.Change(t.Context(), event.Origin{}, func(all []token.Stored, _ time.Time) ([]token.Change, error) {
		all[0].RevokedAt = time.Now()
		return []token.Change{{Key: all[0], Event: event.KeyRevoked}}, refused
	})
	require.Equal(t, refused, err, "it is no fault of the database")
	err = keys.Change(t.Context(), event.Origin{}, func(all []token.Stored, _ time.Time) ([]token.Change, error) {
		all[0].RevokedAt = time.Now()
		return []token.Change{{Key: all[0], Event: event.KeyRevoked}, {Key: token.Stored{Algorithm: "none"}}}, nil
	})
	require.Error(t, err)
	var revoked, told int
	row(t, db, `SELECT count(revoked_at), (SELECT count(*) FROM events WHERE name = 'key.revoked') FROM signing_keys`, nil, &revoked, &told)
	require.Equal(t, [2]int{}, [2]int{revoked, told})
}

func TestTwoThatBothFoundNoKeyMakeOne(t *testing.T) {
	at := pgtest.URL(t)
	db := pgtest.Connect(t, at)
	holding, err := db.Pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = holding.Exec(t.Context(), `SELECT pg_advisory_xact_lock($1)`, postgres.KeysLock)
	require.NoError(t, err)
	var both sync.WaitGroup
	for range 2 {
		other := pgtest.Connect(t, at)
		both.Go(func() {
			if _, err := token.OpenRing(t.Context(), postgres.NewKeys(other), masterKeys(t, "a", ""), token.ES256); err != nil {
				t.Error(err)
			}
		})
	}
	var wait int
	require.Eventually(t, func() bool {
		row(t, db, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`, nil, &wait)
		return wait == 2
	}, 10*time.Second, time.Millisecond)
	require.NoError(t, holding.Rollback(t.Context()))
	both.Wait()
	var made int
	row(t, db, `SELECT count(*) FROM signing_keys`, nil, &made)
	require.Equal(t, 1, made)
}

// The lock may be waited for: the time at which one decides is later than that.
func TestKeysAreChangedOneAfterTheOther(t *testing.T) {
	db := pgtest.Open(t)
	openRing(t, db)
	keys := postgres.NewKeys(db)
	entered, leave := make(chan time.Time), make(chan struct{})
	change := func() {
		err := keys.Change(context.Background(), event.Origin{}, func(_ []token.Stored, now time.Time) ([]token.Change, error) {
			entered <- now
			<-leave
			return nil, nil
		})
		if err != nil {
			t.Error(err)
		}
	}
	var both sync.WaitGroup
	defer both.Wait()
	both.Go(change)
	<-entered
	both.Go(change)
	var waits bool
	require.Eventually(t, func() bool {
		row(t, db, `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`, nil, &waits)
		return waits
	}, 10*time.Second, time.Millisecond)
	var before time.Time
	row(t, db, `SELECT clock_timestamp()`, nil, &before)
	leave <- struct{}{}
	require.True(t, (<-entered).After(before))
	leave <- struct{}{}
}

func (h *hearing) keysHeard() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.keys
}

func TestWhoHasWaitedHasHeardOfEveryChangeOfKeys(t *testing.T) {
	db := pgtest.Open(t)
	openRing(t, db)
	h, _ := follow(t, db)
	require.Positive(t, h.keysHeard(), "it may have missed some before it listened")
	for _, statement := range []string{
		`UPDATE signing_keys SET signs_from = signs_from - interval '1 day'`,
		`INSERT INTO signing_keys (kid, alg, public, sealed) VALUES ('k', 'ES256', '{}', '')`,
		`DELETE FROM signing_keys WHERE kid = 'k'`,
		`TRUNCATE signing_keys`,
	} {
		require.Eventually(t, h.Proven, 10*time.Second, time.Millisecond)
		before, again := h.keysHeard(), h.anew()
		exec(t, db, statement)
		h.Heard(t.Context())
		require.Greater(t, h.keysHeard(), before, statement)
		require.Equal(t, again, h.anew(), "and goes on: %s", statement)
	}
	before := h.keysHeard()
	exec(t, db, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'vestibule listener' AND datname = current_database()`)
	require.Eventually(t, func() bool { return h.keysHeard() > before && h.Proven() }, 10*time.Second, time.Millisecond)
}

// failing can't take in the keys, until it is allowed to.
type failing struct {
	well  atomic.Bool
	asked atomic.Int64
}

func (*failing) Ended(...session.Revocation)   {}
func (*failing) Changed(secret.Sum, uuid.UUID) {}
func (*failing) Recheck(context.Context) error { return nil }

func (f *failing) KeysChanged(ctx context.Context) error {
	f.asked.Add(1)
	if _, limited := ctx.Deadline(); f.well.Load() && limited {
		return nil
	}
	return errors.New("the database is busy")
}

func TestNothingIsProvenWhileTheKeysCanNotBeTakenIn(t *testing.T) {
	hearer := &failing{}
	listener := postgres.NewListener(pgtest.Open(t), hearer, slog.New(slog.DiscardHandler))
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { listener.Run(ctx) })
	defer running.Wait()
	defer stop()
	for tries := int64(1); tries <= 3; tries++ {
		require.Eventually(t, func() bool { return hearer.asked.Load() >= tries }, 10*time.Second, time.Millisecond)
		require.False(t, listener.Proven())
	}
	hearer.well.Store(true)
	require.Eventually(t, listener.Proven, 10*time.Second, time.Millisecond)
}
