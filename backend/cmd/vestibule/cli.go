package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"vestibule/backend/cli"
)

const cliDirVariable = "VESTIBULE_CLI_DIR"

// errInterrupted is an end by Ctrl-C: here that is no success, or a script would go on without a token.
var errInterrupted = errors.New("interrupted")

// onServer is what the commands of the command-line client share.
type onServer struct {
	Server string `default:"${server}" placeholder:"URL" help:"The server's public URL. Without it: ${default}."`
}

// with runs a command as the client of a server.
func (o onServer) with(p program, act func(*cli.Client) error) error {
	dir := lookup(p.environ, cliDirVariable)
	if dir == "" {
		own, err := os.UserConfigDir()
		if err != nil {
			return fmt.Errorf("there is no folder to keep anything in: set %s: %w", cliDirVariable, err)
		}
		dir = filepath.Join(own, "vestibule")
	}
	client, err := cli.New(cli.Config{
		Server: o.Server, Dir: dir, Keyring: cli.System{}, Now: time.Now, UserAgent: "vestibule-cli/1 (" + systemName() + ")",
		Note: func(text string) { _, _ = fmt.Fprintln(p.err, text) },
	})
	if err == nil {
		err = act(client)
	}
	if errors.Is(err, context.Canceled) {
		return errInterrupted
	}
	return err
}

// systemName is how browsers call this system: the list of sessions shows it.
func systemName() string {
	switch runtime.GOOS {
	case "linux":
		return "Linux"
	case "darwin":
		return "Macintosh; Mac OS X"
	case "windows":
		return "Windows NT 10.0"
	}
	return runtime.GOOS
}

type loginCommand struct {
	onServer
	ClientID string `default:"vestibule-cli" placeholder:"ID" help:"The client, as the server's configuration names it. Without it: ${default}."`
	Store    string `enum:"auto,keyring,file" default:"auto" help:"Where the tokens are kept: ${enum}. auto is the system's keyring if it works, else a file that only you can read."`
}

// Run signs in by a device code.
func (l loginCommand) Run(ctx context.Context, p program) error {
	return l.with(p, func(c *cli.Client) error {
		in, err := c.Login(ctx, cli.LoginOptions{ClientID: l.ClientID, Store: cli.Place(l.Store), Show: p.showCode})
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(p.out, `Signed in to %s as the client %s.

  tokens      last %s each, and are renewed by themselves; they are in %s
  to use one  curl -H "Authorization: Bearer $(vestibule token%s)" %s/api/…
  it ends     with vestibule logout%s, at %s/account/sessions, or when it is not used for long

`, in.Server, in.ClientID, in.Lifetime.Round(10*time.Second), in.Where, l.flag(), in.Server, l.flag(), in.Server)
		switch {
		case in.Untold != nil:
			_, _ = fmt.Fprintf(p.err, "The session before this one could not be ended (%v): end it at %s/account/sessions.\n", in.Untold, in.Server)
		case in.Replaced:
			_, _ = fmt.Fprintln(p.out, "The session that this machine had there before is ended.")
		}
		return nil
	})
}

// flag is what names the server in a command, where it has to be named.
func (o onServer) flag() string {
	if o.Server == cli.DefaultServer {
		return ""
	}
	return " --server " + o.Server
}

// showCode says what to do in a browser.
func (p program) showCode(code cli.Code) {
	if code.CompleteURL != "" {
		_, _ = fmt.Fprintf(p.out, "Open    %s\n        and see that it shows the code  %s\n\nor open %s\n        and type it.\n", code.CompleteURL, code.UserCode, code.URL)
	} else {
		_, _ = fmt.Fprintf(p.out, "Open    %s\n        and type the code  %s\n", code.URL, code.UserCode)
	}
	_, _ = fmt.Fprintf(p.out, "\nWaiting for you to approve it there%s…\n\n", until(code.ExpiresAt))
}

func until(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return ", until " + at.Local().Format("15:04")
}

type tokenCommand struct {
	onServer
	MinTTL time.Duration `name:"min-ttl" default:"60s" placeholder:"TIME" help:"How long it has to be good for at least (or half of what the server gives, if that is less). Without it: ${default}."`
}

// Run writes an access token, and nothing else.
func (t tokenCommand) Run(ctx context.Context, p program) error {
	return t.with(p, func(c *cli.Client) error {
		made, err := c.Token(ctx, t.MinTTL)
		if err == nil {
			_, err = fmt.Fprintln(p.out, made.Reveal())
		}
		return err
	})
}

type logoutCommand struct{ onServer }

// Run ends the session, and forgets it in any case.
func (l logoutCommand) Run(ctx context.Context, p program) error {
	return l.with(p, func(c *cli.Client) error {
		out, err := c.Logout(ctx)
		switch {
		case errors.Is(err, cli.ErrNotSignedIn):
			_, _ = fmt.Fprintf(p.out, "Nothing to do: this machine is not signed in to %s.\n", c.Server)
			return nil
		case out.Untold != nil:
			return errors.Join(fmt.Errorf("forgotten here, but the server could not be told, and the session goes on there: end it at %s/account/sessions (%w)", c.Server, out.Untold), err)
		case err != nil:
			return fmt.Errorf("the session is ended, but something is left here: %w", err)
		case out.Ended:
			_, _ = fmt.Fprintf(p.out, "The session on %s had been ended before. Nothing of it is kept here any more.\n", c.Server)
			return nil
		}
		_, _ = fmt.Fprintf(p.out, "Signed out of %s: the session is ended, and nothing of it is kept here any more.\n", c.Server)
		return nil
	})
}
