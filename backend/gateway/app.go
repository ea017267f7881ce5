package gateway

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/valyala/fasthttp"

	"vestibule/backend/fault"
)

// ErrAppDown is a development server that nobody can connect to.
var ErrAppDown = &fault.Error{Kind: fault.BadGateway, Code: "app_unreachable", Message: "The development server of the app can't be reached."}

// The limits of a development server: it may build for a while before it answers, and a page that waits
// for changes hears nothing for hours.
const (
	appConnect = 5 * time.Second
	appAnswer  = 5 * time.Minute
	appSilence = 24 * time.Hour
	appBody    = 100 << 20
)

// App is the development server of the team's own app. It is no downstream: it gets no token, since
// nobody's session is looked at, and what it answers is our origin's own page. Safe for concurrent use.
type App struct{ upstream *upstream }

// NewApp takes the origin of the server, which speaks plain http, and ours, which it may redirect to.
func NewApp(at *url.URL, publicOrigin string) (*App, error) {
	if at.Scheme != "http" || at.Host == "" || at.User != nil || at.EscapedPath() != "" || at.RawQuery != "" || at.Fragment != "" {
		return nil, errors.New("the URL of a development server must be http:// and a host")
	}
	u := newUpstream(Downstream{URL: at, ConnectTimeout: appConnect, HeaderTimeout: appAnswer, IdleTimeout: appSilence, MaxBody: appBody,
		Redirects: []string{publicOrigin}})
	u.app, u.at, u.fence = true, "", nil
	return &App{u}, nil
}

// URL is where it is.
func (a *App) URL() *url.URL { return a.upstream.URL }

// Forward is Gateway.Forward for the app, with neither a token nor a flight: nothing of it ends with a
// session. Its headers are those that ctx's response carries already, for pages. ErrMethod, ErrAppDown,
// and the faults of Gateway.Forward. The target must have passed CheckPath.
func (a *App) Forward(ctx *fasthttp.RequestCtx, c Call) error {
	if neverAsked[string(ctx.Method())] {
		return ErrMethod
	}
	c.Flight, c.Token = unending{}, nil
	err := forward(ctx, Match{Downstream: &a.upstream.Downstream, Path: string(ctx.Request.Header.RequestURI()), upstream: a.upstream}, c)
	var connecting *net.OpError
	if errors.As(err, &connecting) && connecting.Op == "dial" {
		return ErrAppDown.With(fmt.Errorf("the development server: %w", err))
	}
	return err
}

// Run is Gateway.Run for the app.
func (a *App) Run(ctx context.Context) { tend(ctx, []*upstream{a.upstream}) }

// unending is the flight of what belongs to no session.
type unending struct{}

func (unending) OnEnd(func()) {}
func (unending) Leave()       {}

// theirCookies appends those cookies of a request that are the app's own. A development server is
// whatever somebody has just installed: it never sees ours.
func theirCookies(to []byte, from *fasthttp.RequestHeader) []byte {
	before := "Cookie: "
	for name, value := range from.Cookies() {
		if isOurs(name) {
			continue
		}
		to = append(append(append(append(to, before...), name...), '='), value...)
		before = "; "
	}
	if before == "; " {
		to = append(to, "\r\n"...)
	}
	return to
}

// isTheirs reports whether a Set-Cookie is of a cookie of the app's own.
func isTheirs(setCookie []byte) bool {
	pair, _, _ := bytes.Cut(setCookie, []byte(";"))
	name, _, named := bytes.Cut(pair, []byte("="))
	return named && !isOurs(name)
}

// isOurs is true of the names of our cookies, with their prefix and without it (as they are for Safari
// on loopback, and stay in a browser after that), of every other name that only our origin may give
// out, and of cookies without a name, which could be read as having any.
func isOurs(name []byte) bool {
	name = bytes.ToLower(bytes.TrimSpace(name))
	return len(name) == 0 || bytes.HasPrefix(name, []byte("__host-")) || string(name) == "session" || string(name) == "device"
}
