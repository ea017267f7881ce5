package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"vestibule/backend/cli"
)

type whoamiCommand struct {
	onServer
	JSON bool `help:"For programs."`
}

// Run asks the server whether this machine is signed in, and says as who.
func (w whoamiCommand) Run(ctx context.Context, p program) error {
	return w.with(p, func(c *cli.Client) error {
		who, err := c.WhoAmI(ctx)
		if err != nil {
			return err
		}
		if w.JSON {
			encoder := json.NewEncoder(p.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(who)
		}
		_, err = fmt.Fprint(p.out, described(who, time.Now()))
		return err
	})
}

func described(who cli.Identity, now time.Time) string {
	unknown := func(text string) string { return cmp.Or(text, "unknown") }
	proof := unknown(strings.Join(who.AMR, ", "))
	if who.ACR != "" {
		proof += ", " + who.ACR
	}
	if who.AuthTime != nil {
		proof += ", " + ago(*who.AuthTime, now)
	}
	return fmt.Sprintf(`server        %s
client        %s
user          %s
session       %s
proof         %s
signed in     %s
access token  good for %s more; renewed by itself
session ends  when you end it, or it is not used for long: a client is not told when
tokens in     %s
`, who.Server, who.ClientID, unknown(who.Subject), unknown(who.SID), proof, ago(who.SignedInAt, now),
		who.TokenEndsAt.Sub(now).Round(time.Second), who.Store)
}

func ago(at, now time.Time) string {
	return fmt.Sprintf("%s (%s ago)", at.Local().Format("2 January 2006, 15:04"), max(0, now.Sub(at).Round(time.Second)))
}
