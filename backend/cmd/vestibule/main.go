// Command vestibule is a backend-for-frontend: cookies outside, tokens inside. Here is wiring only.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"vestibule/backend/cli"
	"vestibule/backend/config"
)

type commands struct {
	Dev     devCommand     `cmd:"" help:"Everything for development: its own PostgreSQL, example downstreams, demo accounts."`
	Serve   serveCommand   `cmd:"" help:"Production: one replica, as the configuration file says."`
	Migrate migrateCommand `cmd:"" help:"Bring the database's schema up to date. Replicas also do so when they start."`
	Keys    keysCommand    `cmd:"" help:"Look after the signing keys: list, rotate, retire, seal anew. Replicas rotate them by themselves."`
	Admin   adminCommand   `cmd:"" help:"Look after accounts: give roles, disable, enable, unlock."`

	Login  loginCommand  `cmd:"" help:"Sign this machine in, by a code that you approve in a browser."`
	Token  tokenCommand  `cmd:"" help:"Print an access token of this machine's, for: curl -H \"Authorization: Bearer $(vestibule token)\""`
	Whoami whoamiCommand `cmd:"" help:"Ask the server who this machine is signed in as."`
	Logout logoutCommand `cmd:"" help:"End this machine's session, and forget it."`
}

// program is what a run may touch outside: tests give their own.
type program struct {
	out, err io.Writer
	environ  []string
}

func main() {
	tuneHeap()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := program{out: os.Stdout, err: os.Stderr, environ: os.Environ()}.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// run gives the exit code: 0 well, 1 failed, 2 wrong usage.
func (p program) run(ctx context.Context, args []string) int {
	var all commands
	parser, err := kong.New(&all, kong.Name("vestibule"), kong.Writers(p.out, p.err), kong.Vars{"server": cli.DefaultServer},
		kong.Description("Cookies outside, tokens inside: a backend-for-frontend with the control of a session at the price of a token."),
		kong.UsageOnError(), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		_, _ = fmt.Fprintln(p.err, err)
		return 1
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		_, _ = fmt.Fprintf(p.err, "vestibule: %v\nvestibule --help says what there is.\n", err)
		return 2
	}
	chosen.BindTo(ctx, (*context.Context)(nil))
	if err := chosen.Run(p); err != nil && !errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintf(p.err, "vestibule: %v\n", err)
		return 1
	}
	return 0
}

// configured is what every command with a configuration file shares.
type configured struct {
	Config string `required:"" type:"path" placeholder:"FILE" help:"The configuration file."`
}

func (c configured) load(p program) (*config.Config, *slog.Logger, error) {
	loaded, warnings, err := config.Load(c.Config, p.environ)
	if err != nil {
		return nil, nil, err
	}
	log := p.logger(loaded.Log)
	for _, warning := range warnings {
		log.Warn(fmt.Sprint(warning))
	}
	return loaded, log, nil
}

// logger writes JSON for machines or text for people.
func (p program) logger(c config.Log) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.Level)) // the configuration allows only levels
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(p.err, options))
	}
	return slog.New(slog.NewJSONHandler(p.err, options))
}
