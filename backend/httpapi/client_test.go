package httpapi_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

// browser is a person's: it holds the session cookie by hand, since no client would send a Secure
// one over the plain sockets of a test, and says what a browser says of its own page's requests.
type browser struct {
	r       *replica
	cookie  string // the value of __Host-session; empty: none
	headers map[string]string
}

func (r *replica) visitor() *browser {
	return &browser{r: r, headers: map[string]string{"User-Agent": firefox, "Sec-Fetch-Site": "same-origin"}}
}

// at is the same browser, talking to another replica.
func (b *browser) at(other *replica) *browser { return &browser{other, b.cookie, b.headers} }

// from is a copy of it at another network address.
func (b *browser) from(ip string) *browser {
	headers := map[string]string{"X-Forwarded-For": ip}
	for name, value := range b.headers {
		if name != "X-Forwarded-For" {
			headers[name] = value
		}
	}
	return &browser{b.r, b.cookie, headers}
}

// object is a JSON body.
type object map[string]any

// send makes one request. The body is nil, a text sent as it is, or anything that becomes JSON; the
// further headers come in pairs, and an empty value takes one away.
func (b *browser) send(method, path string, body any, headers ...string) answer {
	b.r.t.Helper()
	var reader io.Reader
	switch is := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(is)
	case io.Reader:
		reader = is
	default:
		text, err := json.Marshal(is)
		require.NoError(b.r.t, err)
		reader = strings.NewReader(string(text))
	}
	request, err := http.NewRequestWithContext(b.r.t.Context(), method, "http://"+b.r.at+path, reader)
	require.NoError(b.r.t, err)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range b.headers {
		request.Header.Set(name, value)
	}
	if b.cookie != "" {
		request.Header.Set("Cookie", "__Host-session="+b.cookie)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Del(headers[i])
		if headers[i+1] != "" {
			request.Header.Set(headers[i], headers[i+1])
		}
	}
	sent, err := b.r.client.Do(request)
	require.NoError(b.r.t, err, "%s %s", method, path)
	got := read(b.r.t, sent)
	for _, set := range sent.Cookies() {
		if set.Name == "__Host-session" {
			b.cookie = set.Value
		}
	}
	if method != "GET" {
		b.r.heardByOthers()
	}
	return got
}

func (b *browser) get(path string, headers ...string) answer {
	b.r.t.Helper()
	return b.send("GET", path, nil, headers...)
}

func (b *browser) post(path string, body any, headers ...string) answer {
	b.r.t.Helper()
	return b.send("POST", path, body, headers...)
}

// answer is one that was read whole.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   string
}

// read also holds what every answer of the public door must be.
func read(t testing.TB, from *http.Response) answer {
	t.Helper()
	defer from.Body.Close()
	body, err := io.ReadAll(from.Body)
	require.NoError(t, err)
	got := answer{t, from.StatusCode, from.Header, string(body)}
	got.fenced()
	return got
}

// fenced holds an answer to the headers that each must have, and to those that none may.
func (a answer) fenced() {
	a.t.Helper()
	require.Equal(a.t, []string{"nosniff"}, a.header.Values("X-Content-Type-Options"))
	require.Len(a.t, a.header.Values("Content-Security-Policy"), 1)
	require.Equal(a.t, []string{"DENY"}, a.header.Values("X-Frame-Options"))
	require.Equal(a.t, []string{"same-origin"}, a.header.Values("Referrer-Policy"))
	require.Equal(a.t, []string{"same-origin"}, a.header.Values("Cross-Origin-Resource-Policy"))
	require.Equal(a.t, []string{"same-origin"}, a.header.Values("Cross-Origin-Opener-Policy"))
	require.Len(a.t, a.header.Values("Permissions-Policy"), 1)
	require.Len(a.t, a.header.Values("Strict-Transport-Security"), 1)
	require.Len(a.t, a.header.Values("Cache-Control"), 1)
	require.Empty(a.t, a.header.Values("Server"))
	for name := range a.header {
		require.False(a.t, strings.HasPrefix(name, "Access-Control-"), name)
	}
	if a.header.Get("Content-Type") == "application/problem+json" && a.body != "" { // no body: HEAD
		require.NotEmpty(a.t, a.json()["request_id"])
	}
}

// json reads one JSON object.
func (a answer) json() map[string]any {
	a.t.Helper()
	var read map[string]any
	require.NoError(a.t, json.Unmarshal([]byte(a.body), &read), a.body)
	return read
}

