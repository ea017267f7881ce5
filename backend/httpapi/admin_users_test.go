package httpapi_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// list reads all pages of a list, and gives one member of each row, in order.
func (p *person) list(path, of, member string) (all []string) {
	p.r.t.Helper()
	after := ""
	for range 1000 {
		said := p.get(path + after).is(200).json()
		for _, row := range said[of].([]any) {
			all = append(all, fmt.Sprint(row.(map[string]any)[member]))
		}
		if said["next"] == "" {
			return all
		}
		after = "&after=" + said["next"].(string)
	}
	p.r.t.Fatal("the list has no end")
	return nil
}

// named makes an account without a password.
func (r *replica) named(email, name string) {
	r.t.Helper()
	r.exec(`INSERT INTO users (email, email_key, name, password_hash, created_at) VALUES ($1, lower($1), $2, '', now() - interval '1 hour')`, email, name)
}

func TestAnAdministratorListsPeopleAndWhatTheirSessionsTell(t *testing.T) {
	r := boot(t)
	p := r.admin()
	nora := r.person()
	nora.again()
	r.turn(`UPDATE sessions SET idle_expires_at = now() WHERE sid = $1`, nora.sid)
	r.named("away@example.com", "Away")
	said := p.get("/admin/users").is(200).json()
	require.Equal(t, "next total total_capped users", members(said))
	require.Equal(t, []any{"", 3.0, false}, []any{said["next"], said["total"], said["total_capped"]})
	listed := said["users"].([]any)
	require.Len(t, listed, 3)
	first, last := listed[0].(map[string]any), listed[2].(map[string]any) // the newest first
	require.Equal(t, "created_at disabled_at email id last_seen_at name role sessions", members(first))
	require.Equal(t, []any{nora.id, nora.email, "Nora Quist", "user", nil, 1.0}, []any{first["id"], first["email"], first["name"], first["role"], first["disabled_at"], first["sessions"]})
	moment(t, first["created_at"])
	moment(t, first["last_seen_at"])
	require.Equal(t, []any{"Away", nil, 0.0}, []any{last["name"], last["last_seen_at"], last["sessions"]})
	require.Equal(t, first, p.get("/admin/users/" + nora.id).is(200).json()["user"])
	for _, id := range []string{uuid.NewString(), "x", "%20", uuid.Nil.String()} {
		p.get("/admin/users/"+id).problem(404, "not_found")
	}
}

