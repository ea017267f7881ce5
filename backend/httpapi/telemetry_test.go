package httpapi_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// scrape gives the figures of a replica as Prometheus reads them, by name and labels.
func (r *replica) scrape() map[string]string {
	r.t.Helper()
	got, err := http.Get("http://" + r.inside + "/metrics")
	require.NoError(r.t, err)
	defer got.Body.Close()
	require.Equal(r.t, http.StatusOK, got.StatusCode)
	text, err := io.ReadAll(got.Body)
	require.NoError(r.t, err)
	figures := map[string]string{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if end := strings.LastIndex(line, " "); end > 0 && !strings.HasPrefix(line, "#") {
			figures[line[:end]] = line[end+1:]
		}
	}
	return figures
}

func TestAReplicaCountsWhatItDoes(t *testing.T) {
	r := boot(t)
	p := r.person()
	for range 3 {
		p.get("/api/record/").is(200)
	}
	p.get("/api/gone/").problem(502, "bad_gateway")
	p.get("/auth/session").is(200)
	p.post("/auth/logout", nil).is(204)
	p.cookie = strings.Repeat("A", 43)
	p.get("/api/record/").problem(401, "unauthenticated")

	figures := r.scrape()
	for name, want := range map[string]string{
		`vestibule_session_lookups_total{outcome="database"}`:                      "1",
		`vestibule_session_lookups_total{outcome="cache"}`:                         "5",
		`vestibule_session_lookups_total{outcome="refused"}`:                       "1",
		`vestibule_tokens_issued_total{audience="record"}`:                         "1",
		`vestibule_exchanges_total{downstream="record",token="cached"}`:            "2",
		`vestibule_exchanges_total{downstream="record",token="issued"}`:            "1",
		`vestibule_revocations_total{reason="signed_out"}`:                         "1",
		`vestibule_revocation_delay_seconds_count`:                                 "1",
		`vestibule_proxy_duration_seconds_count{downstream="record",status="2xx"}`: "3",
		`vestibule_proxy_duration_seconds_count{downstream="gone",status="5xx"}`:   "1",
		`vestibule_requests_total{route="POST /auth/register",status="201"}`:       "1",
		`vestibule_requests_total{route="GET /auth/session",status="200"}`:         "1",
		`vestibule_requests_total{route="POST /auth/logout",status="204"}`:         "1",
	} {
		require.Equal(t, want, figures[name], name)
	}
	require.Contains(t, figures, "go_goroutines")
	require.Contains(t, figures, "process_resident_memory_bytes")
}

func TestTheTraceOfARequestLeadsOnToItsDownstreamUnderTheRequestsOwnId(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	tracer := sdk.NewTracerProvider(sdk.WithSyncer(spans)).Tracer("test")
	r := boot(t, func(s *setup) { s.tracer = tracer })
	p := r.person()
	spans.Reset()
	strangers := "00-" + strings.Repeat("a", 32) + "-" + strings.Repeat("b", 16) + "-01"
	p.get("/api/record/some/path?secret=1", "Traceparent", strangers).is(200)
	seen := r.record.taken()[0].header
	recorded := spans.GetSpans().Snapshots()
	require.Len(t, recorded, 2)
	there, here := recorded[0], recorded[1]
	require.Equal(t, "GET /api/:downstream/*", here.Name(), "no path of anyone is in a name")
	require.Equal(t, "downstream record", there.Name())
	require.Equal(t, here.SpanContext().SpanID(), there.Parent().SpanID())
	id := here.SpanContext().TraceID().String()
	require.Equal(t, id, seen.Get("X-Request-Id"))
	require.Equal(t, "00-"+id+"-"+there.SpanContext().SpanID().String()+"-01", seen.Get("Traceparent"))
	require.NotEqual(t, strings.Repeat("a", 32), id)

	spans.Reset()
	p.get("/api/gone/").problem(502, "bad_gateway")
	for _, span := range spans.GetSpans().Snapshots() {
		require.Equal(t, "bad_gateway", span.Status().Description)
	}
}

func TestNoSecretIsEverInALogOrAFigure(t *testing.T) {
	out := &logged{}
	r := boot(t, func(s *setup) {
		s.log = slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	p := r.person()
	p.get("/api/record/?password=" + url.QueryEscape(goodPassword)).is(200)
	bearer := bearerOf(t, r.record.taken()[0])
	p.get("/api/gone/", "Authorization", "Basic planted-secret").problem(502, "bad_gateway")
	p.get("/auth/session", "Authorization", "Bearer "+bearer).problem(400, "ambiguous_credentials")
	p.post("/auth/step-up", object{"password": "not the right one at all"}).problem(401, "invalid_credentials")
	p.post("/auth/login", `{"email": "x", "password": "planted in bad json`).problem(400, "malformed_json")
	r.visitor().signIn(p.email, "another planted password").problem(401, "invalid_credentials")
	old := p.cookie
	p.post("/auth/step-up", object{"password": goodPassword}).is(204)
	r.exec(`NOTIFY vestibule, 'not ours'`)
	require.Eventually(t, func() bool { return strings.Contains(out.String(), "that can't be read") }, within, 1e6)

	figures := r.scrape()
	said := out.String()
	for name := range figures {
		said += name
	}
	require.Contains(t, said, "request_id")
	for _, secret := range []string{goodPassword, p.cookie, old, bearer, "planted", "not the right one", strings.Split(bearer, ".")[2]} {
		require.NotContains(t, said, secret)
	}
	require.NotRegexp(t, regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.`), said)
}
