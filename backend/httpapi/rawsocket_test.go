package httpapi_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// smuggling is one way to hide a second request in a first (FEASIBILITY.md, 3.3; RFC 9112, 11.2).
type smuggling struct {
	name   string
	first  string // what follows the usual head's first lines: headers, an empty line, the body
	status int    // of the one answer; 0: none, or a refusal
}

// lines ends each of them, and adds the empty one that ends a head.
func lines(headers ...string) string { return strings.Join(append(headers, "", ""), "\r\n") }

// smugglings are what might make two programs disagree where a request ends. Each is followed by the
// hidden request; "%s" is where it lies inside of the first one.
func smugglings(hidden string) []smuggling {
	length := fmt.Sprintf("Content-Length: %d", len(hidden))
	chunk := fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(hidden), hidden)
	const chunked = "Transfer-Encoding: chunked"
	table := []smuggling{
		{"a length and chunks", lines("Content-Length: 5", chunked) + "0\r\n\r\n" + hidden, 400},
		{"chunks and a length", lines(chunked, "Content-Length: 5") + "0\r\n\r\n" + hidden, 400},
		{"chunks and a length that covers all", lines(chunked, length) + "0\r\n\r\n" + hidden, 400},
		{"two lengths", lines("Content-Length: 0", length) + hidden, 400},
		{"two lengths, the other way", lines(length, "Content-Length: 0") + hidden, 400},
		{"the same length twice", lines(length, length) + hidden, 400},
		{"chunked twice", lines(chunked, chunked) + "0\r\n\r\n" + hidden, 400},
		{"identity and a length", lines("Transfer-Encoding: identity", "Content-Length: 0") + hidden, 0},
		{"a space before the colon", lines("Transfer-Encoding : chunked") + "0\r\n\r\n" + hidden, 400},
		{"a space before the colon of a length", lines("Content-Length : 0") + hidden, 400},
		{"an underscore", lines("Content_Length: 0") + hidden, 400},
		{"a space in a name", lines("X A: b") + hidden, 400},
		{"a header without a colon", lines("X-A") + hidden, 400},
		{"a header without a name", lines(": b") + hidden, 400},
		{"a carriage return in a value", lines("X-A: b\rContent-Length: 0") + hidden, 400},
		{"a NUL in a value", lines("X-A: b\x00c") + hidden, 400},
		{"a folded encoding", lines("Transfer-Encoding:\r\n chunked") + "0\r\n\r\n" + hidden, 400},
		{"a folded value that looks like a header", lines("X-A: b\r\n Content-Length: 0", length) + hidden, 400},
		{"a line that a line feed ends", lines("X-A: b\nContent-Length: 0") + hidden, 400},
		{"a head that line feeds end", "X-A: b\nX-C: d\n\n" + hidden, 400},
		{"a body in chunks", lines(chunked) + chunk, 200},
		{"a body of a known length", lines(length) + hidden, 200},
		{"a chunk with an extension", lines(chunked) + strings.Replace(chunk, "\r\n", ";a=b\r\n", 1), 200},
		{"an extension that a line feed ends", lines(chunked) + "1;a\n" + "x\r\n0\r\n\r\n" + hidden, 400},
		{"a chunk longer than it says", lines(chunked) + "1\r\nxx\r\n0\r\n\r\n" + hidden, 400},
		{"a huge chunk", lines(chunked) + "ffffffffffffffff0\r\n" + hidden, 400},
		{"no last chunk", lines(chunked) + "1\r\nx\r\n" + hidden, 400},
		{"an expectation", lines(length, "Expect: 100-continue") + hidden, 200},
		{"an upgrade to nothing we know", lines(length, "Connection: Upgrade", "Upgrade: h2c") + hidden, 200},
		{"an upgrade to a WebSocket by POST", lines(length, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: x") + hidden, 200},
		{"the last request of a connection", lines("Content-Length: 0", "Connection: close") + hidden, 200},
	}
	for _, value := range []string{"3, 3", "+3", "0x3", "-1", "3 3", "3;", "1e1", "99999999999999999999999", "3\v"} {
		table = append(table, smuggling{"a length of " + value, lines("Content-Length: "+value) + "abc" + hidden, 400})
	}
	for _, value := range []string{"xchunked", "chunked, identity", "gzip, chunked", "chunked;q=1", "\vchunked", "chunked\x00", "\"chunked\"", "chunked,"} {
		table = append(table, smuggling{"encoded as " + value, lines("Transfer-Encoding: "+value) + "0\r\n\r\n" + hidden, 400})
	}
	for _, size := range []string{"0x1", "+1", " 1", "-1", "", "g", "1\r"} {
		table = append(table, smuggling{"a chunk of " + size, lines(chunked) + size + "\r\nx\r\n0\r\n\r\n" + hidden, 0})
	}
	return table
}

func TestNoRequestHidesAnother(t *testing.T) {
	r := boot(t)
	p := r.person()
	cookie := "Cookie: __Host-session=" + p.cookie + "\r\n"
	hidden := "GET /api/record/hidden HTTP/1.1\r\nHost: app.example.com\r\nX-Hidden: " + "yes\r\n" + cookie + "\r\n"
	usual := "Host: app.example.com\r\nSec-Fetch-Site: same-origin\r\n"
	for target, line := range map[string]string{
		"a downstream":             "POST /api/record/first HTTP/1.1\r\n" + usual + cookie,
		"nobody who is signed in":  "POST /api/record/first HTTP/1.1\r\n" + usual,
		"another site":             "POST /api/record/first HTTP/1.1\r\nHost: app.example.com\r\nOrigin: https://evil.example.com\r\n" + cookie,
		"a door that reads JSON":   "POST /auth/step-up HTTP/1.1\r\nContent-Type: application/json\r\n" + usual + cookie,
		"a door that reads others": "POST /auth/login HTTP/1.1\r\n" + usual,
		"no door":                  "POST /auth/nothing HTTP/1.1\r\n" + usual + cookie,
		"a page":                   "POST /account/ HTTP/1.1\r\n" + usual + cookie,
		"a GET":                    "GET /auth/session HTTP/1.1\r\n" + usual + cookie,
	} {
		for _, s := range smugglings(hidden) {
			name := s.name + ", at " + target
			answers, all := r.raw(line + s.first)
			require.LessOrEqual(t, len(answers), 1, "%s:\n%s", name, all)
			require.True(t, len(answers) == 1 || target != "a downstream" || s.status == 0, "%s: no answer", name)
			require.NotContains(t, all, p.cookie, name)
			for _, got := range answers {
				got.fenced()
				switch {
				case target == "a downstream" && s.status != 0:
					require.Equal(t, s.status, got.status, "%s:\n%s", name, all)
				case target == "a downstream":
					require.Contains(t, []int{200, 400}, got.status, "%s:\n%s", name, all)
				default:
					require.Less(t, got.status, 500, "%s:\n%s", name, all)
				}
				if s.status == 400 && target == "a downstream" {
					require.Equal(t, "application/problem+json", got.header.Get("Content-Type"), name)
				}
			}
			for _, a := range r.record.taken() {
				require.Equal(t, "/first", a.target, name)
				require.Empty(t, a.header.Get("X-Hidden"), name)
			}
		}
	}
}

func TestPipelinedRequestsAreAnsweredInOrder(t *testing.T) {
	r := boot(t)
	p := r.person()
	get := func(path, cookie string) string {
		return "GET " + path + " HTTP/1.1\r\nHost: app.example.com\r\nCookie: __Host-session=" + cookie + "\r\n\r\n"
	}
	answers, _ := r.raw(get("/auth/session", p.cookie) + get("/api/record/", p.cookie) + get("/auth/session", "x") + get("/auth/nothing", p.cookie) + "GET / HTTP/9.9\r\nHost: x\r\n\r\n" + get("/auth/session", p.cookie))
	var statuses []int
	ids := map[string]bool{}
	for _, got := range answers {
		got.fenced()
		statuses = append(statuses, got.status)
		if got.status >= 400 {
			ids[got.json()["request_id"].(string)] = true
		}
	}
	require.Equal(t, []int{200, 200, 401, 404, 400}, statuses, "after a head that could be read in two ways nothing is")
	require.Len(t, ids, 3, "each request has an id of its own")
}

func TestWhatIsNoHTTPOrAmbiguousIsRefusedAndNeverRepeated(t *testing.T) {
	r := boot(t)
	p := r.person()
	rest := "Host: app.example.com\r\nCookie: __Host-session=" + p.cookie + "\r\n\r\n"
	for name, text := range map[string]string{
		"no version":              "GET /auth/session\r\n" + rest,
		"HTTP/9.9":                "GET /auth/session HTTP/9.9\r\n" + rest,
		"HTTP/2.0":                "GET /auth/session HTTP/2.0\r\n" + rest,
		"HTTP/1.2":                "GET /auth/session HTTP/1.2\r\n" + rest,
		"another protocol":        "GET /auth/session XTTP/1.1\r\n" + rest,
		"no target":               "GET HTTP/1.1\r\n" + rest,
		"no method":               " /auth/session HTTP/1.1\r\n" + rest,
		"only a word":             "HELLO\r\n" + rest,
		"a space in the target":   "GET /auth/ses sion HTTP/1.1\r\n" + rest,
		"a NUL in the target":     "GET /auth/ses\x00sion HTTP/1.1\r\n" + rest,
		"a tab in the target":     "GET /auth/ses\tsion HTTP/1.1\r\n" + rest,
		"a byte that is no ASCII": "GET /auth/s\xffssion HTTP/1.1\r\n" + rest,
		"another site's address":  "GET http://evil.example.com/auth/session HTTP/1.1\r\n" + rest,
		"our own address":         "GET http://app.example.com/auth/session HTTP/1.1\r\n" + rest,
		"an asterisk":             "OPTIONS * HTTP/1.1\r\n" + rest,
		"an authority":            "CONNECT app.example.com:443 HTTP/1.1\r\n" + rest,
		"no Host":                 "GET /auth/session HTTP/1.1\r\n" + strings.Replace(rest, "Host", "X-Host", 1),
		"two Hosts":               "GET /auth/session HTTP/1.1\r\nHost: evil.example.com\r\n" + rest,
		"a Host with a path":      "GET /auth/session HTTP/1.1\r\n" + strings.Replace(rest, "app.example.com", "x/../evil@a", 1),
		"HTTP/2's preface":        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + rest,
		"TLS":                     "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + rest,
		"a head that never ends":  "GET /auth/session HTTP/1.1\r\n" + strings.TrimSuffix(rest, "\r\n"),
	} {
		answers, all := r.raw(text)
		require.NotContains(t, all, p.cookie, name)
		require.LessOrEqual(t, len(answers), 1, "%s:\n%s", name, all)
		for _, got := range answers {
			got.fenced()
			require.Equal(t, 400, got.status, "%s:\n%s", name, all)
			require.Equal(t, "application/problem+json", got.header.Get("Content-Type"), name)
		}
	}
}

func TestAHeadOver16KiBIsRefusedAndNothingOfItIsRepeated(t *testing.T) {
	r := boot(t)
	p := r.person()
	for name, head := range map[string]string{
		"a cookie":        "GET /auth/session HTTP/1.1\r\nHost: x\r\nCookie: __Host-session=" + p.cookie + "; needle=" + strings.Repeat("needle", 3000),
		"a target":        "GET /auth/session?needle=" + strings.Repeat("needle", 3000) + " HTTP/1.1\r\nHost: x\r\nCookie: __Host-session=" + p.cookie,
		"many headers":    "GET /auth/session HTTP/1.1\r\nHost: x\r\nCookie: __Host-session=" + p.cookie + strings.Repeat("\r\nX-Needle: needle", 1000),
		"no end of it":    "GET /auth/session HTTP/1.1\r\nHost: x\r\nCookie: __Host-session=" + p.cookie + "; " + strings.Repeat("needle", 200_000),
		"a header's name": "GET /auth/session HTTP/1.1\r\nHost: x\r\nCookie: __Host-session=" + p.cookie + "\r\n" + strings.Repeat("needle", 3000) + ": x",
	} {
		answers, all := r.raw(head + "\r\n\r\n")
		require.NotContains(t, all, p.cookie, name)
		require.NotContains(t, all, "needle", name)
		require.Len(t, answers, 1, name)
		answers[0].fenced()
		answers[0].problem(431, "head_too_large")
	}
	require.NotContains(t, r.log.String(), p.cookie)
	p.get("/auth/session", "X-Long", strings.Repeat("x", 14_000)).is(200)
}

// What was refused may be the beginning of something: a reset for the rest of it would take along an answer
// that the client has not read yet (RFC 9112, 9.6).
func TestWhatFollowsARefusalIsNotAnsweredWithAReset(t *testing.T) {
	r := boot(t)
	for text, status := range map[string]int{
		"GET /\t HTTP/1.1\r\n\r\n": 400,
		"POST /auth/login HTTP/1.1\r\nHost: app.example.com\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n" +
			"Content-Length: 99999999\r\n\r\n" + strings.Repeat(" ", 10_000): 413,
	} {
		conn, err := net.Dial("tcp", r.at)
		require.NoError(t, err)
		require.NoError(t, conn.SetDeadline(time.Now().Add(within)))
		_, err = io.WriteString(conn, text)
		require.NoError(t, err)
		said, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(said), fmt.Sprintf("HTTP/1.1 %d ", status)), string(said))
		for range 100 { // the first would bring about the reset, the next meet it
			_, err = io.WriteString(conn, "the rest")
			require.NoError(t, err, text)
		}
		require.NoError(t, conn.Close())
	}
}
