package gateway

import (
	"bufio"
	"bytes"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"

	"vestibule/backend/fault"
)

func TestPathsThatCouldBeReadInTwoWaysAreRefused(t *testing.T) {
	for _, target := range []string{
		"", "api/orders", "*", "http://evil.example.com/api/orders", "//evil.example.com/", "/api//orders", "/api/orders//",
		"/api/orders/../admin", "/api/orders/..", "/api/orders/.", "/api/./orders", "/..", "/.", "/api/..;x=1/admin", "/api/..%3b/admin", "/api/.%3Bx/admin", "/api/..%20/admin", "/api/%252e%252e/x", "/api/a%252fb", "/api/a%255Cb",
		"/api/%2e%2e/admin", "/api/%2E%2e/admin", "/api/.%2e/admin", "/api/a%2fb", "/api/a%2Fb", "/api/a%5cb", `/api\admin`, "/api/a\\..\\b",
		"/api/%00", "/api/%0d%0aSet-Cookie:x", "/api/%7f", "/api/%", "/api/%2", "/api/%zz", "/api/\x00", "/api/a b", "/api/caf\xc3\xa9", "/api/#x",
		"/api/orders?a b", "/api/orders?\x00", "/api/orders?x#y", "/api/orders?\xff",
	} {
		require.ErrorIs(t, CheckPath([]byte(target)), ErrPath, "%q", target)
	}
	for _, target := range []string{
		"/", "/api/orders", "/api/orders/", "/api/orders/a.b/..c/...", "/api/orders/caf%C3%A9", "/api/orders/a%20b", "/api/orders/100%25", "/api/orders/%2541", "/api/orders/.hidden%20x",
		"/api/orders?next=/../x//y&z=%2e%2e%2f", "/api/orders/a;b=c", "/.well-known/jwks.json", "/api/orders/~x/@y/:z/$&'()*+,=!",
	} {
		require.NoError(t, CheckPath([]byte(target)), "%q", target)
	}
}

func FuzzCheckPath(f *testing.F) {
	for _, seed := range []string{"/api/orders", "/a/%2e%2e/b", "/a/./b", "/a;b/..;c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		if CheckPath([]byte(target)) != nil {
			return
		}
		u, err := url.ParseRequestURI(target)
		if err != nil {
			t.Fatalf("%q passed, but is no target: %v", target, err)
		}
		if cleaned := path.Clean(u.Path); cleaned != u.Path && cleaned+"/" != u.Path {
			t.Fatalf("%q passed, but %q is read as %q", target, u.Path, cleaned)
		}
		if strings.ContainsAny(u.Path, "\\\x00") {
			t.Fatalf("%q passed", target)
		}
	})
}

func downstream(t testing.TB, name, at string) Downstream {
	u, err := url.Parse(at)
	require.NoError(t, err)
	return Downstream{Name: name, URL: u, Audience: name, MaxBody: 1 << 30}
}

func TestARequestGoesToTheDownstreamThatItsPathNames(t *testing.T) {
	orders, limited := downstream(t, "orders", "http://127.0.0.1:9001/base/"), downstream(t, "limited", "http://127.0.0.1:9002")
	limited.Methods, limited.Paths = []string{"GET"}, []string{"/v1", "/v2/open/"}
	g, err := New([]Downstream{orders, limited}, "https://app.example.com")
	require.NoError(t, err)
	for target, want := range map[string]string{
		"/api/orders": "/", "/api/orders/": "/", "/api/orders/7?a=%2e": "/7?a=%2e", "/api/orders?x=1": "/?x=1",
		"/api/limited/v1": "/v1", "/api/limited/v1/x": "/v1/x", "/api/limited/v2/open/x?y": "/v2/open/x?y",
	} {
		m, err := g.Match("GET", []byte(target))
		require.NoError(t, err, target)
		require.Equal(t, want, m.Path, target)
	}
	for target, want := range map[string]*fault.Error{
		"/api/order": ErrUnknown, "/api/ordersx": ErrUnknown, "/api/": ErrUnknown, "/api/Orders": ErrUnknown, "/api/%6frders": ErrUnknown,
		"/api/limited": ErrForbidden, "/api/limited/v10": ErrForbidden, "/api/limited/v2/opened": ErrForbidden, "/api/limited/x/v1": ErrForbidden,
	} {
		_, err := g.Match("GET", []byte(target))
		require.ErrorIs(t, err, want, target)
	}
	_, err = g.Match("POST", []byte("/api/limited/v1"))
	require.ErrorIs(t, err, ErrMethod)
	_, err = g.Match("TRACE", []byte("/api/orders/")) // it would repeat the token
	require.ErrorIs(t, err, ErrMethod)
}

