package gateway

import (
	"errors"
	"net"
	"sync"
	"time"
)

const (
	maxLinks = 1024            // to one downstream, streams and WebSockets included
	keptIdle = 4 * time.Second // below the five seconds after which Node, for one, closes
)

var errFull = errors.New("the downstream has as many requests under way as it may have")

// pool keeps the connections to a downstream: those that wait for their next request, and those that
// carry one. Safe for concurrent use.
type pool struct {
	most    int // that may be busy at once
	mu      sync.Mutex
	idle    []*link // the one that was put back last is taken first
	busy    *link   // the first of those that were taken, and neither put back nor given up
	taken   int     // how many those are, and are being opened
	tidying bool
}

// take gives a connection for a client's request: the one that was used last, or a new one. It is clean,
// unless it is for sendAndRead, which looks for itself.
func (u *upstream) take(client net.Conn, look bool) (*link, error) {
	p, now := &u.pool, time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.taken >= p.most {
		return nil, errFull
	}
	p.taken++
	for n := len(p.idle); n > 0; n = len(p.idle) {
		l := p.idle[n-1]
		p.idle[n-1] = nil
		p.idle = p.idle[:n-1]
		fresh := now.Sub(l.since) < keptIdle
		if look || l.secured() {
			p.mu.Unlock()
			fresh = fresh && l.clean()
			p.mu.Lock()
		}
		if fresh {
			p.begin(l, client, now)
			return l, nil
		}
		_ = l.plain.Close()
	}
	p.mu.Unlock()
	l, err := u.dial()
	p.mu.Lock()
	if err != nil {
		p.taken--
		return nil, err
	}
	p.begin(l, client, time.Now())
	return l, nil
}

// begin and end note what is busy, under the lock.
func (p *pool) begin(l *link, client net.Conn, now time.Time) {
	l.client, l.since = client, now
	if l.before, l.next = nil, p.busy; p.busy != nil {
		p.busy.before = l
	}
	p.busy = l
}

func (p *pool) end(l *link) {
	p.taken--
	l.client = nil
	if l.next != nil {
		l.next.before = l.before
	}
	if l.before != nil {
		l.before.next = l.next
	} else {
		p.busy = l.next
	}
	l.before, l.next = nil, nil
}

// giveUp closes a connection that was taken.
func (u *upstream) giveUp(l *link) {
	_ = l.Close()
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	u.pool.end(l)
}

// putBack keeps a connection on which an answer has come to its end, unless its session ended in that
// very moment: a closed one would be the failure of somebody else's request.
func (u *upstream) putBack(l *link) {
	if l.in.Buffered() > 0 {
		u.giveUp(l)
		return
	}
	now := time.Now()
	u.pool.mu.Lock()
	defer u.pool.mu.Unlock()
	u.pool.end(l)
	if l.aborted.Load() {
		return
	}
	l.kept, l.since = true, now
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
	return u.pool.taken
}
