package verifier

import (
	"context"
	"errors"
	"net/http"
	"strings"
)

type contextKey struct{}

// quoted writes what a quoted string may not hold as it is (RFC 9110, 5.6.4).
var quoted = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// FromContext gives the claims that Middleware verified.
func FromContext(ctx context.Context) (*Claims, bool) {
	found, ok := ctx.Value(contextKey{}).(*Claims)
	return found, ok
}

// Middleware lets a request pass only with one valid bearer token (RFC 6750): 401 otherwise, or 503
// while the issuer's keys can't be fetched, or it is required to know which sessions have ended and
// that is not known. A request that was let in goes on to its end.
func (v *Verifier) Middleware(next http.Handler) http.Handler {
	challenge := `Bearer realm="` + quoted.Replace(v.config.Audience) + `"`
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, ok := bearer(r.Header.Values("Authorization"))
		if !ok {
			w.Header().Set("WWW-Authenticate", challenge)
			problem(w, http.StatusUnauthorized, "unauthenticated", "Send one Authorization header with a bearer token.")
			return
		}
		found, err := v.Verify(r.Context(), raw)
		switch {
		case errors.Is(err, ErrUnavailable):
			w.Header().Set("Retry-After", "5")
			problem(w, http.StatusServiceUnavailable, "keys_unavailable", ErrUnavailable.Error())
			return
		case errors.Is(err, ErrStale):
			w.Header().Set("Retry-After", "2")
			problem(w, http.StatusServiceUnavailable, "revocations_unavailable", ErrStale.Error())
			return
		case err != nil:
			w.Header().Set("WWW-Authenticate", challenge+`, error="invalid_token"`)
			problem(w, http.StatusUnauthorized, "invalid_token", "The token is not valid here.")
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, found)))
	})
}

func bearer(headers []string) (string, bool) {
	if len(headers) != 1 {
		return "", false
	}
	scheme, raw, _ := strings.Cut(headers[0], " ")
	raw = strings.TrimLeft(raw, " ") // one space or more (RFC 9110, 11.4)
	return raw, strings.EqualFold(scheme, "bearer") && raw != ""
}

// problem writes RFC 9457; code and detail are our own constants.
func problem(w http.ResponseWriter, status int, code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`{"type":"about:blank","title":"` + http.StatusText(status) + `","code":"` + code + `","detail":"` + detail + `"}`))
}
