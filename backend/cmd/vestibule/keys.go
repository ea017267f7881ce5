package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"vestibule/backend/event"
	"vestibule/backend/postgres"
	"vestibule/backend/token"
)

type keysCommand struct {
	List   listKeysCommand   `cmd:"" help:"Show all keys: what they do, and until when."`
	Rotate rotateKeysCommand `cmd:"" help:"Publish the next key now; it signs in a day. Or, in an emergency, at once."`
	Retire retireKeyCommand  `cmd:"" help:"Take a key out of the JWKS before its time."`
	Reseal resealKeysCommand `cmd:"" help:"Seal all keys with master_key that master_key_previous has sealed."`
}

// keyOperator is who acts, in the account of what happened.
var keyOperator = event.Origin{UserAgent: "vestibule keys"}

// keeper is for a command that does one thing. The caller closes what it is given.
func (c configured) keeper(ctx context.Context, p program) (*token.Keeper, func(), error) {
	loaded, db, err := c.connect(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	master, err := token.NewMasterKeys(loaded.MasterKey, loaded.MasterKeyPrevious)
	if err != nil {
		db.Close()
		return nil, nil, err
	}
	return token.NewKeeper(postgres.NewKeys(db), master, loaded.Token.Algorithm), db.Close, nil
}

type listKeysCommand struct{ configured }

// Run lists them, the newest first.
func (l listKeysCommand) Run(ctx context.Context, p program) error {
	keeper, end, err := l.keeper(ctx, p)
	if err != nil {
		return err
	}
	defer end()
	all, err := keeper.List(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		_, _ = fmt.Fprintln(p.out, "there are none: the first replica that starts makes one")
		return nil
	}
	return tabulate(p.out, all)
}

func tabulate(to io.Writer, all []token.Listed) error {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "KID\tALGORITHM\tSTATE\tCREATED\tSIGNS FROM\tLEAVES THE JWKS")
	for _, key := range all {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", key.ID, key.Algorithm, key.State, clockTime(key.CreatedAt), clockTime(key.SignsFrom), clockTime(key.Leaves))
	}
	return table.Flush()
}

func clockTime(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 UTC") }

type rotateKeysCommand struct {
	configured
	Compromised bool `help:"The key that signs now is compromised: it leaves the JWKS, and the next one signs, within a second."`
}

// Run rotates.
func (r rotateKeysCommand) Run(ctx context.Context, p program) error {
	keeper, end, err := r.keeper(ctx, p)
	if err != nil {
		return err
	}
	defer end()
	if r.Compromised {
		return emergency(ctx, p, keeper, "")
	}
	next, err := keeper.Rotate(ctx, token.PublishedAhead, keyOperator)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.out, "key %s (%s) is published, and signs from %s on.\nThe key before it stays published until its last token has expired.\n",
		next.ID, next.Algorithm, clockTime(next.SignsFrom))
	return nil
}

// emergency revokes a key, and says what others must expect.
func emergency(ctx context.Context, p program, keeper *token.Keeper, kid string) error {
	key, next, err := keeper.Compromised(ctx, kid, keyOperator)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.out, "key %s is revoked: within a second it has left the JWKS of every replica, and the feed has said so.\n", key.ID)
	if next.ID != "" {
		_, _ = fmt.Fprintf(p.out, "key %s (%s) signs in its place.\n", next.ID, next.Algorithm)
	}
	_, _ = fmt.Fprint(p.out, `Services that follow the feed drop it at once; those that only read the JWKS within five minutes, when they
read it again. What was kept of its tokens is signed anew. Clients that hold one get 401, and must refresh it.
`)
	return nil
}

type retireKeyCommand struct {
	configured
	KID         string `arg:"" name:"kid" help:"The key, as the list shows it."`
	Compromised bool   `help:"It is compromised: it leaves the JWKS within a second, whether or not its tokens are still valid."`
}

// Run retires.
func (r retireKeyCommand) Run(ctx context.Context, p program) error {
	keeper, end, err := r.keeper(ctx, p)
	if err != nil {
		return err
	}
	defer end()
	if r.Compromised {
		return emergency(ctx, p, keeper, r.KID)
	}
	key, err := keeper.Retire(ctx, r.KID, keyOperator)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.out, "key %s has left the JWKS, and its private half is destroyed\n", key.ID)
	return nil
}

type resealKeysCommand struct{ configured }

// Run seals anew.
func (r resealKeysCommand) Run(ctx context.Context, p program) error {
	keeper, end, err := r.keeper(ctx, p)
	if err != nil {
		return err
	}
	defer end()
	keys, anew, err := keeper.Reseal(ctx, keyOperator)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(p.out, "%d of %d keys sealed anew: master_key opens them all, and master_key_previous can go once every replica has the new one\n", anew, keys)
	return nil
}
