package verifier

import (
	"context"
	"net/http"
	"strconv"
)

type contextKey struct{}

// NewContext gives a context with claims in it, as a handler gets it: for middleware of other frameworks,
// and for tests of handlers.
func NewContext(ctx context.Context, claims *Claims) context.Context {
	return context.WithValue(ctx, contextKey{}, claims)
}

// FromContext gives the claims that a middleware verified.
func FromContext(ctx context.Context) (*Claims, bool) {
	found, ok := ctx.Value(contextKey{}).(*Claims)
	return found, ok
}

// Middleware lets a request pass only where Authenticate does, and gives the handler the claims by
// FromContext. A request that was let in goes on to its end.
func (v *Verifier) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, refusal := v.Authenticate(r.Context(), r.Header.Values("Authorization"))
		if refusal != nil {
			refuse(w, refusal)
			return
		}
		next.ServeHTTP(w, r.WithContext(NewContext(r.Context(), claims)))
	})
}

func refuse(w http.ResponseWriter, r *Refusal) {
	if r.Challenge != "" {
		w.Header().Set("WWW-Authenticate", r.Challenge)
	}
	if r.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(r.RetryAfter.Seconds())))
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(r.Status)
	_, _ = w.Write(r.Problem())
}
