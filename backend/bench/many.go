package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/valyala/fasthttp"
)

const (
	endedAtOnce = 10_000 // sessions
	endedTimes  = 5
	window      = 2 * time.Second // of the other traffic whose p99 is looked at
	sweepers    = 2               // connections to each replica
)

// many ends very many sessions by one statement while other sessions keep the first replica busy. Both
// replicas remember all of them, and are asked for all of them, again and again, before and after. The
// other traffic is looked at in a window before it and in one around it, with the same sweep in both.
func (c control) many(ctx context.Context) ([]finding, error) {
	var last time.Duration
	var quiet, around []float64
	for range endedTimes {
		cookies, err := c.db.fill(ctx, endedAtOnce)
		if err != nil {
			return nil, err
		}
		if err := c.warm(ctx, cookies); err != nil {
			return nil, err
		}
		if err := pause(ctx, window/2); err != nil { // for what the warm-up left to do
			return nil, err
		}
		s := newSweep(cookies, c.first.at, c.second.at)
		before, err := c.wrk.run(ctx, c.first.orders(), answerSize, window, false)
		if err != nil {
			return nil, s.stop(err)
		}
		during, err := c.endAll(ctx, cookies, s)
		if err != nil {
			return nil, s.stop(err)
		}
		if err := s.stop(nil); err != nil {
			return nil, err
		}
		last = max(last, s.latest())
		quiet, around = append(quiet, float64(before.P99)), append(around, float64(during.P99))
	}
	what := fmt.Sprintf("%s sessions ended by one DELETE under load, %d times: ", thousands(endedAtOnce), endedTimes)
	return []finding{
		{what + "the latest beginning of a request that either replica still admitted, after the answer of the DELETE", milliseconds(last.Microseconds()) + " ms", "most 1,000 ms"},
		{what + fmt.Sprintf("p99 of the other traffic in the %s around it, to that of %s before", window, window),
			compare(around, quiet).String() + fmt.Sprintf(", %s ms at the median", decimals(median(around)/1000, 2)), "5 at most"},
	}, nil
}

// warm has both replicas remember sessions.
func (c control) warm(ctx context.Context, cookies []string) error {
	wrk, err := c.wrk.with(c.dir, "cookies-many", cookies)
	if err != nil {
		return err
	}
	for _, r := range []replica{c.first, c.second} {
		l, err := wrk.run(ctx, r.orders(), answerSize, c.warmUp, false)
		if err == nil {
			err = l.fault(answerSize)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// endAll deletes the sessions early in a window of the other traffic.
func (c control) endAll(ctx context.Context, cookies []string, s *sweep) (load, error) {
	type told struct {
		load
		err error
	}
	other := make(chan told, 1)
	go func() {
		l, err := c.wrk.run(ctx, c.first.orders(), answerSize, window, false)
		if err == nil {
			err = l.fault(answerSize)
		}
		other <- told{l, err}
	}()
	err := pause(ctx, window/4)
	if err == nil {
		_, err = c.conn.Exec(ctx, `DELETE FROM sessions WHERE k IN (SELECT encode(sha256(convert_to(c, 'UTF8')), 'hex') FROM unnest($1::text[]) AS c)`, cookies)
	}
	s.ended.Store(int64(time.Since(s.base)))
	l := <-other
	if err != nil {
		return load{}, err
	}
	return l.load, l.err
}

// sweep asks replicas for sessions in turn, and notes when a request began that was admitted.
type sweep struct {
	base     time.Time
	ended    atomic.Int64 // when the sessions had ended, after base; 0: they live
	over     atomic.Bool  // as soon as all have been refused
	canceled atomic.Bool
	running  sync.WaitGroup

	mu    sync.Mutex
	last  time.Duration // the latest beginning of an admitted request
	fault error
}

func newSweep(cookies []string, replicas ...string) *sweep {
	s := &sweep{base: time.Now()}
	for _, at := range replicas {
		sweepers := min(sweepers, len(cookies))
		client := &fasthttp.HostClient{Addr: at, MaxConns: sweepers}
		for i := range sweepers {
			s.running.Go(func() { s.note(s.run(client, at, cookies[i*len(cookies)/sweepers:(i+1)*len(cookies)/sweepers])) })
		}
	}
	return s
}

func (s *sweep) note(last time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = max(s.last, last)
	if s.fault == nil {
		s.fault = err
	}
}

// run asks until the sweep is over and each of its sessions has been refused. Who was refused once must
// not be admitted again.
func (s *sweep) run(client *fasthttp.HostClient, at string, cookies []string) (last time.Duration, err error) {
	request, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(answer)
	request.SetRequestURI("http://" + at + "/api/orders/")
	refused := map[string]bool{}
	for len(refused) < len(cookies) || !s.over.Load() {
		for _, cookie := range cookies {
			if s.canceled.Load() {
				return last, nil
			}
			if s.over.Load() && refused[cookie] {
				continue
			}
			request.Header.SetCookie("__Host-session", cookie)
			began, ended := time.Since(s.base), time.Duration(s.ended.Load())
			if err := client.Do(request, answer); err != nil {
				return last, err
			}
			switch status := answer.StatusCode(); {
			case status == http.StatusOK && ended > 0 && began > ended+refusedIn:
				return last, fmt.Errorf("an ended session is still admitted after %s", refusedIn)
			case status == http.StatusOK && refused[cookie]:
				return last, errors.New("a session was refused, and then admitted again")
			case status == http.StatusOK:
				last = began
			case status == http.StatusUnauthorized:
				refused[cookie] = true
			default:
				return last, fmt.Errorf("a session gets %d", status)
			}
		}
	}
	return last, nil
}

// stop waits until all have been refused, or ends the sweep where there was a fault.
func (s *sweep) stop(fault error) error {
	s.canceled.Store(fault != nil)
	s.over.Store(true)
	s.running.Wait()
	if fault != nil {
		return fault
	}
	return s.fault
}

// latest is how long after the end a request began that was admitted; 0 where none was.
func (s *sweep) latest() time.Duration { return max(0, s.last-time.Duration(s.ended.Load())) }
