package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres/pgtest"
)

// What no answer of the lab may look like: a JWT, a refresh token, or anything of 256 bits.
var secretLooking = []*regexp.Regexp{
	regexp.MustCompile(`eyJ[A-Za-z0-9_-]{8,}`),
	regexp.MustCompile(`[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`),
	regexp.MustCompile(`vrt_`),
	regexp.MustCompile(`[A-Za-z0-9_-]{40,}`),
	regexp.MustCompile(`__Host-session=`),
}

// laboratory is `vestibule dev`, and somebody who is signed in there.
type laboratory struct {
	*running
	cookie   string
	database string
}

func newLaboratory(t *testing.T) *laboratory {
	t.Helper()
	database := pgtest.URL(t)
	r := start(t, []string{"VESTIBULE_DATA_DIR=" + dataDir(t), "VESTIBULE_DATABASE_URL=" + database}, "dev")
	return &laboratory{running: r, database: database, cookie: signIn(t, r.url, demoEmail, demoPassword)}
}

// begin starts an experiment, through Vestibule as a page does.
func (l *laboratory) begin(ctx context.Context, experiment, body string) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.url+"/api/lab/runs/"+experiment, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Cookie", l.cookie)
	request.Header.Set("X-CSRF", "1")
	request.Header.Set("Content-Type", "application/json")
	return http.DefaultClient.Do(request)
}

type line map[string]any

// kind gives those of one kind, in which each of the other members is as asked.
func kind(lines []line, name string, members line) []line {
	var found []line
	for _, l := range lines {
		fits := l["kind"] == name
		for member, value := range members {
			fits = fits && l[member] == value
		}
		if fits {
			found = append(found, l)
		}
	}
	return found
}

func (l *laboratory) read(text string) line {
	l.t.Helper()
	for _, pattern := range secretLooking {
		require.NotRegexp(l.t, pattern, text)
	}
	var one line
	require.NoError(l.t, json.Unmarshal([]byte(text), &one), text)
	return one
}

// all runs an experiment to its end.
func (l *laboratory) all(experiment, body string) []line {
	l.t.Helper()
	answer, err := l.begin(l.t.Context(), experiment, body)
	require.NoError(l.t, err)
	defer answer.Body.Close()
	require.Equal(l.t, http.StatusOK, answer.StatusCode)
	require.Equal(l.t, "application/x-ndjson", answer.Header.Get("Content-Type"))
	text, err := io.ReadAll(answer.Body)
	require.NoError(l.t, err)
	var lines []line
	for one := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
		lines = append(lines, l.read(one))
	}
	require.Len(l.t, kind(lines, "done", nil), 1, string(text))
	return lines
}

// count asks the database itself.
func (l *laboratory) count(statement string) (n int) {
	l.t.Helper()
	conn, err := pgx.Connect(l.t.Context(), l.database)
	require.NoError(l.t, err)
	defer conn.Close(l.t.Context())
	require.NoError(l.t, conn.QueryRow(l.t.Context(), statement).Scan(&n))
	return n
}

const (
	labPersons  = `SELECT count(*) FROM users WHERE email LIKE 'lab-%@example.com'`
	labSessions = `SELECT count(*) FROM sessions JOIN users ON users.id = user_id WHERE email LIKE 'lab-%@example.com'`
)

func TestTheLabEndsOneSessionAndOnlyTheSignatureGoesOnBeingTaken(t *testing.T) {
	l := newLaboratory(t)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	answer, err := l.begin(ctx, "revoke", "{}")
	require.NoError(t, err)
	defer answer.Body.Close()
	var lines []line
	lately := func(lane string, admitted bool) int {
		return len(kind(lines, "probe", line{"lane": lane, "admitted": admitted}))
	}
	for said := bufio.NewScanner(answer.Body); lately("cookie", false) < 12 || lately("feed", false) < 12 || len(kind(lines, "closed", nil)) < 2; {
		require.True(t, said.Scan(), "it ended before both were refused: %v", lines)
		lines = append(lines, l.read(said.Text()))
	}
	ended := len(lines)
	for n, one := range lines {
		if one["kind"] == "ended" {
			ended = n
		}
	}
	require.Less(t, ended, len(lines))
	after := lines[ended:]
	require.Empty(t, kind(after, "probe", line{"lane": "cookie", "admitted": true}), "sent after the answer of the replica that ended it")
	for _, lane := range []string{"cookie", "feed", "signature"} {
		require.Len(t, kind(lines, "probe", line{"lane": lane, "before": true, "admitted": true}), 6, lane)
	}
	require.NotEmpty(t, kind(after, "probe", line{"lane": "signature", "admitted": true}))
	require.Empty(t, kind(lines, "probe", line{"lane": "signature", "admitted": false}), "its signature is good until it expires")
	require.Len(t, kind(lines, "closed", line{"stream": "live", "reason": "signed_out"}), 1)
	require.Len(t, kind(lines, "closed", line{"stream": "downstream"}), 1)
	ending := kind(lines, "ending", nil)[0]
	require.Greater(t, ending["expires_ms"], 200_000.0, "a token of five minutes")

	leave()
	status, _ := ask(t, "GET", l.url+"/auth/session", l.cookie)
	require.Equal(t, http.StatusOK, status, "nobody's session but the throw-away person's ended")
}

