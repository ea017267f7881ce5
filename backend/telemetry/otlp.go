package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// otlp sends spans to a collector: OTLP 1.x over HTTP, in JSON. That is one POST; OpenTelemetry's own
// exporter brings gRPC with it, a third of the time that everything here takes to build.
type otlp struct {
	endpoint string
	headers  http.Header
	client   *http.Client
}

var _ sdk.SpanExporter = (*otlp)(nil)

// newOTLP reads OpenTelemetry's own variables; nil where no endpoint is set.
func newOTLP(getenv func(string) string) (*otlp, error) {
	first := func(names ...string) (name, value string) {
		for _, name := range names {
			if value := getenv(name); value != "" {
				return name, value
			}
		}
		return "", ""
	}
	name, endpoint := first("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
	if endpoint == "" {
		return nil, nil
	}
	at, err := url.Parse(endpoint)
	if err != nil || (at.Scheme != "http" && at.Scheme != "https") || at.Host == "" {
		return nil, fmt.Errorf("%s: must be an http or https URL, as in http://localhost:4318", name)
	}
	if name == "OTEL_EXPORTER_OTLP_ENDPOINT" {
		at = at.JoinPath("v1/traces")
	}
	o := &otlp{endpoint: at.String(), headers: http.Header{"Content-Type": {"application/json"}}, client: &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if name, text := first("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"); text != "" {
		ms, err := strconv.Atoi(text)
		if err != nil || ms <= 0 {
			return nil, fmt.Errorf("%s: must be milliseconds, as in 10000", name)
		}
		o.client.Timeout = time.Duration(ms) * time.Millisecond
	}
	name, text := first("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS")
	for pair := range strings.SplitSeq(text, ",") {
		key, value, is := strings.Cut(pair, "=")
		unescaped, err := url.PathUnescape(strings.TrimSpace(value))
		if text != "" && (!is || err != nil) { // the value may be a secret: it is not repeated
			return nil, fmt.Errorf("%s: must be name=value, with a comma between two", name)
		}
		if is {
			o.headers.Set(strings.TrimSpace(key), unescaped)
		}
	}
	return o, nil
}

// ExportSpans is the SDK's.
func (o *otlp) ExportSpans(ctx context.Context, spans []sdk.ReadOnlySpan) error {
	if len(spans) == 0 {
		return nil
	}
	body, err := json.Marshal(wire(spans))
	if err != nil {
		return fmt.Errorf("write spans: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, o.endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header = o.headers.Clone()
	answer, err := o.client.Do(request)
	if err != nil {
		return errors.New("the traces' collector can't be reached") // the URL may hold a secret
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10)
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("the traces' collector answers %d", answer.StatusCode)
	}
	return nil
}

// Shutdown is the SDK's.
func (o *otlp) Shutdown(context.Context) error {
	o.client.CloseIdleConnections()
	return nil
}

// object is one of JSON's. Names and forms are those of OTLP: identifiers in hex, 64-bit numbers as text.
type object = map[string]any

func wire(spans []sdk.ReadOnlySpan) object {
	written := make([]object, len(spans))
	for i, s := range spans {
		written[i] = object{
			"traceId": s.SpanContext().TraceID().String(), "spanId": s.SpanContext().SpanID().String(), "flags": int(s.SpanContext().TraceFlags()),
			"name": s.Name(), "kind": int(s.SpanKind()), "attributes": attributes(s.Attributes()), "status": state(s.Status()),
			"startTimeUnixNano": strconv.FormatInt(s.StartTime().UnixNano(), 10), "endTimeUnixNano": strconv.FormatInt(s.EndTime().UnixNano(), 10),
		}
		if s.Parent().SpanID().IsValid() {
			written[i]["parentSpanId"] = s.Parent().SpanID().String()
		}
	}
	return object{"resourceSpans": []object{{
		"resource":   object{"attributes": attributes(spans[0].Resource().Attributes())},
		"scopeSpans": []object{{"scope": object{"name": spans[0].InstrumentationScope().Name}, "spans": written}},
	}}}
}

func state(s sdk.Status) object {
	switch s.Code {
	case codes.Ok:
		return object{"code": 1}
	case codes.Error:
		return object{"code": 2, "message": s.Description}
	}
	return object{}
}

func attributes(all []attribute.KeyValue) []object {
	written := make([]object, len(all))
	for i, kv := range all {
		value := object{"stringValue": kv.Value.String()}
		switch kv.Value.Type() {
		case attribute.BOOL:
			value = object{"boolValue": kv.Value.AsBool()}
		case attribute.INT64:
			value = object{"intValue": strconv.FormatInt(kv.Value.AsInt64(), 10)}
		case attribute.FLOAT64:
			value = object{"doubleValue": kv.Value.AsFloat64()}
		}
		written[i] = object{"key": string(kv.Key), "value": value}
	}
	return written
}
