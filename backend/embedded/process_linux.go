package embedded

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// dieWithUs has the kernel end postgres when the thread that started it ends, even by kill -9.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{Pdeathsig: syscall.SIGQUIT} }

// holdThread keeps that thread alive for as long as the goroutine runs.
func holdThread() func() {
	runtime.LockOSThread()
	return runtime.UnlockOSThread
}

func commandLineHas(pid int, text string) bool {
	line, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	return err == nil && strings.Contains(string(line), text)
}
