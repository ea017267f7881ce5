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

func commandLineHas(pid int, text string) bool {
	line, err := exec.CommandContext(context.Background(), "ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return err == nil && strings.Contains(string(line), text)
}
