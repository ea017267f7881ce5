package main

import (
	"context"
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
	sweepers    = 4               // connections to each replica
)

// many ends very many sessions by one statement while other sessions keep the first replica busy. Both
// replicas remember all of them, and are asked for all of them, again and again, before and after. The
// other traffic is looked at in a window before it, with the same sweep, and in one around it.
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

// endAll deletes the sessions early in a window of the other traffic, and waits until no sweeper is
// admitted any more.
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
	canceled atomic.Bool
	running  sync.WaitGroup

	mu    sync.Mutex
	last  time.Duration // the latest beginning of an admitted request
	fault error
}

func newSweep(cookies []string, replicas ...string) *sweep {
	s := &sweep{base: time.Now()}
	for _, at := range replicas {
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

// run asks until each of its sessions has been refused. What was refused is not asked for again, so that
// what is left is asked for the more often.
func (s *sweep) run(client *fasthttp.HostClient, at string, cookies []string) (last time.Duration, err error) {
	request, answer := fasthttp.AcquireRequest(), fasthttp.AcquireResponse()
	defer fasthttp.ReleaseRequest(request)
	defer fasthttp.ReleaseResponse(answer)
	request.SetRequestURI("http://" + at + "/api/orders/")
	left := append([]string(nil), cookies...)
	for len(left) > 0 {
		kept := left[:0]
		for _, cookie := range left {
			if s.canceled.Load() {
				return last, nil
			}
			request.Header.SetCookie("__Host-session", cookie)
			began, ended := time.Since(s.base), time.Duration(s.ended.Load())
			if ended > 0 && began > ended+refusedIn {
				return last, fmt.Errorf("%d ended sessions are still admitted after %s", len(left), refusedIn)
			}
			if err := client.Do(request, answer); err != nil {
				return last, err
			}
			switch status := answer.StatusCode(); {
			case status == http.StatusOK:
				kept, last = append(kept, cookie), began
			case status != http.StatusUnauthorized:
				return last, fmt.Errorf("a session gets %d", status)
			}
		}
		left = kept
	}
	return last, nil
}

// stop waits until all was refused, or ends the sweep where there was a fault.
func (s *sweep) stop(fault error) error {
	if fault != nil {
		s.canceled.Store(true)
	}
	s.running.Wait()
	if fault != nil {
		return fault
	}
	return s.fault
}

// latest is how long after the end a request began that was admitted; 0 where none was.
func (s *sweep) latest() time.Duration { return max(0, s.last-time.Duration(s.ended.Load())) }
