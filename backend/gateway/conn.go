package gateway

import (
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	// errSwitched is a 101 to a request that asked for no upgrade: what follows is no HTTP, so the
	// connection must never carry another request.
	errSwitched = errors.New("the downstream switched protocols without being asked")

	// errStale is a kept connection on which something waits that belongs to no request: late bytes of
	// an earlier answer, or its end. Nothing of the request has been sent.
	errStale = errors.New("the kept connection is no longer clean")
)

// conn is a connection to a downstream that keeps its own time: the head of an answer has to begin
// within one limit after the last byte of the request, the pieces of a body within another. A single
// deadline for the whole answer would cut long streams. It carries a request only when nothing is
// left of the answer before, or the next person would get that.
type conn struct {
	net.Conn            // with TLS, where there is any: what is read here is HTTP
	plain      net.Conn // below TLS
	head, idle time.Duration
	streaming  atomic.Bool // the head has been read
	sent       time.Time   // when the last byte of the request went out
	answer     start       // of the answer under way
	answered   bool        // some of it has been read: the next write begins another request
	stale      bool
}

// address lets the owner of an answer find the connection it came on.
type address struct {
	net.Addr
	conn *conn
}

// dial opens a connection, and secures it where the downstream speaks TLS.
func (u *upstream) dial(addr string) (net.Conn, error) {
	plain, err := net.DialTimeout("tcp", addr, u.ConnectTimeout) //nolint:noctx // fasthttp hands no context on
	if err != nil {
		return nil, err
	}
	c := &conn{Conn: plain, plain: plain, head: u.HeaderTimeout, idle: u.IdleTimeout, sent: time.Now()}
	if u.URL.Scheme != "https" {
		return c, nil
	}
	secured := tls.Client(plain, &tls.Config{ServerName: u.URL.Hostname(), RootCAs: u.roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
	_ = secured.SetDeadline(time.Now().Add(u.ConnectTimeout))
	if err := secured.Handshake(); err != nil { //nolint:noctx // bounded by the deadline
		_ = plain.Close()
		return nil, err
	}
	c.Conn = secured
	return c, secured.SetDeadline(time.Time{})
}

// RemoteAddr is asked by fasthttp before each request.
func (c *conn) RemoteAddr() net.Addr { return &address{c.Conn.RemoteAddr(), c} }

func (c *conn) Write(p []byte) (int, error) {
	if c.answered {
		c.answered, c.answer = false, start{}
		c.streaming.Store(false)
		c.stale = c.unread()
	}
	if c.stale {
		return 0, errStale
	}
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
	c.answered = true
	if c.answer.switches(p[:n]) {
		return 0, errSwitched
	}
	return n, err
}

// unread reports whether anything waits on the connection: bytes, or its end.
func (c *conn) unread() bool {
	if waits(c.plain) {
		return true
	}
	if c.Conn == c.plain {
		return false
	}
	// TLS may have read more than it has handed on.
	if err := c.SetReadDeadline(time.Unix(1, 0)); err != nil {
		return true
	}
	n, err := c.Conn.Read(make([]byte, 1))
	return n > 0 || !errors.Is(err, os.ErrDeadlineExceeded)
}

func waits(plain net.Conn) bool {
	socket, ok := plain.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := socket.SyscallConn()
	if err != nil {
		return true
	}
	waiting := true
	err = raw.Control(func(fd uintptr) {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT) //nolint:gosec // descriptors fit
		waiting = !errors.Is(err, syscall.EAGAIN)
	})
	return waiting || err != nil
}

// start follows the beginning of an answer, through the interim ones (1xx; RFC 9110, 15.2), to the
// status of the final one.
type start struct {
	line    [12]byte // "HTTP/1.1 101"
	seen    int
	interim bool // within the head of an interim one
	feeds   int  // line feeds in a row
	final   bool
}

// switches takes what was read, and reports a 101.
func (s *start) switches(p []byte) bool {
	for _, b := range p {
		switch {
		case s.final:
			return false
		case s.interim && b == '\n':
			if s.feeds++; s.feeds == 2 {
				*s = start{}
			}
		case s.interim:
			if b != '\r' {
				s.feeds = 0
			}
		case s.seen == 0 && (b == '\r' || b == '\n'): // before a status line these are passed over
		default:
			s.line[s.seen] = b
			if s.seen++; s.seen < len(s.line) {
				continue
			}
			status := string(s.line[8:])
			if status == " 101" {
				return true
			}
			s.interim, s.final = status[1] == '1', status[1] != '1'
		}
	}
	return false
}
