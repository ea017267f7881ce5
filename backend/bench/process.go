package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	readyWithin = 30 * time.Second
	stopWithin  = 20 * time.Second // longer than Vestibule drains
	wordsKept   = 2000
)

// process is a program under measurement. It ends with stop, or with us.
type process struct {
	name string
	pid  int
	cmd  *exec.Cmd
	log  string        // a file with what it says
	done chan struct{} // closed when it has ended
}

// launch starts a program. What it says goes to a file in dir.
func launch(dir, name, bin string, env []string, args ...string) (*process, error) {
	p := &process{name: name, log: filepath.Join(dir, name+".log"), done: make(chan struct{})}
	out, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	p.cmd = exec.Command(bin, args...) //nolint:noctx // it lives until stop, which ends it in order
	p.cmd.Env = append(cleaned(), env...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = attributes()
	started := make(chan error)
	go func() { // the signal at our death hangs on the thread that started the child
		defer holdThread()()
		err := p.cmd.Start()
		started <- err
		if err == nil {
			_ = p.cmd.Wait()
			close(p.done)
		}
	}()
	err = <-started
	_ = out.Close() // the child has its own
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	p.pid = p.cmd.Process.Pid
	return p, nil
}

// cleaned is our environment without what would configure Vestibule.
func cleaned() []string {
	var kept []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "VESTIBULE_") {
			kept = append(kept, entry)
		}
	}
	return kept
}

// stop asks the process to end, and after a while makes it.
func (p *process) stop() error {
	for _, signal := range []os.Signal{syscall.SIGTERM, os.Kill} {
		if err := p.cmd.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return fmt.Errorf("stop %s (%d): %w", p.name, p.pid, err)
		}
		select {
		case <-p.done:
			return nil
		case <-time.After(stopWithin):
		}
	}
	return fmt.Errorf("%s (%d) does not end", p.name, p.pid)
}

// alive is nil as long as the process runs.
func (p *process) alive() error {
	select {
	case <-p.done:
		return fmt.Errorf("%s has ended by itself: %s%s", p.name, p.cmd.ProcessState, p.lastWords())
	default:
		return nil
	}
}

func (p *process) lastWords() string {
	text, _ := os.ReadFile(p.log)
	if len(text) > wordsKept {
		text = text[len(text)-wordsKept:]
	}
	if len(text) == 0 {
		return ""
	}
	return "; the last it said:\n" + strings.TrimSpace(string(text))
}

// ready waits until a URL of the process answers with a status.
func (p *process) ready(ctx context.Context, url string, status int) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		got, err := ask(ctx, url)
		if err == nil && got == status {
			return nil
		}
		select {
		case <-ticker.C:
		case <-p.done:
			return p.alive()
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready within %s: %s answers %d, %w%s", p.name, readyWithin, url, got, errors.Join(err, ctx.Err()), p.lastWords())
		}
	}
}

func ask(ctx context.Context, url string) (status int, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	request.Close = true
	return send(request)
}

// freeAddress finds a port on loopback that nobody listens on. It lies below 32768: the system hands
// out those above by itself, and then one is taken now and then.
func freeAddress(ctx context.Context) (string, error) {
	for range 100 {
		address := fmt.Sprintf("127.0.0.1:%d", 10000+rand.IntN(22000))
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
		if err == nil {
			return address, listener.Close()
		}
	}
	return "", errors.New("no free port between 10000 and 32000")
}
