package httpapi_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// begun is a device that waits.
type begun struct {
	*machine
	code, userCode string
}

func (r *replica) device() begun {
	r.t.Helper()
	m := r.machine()
	said := m.form("/oauth/device_authorization", "client_id", "cli").is(200).json()
	return begun{m, said["device_code"].(string), said["user_code"].(string)}
}

func (b begun) poll() answer {
	b.r.t.Helper()
	return b.form("/oauth/token", "grant_type", deviceGrant, "client_id", "cli", "device_code", b.code)
}

// later lets it ask again without waiting.
func (b begun) later() {
	b.r.t.Helper()
	b.r.exec(`UPDATE approvals SET polled_at = polled_at - make_interval(secs => every)`)
}

func TestADeviceGetsInWithACodeThatAPersonTypes(t *testing.T) {
	r := boot(t)
	p := r.person()
	got := r.machine().form("/oauth/device_authorization", "client_id", "cli").is(200)
	said := got.json()
	require.Equal(t, "device_code expires_in interval user_code verification_uri verification_uri_complete", members(said))
	require.Equal(t, []any{600.0, 5.0, publicURL + "/account/device"}, []any{said["expires_in"], said["interval"], said["verification_uri"]})
	require.Equal(t, publicURL+"/account/device?user_code="+said["user_code"].(string), said["verification_uri_complete"])
	require.Regexp(t, `^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$`, said["user_code"])
	d := begun{r.machine(), said["device_code"].(string), said["user_code"].(string)}

	d.poll().oauthError(400, "authorization_pending")
	shown := p.post("/oauth/device", object{"user_code": d.userCode}).is(200).json()
	require.Equal(t, "asked_at client device downstreams expires_at ip session", members(shown))
	require.Equal(t, "A command line", shown["client"].(map[string]any)["name"])
	require.Equal(t, []any{"127.0.0.1", "client"}, []any{shown["ip"], shown["device"].(map[string]any)["type"]})
	require.Equal(t, moment(t, shown["asked_at"]).Add(10*time.Minute).Unix(), moment(t, shown["expires_at"]).Unix())

	p.post("/oauth/device", object{"user_code": d.userCode, "approve": true}).fields()
	p.post("/oauth/device", object{"user_code": d.userCode, "approve": true, "password": "not the one it is"}).problem(401, "invalid_credentials")
	d.later()
	d.poll().oauthError(400, "authorization_pending")
	typed := " " + string(d.userCode[0]+'a'-'A') + d.userCode[1:4] + " " + d.userCode[5:]
	p.post("/oauth/device", object{"user_code": typed, "approve": true, "password": goodPassword}).is(204)
	p.post("/oauth/device", object{"user_code": d.userCode}).problem(404, "unknown_code")

	d.later()
	first := tokensOf(d.poll())
	d.token = first.access
	d.api("/api/record/").is(200)
	tokensOf(d.refresh("cli", first.refresh))
	require.Equal(t, "a-client/1.0 (Linux)", one[string](r, `SELECT user_agent FROM sessions WHERE kind = 'client'`))
	require.Equal(t, `{"amr": ["pwd"], "kind": "client", "client_id": "cli"}`, one[string](r, `SELECT detail::text FROM events WHERE name = 'session.created' AND sid = $1`, r.clientSID()))

	d.later()
	d.poll().oauthError(400, "invalid_grant")
	d.api("/api/record/").problem(401, "unauthenticated")
	const told = `SELECT count(*) FROM events WHERE name = 'authorization_code.reused'`
	require.Zero(t, one[int](r, told), "at once, its answer was lost: that is no theft")
	require.Equal(t, "signed_out", one[string](r, `SELECT reason FROM revocations`))
}

func TestADeviceCodeThatComesBackLaterIsAnotherMatter(t *testing.T) {
	r := boot(t)
	d := r.device()
	r.person().post("/oauth/device", object{"user_code": d.userCode, "approve": true, "password": goodPassword}).is(204)
	tokensOf(d.poll())
	r.exec(`UPDATE approvals SET used_at = used_at - interval '10 seconds'`)
	for range 3 {
		d.later()
		d.poll().oauthError(400, "invalid_grant")
	}
	require.Equal(t, "reuse", one[string](r, `SELECT reason FROM revocations`))
	require.Equal(t, 1, one[int](r, `SELECT count(*) FROM events WHERE name = 'authorization_code.reused'`), "and it is told once")
}

func TestADeviceThatIsDeniedOrTooLateIsToldSo(t *testing.T) {
	r := boot(t)
	p := r.person()
	d := r.device()
	p.post("/oauth/device", object{"user_code": d.userCode, "approve": false}).is(204)
	d.poll().oauthError(400, "access_denied")

	d = r.device()
	r.exec(`UPDATE approvals SET expires_at = expires_at - interval '10 minutes'`)
	p.post("/oauth/device", object{"user_code": d.userCode}).problem(404, "unknown_code")
	p.post("/oauth/device", object{"user_code": d.userCode, "approve": true, "password": goodPassword}).problem(404, "unknown_code")
	d.poll().oauthError(400, "expired_token")
	require.Zero(t, r.clientSessions())
}

