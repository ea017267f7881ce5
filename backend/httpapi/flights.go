package httpapi

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"vestibule/backend/fault"
)

// mostFlights is how many requests and streams one session may have under way on this replica: far
// more than a browser ever has, and far fewer than a downstream has connections.
const mostFlights = 100

var errTooMany = &fault.Error{
	Kind: fault.RateLimited, Code: "rate_limited", RetryAfter: time.Second,
	Message: "This session has too many requests under way at once.",
}

// flights counts what each session has under way, so that nobody takes the connections of a
// downstream, or of ours, from everybody else. Safe for concurrent use.
type flights struct {
	mu   sync.Mutex
	open map[uuid.UUID]int
}

// enter counts one more; leave, to be called once, counts it off.
func (f *flights) enter(sid uuid.UUID) (leave func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open[sid] >= mostFlights {
		return nil, errTooMany
	}
	f.open[sid]++
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.open[sid]--; f.open[sid] == 0 {
			delete(f.open, sid)
		}
	}, nil
}
