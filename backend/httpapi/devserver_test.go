package httpapi_test

import (
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

// devServed boots a replica whose app comes from a development server, which records what it gets.
func devServed(t *testing.T) (*replica, *recorder) {
	t.Helper()
	server := newRecorder(t)
	return boot(t, func(s *setup) { s.devServer = server.URL }), server
}

// fromApp makes a request of which the development server's answer is expected. It has all headers of
// a page of ours, but that its policy only reports.
func (b *browser) fromApp(method, path string, body io.Reader, headers ...string) answer {
	b.r.t.Helper()
	request, err := http.NewRequestWithContext(b.r.t.Context(), method, "http://"+b.r.at+path, body)
	require.NoError(b.r.t, err)
	for name, value := range b.headers {
		request.Header.Set(name, value)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	sent, err := b.r.client.Do(request)
	require.NoError(b.r.t, err)
	defer sent.Body.Close()
	text, err := io.ReadAll(sent.Body)
	require.NoError(b.r.t, err)
	require.Empty(b.r.t, sent.Header.Values("Content-Security-Policy"))
	policies := sent.Header.Values("Content-Security-Policy-Report-Only")
	require.Len(b.r.t, policies, 1)
	require.Contains(b.r.t, policies[0], "default-src 'none'; script-src 'self'")
	sent.Header.Set("Content-Security-Policy", policies[0]) // for the rest, as any other
	got := answer{b.r.t, sent.StatusCode, sent.Header, string(text)}
	got.fenced()
	return got
}

func TestWhatIsNotOursGoesToTheDevelopmentServer(t *testing.T) {
	r, server := devServed(t)
	server.answers(func(w http.ResponseWriter, request *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, "from the app: "+request.Method)
	})
	for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
		for _, path := range []string{"/", "/src/main.ts?t=1&x=%2F..", "/@vite/client", "/node_modules/.vite/deps/a.js", "/apidocs", "/accounts", "/.well", "/search/100%25", "/search/%25zz"} {
			got := r.visitor().fromApp(method, path, strings.NewReader("a body")).is(202)
			require.Equal(t, "text/javascript", got.header.Get("Content-Type"))
			seen := server.taken()
			require.Len(t, seen, 1, path)
			require.Equal(t, []string{method, path, "a body"}, []string{seen[0].method, seen[0].target, seen[0].body})
			if method != "HEAD" {
				require.Equal(t, "from the app: "+method, got.body)
			}
		}
	}
	r.visitor().send("TRACE", "/", nil).problem(405, "method_not_allowed")
	require.Empty(t, server.taken())
}

func TestWhatIsOursNeverGoesToTheDevelopmentServer(t *testing.T) {
	r, server := devServed(t)
	p := r.person()
	p.get("/auth/session").is(200)
	p.get("/api/orders/").is(200)
	require.Contains(t, p.get("/account/").is(200).body, "<title>account</title>")
	p.get("/account").is(301)
	p.get("/account/devices").is(200)
	p.post("/account/", "{}").problem(405, "method_not_allowed")
	p.post("/account", "{}").problem(405, "method_not_allowed")
	for _, path := range []string{
		"/api", "/api/", "/auth", "/auth/nothing", "/oauth/nothing", "/admin", "/admin/nothing", "/.well-known/nothing",
		"/API/orders/", "/Auth/session", "/ACCOUNT/", "/%61pi/orders/", "/a%75th/session", "/%2561ccount/", "/%41dmin", "/.Well-Known/x", "/%25252561pi", "/%2561pi/100%25", "/%25%2536%31pi/100%25", "/api/100%25",
	} {
		for _, method := range []string{"GET", "POST"} {
			got := p.send(method, path, nil)
			require.Contains(t, []int{401, 404}, got.status, "%s %s", method, path)
		}
	}
	for _, path := range []string{"/x/../api/orders/", "/x/%2e%2e/api/orders/", "//api/orders/", "/x%2f..%2fapi", `/x\..\api`, "/x/..;/api/"} {
		answers, all := r.raw("GET " + path + " HTTP/1.1\r\nHost: app.example.com\r\n\r\n")
		require.Len(t, answers, 1, all)
		answers[0].problem(400, "path_refused")
	}
	require.Empty(t, server.taken())
}

