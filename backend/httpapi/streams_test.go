package httpapi_test

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

func TestAStreamOfADownstreamArrivesAsItIsSent(t *testing.T) {
	r := boot(t)
	p := r.person()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.at+"/api/orders/events", http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Cookie", "__Host-session="+p.cookie)
	got, err := r.client.Do(request)
	require.NoError(t, err)
	defer got.Body.Close()
	answer{t, got.StatusCode, got.Header, ""}.fenced()
	first, err := bufio.NewReader(got.Body).ReadString('\n') // the stream itself has no end
	require.NoError(t, err)
	require.Equal(t, "id: 1\n", first)
}

// echo is a downstream that says back what it hears over a WebSocket.
func echo(w http.ResponseWriter, request *http.Request) {
	c, err := websocket.Accept(w, request, &websocket.AcceptOptions{InsecureSkipVerify: true})
	if err != nil {
		return
	}
	defer c.CloseNow()
	for {
		kind, said, err := c.Read(request.Context())
		if err != nil || c.Write(request.Context(), kind, said) != nil {
			return
		}
	}
}

func TestAWebSocketPassesWithTheTokenAndOnlyFromHere(t *testing.T) {
	r := boot(t)
	r.record.answers(echo)
	p := r.person()
	dial := func(headers ...string) (*websocket.Conn, int) {
		options := &websocket.DialOptions{HTTPHeader: http.Header{}, HTTPClient: r.client}
		for i := 0; i < len(headers); i += 2 {
			options.HTTPHeader.Set(headers[i], headers[i+1])
		}
		c, got, err := websocket.Dial(t.Context(), "ws://"+r.at+"/api/record/ws", options)
		require.NotNil(t, got)
		if err != nil {
			return nil, got.StatusCode
		}
		return c, got.StatusCode
	}
	cookie := "__Host-session=" + p.cookie
	for _, refused := range [][]string{
		{"Cookie", cookie}, {"Cookie", cookie, "Origin", "https://evil.example.com"}, {"Cookie", cookie, "Sec-Fetch-Site", "same-site"},
		{"Cookie", cookie, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, {"Origin", "https://evil.example.com"},
	} {
		_, status := dial(refused...)
		require.Equal(t, 403, status, refused)
	}
	_, status := dial("Origin", publicURL)
	require.Equal(t, 401, status)
	require.Empty(t, r.record.taken())

	c, status := dial("Cookie", cookie, "Origin", publicURL)
	require.Equal(t, 101, status)
	defer c.CloseNow()
	require.NoError(t, c.Write(t.Context(), websocket.MessageText, []byte("hello")))
	_, said, err := c.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, "hello", string(said))
	seen := r.record.taken()
	require.Len(t, seen, 1)
	require.Empty(t, seen[0].header.Values("Cookie"))
	claims, err := r.verifier("record").Verify(t.Context(), bearerOf(t, seen[0]))
	require.NoError(t, err)
	require.Equal(t, p.sid, claims.SID)
}

func TestAStrangersUserAgentIsKeptWithinBounds(t *testing.T) {
	r := boot(t)
	p := r.person()
	for _, agent := range []string{"", strings.Repeat("x", 5_000), strings.Repeat("é", 400), "\xff\xfe", "a\xffb", "() { :;}; x", "Mozilla/5.0 (", "Mozilla/", ";;;;", "/", "(((((", "Bot/1.0 (+http://x)"} {
		answers, all := r.raw("POST /auth/login HTTP/1.1\r\nHost: app.example.com\r\nContent-Type: application/json\r\nUser-Agent: " + agent +
			"\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n" + padded(`{"email":"`+p.email+`","password":"`+goodPassword+`"}`, 5000))
		require.Len(t, answers, 1, all)
		answers[0].is(200)
		kept := one[string](r, `SELECT user_agent FROM sessions ORDER BY created_at DESC LIMIT 1`)
		require.LessOrEqual(t, len(kept), 512)
		require.True(t, utf8.ValidString(kept))
	}
	for _, s := range p.get("/auth/sessions").is(200).json()["sessions"].([]any) { // which has no room for it
		require.LessOrEqual(t, len(s.(map[string]any)["device"].(map[string]any)["browser"].(string)), 32)
	}
	require.Len(t, p.get("/auth/sessions").is(200).json()["sessions"], 13)
	p.get("/auth/events").is(200)
}

// padded fills a text up with spaces.
func padded(text string, size int) string { return text + strings.Repeat(" ", size-len(text)) }

func TestALeaverOfADownloadLeavesNothingForTheNext(t *testing.T) {
	r := boot(t)
	p, next := r.person(), r.person()
	r.record.answers(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path == "/long" {
			_, _ = io.WriteString(w, strings.Repeat("somebody else's ", 1<<16))
			return
		}
		_, _ = io.WriteString(w, "mine")
	})
	for range 20 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+r.at+"/api/record/long", http.NoBody)
		require.NoError(t, err)
		request.Header.Set("Cookie", "__Host-session="+p.cookie)
		got, err := r.client.Do(request)
		require.NoError(t, err)
		_, err = io.ReadFull(got.Body, make([]byte, 10))
		require.NoError(t, err)
		require.NoError(t, got.Body.Close())
		require.Equal(t, "mine", next.get("/api/record/short").is(200).body)
	}
}
