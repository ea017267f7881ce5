package gateway

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"

	"vestibule/backend/patience"
	"vestibule/backend/socket"
)

// link is a connection to a downstream. It carries one request at a time, and the next one only when
// nothing is left of the answer before, or the next person would get that.
type link struct {
	net.Conn // with TLS, where there is any: what is read here is HTTP
	plain    *patience.Conn
	in       *bufio.Reader
	out      *bufio.Writer
	header   fasthttp.ResponseHeader // of the answer under way
	turn     turn
	aborted  atomic.Bool
	kept     bool // it has carried a request before

	client       net.Conn  // whose request it carries; this and what follows is guarded by the pool
	since        time.Time // when it was taken, or put back
	before, next *link     // among the busy ones
}

// dial opens a connection, and secures it where the downstream speaks TLS.
func (u *upstream) dial() (*link, error) {
	tcp, err := net.DialTimeout("tcp", u.addr, u.ConnectTimeout) //nolint:noctx // a request has no context here
	if err != nil {
		return nil, err
	}
	plain := patience.NewConn(tcp, u.IdleTimeout)
	l := &link{Conn: plain, plain: plain}
	l.turn.step = l.step
	if l.turn.raw, err = tcp.(*net.TCPConn).SyscallConn(); err != nil {
		_ = plain.Close()
		return nil, err
	}
	if u.URL.Scheme == "https" {
		secured := tls.Client(plain, &tls.Config{ServerName: u.URL.Hostname(), RootCAs: u.roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
		_ = secured.SetDeadline(time.Now().Add(u.ConnectTimeout))
		if err := secured.Handshake(); err != nil { //nolint:noctx // bounded by the deadline
			_ = plain.Close()
			return nil, err
		}
		_ = secured.SetDeadline(time.Time{})
		l.Conn = secured
	}
	l.in, l.out = bufio.NewReaderSize(l, bufferSize), bufio.NewWriterSize(l.Conn, bufferSize)
	return l, nil
}

// abort closes it from another goroutine, at once: whatever waits for it fails.
func (l *link) abort() {
	l.aborted.Store(true)
	_ = l.plain.Close()
}

// head reads the head of the final answer, and passes over interim ones (1xx; RFC 9110, 15.2). A 101
// was not asked for: what follows is no HTTP.
func (l *link) head(h *fasthttp.ResponseHeader) error {
	for range mostInterim {
		if err := h.Read(l.in); err != nil {
			return err
		}
		if code := h.StatusCode(); code == fasthttp.StatusSwitchingProtocols || code >= fasthttp.StatusOK {
			return nil
		}
	}
	return errInterim
}

// mostInterim bounds how many interim answers are passed over.
const mostInterim = 8

var errInterim = errors.New("too many interim answers")

// clean reports whether nothing waits on the connection: no bytes, and not its end.
func (l *link) clean() bool {
	if l.in.Buffered() > 0 {
		return false
	}
	waiting := true
	err := l.turn.raw.Control(func(fd uintptr) { waiting = socket.Waiting(fd) })
	if waiting || err != nil {
		return false
	}
	if !l.secured() {
		return true
	}
	// TLS may have read more than it has handed on.
	if err := l.SetReadDeadline(time.Unix(1, 0)); err != nil {
		return false
	}
	n, err := l.Conn.Read(make([]byte, 1))
	return n == 0 && errors.Is(err, os.ErrDeadlineExceeded)
}

func (l *link) secured() bool { return l.Conn != net.Conn(l.plain) }

// turn is the system's side of one request and its answer, where there is no TLS between. The runtime
// reads before it waits, in vain, since the answer is not there yet. This looks instead, before the
// request is sent, whether something is there already, which would be nobody's answer: that look costs
// nothing, and nothing can come between it and the request.
type turn struct {
	raw  syscall.RawConn
	step func(fd uintptr) bool // link's, made once

	next   bool // the next read sends what waits to be sent
	asked  bool
	into   []byte
	n      int
	failed error // of what was to be sent
	err    error // of the read
}

var errUnclean = errors.New("something waited on the connection before it was asked")

// sendAndRead has the next read of the answer send the request, which is in l.out.
func (l *link) sendAndRead() {
	l.turn.next, l.turn.failed = true, nil
}

// Read is for l.in.
func (l *link) Read(p []byte) (int, error) {
	t := &l.turn
	if !t.next {
		return l.Conn.Read(p)
	}
	t.next, t.asked, t.into, t.n, t.err = false, false, p, 0, nil
	for {
		err := t.raw.Read(t.step)
		switch {
		case err != nil && l.plain.Early(err):
			continue
		case err != nil:
			return 0, err
		case t.failed != nil:
			return 0, t.failed
		}
		return t.n, t.err
	}
}

// step is called with the descriptor, once more each time something has arrived, until it says that it
// is done.
func (l *link) step(fd uintptr) bool {
	t := &l.turn
	if !t.asked {
		t.asked = true
		if socket.Waiting(fd) {
			t.failed = errUnclean
		} else {
			t.failed = l.out.Flush()
		}
		return t.failed != nil
	}
	var again bool
	t.n, again, t.err = socket.Read(fd, t.into)
	return !again
}
