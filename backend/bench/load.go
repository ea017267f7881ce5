package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed load.lua
var script []byte

const checkFor = 2 * time.Second

var errNoTool = errors.New("the load tool wrk is not installed: `apt-get install wrk` (Debian, Ubuntu), `brew install wrk` (macOS), " +
	"or see https://github.com/wg/wrk; -wrk names one that PATH does not have")

// tool is wrk, with what is the same in every run.
type tool struct {
	bin                  string
	version              string
	script, lines        string // files
	kind                 string // of lines: cookies (also where it is empty), tokens, or bodies of sign-ins
	connections, threads int
}

// findTool looks for wrk before anything is started.
func findTool(ctx context.Context, name string) (tool, error) {
	bin, err := exec.LookPath(name)
	if err != nil {
		return tool{}, errNoTool
	}
	said, err := exec.CommandContext(ctx, bin, "--version").Output() // wrk exits with 1 after it
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		return tool{}, fmt.Errorf("%s --version: %w", bin, err)
	}
	first, _, _ := strings.Cut(string(said), "\n")
	version, _, _ := strings.Cut(first, " Copyright")
	return tool{bin: bin, version: strings.TrimSpace(version)}, nil
}

// with is the tool with other cookies. It puts them, and the script, into files of dir where wrk finds
// them; no two in use at the same time may have one name.
func (t tool) with(dir, name string, cookies []string) (tool, error) {
	t.script, t.lines = filepath.Join(dir, "load.lua"), filepath.Join(dir, name)
	return t, errors.Join(os.WriteFile(t.script, script, 0o600),
		os.WriteFile(t.lines, []byte(strings.Join(cookies, "\n")+"\n"), 0o600))
}

// on is the tool with another number of connections.
func (t tool) on(connections int) tool {
	t.connections, t.threads = connections, min(t.threads, connections)
	return t
}

// load is what one run of wrk tells.
type load struct {
	Microseconds, Requests, Bytes, P50, P99 int64  // the percentiles in microseconds as well
	Connect, Read, Write, Status, Timeout   int64  // errors
	Bad                                     string // the first wrong answer, where every answer was looked at

	used time.Duration // CPU time of wrk itself
}

func (l load) perSecond() float64 { return float64(l.Requests) / (float64(l.Microseconds) / 1e6) }

// fault says what went wrong in a run, if anything did. Bodies are size bytes long; 0: any length.
func (l load) fault(size int) error {
	switch {
	case l.Bad != "":
		return fmt.Errorf("a wrong answer: %s", l.Bad)
	case l.Connect+l.Read+l.Write+l.Status+l.Timeout > 0:
		return fmt.Errorf("errors in %d requests: %d answers of 400 and above, %d timeouts, %d of connecting, %d of reading, %d of writing",
			l.Requests, l.Status, l.Timeout, l.Connect, l.Read, l.Write)
	case l.Requests == 0:
		return errors.New("no request was answered")
	case l.Bytes/l.Requests < int64(size):
		return fmt.Errorf("answers have %d bytes on average, head included, and a right one's body alone has %d", l.Bytes/l.Requests, size)
	}
	return nil
}

// run puts a URL under load.
func (t *tool) run(ctx context.Context, url string, size int, d time.Duration, check bool) (load, error) {
	timeout, kind := "2s", cmp.Or(t.kind, "cookies")
	if kind == "bodies" {
		timeout = "10s" // they queue for the hasher
	}
	args := []string{"-t", strconv.Itoa(t.threads), "-c", strconv.Itoa(t.connections), "-d", strconv.Itoa(int(d.Seconds())) + "s", "--timeout", timeout,
		"-s", t.script, url, "--", t.lines, strconv.Itoa(t.threads), strconv.Itoa(size), kind}
	if check {
		args = append(args, "check")
	}
	defer holdThread()()
	cmd := exec.CommandContext(ctx, t.bin, args...)
	cmd.SysProcAttr = attributes()
	var errs bytes.Buffer
	cmd.Stderr = &errs
	said, err := cmd.Output()
	if ctx.Err() != nil {
		return load{}, ctx.Err()
	}
	if err != nil {
		return load{}, fmt.Errorf("wrk: %w: %s%s", err, said, errs.Bytes())
	}
	l, err := parseLoad(said, errs.Bytes())
	l.used = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return l, err
}

// parseLoad finds the line that the script writes at the end.
func parseLoad(said, errs []byte) (load, error) {
	var l load
	_, result, found := bytes.Cut(said, []byte("\nresult "))
	if !found {
		return l, fmt.Errorf("wrk told no result: %s%s", said, errs)
	}
	if err := json.NewDecoder(bytes.NewReader(result)).Decode(&l); err != nil {
		return l, fmt.Errorf("read wrk's result %s: %w", result, err)
	}
	return l, nil
}

// tell looks at every answer after a run that went wrong, and says what comes back.
func (t *tool) tell(ctx context.Context, url string, size int) string {
	l, err := t.run(ctx, url, size, checkFor, true)
	if err == nil {
		err = l.fault(size)
	}
	if err == nil {
		return fmt.Sprintf("in the %s after it all %d answers were right", checkFor, l.Requests)
	}
	return fmt.Sprintf("in the %s after it: %v", checkFor, err)
}
