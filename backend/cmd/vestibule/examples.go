package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"vestibule/backend/config"
	"vestibule/backend/examples/lab"
	"vestibule/backend/examples/orders"
	"vestibule/backend/verifier"
)

const (
	ordersPort         = 9001 // where they are free; any other port does as well
	insightsPort       = 9002
	labPort            = 9003
	insightsWithin     = 15 * time.Second
	insightsStopWithin = 3 * time.Second
)

// startExamples starts the example downstreams and enters them in the configuration: `orders` and `lab`
// in this process, `insights` in Node.
func (d development) startExamples(ctx context.Context) (stop func(), err error) {
	stopOrders, err := d.startOrders(ctx)
	if err != nil {
		return nil, fmt.Errorf("start the example service orders: %w", err)
	}
	stopInsights, err := d.startInsights(ctx)
	if err != nil {
		stopOrders()
		return nil, fmt.Errorf("start the example service insights: %w", err)
	}
	stopLab, err := d.startLab(ctx)
	if err != nil {
		stopInsights()
		stopOrders()
		return nil, fmt.Errorf("start the example service lab: %w", err)
	}
	return func() { stopLab(); stopInsights(); stopOrders() }, nil
}

func (d development) startOrders(ctx context.Context) (stop func(), err error) {
	following, leave := context.WithCancel(ctx)
	defer func() {
		if err != nil {
			leave()
		}
	}()
	feed, err := verifier.Follow(following, verifier.FeedConfig{URL: d.revocationsURL(), WhenStale: verifier.Required})
	if err != nil {
		return nil, err
	}
	v, err := verifier.New(verifier.Config{Issuer: d.PublicURL.String(), Audience: orders.Audience, JWKSURL: d.jwksURL(),
		Algorithms: []string{d.Token.Algorithm}, Feed: feed})
	if err != nil {
		return nil, err
	}
	listener, err := listenNear(ctx, ordersPort)
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: orders.Handler(v, time.Now), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	d.enter(orders.Audience, listener.Addr().String())
	return func() { leave(); _ = server.Close() }, nil
}

// startLab starts the lab, which is the one example that knows the database: it asks it as a service
// without a cache would, and changes nothing there.
func (d development) startLab(ctx context.Context) (stop func(), err error) {
	following, leave := context.WithCancel(ctx)
	listener, err := listenNear(ctx, labPort)
	if err != nil {
		leave()
		return nil, err
	}
	handler, err := lab.New(following, lab.Config{Door: "http://" + d.Listen, Internal: "http://" + d.InternalListen, Issuer: d.PublicURL.String(),
		Self: "http://" + listener.Addr().String(), ClientID: cliClient, Redirect: cliRedirect, Database: d.DatabaseURL.Reveal(), Algorithm: d.Token.Algorithm})
	if err != nil {
		leave()
		return nil, errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	d.enter(lab.Audience, listener.Addr().String())
	return func() { leave(); _ = server.Close() }, nil
}

// startInsights needs Node and the service's one package, which `make build` installs. Without them
// development goes on without it, and says so.
func (d development) startInsights(ctx context.Context) (stop func(), err error) {
	folder, node, missing := findInsights()
	if missing != nil {
		d.log.Warn("the example service insights is left out", "because", missing)
		return func() {}, nil
	}
	stop, err = d.tryInsights(ctx, folder, node, insightsPort)
	if errors.Is(err, errEndedAtOnce) { // another `vestibule dev`, started at the same moment, may have been quicker
		stop, err = d.tryInsights(ctx, folder, node, 0)
	}
	return stop, err
}

var errEndedAtOnce = errors.New("it ended at once; what it said stands above")

func (d development) tryInsights(ctx context.Context, folder, node string, port int) (stop func(), err error) {
	free, err := listenNear(ctx, port)
	if err != nil {
		return nil, err
	}
	address := free.Addr().String()
	if err := free.Close(); err != nil {
		return nil, err
	}
	cmd := exec.Command(node, "server.mjs", "--end-with-stdin") //nolint:gosec,noctx // node as PATH has it; it lives until stop
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "VESTIBULE_ISSUER="+d.PublicURL.String(), "VESTIBULE_JWKS_URL="+d.jwksURL(), "INSIGHTS_LISTEN="+address,
		"VESTIBULE_TOKEN_ALGORITHM="+d.Token.Algorithm)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a Ctrl-C at the terminal is ours to hand on
	cmd.Stderr = d.err
	living, err := cmd.StdinPipe() // it closes when we end, whatever ends us
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	ended := make(chan struct{})
	listens := make(chan struct{})
	go func() {
		defer close(ended)
		said := bufio.NewScanner(out)
		for first := true; said.Scan(); first = false {
			if first {
				close(listens)
			}
		}
		_ = cmd.Wait()
	}()
	stop = func() {
		_ = living.Close()
		select {
		case <-ended:
		case <-time.After(insightsStopWithin):
			_ = cmd.Process.Kill()
		}
	}
	select {
	case <-listens:
		d.enter("insights", address)
		return stop, nil
	case <-ended:
		return nil, errEndedAtOnce
	case <-time.After(insightsWithin):
		stop()
		return nil, fmt.Errorf("it does not listen within %s", insightsWithin)
	case <-ctx.Done():
		stop()
		return nil, ctx.Err()
	}
}

// findInsights looks upwards from the program and from the current folder.
func findInsights() (folder, node string, err error) {
	node, err = exec.LookPath("node")
	if err != nil {
		return "", "", err
	}
	for _, start := range starts() {
		for dir := start; ; dir = filepath.Dir(dir) {
			folder = filepath.Join(dir, "backend", "examples", "insights")
			if _, err := os.Stat(filepath.Join(folder, "node_modules", "jose")); err == nil {
				return folder, node, nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return "", "", errors.New("its folder, with what `make build` installs there, is not found")
}

func starts() []string {
	var dirs []string
	if program, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Dir(program))
	}
	if here, err := os.Getwd(); err == nil {
		dirs = append(dirs, here)
	}
	return dirs
}

// listenNear takes the port that is asked for, or any other where that is taken.
func listenNear(ctx context.Context, port int) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err == nil {
		return listener, nil
	}
	return config.Listen(ctx, "tcp", "127.0.0.1:0")
}

// jwksURL is where services find the keys: on the internal listener.
func (d development) jwksURL() string {
	return "http://" + d.InternalListen + "/.well-known/jwks.json"
}

// revocationsURL is where services hear of sessions that end: there too.
func (d development) revocationsURL() string {
	return "http://" + d.InternalListen + "/revocations"
}

// enter adds a downstream to the configuration.
func (d development) enter(name, address string) {
	added := config.NewDownstream(name, &url.URL{Scheme: "http", Host: address}, name)
	d.Downstreams = append(d.Downstreams, added)
}
