package verifier

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"
)

// Refusal is what to answer in place of the handler. It says nothing of why a token is not valid: Err does,
// to your logs.
type Refusal struct {
	Status     int           // 401 or 503
	Code       string        // stable: unauthenticated, invalid_token, keys_unavailable, revocations_unavailable
	Detail     string        // for people
	Challenge  string        // the header WWW-Authenticate (RFC 6750, 3); empty with 503
	RetryAfter time.Duration // whole seconds, for the header of that name; 0 with 401
	Err        error         // what Verify said; nil where there was no token to verify
}

// Problem is the body, application/problem+json (RFC 9457).
func (r *Refusal) Problem() []byte { // all of it is our own constants
	return []byte(`{"type":"about:blank","title":"` + http.StatusText(r.Status) + `","code":"` + r.Code + `","detail":"` + r.Detail + `"}`)
}

// quoted writes what a quoted string may not hold as it is (RFC 9110, 5.6.4).
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// Authenticate judges a request by its Authorization headers, all of them: it passes only with one, which
// brings one valid bearer token (RFC 6750). Otherwise there are no claims but a Refusal: 401, or 503 while
// the issuer's keys can't be fetched, or it is required to know what was revoked and that is not known.
// Middleware is this for net/http, and fiberverifier.New for Fiber; call it for anything else.
func (v *Verifier) Authenticate(ctx context.Context, authorization []string) (*Claims, *Refusal) {
	challenge := `Bearer realm="` + quoted.Replace(v.config.Audience) + `"`
	raw, ok := bearer(authorization)
	if !ok {
		return nil, &Refusal{Status: http.StatusUnauthorized, Code: "unauthenticated", Challenge: challenge,
			Detail: "Send one Authorization header with a bearer token."}
	}
	found, err := v.Verify(ctx, raw)
	switch {
	case err == nil:
		return found, nil
	case errors.Is(err, ErrUnavailable):
		return nil, &Refusal{Status: http.StatusServiceUnavailable, Code: "keys_unavailable", RetryAfter: betweenAsks,
			Detail: ErrUnavailable.Error(), Err: err}
	case errors.Is(err, ErrStale):
		return nil, &Refusal{Status: http.StatusServiceUnavailable, Code: "revocations_unavailable", RetryAfter: 2 * time.Second,
			Detail: ErrStale.Error(), Err: err}
	}
	return nil, &Refusal{Status: http.StatusUnauthorized, Code: "invalid_token", Challenge: challenge + `, error="invalid_token"`,
		Detail: "The token is not valid here.", Err: err}
}

func bearer(headers []string) (string, bool) {
	if len(headers) != 1 {
		return "", false
	}
	scheme, raw, _ := strings.Cut(headers[0], " ")
	raw = strings.TrimLeft(raw, " ") // one space or more (RFC 9110, 11.4)
	return raw, strings.EqualFold(scheme, "bearer") && raw != ""
}
