package httpapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"

// elsewhere signs somebody in once more, from another address with another browser.
func (p *person) elsewhere(ip, agent string) *person {
	p.r.t.Helper()
	other := &person{browser: p.r.visitor().from(ip), email: p.email}
	other.headers["User-Agent"] = agent
	other.note(other.post("/auth/login", object{"email": p.email, "password": goodPassword}).is(200))
	return other
}

func TestAnAdministratorListsEveryonesSessions(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	phone := nora.elsewhere("203.0.113.9", iphone)
	r.turn(`UPDATE sessions SET idle_expires_at = now() WHERE sid = $1`, nora.sid)
	said := p.get("/admin/sessions").is(200).json()
	require.Equal(t, "next sessions total total_capped", members(said))
	require.EqualValues(t, 2, said["total"])
	listed := said["sessions"].([]any)
	first, second := listed[0].(map[string]any), listed[1].(map[string]any)
	require.Equal(t, "absolute_expires_at client_id client_name created_at current device idle_expires_at ip kind last_seen_at remember sid user", members(first))
	require.Equal(t, map[string]any{"id": nora.id, "email": nora.email, "name": "Nora Quist"}, first["user"])
	require.Equal(t, map[string]any{"browser": "Safari", "os": "iOS", "type": "phone"}, first["device"])
	require.Equal(t, []any{phone.sid, "203.0.113.9", "browser", "", "", false, false},
		[]any{first["sid"], first["ip"], first["kind"], first["client_id"], first["client_name"], first["remember"], first["current"]})
	require.Equal(t, []any{p.sid, true}, []any{second["sid"], second["current"]})
	for _, name := range []string{"created_at", "last_seen_at", "idle_expires_at", "absolute_expires_at"} {
		moment(t, first[name])
	}
}

func TestSessionsOfOneInstantAreListedOnceEach(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	for range 5 {
		nora.elsewhere("203.0.113.9", iphone)
	}
	r.turn(`UPDATE sessions SET created_at = (SELECT min(created_at) FROM sessions)`)
	all := many[string](r, `SELECT sid::text FROM sessions ORDER BY sid DESC`)
	require.Len(t, all, 7)
	require.Equal(t, all, p.list("/admin/sessions?limit=2", "sessions", "sid"))
}

func TestSessionsAreFoundByUserAddressDeviceKindAndAge(t *testing.T) {
	r := boot(t)
	p, nora, otto := r.admin(), r.person(), r.person()
	phone, six := nora.elsewhere("203.0.113.9", iphone), otto.elsewhere("2001:db8::1", "curl/8.5.0")
	odd := otto.elsewhere("198.51.100.7", "")
	r.exec(`UPDATE users SET name = 'Otto Ende' WHERE id = $1`, otto.id)
	r.turn(`UPDATE sessions SET kind = 'client', client_id = 'cli', ip = 'no address' WHERE sid = $1`, odd.sid)
	r.turn(`UPDATE sessions SET created_at = now() - interval '3 hours', last_seen_at = now() - interval '20 minutes' WHERE sid = $1`, phone.sid)
	names := map[string]string{p.sid: "admin", nora.sid: "nora", phone.sid: "phone", otto.sid: "otto", six.sid: "six", odd.sid: "odd"}
	found := func(query string) string {
		var all []string
		for _, sid := range p.list("/admin/sessions?limit=1&"+query, "sessions", "sid") {
			all = append(all, names[sid])
		}
		return strings.Join(all, " ")
	}
	for query, want := range map[string]string{
		"": "odd six otto nora admin phone", "user=" + nora.id: "nora phone", "user=" + uuid.NewString(): "",
		"q=" + nora.email[:20]: "nora phone", "q=OTTO+en": "odd six otto", "q=nobody": "",
		"ip=203.0.113.9": "phone", "ip=203.0.113.0/24": "phone", "ip=203.0.113.77/24": "phone", "ip=0.0.0.0/0": "otto nora admin phone", "ip=::/0": "six", "ip=2001:db8::/32": "six",
		"ip=::ffff:203.0.113.9": "phone", "ip=203.0.113.10/31": "", "ip=203.0.113.8/31": "phone",
		"device=safari": "phone", "device=IOS": "phone", "device=fire": "otto nora admin", "device=linux": "otto nora admin", "device=mac": "", "device=Gecko": "", "device=%25": "", "device=phone": "",
		"kind=client": "odd", "kind=browser": "six otto nora admin phone", "older_than=2h": "phone", "older_than=4h": "", "older_than=180m": "phone", "idle_for=10m": "phone", "idle_for=21m": "", "older_than=7d": "",
		"user=" + nora.id + "&device=ios&ip=203.0.113.9&kind=browser&older_than=1h&idle_for=5m&q=nora": "phone",
	} {
		require.Equal(t, want, found(query), query)
	}
	for query, want := range map[string]string{
		"user=x": "user:uuid", "user=" + uuid.Nil.String(): "user:uuid", "user={" + uuid.NewString() + "}": "user:uuid", "kind=alone": "kind:choice", "ip=x": "ip:address", "ip=1.2.3": "ip:address", "ip=1.2.3.4/33": "ip:address",
		"ip=fe80::1%25eth0": "ip:address", "older_than=5": "older_than:duration", "older_than=h": "older_than:duration", "older_than=-5h": "older_than:duration", "idle_for=1.5h": "idle_for:duration",
		"idle_for=99999999d": "idle_for:duration", "idle_for=0s": "idle_for:duration", "older_than=%2B5h": "older_than:duration", "device=%00": "device:characters", "device=%ff": "device:utf8",
		"sid=" + p.sid: "sid:unknown", "q=a&q=b": "q:duplicate", "after=!": "after:cursor",
	} {
		require.Equal(t, want, p.get("/admin/sessions?"+query).fields(), query)
	}
	require.NotContains(t, r.log.String(), "request failed")
}

