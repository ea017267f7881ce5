package gateway

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

// link is a connection to a downstream. It carries one request at a time, and the next one only when
// nothing is left of the answer before, or the next person would get that.
type link struct {
	net.Conn          // with TLS, where there is any: what is read here is HTTP
	plain    net.Conn // below TLS
	raw      syscall.RawConn
	in       *bufio.Reader
	out      *bufio.Writer
	kept     bool      // it has carried a request before
	since    time.Time // when it was put back
}

// dial opens a connection, and secures it where the downstream speaks TLS.
func (u *upstream) dial() (*link, error) {
	plain, err := net.DialTimeout("tcp", u.addr, u.ConnectTimeout) //nolint:noctx // a request has no context here
	if err != nil {
		return nil, err
	}
	raw, err := plain.(*net.TCPConn).SyscallConn()
	if err != nil {
		_ = plain.Close()
		return nil, err
	}
	l := &link{Conn: plain, plain: plain, raw: raw}
	if u.URL.Scheme == "https" {
		secured := tls.Client(plain, &tls.Config{ServerName: u.URL.Hostname(), RootCAs: u.roots, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
		_ = secured.SetDeadline(time.Now().Add(u.ConnectTimeout))
		if err := secured.Handshake(); err != nil { //nolint:noctx // bounded by the deadline
			_ = plain.Close()
			return nil, err
		}
		l.Conn = secured
	}
	l.in, l.out = bufio.NewReaderSize(l.Conn, bufferSize), bufio.NewWriterSize(l.Conn, bufferSize)
	return l, nil
}

// abort closes it from another goroutine, at once: whatever waits for it fails.
func (l *link) abort() { _ = l.plain.Close() }

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
	if l.in.Buffered() > 0 || waits(l.raw) {
		return false
	}
	if l.Conn == l.plain {
		return true
	}
	// TLS may have read more than it has handed on.
	if err := l.SetReadDeadline(time.Unix(1, 0)); err != nil {
		return false
	}
	n, err := l.Read(make([]byte, 1))
	return n == 0 && errors.Is(err, os.ErrDeadlineExceeded)
}

// waits looks without waiting, and without taking anything.
func waits(raw syscall.RawConn) bool {
	waiting := true
	err := raw.Control(func(fd uintptr) {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT) //nolint:gosec // descriptors fit
		waiting = !errors.Is(err, syscall.EAGAIN)
	})
	return waiting || err != nil
}
