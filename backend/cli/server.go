package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"

	"golang.org/x/oauth2"
)

// DefaultServer is what `vestibule dev` serves.
const DefaultServer = "http://localhost:8080"

const (
	httpWithin   = 20 * time.Second
	metadataMost = 64 << 10 // bytes
)

// parseServer reads a server's public URL, as a person types it.
func parseServer(text string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "":
		return "", fmt.Errorf("%q is no server's address: it has to be like https://app.example.com", printable(text))
	case !isPrivate(u):
		return "", fmt.Errorf("%s: tokens travel by https alone, but on this machine", printable(text))
	}
	return u.Scheme + "://" + strings.ToLower(u.Host), nil
}

// isPrivate reports whether nobody between here and there can read what is sent.
func isPrivate(u *url.URL) bool {
	if u.Scheme == "https" {
		return true
	}
	host := strings.ToLower(u.Hostname())
	address, err := netip.ParseAddr(host)
	return u.Scheme == "http" && (host == "localhost" || (err == nil && address.IsLoopback()))
}

// doors are where a server does what (RFC 8414, 2).
type doors struct {
	Issuer string `json:"issuer"`
	Token  string `json:"token_endpoint"`
	Device string `json:"device_authorization_endpoint"`
	Revoke string `json:"revocation_endpoint"`
}

// discover asks the server where its doors are. They are all its own: what is elsewhere gets no token.
func (c *Client) discover(ctx context.Context) (doors, error) {
	const at = "/.well-known/oauth-authorization-server"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Server+at, http.NoBody)
	if err != nil {
		return doors{}, err
	}
	request.Header.Set("Accept", "application/json")
	answer, err := c.http.Do(request)
	if err != nil {
		return doors{}, c.explain(err, "")
	}
	defer answer.Body.Close()
	notOurs := func(why string, args ...any) error {
		return fmt.Errorf("%s %w: "+why, append([]any{c.Server, ErrNotOurs}, args...)...)
	}
	var said doors
	switch {
	case answer.StatusCode >= http.StatusInternalServerError:
		return doors{}, c.explain(&oauth2.RetrieveError{Response: answer}, "")
	case answer.StatusCode/100 == 3:
		return doors{}, notOurs("it leads to %s. If that is the one, name it with --server", printable(answer.Header.Get("Location")))
	case answer.StatusCode != http.StatusOK:
		return doors{}, notOurs("it has nothing at %s (status %d)", at, answer.StatusCode)
	case json.NewDecoder(io.LimitReader(answer.Body, metadataMost)).Decode(&said) != nil || said.Issuer == "":
		return doors{}, notOurs("what it has at %s is something else", at)
	case said.Issuer != c.Server: // RFC 8414, 3.3
		return doors{}, fmt.Errorf("the server at %s calls itself %s: use that name, with --server", c.Server, printable(said.Issuer))
	}
	for _, door := range []string{said.Token, said.Device, said.Revoke} {
		if !strings.HasPrefix(door, c.Server+"/") {
			return doors{}, notOurs("it has no such door as a Vestibule, but %q", printable(door))
		}
	}
	return said, nil
}

// oauth is the library's view of a server. A public client says only who it is; to let the library find
// out would send each refresh token twice.
func (c *Client) oauth(at doors, clientID string) *oauth2.Config {
	return &oauth2.Config{ClientID: clientID, Endpoint: oauth2.Endpoint{
		TokenURL: at.Token, DeviceAuthURL: at.Device, AuthStyle: oauth2.AuthStyleInParams}}
}

func (c *Client) with(ctx context.Context) context.Context {
	return context.WithValue(ctx, oauth2.HTTPClient, c.http)
}

// mayBeLost reports whether the server may have done what was asked, and its answer has not come.
func mayBeLost(err error) bool {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return refused.Response.StatusCode >= http.StatusInternalServerError
	}
	var on *net.OpError
	var sent *url.Error
	return errors.As(err, &sent) && (!errors.As(err, &on) || on.Op != "dial")
}

// explain says what went wrong in words for people. The library's own would quote a whole answer.
func (c *Client) explain(err error, clientID string) error {
	var refused *oauth2.RetrieveError
	if errors.As(err, &refused) {
		return c.explainRefusal(refused, clientID)
	}
	var sent *url.Error
	switch {
	case !errors.As(err, &sent):
		return fmt.Errorf("%s: %w", c.Server, err)
	case sent.Timeout():
		return fmt.Errorf("%w %s: no answer in time", ErrUnreachable, c.Server)
	}
	return fmt.Errorf("%w %s: %w", ErrUnreachable, c.Server, sent.Err)
}

func (c *Client) explainRefusal(refused *oauth2.RetrieveError, clientID string) error {
	status := refused.Response.StatusCode
	switch {
	case refused.ErrorCode == "access_denied":
		return ErrDenied
	case refused.ErrorCode == "expired_token":
		return ErrExpired
	case refused.ErrorCode == "invalid_client":
		return fmt.Errorf("%s knows no public client %q: its configuration says which there are", c.Server, clientID)
	case refused.ErrorCode == "unauthorized_client":
		return fmt.Errorf("%s does not let %q sign in like this: its `grants` need device_code and refresh_token", c.Server, clientID)
	case status == http.StatusTooManyRequests || status >= http.StatusInternalServerError:
		return fmt.Errorf("%s can't answer now (status %d): try again in a while", c.Server, status)
	case refused.ErrorCode != "":
		return fmt.Errorf("%s refuses it: %s: %s", c.Server, printable(refused.ErrorCode), printable(refused.ErrorDescription))
	}
	return fmt.Errorf("%s %w: its answer has status %d", c.Server, ErrNotOurs, status)
}

// revoke ends the session that a login is (RFC 7009).
func (c *Client) revoke(ctx context.Context, kept login) error {
	at, err := c.discover(ctx)
	if err != nil {
		return err
	}
	form := url.Values{"client_id": {kept.ClientID}, "token": {kept.tokens.refresh.Reveal()}, "token_type_hint": {"refresh_token"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, at.Revoke, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := c.http.Do(request)
	if err != nil {
		return c.explain(err, kept.ClientID)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		refused := &oauth2.RetrieveError{Response: answer}
		var said struct {
			Error       string `json:"error"`
			Description string `json:"error_description"`
		}
		if json.NewDecoder(io.LimitReader(answer.Body, metadataMost)).Decode(&said) == nil {
			refused.ErrorCode, refused.ErrorDescription = said.Error, said.Description
		}
		return c.explain(refused, kept.ClientID)
	}
	return nil
}

// printable takes out what a terminal would obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}
