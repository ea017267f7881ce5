package postgres_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/user"
)

// crowded is a database with 100,000 accounts, one in a thousand of them an administrator's or closed.
func crowded(t *testing.T) *postgres.DB {
	t.Helper()
	db := pgtest.Open(t)
	fill(t, db, `INSERT INTO users (email, email_key, name, password_hash, created_at, role, disabled_at)
		SELECT 'p' || n || '@example.com', 'p' || n || '@example.com', 'Person N' || n % 1000 || ' Q' || n, '', now() - n * interval '1 minute',
		       CASE WHEN n % 1000 = 0 THEN 'admin' ELSE 'user' END, CASE WHEN n % 1000 = 1 THEN now() END
		  FROM generate_series(1, 100000) AS n`, `VACUUM ANALYSE users`)
	return db
}

// fill runs statements that may take longer than any of ours may.
func fill(t *testing.T, db *postgres.DB, statements ...string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.Pool.Config().ConnString())
	require.NoError(t, err)
	defer conn.Close(t.Context())
	for _, statement := range statements {
		_, err = conn.Exec(t.Context(), statement)
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

func TestAPageOfAHundredThousandPeopleReadsLittleMoreThanThePage(t *testing.T) {
	db := crowded(t)
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
}
