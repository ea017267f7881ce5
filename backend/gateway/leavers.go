package gateway

import (
	"context"
	"crypto/tls"
	"maps"
	"net"
	"slices"
	"syscall"
	"time"
)

const (
	leaversEvery = 500 * time.Millisecond
	leaversAfter = time.Second // most requests are over before that, and cost nothing
)

// Run closes what is under way for clients that have left before their answer was over, until ctx is
// done. Without it, a downstream works until its time limit for an answer that nobody waits for. Where
// the system does not tell of leavers (anything but Linux) nobody is taken for one.
func (g *Gateway) Run(ctx context.Context) { tend(ctx, slices.Collect(maps.Values(g.upstreams))) }

func tend(ctx context.Context, upstreams []*upstream) {
	ticker := time.NewTicker(leaversEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		for _, u := range upstreams {
			u.pool.closeForLeavers(time.Now().Add(-leaversAfter))
		}
	}
}

// closeForLeavers looks at those connections that were taken before a moment. A connection stays with
// its client for as long as it is busy, which the lock guards: nobody else's is ever closed.
func (p *pool) closeForLeavers(before time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := p.busy; l != nil; l = l.next {
		if l.since.Before(before) && hasLeft(l.client) {
			l.abort()
		}
	}
}

// hasLeft reports whether a client has closed its side, whatever it sent before.
func hasLeft(client net.Conn) bool {
	if secured, is := client.(*tls.Conn); is {
		client = secured.NetConn()
	}
	holder, is := client.(syscall.Conn)
	if !is {
		return false
	}
	raw, err := holder.SyscallConn()
	if err != nil {
		return false
	}
	left := false
	err = raw.Control(func(fd uintptr) { left = closedByPeer(fd) })
	return left && err == nil
}
