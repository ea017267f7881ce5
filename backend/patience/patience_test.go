package patience_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/patience"
)

// pair is two ends of a connection on loopback.
func pair(t *testing.T) (near, far net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	near, err = net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	far, err = listener.Accept()
	require.NoError(t, err)
	t.Cleanup(func() {
		near.Close()
		far.Close()
	})
	return near, far
}

func TestAReaderWhoDoesNotReadIsNotWaitedForForEver(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	patient := patience.Listener(inner, 100*time.Millisecond)
	defer patient.Close()
	ended := make(chan error, 1)
	go func() {
		c, err := patient.Accept()
		if err != nil {
			ended <- err
			return
		}
		defer c.Close()
		_, err = io.Copy(c, zeros{})
		ended <- err
	}()
	reader, err := net.Dial("tcp", inner.Addr().String())
	require.NoError(t, err)
	defer reader.Close()
	_, err = io.ReadFull(reader, make([]byte, 1<<20)) // at first it reads
	require.NoError(t, err)
	require.ErrorIs(t, <-ended, os.ErrDeadlineExceeded)
}

// zeros has no end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// counted counts how often a deadline is set in earnest.
type counted struct {
	net.Conn
	set atomic.Int32
}

func (c *counted) SetReadDeadline(t time.Time) error {
	c.set.Add(1)
	return c.Conn.SetReadDeadline(t)
}

func TestADeadlineThatIsMovedCostsNothing(t *testing.T) {
	near, far := pair(t)
	inner := &counted{Conn: near}
	c := patience.NewConn(inner, 0)
	for range 1000 {
		require.NoError(t, c.SetReadDeadline(time.Now().Add(time.Hour)))
		_, err := far.Write([]byte("x"))
		require.NoError(t, err)
		_, err = c.Read(make([]byte, 1))
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, inner.set.Load())
}

func TestAReadEndsAtItsDeadlineAndNotAtOneBefore(t *testing.T) {
	near, far := pair(t)
	c := patience.NewConn(near, 0)
	first, second := time.Now().Add(20*time.Millisecond), time.Now().Add(80*time.Millisecond)
	require.NoError(t, c.SetReadDeadline(first))
	require.NoError(t, c.SetReadDeadline(second))
	_, err := c.Read(make([]byte, 1))
	require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	require.False(t, time.Now().Before(second))

	require.NoError(t, c.SetReadDeadline(time.Now().Add(10*time.Millisecond)))
	require.NoError(t, c.SetDeadline(time.Time{})) // and then none
	go func() {
		time.AfterFunc(30*time.Millisecond, func() { _, _ = far.Write([]byte("x")) })
	}()
	n, err := c.Read(make([]byte, 1))
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func TestAnEarlierDeadlineEndsAReadThatWaits(t *testing.T) {
	near, _ := pair(t)
	c := patience.NewConn(near, 0)
	require.NoError(t, c.SetReadDeadline(time.Now().Add(time.Hour)))
	waits := make(chan error)
	go func() {
		_, err := c.Read(make([]byte, 1))
		waits <- err
	}()
	require.NoError(t, c.SetDeadline(time.Unix(1, 0)))
	require.ErrorIs(t, <-waits, os.ErrDeadlineExceeded)
}

func TestALargeWriteArrivesWholeAtASlowReader(t *testing.T) {
	near, far := pair(t)
	c := patience.NewConn(near, time.Minute)
	sent := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	failed := make(chan error, 1)
	go func() {
		n, err := c.Write(sent)
		if err == nil && n != len(sent) {
			err = io.ErrShortWrite
		}
		failed <- errors.Join(err, c.Close())
	}()
	got, err := io.ReadAll(far)
	require.NoError(t, err)
	require.NoError(t, <-failed)
	require.True(t, bytes.Equal(sent, got))
}

func TestACloseEndsAReadAndAWriteThatWait(t *testing.T) {
	near, _ := pair(t)
	c := patience.NewConn(near, time.Minute)
	ended := make(chan error)
	go func() {
		_, err := c.Read(make([]byte, 1))
		ended <- err
	}()
	full := make(chan struct{})
	go func() {
		var err error
		for err == nil {
			_, err = c.Write(make([]byte, 1<<20))
			select {
			case full <- struct{}{}:
			default:
			}
		}
		ended <- err
	}()
	<-full
	require.NoError(t, c.Close())
	require.ErrorIs(t, <-ended, net.ErrClosed)
	require.ErrorIs(t, <-ended, net.ErrClosed)
}

func TestADeadlineForWritingThatWasSetIsNotMovedByAWrite(t *testing.T) {
	near, far := pair(t)
	c := patience.NewConn(near, time.Minute)
	require.NoError(t, c.SetDeadline(time.Unix(1, 0)))
	for range 2 {
		_, err := c.Write([]byte("x"))
		require.ErrorIs(t, err, os.ErrDeadlineExceeded)
	}
	require.NoError(t, c.SetDeadline(time.Time{}))
	_, err := c.Write([]byte("y"))
	require.NoError(t, err)
	got := make([]byte, 2)
	n, err := far.Read(got)
	require.NoError(t, err)
	require.Equal(t, "y", string(got[:n]))
}
