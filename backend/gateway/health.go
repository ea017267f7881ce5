package gateway

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/valyala/fasthttp"

	"vestibule/backend/fault"
)

const (
	healthStep  = 10 * time.Second
	healthSteps = 30 // five minutes in all
	slowAfter   = time.Second
	downAfter   = 3 // failures in a row

	finest      = 100 * time.Microsecond // what is quicker is told as this
	perOctave   = 4                      // so a figure is right to a fifth
	latencies   = 20 * perOctave         // up to a hundred seconds
	errorLength = 200
)

// State says how a downstream does, as far as this replica has seen in the last five minutes.
type State string

// The states. Slow is one half of whose answers began later than a second after the question.
const (
	Unknown State = "unknown" // nobody asked
	Up      State = "up"
	Slow    State = "slow"
	Down    State = "down" // the last three failed, or all where there were fewer
)

// Health is what this replica has measured of a downstream, of real requests in the last five minutes.
type Health struct {
	State     State
	Since     time.Time
	LastError string // ever; empty for none
	Requests  int
	Failures  int           // no answer, or a status from 500 on
	P50, P99  time.Duration // until the answers began, right to a fifth; zero without any
	Open      int           // requests and streams under way now
}

// health counts. Safe for concurrent use.
type health struct {
	mu        sync.Mutex
	steps     [healthSteps]healthPart
	at        int64 // the number of the step under way
	all       healthPart
	state     State
	since     time.Time
	lastAt    time.Time
	lastError string
	failing   int // in a row
	failedAt  time.Time
}

// healthPart is what came in one step, or in all of them.
type healthPart struct {
	requests, failures, slow int32
	took                     [latencies]int32
}

func (p *healthPart) add(other *healthPart, sign int32) {
	p.requests += sign * other.requests
	p.failures += sign * other.failures
	p.slow += sign * other.slow
	for i := range p.took {
		p.took[i] += sign * other.took[i]
	}
}

// advance forgets what is older than the window.
func (h *health) advance(now time.Time) {
	step := now.UnixNano() / int64(healthStep)
	for n := 0; h.at < step && n < healthSteps; n++ {
		h.at++
		left := &h.steps[h.at%healthSteps]
		h.all.add(left, -1)
		*left = healthPart{}
	}
	h.at = max(h.at, step)
	if h.all.requests == 0 && h.state != Unknown {
		h.state, h.since, h.failing = Unknown, h.lastAt.Add(healthStep*healthSteps), 0
	}
}

// note counts one request. What failed says why; took counts where an answer came.
func (h *health) note(now time.Time, took time.Duration, answered bool, failed string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.advance(now)
	one := healthPart{requests: 1}
	if answered {
		one.took[latency(took)] = 1
		if took > slowAfter {
			one.slow = 1
		}
	}
	if failed == "" {
		h.failing = 0
	} else {
		one.failures, h.lastError = 1, failed
		if h.failing++; h.failing == 1 {
			h.failedAt = now
		}
	}
	h.all.add(&one, 1)
	h.steps[h.at%healthSteps].add(&one, 1)
	h.lastAt = now
	if state := h.judge(); state != h.state {
		h.state, h.since = state, now
		if state == Down {
			h.since = h.failedAt
		}
	}
}

func (h *health) judge() State {
	switch {
	case h.failing >= downAfter, h.failing >= int(h.all.requests):
		return Down
	case 2*h.all.slow > h.all.requests:
		return Slow
	}
	return Up
}

// latency gives the place of a time among those that are counted, and took the other way round.
func latency(took time.Duration) int {
	if took <= finest {
		return 0
	}
	return min(int(math.Ceil(perOctave*math.Log2(float64(took)/float64(finest)))), latencies-1)
}

func took(place int) time.Duration {
	return time.Duration(float64(finest) * math.Exp2(float64(place)/perOctave))
}

// quantile gives the time within which that part of the answers began.
func (p *healthPart) quantile(part float64) time.Duration {
	n := int32(0)
	for _, at := range p.took {
		n += at
	}
	seen := int32(0)
	for place, at := range p.took {
		if seen += at; at > 0 && float64(seen) >= part*float64(n) {
			return took(place)
		}
	}
	return 0
}

func (h *health) read(now time.Time) Health {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.advance(now)
	return Health{State: h.state, Since: h.since, LastError: h.lastError, Requests: int(h.all.requests), Failures: int(h.all.failures),
		P50: h.all.quantile(.5), P99: h.all.quantile(.99)}
}

// Note tells of the outcome of Forward: the status that the browser gets, and how long that took to begin.
// What was the client's doing says nothing of the downstream.
func (m Match) Note(ctx *fasthttp.RequestCtx, status int, took time.Duration, err error) {
	failed := ""
	switch kind := fault.From(err).Kind; {
	case err == nil && status >= fasthttp.StatusInternalServerError:
		failed = fmt.Sprintf("it answered %d", status)
	case err == nil:
	case kind != fault.BadGateway && kind != fault.GatewayTimeout && !errors.Is(err, ErrBusy), hasLeft(ctx.Conn()):
		return
	default:
		failed = printable(err.Error())
	}
	m.upstream.health.note(time.Now(), took, err == nil, failed)
}

// printable cuts a text that a machine wrote, and that a person will read.
func printable(text string) string {
	runes := []rune(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text))
	if len(runes) > errorLength {
		return string(runes[:errorLength]) + "…"
	}
	return string(runes)
}

// Health gives what was measured of a downstream; one that there is.
func (g *Gateway) Health(name string) Health {
	u := g.upstreams[name]
	is := u.health.read(time.Now())
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	is.Open = u.pool.taken
	return is
}
