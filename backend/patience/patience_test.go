package patience_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"syscall"
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
	wrote := make(chan struct{}, 1)
	go func() {
		var err error
		for err == nil {
			_, err = c.Write(make([]byte, 1<<20))
			select {
			case wrote <- struct{}{}:
			default:
			}
		}
		ended <- err
	}()
	<-wrote
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

// refused gives what a client reads from a server that answers and closes, however much is still sent.
func refused(t *testing.T, sent int) (string, error) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	patient := patience.Listener(inner, time.Minute)
	defer patient.Close()
	go func() {
		if c, err := patient.Accept(); err == nil {
			_, _ = io.ReadFull(c, make([]byte, 10))
			_, _ = c.Write([]byte("too much"))
			_ = c.Close()
		}
	}()
	client, err := net.Dial("tcp", inner.Addr().String())
	require.NoError(t, err)
	defer client.Close()
	if _, err := client.Write(make([]byte, sent)); err != nil {
		return "", err
	}
	said, err := io.ReadAll(client)
	return string(said), err
}

func TestWhoIsStillSendingHearsTheAnswer(t *testing.T) {
	for _, sent := range []int{11, 1 << 20, 64 << 20} {
		said, err := refused(t, sent)
		require.NoError(t, err)
		require.Equal(t, "too much", said)
	}
}

func TestWhoNeverStopsSendingIsNotListenedToForEver(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	patient := patience.Listener(inner, time.Minute)
	defer patient.Close()
	closed := make(chan error, 1)
	go func() {
		c, err := patient.Accept()
		if err == nil {
			_, _ = c.Read(make([]byte, 10))
			err = c.Close()
		}
		closed <- err
	}()
	client, err := net.Dial("tcp", inner.Addr().String())
	require.NoError(t, err)
	defer client.Close()
	_, err = io.Copy(client, zeros{})
	require.Error(t, err)
	require.NoError(t, <-closed)
}

func TestAbortWaitsForNobody(t *testing.T) {
	near, far := pair(t)
	c := patience.NewConn(near, 0)
	_, err := far.Write([]byte("still sending"))
	require.NoError(t, err)
	require.NoError(t, c.Abort())
	_, err = io.ReadAll(far)
	require.ErrorIs(t, err, syscall.ECONNRESET)
}
