package httpapi_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/postgres"
	"vestibule/backend/token"
)

func (r *replica) keeper() *token.Keeper {
	r.t.Helper()
	master, err := masterKeys()
	require.NoError(r.t, err)
	return token.NewKeeper(postgres.NewKeys(r.db), master, token.ES256)
}

// kids gives the keys that both doors of a replica publish.
func (r *replica) kids() []string {
	r.t.Helper()
	var both [2][]string
	for i, door := range []string{r.at, r.inside} {
		got, err := r.client.Get("http://" + door + "/.well-known/jwks.json")
		require.NoError(r.t, err)
		body, err := io.ReadAll(got.Body)
		require.NoError(r.t, err)
		require.NoError(r.t, got.Body.Close())
		require.Equal(r.t, "public, max-age=300", got.Header.Get("Cache-Control"))
		var set struct{ Keys []struct{ KID string } }
		require.NoError(r.t, json.Unmarshal(body, &set))
		for _, key := range set.Keys {
			both[i] = append(both[i], key.KID)
		}
	}
	return both[0]
}

// signedBy gives the key whose token a person's request arrives with.
func (p *person) signedBy() string {
	p.r.t.Helper()
	p.r.record.taken()
	p.get("/api/record/").is(200)
	head, _, _ := strings.Cut(strings.TrimPrefix(p.r.record.taken()[0].header.Get("Authorization"), "Bearer "), ".")
	text, err := base64.RawURLEncoding.DecodeString(head)
	require.NoError(p.r.t, err)
	var said struct{ KID string }
	require.NoError(p.r.t, json.Unmarshal(text, &said))
	return said.KID
}

// revoked reads the feed up to its next revoked key: two lines, exactly.
func (f *follower) revoked(t *testing.T) (kid string, at time.Time) {
	t.Helper()
	block := f.block()
	for block == beating {
		block = f.block()
	}
	data, is := strings.CutPrefix(block, "event: key_revoked\ndata: ")
	require.True(t, is, "%q", block)
	require.Equal(t, 1, strings.Count(data, "\n"), "%q", block)
	var said map[string]string
	require.NoError(t, json.Unmarshal([]byte(data), &said))
	require.Len(t, said, 2)
	require.Regexp(t, `Z$`, said["revoked_at"], "UTC")
	at, err := time.Parse(time.RFC3339Nano, said["revoked_at"])
	require.NoError(t, err)
	return said["kid"], at
}

func TestARevokedKeyIsToldByEveryFeedAndLeftByEveryReplica(t *testing.T) {
	r := boot(t)
	second := r.beside()
	here, there := r.person(), second.person()
	first := here.signedBy()
	require.Equal(t, first, there.signedBy())
	feeds := []*follower{r.follow(), second.follow()}
	for _, f := range feeds {
		require.Empty(t, f.untilBeat(t))
	}

	_, next, err := r.keeper().Compromised(t.Context(), "", event.Origin{})
	require.NoError(t, err)
	committed := time.Now()
	for _, f := range feeds {
		kid, at := f.revoked(t)
		require.Equal(t, first, kid)
		require.WithinDuration(t, r.clock.Now(), at, 5*time.Second)
		require.Less(t, time.Since(committed), time.Second)
	}
	for _, each := range []*replica{r, second} {
		require.Equal(t, []string{next.ID}, each.kids())
	}
	require.Less(t, time.Since(committed), time.Second)
	require.Equal(t, []string{next.ID, next.ID}, []string{here.signedBy(), there.signedBy()}, "what was kept is not used again")

	for _, each := range []*replica{r, second, r.beside()} {
		f := each.follow("Last-Event-ID", "0")
		kid, _ := f.revoked(t)
		require.Equal(t, first, kid, "also for who comes later, or comes again")
		require.Empty(t, f.untilBeat(t))
		require.Empty(t, f.untilBeat(t), "once")
	}
	ended := here.end()
	for _, f := range feeds {
		require.Equal(t, ended, f.next(t), "the feed goes on")
	}
}

func TestWhatComesBeforeTheFirstBeatIsEveryKeyThatStillMatters(t *testing.T) {
	r := boot(t)
	for minutes, told := range map[int]bool{0: true, 69: true, 71: false} {
		kid := fmt.Sprint("revoked-", minutes)
		r.exec(`INSERT INTO signing_keys (kid, alg, public, sealed, revoked_at) SELECT $1, alg, public, '', now() - make_interval(mins => $2) FROM signing_keys LIMIT 1`, kid, minutes)
		require.NotContains(t, r.kids(), kid)
		f, seen := r.follow(), false
		for block := f.block(); block != beating; block = f.block() {
			seen = seen || strings.Contains(block, kid)
		}
		require.Equal(t, told, seen, kid)
	}
}

func TestARevokedKeyIsGivenAtOnceAndNotWithTheNextBeat(t *testing.T) {
	r := boot(t)
	f := r.follow()
	require.Equal(t, beating, f.block())
	began := time.Now()
	for n := range 20 {
		r.exec(`INSERT INTO signing_keys (kid, alg, public, sealed, revoked_at) SELECT $1, alg, public, '', now() FROM signing_keys LIMIT 1`, fmt.Sprint(n))
		kid, _ := f.revoked(t)
		require.Equal(t, fmt.Sprint(n), kid)
	}
	require.Less(t, time.Since(began), 5*time.Second)
}

func TestARotationIsFollowedByItselfAndKeptTokensAreUsedToTheirEnd(t *testing.T) {
	r := boot(t)
	second := r.beside()
	here, there := r.person(), second.person()
	first := here.signedBy()
	require.Equal(t, first, there.signedBy())
	next, err := r.keeper().Rotate(t.Context(), time.Hour, event.Origin{})
	require.NoError(t, err)
	r.heardByOthers()
	r.listener.Heard(t.Context())
	for _, each := range []*replica{r, second} {
		require.ElementsMatch(t, []string{first, next.ID}, each.kids())
		require.Equal(t, first, each.person().signedBy())
	}
	r.exec(`UPDATE signing_keys SET signs_from = now() WHERE kid = $1`, next.ID)
	for _, each := range []*replica{r, second} {
		require.Equal(t, next.ID, each.person().signedBy())
	}
	require.Equal(t, []string{first, first}, []string{here.signedBy(), there.signedBy()}, "it is no reason to sign everything anew")

	r.exec(`UPDATE signing_keys SET signs_from = signs_from - interval '17 minutes'`)
	done, err := second.keeper().Tend(t.Context())
	require.NoError(t, err)
	require.Len(t, done, 1)
	r.heardByOthers()
	r.listener.Heard(t.Context())
	for _, each := range []*replica{r, second} {
		require.Equal(t, []string{next.ID}, each.kids())
	}
	require.Equal(t, []string{next.ID, next.ID}, []string{here.signedBy(), there.signedBy()})
	require.Equal(t, 200, r.followed(http.MethodHead).StatusCode)
}
