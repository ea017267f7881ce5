package postgres_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/fault"
	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/session"
	"vestibule/backend/user"
)

// crowd100 makes 100,000 accounts, one in a thousand of them an administrator's or closed, and a session of
// each, of which a thousandth are clients', from another network, or made with a rare browser. To one of them
// much more has happened, long ago.
func crowd100(t *testing.T, db *postgres.DB) {
	t.Helper()
	fill(t, db, `INSERT INTO users (email, email_key, name, password_hash, created_at, role, disabled_at)
		SELECT 'p' || n || '@example.com', 'p' || n || '@example.com', 'Person N' || n % 1000 || ' Q' || n, '', now() - n * interval '1 minute',
		       CASE WHEN n % 1000 = 0 THEN 'admin' ELSE 'user' END, CASE WHEN n % 1000 = 1 THEN now() END
		  FROM generate_series(1, 100000) AS n`, `VACUUM ANALYSE users`,
		`INSERT INTO sessions (k, v, e, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at, idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		SELECT id::text, '', 0, gen_random_uuid(), CASE WHEN n % 1000 = 0 THEN 'client' ELSE 'browser' END, id, '', false,
		       CASE WHEN n % 1000 = 1 THEN '2001:db8::' || to_hex(n % 65536) ELSE host('10.0.0.0'::inet + n) END, CASE WHEN n % 1000 = 2 THEN 'rare' ELSE 'agent ' || n % 7 END,
		       now() - n * interval '1 second', now() - n * interval '0.5 seconds', now() + interval '1 day', now() + interval '2 days', now(), 'pwd', 'aal1'
		  FROM (SELECT id, row_number() OVER (ORDER BY created_at DESC) AS n FROM users) AS u`, `VACUUM ANALYSE sessions`,
		`INSERT INTO events (at, name, actor_id, user_id, sid, ip)
		SELECT created_at, CASE WHEN n % 1000 = 0 THEN 'key.created' WHEN n % 1000 = 1 THEN 'session.rotated' WHEN n % 2 = 0 THEN 'session.created' ELSE 'session.ended' END,
		       CASE WHEN n % 3 = 0 THEN user_id END, user_id, sid, CASE WHEN n % 1000 = 3 THEN '' ELSE ip END
		  FROM (SELECT *, row_number() OVER (ORDER BY created_at DESC) AS n FROM sessions) AS s ORDER BY created_at`,
		`INSERT INTO events (at, name, user_id) SELECT now() - interval '2 days' - n * interval '1 second', 'session.created', (SELECT id FROM users WHERE email_key = 'p4712@example.com')
		   FROM generate_series(1, 20000) AS n`, `VACUUM ANALYSE events`)
}

// unhurried is a connection on which a statement may take longer than any of ours may.
func unhurried(t *testing.T, db *postgres.DB) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.Pool.Config().ConnString())
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
	return conn
}

// fill runs statements without the triggers, which would take most of the time.
func fill(t *testing.T, db *postgres.DB, statements ...string) {
	t.Helper()
	conn := unhurried(t, db)
	for _, statement := range append([]string{`SET session_replication_role = replica`}, statements...) {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
}

// node is a part of a plan that was carried out.
type node struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Rows     float64 `json:"Actual Rows"`
	Loops    float64 `json:"Actual Loops"`
	Removed  float64 `json:"Rows Removed by Filter"`
	Rechecks float64 `json:"Rows Removed by Index Recheck"`
	Plans    []node
}

// read counts the rows that a plan read of tables and indexes, whether it kept them or not.
func (n node) read() (rows float64) {
	if strings.Contains(n.Type, "Scan") && n.Type != "Subquery Scan" {
		rows = (n.Rows + n.Removed + n.Rechecks) * n.Loops
	}
	for _, each := range n.Plans {
		rows += each.read()
	}
	return rows
}

// reads counts the rows that a list reads, with a plan for these very arguments.
func reads(t *testing.T, db *postgres.DB, s postgres.Statement) int {
	t.Helper()
	var raw []byte
	row(t, db, `EXPLAIN (ANALYSE, FORMAT JSON) `+s.SQL, s.Args, &raw)
	var plans []struct{ Plan node }
	require.NoError(t, json.Unmarshal(raw, &plans))
	return int(plans[0].Plan.read())
}