func TestADeviceThatAsksTooSoonWaitsLonger(t *testing.T) {
	r := boot(t)
	p := r.person()
	d := r.device()
	p.post("/oauth/device", object{"user_code": d.userCode, "approve": true, "password": goodPassword}).is(204)
	r.exec(`UPDATE approvals SET polled_at = clock_timestamp()`)
	d.poll().oauthError(400, "slow_down")
	require.Equal(t, 10, one[int](r, `SELECT every FROM approvals`))
	d.poll().oauthError(400, "slow_down")
	require.Equal(t, 15, one[int](r, `SELECT every FROM approvals`))
	d.later()
	tokensOf(d.poll())
}

func TestADeviceCodeIsForTheClientThatAskedForIt(t *testing.T) {
	r := boot(t)
	d := r.device()
	r.person().post("/oauth/device", object{"user_code": d.userCode, "approve": true, "password": goodPassword}).is(204)
	d.post("http://"+r.at+"/oauth/token", "partner", serviceSecret, "grant_type", deviceGrant, "device_code", d.code).oauthError(400, "invalid_grant")
	d.redeem(d.code, "cli").oauthError(400, "invalid_grant")
	d.form("/oauth/token", "grant_type", deviceGrant, "client_id", "narrow", "device_code", d.code).oauthError(400, "unauthorized_client")
	d.form("/oauth/device_authorization", "client_id", "narrow").oauthError(400, "unauthorized_client")
	d.form("/oauth/device_authorization", "client_id", "partner").oauthError(401, "invalid_client")
	d.form("/oauth/device_authorization", "client_id", "cli", "scope", "all").oauthError(400, "invalid_scope")
	tokensOf(d.poll())
}

func TestGuessesAtADevicesCodeAreLimited(t *testing.T) {
	r := boot(t)
	p := r.person()
	d := r.device()
	answers := make(chan int)
	for range 20 {
		go func() {
			answers <- p.post("/oauth/device", object{"user_code": "BBBB-BBBB", "approve": true, "password": goodPassword}).status
		}()
	}
	looked := 0
	for range 20 {
		if <-answers == 404 {
			looked++
		}
	}
	require.LessOrEqual(t, looked, 5, "also of many at once no more than five are looked up")
	got := p.post("/oauth/device", object{"user_code": d.userCode})
	got.problem(429, "rate_limited")
	require.NotEmpty(t, got.header.Get("Retry-After"))
	r.person().post("/oauth/device", object{"user_code": d.userCode}).is(200)
	for _, odd := range []string{"", "BCDF", "BCDF-GHJA", "BCDF-GHJK-L", "ＢCDF-GHJK", "BCDF\x00GHJK", "<script>"} {
		r.person().post("/oauth/device", object{"user_code": odd}).problem(404, "unknown_code")
	}
}

func TestACodeOfOnesOwnBuysNoGuesses(t *testing.T) {
	r := boot(t)
	p := r.person()
	own := r.device()
	wrong := func() answer { return p.post("/oauth/device", object{"user_code": "BBBB-BBBB"}) }
	for range 3 {
		wrong().problem(404, "unknown_code")
	}
	p.post("/oauth/device", object{"user_code": own.userCode}).is(200)
	for range 2 {
		wrong().problem(404, "unknown_code")
	}
	wrong().problem(429, "rate_limited")
}

func TestRightCodesUseUpNoGuesses(t *testing.T) {
	r := boot(t)
	p := r.person()
	for range 8 {
		p.post("/oauth/device", object{"user_code": r.device().userCode}).is(200)
	}
}

func TestDevicesThatAskAreLimitedByTheirAddress(t *testing.T) {
	r := boot(t, func(s *setup) { s.limits.AddressFree = 3 })
	for range 3 {
		r.device()
	}
	got := r.machine().form("/oauth/device_authorization", "client_id", "cli")
	got.oauthError(429, "temporarily_unavailable")
	require.NotEmpty(t, got.header.Get("Retry-After"))
	require.Equal(t, 3, one[int](r, `SELECT count(*) FROM approvals`))
}

func TestApprovalsThatAreOverAreForgottenButForThoseThatASecondUseWouldEnd(t *testing.T) {
	r := boot(t)
	p := r.person()
	r.device()
	p.approved(asking("cli"))
	p.letIn("cli")
	r.exec(`UPDATE approvals SET expires_at = now() - interval '2 minutes'`)
	require.NoError(t, r.approvals().Sweep(t.Context()))
	require.Equal(t, []string{r.clientSID()}, many[string](r, `SELECT sid::text FROM approvals`))
	r.exec(`DELETE FROM sessions`)
	require.NoError(t, r.approvals().Sweep(t.Context()))
	require.Zero(t, one[int](r, `SELECT count(*) FROM approvals`))
}
