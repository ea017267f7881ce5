package httpapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// keyList gives the keys by their state, the newest of each.
func keyList(t *testing.T, got answer) map[string]map[string]any {
	t.Helper()
	by := map[string]map[string]any{}
	for _, each := range got.is(200).json()["keys"].([]any) {
		key := each.(map[string]any)
		require.Equal(t, "alg created_at kid leaves_at signs_from signs_until state", members(key))
		if by[key["state"].(string)] == nil {
			by[key["state"].(string)] = key
		}
	}
	return by
}

func TestAnAdministratorRotatesTheSigningKeys(t *testing.T) {
	r := boot(t)
	p := r.admin()
	signing := keyList(t, p.get("/admin/keys"))["signing"]
	require.Equal(t, "ES256", signing["alg"])
	from, until := moment(t, signing["signs_from"]), moment(t, signing["signs_until"])
	require.Equal(t, 30*24*time.Hour, until.Sub(from))
	require.Greater(t, moment(t, signing["leaves_at"]), until)

	a := &account{r: r, last: one[int64](r, `SELECT max(id) FROM events`)}
	after := keyList(t, p.post("/admin/keys/rotate", object{}))
	require.Equal(t, []string{"key.created"}, a.told())
	require.Equal(t, p.id, one[string](r, `SELECT actor_id::text FROM events ORDER BY id DESC LIMIT 1`))
	require.Equal(t, signing["kid"], after["signing"]["kid"])
	require.Equal(t, after["next"]["signs_from"], after["signing"]["signs_until"])
	require.WithinDuration(t, time.Now().Add(24*time.Hour), moment(t, after["next"]["signs_from"]), time.Minute)
	p.post("/admin/keys/rotate", object{}).problem(409, "key_waiting")

	gone := keyList(t, p.post("/admin/keys/rotate", object{"compromised": signing["kid"]}))["revoked"]
	require.Equal(t, []any{signing["kid"], nil}, []any{gone["kid"], gone["signs_until"]})
	require.Equal(t, []string{"key.revoked"}, a.told())
	p.post("/admin/keys/rotate", object{"compromised": signing["kid"]}).problem(409, "key_out")
	p.post("/admin/keys/rotate", object{"compromised": "\x00"}).problem(404, "key_not_found")
	require.Equal(t, "compromised:required", p.post("/admin/keys/rotate", object{"compromised": ""}).fields())
	require.Eventually(t, func() bool { return keyList(t, p.get("/admin/keys"))["signing"]["kid"] == after["next"]["kid"] }, within, 10*time.Millisecond)
}