func TestAPageOfAHundredThousandReadsLittleMoreThanThePage(t *testing.T) {
	db := pgtest.Open(t)
	crowd100(t, db)
	t.Run("people", func(t *testing.T) { pagesOfPeople(t, db) })
	t.Run("sessions", func(t *testing.T) { pagesOfSessions(t, db) })
	t.Run("events", func(t *testing.T) { pagesOfEvents(t, db) })
}

func pagesOfPeople(t *testing.T, db *postgres.DB) {
	yes := true
	far := user.Mark{CreatedAt: time.Now().Add(-90_000 * time.Minute), ID: uuid.New()}
	for name, filter := range map[string]user.Filter{
		"all": {}, "administrators": {Role: user.RoleAdmin}, "disabled": {Disabled: &yes}, "an address": {Query: "p77777@"},
		"a rare word": {Query: "q4711"}, "two words": {Query: "n7 q7007"}, "a word of everyone": {Query: "person"}, "an administrator's": {Query: "person", Role: user.RoleAdmin},
	} {
		for _, after := range []user.Mark{{}, far} {
			require.LessOrEqual(t, reads(t, db, postgres.SearchUsers(filter, after, 51)), 1000, "%s after %s", name, after.CreatedAt)
		}
	}
	store := postgres.NewUsers(db)
	page, err := store.Search(t.Context(), user.Filter{}, far, 51, 100_001)
	require.NoError(t, err)
	require.Len(t, page.Users, 51)
	require.Equal(t, 100_000, page.Total)
	page, err = store.Search(t.Context(), user.Filter{Query: "person"}, user.Mark{}, 1, 50_000)
	require.NoError(t, err)
	require.Equal(t, 50_000, page.Total, "counted no further than that")
	var kept int
	row(t, db, `SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT u.id%'`, nil, &kept)
	require.Zero(t, kept, "no plan is kept for other filters than its own")
}

func pagesOfSessions(t *testing.T, db *postgres.DB) {
	var someone uuid.UUID
	row(t, db, `SELECT user_id FROM sessions WHERE ip = '10.1.0.5'`, nil, &someone)
	network := func(text string) (first, last netip.Addr) {
		p := netip.MustParsePrefix(text)
		bytes := p.Addr().As4()
		for bit := p.Bits(); bit < 32; bit++ {
			bytes[bit/8] |= 0x80 >> (bit % 8)
		}
		return p.Addr(), netip.AddrFrom4(bytes)
	}
	small, smallLast := network("10.1.0.0/24")
	large, largeLast := network("10.0.0.0/8")
	six := netip.MustParseAddr("2001:db8::3e9")
	far := session.Mark{CreatedAt: time.Now().Add(-90_000 * time.Second), SID: uuid.New()}
	for name, filter := range map[string]session.Filter{
		"all": {}, "of one person": {User: someone}, "of a rare word": {Query: "q4711"}, "of a word of everyone": {Query: "person"}, "clients": {Kind: session.Client}, "browsers": {Kind: session.Browser},
		"from an address": {First: six, Last: six}, "from a network": {First: small, Last: smallLast}, "from nearly everywhere": {First: large, Last: largeLast},
		"with a rare agent": {Agents: &[]string{"rare"}}, "with a usual agent": {Agents: &[]string{"agent 1"}}, "with no agent": {Agents: &[]string{}}, "old": {OlderThan: 20 * time.Hour},
	} {
		for _, after := range []session.Mark{{}, far} {
			require.LessOrEqual(t, reads(t, db, postgres.OverseeSessions(filter, after, 51)), 2000, "%s after %s", name, after.CreatedAt)
		}
	}
	idle := reads(t, db, postgres.OverseeSessions(session.Filter{IdleFor: 10 * time.Hour}, session.Mark{}, 51))
	require.LessOrEqual(t, idle, 37_000, "there is no index for the last use; but those made since are not looked at, nor those beyond the page")
	require.LessOrEqual(t, reads(t, db, postgres.ListAgents), 100)
	store := postgres.NewSessions(db)
	agents, err := store.Agents(t.Context())
	require.NoError(t, err)
	require.Len(t, agents, 8)
	page, err := store.Oversee(t.Context(), session.Filter{}, far, 51, 100_001)
	require.NoError(t, err)
	require.Len(t, page.Sessions, 51)
	require.Equal(t, 100_000, page.Total)
}

