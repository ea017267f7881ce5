package orders_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestWithoutATokenNothingButHealthIsAnswered(t *testing.T) {
	s := newShop(t)
	for _, path := range []string{"/", "/whoami", "/events", "/nowhere", "/healthz/", "/%68ealthz/x"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete} {
			answer, body := s.send(s.as("", method, path, "{}"))
			require.Equal(t, http.StatusUnauthorized, answer.StatusCode, "%s %s", method, path)
			require.Equal(t, `Bearer realm="orders"`, answer.Header.Get("WWW-Authenticate"))
			require.NotContains(t, body, "orders\":")
		}
	}
	answer, body := s.send(s.as("", http.MethodGet, "/healthz", ""))
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.JSONEq(t, `{"status":"ok"}`, body)
}

func TestATokenForAnotherServiceIsRefused(t *testing.T) {
	s := newShop(t)
	request := s.as("", http.MethodGet, "/", "")
	request.Header.Set("Authorization", "Bearer "+s.token("ada", "insights"))
	answer, body := s.send(request)
	require.Equal(t, http.StatusUnauthorized, answer.StatusCode)
	require.Contains(t, body, "invalid_token")
}

func TestWhatIsAnsweredBelongsToTheSubject(t *testing.T) {
	s := newShop(t)
	ada, grace := s.list("ada"), s.list("grace")
	require.NotEqual(t, ada, grace)
	require.Equal(t, ada, s.list("ada"))
	require.Equal(t, ada, newShop(t).list("ada"), "also after a new start")
	for _, mine := range [][]order{ada, grace} {
		require.GreaterOrEqual(t, len(mine), 12)
		require.True(t, slices.IsSortedFunc(mine, func(a, b order) int { return b.PlacedAt.Compare(a.PlacedAt) }), "newest first")
		for _, o := range mine {
			require.Regexp(t, `^\d+\.\d\d$`, o.Total.Amount)
			require.Equal(t, "EUR", o.Total.Currency)
			require.Contains(t, []string{"new", "packed", "sent", "returned"}, o.State)
			require.True(t, o.PlacedAt.Before(noon))
		}
	}
}

func TestAnOrderThatIsPlacedIsTheNewestOfItsOwnerAndNobodyElses(t *testing.T) {
	s := newShop(t)
	before, others := s.list("ada"), s.list("grace")
	answer, body := s.send(s.as("ada", http.MethodPost, "/", `{"customer":"  Café North Pier ","items":3}`))
	require.Equal(t, http.StatusCreated, answer.StatusCode)
	var made order
	require.NoError(t, json.Unmarshal([]byte(body), &made))
	require.Equal(t, before[0].ID+1, made.ID)
	require.Equal(t, "Café North Pier", made.Customer)
	require.Equal(t, "37.50", made.Total.Amount)
	require.Equal(t, "new", made.State)
	require.True(t, made.PlacedAt.Equal(noon))
	require.Equal(t, append([]order{made}, before...), s.list("ada"))
	require.Equal(t, others, s.list("grace"))
}

func TestAnOrderThatBreaksARuleIsRefusedAndNotKept(t *testing.T) {
	s := newShop(t)
	before := s.list("ada")
	text := func(customer string, items int) string {
		written, err := json.Marshal(map[string]any{"customer": customer, "items": items})
		require.NoError(t, err)
		return string(written)
	}
	refusals := map[string]struct {
		status int
		bodies []string
	}{
		"malformed_json": {http.StatusBadRequest, []string{"", "x", "[]", `"a"`, `{"customer":"a"`, `{"customer":1,"items":1}`, `{"customer":"a","items":"1"}`,
			`{"customer":"a","items":1.5}`, `{"customer":"a","items":1,"state":"sent"}`, text("a", 1) + text("b", 1), text("a", 1) + "x"}},
		"validation_failed": {http.StatusUnprocessableEntity, []string{"{}", "null", text("", 1), text("   ", 1), text("a", 0), text("a", -1), text("a", 1001),
			text(strings.Repeat("é", 101), 1)}},
		"body_too_large": {http.StatusRequestEntityTooLarge, []string{text(strings.Repeat("a", 64<<10), 1), text("a", 1) + strings.Repeat(" ", 64<<10)}},
	}
	for code, refusal := range refusals {
		for _, body := range refusal.bodies {
			answer, said := s.send(s.as("ada", http.MethodPost, "/", body))
			require.Equal(t, refusal.status, answer.StatusCode, "%.60s", body)
			require.Equal(t, "application/problem+json", answer.Header.Get("Content-Type"))
			require.Contains(t, said, `"code":"`+code+`"`)
		}
	}
	require.Equal(t, before, s.list("ada"))
	for _, body := range []string{text(strings.Repeat("é", 100), 1), text("a", 1000), text("a", 1) + " \n"} {
		answer, _ := s.send(s.as("ada", http.MethodPost, "/", body))
		require.Equal(t, http.StatusCreated, answer.StatusCode)
	}
}

func TestNobodyKeepsMoreThanTwoHundredOrders(t *testing.T) {
	s := newShop(t)
	first := s.list("ada")[0].ID
	for i := range 200 {
		answer, _ := s.send(s.as("ada", http.MethodPost, "/", `{"customer":"`+strconv.Itoa(i)+`","items":1}`))
		require.Equal(t, http.StatusCreated, answer.StatusCode)
	}
	mine := s.list("ada")
	require.Len(t, mine, 200)
	require.Equal(t, first+200, mine[0].ID)
	require.Equal(t, first+1, mine[199].ID)
}

