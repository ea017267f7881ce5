package main

import (
	"context"
	"debug/buildinfo"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

const unknown = "unknown"

// cpuModel is the processor's name.
func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, _ := strings.Cut(line, ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}

func kernel(ctx context.Context) string {
	said, err := exec.CommandContext(ctx, "uname", "-srm").Output()
	if err != nil {
		return unknown
	}
	return strings.TrimSpace(string(said))
}

// loadAverage is of 1, 5 and 15 minutes: below the number of cores, the machine had time for us.
func loadAverage() string {
	text, err := os.ReadFile("/proc/loadavg")
	fields := strings.Fields(string(text))
	if err != nil || len(fields) < 3 {
		return unknown
	}
	return strings.Join(fields[:3], " ")
}

// versions reads what a binary was built from.
type versions struct{ goVersion, fasthttp, fiber string }

func versionsOf(binary string) versions {
	v := versions{unknown, unknown, unknown}
	info, err := buildinfo.ReadFile(binary)
	if err != nil {
		return v
	}
	v.goVersion = info.GoVersion
	for _, dep := range info.Deps {
		switch dep.Path {
		case "github.com/valyala/fasthttp":
			v.fasthttp = dep.Version
		case "github.com/gofiber/fiber/v2":
			v.fiber = dep.Version
		}
	}
	return v
}

// commit is what the working tree holds; the results of an earlier run don't count as a change.
func commit(ctx context.Context) string {
	head, err := exec.CommandContext(ctx, "git", "rev-parse", "--short=12", "HEAD").Output()
	if err != nil {
		return "unknown commit"
	}
	changes, err := exec.CommandContext(ctx, "git", "--no-optional-locks", "status", "--porcelain", "--", ".", ":!backend/bench/RESULTS.md").Output()
	if err != nil || len(changes) > 0 {
		return strings.TrimSpace(string(head)) + " with changes"
	}
	return strings.TrimSpace(string(head))
}
