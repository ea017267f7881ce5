// Package socket reads and writes sockets that never block, without telling Go's scheduler: such a call
// is over in microseconds, and the scheduler, which takes it for one that may block, has a thread of its
// own awake every 20 µs to take the processor away from it. That costs a tenth of a proxy's time.
//
// A descriptor is one that the runtime watches: what its RawConn's Read and Write hand out.
package socket

import (
	"io"
	"os"
	"syscall"
)

// atOnce bounds one write: the garbage collector waits for the end of each.
const atOnce = 64 << 10

// Read reads what is there. again: nothing is, yet. io.EOF: nothing will be.
func Read(fd uintptr, p []byte) (n int, again bool, err error) {
	if len(p) == 0 {
		return 0, false, nil
	}
	for {
		n, no := sysRead(fd, p)
		switch {
		case no == syscall.EINTR:
		case no == 0 && n == 0:
			return 0, false, io.EOF
		default:
			return outcome("read", n, no)
		}
	}
}

// Write writes as much as there is room for. again: there is none, yet.
func Write(fd uintptr, p []byte) (n int, again bool, err error) {
	if len(p) == 0 {
		return 0, false, nil
	}
	for {
		if n, no := sysWrite(fd, p[:min(len(p), atOnce)]); no != syscall.EINTR {
			return outcome("write", n, no)
		}
	}
}

func outcome(call string, n int, no syscall.Errno) (int, bool, error) {
	switch no {
	case 0:
		return n, false, nil
	case syscall.EAGAIN:
		return 0, true, nil
	}
	return 0, false, os.NewSyscallError(call, no)
}

// Waiting reports whether there is anything to read: bytes, the end, or an error. It takes nothing but the
// name of an error: a read after it finds the end.
func Waiting(fd uintptr) bool {
	for {
		if no := sysPeek(fd); no != syscall.EINTR {
			return no != syscall.EAGAIN
		}
	}
}
