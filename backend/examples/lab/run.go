package lab

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"
)

var (
	errReplaced = &failure{code: "replaced", detail: "Another experiment of yours has begun."}
	errSecret   = &failure{code: "secret_withheld", detail: "A line of this experiment would have told a secret. It was not sent."}
)

// failure is what ends an experiment early, with words for a person.
type failure struct{ code, detail string }

func (f *failure) Error() string { return f.code + ": " + f.detail }

// facts are what one line tells. Its members are snake_case, and times are milliseconds.
type facts map[string]any

// run is one experiment under way. Safe for concurrent use.
type run struct {
	lab  *Lab
	ctx  context.Context //nolint:containedctx // it is the run's own: whoever stops it, stops all that it does
	stop context.CancelCauseFunc
	over chan struct{} // closed when it has ended what it started

	http *http.Client

	mu      sync.Mutex
	out     http.ResponseWriter
	secrets [][]byte // that no line may hold
}

func newRun(ctx context.Context, l *Lab, out http.ResponseWriter) *run {
	ctx, stop := context.WithCancelCause(ctx)
	return &run{lab: l, ctx: ctx, stop: stop, over: make(chan struct{}), out: out, http: &http.Client{
		Transport:     &http.Transport{MaxIdleConnsPerHost: mostConnections},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// secret notes what must not be told, and gives it back.
func (r *run) secret(value string) string {
	if value == "" {
		return value // which every line holds
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secrets = append(r.secrets, []byte(value))
	return value
}

// say sends one line. One that holds a secret is not sent, and ends the experiment: what a browser is
// told is claims, digests and times. So does a caller who has left.
func (r *run) say(kind string, told facts) {
	told["kind"] = kind
	line, err := json.Marshal(told)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range r.secrets {
		if bytes.Contains(line, secret) {
			err = cmp.Or(err, error(errSecret))
		}
	}
	if err == nil {
		_, err = r.out.Write(append(line, '\n'))
	}
	if err == nil {
		err = http.NewResponseController(r.out).Flush()
	}
	if err != nil {
		r.stop(err)
	}
}

// finish tells how it ended.
func (r *run) finish(err error) {
	r.http.CloseIdleConnections()
	var known *failure
	switch {
	case errors.As(context.Cause(r.ctx), &known), errors.As(err, &known):
		r.say("failed", facts{"code": known.code, "detail": known.detail})
	case err != nil && r.ctx.Err() == nil:
		r.say("failed", facts{"code": "failed", "detail": "Vestibule, or its database, did not answer as this experiment needs it."})
	case err == nil:
		r.say("done", facts{})
	}
}

// pause waits, and reports false where the run is over before.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// milliseconds, to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
