package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// witness is a service behind Vestibule that keeps the token that it got last.
type witness struct {
	at     string // host:port
	server *http.Server
	token  atomic.Pointer[string] // the whole Authorization
}

func (w *witness) open(ctx context.Context) error {
	var err error
	if w.at, err = freeAddress(ctx); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", w.at)
	if err != nil {
		return err
	}
	w.server = &http.Server{ReadHeaderTimeout: readyWithin, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		token := r.Header.Get("Authorization")
		w.token.Store(&token)
	})}
	go func() { _ = w.server.Serve(listener) }()
	return nil
}

func (w *witness) close() error {
	if w.server == nil {
		return nil
	}
	closing, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	err := w.server.Shutdown(closing)
	if errors.Is(err, context.DeadlineExceeded) {
		return w.server.Close()
	}
	return err
}
