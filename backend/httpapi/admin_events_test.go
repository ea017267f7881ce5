package httpapi_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestAnAdministratorReadsEveryonesEvents(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	p.send("DELETE", "/admin/sessions/"+nora.sid, nil).is(204)
	gone := uuid.NewString()
	r.exec(`INSERT INTO events (name, user_id) VALUES ('user.registered', $1)`, gone)
	said := p.get("/admin/events").is(200).json()
	require.Equal(t, "events next", members(said))
	listed := said["events"].([]any)
	first, second := listed[0].(map[string]any), listed[1].(map[string]any)
	require.Equal(t, "actor at detail device id ip name request_id sid user", members(second))
	require.Equal(t, map[string]any{"id": gone, "email": "", "name": ""}, first["user"])
	require.Nil(t, first["actor"])
	require.Nil(t, first["sid"])
	require.Equal(t, map[string]any{"id": nora.id, "email": nora.email, "name": "Nora Quist"}, second["user"])
	require.Equal(t, p.id, second["actor"].(map[string]any)["id"])
	require.Equal(t, []any{"session.ended", nora.sid, "127.0.0.1"}, []any{second["name"], second["sid"], second["ip"]})
	require.Equal(t, map[string]any{"browser": "Firefox", "os": "Linux", "type": "desktop"}, second["device"])
	require.Equal(t, "ended_by_admin", second["detail"].(map[string]any)["reason"])
	require.Len(t, second["request_id"], 32)
	moment(t, second["at"])
}

func TestEventsAreFoundByWhatTheyTell(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	r.exec(`INSERT INTO events (at, name, actor_id, user_id, sid, ip) SELECT timestamptz '2020-01-01T00:00:00Z' + n / 2 * interval '1 hour', CASE WHEN n % 3 = 0 THEN 'thing.made' ELSE 'thing.unmade' END,
		CASE WHEN n % 2 = 0 THEN $1::uuid END, CASE WHEN n < 7 THEN $2::uuid ELSE $3 END, CASE WHEN n = 4 THEN $3::uuid END, CASE WHEN n = 5 THEN 'nonsense' ELSE '203.0.113.' || n END FROM generate_series(0, 9) AS n`, p.id, nora.id, gone)
	found := func(query string) string {
		var all []string
		first := one[int64](r, `SELECT min(id) FROM events WHERE at < '2021-01-01'`)
		for _, id := range p.list("/admin/events?limit=3&"+query, "events", "id") {
			n, err := strconv.ParseInt(id, 10, 64)
			require.NoError(t, err)
			all = append(all, strconv.FormatInt(n-first, 10))
		}
		return strings.Join(all, "")
	}
	for query, want := range map[string]string{
		"name=thing.made": "9630", "name=thing.*": "9876543210", "name=other.*": "", "name=thing.unmade&actor=" + p.id: "842", "name=thing.*&user=" + nora.id: "6543210",
		"sid=" + gone: "4", "ip=203.0.113.7": "7", "ip=203.0.113.0/29": "764321" + "0", "name=thing.*&ip=198.51.100.0/24": "",
		"to=2020-01-01T02:00:00Z": "3210", "from=2020-01-01T04:00:00Z&to=2021-01-01T00:00:00Z": "98", "from=2020-01-01T02:00:00%2B01:00&to=2020-01-01T02:00:00Z": "32",
	} {
		require.Equal(t, want, found(query), query)
	}
	for query, want := range map[string]string{
		"name=x": "name:name", "name=Thing.made": "name:name", "name=*": "name:name", "name=thing.m*": "name:name", "name=*.made": "name:name", "name=thing.made%00": "name:name", "name=" + strings.Repeat("a", 65) + ".b": "name:name",
		"user=x": "user:uuid", "actor=x": "actor:uuid", "sid=x": "sid:uuid", "ip=x": "ip:address", "from=x": "from:time", "to=2020-01-01": "to:time", "from=0000-01-01T00:00:00Z": "from:time", "after=x": "after:cursor", "limit=0": "limit:range",
		"after=" + strings.Repeat("A", 10) + "E" + strings.Repeat("_", 21): "",
	} {
		got := p.get("/admin/events?" + query)
		if want == "" {
			got.is(200)
			continue
		}
		require.Equal(t, want, got.fields(), query)
	}
	require.NotContains(t, r.log.String(), "request failed")
}

