package main

import (
	"context"
	"fmt"

	"vestibule/backend/event"
	"vestibule/backend/postgres"
	"vestibule/backend/session"
	"vestibule/backend/user"
)

// connect reads the configuration and opens the database, for a command that does one thing. The
// caller closes it.
func (c configured) connect(ctx context.Context, p program) (setup, *postgres.DB, error) {
	loaded, log, err := c.load(p)
	if err != nil {
		return setup{}, nil, err
	}
	db, err := postgres.Open(ctx, loaded.DatabaseURL.Reveal(), 2)
	return setup{Config: loaded, log: log}, db, err
}

type migrateCommand struct{ configured }

// Run migrates. Several may run at once: one works, the others wait for it.
func (m migrateCommand) Run(ctx context.Context, p program) error {
	_, db, err := m.connect(ctx, p)
	if err != nil {
		return err
	}
	defer db.Close()
	applied, err := db.Migrate(ctx)
	if err != nil {
		return err
	}
	for _, migration := range applied {
		_, _ = fmt.Fprintln(p.out, "applied", migration.Name)
	}
	if len(applied) == 0 {
		_, _ = fmt.Fprintln(p.out, "nothing to do: the schema is up to date")
	}
	return nil
}

type adminCommand struct {
	Role    roleCommand    `cmd:"" help:"Give an account a role. Its sessions end."`
	Disable disableCommand `cmd:"" help:"Close an account. Its sessions end."`
	Enable  enableCommand  `cmd:"" help:"Open an account again."`
	Unlock  unlockCommand  `cmd:"" help:"Let an account be tried again that was stopped after too many failures in a row."`
	EndAll  endAllCommand  `cmd:"" name:"end-all-sessions" help:"End every session there is: after a backup was restored, with all replicas stopped."`
}

type endAllCommand struct{ configured }

// Run ends them. Replicas that run hear of it.
func (e endAllCommand) Run(ctx context.Context, p program) error {
	_, db, err := e.connect(ctx, p)
	if err != nil {
		return err
	}
	defer db.Close()
	ended, err := db.EndAllSessions(ctx, session.EndedByAdmin, operator)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.out, "%d sessions ended\n", ended)
	return nil
}

// account is what the commands about one account share.
type account struct {
	configured
	Email string `arg:"" help:"The account's address."`
}

// operator is who acts, in the account of what happened.
var operator = event.Origin{UserAgent: "vestibule admin"}

func (a account) with(ctx context.Context, p program, done string, act func(*user.Service) error) error {
	loaded, db, err := a.connect(ctx, p)
	if err != nil {
		return err
	}
	defer db.Close()
	users, err := (&replica{setup: loaded, db: db, attempts: postgres.NewAttempts(db)}).users()
	if err != nil {
		return err
	}
	if err := act(users); err != nil {
		return fmt.Errorf("%s: %w", a.Email, err)
	}
	_, _ = fmt.Fprintf(p.out, "%s %s\n", a.Email, done)
	return nil
}

type roleCommand struct {
	account
	Role string `arg:"" enum:"user,admin" help:"user or admin."`
}

// Run gives the role.
func (r roleCommand) Run(ctx context.Context, p program) error {
	return r.with(ctx, p, "is now "+r.Role, func(s *user.Service) error { return s.SetRole(ctx, r.Email, r.Role, operator) })
}

type disableCommand struct{ account }

// Run closes the account.
func (d disableCommand) Run(ctx context.Context, p program) error {
	return d.with(ctx, p, "is disabled", func(s *user.Service) error { return s.SetDisabled(ctx, d.Email, true, operator) })
}

type enableCommand struct{ account }

// Run opens the account.
func (e enableCommand) Run(ctx context.Context, p program) error {
	return e.with(ctx, p, "is enabled", func(s *user.Service) error { return s.SetDisabled(ctx, e.Email, false, operator) })
}

type unlockCommand struct{ account }

// Run unlocks the account.
func (u unlockCommand) Run(ctx context.Context, p program) error {
	return u.with(ctx, p, "can be tried again", func(s *user.Service) error { return s.Unlock(ctx, u.Email, operator) })
}
