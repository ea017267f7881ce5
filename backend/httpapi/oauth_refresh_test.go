package httpapi_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// shownAgain lets a used token's first use be so long ago.
func (r *replica) shownAgain(after time.Duration) {
	r.t.Helper()
	r.exec(`UPDATE refresh_families SET used_at = clock_timestamp() - make_interval(secs => $1)`, after.Seconds())
}

func (r *replica) isReuse(sid string) {
	r.t.Helper()
	require.Equal(r.t, "reuse", one[string](r, `SELECT reason FROM revocations WHERE sid = $1`, sid))
	require.Equal(r.t, 1, one[int](r, `SELECT count(*) FROM events WHERE name = 'refresh_token.reused' AND sid = $1`, sid))
	require.Zero(r.t, r.clientSessions())
}

func TestTheNewestUsedTokenGetsTheSameSuccessorForTenSecondsOnEveryReplica(t *testing.T) {
	r := boot(t)
	other := r.beside()
	m, first := r.person().letIn("cli")
	second := tokensOf(m.refresh("cli", first.refresh))
	again := tokensOf((&machine{r: other}).refresh("cli", first.refresh))
	require.Equal(t, second.refresh, again.refresh)
	r.shownAgain(9 * time.Second)
	require.Equal(t, second.refresh, tokensOf(m.refresh("cli", first.refresh)).refresh)
	third := tokensOf(m.refresh("cli", second.refresh))
	require.NotEqual(t, second.refresh, third.refresh)
	m.token = again.access
	m.api("/api/record/").is(200)
}

func TestTheNewestUsedTokenAfterTenSecondsEndsTheSession(t *testing.T) {
	r := boot(t)
	other := r.beside()
	m, first := r.person().letIn("cli")
	sid := r.clientSID()
	second := tokensOf(m.refresh("cli", first.refresh))
	m.token = second.access
	m.api("/api/record/").is(200)
	r.shownAgain(10 * time.Second)
	m.refresh("cli", first.refresh).oauthError(400, "invalid_grant")
	r.isReuse(sid)
	m.api("/api/record/").problem(401, "unauthenticated")
	r.heardByOthers()
	(&machine{r: other, token: second.access}).api("/api/record/").problem(401, "unauthenticated")
	m.refresh("cli", second.refresh).oauthError(400, "invalid_grant")
}

func TestAnyOtherUsedTokenEndsTheSessionAtOnce(t *testing.T) {
	r := boot(t)
	m, first := r.person().letIn("cli")
	sid := r.clientSID()
	second := tokensOf(m.refresh("cli", first.refresh))
	third := tokensOf(m.refresh("cli", second.refresh))
	m.refresh("cli", first.refresh).oauthError(400, "invalid_grant")
	r.isReuse(sid)
	m.refresh("cli", third.refresh).oauthError(400, "invalid_grant")
}

func TestATokenThatIsDamagedOrMadeUpEndsNothing(t *testing.T) {
	r := boot(t)
	m, first := r.person().letIn("cli")
	flipped := "A"
	if strings.HasSuffix(first.refresh, "A") {
		flipped = "B"
	}
	for _, odd := range []string{
		first.refresh[:len(first.refresh)-1] + flipped, first.refresh[:len(first.refresh)-1], first.refresh + "A", first.refresh + " ",
		strings.ToUpper(first.refresh), strings.Replace(first.refresh, first.refresh[30:32], "zz", 1), "x", "vrt_" + strings.Repeat("A", 72),
		first.access, r.person().cookie,
	} {
		m.refresh("cli", odd).oauthError(400, "invalid_grant")
	}
	m.refresh("narrow", first.refresh).oauthError(400, "invalid_grant")
	require.Equal(t, 1, r.clientSessions())
	tokensOf(m.refresh("cli", first.refresh))
}

