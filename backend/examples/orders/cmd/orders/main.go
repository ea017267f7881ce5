// Command orders runs the example service by itself, as docker-compose.yml does.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"vestibule/backend/examples/orders"
	"vestibule/backend/verifier"
)

func main() {
	if err := run(); err != nil {
		slog.Error("orders", "error", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	feed, err := verifier.Follow(ctx, verifier.FeedConfig{URL: os.Getenv("VESTIBULE_REVOCATIONS_URL"), WhenStale: verifier.Required})
	if err != nil {
		return fmt.Errorf("VESTIBULE_REVOCATIONS_URL: %w", err)
	}
	v, err := verifier.New(verifier.Config{Issuer: os.Getenv("VESTIBULE_ISSUER"), Audience: orders.Audience, JWKSURL: os.Getenv("VESTIBULE_JWKS_URL"),
		Feed: feed})
	if err != nil {
		return err
	}
	var network net.ListenConfig
	listener, err := network.Listen(ctx, "tcp", cmp.Or(os.Getenv("ORDERS_LISTEN"), "127.0.0.1:9001"))
	if err != nil {
		return err
	}
	server := &http.Server{Handler: orders.Handler(v, time.Now), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	slog.Info("orders", "listen", listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
