package gateway

import (
	"errors"
	"net"
	"sync/atomic"
	"time"
)

// errSwitched is a 101 to a request that asked for no upgrade: what follows is no HTTP, so the
// connection must never carry another request.
var errSwitched = errors.New("the downstream switched protocols without being asked")

// conn is a connection to a downstream that keeps its own time: the head of an answer has to begin
// within one limit after the last byte of the request, the pieces of a body within another. A single
// deadline for the whole answer would cut long streams.
type conn struct {
	net.Conn
	head, idle time.Duration
	streaming  atomic.Bool // the head has been read
	sent       time.Time   // when the last byte of the request went out
	start      [12]byte    // of the answer: "HTTP/1.1 101"
	seen       int
}

// address lets the owner of an answer find the connection it came on.
type address struct {
	net.Addr
	conn *conn
}

// RemoteAddr is asked by fasthttp before each request.
func (c *conn) RemoteAddr() net.Addr { return &address{c.Conn.RemoteAddr(), c} }

func (c *conn) Write(p []byte) (int, error) {
	c.streaming.Store(false)
	c.seen = 0
	if err := c.SetWriteDeadline(time.Now().Add(c.idle)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(p)
	c.sent = time.Now()
	return n, err
}

func (c *conn) Read(p []byte) (int, error) {
	limit := c.sent.Add(c.head)
	if c.streaming.Load() {
		limit = time.Now().Add(c.idle)
	}
	if err := c.SetReadDeadline(limit); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if c.seen < len(c.start) && n > 0 {
		c.seen += copy(c.start[c.seen:], p[:n])
		if c.seen == len(c.start) && string(c.start[8:]) == " 101" {
			return 0, errSwitched
		}
	}
	return n, err
}