func TestAConfigurationThatCouldConfuseIsRefused(t *testing.T) {
	const public = "https://app.example.com"
	for text, d := range map[string]Downstream{
		"user, a query": downstream(t, "a", "http://u:p@127.0.0.1"), "a query": downstream(t, "a", "http://127.0.0.1/?x=1"),
		"http or https": downstream(t, "a", "ftp://127.0.0.1"), "with a host": downstream(t, "a", "/x"),
	} {
		_, err := New([]Downstream{d}, public)
		require.ErrorContains(t, err, text)
	}
	a := downstream(t, "a", "http://127.0.0.1")
	_, err := New([]Downstream{a, a}, public)
	require.ErrorContains(t, err, "two of this name")
	a.Audience = public
	_, err = New([]Downstream{a}, public)
	require.ErrorContains(t, err, "audience")
}

func TestOnlyWhatMayReachADownstreamDoes(t *testing.T) {
	var from fasthttp.RequestHeader
	wire := "POST / HTTP/1.1\r\n"
	for _, line := range []string{
		"Cookie: __Host-session=x", "Authorization: Bearer forged", "authorization: Basic forged", "X-Forwarded-For: 1.2.3.4", "x-forwarded-prefix: /x",
		"Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4", "Connection: keep-alive, X-Secret", "X-Secret: 1", "Connection: X-Second", "X-Second: 1",
		"True-Client-IP: 1.2.3.4", "X-Remote-User: root", "Keep-Alive: 5", "TE: trailers", "Upgrade: h2c",
		"Proxy-Authorization: x", "X-CSRF: 1", "Traceparent: forged", "X-Request-Id: forged", "Host: evil.example.com",
		"Accept: a", "Accept: b", "User-Agent: Firefox", "X-Custom-Thing: kept", "If-None-Match: W/\"1\"", "Content-Type: text/plain",
	} {
		wire += line + "\r\n"
	}
	require.NoError(t, from.Read(bufio.NewReader(strings.NewReader(wire+"\r\n"))))
	u := newUpstream(downstream(t, "orders", "http://orders.internal:9001"))
	head := u.ask(nil, &from, Match{Path: "/v1?x=1"}, Call{Token: testToken("the-token"), ClientIP: netip.MustParseAddr("203.0.113.9"), Proto: "https", Host: "app.example.com", RequestID: "r1", Traceparent: "00-a-b-00"}, "Content-Length: 0\r\n")
	lines := strings.Split(string(head), "\r\n")
	require.Equal(t, []string{"", ""}, lines[len(lines)-2:])
	got := lines[1 : len(lines)-2]
	require.Equal(t, "POST /v1?x=1 HTTP/1.1", lines[0])
	require.ElementsMatch(t, []string{
		"Host: orders.internal:9001", "Authorization: Bearer the-token", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Host: app.example.com",
		"X-Forwarded-Proto: https", "X-Request-Id: r1", "Traceparent: 00-a-b-00", "Content-Length: 0",
		"Accept: a", "Accept: b", "User-Agent: Firefox", "X-Custom-Thing: kept", "If-None-Match: W/\"1\"", "Content-Type: text/plain",
	}, got)
}

