// Package patience bounds how long a connection waits for the other side, at next to no cost: a timer of
// the system is set when a limit comes near, and not for each request.
package patience

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"vestibule/backend/socket"
)

// Listener gives a listener whose connections wait that long, at most, for a reader who does not read:
// from one write to the end of it, not for a whole answer, which may be a stream that lasts for hours.
// A reader who has stopped would otherwise hold what it was given for ever. Its connections linger: see
// Conn.Close.
func Listener(listener net.Listener, within time.Duration) net.Listener {
	return patientListener{listener, within}
}

type patientListener struct {
	net.Listener
	within time.Duration
}

func (l patientListener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	c := NewConn(accepted, l.within)
	c.lingers = c.in != nil
	return c, nil
}

// Conn is a connection whose deadline for reading may be moved often: later ones are only remembered,
// until the one that is set has passed. As safe for concurrent use as any net.Conn.
type Conn struct {
	net.Conn
	within  time.Duration // for a write; 0: without limit
	in, out *side         // nil where what is wrapped is no socket
	lingers bool          // it is a client's
	refused atomic.Bool

	mu       sync.Mutex
	deadline time.Time     // for reading; zero: none
	set      time.Time     // what the system knows of it: never later
	writing  time.Duration // the deadline for writing that limitWrite set last, from began
	told     bool          // somebody else set one
}

// NewConn wraps a connection. Each write may take that long; 0: any time.
func NewConn(inner net.Conn, within time.Duration) *Conn {
	c := &Conn{Conn: inner, within: within}
	if tcp, is := inner.(*net.TCPConn); is {
		if raw, err := tcp.SyscallConn(); err == nil {
			c.in, c.out = newSide(raw.Read, socket.Read), newSide(raw.Write, socket.Write)
		}
	}
	return c
}

// SetReadDeadline is net.Conn's.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline = t
	if !t.IsZero() && !c.set.IsZero() && !t.Before(c.set) {
		return nil
	}
	c.set = t
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline is net.Conn's. Until it is set to zero it stands in place of the limit of each write.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told, c.writing = !t.IsZero(), 0
	return c.Conn.SetWriteDeadline(t)
}

// SyscallConn is syscall.Conn's, where what is wrapped has it.
func (c *Conn) SyscallConn() (syscall.RawConn, error) {
	if holder, is := c.Conn.(syscall.Conn); is {
		return holder.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}

// SetDeadline is net.Conn's.
func (c *Conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// lingersFor bounds how long a client that is still sending is listened to.
const lingersFor = 2 * time.Second

// Refuse tells the connection of a client, or one over TLS on it, that it is closed before the client has
// sent all of its request: see Conn.Close.
func Refuse(c net.Conn) {
	if under := Under(c); under != nil {
		under.refused.Store(true)
	}
}

// Under gives what NewConn or a Listener has made of the connection on which c lies; nil where it lies on
// none.
func Under(c net.Conn) *Conn {
	if secured, is := c.(*tls.Conn); is {
		c = secured.NetConn()
	}
	under, _ := c.(*Conn)
	return under
}

// Close is net.Conn's. A client of a Listener that was refused, or has sent what nobody has read, is given
// 2 seconds to finish, and what it sends is dropped: closed at once, the system would answer it with a
// reset, which takes along the answer that it has not read yet (RFC 9112, 9.6).
func (c *Conn) Close() error {
	if tcp, is := c.Conn.(*net.TCPConn); is && c.lingers && c.in.TryLock() { // nobody reads
		defer c.in.Unlock()
		if (c.refused.Load() || c.waiting()) && tcp.CloseWrite() == nil && tcp.SetReadDeadline(time.Now().Add(lingersFor)) == nil {
			_, _ = io.Copy(io.Discard, tcp)
		}
	}
	return c.Conn.Close()
}

// Abort closes the connection at once, whatever is under way.
func (c *Conn) Abort() error { return c.Conn.Close() }

// waiting reports whether something has come that nobody has read.
func (c *Conn) waiting() (is bool) {
	raw, err := c.SyscallConn()
	return err == nil && raw.Control(func(fd uintptr) { is = socket.Waiting(fd) }) == nil && is
}

// Read is net.Conn's.
func (c *Conn) Read(p []byte) (int, error) {
	for {
		n, err := c.read(p)
		if err == nil || n > 0 || !c.Early(err) {
			return n, err
		}
	}
}

func (c *Conn) read(p []byte) (int, error) {
	if c.in == nil {
		return c.Conn.Read(p)
	}
	c.in.Lock()
	defer c.in.Unlock()
	return c.in.once(p)
}

// Early reports whether a read failed because of a deadline that has been moved since: it may go on.
func (c *Conn) Early(err error) bool {
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.deadline.IsZero() && !time.Now().Before(c.deadline) {
		return false
	}
	c.set = c.deadline
	return c.Conn.SetReadDeadline(c.deadline) == nil
}

// Write is net.Conn's, within its limit. The deadline is moved only when a tenth of it is gone.
func (c *Conn) Write(p []byte) (int, error) {
	if c.within > 0 {
		if err := c.limitWrite(); err != nil {
			return 0, err
		}
	}
	return c.write(p)
}

func (c *Conn) write(p []byte) (n int, err error) {
	if c.out == nil {
		return c.Conn.Write(p)
	}
	c.out.Lock()
	defer c.out.Unlock()
	for n < len(p) && err == nil {
		var some int
		some, err = c.out.once(p[n:])
		n += some
	}
	return n, err
}

// began is only to count from: that is cheaper than the time of day.
var began = time.Now()

func (c *Conn) limitWrite() error {
	until := time.Since(began) + c.within
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.told || until-c.writing <= c.within/10 {
		return nil
	}
	c.writing = until
	return c.Conn.SetWriteDeadline(began.Add(until))
}

// ReadFrom passes each piece on as it comes, where bufio would wait until it has more.
func (c *Conn) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{c}, r)
}