func TestPeopleAreFoundByTheBeginningOfTheirAddressOrOfAWordOfTheirName(t *testing.T) {
	r := boot(t)
	p := r.admin()
	for email, name := range map[string]string{
		"oe@example.com": "Ödön Égré", "wei@example.com": "王 小明", "quote@example.com": `Conan O'Brien \ ':* & | ! ( )`,
		"dash@example.com": "Anna-Lena Groß", "Upper@Example.com": "LOUD NAME", "percent_%@example.com": "Per\u00a0Cent",
	} {
		r.named(email, name)
	}
	found := func(q string) string {
		return strings.Join(p.list("/admin/users?limit=1&q="+url.QueryEscape(q), "users", "email"), " ")
	}
	for q, want := range map[string]string{
		"oe@": "oe@example.com", "OE@EX": "oe@example.com", "ödö": "oe@example.com", "ÉG": "oe@example.com", "égré ödön": "oe@example.com",
		"dön": "", "example.com": "", "小": "wei@example.com", "王": "wei@example.com", "明": "", "o'b": "quote@example.com", `\`: "quote@example.com",
		"':*": "quote@example.com", "&": "quote@example.com", "'": "quote@example.com", "anna-l": "dash@example.com", "GROß": "dash@example.com", "upper@example.COM": "Upper@Example.com", "loud name": "Upper@Example.com",
		"loud nobody": "", "percent_%": "percent_%@example.com", "percent_x": "", "%": "", "cent": "percent_%@example.com", "':* | 'w": "", strings.Repeat("x", 254): "",
	} {
		require.Equal(t, want, found(q), q)
	}
	require.Len(t, p.list("/admin/users?q=%20%20", "users", "id"), 7, "spaces ask for nothing")
}

func TestAListIsReadPageByPageWithoutGapsOrRepeatsWhileOthersRegister(t *testing.T) {
	r := boot(t)
	p := r.admin()
	r.exec(`INSERT INTO users (email, email_key, name, password_hash, created_at, role, disabled_at)
		SELECT n || '@example.com', n || '@example.com', 'N', '', date_trunc('minute', now()) - (n / 10) * interval '1 minute', CASE WHEN n % 3 = 0 THEN 'admin' ELSE 'user' END,
		       CASE WHEN n % 5 = 0 THEN now() END FROM generate_series(1, 95) AS n`)
	all := many[string](r, `SELECT id::text FROM users ORDER BY created_at DESC, id DESC`)
	require.Equal(t, all, p.list("/admin/users?limit=7", "users", "id"))
	for query, condition := range map[string]string{"role=admin": "role = 'admin'", "disabled=true": "disabled_at IS NOT NULL", "role=user&disabled=false": "role = 'user' AND disabled_at IS NULL"} {
		want := many[string](r, `SELECT id::text FROM users WHERE `+condition+` ORDER BY created_at DESC, id DESC`)
		require.Equal(t, want, p.list("/admin/users?limit=7&"+query, "users", "id"))
		require.EqualValues(t, len(want), p.get("/admin/users?" + query).json()["total"])
	}
	said := p.get("/admin/users?limit=50").json()
	r.named("new@example.com", "New") // an hour old, as far as the list knows
	r.exec(`UPDATE users SET created_at = now() WHERE email = 'new@example.com'`)
	rest := p.list("/admin/users?limit=50&after="+said["next"].(string), "users", "id")
	require.Equal(t, all[50:], rest)
}

func TestAnAdministratorChangesRolesAndClosesAccountsAndTheirSessionsEndEverywhere(t *testing.T) {
	r := boot(t)
	beside := r.beside()
	p, nora := r.admin(), beside.person()
	nora.get("/auth/session").is(200)
	a := &account{r: r, last: one[int64](r, `SELECT max(id) FROM events`)}

	said := p.send("PATCH", "/admin/users/"+nora.id, object{"role": "admin"}).is(200).json()["user"].(map[string]any)
	require.Equal(t, []any{"admin", 0.0}, []any{said["role"], said["sessions"]})
	moment(t, said["last_seen_at"]) // who has no session any more was here all the same
	require.Equal(t, []string{"session.ended", "role.changed"}, a.told())
	a.beside(`users WHERE id = $1`, nora.id)
	require.Equal(t, p.id, one[string](r, `SELECT actor_id::text FROM events ORDER BY id DESC LIMIT 1`))
	nora.get("/auth/session").problem(401, "unauthenticated")
	require.Equal(t, "account_changed", one[string](r, `SELECT reason FROM revocations WHERE sid = $1`, nora.sid))

	nora = nora.again()
	nora.get("/admin/users").is(200)
	p.send("PATCH", "/admin/users/"+nora.id, object{"role": "admin"}).is(200)
	p.send("PATCH", "/admin/users/"+nora.id, object{}).is(200)
	nora.get("/admin/users").is(200)
	a.told()
	p.send("PATCH", "/admin/users/"+nora.id, object{"role": "user", "disabled": true}).is(200)
	require.Equal(t, []string{"session.ended", "role.changed", "user.disabled"}, a.told())
	nora.get("/admin/users").problem(401, "unauthenticated")
	nora.signIn(nora.email, goodPassword).problem(401, "invalid_credentials")
	a.told()
	p.send("PATCH", "/admin/users/"+nora.id, object{"disabled": false}).is(200)
	require.Equal(t, []string{"user.enabled"}, a.told())

	for _, change := range []object{{"role": "user"}, {"disabled": true}, {"role": "user", "disabled": true}, {"role": "admin", "disabled": true}} {
		p.send("PATCH", "/admin/users/"+p.id, change).problem(409, "last_admin")
	}
	p.send("PATCH", "/admin/users/"+p.id, object{"role": "admin", "disabled": false}).is(200)
	require.Empty(t, a.told())
	p.send("PATCH", "/admin/users/"+uuid.NewString(), object{"role": "user"}).problem(404, "not_found")
	require.Equal(t, "role:choice", p.send("PATCH", "/admin/users/"+nora.id, object{"role": "root"}).fields())
}

func TestAListSaysWhatIsWrongWithWhatItIsAsked(t *testing.T) {
	r := boot(t)
	p := r.admin()
	for query, want := range map[string]string{
		"limit=0": "limit:range", "limit=201": "limit:range", "limit=x": "limit:range", "limit=-1": "limit:range", "limit=1e1": "limit:range",
		"after=x": "after:cursor", "after=AAAA": "after:cursor", "after=" + strings.Repeat("A", 32): "after:cursor", "after=" + strings.Repeat("_", 32): "after:cursor",
		"after=" + strings.Repeat("A", 5000): "after:cursor", "q=%ff": "q:utf8", "q=%00": "q:characters", "q=a%0Ab": "q:characters", "q=" + strings.Repeat("x", 255): "q:too_long",
		"role=root": "role:choice", "disabled=1": "disabled:choice", "rolle=admin": "rolle:unknown", "role=admin&role=user": "role:duplicate", "a%ffb=1": "a�b:unknown",
		"role=x&limit=0&disabled=x": "disabled:choice limit:range role:choice",
	} {
		require.Equal(t, want, p.get("/admin/users?"+query).fields(), query)
	}
	require.NotContains(t, r.log.String(), "request failed")
}
