package embedded

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
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

// isPostgres reports whether a process is a postgres that runs on a cluster.
func isPostgres(pid int, data string) bool {
	line, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
	if err != nil {
		return false
	}
	args := strings.Split(string(line), "\x00")
	at := slices.Index(args, "-D")
	return filepath.Base(args[0]) == "postgres" && at >= 0 && at+1 < len(args) && args[at+1] == data
}

// children are the processes that a process has started and that have not ended.
func children(pid int) []int {
	var found []int
	stats, _ := filepath.Glob("/proc/[0-9]*/stat") // the pattern is well-formed
	for _, stat := range stats {
		text, err := os.ReadFile(stat)
		if err != nil {
			continue // it has ended
		}
		var state string
		var parent int
		_, after, _ := strings.Cut(string(text), ") ") // a name may hold anything
		if _, err := fmt.Sscan(after, &state, &parent); err != nil || parent != pid || state == "Z" {
			continue
		}
		if child, err := strconv.Atoi(filepath.Base(filepath.Dir(stat))); err == nil {
			found = append(found, child)
		}
	}
	return found
}