func TestADownstreamsAnswerCanNotActAsOurPage(t *testing.T) {
	var from, to fasthttp.ResponseHeader
	wire := "HTTP/1.1 200 OK\r\n"
	to.Set("X-Frame-Options", "DENY")
	for _, line := range []string{
		"Set-Cookie: a=b", "Service-Worker-Allowed: /", "Clear-Site-Data: \"cookies\"", "Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: true",
		"Content-Security-Policy: default-src *", "X-Content-Type-Options: none", "X-Frame-Options: ALLOWALL", "Server-Timing: x", "Refresh: 0;url=https://evil.example.com",
		"Connection: keep-alive", "Connection: X-Hop", "X-Hop: 1", "Secure-Session-Registration: (ES256);path=\"/\"",
		"Strict-Transport-Security: max-age=0", "Alt-Svc: h3=\":443\"", "Www-Authenticate: Basic",
		"X-Custom: kept", "Etag: \"1\"", "Cache-Control: public, max-age=60, s-maxage=600", "Content-Encoding: gzip",
	} {
		wire += line + "\r\n"
	}
	require.NoError(t, from.Read(bufio.NewReader(strings.NewReader(wire+"\r\n"))))
	u := newUpstream(downstream(t, "orders", "http://orders.internal:9001"))
	require.NoError(t, u.answer(&from, &to, "/"))
	for name, want := range map[string]string{
		"Set-Cookie": "", "Service-Worker-Allowed": "", "Clear-Site-Data": "", "Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": "",
		"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Server-Timing": "", "Refresh": "",
		"X-Hop": "", "Secure-Session-Registration": "", "Strict-Transport-Security": "", "Alt-Svc": "", "Www-Authenticate": "",
		"X-Custom": "kept", "Etag": "\"1\"", "Cache-Control": "private, max-age=60", "Content-Encoding": "gzip",
	} {
		require.Equal(t, want, string(to.Peek(name)), name)
	}
}

func TestCacheControlIsMadePrivate(t *testing.T) {
	for theirs, ours := range map[string]string{
		"public": "private", "no-store": "no-store", "max-age=60, No-Store": "no-store", "private, max-age=5": "private, max-age=5",
		"no-cache": "private, no-cache", "s-maxage=9": "private", "": "private", "immutable, public, max-age=9": "private, immutable, max-age=9",
	} {
		require.Equal(t, ours, private(theirs), theirs)
	}
}

func TestALocationLeadsBackThroughTheGatewayOrToWhereTheConfigurationAllows(t *testing.T) {
	d := downstream(t, "orders", "http://orders.internal:9001/base")
	d.Redirects = []string{"https://files.example.com"}
	u := newUpstream(d)
	for value, want := range map[string]string{
		"http://orders.internal:9001/base/7?x=1#f": "/api/orders/7?x=1#f", "//orders.internal:9001/base/7": "/api/orders/7",
		"/base/7": "/api/orders/7", "/base": "/api/orders", "8": "/api/orders/a/8", "../8": "/api/orders/8", "?page=2": "/api/orders/a/7?page=2",
		"HTTP://ORDERS.internal:9001/base/7": "/api/orders/7", "https://files.example.com/x": "https://files.example.com/x",
		"/base/a%2fb": "", "/elsewhere": "", "/basement": "", "https://evil.example.com/": "", "//evil.example.com/": "", `/\evil.example.com`: "", `\\evil.example.com`: "",
		"https://files.example.com.evil.com/": "", "https://u@files.example.com/": "", "javascript:alert(1)": "", "http://files.example.com/": "",
		"/\tevil.example.com": "", "https://orders.internal:9001/base/7": "", "http://[bad": "", "../../../admin": "",
	} {
		got, ok := u.location(value, "/a/7")
		require.Equal(t, want != "", ok, "%q → %q", value, got)
		if ok {
			require.Equal(t, want, got, value)
		}
	}
}