func pagesOfEvents(t *testing.T, db *postgres.DB) {
	var someone, sid uuid.UUID
	row(t, db, `SELECT actor_id, sid FROM events WHERE ip = '10.1.0.5' AND actor_id IS NOT NULL UNION ALL SELECT actor_id, sid FROM events WHERE actor_id IS NOT NULL LIMIT 1`, nil, &someone, &sid)
	var busy uuid.UUID
	row(t, db, `SELECT id FROM users WHERE email_key = 'p4712@example.com'`, nil, &busy)
	now := time.Now()
	small := netip.MustParseAddr("10.1.0.0")
	far := event.Mark{At: now.Add(-90_000 * time.Second), ID: 5000}
	for name, filter := range map[string]event.Filter{
		"all": {}, "of a rare name": {Name: "key.created"}, "of a rare name of a usual noun": {Name: "session.rotated"}, "of a usual name": {Name: "session.ended"}, "of no name": {Name: "no.thing"},
		"of a rare noun": {Noun: "key"}, "of a usual noun": {Noun: "session"}, "of a user": {User: someone}, "of one to whom much has happened": {User: busy}, "of an actor": {Actor: someone}, "of a session": {SID: sid},
		"from an address": {First: small, Last: small}, "from a network": {First: small, Last: netip.MustParseAddr("10.1.0.255")}, "from nearly everywhere": {First: netip.MustParseAddr("10.0.0.0"), Last: netip.MustParseAddr("10.255.255.255")},
		"of long ago": {To: now.Add(-80_000 * time.Second)}, "of an hour long ago": {From: now.Add(-81_000 * time.Second), To: now.Add(-80_000 * time.Second)},
		"of a usual name long ago": {Name: "session.ended", To: now.Add(-80_000 * time.Second)}, "of a rare noun long ago": {Noun: "key", To: now.Add(-80_000 * time.Second)},
	} {
		for _, after := range []event.Mark{{}, far} {
			require.LessOrEqual(t, reads(t, db, postgres.SearchEvents(filter, after, 51)), 1000, "%s after %s", name, after.At)
		}
	}
}

func TestAWordIsFoundHoweverItsAccentsAreTyped(t *testing.T) {
	db := pgtest.Open(t)
	users, sessions := postgres.NewUsers(db), postgres.NewSessions(db)
	id := newUser(t, db)
	start(t, sessions, id)
	exec(t, db, `UPDATE users SET name = $2 WHERE id = $1`, id, "\u00c9gr\u00e9")
	for _, typed := range []string{"\u00e9gr\u00e9", "e\u0301gre\u0301"} {
		people, err := users.Search(t.Context(), user.Filter{Query: typed}, user.Mark{}, 1, 1)
		require.NoError(t, err)
		require.Equal(t, 1, people.Total, "%+q", typed)
		theirs, err := sessions.Oversee(t.Context(), session.Filter{Query: typed}, session.Mark{}, 1, 1)
		require.NoError(t, err)
		require.Equal(t, 1, theirs.Total, "%+q", typed)
	}
}

func TestWhoWouldEndMoreThanWasShownIsToldWithoutAnyLock(t *testing.T) {
	db := pgtest.Open(t)
	sessions := postgres.NewSessions(db)
	made := start(t, sessions, newUser(t, db))
	crowd(t, db, made, 19)
	tx, err := db.Pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { _ = tx.Rollback(t.Context()) }()
	_, err = tx.Exec(t.Context(), `SELECT FROM users FOR NO KEY UPDATE`)
	require.NoError(t, err)
	shown := 1
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err = sessions.EndMany(ctx, session.Selection{Expected: &shown}, event.Origin{})
	require.ErrorIs(t, err, session.ErrChangedMeanwhile)
	require.Equal(t, map[string]any{"now": 20}, fault.From(err).Extra)
}
