// Package cli is a command line that signs in by device code (RFC 8628), and keeps its tokens: where, for
// how long, and so that any number of processes may want one at once.
package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/oauth2"

	"vestibule/backend/secret"
)

// Faults that a caller may tell apart. What wraps them says the rest.
var (
	ErrNotSignedIn = errors.New("not signed in")
	ErrEnded       = errors.New("signed out: the session was ended")
	ErrDenied      = errors.New("the request was denied")
	ErrExpired     = errors.New("nobody has approved it in time: the code has expired")
	ErrUnreachable = errors.New("can't reach")
	ErrNotOurs     = errors.New("is not a Vestibule")
	ErrExposed     = errors.New("others can read it")
	ErrKeyring     = errors.New("the system's keyring")
	ErrBusy        = errors.New("another vestibule has been at it for too long")
)

// Config is what a client is made from.
type Config struct {
	Server    string            // its public URL: https, or on loopback
	Dir       string            // a folder of the person's own; made, with mode 0700, when it is needed
	Keyring   Keyring           // the system's
	Now       func() time.Time  // the clock of this machine
	Note      func(string)      // tells the person something on the way
	UserAgent string            // what the server lists this machine as
	Transport http.RoundTripper // nil: Go's own
}

// Client is one machine's login on one server. What it keeps is shared by all processes of the person.
type Client struct {
	Config
	store store
	http  *http.Client
}

// New makes one. It touches nothing yet.
func New(config Config) (*Client, error) {
	server, err := parseServer(config.Server)
	if err != nil {
		return nil, err
	}
	config.Server = server
	through := config.Transport
	if through == nil {
		through = http.DefaultTransport
	}
	return &Client{
		Config: config,
		store:  store{folder: folder{config.Dir}, server: server, ring: ring{config.Keyring, config.Note}},
		http: &http.Client{
			Transport: named{through, config.UserAgent},
			Timeout:   httpWithin,
			// What is sent is secret, and meant for one address.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// named says who asks.
type named struct {
	http.RoundTripper
	agent string
}

// RoundTrip implements http.RoundTripper.
func (n named) RoundTrip(r *http.Request) (*http.Response, error) {
	if n.agent != "" {
		r = r.Clone(r.Context())
		r.Header.Set("User-Agent", n.agent)
	}
	return n.RoundTripper.RoundTrip(r)
}

// Token gives an access token that has at least so long to live, or half of its life where the server
// gives less: the one that is kept, or a new one. Of many processes that want a new one at once, one asks
// for it. Whether the session has been ended meanwhile is asked only with a new one: the server refuses
// the others by itself.
func (c *Client) Token(ctx context.Context, least time.Duration) (secret.Value, error) {
	if kept, err := c.store.load(); err == nil && kept.tokens.fresh(c.Now(), least) {
		return kept.tokens.access, nil
	}
	kept, err := c.renewed(ctx, func(kept login) bool { return !kept.tokens.fresh(c.Now(), least) })
	return kept.tokens.access, err
}

// WhoAmI asks the server whether this machine is signed in still, by a refresh, and says as who.
func (c *Client) WhoAmI(ctx context.Context) (Identity, error) {
	kept, err := c.renewed(ctx, func(login) bool { return true })
	if err != nil {
		return Identity{}, err
	}
	return kept.identity(), nil
}

// renewed gives what is kept, after a refresh where that is wanted. The lock is held from reading to
// writing: whoever comes meanwhile finds the new token when it is their turn.
func (c *Client) renewed(ctx context.Context, wanted func(login) bool) (kept login, err error) {
	unlock, err := c.store.lock(ctx)
	if err != nil {
		return login{}, err
	}
	defer unlock()
	switch kept, err = c.store.load(); {
	case errors.Is(err, ErrNotSignedIn):
		return login{}, fmt.Errorf("%w. To sign in: %s", err, c.command("login"))
	case err != nil:
		return login{}, err
	case kept.Ended:
		return login{}, c.ended()
	case !wanted(kept):
		return kept, nil
	}
	doors, err := c.discover(ctx)
	if err != nil {
		return login{}, err
	}
	return c.refresh(ctx, doors, kept)
}

// A token whose answer was lost may be shown again for ten seconds, unless the server is configured
// otherwise, and then it is a stolen one to it: so the second attempt begins well before, and there is no third.
const (
	firstWithin  = 4 * time.Second
	secondWithin = 20 * time.Second
)

// refresh exchanges the refresh token, which is used up by it, and keeps its successor. From here on
// nothing but a kill interrupts it. After a kill, the next one that comes within ten seconds of the server's
// answer gets the same successor.
func (c *Client) refresh(ctx context.Context, doors doors, kept login) (login, error) {
	if err := c.store.save(kept); err != nil { // or the successor could not be kept either
		return login{}, err
	}
	ctx = context.WithoutCancel(ctx)
	asked := c.Now()
	got, err := c.exchange(ctx, doors, kept, firstWithin)
	if mayBeLost(err) {
		asked = c.Now()
		got, err = c.exchange(ctx, doors, kept, secondWithin)
	}
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) && refused.ErrorCode == "invalid_grant" {
		kept.Ended, kept.tokens = true, tokens{}
		return login{}, errors.Join(c.ended(), c.store.save(kept))
	}
	if err != nil {
		return login{}, c.explain(err, kept.ClientID)
	}
	kept.tokens = tokensOf(got, asked)
	if err := c.store.save(kept); err != nil {
		return login{}, fmt.Errorf("the new token could not be kept: mend this within ten seconds, and run it again, or sign in again: %w", err)
	}
	return kept, nil
}

func (c *Client) exchange(ctx context.Context, doors doors, kept login, within time.Duration) (*oauth2.Token, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	config := c.oauth(doors, kept.ClientID)
	return config.TokenSource(c.with(ctx), &oauth2.Token{RefreshToken: kept.tokens.refresh.Reveal()}).Token()
}

func (c *Client) ended() error {
	return fmt.Errorf("%w. To sign in again: %s", ErrEnded, c.command("login"))
}

// command is how a person does something about this server.
func (c *Client) command(name string) string {
	if c.Server == DefaultServer {
		return "vestibule " + name
	}
	return "vestibule " + name + " --server " + c.Server
}

// LoggedOut is what became of a login.
type LoggedOut struct {
	Account
	Ended  bool  // it was over before
	Untold error // why the server could not be told, so that the session goes on there; nil where it was
}

// Logout revokes the refresh token (RFC 7009), with which the session ends, and forgets it, whatever the
// server says. ErrNotSignedIn where there is nothing to forget. Any other error is of this machine: something
// is left here.
func (c *Client) Logout(ctx context.Context) (LoggedOut, error) {
	unlock, err := c.store.lock(ctx)
	if err != nil {
		return LoggedOut{}, err
	}
	defer unlock()
	kept, err := c.store.salvage()
	if errors.Is(err, ErrNotSignedIn) {
		return LoggedOut{}, err
	}
	out := LoggedOut{Account: kept.Account, Ended: kept.Ended, Untold: err}
	if !kept.tokens.refresh.IsZero() {
		out.Untold = c.revoke(context.WithoutCancel(ctx), kept)
	}
	return out, c.store.forget(kept)
}
