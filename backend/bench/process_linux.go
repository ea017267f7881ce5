package main

import (
	"runtime"
	"syscall"
)

// attributes put a child into a group of its own, since a Ctrl-C at the terminal is ours to hand on,
// and have the kernel end it when the thread that started it ends, even by kill -9.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// holdThread keeps that thread alive for as long as the goroutine runs.
func holdThread() func() {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}
