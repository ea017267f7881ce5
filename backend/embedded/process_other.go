//go:build !linux

package embedded

import (
	"context"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// dieWithUs: there is no signal at our death here; the next start stops what was left behind.
func dieWithUs() *syscall.SysProcAttr { return &syscall.SysProcAttr{} }

func holdThread() func() { return func() {} }

// isPostgres reports whether a process is a postgres that runs on a cluster.
func isPostgres(pid int, data string) bool {
	line, err := exec.CommandContext(context.Background(), "ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(line), "postgres -D "+data+" ")
}

// children are the processes that a process has started and that have not ended.
func children(pid int) []int {
	var found []int
	out, _ := exec.CommandContext(context.Background(), "pgrep", "-P", strconv.Itoa(pid)).Output() // it fails where there are none
	for _, word := range strings.Fields(string(out)) {
		state, _ := exec.CommandContext(context.Background(), "ps", "-o", "state=", "-p", word).Output()
		if child, err := strconv.Atoi(word); err == nil && len(state) > 0 && state[0] != 'Z' {
			found = append(found, child)
		}
	}
	return found
}
