package httpapi_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/event"
	"vestibule/backend/user"
)

// signIn tries one address and password.
func (b *browser) signIn(email, password string) answer {
	b.r.t.Helper()
	return b.post("/auth/login", object{"email": email, "password": password})
}

// fail makes failures, each of which must be answered as one.
func (b *browser) fail(email string, times int) {
	b.r.t.Helper()
	for range times {
		b.signIn(email, "not the one it is").problem(401, "invalid_credentials")
	}
}

// waits holds an answer to be 429, and gives the seconds that it asks for.
func waits(t *testing.T, got answer) int {
	t.Helper()
	got.problem(http.StatusTooManyRequests, "rate_limited")
	seconds, err := strconv.Atoi(got.header.Get("Retry-After"))
	require.NoError(t, err)
	require.Positive(t, seconds)
	return seconds
}

func TestAtSignInNothingTellsWhetherAnAddressHasAnAccount(t *testing.T) {
	users, attempts := &watchedUsers{}, &countingAttempts{}
	r := boot(t, func(s *setup) { s.users, s.attempts = users.around, attempts.around })
	known, disabled := r.person(), r.person()
	r.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, disabled.id)

	look := func(email, password string) (answer, int, [3]int64) {
		users.lookUps()
		attempts.taken()
		got := r.visitor().signIn(email, password)
		got.problem(401, "invalid_credentials")
		require.Contains(t, got.body, got.json()["request_id"])
		got.body = strings.ReplaceAll(got.body, got.json()["request_id"].(string), "")
		got.header.Del("Date")
		return got, users.lookUps(), attempts.taken()
	}
	first, lookUps, asked := look("nobody@example.com", "not the one it is")
	require.Equal(t, 1, lookUps)
	require.Equal(t, [3]int64{2, 1, 0}, asked)
	for _, pair := range [][2]string{
		{known.email, "not the one it is"}, {known.email, "x"}, {known.email, ""}, {disabled.email, goodPassword},
		{disabled.email, "not the one it is"}, {"no address", "x"}, {"", ""}, {"nul\x00@example.com", "x"}, {known.email + "\x00", goodPassword},
	} {
		got, n, same := look(pair[0], pair[1])
		require.Equal(t, first.body, got.body, pair)
		require.Equal(t, first.header, got.header, pair)
		require.Equal(t, lookUps, n, pair)
		require.Equal(t, asked, same, pair)
	}
}

func TestEverySignInWaitsForAHashWhetherOrNotTheAddressExists(t *testing.T) {
	users := &watchedUsers{held: make(chan struct{}), release: make(chan struct{})}
	r := boot(t, func(s *setup) { s.users, s.hashing.Slots, s.hashing.Queue = users.around, 1, 0 })
	known, disabled, busy := r.person(), r.person(), r.person()
	r.exec(`UPDATE users SET disabled_at = now() WHERE id = $1`, disabled.id)
	users.hold = busy.email

	done := make(chan answer)
	go func() { done <- r.visitor().signIn(busy.email, goodPassword) }()
	<-users.held // the only slot is taken
	for _, email := range []string{known.email, disabled.email, "nobody@example.com", "no address"} {
		got := r.visitor().signIn(email, goodPassword)
		got.problem(503, "busy")
		require.Equal(t, "2", got.header.Get("Retry-After"))
	}
	r.visitor().post("/auth/register", object{"email": "new@example.com", "password": goodPassword, "name": "New"}).problem(503, "busy")
	known.post("/auth/step-up", object{"password": goodPassword}).problem(503, "busy")
	known.post("/auth/password", object{"current_password": goodPassword, "new_password": "another day, another walk"}).problem(503, "busy")
	known.get("/auth/session").is(200) // everything else goes on
	known.get("/api/orders/").is(200)
	close(users.release)
	(<-done).is(200)
	r.visitor().signIn(known.email, goodPassword).is(200)
}

