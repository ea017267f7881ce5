package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// clockTick is what /proc counts CPU time in: USER_HZ is 100 on every Linux that Go runs on.
const clockTick = 10 * time.Millisecond

// measuresCPU says whether this system tells the CPU time of other processes in a way we can read.
const measuresCPU = runtime.GOOS == "linux"

// part is one of the programs that a contender consists of: read tells the CPU time, user's and
// system's, that it has used so far.
type part struct {
	name string
	read func() (time.Duration, error)
}

func processPart(name string, pid int) part {
	return part{name: name, read: func() (time.Duration, error) {
		s, err := readStat(pid)
		return s.own, err
	}}
}

// familyPart is a process with its children, those included that it has seen end.
func familyPart(name string, pid int) part {
	return part{name: name, read: func() (time.Duration, error) {
		s, err := readStat(pid)
		total := s.own + s.ended
		others, _ := filepath.Glob("/proc/[0-9]*") // the pattern is well-formed
		for _, other := range others {
			child, err := strconv.Atoi(filepath.Base(other))
			if err != nil {
				continue
			}
			if c, err := readStat(child); err == nil && c.parent == pid {
				total += c.own + c.ended
			}
		}
		return total, err
	}}
}

// stat is what /proc/PID/stat tells of a process.
type stat struct {
	name   string
	parent int
	own    time.Duration // of all its threads
	ended  time.Duration // of the children that have ended and were waited for
}

func readStat(pid int) (stat, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return stat{}, fmt.Errorf("read the CPU time of process %d: %w", pid, err)
	}
	return parseStat(string(text))
}

// parseStat reads proc_pid_stat(5): the name is in brackets, and may hold brackets and spaces.
func parseStat(text string) (stat, error) {
	const state, parent, userTime, lastNeeded = 0, 1, 11, 14
	first, last := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if first < 0 || last < first {
		return stat{}, fmt.Errorf("no line of /proc/PID/stat: %q", text)
	}
	fields := strings.Fields(text[last+1:])
	if len(fields) <= lastNeeded || len(fields[state]) != 1 {
		return stat{}, fmt.Errorf("no line of /proc/PID/stat: %q", text)
	}
	s := stat{name: text[first+1 : last]}
	var err error
	if s.parent, err = strconv.Atoi(fields[parent]); err != nil {
		return stat{}, err
	}
	var ticks [4]time.Duration // utime, stime, cutime, cstime
	for i := range ticks {
		n, err := strconv.ParseInt(fields[userTime+i], 10, 64)
		if err != nil {
			return stat{}, err
		}
		ticks[i] = time.Duration(n) * clockTick
	}
	s.own, s.ended = ticks[0]+ticks[1], ticks[2]+ticks[3]
	return s, nil
}
