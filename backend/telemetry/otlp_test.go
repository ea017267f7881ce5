package telemetry

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func env(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestSpansArriveAtTheCollectorAsOTLPHasThem(t *testing.T) {
	type asked struct {
		path, kind, key string
		body            []byte
	}
	got := make(chan asked, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- asked{r.URL.Path, r.Header.Get("Content-Type"), r.Header.Get("X-Key"), body}
	}))
	defer collector.Close()
	sender, err := newOTLP(env(map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL, "OTEL_EXPORTER_OTLP_HEADERS": "x-key=a%20b"}))
	require.NoError(t, err)
	provider := sdk.NewTracerProvider(sdk.WithSyncer(sender))
	ctx, parent := provider.Tracer("vestibule").Start(t.Context(), "parent")
	_, span := provider.Tracer("vestibule").Start(ctx, "child", trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("s", "x"), attribute.Int("n", 7), attribute.Bool("b", true)))
	span.SetStatus(codes.Error, "bad_gateway")
	span.End()
	sent := <-got
	require.Equal(t, []string{"/v1/traces", "application/json", "a b"}, []string{sent.path, sent.kind, sent.key})
	var said struct {
		ResourceSpans []struct {
			ScopeSpans []struct {
				Scope struct{ Name string }
				Spans []map[string]any
			}
		}
	}
	require.NoError(t, json.Unmarshal(sent.body, &said))
	scope := said.ResourceSpans[0].ScopeSpans[0]
	require.Equal(t, "vestibule", scope.Scope.Name)
	one := scope.Spans[0]
	require.Regexp(t, `^[0-9]{19}$`, one["startTimeUnixNano"])
	require.Regexp(t, `^[0-9]{19}$`, one["endTimeUnixNano"])
	delete(one, "startTimeUnixNano")
	delete(one, "endTimeUnixNano")
	require.Equal(t, map[string]any{
		"traceId": parent.SpanContext().TraceID().String(), "spanId": span.SpanContext().SpanID().String(),
		"parentSpanId": parent.SpanContext().SpanID().String(), "flags": 1.0, "name": "child", "kind": 3.0,
		"status": map[string]any{"code": 2.0, "message": "bad_gateway"},
		"attributes": []any{
			map[string]any{"key": "s", "value": map[string]any{"stringValue": "x"}},
			map[string]any{"key": "n", "value": map[string]any{"intValue": "7"}},
			map[string]any{"key": "b", "value": map[string]any{"boolValue": true}},
		},
	}, one)
}

func TestACollectorThatRefusesIsSaidWithoutItsAddress(t *testing.T) {
	for _, status := range []int{301, 401, 500} {
		collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		}))
		sender, err := newOTLP(env(map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": collector.URL + "/key-abc"}))
		require.NoError(t, err)
		_, span := sdk.NewTracerProvider().Tracer("x").Start(context.Background(), "x")
		one := []sdk.ReadOnlySpan{span.(sdk.ReadOnlySpan)}
		require.ErrorContains(t, sender.ExportSpans(t.Context(), one), "the traces' collector answers")
		collector.Close()
		err = sender.ExportSpans(t.Context(), one)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "key-abc")
	}
}

func TestWhatOpenTelemetrysVariablesCanNotMeanIsSaid(t *testing.T) {
	sender, err := newOTLP(env(nil))
	require.NoError(t, err)
	require.Nil(t, sender)
	good := "http://localhost:4318"
	for name, variables := range map[string]map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT":        {"OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:4318"},
		"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "ftp://x", "OTEL_EXPORTER_OTLP_ENDPOINT": good},
		"OTEL_EXPORTER_OTLP_TIMEOUT":         {"OTEL_EXPORTER_OTLP_TIMEOUT": "10s", "OTEL_EXPORTER_OTLP_ENDPOINT": good},
		"OTEL_EXPORTER_OTLP_HEADERS":         {"OTEL_EXPORTER_OTLP_HEADERS": "no equals sign", "OTEL_EXPORTER_OTLP_ENDPOINT": good},
	} {
		_, err := newOTLP(env(variables))
		require.ErrorContains(t, err, name+": must be")
	}
}