func TestTheDevelopmentServerGetsNothingThatIsOurs(t *testing.T) {
	r, server := devServed(t)
	p := r.person()
	p.fromApp("PUT", "/x", strings.NewReader("x"),
		"Cookie", "theme=dark; __Host-session="+p.cookie+"; __Host-device=d; lang=de", "X-CSRF", "1",
		"Forwarded", "for=1.2.3.4", "X-Forwarded-For", "203.0.113.9", "X-Forwarded-Host", "evil.example.com", "X-Forwarded-Prefix", "/x", "X-Real-Ip", "1.2.3.4",
		"Accept", "text/html").is(200)
	p.fromApp("GET", "/x", nil, "Authorization", "Bearer abc").is(200)
	seen := server.taken()
	require.Len(t, seen, 2)
	require.Equal(t, []string{"Accept", "Content-Length", "Cookie", "Sec-Fetch-Site", "Traceparent", "User-Agent", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Request-Id"},
		slices.Sorted(maps.Keys(seen[0].header)))
	for name, want := range map[string]string{
		"Cookie": "theme=dark; lang=de", "X-Forwarded-For": "203.0.113.9", "X-Forwarded-Host": "app.example.com", "X-Forwarded-Proto": "https",
	} {
		require.Equal(t, []string{want}, seen[0].header.Values(name), name)
	}
	require.Equal(t, strings.TrimPrefix(server.URL, "http://"), seen[0].host)
	require.Empty(t, seen[1].header.Values("Authorization"))
	require.Empty(t, seen[1].header.Values("Cookie"))
}

func TestTheDevelopmentServerSetsNoCookieOfOurs(t *testing.T) {
	r, server := devServed(t)
	server.answers(func(w http.ResponseWriter, _ *http.Request) {
		for name, values := range map[string][]string{
			"Set-Cookie":      {"__Host-session=stolen; Path=/; Secure", "theme=dark", "__host-device=x"},
			"Clear-Site-Data": {`"cookies"`}, "Service-Worker-Allowed": {"/"}, "Access-Control-Allow-Origin": {"*"},
			"Content-Security-Policy": {"script-src *"}, "Cache-Control": {"max-age=31536000,immutable"},
		} {
			w.Header()[name] = values
		}
	})
	got := r.visitor().fromApp("GET", "/", nil).is(200)
	require.Equal(t, []string{"theme=dark"}, got.header.Values("Set-Cookie"))
	require.Empty(t, got.header.Values("Clear-Site-Data"))
	require.Empty(t, got.header.Values("Service-Worker-Allowed"))
	require.Equal(t, "private, max-age=31536000, immutable", got.header.Get("Cache-Control"))
}

func TestTheCrossSiteRuleHoldsBeforeTheDevelopmentServerToo(t *testing.T) {
	r, server := devServed(t)
	p := r.person()
	for _, refused := range [][]string{
		{"Sec-Fetch-Site", "", "X-CSRF", ""}, {"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example.com"},
	} {
		p.post("/save", "{}", refused...).problem(403, "csrf_rejected")
	}
	p.get("/", "Authorization", "Bearer abc").problem(400, "ambiguous_credentials")
	require.Empty(t, server.taken())
	p.fromApp("POST", "/save", strings.NewReader("{}"), "Origin", publicURL).is(200)
}

func TestHotReloadsWebSocketPassesFromHereAlone(t *testing.T) {
	r, server := devServed(t)
	server.answers(echo)
	p := r.person()
	dial := func(headers ...string) (*websocket.Conn, int) {
		options := &websocket.DialOptions{HTTPHeader: http.Header{}, HTTPClient: r.client, Subprotocols: []string{"vite-hmr"}}
		for i := 0; i < len(headers); i += 2 {
			options.HTTPHeader.Set(headers[i], headers[i+1])
		}
		c, got, err := websocket.Dial(t.Context(), "ws://"+r.at+"/?token=abc", options)
		require.NotNil(t, got)
		if err != nil {
			return nil, got.StatusCode
		}
		return c, got.StatusCode
	}
	cookie := "a=1; __Host-session=" + p.cookie
	for _, refused := range [][]string{
		{"Cookie", cookie}, {"Cookie", cookie, "Origin", "https://evil.example.com"}, {"Origin", "https://evil.example.com"}, {"Cookie", cookie, "Sec-Fetch-Site", "same-site"},
	} {
		_, status := dial(refused...)
		require.Equal(t, 403, status, refused)
	}
	require.Empty(t, server.taken())

	c, status := dial("Cookie", cookie, "Origin", publicURL)
	require.Equal(t, 101, status)
	defer c.CloseNow()
	require.NoError(t, c.Write(t.Context(), websocket.MessageText, []byte("hello")))
	_, said, err := c.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, "hello", string(said))
	seen := server.taken()
	require.Len(t, seen, 1)
	require.Equal(t, "/?token=abc", seen[0].target)
	require.Equal(t, []string{"vite-hmr"}, seen[0].header.Values("Sec-Websocket-Protocol"))
	require.Equal(t, []string{"a=1"}, seen[0].header.Values("Cookie"))

	r.exec(`DELETE FROM sessions`) // it is of no session: a page that signs in and out goes on being reloaded
	require.NoError(t, c.Write(t.Context(), websocket.MessageText, []byte("still here")))
	_, said, err = c.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, "still here", string(said))
}