func TestWhoamiShowsTheClaimsAndHeadersThatArrivedAndNeverTheToken(t *testing.T) {
	s := newShop(t)
	request := s.as("ada", http.MethodGet, "/whoami", "")
	raw := strings.TrimPrefix(request.Header.Get("Authorization"), "Bearer ")
	request.Header.Set("X-Forwarded-For", "203.0.113.7")
	request.Host = "orders.internal"
	answer, body := s.send(request)
	require.Equal(t, http.StatusOK, answer.StatusCode)
	for _, part := range strings.Split(raw, ".") {
		require.NotContains(t, body, part)
	}
	var read struct {
		Service, Host string
		Claims        map[string]any
		Headers       http.Header
	}
	require.NoError(t, json.Unmarshal([]byte(body), &read))
	require.Equal(t, "orders", read.Service)
	require.Equal(t, "orders.internal", read.Host)
	require.Equal(t, []string{"203.0.113.7"}, read.Headers["X-Forwarded-For"])
	require.Equal(t, []string{"Bearer (verified)"}, read.Headers["Authorization"])
	require.NotEmpty(t, read.Claims["jti"])
	delete(read.Claims, "jti")
	require.Equal(t, map[string]any{"iss": issuerURL, "sub": "ada", "aud": "orders", "exp": float64(noon.Unix() + 300), "iat": float64(noon.Unix()), "sid": "a-session",
		"client_id": "vestibule", "auth_time": float64(noon.Unix()), "amr": []any{"pwd"}, "acr": "aal1", "roles": []any{"user"}}, read.Claims)
}

func TestEventsStreamAsTheyHappenUntilTheCallerLeaves(t *testing.T) {
	s := newShop(t)
	count := len(s.list("ada"))
	ctx, leave := context.WithTimeout(t.Context(), 20*time.Second)
	defer leave()
	answer, err := s.server.Client().Do(s.as("ada", http.MethodGet, "/events", "").WithContext(ctx))
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))
	lines := bufio.NewScanner(answer.Body)
	next := func() (event []string) {
		for lines.Scan() && lines.Text() != "" {
			event = append(event, lines.Text())
		}
		return event
	}
	data := func(n int) string { return `data: {"orders": ` + strconv.Itoa(n) + `}` }
	require.Equal(t, []string{"id: 1", "event: count", data(count)}, next())
	s.send(s.as("ada", http.MethodPost, "/", `{"customer":"a","items":1}`))
	require.Equal(t, []string{"id: 2", "event: count", data(count + 1)}, next())
	leave()
	closed := make(chan struct{})
	go func() { s.server.Close(); close(closed) }() // which waits for all that are under way
	select {
	case <-closed:
	case <-time.After(4 * time.Second):
		t.Fatal("the stream goes on without its reader")
	}
}

func TestAStreamEndsWithItsRequestAlsoWhereNoWriteFails(t *testing.T) {
	s := newShop(t)
	s.list("ada") // the keys are there: what is waited for below is the stream
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		s.handler.ServeHTTP(httptest.NewRecorder(), s.as("ada", http.MethodGet, "/events", "").WithContext(ctx))
		close(ended)
	}()
	leave()
	select {
	case <-ended:
	case <-time.After(5 * time.Second):
		t.Fatal("it goes on for ever")
	}
}

func TestAHeadOfTheEventsEnds(t *testing.T) {
	s := newShop(t)
	ended := make(chan *httptest.ResponseRecorder, 1)
	go func() {
		answer := httptest.NewRecorder()
		s.handler.ServeHTTP(answer, s.as("ada", http.MethodHead, "/events", ""))
		ended <- answer
	}()
	select {
	case answer := <-ended:
		require.Equal(t, http.StatusOK, answer.Code)
		require.Equal(t, "text/event-stream", answer.Header().Get("Content-Type"))
	case <-time.After(5 * time.Second):
		t.Fatal("it goes on for ever")
	}
}

// stuck is a reader who takes nothing.
type stuck struct {
	*httptest.ResponseRecorder
	writing, release chan struct{}
}

func (s stuck) Write([]byte) (int, error) {
	close(s.writing)
	<-s.release
	return 0, http.ErrHandlerTimeout
}

func TestAReaderWhoTakesNothingHoldsUpNobodyElse(t *testing.T) {
	s := newShop(t)
	for _, request := range []*http.Request{s.as("ada", http.MethodGet, "/", ""), s.as("ada", http.MethodPost, "/", `{"customer":"a","items":1}`)} {
		slow := stuck{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
		ended := make(chan struct{})
		go func() { s.handler.ServeHTTP(slow, request); close(ended) }()
		<-slow.writing
		others := make(chan struct{})
		go func() {
			s.handler.ServeHTTP(httptest.NewRecorder(), s.as("grace", http.MethodGet, "/", ""))
			close(others)
		}()
		select {
		case <-others:
		case <-time.After(5 * time.Second):
			t.Error("everybody waits for the slow one")
		}
		close(slow.release)
		<-ended
	}
}

func TestAnUnknownPathIsNotFoundAndAWrongMethodNotAllowed(t *testing.T) {
	s := newShop(t)
	for _, path := range []string{"/nowhere", "/whoami/", "/orders", "/healthz/x"} {
		answer, _ := s.send(s.as("ada", http.MethodGet, path, ""))
		require.Equal(t, http.StatusNotFound, answer.StatusCode, path)
	}
	for path, allowed := range map[string]string{"/": "GET, HEAD, POST", "/whoami": "GET, HEAD", "/events": "GET, HEAD"} {
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
			answer, _ := s.send(s.as("ada", method, path, ""))
			require.Equal(t, http.StatusMethodNotAllowed, answer.StatusCode, "%s %s", method, path)
			require.Equal(t, allowed, answer.Header.Get("Allow"))
		}
	}
}
