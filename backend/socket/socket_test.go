package socket_test

import (
	"bytes"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/socket"
)

// pair is two ends of a connection on loopback, and the way to the descriptor of the first.
func pair(t *testing.T) (near syscall.RawConn, far *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	dialled, err := net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	accepted, err := listener.Accept()
	require.NoError(t, err)
	t.Cleanup(func() {
		dialled.Close()
		accepted.Close()
	})
	near, err = dialled.(*net.TCPConn).SyscallConn()
	require.NoError(t, err)
	return near, accepted.(*net.TCPConn)
}

// arrived waits for something to read, and takes nothing.
func arrived(t *testing.T, near syscall.RawConn) {
	t.Helper()
	require.NoError(t, near.Read(socket.Waiting))
}

func on(t *testing.T, c syscall.RawConn, do func(fd uintptr)) {
	t.Helper()
	require.NoError(t, c.Control(do))
}

func TestAReadTakesWhatIsThereAndNeverWaits(t *testing.T) {
	near, far := pair(t)
	p := make([]byte, 8)
	on(t, near, func(fd uintptr) {
		require.False(t, socket.Waiting(fd))
		n, again, err := socket.Read(fd, p)
		require.NoError(t, err)
		require.True(t, again)
		require.Zero(t, n)
		n, again, err = socket.Read(fd, nil)
		require.NoError(t, err)
		require.False(t, again, "nothing was asked for")
		require.Zero(t, n)
	})
	_, err := far.Write([]byte("hello"))
	require.NoError(t, err)
	arrived(t, near)
	on(t, near, func(fd uintptr) {
		require.True(t, socket.Waiting(fd))
		require.True(t, socket.Waiting(fd), "a look takes nothing")
		n, again, err := socket.Read(fd, p)
		require.NoError(t, err)
		require.False(t, again)
		require.Equal(t, "hello", string(p[:n]))
	})
	require.NoError(t, far.CloseWrite())
	arrived(t, near)
	on(t, near, func(fd uintptr) {
		_, again, err := socket.Read(fd, p)
		require.ErrorIs(t, err, io.EOF)
		require.False(t, again)
	})
}

func TestAWriteTakesWhatThereIsRoomForAndNeverWaits(t *testing.T) {
	near, far := pair(t)
	p := bytes.Repeat([]byte("x"), 1<<20)
	written, full := 0, false
	for !full {
		on(t, near, func(fd uintptr) {
			n, again, err := socket.Write(fd, p)
			require.NoError(t, err)
			written, full = written+n, again
		})
		require.Less(t, written, 1<<28, "somewhere there is an end of the room")
	}
	read := make(chan int64)
	go func() {
		n, _ := io.Copy(io.Discard, io.LimitReader(far, int64(written)))
		read <- n
	}()
	require.EqualValues(t, written, <-read)
}

func TestAResetIsAnErrorThatSaysSo(t *testing.T) {
	near, far := pair(t)
	require.NoError(t, far.SetLinger(0))
	require.NoError(t, far.Close())
	var failed error
	require.NoError(t, near.Read(func(fd uintptr) bool {
		var again bool
		_, again, failed = socket.Read(fd, make([]byte, 1))
		return !again
	}))
	require.ErrorIs(t, failed, syscall.ECONNRESET)
	require.EqualError(t, failed, "read: connection reset by peer")
	on(t, near, func(fd uintptr) {
		_, again, err := socket.Write(fd, []byte("x"))
		require.False(t, again)
		require.ErrorIs(t, err, syscall.EPIPE)
	})
}