func TestASessionThatAnAdministratorEndsIsRefusedByEveryReplica(t *testing.T) {
	r := boot(t)
	beside := r.beside()
	p, nora := r.admin(), beside.person()
	nora.get("/auth/session").is(200)
	a := &account{r: r, last: one[int64](r, `SELECT max(id) FROM events`)}
	p.send("DELETE", "/admin/sessions/"+nora.sid, nil).is(204)
	nora.get("/auth/session").problem(401, "unauthenticated")
	require.Equal(t, []string{"session.ended"}, a.told())
	a.beside(`revocations WHERE sid = $1 AND reason = 'ended_by_admin'`, nora.sid)
	require.True(t, one[bool](r, `SELECT actor_id = $1 AND user_id = $2 FROM events ORDER BY id DESC LIMIT 1`, p.id, nora.id))
	for _, sid := range []string{nora.sid, uuid.NewString(), "x", "end", "%20"} {
		p.send("DELETE", "/admin/sessions/"+sid, nil).problem(404, "not_found")
	}
	got := p.send("DELETE", "/admin/sessions/"+p.sid, nil).is(204)
	isCleared(t, got)
	p.get("/auth/session").problem(401, "unauthenticated")
}

func TestWhatAnAdministratorHasEndedIsRefusedOnceTheAnswerIsThere(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	for n := range 30 {
		for _, end := range []func() answer{
			func() answer {
				return p.post("/admin/sessions/end", object{"filter": object{"user": nora.id}, "expected": 1})
			},
			func() answer {
				return p.send("PATCH", "/admin/users/"+nora.id, object{"role": []string{"admin", "user"}[n%2]})
			},
		} {
			nora = nora.again()
			nora.get("/auth/session").is(200)
			nora.get("/auth/session").is(200) // from the cache
			end().is(200)
			nora.get("/auth/session").problem(401, "unauthenticated")
		}
	}
}

func TestAnAdministratorEndsAllSessionsOfOnePerson(t *testing.T) {
	r := boot(t)
	p, nora, otto := r.admin(), r.person(), r.person()
	second, mine := nora.again(), p.again()
	a := &account{r: r, last: one[int64](r, `SELECT max(id) FROM events`)}
	require.Equal(t, map[string]any{"ended": 2.0}, p.send("DELETE", "/admin/users/"+nora.id+"/sessions", nil).is(200).json())
	require.Equal(t, []string{"session.ended", "session.ended", "sessions.ended"}, a.told())
	require.True(t, one[bool](r, `SELECT actor_id = $1 AND user_id = $2 AND detail = jsonb_build_object('n', 2, 'filter', jsonb_build_object('user', $2::text)) FROM events ORDER BY id DESC LIMIT 1`, p.id, nora.id))
	second.get("/auth/session").problem(401, "unauthenticated")
	require.Equal(t, map[string]any{"ended": 0.0}, p.send("DELETE", "/admin/users/"+nora.id+"/sessions", nil).is(200).json())
	require.Empty(t, a.told())
	require.Equal(t, map[string]any{"ended": 1.0}, p.send("DELETE", "/admin/users/"+p.id+"/sessions", nil).is(200).json())
	mine.get("/auth/session").problem(401, "unauthenticated")
	p.get("/auth/session").is(200)
	otto.get("/auth/session").is(200)
	p.send("DELETE", "/admin/users/"+uuid.NewString()+"/sessions", nil).problem(404, "not_found")
}

