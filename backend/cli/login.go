package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"golang.org/x/oauth2"
)

// LoginOptions is how to sign in.
type LoginOptions struct {
	ClientID string
	Store    Place
	Show     func(Code) // tells the person what to do; called once, before it waits
}

// Code is what a person needs to approve a login elsewhere.
type Code struct {
	URL, UserCode string
	CompleteURL   string // with the code in it; empty where the server has none
	ExpiresAt     time.Time
}

// LoggedIn is a login that has just been made.
type LoggedIn struct {
	Identity
	Lifetime time.Duration // of an access token
	Where    string        // where the tokens are, for people
	Replaced bool          // there was one before
	Untold   error         // why that one's session could not be ended; nil where it was
}

// Login signs this machine in: a person approves it elsewhere, and it waits. What it had on the same server
// is replaced, and that session ended, once the new one is kept. ErrDenied, ErrExpired.
func (c *Client) Login(ctx context.Context, o LoginOptions) (LoggedIn, error) {
	at, err := c.discover(ctx)
	if err != nil {
		return LoggedIn{}, err
	}
	place, err := c.store.choose(ctx, o.Store) // first, or a person approves in vain
	if err != nil {
		return LoggedIn{}, err
	}
	got, err := c.byDeviceCode(ctx, at, o)
	if err != nil {
		return LoggedIn{}, err
	}
	made := login{Account: Account{Server: c.Server, ClientID: o.ClientID, Store: place, SignedInAt: c.Now().UTC().Truncate(time.Second)}, tokens: tokensOf(got, c.Now())}
	ctx = context.WithoutCancel(ctx)
	old, err := c.replace(ctx, made)
	if err != nil {
		return LoggedIn{}, errors.Join(err, c.revoke(ctx, made)) // nobody could use it
	}
	in := LoggedIn{Identity: made.identity(), Lifetime: made.tokens.lifetime(), Where: c.store.where(place), Replaced: !old.tokens.refresh.IsZero()}
	if in.Replaced {
		in.Untold = c.revoke(ctx, old)
	}
	return in, nil
}

// replace keeps a login in the place of the one before, which it gives.
func (c *Client) replace(ctx context.Context, made login) (old login, err error) {
	unlock, err := c.store.lock(ctx)
	if err != nil {
		return login{}, err
	}
	defer unlock()
	old, unread := c.store.salvage()
	if unread != nil && !errors.Is(unread, ErrNotSignedIn) && old.tokens.refresh.IsZero() {
		c.Note(fmt.Sprintf("What was kept before can't be read, and is replaced; its session goes on: %v", unread))
	}
	if err := c.store.save(made); err != nil {
		return login{}, err
	}
	if old.Store == InKeyring && made.Store != InKeyring {
		if err := c.store.ring.remove(c.Server); err != nil {
			c.Note(err.Error())
		}
	}
	return old, nil
}

// later is added to the interval that the server names. The library's clock ticks whether or not the answer
// before has come, so that with exactly that interval some requests arrive too soon, and each of these
// makes it five seconds longer.
const later = 1 // second

func (c *Client) byDeviceCode(ctx context.Context, at doors, o LoginOptions) (*oauth2.Token, error) {
	config := c.oauth(at, o.ClientID)
	waits, err := config.DeviceAuth(c.with(ctx))
	if err != nil {
		return nil, c.explain(err, o.ClientID)
	}
	shown := Code{URL: printable(waits.VerificationURI), CompleteURL: printable(waits.VerificationURIComplete),
		UserCode: printable(waits.UserCode), ExpiresAt: waits.Expiry}
	if u, err := url.Parse(shown.URL); err != nil || !isPrivate(u) || waits.DeviceCode == "" || shown.UserCode == "" {
		return nil, fmt.Errorf("%s %w: it gives no device code", c.Server, ErrNotOurs)
	}
	o.Show(shown)
	if waits.Interval <= 0 {
		waits.Interval = 5 // RFC 8628, 3.2
	}
	waits.Interval += later
	for {
		got, err := config.DeviceAccessToken(c.with(ctx), waits)
		switch {
		case err == nil:
			return got, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case !waits.Expiry.IsZero() && !c.Now().Before(waits.Expiry):
			return nil, ErrExpired
		case !passes(err):
			return nil, c.explain(err, o.ClientID)
		}
		c.Note(fmt.Sprintf("%v. It goes on.", c.explain(err, o.ClientID)))
		waits.Interval *= 2 // RFC 8628, 3.5
	}
}

// passes reports whether it is worth while to ask again.
func passes(err error) bool {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		status := refused.Response.StatusCode
		return status == http.StatusTooManyRequests || status >= http.StatusInternalServerError
	}
	var sent *url.Error
	return errors.As(err, &sent)
}
