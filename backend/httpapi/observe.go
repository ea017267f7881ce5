package httpapi

import (
	"encoding/hex"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"vestibule/backend/fault"
)

// Meter is told what happens, to count and time it. Safe for concurrent use.
type Meter interface {
	// LookedUp is a look-up of a session: cache, database or refused.
	LookedUp(outcome string)
	// Exchanged is a request that got a downstream's token: cached or issued.
	Exchanged(downstream, audience, token string)
	// Proxied is a downstream's answer, whose status the browser gets, and how long it took to begin.
	Proxied(downstream string, status int, took time.Duration)
	// Answered is a request of a route outside /api.
	Answered(route string, status int)
}

// answeredWith is the status that a request will get, once its error has become a problem document.
func answeredWith(c *fiber.Ctx, err error) int {
	if err == nil {
		return c.Response().StatusCode()
	}
	return status[fault.From(translate(err)).Kind]
}

// traced runs what comes next within a span, whose trace id is the request's: one name leads through
// all logs. What the browser sent is not continued: a stranger does not choose the ids in our logs.
func (a *api) traced(c *fiber.Ctx, next func(*fiber.Ctx) error) error {
	if a.Tracer == nil {
		return next(c)
	}
	ctx, span := a.Tracer.Start(c.UserContext(), c.Method(), trace.WithSpanKind(trace.SpanKindServer),
		trace.WithAttributes(attribute.String("http.request.method", c.Method())))
	defer span.End()
	stateOf(c).id = span.SpanContext().TraceID().String()
	c.SetUserContext(ctx)
	err := next(c)
	outcome(span, c, err)
	return err
}

func outcome(span trace.Span, c *fiber.Ctx, err error) {
	code := answeredWith(c, err)
	span.SetAttributes(attribute.Int("http.response.status_code", code))
	if code >= http.StatusInternalServerError {
		span.SetStatus(codes.Error, fault.From(translate(err)).Code) // never what an unknown error says
	}
}

// named gives the span of a request the name of its route.
func (a *api) named(c *fiber.Ctx, route string) {
	if a.Tracer != nil {
		span := trace.SpanFromContext(c.UserContext())
		span.SetName(c.Method() + " " + route)
		span.SetAttributes(attribute.String("http.route", route))
	}
}

// toDownstream begins the span of a downstream's answer, and gives the traceparent that it gets (W3C
// Trace Context, 3.2).
func (a *api) toDownstream(c *fiber.Ctx, name string) (traceparent string, end func(error)) {
	if a.Tracer == nil {
		return stateOf(c).parent, func(error) {}
	}
	_, span := a.Tracer.Start(c.UserContext(), "downstream "+name, trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("vestibule.downstream", name)))
	is := span.SpanContext()
	flags := []byte{byte(is.TraceFlags())}
	return "00-" + is.TraceID().String() + "-" + is.SpanID().String() + "-" + hex.EncodeToString(flags), func(err error) {
		outcome(span, c, err)
		span.End()
	}
}
