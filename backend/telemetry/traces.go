package telemetry

import (
	"context"
	"fmt"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// Traces makes spans, and sends them where OTEL_EXPORTER_OTLP_ENDPOINT, or
// OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, says; the tracer is nil where neither is set. How many, and with
// which name, is said by OpenTelemetry's other variables (OTEL_*). The second result sends what waits;
// call it at the end.
func Traces(ctx context.Context) (trace.Tracer, func(context.Context) error, error) {
	sender, err := newOTLP(os.Getenv)
	if err != nil {
		return nil, nil, err
	}
	if sender == nil {
		return nil, func(context.Context) error { return nil }, nil
	}
	named, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "vestibule")), resource.WithFromEnv(), resource.WithTelemetrySDK())
	if err != nil {
		return nil, nil, fmt.Errorf("OTEL_RESOURCE_ATTRIBUTES: %w", err)
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(sender), sdk.WithResource(named))
	return provider.Tracer("vestibule"), provider.Shutdown, nil
}