func TestFiveFailuresAtOneAccountFromOneAddressMakeItWaitAtEveryReplica(t *testing.T) {
	r := boot(t)
	second := r.beside()
	p, other := r.person(), r.person()
	b := r.visitor().from("203.0.113.9")
	b.fail(p.email, 3)
	b.at(second).fail(p.email, 2)
	for _, replica := range []*replica{r, second} {
		require.InDelta(t, 30, waits(t, b.at(replica).signIn(p.email, goodPassword)), 10, "also with the right password")
	}
	b.signIn(strings.ToUpper(p.email), goodPassword).problem(429, "rate_limited")
	b.at(second).signIn(other.email, goodPassword).is(200)
	r.visitor().from("203.0.113.10").signIn(p.email, goodPassword).is(200)

	stranger := r.visitor().from("203.0.113.9") // an account that does not exist is counted like one that does
	stranger.fail("nobody@example.com", 5)
	waits(t, stranger.signIn("nobody@example.com", goodPassword))
}

func TestXForwardedForCountsOnlyFromATrustedProxy(t *testing.T) {
	r := boot(t, func(s *setup) { s.trusted = nil })
	p := r.person()
	for _, claimed := range []string{"203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "203.0.113.5"} {
		r.visitor().from(claimed).fail(p.email, 1)
	}
	waits(t, r.visitor().from("203.0.113.6").signIn(p.email, goodPassword))
	require.Equal(t, []string{"127.0.0.1"}, many[string](r, `SELECT DISTINCT ip FROM events WHERE name LIKE 'sign_in.%'`))
}

func TestGuessesAtManyAccountsFromOneAddressMakeItWait(t *testing.T) {
	r := boot(t, func(s *setup) { s.limits.AddressFree = 4 })
	p := r.person()
	b := r.visitor().from("203.0.113.9")
	for _, email := range []string{"a@example.com", "b@example.com", "c@example.com", "d@example.com"} {
		b.fail(email, 1)
	}
	waits(t, b.signIn("e@example.com", "x"))
	waits(t, b.signIn(p.email, goodPassword))
	r.visitor().signIn(p.email, goodPassword).is(200)
}

func TestAnAccountStopsAfterTheBoundUntilItIsUnlocked(t *testing.T) {
	r := boot(t, func(s *setup) { s.limits.AccountStop = 6 })
	p := r.person()
	for _, ip := range []string{"203.0.113.1", "203.0.113.2", "203.0.113.3"} {
		r.visitor().from(ip).fail(p.email, 2)
	}
	require.Equal(t, 3600, waits(t, r.visitor().from("203.0.113.99").signIn(p.email, goodPassword)))
	p.get("/auth/session").is(200) // who is signed in stays so
	require.NoError(t, r.users.Unlock(t.Context(), p.email, event.Origin{}))
	r.visitor().from("203.0.113.99").signIn(p.email, goodPassword).is(200)
	require.Equal(t, 1, one[int](r, `SELECT count(*) FROM events WHERE name = 'user.unlocked' AND user_id = $1`, p.id))
}

func TestGuessingAtStepUpIsLimitedLikeSigningIn(t *testing.T) {
	r := boot(t)
	p := r.person()
	for range 3 {
		p.post("/auth/step-up", object{"password": "not the one it is"}).problem(401, "invalid_credentials")
	}
	for range 2 {
		p.post("/auth/password", object{"current_password": "not the one it is", "new_password": "another day, another walk"}).problem(401, "invalid_credentials")
	}
	waits(t, p.post("/auth/step-up", object{"password": goodPassword}))
	waits(t, p.post("/auth/password", object{"current_password": goodPassword, "new_password": "another day, another walk"}))
	r.visitor().signIn(p.email, goodPassword).is(200) // counted apart
	p.get("/auth/session").is(200)
}

func TestRegistrationsFromOneAddressAreLimited(t *testing.T) {
	r := boot(t, func(s *setup) { s.limits.RegistrationFree = 2 })
	r.person()
	r.person()
	got := r.visitor().post("/auth/register", object{"email": "c@example.com", "password": goodPassword, "name": "C"})
	waits(t, got)
	r.visitor().from("203.0.113.9").post("/auth/register", object{"email": "c@example.com", "password": goodPassword, "name": "C"}).is(201)
}