func TestFasthttpIsOneThatKeepsUsersApart(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	require.NoError(t, err)
	found := regexp.MustCompile(`github.com/valyala/fasthttp v1\.(\d+)\.`).FindSubmatch(mod)
	require.NotNil(t, found)
	minor, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	require.GreaterOrEqual(t, minor, 78, "1.51, which Fiber asks for, gives one user's bytes to another")
}

func TestHeadsThatCouldBeReadInTwoWaysAreRefused(t *testing.T) {
	for _, lines := range []string{
		"X: a\r\n b\r\n", "X: a\r\n\tb\r\n", "X: a\nY: b\r\n", "X: a\rY: b\r\n", "X: a\x00b\r\n", "X_Y: 1\r\n", "X Y: 1\r\n", "X : 1\r\n", "X(: 1\r\n", ": 1\r\n",
		"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 1\r\nContent-Length: 2\r\n", "X\r\n",
	} {
		var from fasthttp.RequestHeader
		err := from.Read(bufio.NewReader(strings.NewReader("POST / HTTP/1.1\r\nHost: x\r\n" + lines + "\r\n")))
		if err == nil {
			err = CheckRequest(&from)
		}
		require.Error(t, err, "%q", lines)
	}
	var from fasthttp.RequestHeader
	require.NoError(t, from.Read(bufio.NewReader(strings.NewReader("POST / HTTP/1.1\r\nHost: x\r\nX-Thing: a b\tc: d\r\nEmpty:\r\n\r\n"))))
	require.NoError(t, CheckRequest(&from))
}

// FuzzAsk has a parser of other people's read what we write by hand.
func FuzzAsk(f *testing.F) {
	for _, seed := range []string{
		"Accept: a\r\nAccept: b\r\n", "Cookie: x=1; y=2\r\nX-Thing: caf\xc3\xa9\r\n", "X: a\rb\r\n", "X: a\x00b\r\n", "X:\r\n y\r\n", "X: \x01\x7f\r\n",
		"Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "Trailer: X\r\n", "Connection: X, close\r\nX: 1\r\n", "authorization: Bearer forged\r\n", "X_Y: 1\r\n", "X : 1\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, lines string) {
		var from fasthttp.RequestHeader
		if from.Read(bufio.NewReader(strings.NewReader("POST / HTTP/1.1\r\nHost: x\r\n"+lines+"\r\n"))) != nil || CheckRequest(&from) != nil {
			return
		}
		u := newUpstream(downstream(t, "orders", "http://orders.internal:9001"))
		head := u.ask(nil, &from, Match{Path: "/v1?x=1"}, theCall, "Content-Length: 0\r\n")
		rest := bufio.NewReader(bytes.NewReader(head))
		got, err := http.ReadRequest(rest)
		if err != nil {
			t.Fatalf("%v: %q", err, head)
		}
		if left, _ := rest.Peek(1); len(left) > 0 || got.ContentLength != 0 || len(got.TransferEncoding) > 0 {
			t.Fatalf("it does not end where it ends: %q", head)
		}
		if all := got.Header.Values("Authorization"); len(all) != 1 || all[0] != "Bearer test-token" || got.Host != "orders.internal:9001" {
			t.Fatalf("it says more than it should: %q", head)
		}
		for name, values := range got.Header {
			for _, value := range values {
				if !strings.Contains(string(head), "\r\n"+name+": "+value) || strings.ContainsAny(value, "\r\n\x00") {
					t.Fatalf("%q: %q of %q", name, value, head)
				}
			}
		}
		if n := bytes.Count(head, []byte("\n")); n != countLines(got)+2 {
			t.Fatalf("%d lines: %q", n, head)
		}
	})
}

// countLines counts the headers that were read, Host included, which net/http takes out.
func countLines(r *http.Request) int {
	n := 1
	for _, values := range r.Header {
		n += len(values)
	}
	return n
}
