package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// noise is how much of the machine's CPU time others had during one contender's turn, in percent.
type noise struct{ others, stolen float64 }

// machineTime is the CPU time of all cores together, since the machine started.
type machineTime struct{ used, stolen time.Duration }

func readMachine() (machineTime, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return machineTime{}, err
	}
	return parseMachine(string(text))
}

// parseMachine reads the first line of proc_stat(5).
func parseMachine(text string) (machineTime, error) {
	const user, nice, system, irq, softirq, steal = 1, 2, 3, 6, 7, 8
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) <= steal || fields[0] != "cpu" {
		return machineTime{}, fmt.Errorf("no first line of /proc/stat: %q", line)
	}
	var m machineTime
	for _, at := range []int{user, nice, system, irq, softirq, steal} {
		n, err := strconv.ParseInt(fields[at], 10, 64)
		if err != nil {
			return machineTime{}, err
		}
		if at == steal {
			m.stolen += time.Duration(n) * clockTick
		} else {
			m.used += time.Duration(n) * clockTick
		}
	}
	return m, nil
}

// watch begins to measure the noise; the function that it gives ends that, and wants to know the CPU
// time of the load tool.
func (s *stage) watch() (end func(tool time.Duration) (noise, error), err error) {
	if !measuresCPU {
		return func(time.Duration) (noise, error) { return noise{}, nil }, nil
	}
	began := time.Now()
	ours, err := s.ourTime()
	if err != nil {
		return nil, err
	}
	before, err := readMachine()
	if err != nil {
		return nil, err
	}
	return func(tool time.Duration) (noise, error) {
		after, err := readMachine()
		if err != nil {
			return noise{}, err
		}
		now, err := s.ourTime()
		if err != nil {
			return noise{}, err
		}
		percent := func(t time.Duration) float64 {
			return max(0, 100*float64(t)/float64(time.Since(began))/float64(runtime.NumCPU()))
		}
		return noise{percent(after.used - before.used - (now - ours) - tool), percent(after.stolen - before.stolen)}, nil
	}, nil
}

// ourTime is the CPU time of everything that we started.
func (s *stage) ourTime() (time.Duration, error) {
	var all []part
	for _, p := range s.running {
		all = append(all, processPart(p.name, p.pid))
	}
	if s.db.part != nil {
		all = append(all, *s.db.part)
	}
	used, err := readParts(all)
	return sum(used), err
}

func sum(each []time.Duration) time.Duration {
	var all time.Duration
	for _, t := range each {
		all += t
	}
	return all
}

// quiet says in words how quiet the machine was.
func quiet(all []noise) string {
	var others, stolen []float64
	for _, n := range all {
		others, stolen = append(others, n.others), append(stolen, n.stolen)
	}
	return fmt.Sprintf("%.0f %% at the median, %.0f %% at most; stolen by the hypervisor: %.0f %% and %.0f %%",
		median(others), slices.Max(others), median(stolen), slices.Max(stolen))
}