var gone = uuid.NewString()

func TestEventsAreExportedAsTheyAreListed(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	r.exec(`INSERT INTO events (name, user_id, detail) SELECT 'thing.made', $1, jsonb_build_object('n', n) FROM generate_series(1, 1234) AS n`, nora.id)
	a := &account{r: r, last: one[int64](r, `SELECT max(id) FROM events`)}
	listed := p.list("/admin/events?limit=200", "events", "id")

	got := p.get("/admin/events/export?format=jsonl").is(200)
	require.Equal(t, []string{"events.exported"}, a.told())
	today := one[string](r, `SELECT to_char(now(), 'YYYY-MM-DD')`)
	require.Equal(t, `attachment; filename="vestibule-events-`+today+`.jsonl"`, got.header.Get("Content-Disposition"))
	require.Equal(t, "application/jsonl", got.header.Get("Content-Type"))
	var exported []string
	for line := range strings.Lines(got.body) {
		var e map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &e))
		require.Equal(t, "actor at detail device id ip name request_id sid user user_agent", members(e))
		exported = append(exported, e["id"].(string))
	}
	require.Equal(t, listed, exported)

	got = p.get("/admin/events/export?format=csv&name=thing.made&user=" + nora.id).is(200)
	require.Contains(t, got.header.Get("Content-Disposition"), ".csv\"")
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1235)
	require.Equal(t, []string{"id", "at", "name", "actor_id", "actor_email", "user_id", "user_email", "sid", "ip", "user_agent", "request_id", "detail"}, rows[0])
	require.Equal(t, []string{"thing.made", "", "", nora.id, nora.email, "", "", "", "", `{"n":1234}`}, rows[1][2:])
	require.Equal(t, strings.Count(got.body, "\n"), strings.Count(got.body, "\r\n"))
	require.JSONEq(t, `{"format": "csv", "filter": {"name": "thing.made", "user": "`+nora.id+`"}}`, one[string](r, `SELECT detail::text FROM events ORDER BY id DESC LIMIT 1`))
	require.True(t, one[bool](r, `SELECT actor_id = $1 AND sid = $2 FROM events ORDER BY id DESC LIMIT 1`, p.id, p.sid))

	a.told()
	for query, want := range map[string]string{"": "format:required", "format=xml": "format:choice", "format=csv&name=x": "name:name", "format=csv&limit=1": "limit:unknown", "format=csv&after=x": "after:unknown"} {
		require.Equal(t, want, p.get("/admin/events/export?"+query).fields(), query)
	}
	r.turn(`UPDATE sessions SET auth_time = auth_time - interval '11 minutes'`)
	p.get("/admin/events/export?format=csv").problem(401, "step_up_required")
	require.Empty(t, a.told())
}

func TestNoFieldOfAnExportIsAFormula(t *testing.T) {
	r := boot(t)
	p := r.admin()
	nasty := []string{`=HYPERLINK("http://evil","x")`, "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "plain", `a,"b"`}
	for _, agent := range nasty {
		r.exec(`INSERT INTO events (name, user_agent, ip, request_id) VALUES ('thing.made', $1, $1, $1)`, agent)
	}
	r.exec(`INSERT INTO users (email, email_key, name, password_hash) VALUES ('=x@example.com', '=x@example.com', 'x', '')`)
	r.exec(`INSERT INTO events (name, user_id, actor_id) SELECT 'thing.made', id, id FROM users WHERE email LIKE '=%'`)
	got := p.get("/admin/events/export?format=csv&name=thing.*").is(200)
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, len(nasty)+2)
	for _, row := range rows {
		for _, field := range row {
			require.False(t, field != "" && strings.ContainsRune("=+-@\t\r\n", rune(field[0])), "%q", field)
		}
	}
	require.Equal(t, "'=x@example.com", rows[1][4])
	require.Equal(t, "'=x@example.com", rows[1][6])
	require.Equal(t, `a,"b"`, rows[2][9], "what is harmless is left alone")
	require.Equal(t, `'=HYPERLINK("http://evil","x")`, rows[9][9])
}

