package gateway

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/valyala/fasthttp"
)

// viteApp is one at http://localhost:5173.
func viteApp(t testing.TB) *App {
	t.Helper()
	u, err := url.Parse("http://localhost:5173")
	require.NoError(t, err)
	app, err := NewApp(u, "https://app.example.com")
	require.NoError(t, err)
	return app
}

func TestADevelopmentServerIsAnOriginOverPlainHTTP(t *testing.T) {
	for _, at := range []string{"https://localhost:5173", "http://u@localhost:5173", "http://localhost:5173/app", "http://localhost:5173?x", "http://localhost:5173#x", "http:///x", "localhost:5173"} {
		u, err := url.Parse(at)
		require.NoError(t, err)
		_, err = NewApp(u, "https://app.example.com")
		require.Error(t, err, at)
	}
}

func TestADevelopmentServerGetsNoCookieOfOurs(t *testing.T) {
	for sent, want := range map[string]string{
		"__Host-session=x":                  "",
		"theme=dark":                        "theme=dark",
		"theme=dark; __Host-session=x; b=2": "theme=dark; b=2",
		"__Host-session=x; __Host-device=y; session=z; device=v; a=1": "a=1",
		"__HOST-Session=x; __host-anything=y; SESSION=z; a=1":         "a=1",
		" __Host-session =x;__Host-device=y;a=1":                      "a=1",
		"a=__Host-session; mysession=1; session2=2; __Secure-thing=3": "a=__Host-session; mysession=1; session2=2; __Secure-thing=3",
		"=__Host-session; x": "",
		"a=1\r\nCookie: __Host-session=x; b=2\r\ncookie: session=x": "a=1; b=2",
		"a=1=2; b=; __Host-session=x":                               "a=1=2; b=",
		"a=1; __Host-session=x; __Host-session=y":                   "a=1",
		"__Host-session=x; __Host-session":                          "",
		"a=x,__Host-session; b=1":                                   "a=x,__Host-session; b=1", // a value, whatever it is: the browser puts ours in a pair of its own
	} {
		var from fasthttp.RequestHeader
		require.NoError(t, from.Read(bufio.NewReader(strings.NewReader("GET / HTTP/1.1\r\nHost: x\r\nCookie: "+sent+"\r\n\r\n"))), sent)
		got, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(viteApp(t).upstream.ask(nil, &from, Match{Path: "/"}, theCall, ""))))
		require.NoError(t, err, sent)
		require.Equal(t, want, strings.Join(got.Header.Values("Cookie"), " and "), sent)
	}
}

func TestOnlyWhatMayReachADevelopmentServerDoes(t *testing.T) {
	var from fasthttp.RequestHeader
	wire := "POST / HTTP/1.1\r\n"
	for _, line := range []string{
		"Cookie: __Host-session=x; a=1", "Authorization: Bearer forged", "Authorization: Basic forged", "X-Forwarded-For: 1.2.3.4", "x-forwarded-prefix: /x",
		"Forwarded: for=1.2.3.4", "X-Real-IP: 1.2.3.4", "Connection: X-Secret", "X-Secret: 1", "Proxy-Authorization: x", "X-CSRF: 1", "Host: evil.example.com",
		"Accept: a", "Origin: https://app.example.com", "If-None-Match: W/\"1\"",
	} {
		wire += line + "\r\n"
	}
	require.NoError(t, from.Read(bufio.NewReader(strings.NewReader(wire+"\r\n"))))
	call := theCall
	call.Token = nil
	head := viteApp(t).upstream.ask(nil, &from, Match{Path: "/src/main.ts?t=1"}, call, "Content-Length: 0\r\n")
	lines := strings.Split(strings.TrimSuffix(string(head), "\r\n\r\n"), "\r\n")
	require.ElementsMatch(t, []string{
		"POST /src/main.ts?t=1 HTTP/1.1", "Host: localhost:5173", "Cookie: a=1", "X-Forwarded-For: 203.0.113.9", "X-Forwarded-Host: app.example.com",
		"X-Forwarded-Proto: https", "X-Request-Id: r1", "Traceparent: 00-a-b-00", "Content-Length: 0",
		"Accept: a", "Origin: https://app.example.com", "If-None-Match: W/\"1\"",
	}, lines)
}

