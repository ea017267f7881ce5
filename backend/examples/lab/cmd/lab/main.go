// Command lab runs the lab by itself, beside a Vestibule that runs already. `vestibule dev` runs it too.
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

	"vestibule/backend/examples/lab"
)

func main() {
	if err := run(); err != nil {
		slog.Error("lab", "error", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var network net.ListenConfig
	listener, err := network.Listen(ctx, "tcp", cmp.Or(os.Getenv("LAB_LISTEN"), "127.0.0.1:9003"))
	if err != nil {
		return err
	}
	handler, err := lab.New(ctx, lab.Config{
		Door:     cmp.Or(os.Getenv("VESTIBULE_DOOR"), "http://127.0.0.1:8080"),
		Internal: cmp.Or(os.Getenv("VESTIBULE_INTERNAL"), "http://127.0.0.1:8081"),
		Issuer:   cmp.Or(os.Getenv("VESTIBULE_ISSUER"), "http://localhost:8080"),
		Self:     "http://" + listener.Addr().String(),
		ClientID: cmp.Or(os.Getenv("LAB_CLIENT_ID"), "vestibule-cli"),
		Redirect: cmp.Or(os.Getenv("LAB_REDIRECT_URI"), "http://127.0.0.1/callback"),
		Database: os.Getenv("LAB_DATABASE_URL"),
	})
	if err != nil {
		return errors.Join(fmt.Errorf("VESTIBULE_ISSUER, VESTIBULE_INTERNAL and LAB_DATABASE_URL: %w", err), listener.Close())
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	slog.Info("lab", "listen", listener.Addr().String())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
