package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"vestibule/backend/config"
	"vestibule/backend/embedded"
	"vestibule/backend/secret"
	"vestibule/backend/user"
	"vestibule/frontend"
)

const (
	defaultDataDir  = ".vestibule"
	dataDirVariable = "VESTIBULE_DATA_DIR"

	cliClient   = "vestibule-cli"
	cliRedirect = "http://127.0.0.1/callback"
)

type devCommand struct{}

// Run starts everything that development needs, and ends it again: a PostgreSQL of its own unless
// VESTIBULE_DATABASE_URL names one, the example downstreams, demo accounts, the server.
func (devCommand) Run(ctx context.Context, p program) error {
	chosen, warnings, err := config.Development(developmentDefaults(lookup(p.environ, "VESTIBULE_LISTEN")), p.environ)
	if err != nil {
		return err
	}
	d := development{program: p, Config: chosen, log: p.logger(chosen.Log), dir: defaultDataDir}
	for _, warning := range warnings {
		d.log.Warn(fmt.Sprint(warning))
	}
	if named := lookup(p.environ, dataDirVariable); named != "" {
		d.dir = named
	}
	if d.dir, err = filepath.Abs(d.dir); err != nil {
		return err
	}
	return d.run(ctx)
}

// development is one run of `vestibule dev`.
type development struct {
	program
	*config.Config
	log *slog.Logger
	dir string // VESTIBULE_DATA_DIR
}

func (d development) run(ctx context.Context) (err error) {
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	if err := os.MkdirAll(d.dir, 0o755); err != nil { //nolint:gosec // postgres' own user has to walk through it
		return fmt.Errorf("%s: %w", dataDirVariable, err)
	}
	if d.DatabaseURL.IsZero() {
		stop, err := d.startDatabase(ctx, fail)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, stop()) }()
	}
	if d.MasterKey.IsZero() {
		if d.MasterKey, err = masterKey(filepath.Join(d.dir, "master.key")); err != nil {
			return err
		}
	}
	if len(d.Downstreams) == 0 {
		stop, err := d.startExamples(ctx)
		if err != nil {
			return err
		}
		defer stop()
	}
	if err := d.write(); err != nil {
		return err
	}
	err = serve(ctx, d.program, setup{
		Config: d.Config, log: d.log, development: true, app: d.example(), prepare: demoAccounts, ready: d.welcome,
	})
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, context.Canceled) {
		return errors.Join(cause, err)
	}
	return err
}

// startDatabase starts PostgreSQL. Should it end by itself, so does everything else.
func (d development) startDatabase(ctx context.Context, fail context.CancelCauseFunc) (stop func() error, err error) {
	server, err := embedded.Start(ctx, embedded.Options{DataDir: d.dir, Log: d.log})
	if err != nil {
		return nil, err
	}
	d.DatabaseURL = secret.Of(server.URL())
	go func() {
		<-server.Done()
		fail(errors.New("the embedded PostgreSQL has ended by itself"))
	}()
	return server.Stop, nil
}

// example is the example single-page app, unless ui.app names another.
func (d development) example() fs.FS {
	if d.UI.App != "" {
		return nil
	}
	return frontend.Example()
}

// configurationFile holds the complete configuration in force, for a second replica.
func (d development) configurationFile() string { return filepath.Join(d.dir, "vestibule.yaml") }

func (d development) write() error {
	text, err := d.Marshal()
	if err != nil {
		return err
	}
	if err := os.WriteFile(d.configurationFile(), text, 0o600); err != nil {
		return fmt.Errorf("write the configuration that is in force: %w", err)
	}
	return nil
}

// welcome says what to try.
func (d development) welcome() {
	file := d.configurationFile()
	if here, err := os.Getwd(); err == nil {
		if short, err := filepath.Rel(here, file); err == nil && !strings.HasPrefix(short, "..") {
			file = short
		}
	}
	compare := ""
	if slices.ContainsFunc(d.Downstreams, func(each config.Downstream) bool { return each.Name == "lab" }) {
		compare = fmt.Sprintf("  compare         open %s/account/lab: sessions and tokens side by side\n", d.PublicURL)
	}
	_, _ = fmt.Fprintf(d.out, `
  sign in as      %s   or   %s
  password        %s
  try             open %s/account/sessions in two browsers, end one session
                  from the other, and watch the other page
%s  in a terminal   bin/vestibule login%s, then: bin/vestibule whoami
  configuration   %s (database, keys, downstreams: all that is in force)
  second replica  VESTIBULE_LISTEN=127.0.0.1:8090 VESTIBULE_INTERNAL_LISTEN=127.0.0.1:8091 \
                  bin/vestibule serve --config %s
  stop            Ctrl-C

`, demoEmail, adminEmail, demoPassword, d.PublicURL, compare, onServer{d.PublicURL.String()}.flag(), file, file)
}

// Development's accounts (DESIGN.md, section 7). `vestibule serve` never makes them.
const (
	demoEmail    = "demo@example.com"
	adminEmail   = "admin@example.com"
	demoPassword = "correct horse battery staple" //nolint:gosec // a demo account's, on loopback only
)

func demoAccounts(ctx context.Context, users *user.Service) error {
	for _, account := range []struct{ email, name, role string }{
		{demoEmail, "Demo Person", user.RoleUser},
		{adminEmail, "Ada Admin", user.RoleAdmin},
	} {
		r := user.Registration{Email: account.email, Password: demoPassword, Name: account.name}
		if err := users.Ensure(ctx, r, account.role); err != nil {
			return fmt.Errorf("make the account %s: %w", account.email, err)
		}
	}
	return nil
}

// developmentDefaults are Default's, and what development adds: they are written out in full to
// vestibule.yaml. The public URL follows VESTIBULE_LISTEN: a page at another address than it says is another
// site's.
func developmentDefaults(listen string) *config.Config {
	c := config.Default()
	c.PublicURL = &url.URL{Scheme: "http", Host: "localhost:8080"}
	if _, port, err := net.SplitHostPort(listen); err == nil {
		if number, err := strconv.ParseUint(port, 10, 16); err == nil && number != 0 { // what is wrong with it is said later
			c.PublicURL.Host = net.JoinHostPort("localhost", port)
		}
	}
	c.Log.Format = "text"
	c.Clients = []config.Client{
		{
			ID: cliClient, Name: "Vestibule CLI", RedirectURIs: []string{cliRedirect},
			Grants: []string{"authorization_code", "device_code", "refresh_token"},
		},
		{
			ID: "example-service", Name: "Example service",
			SecretHash: "sha256:" + secret.Of("example-service-secret-for-development").Hash(),
			Grants:     []string{"token_exchange", "client_credentials"}, Audience: "orders", Targets: []string{"insights"},
		},
	}
	return c
}

// masterKey gives the one that this data folder's signing keys are sealed with, and makes it first
// where there is none.
func masterKey(file string) (secret.Value, error) {
	text, err := os.ReadFile(file)
	if err == nil {
		return secret.Of(strings.TrimSpace(string(text))), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return secret.Value{}, err
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	made := base64.StdEncoding.EncodeToString(raw[:])
	return secret.Of(made), os.WriteFile(file, []byte(made+"\n"), 0o600)
}

func lookup(environ []string, name string) string {
	value := ""
	for _, entry := range environ {
		if is, found := strings.CutPrefix(entry, name+"="); found {
			value = is
		}
	}
	return value
}
