//go:build !linux

package main

import "syscall"

// attributes put a child into a group of its own, since a Ctrl-C at the terminal is ours to hand on.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }

func holdThread() func() { return func() {} }