func TestTwentyRefreshesAtOnceOnTwoReplicasLeaveOneLiveChain(t *testing.T) {
	r := boot(t)
	other := r.beside()
	m, got := r.person().letIn("cli")
	for range 5 {
		answers := make(chan tokens)
		for n := range 20 {
			at := []*replica{r, other}[n%2]
			go func() { answers <- tokensOf((&machine{r: at}).refresh("cli", got.refresh)) }()
		}
		next := map[string]bool{}
		var one tokens
		for range 20 {
			one = <-answers
			next[one.refresh] = true
		}
		require.Len(t, next, 1, "all get the same successor")
		m.token = one.access
		m.api("/api/record/").is(200)
		got = one
	}
	require.Equal(t, 1, r.clientSessions())
	tokensOf(m.refresh("cli", got.refresh))
}

func TestRefreshingSlidesTheIdleLimitAndNeverPassesTheAbsoluteOne(t *testing.T) {
	r := boot(t)
	m, got := r.person().letIn("cli")
	const left = `SELECT round(extract(epoch FROM %s - now()) / 3600)::int FROM sessions WHERE kind = 'client'`
	hours := func(column string) int { return one[int](r, strings.Replace(left, "%s", column, 1)) }

	r.exec(`UPDATE sessions SET idle_expires_at = now() + interval '1 hour' WHERE kind = 'client'`)
	got = tokensOf(m.refresh("cli", got.refresh))
	require.Equal(t, []int{14 * 24, 90 * 24}, []int{hours("idle_expires_at"), hours("absolute_expires_at")})

	r.exec(`UPDATE sessions SET idle_expires_at = now() + interval '2 hours', absolute_expires_at = now() + interval '2 hours' WHERE kind = 'client'`)
	got = tokensOf(m.refresh("cli", got.refresh))
	require.Equal(t, []int{2, 2}, []int{hours("idle_expires_at"), hours("absolute_expires_at")})

	r.exec(`UPDATE sessions SET idle_expires_at = now() + interval '100 seconds', absolute_expires_at = now() + interval '100 seconds' WHERE kind = 'client'`)
	answer := m.refresh("cli", got.refresh)
	require.LessOrEqual(t, answer.is(200).json()["expires_in"].(float64), 100.0, "no token outlives its session")

	r.exec(`UPDATE sessions SET idle_expires_at = now() - interval '1 second' WHERE kind = 'client'`)
	m.refresh("cli", tokensOf(answer).refresh).oauthError(400, "invalid_grant")
	require.Zero(t, one[int](r, `SELECT count(*) FROM events WHERE name = 'refresh_token.reused'`), "it has ended by itself")
}

func TestOnlyHashesOfRefreshTokensAreKept(t *testing.T) {
	r := boot(t)
	m, first := r.person().letIn("cli")
	second := tokensOf(m.refresh("cli", first.refresh))
	for _, table := range many[string](r, `SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'`) {
		for _, row := range many[string](r, `SELECT t::text FROM `+table+` AS t`) {
			for _, secret := range []string{first.refresh, second.refresh, first.access, second.access} {
				require.NotContains(t, row, secret[len(secret)-40:], table)
			}
		}
	}
	for _, kept := range many[string](r, `SELECT unnest(ARRAY[current, used, family, encode(successor, 'base64')]) FROM refresh_families`) {
		m.refresh("cli", kept).oauthError(400, "invalid_grant")
	}
	require.NotContains(t, r.log.String(), second.refresh)
}

func TestAPasswordChangeOrADisablingEndsAClientsSessionToo(t *testing.T) {
	r := boot(t)
	p := r.person()
	m, got := p.letIn("cli")
	m.api("/api/record/").is(200)
	p.post("/auth/password", object{"current_password": goodPassword, "new_password": "another day, another walk"}).is(204)
	m.api("/api/record/").problem(401, "unauthenticated")
	m.refresh("cli", got.refresh).oauthError(400, "invalid_grant")

	p = r.person()
	m, got = p.letIn("cli")
	m.api("/api/record/").is(200)
	r.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, p.id)
	m.api("/api/record/").problem(401, "unauthenticated")
	m.refresh("cli", got.refresh).oauthError(400, "invalid_grant")
}
