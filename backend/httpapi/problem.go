package httpapi

import (
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"vestibule/backend/fault"
)

// status maps each kind of fault to the one HTTP status that it has everywhere.
var status = map[fault.Kind]int{
	fault.Internal:             http.StatusInternalServerError,
	fault.Malformed:            http.StatusBadRequest,
	fault.Unauthenticated:      http.StatusUnauthorized,
	fault.Forbidden:            http.StatusForbidden,
	fault.NotFound:             http.StatusNotFound,
	fault.MethodNotAllowed:     http.StatusMethodNotAllowed,
	fault.Conflict:             http.StatusConflict,
	fault.TooLarge:             http.StatusRequestEntityTooLarge,
	fault.UnsupportedMediaType: http.StatusUnsupportedMediaType,
	fault.Invalid:              http.StatusUnprocessableEntity,
	fault.RateLimited:          http.StatusTooManyRequests,
	fault.HeadTooLarge:         http.StatusRequestHeaderFieldsTooLarge,
	fault.BadGateway:           http.StatusBadGateway,
	fault.Unavailable:          http.StatusServiceUnavailable,
	fault.GatewayTimeout:       http.StatusGatewayTimeout,
}

// Faults of the door itself.
var (
	errNotFound       = &fault.Error{Kind: fault.NotFound, Code: "not_found", Message: "There is nothing at this address."}
	errMethod         = &fault.Error{Kind: fault.MethodNotAllowed, Code: "method_not_allowed", Message: "This address does not answer that method."}
	errForbidden      = &fault.Error{Kind: fault.Forbidden, Code: "forbidden", Message: "Your role does not allow this."}
	errAudience       = &fault.Error{Kind: fault.Forbidden, Code: "forbidden", Message: "The configuration does not let this client call that downstream."}
	errCrossSite      = &fault.Error{Kind: fault.Forbidden, Code: "csrf_rejected", Message: "This request came from another site, or can't show that it came from this one."}
	errWorker         = &fault.Error{Kind: fault.Forbidden, Code: "forbidden", Message: "What a downstream answers can't run as a worker."}
	errAmbiguous      = &fault.Error{Kind: fault.Malformed, Code: "ambiguous_credentials", Message: "Send the session cookie or a bearer token, not both."}
	errMalformed      = &fault.Error{Kind: fault.Malformed, Code: "malformed_request", Message: "The request can't be read."}
	errHeadTooLarge   = &fault.Error{Kind: fault.HeadTooLarge, Code: "head_too_large", Message: "The head of the request is over 16 KiB."}
	errBodyTooLarge   = &fault.Error{Kind: fault.TooLarge, Code: "body_too_large", Message: "The body is over 64 KiB."}
	errMediaType      = &fault.Error{Kind: fault.UnsupportedMediaType, Code: "unsupported_media_type", Message: "Send JSON, with Content-Type: application/json."}
	errMalformedJSON  = &fault.Error{Kind: fault.Malformed, Code: "malformed_json", Message: "The body is not one well-formed JSON object."}
	errNotBuilt       = &fault.Error{Kind: fault.Unavailable, Code: "pages_not_built", Message: "This binary was built without its pages: run make build."}
	errStepUpRequired = &fault.Error{Kind: fault.Unauthenticated, Code: "step_up_required", Message: "Prove again that it is you, then repeat the request."}
)

// The WWW-Authenticate that RFC 9110, 15.5.2 asks for with each 401: to who has shown a token (RFC 6750, 3;
// RFC 9470, 3), and to anyone else.
const (
	challenge       = `Cookie realm="vestibule", cookie-name="__Host-session"`
	challengeBearer = `Bearer realm="vestibule", error="invalid_token"`
	challengeProof  = `Bearer realm="vestibule", error="insufficient_user_authentication"`
)

func challengeTo(c *fiber.Ctx, known *fault.Error) string {
	switch {
	case stateOf(c).tokens == 0:
		return challenge
	case known.Code == errStepUpRequired.Code:
		return challengeProof
	}
	return challengeBearer
}

// problem turns any error into a problem document (RFC 9457). What an unknown error says is logged,
// and never sent. Some requests are refused before anything of ours sees them, so what every answer
// must carry is put on here once more.
func problem(log *slog.Logger, secure func(*fiber.Ctx)) fiber.ErrorHandler {
	return func(c *fiber.Ctx, err error) error {
		secure(c)
		known := fault.From(translate(err))
		code := status[known.Kind]
		switch noted := log.With("code", known.Code, "method", c.Method(), "path", c.Path(), "request_id", requestID(c)); {
		case code >= http.StatusInternalServerError:
			noted.Error("request failed", "error", err)
		case known.Kind == fault.Forbidden || known.Kind == fault.Malformed: // ASVS V16.3.2, V16.3.3
			noted.Info("request refused")
		}
		document := map[string]any{
			"type": "about:blank", "title": http.StatusText(code), "status": code,
			"code": known.Code, "detail": known.Message, "request_id": requestID(c),
		}
		if len(known.Fields) > 0 {
			document["fields"] = known.Fields
		}
		for name, value := range known.Extra {
			document[name] = value
		}
		body, err := json.Marshal(document)
		if err != nil {
			return err
		}
		if known.RetryAfter > 0 {
			c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(known.RetryAfter.Seconds()))))
		}
		if code == http.StatusUnauthorized {
			c.Set(fiber.HeaderWWWAuthenticate, challengeTo(c, known))
		}
		c.Set(fiber.HeaderContentType, "application/problem+json")
		c.Set(fiber.HeaderCacheControl, "no-store")
		return c.Status(code).Send(body)
	}
}

// translate gives the framework's own errors a code. Their texts are dropped: some repeat the
// head of the request, cookie included.
func translate(err error) error {
	var small *fasthttp.ErrSmallBuffer
	if errors.As(err, &small) {
		return errHeadTooLarge
	}
	var theirs *fiber.Error
	if !errors.As(err, &theirs) {
		return err
	}
	switch theirs.Code {
	case http.StatusNotFound:
		return errNotFound
	case http.StatusMethodNotAllowed:
		return errMethod
	case http.StatusRequestEntityTooLarge:
		return errBodyTooLarge
	case http.StatusRequestHeaderFieldsTooLarge:
		return errHeadTooLarge
	case http.StatusBadRequest, http.StatusRequestTimeout:
		return errMalformed
	}
	return err
}
