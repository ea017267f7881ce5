package gateway

import (
	"errors"
	"sync"
	"time"
)

const (
	maxLinks = 1024            // to one downstream, streams and WebSockets included
	keptIdle = 4 * time.Second // below the five seconds after which Node, for one, closes
)

var errFull = errors.New("the downstream has as many requests under way as it may have")

// pool keeps the connections to a downstream that wait for their next request. Safe for concurrent use.
type pool struct {
	most    int // that may be busy at once
	mu      sync.Mutex
	idle    []*link // the one that was put back last is taken first
	busy    int     // taken, and neither put back nor given up
	tidying bool
}

// take gives a connection: the one that was used last, or a new one. It is clean, unless it is for
// sendAndRead, which looks for itself.
func (u *upstream) take(look bool) (*link, error) {
	u.pool.mu.Lock()
	if u.pool.busy >= u.pool.most {
		u.pool.mu.Unlock()
		return nil, errFull
	}
	u.pool.busy++
	for n := len(u.pool.idle); n > 0; n = len(u.pool.idle) {
		l := u.pool.idle[n-1]
		u.pool.idle[n-1] = nil
		u.pool.idle = u.pool.idle[:n-1]
		u.pool.mu.Unlock()
		if time.Since(l.since) < keptIdle && (!look && !l.secured() || l.clean()) {
			return l, nil
		}
		_ = l.Close()
		u.pool.mu.Lock()
	}
	u.pool.mu.Unlock()
	l, err := u.dial()
	if err != nil {
		u.pool.mu.Lock()
		u.pool.busy--
		u.pool.mu.Unlock()
	}
	return l, err
}

// giveUp closes a connection that was taken.
func (u *upstream) giveUp(l *link) {
	_ = l.Close()
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	u.pool.busy--
}

// putBack keeps a connection on which an answer has come to its end.
func (u *upstream) putBack(l *link) {
	if l.in.Buffered() > 0 {
		u.giveUp(l)
		return
	}
	l.kept, l.since = true, time.Now()
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	u.pool.busy--
	u.pool.idle = append(u.pool.idle, l)
	if !u.pool.tidying {
		u.pool.tidying = true
		time.AfterFunc(keptIdle, u.tidy)
	}
}

// tidy closes what has waited for too long, and comes back while there is anything left.
func (u *upstream) tidy() {
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	old := 0
	for old < len(u.pool.idle) && time.Since(u.pool.idle[old].since) >= keptIdle {
		_ = u.pool.idle[old].plain.Close()
		old++
	}
	u.pool.idle = append([]*link(nil), u.pool.idle[old:]...)
	if u.pool.tidying = len(u.pool.idle) > 0; u.pool.tidying {
		time.AfterFunc(keptIdle, u.tidy)
	}
}

// under counts what is under way.
func (u *upstream) under() int {
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	return u.pool.busy
}