func TestTheLabMeasuresStealsAndFollowsAndTellsNoSecret(t *testing.T) {
	l := newLaboratory(t)
	cost := kind(l.all("cost", `{"requests": 20}`), "result", nil)[0]
	require.ElementsMatch(t, []string{"cookie", "feed", "signature", "lookup"}, keys(cost["ways"].(map[string]any)))
	require.GreaterOrEqual(t, cost["lookups_by_outcome"].(map[string]any)["cache"], 20.0)
	parts := func(way string) []string {
		return keys(cost["ways"].(map[string]any)[way].(map[string]any)["parts_ms"].(map[string]any))
	}
	require.ElementsMatch(t, []string{"session", "token", "upstream"}, parts("cookie"))
	require.Equal(t, []string{"signature"}, parts("feed"))
	require.Equal(t, []string{"database"}, parts("lookup"))

	lines := l.all("scale", `{"rate": 100, "sessions": 5000}`)
	for _, measured := range kind(lines, "measured", line{"what": "lookups"}) {
		require.Positive(t, measured["per_second"])
	}
	require.Len(t, kind(lines, "result", line{"simulated": true}), 1)

	theft := func(lines []line, did string) line {
		found := kind(lines, "step", line{"did": did})
		require.Len(t, found, 1, did)
		return found[0]
	}
	lines = l.all("theft", "{}")
	require.Equal(t, "invalid_grant", theft(lines, "replayed")["code"])
	api := kind(lines, "step", line{"did": "asked_api"})
	require.Equal(t, []any{200.0, 401.0}, []any{api[0]["status"], api[1]["status"]}, "the family's session has ended")
	require.Equal(t, "refresh_token.reused", theft(lines, "recorded")["event"])
	for did, status := range map[string]float64{"tried_cookie": 401, "tried_bearer": 401, "tried_refresh": 400, "still_in": 200,
		"shown_as_it_is": 200, "made_administrator": 401, "shown_elsewhere": 401} {
		require.Equal(t, status, theft(lines, did)["status"], did)
	}

	lines = l.all("anatomy", "{}")
	require.Len(t, kind(lines, "hop", line{"pass": "again"}), 7)
	require.Equal(t, "database", kind(lines, "hop", line{"hop": "session", "pass": "first"})[0]["source"])
	require.Equal(t, "cache", kind(lines, "hop", line{"hop": "session", "pass": "again"})[0]["source"])
	gone := kind(lines, "hop", line{"hop": "downstream", "pass": "again"})[0]["missing"]
	require.ElementsMatch(t, []any{"Cookie", "Forwarded", "X-Forwarded-For", "X-Real-Ip"}, gone)
	require.Equal(t, []any{"Set-Cookie", "Access-Control-Allow-Origin"}, kind(lines, "hop", line{"hop": "answer", "pass": "again"})[0]["missing"])
	require.Len(t, kind(lines, "refusal", nil), 6)

	require.Equal(t, 1, l.count(labPersons), "one throw-away person for all")
	require.Zero(t, l.count(labSessions), "what it began, it has ended")
}

func TestOfTwoExperimentsOfOnePersonTheLaterOneRunsAndBothEndWhatTheyBegan(t *testing.T) {
	l := newLaboratory(t)
	first, err := l.begin(t.Context(), "revoke", "{}")
	require.NoError(t, err)
	defer first.Body.Close()
	said := bufio.NewReader(first.Body)
	_, err = said.ReadString('\n')
	require.NoError(t, err)

	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	second, err := l.begin(ctx, "revoke", "{}")
	require.NoError(t, err)
	defer second.Body.Close()
	rest, err := io.ReadAll(said)
	require.NoError(t, err, "it is ended in order, not cut")
	require.Contains(t, string(rest), `"code":"replaced"`)
	_, err = bufio.NewReader(second.Body).ReadString('\n')
	require.NoError(t, err)
	leave() // the page is closed
	require.Eventually(t, func() bool { return l.count(labSessions) == 0 }, endsWithin, 10*time.Millisecond)
}

func TestTheLabTakesNoOptionsThatItDoesNotKnow(t *testing.T) {
	l := newLaboratory(t)
	for _, c := range []struct {
		experiment, body, code string
		status                 int
	}{
		{"nothing", "{}", "not_found", 404},
		{"cost", "", "malformed_json", 400},
		{"cost", `{"requests": "many"}`, "malformed_json", 400},
		{"cost", `{"replicas": 3}`, "malformed_json", 400},
		{"cost", `{} {}`, "malformed_json", 400},
		{"cost", `{"requests": 100000}`, "validation_failed", 422},
		{"scale", `{"rate": -1}`, "validation_failed", 422},
	} {
		answer, err := l.begin(t.Context(), c.experiment, c.body)
		require.NoError(t, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, c.status, answer.StatusCode, "%v: %s", c, body)
		require.Contains(t, string(body), `"code":"`+c.code+`"`)
	}
	status, page := ask(t, "GET", l.url+"/account/lab", l.cookie)
	require.Equal(t, http.StatusOK, status, "the pages are those that `make build` builds")
	require.Contains(t, page, `<meta name="vestibule-lab" content="yes" />`)
	for _, door := range []string{"/api/lab/lookup/door", "/api/lab/hop"} {
		status, _ := ask(t, "GET", l.url+door, l.cookie)
		require.Contains(t, []int{http.StatusUnauthorized, http.StatusNotFound}, status, "it is the lab's own: %s", door)
	}
}

func keys(of map[string]any) []string {
	var names []string
	for name := range of {
		names = append(names, name)
	}
	return names
}
