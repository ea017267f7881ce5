//go:build !linux

package socket

import (
	"errors"
	"syscall"
)

func sysRead(fd uintptr, p []byte) (int, syscall.Errno) {
	n, err := syscall.Read(int(fd), p)
	return n, number(err)
}

func sysWrite(fd uintptr, p []byte) (int, syscall.Errno) {
	n, err := syscall.Write(int(fd), p)
	return n, number(err)
}

func sysPeek(fd uintptr) syscall.Errno {
	_, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
	return number(err)
}

func number(err error) (no syscall.Errno) {
	_ = errors.As(err, &no)
	return no
}
