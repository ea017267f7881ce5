package httpapi

import (
	"io"
	"net"
	"time"
)

// Patient gives a listener whose connections wait that long, at most, for a reader who does not read:
// from one write to the end of it, not for a whole answer, which may be a stream that lasts for hours.
// A reader who has stopped would otherwise hold what it was given for ever.
func Patient(listener net.Listener, within time.Duration) net.Listener {
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
	return &patientConn{Conn: accepted, within: l.within}, nil
}

type patientConn struct {
	net.Conn
	within time.Duration
	until  time.Time // the deadline that was set last
}

// Write moves the deadline only when a tenth of it is gone: that costs more than the rest of a short write.
func (c *patientConn) Write(p []byte) (int, error) {
	if until := time.Now().Add(c.within); until.Sub(c.until) > c.within/10 {
		if err := c.SetWriteDeadline(until); err != nil {
			return 0, err
		}
		c.until = until
	}
	return c.Conn.Write(p)
}

// ReadFrom passes each piece on as it comes, where bufio would wait until it has more.
func (c *patientConn) ReadFrom(r io.Reader) (int64, error) {
	return io.Copy(struct{ io.Writer }{c}, r)
}