func TestADevelopmentServerStreams(t *testing.T) {
	r, server := devServed(t)
	more := make(chan struct{})
	server.answers(func(w http.ResponseWriter, request *http.Request) {
		_, _ = io.WriteString(w, "first")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-more:
			_, _ = io.WriteString(w, " second")
		case <-request.Context().Done():
		}
	})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.at+"/events", http.NoBody)
	require.NoError(t, err)
	got, err := r.client.Do(request)
	require.NoError(t, err)
	defer got.Body.Close()
	first := make([]byte, 5)
	_, err = io.ReadFull(got.Body, first)
	require.NoError(t, err)
	close(more)
	rest, err := io.ReadAll(got.Body)
	require.NoError(t, err)
	require.Equal(t, "first second", string(first)+string(rest))
}

func TestADevelopmentServerThatIsDownIsSaidAndAskedAgain(t *testing.T) {
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	r := boot(t, func(s *setup) { s.devServer = gone.URL })
	page := r.visitor().get("/orders/17", "Accept", "text/html,*/*;q=0.8").is(502)
	require.Equal(t, "text/html; charset=utf-8", page.header.Get("Content-Type"))
	require.Equal(t, "no-store", page.header.Get("Cache-Control"))
	require.Empty(t, page.header.Values("Content-Security-Policy-Report-Only"))
	found := nonce.FindStringSubmatch(page.header.Get("Content-Security-Policy"))
	require.Len(t, found, 2)
	for _, says := range []string{`<script nonce="` + found[1] + `">`, gone.URL, "VESTIBULE_UI_APP", "npm run dev", `<style nonce="` + found[1] + `">`} {
		require.Contains(t, page.body, says)
	}
	require.NotContains(t, page.body, "%!")
	require.Empty(t, r.visitor().send("HEAD", "/", nil, "Accept", "text/html").is(502).body)
	for _, script := range [][]string{{"Accept", "*/*"}, {"Accept", "application/json"}, {"Accept", ""}} {
		got := r.visitor().get("/src/main.ts", script...)
		got.problem(502, "app_unreachable")
		require.Empty(t, got.header.Values("Content-Security-Policy-Report-Only"))
	}
	_, status, err := websocket.Dial(t.Context(), "ws://"+r.at+"/", &websocket.DialOptions{HTTPHeader: http.Header{"Origin": {publicURL}}, HTTPClient: r.client})
	require.Error(t, err)
	require.Equal(t, 502, status.StatusCode)
	r.visitor().get("/account/").is(200)
}

func TestADevelopmentServerThatBreaksOffIsNotTakenForOneThatIsDown(t *testing.T) {
	r, server := devServed(t)
	server.answers(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	r.visitor().get("/", "Accept", "text/html").problem(502, "bad_gateway")
	server.answers(func(w http.ResponseWriter, request *http.Request) {
		http.Redirect(w, request, "https://evil.example.com/", http.StatusFound)
	})
	r.visitor().get("/", "Accept", "text/html").problem(502, "bad_gateway")
	server.answers(func(w http.ResponseWriter, request *http.Request) {
		http.Redirect(w, request, server.URL+"/app/", http.StatusFound)
	})
	require.Equal(t, "/app/", r.visitor().fromApp("GET", "/", nil).is(302).header.Get("Location"))
}

func TestADevelopmentServerThatHangsUpOnAnUploadIsNotTakenForOneThatIsDown(t *testing.T) {
	server := listen(t)
	r := boot(t, func(s *setup) { s.devServer = "http://" + server.Addr().String() })
	go func() {
		for {
			conn, err := server.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1))
			_ = conn.(*net.TCPConn).SetLinger(0) // the connection is reset
			_ = conn.Close()
		}
	}()
	// Less than what is read of a body that is refused: more, and the answer may be lost to a reset.
	r.visitor().post("/", strings.Repeat("x", 200<<10), "Accept", "text/html").problem(502, "bad_gateway")
}
