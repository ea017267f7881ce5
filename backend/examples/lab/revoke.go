package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"
)

const (
	probesBefore  = 6
	betweenBefore = 40 * time.Millisecond
	closest       = time.Millisecond // between two probes after the end, at first
	thinning      = 5                // then a fifth of the time that has gone by
	furthest      = 10 * time.Second
	probesAfter   = 3 // once nobody is let in any more
	leeway        = 30 * time.Second
)

// ended is one session's end, and what goes on around it. Times are on this process's monotonic clock,
// from the moment before the end is asked for: the session ends later than that, never earlier, so
// that no figure flatters anybody.
type ended struct {
	*run
	zero   time.Time
	begins chan struct{} // closed at zero
}

// lane is one way to show who one is.
type lane struct {
	name string
	ask  request
}

// revoke shows one session to the same service in three ways, ends it once, and tells when each is
// refused. It goes on until the token that is checked by its signature alone has expired.
func (r *run) revoke(options) error {
	v, leave, err := r.signIn()
	if err != nil {
		return err
	}
	defer leave()
	caught, _, err := v.through(r.ctx, nil)
	if err != nil {
		return err
	}
	token := map[string]string{"Authorization": "Bearer " + caught.token}
	lanes := []lane{
		{"cookie", request{method: http.MethodGet, url: r.lab.Door + "/api/lab/door", header: v.header()}},
		{"feed", request{method: http.MethodGet, url: r.lab.Self + "/feed/door", header: token}},
		{"signature", request{method: http.MethodGet, url: r.lab.Self + "/signature/door", header: token}},
	}
	lives := time.Duration(caught.claims.ExpiresAt-caught.claims.IssuedAt) * time.Second
	expires := time.Unix(caught.claims.ExpiresAt, 0)
	r.say("began", facts{"at": now(), "lanes": []string{"cookie", "feed", "signature"}, "token_lifetime_ms": milliseconds(lives),
		"expires_at": stamp(expires), "leeway_ms": milliseconds(leeway)})

	ctx, cancel := context.WithCancel(r.ctx)
	e := &ended{run: r, begins: make(chan struct{})}
	closed := e.leaveOpen(ctx, v)
	var before, all sync.WaitGroup
	defer func() {
		cancel()
		all.Wait()
		closed.Wait()
	}()
	for _, l := range lanes {
		before.Add(1)
		all.Go(func() { e.probe(ctx, l, expires.Add(leeway), before.Done) })
	}
	before.Wait()
	if err := e.end(ctx, v, expires); err != nil {
		return err
	}
	all.Wait()
	return r.ctx.Err()
}

// end ends the session, as its person would.
func (e *ended) end(ctx context.Context, v *visit, expires time.Time) error {
	at := time.Now()
	e.zero = at
	close(e.begins)
	e.say("ending", facts{"at": stamp(at), "expires_ms": milliseconds(expires.Sub(at)), "leeway_over_ms": milliseconds(expires.Add(leeway).Sub(at))})
	got, err := v.ask(ctx, http.MethodPost, "/auth/logout", nil)
	if err == nil {
		err = got.into("sign out", nil)
	}
	if err != nil {
		return err
	}
	e.say("ended", facts{"at_ms": e.since(time.Now())})
	return nil
}

func (e *ended) since(at time.Time) float64 { return milliseconds(at.Sub(e.zero)) }

// probe asks again and again, in one lane: evenly before the end, and closely after it, then ever less
// often. It stops a few refusals after the moment when no token can be good any more.
func (e *ended) probe(ctx context.Context, l lane, last time.Time, ready func()) {
	for range probesBefore {
		got, err := e.ask(ctx, l.ask)
		if err == nil {
			e.say("probe", facts{"lane": l.name, "before": true, "status": got.status, "admitted": got.admitted(), "took_ms": milliseconds(got.took)})
		}
		if !pause(ctx, betweenBefore) {
			break
		}
	}
	ready()
	select {
	case <-e.begins:
	case <-ctx.Done():
		return
	}
	for over := 0; over < probesAfter; {
		got, err := e.ask(ctx, l.ask)
		if err == nil {
			e.say("probe", facts{"lane": l.name, "at_ms": e.since(got.sent.Add(got.took)), "status": got.status,
				"admitted": got.admitted(), "refused": got.refused(), "took_ms": milliseconds(got.took)})
		}
		if time.Now().After(last) && !got.admitted() {
			over++
		}
		if !pause(ctx, nextProbe(time.Since(e.zero), time.Until(last))) {
			return
		}
	}
}

// nextProbe waits a fifth of the time that has gone by, and looks again right after the last moment.
func nextProbe(gone, left time.Duration) time.Duration {
	wait := min(max(closest, gone/thinning), furthest)
	if left > 0 {
		wait = min(wait, left+closest)
	}
	return wait
}

// leaveOpen holds two streams open with the cookie, as a page that is looked at does: /auth/live, which
// tells why, and one of this service's, through Vestibule. It tells when each is closed.
func (e *ended) leaveOpen(ctx context.Context, v *visit) *sync.WaitGroup {
	var both sync.WaitGroup
	for stream, path := range map[string]string{"live": "/auth/live", "downstream": "/api/lab/open"} {
		both.Go(func() {
			reason, err := e.listen(ctx, request{method: http.MethodGet, url: e.lab.Door + path, header: v.header()})
			at := time.Now()
			select {
			case <-e.begins:
			default:
				return // it was cut before, or never opened: nothing to tell
			}
			if err == nil && ctx.Err() == nil {
				e.say("closed", facts{"stream": stream, "at_ms": e.since(at), "reason": reason})
			}
		})
	}
	return &both
}

// listen reads a stream of events to its end, and gives the reason that it told, if any.
func (e *ended) listen(ctx context.Context, q request) (reason string, err error) {
	prepared, err := q.prepare(ctx)
	if err != nil {
		return "", err
	}
	answer, err := e.http.Do(prepared)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		var told struct {
			Reason string `json:"reason"`
		}
		if is && json.Unmarshal([]byte(data), &told) == nil && told.Reason != "" {
			reason = told.Reason
		}
	}
	return reason, nil
}

// stamp is RFC 3339 in UTC, to the millisecond.
func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z07:00") }

func now() string { return stamp(time.Now()) }