func TestAPasswordIsHashedAgainWhenTheParametersRise(t *testing.T) {
	r := boot(t)
	p := r.person()
	hash := func() string { return one[string](r, `SELECT password_hash FROM users WHERE id = $1`, p.id) }
	require.Contains(t, hash(), "$m=64,t=1,p=1$")
	dearer := r.beside(func(s *setup) { s.hashing.MemoryKiB, s.hashing.Iterations = 128, 2 })
	p.at(dearer).fail(p.email, 1)
	require.Contains(t, hash(), "$m=64,t=1,p=1$")
	p.at(dearer).get("/auth/session").is(200)
	r.visitor().at(dearer).signIn(p.email, goodPassword).is(200)
	require.Contains(t, hash(), "$m=128,t=2,p=1$")
	p.get("/auth/session").is(200) // the password is the same: nothing ends
	before := hash()
	r.visitor().signIn(p.email, goodPassword).is(200)
	require.Equal(t, before, hash(), "never back to less")
}

func TestANewPasswordThatBreaksARuleIsRefusedWithTheReason(t *testing.T) {
	r := boot(t)
	b := r.visitor()
	for password, rule := range map[string]string{
		"":                                "too_short",
		"fourteen chars":                  "too_short",
		strings.Repeat("ab cd ", 22):      "too_long",
		strings.Repeat("a", 20):           "repetitive",
		"abcdefghijklmnopqrstuvwxyz":      "repetitive",
		"qwertyuiopasdfgh":                "repetitive",
		"passwordpassword":                "common",
		"nora.quist@example.com":          "own_email",
		"Nora Quist Nora Quist":           "own_name",
		"vestibulevestibule":              "service_name",
		strings.Repeat("\U0001f600", 129): "too_long",
	} {
		got := b.post("/auth/register", object{"email": "nora.quist@example.com", "password": password, "name": "Nora Quist"})
		require.Equal(t, "password:"+rule, got.fields(), password)
		if password != "" {
			require.NotContains(t, got.body, password)
		}
	}
	for i, password := range []string{ // no composition rules, any characters, each code point counts as one
		"all small letters here", "               x               ", "2718281828459045", "пароль из пятнадцати", strings.Repeat("é", 7) + "12345678",
		"nul \x00 is a character too", strings.Repeat("ab cd ", 21) + "ab",
	} {
		email := strconv.Itoa(i) + "@example.com"
		r.visitor().post("/auth/register", object{"email": email, "password": password, "name": "A"}).is(201)
		r.visitor().signIn(email, password).is(200)
		r.visitor().signIn(email, password+" ").is(map[bool]int{true: 401, false: 422}[len(password) < 128])
		r.visitor().signIn(email, strings.TrimSpace(password[:len(password)-1])).problem(401, "invalid_credentials")
	}
	require.Equal(t, "email:syntax name:required password:too_short",
		b.post("/auth/register", object{"email": "x", "password": "y", "name": " "}).fields(), "all that is wrong is said at once")
}

func TestTheWaitGrowsWithEachFurtherFailure(t *testing.T) {
	r := boot(t, func(s *setup) { s.limits = shortLimits() })
	p := r.person()
	b := r.visitor().from("203.0.113.9")
	b.fail(p.email, 2)
	last := 0
	for range 3 {
		seconds := waits(t, b.signIn(p.email, goodPassword))
		require.Greater(t, seconds, last)
		last = seconds
		r.exec(`UPDATE attempts SET blocked_until = now() WHERE blocked_until > now()`)
		b.fail(p.email, 1)
	}
	r.exec(`UPDATE attempts SET blocked_until = now() WHERE blocked_until > now()`)
	b.signIn(p.email, goodPassword).is(200)
	b.fail(p.email, 2) // a success forgives: counted from nothing
}

func shortLimits() user.Limits {
	limits := usualLimits
	limits.PairFree, limits.First, limits.Most, limits.RegistrationFree = 2, 10*time.Second, time.Hour, 10_000
	return limits
}