func TestManySessionsAreEndedByNameByFilterOrAllAtOnce(t *testing.T) {
	r := boot(t)
	beside := r.beside()
	p, nora, otto := r.admin(), beside.person(), beside.person()
	phone := nora.elsewhere("203.0.113.9", iphone)
	otto.get("/auth/session").is(200)
	a := &account{r: r, last: one[int64](r, `SELECT max(id) FROM events`)}
	end := func(body object) answer { return p.post("/admin/sessions/end", body) }

	require.Equal(t, map[string]any{"ended": 1.0}, end(object{"sids": []string{nora.sid, nora.sid, uuid.NewString()}}).is(200).json())
	require.Equal(t, []string{"session.ended", "sessions.ended"}, a.told())
	nora.get("/auth/session").problem(401, "unauthenticated")
	phone.get("/auth/session").is(200)

	require.Equal(t, map[string]any{"ended": 1.0}, end(object{"filter": object{"device": "ios", "ip": "203.0.113.0/24", "q": ""}, "expected": 1}).is(200).json())
	require.Equal(t, []string{"session.ended", "sessions.ended"}, a.told())
	require.JSONEq(t, `{"n": 1, "filter": {"device": "ios", "ip": "203.0.113.0/24"}}`, one[string](r, `SELECT detail::text FROM events ORDER BY id DESC LIMIT 1`))
	phone.get("/auth/session").problem(401, "unauthenticated")

	otto.get("/auth/session").is(200)
	require.Equal(t, map[string]any{"ended": 1.0}, end(object{"all": true, "expected": 2}).is(200).json(), "one's own stays")
	otto.get("/auth/session").problem(401, "unauthenticated")
	p.get("/auth/session").is(200)
	require.Equal(t, []string{"ended_by_admin"}, many[string](r, `SELECT DISTINCT reason FROM revocations WHERE reason <> 'account_changed'`))

	got := end(object{"sids": []string{p.sid}}).is(200)
	isCleared(t, got)
	p.get("/auth/session").problem(401, "unauthenticated")
}

func TestNoneEndsWhereManyMoreWouldThanWereShown(t *testing.T) {
	r := boot(t)
	p := r.admin()
	nora := r.person()
	r.exec(`INSERT INTO sessions (k, v, e, sid, kind, user_id, client_id, remember, ip, user_agent, created_at, last_seen_at, idle_expires_at, absolute_expires_at, auth_time, amr, acr)
		SELECT 'k' || n, '', 0, gen_random_uuid(), 'browser', $1, '', false, '192.0.2.1', '', now(), now(), now() + interval '1 hour', now() + interval '2 hours', now(), 'pwd', 'aal1' FROM generate_series(1, 19) AS n`, nora.id)
	a := &account{r: r, last: one[int64](r, `SELECT max(id) FROM events`)}
	for _, body := range []object{{"all": true, "expected": 9}, {"filter": object{"user": nora.id}, "expected": 0}} {
		document := p.post("/admin/sessions/end", body).problem(409, "changed_meanwhile")
		require.EqualValues(t, 20, document["now"])
	}
	require.Empty(t, a.told())
	nora.get("/auth/session").is(200)
	require.Equal(t, map[string]any{"ended": 20.0}, p.post("/admin/sessions/end", object{"all": true, "expected": 10}).is(200).json())
	require.Len(t, a.told(), 21)
}

func TestWhatIsToEndMustBeSaidInOneWay(t *testing.T) {
	r := boot(t)
	p, nora := r.admin(), r.person()
	for _, row := range []struct {
		body any
		want string
	}{
		{object{}, "sids:one_of"}, {object{"expected": 1}, "sids:one_of"}, {object{"sids": []string{nora.sid}, "all": true, "expected": 2}, "sids:one_of"},
		{object{"sids": []string{}}, "sids:range"}, {object{"sids": strings.Split(strings.Repeat(nora.sid+" ", 201)[:201*37-1], " ")}, "sids:range"}, {object{"sids": []string{"x"}}, "sids:uuid"},
		{`{"sids":[null]}`, "sids:uuid"}, {object{"sids": []any{1}}, "sids:type"}, {object{"all": true}, "expected:required"}, {object{"all": false, "expected": 1}, "all:choice"}, {object{"all": true, "expected": -1}, "expected:range"},
		{object{"filter": object{}, "expected": 9}, "filter:required"}, {object{"filter": object{"q": "  ", "kind": ""}, "expected": 9}, "filter:required"}, {object{"filter": object{"q": "nora"}}, "expected:required"},
		{object{"filter": object{"usr": "x"}, "expected": 9}, "filter.usr:unknown"}, {object{"filter": object{"user": "x", "ip": "y"}, "expected": 9}, "filter.ip:address filter.user:uuid"},
		{object{"filter": object{"q": 1}, "expected": 9}, "filter.q:type"}, {`{"filter":{"q":"a","q":"b"},"expected":9}`, "filter.q:duplicate"}, {`{"filter":{"q":"\ud800"},"expected":9}`, "filter:utf8"},
		{`{"filter":{"q":null},"expected":9}`, "filter.q:type"}, {`{"filter":[],"expected":9}`, "filter:type"}, {object{"filter": object{"limit": "1"}, "expected": 9}, "filter.limit:unknown"},
	} {
		require.Equal(t, row.want, p.post("/admin/sessions/end", row.body).fields(), fmt.Sprint(row.body))
	}
	nora.get("/auth/session").is(200)
	require.NotContains(t, r.log.String(), "request failed")
}