// is holds an answer to a status.
func (a answer) is(status int) answer {
	a.t.Helper()
	require.Equal(a.t, status, a.status, a.body)
	return a
}

// problem holds an answer to be a problem document (RFC 9457) of one code.
func (a answer) problem(status int, code string) map[string]any {
	a.t.Helper()
	a.is(status)
	require.Equal(a.t, "application/problem+json", a.header.Get("Content-Type"))
	require.Equal(a.t, "no-store", a.header.Get("Cache-Control"))
	document := a.json()
	require.Equal(a.t, code, document["code"], a.body)
	require.EqualValues(a.t, status, document["status"])
	require.Equal(a.t, "about:blank", document["type"])
	require.NotEmpty(a.t, document["title"])
	require.NotEmpty(a.t, document["detail"])
	require.Equal(a.t, status == http.StatusUnauthorized, a.header.Get("WWW-Authenticate") != "")
	return document
}

// fields gives "field:rule" of a validation failure, with a space between two.
func (a answer) fields() string {
	a.t.Helper()
	var rules []string
	for _, f := range a.problem(http.StatusUnprocessableEntity, "validation_failed")["fields"].([]any) {
		field := f.(map[string]any)
		require.NotEmpty(a.t, field["message"])
		rules = append(rules, field["field"].(string)+":"+field["rule"].(string))
	}
	return strings.Join(rules, " ")
}

// person is someone with an account, signed in.
type person struct {
	*browser
	email, id, sid string
}

// person registers somebody new.
func (r *replica) person() *person {
	r.t.Helper()
	p := &person{browser: r.visitor(), email: uuid.NewString() + "@example.com"}
	p.note(p.post("/auth/register", object{"email": p.email, "password": goodPassword, "name": "Nora Quist"}).is(http.StatusCreated))
	return p
}

// admin is somebody new who is an administrator.
func (r *replica) admin() *person {
	r.t.Helper()
	p := r.person()
	r.exec(`UPDATE users SET role = 'admin' WHERE id = $1`, p.id) // which ends the session
	return p.again()
}

// again signs the same person in on another browser.
func (p *person) again() *person {
	p.r.t.Helper()
	other := &person{browser: p.r.visitor(), email: p.email}
	other.note(other.post("/auth/login", object{"email": p.email, "password": goodPassword}).is(http.StatusOK))
	return other
}

func (p *person) note(who answer) {
	said := who.json()
	p.id = said["user"].(map[string]any)["id"].(string)
	p.sid = said["session"].(map[string]any)["sid"].(string)
}

// arrived is one request as a downstream saw it.
type arrived struct {
	method, target, host, body string
	header                     http.Header
}

// recorder is a downstream that keeps what arrives, and answers as a test says.
type recorder struct {
	*httptest.Server
	mu     sync.Mutex
	seen   []arrived
	answer http.HandlerFunc
}

func newRecorder(t testing.TB) *recorder {
	rec := &recorder{answer: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "recorded") }}
	rec.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		rec.mu.Lock()
		rec.seen = append(rec.seen, arrived{request.Method, request.RequestURI, request.Host, string(body), request.Header.Clone()})
		answering := rec.answer
		rec.mu.Unlock()
		answering(w, request)
	}))
	t.Cleanup(rec.Close)
	return rec
}

// answers says how it answers from now on.
func (rec *recorder) answers(how http.HandlerFunc) {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	rec.answer = how
}

// taken gives what has arrived since the last time it was asked.
func (rec *recorder) taken() []arrived {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	seen := rec.seen
	rec.seen = nil
	return seen
}

// raw sends bytes as no client would, says that nothing follows, and reads every answer there is.
func (r *replica) raw(text string) (answers []answer, all string) {
	r.t.Helper()
	conn, err := net.Dial("tcp", r.at)
	require.NoError(r.t, err)
	defer conn.Close()
	require.NoError(r.t, conn.SetDeadline(time.Now().Add(within)))
	_, _ = io.WriteString(conn, text) // it may hang up before it has read all
	_ = conn.(*net.TCPConn).CloseWrite()
	var kept strings.Builder
	from := bufio.NewReader(io.TeeReader(conn, &kept))
	for {
		got, err := http.ReadResponse(from, nil)
		if err != nil {
			return answers, kept.String()
		}
		if got.StatusCode == http.StatusContinue {
			continue
		}
		body, _ := io.ReadAll(got.Body)
		answers = append(answers, answer{r.t, got.StatusCode, got.Header, string(body)})
	}
}