func TestADevelopmentServersAnswerSetsNoCookieOfOursAndUndoesNothing(t *testing.T) {
	var from, to fasthttp.ResponseHeader
	wire := "HTTP/1.1 200 OK\r\n"
	to.Set("X-Frame-Options", "DENY")
	to.Set("Content-Security-Policy-Report-Only", "ours")
	for _, line := range []string{
		"Set-Cookie: a=b; Path=/", "Set-Cookie: __Host-session=x; Path=/; Secure", "Set-Cookie: __HOST-device=x", "Set-Cookie:  session = x", "Set-Cookie: device=x", "set-cookie: SESSION=",
		"Set-Cookie: =__Host-session=x", "Set-Cookie: __Host-session", "Set-Cookie: ;=x", "Set-Cookie: c=session", "Set-Cookie2: a=b",
		"Service-Worker-Allowed: /", "Clear-Site-Data: \"cookies\"", "Access-Control-Allow-Origin: *", "Content-Security-Policy: default-src *",
		"Content-Security-Policy-Report-Only: theirs", "X-Frame-Options: ALLOWALL", "Cross-Origin-Resource-Policy: cross-origin", "Strict-Transport-Security: max-age=1", "Refresh: 0",
		"X-Custom: kept", "Etag: \"1\"", "Cache-Control: max-age=60,immutable", "Content-Type: text/javascript",
	} {
		wire += line + "\r\n"
	}
	require.NoError(t, from.Read(bufio.NewReader(strings.NewReader(wire+"\r\n"))))
	require.NoError(t, viteApp(t).upstream.answer(&from, &to, "/"))
	read, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(to.Header())), nil)
	require.NoError(t, err)
	defer read.Body.Close()
	require.Equal(t, []string{"a=b; Path=/", "c=session"}, read.Header.Values("Set-Cookie"))
	for name, want := range map[string]string{
		"Set-Cookie2": "", "Service-Worker-Allowed": "", "Clear-Site-Data": "", "Access-Control-Allow-Origin": "", "Content-Security-Policy": "",
		"Content-Security-Policy-Report-Only": "ours", "X-Frame-Options": "DENY", "Cross-Origin-Resource-Policy": "", "Strict-Transport-Security": "", "Refresh": "",
		"X-Custom": "kept", "Etag": "\"1\"", "Cache-Control": "private, max-age=60, immutable", "Content-Type": "text/javascript",
	} {
		require.Equal(t, want, string(to.Peek(name)), name)
	}
}

func TestARedirectOfADevelopmentServerStaysWithTheApp(t *testing.T) {
	u := viteApp(t).upstream
	for value, want := range map[string]string{
		"/b": "/b", "b?x=1#f": "/a/b?x=1#f", "http://localhost:5173/b": "/b", "https://app.example.com/b": "https://app.example.com/b",
		"https://evil.example.com/": "", "//evil.example.com/": "", `/\evil.example.com`: "", "http://127.0.0.1:9001/": "", "javascript:alert(1)": "",
	} {
		got, ok := u.location(value, "/a/7")
		require.Equal(t, want != "", ok, "%q → %q", value, got)
		if ok {
			require.Equal(t, want, got, value)
		}
	}
}

// FuzzTheirCookies has a parser of other people's look for a cookie of ours.
func FuzzTheirCookies(f *testing.F) {
	for _, seed := range []string{"a=1; __Host-session=x", "__Host-session", "=; =session=x", "\"__Host-session=x\"", "a=\"b; session=x\"", ";;, session=x", "\t__Host-device\t=x"} {
		f.Add(seed)
	}
	app := viteApp(f)
	f.Fuzz(func(t *testing.T, cookies string) {
		var from fasthttp.RequestHeader
		if from.Read(bufio.NewReader(strings.NewReader("GET / HTTP/1.1\r\nHost: x\r\nCookie: "+cookies+"\r\n\r\n"))) != nil || CheckRequest(&from) != nil {
			return
		}
		head := app.upstream.ask(nil, &from, Match{Path: "/"}, theCall, "")
		got, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(head)))
		if err != nil {
			t.Fatalf("%v: %q", err, head)
		}
		for _, each := range got.Cookies() {
			if isOurs([]byte(each.Name)) {
				t.Fatalf("%q of %q", each.Name, head)
			}
		}
	})
}