// export begins one that is too large to lie in any buffer, and reads a little of it.
func (p *person) export() *http.Response {
	p.r.t.Helper()
	p.r.exec(`INSERT INTO events (name, user_agent) SELECT 'thing.made', repeat('x', 2000) FROM generate_series(1, 15000) AS n`)
	request, err := http.NewRequestWithContext(p.r.t.Context(), http.MethodGet, "http://"+p.r.at+"/admin/events/export?"+url.Values{"format": {"csv"}}.Encode(), nil)
	require.NoError(p.r.t, err)
	request.Header.Set("Cookie", "__Host-session="+p.cookie)
	got, err := http.DefaultClient.Do(request)
	require.NoError(p.r.t, err)
	p.r.t.Cleanup(func() { _ = got.Body.Close() })
	_, err = io.ReadFull(got.Body, make([]byte, 1000))
	require.NoError(p.r.t, err)
	require.EqualValues(p.r.t, 1, p.r.memory.Watch.Open())
	return got
}

func TestAnExportBreaksOffWhenItsSessionEnds(t *testing.T) {
	r := boot(t)
	p := r.admin()
	got := p.export()
	r.exec(`DELETE FROM sessions`)
	n, err := io.Copy(io.Discard, got.Body)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF, "what has arrived is not all, and says so")
	require.Less(t, n, int64(30_000_000))
	require.Eventually(t, func() bool { return r.memory.Watch.Open() == 0 }, within, time.Millisecond)
}

func TestAnExportWhoseReaderHasStoppedIsClosedWhenItsSessionEnds(t *testing.T) {
	r := boot(t)
	p := r.admin()
	r.exec(`INSERT INTO events (name, user_agent) SELECT 'thing.made', repeat('x', 2000) FROM generate_series(1, 100) AS n`)
	reader, conn := net.Pipe() // what is not read waits in no buffer
	defer reader.Close()
	go func() { _ = r.public.Server().ServeConn(conn) }()
	_, err := io.WriteString(reader, "GET /admin/events/export?format=csv HTTP/1.1\r\nHost: app.example.com\r\nCookie: __Host-session="+p.cookie+"\r\n\r\n")
	require.NoError(t, err)
	_, err = io.ReadFull(reader, make([]byte, 1000))
	require.NoError(t, err)
	require.EqualValues(t, 1, r.memory.Watch.Open())
	r.exec(`DELETE FROM sessions`)
	require.Eventually(t, func() bool { return r.memory.Watch.Open() == 0 }, within, time.Millisecond)
	_, err = reader.Read(make([]byte, 1))
	require.ErrorIs(t, err, io.EOF)
}

func TestAnExportStopsWhenItsReaderGoes(t *testing.T) {
	r := boot(t)
	got := r.admin().export()
	require.NoError(t, got.Body.Close())
	require.Eventually(t, func() bool { return r.memory.Watch.Open() == 0 }, within, time.Millisecond)
}

func TestAnExportThatTheDatabaseFailsIsNoWholeFile(t *testing.T) {
	r := boot(t)
	got := r.admin().export()
	r.exec(`ALTER TABLE events RENAME TO events_gone`)
	_, err := io.Copy(io.Discard, got.Body)
	require.True(t, errors.Is(err, io.ErrUnexpectedEOF), err)
}
