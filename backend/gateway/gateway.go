// Package gateway passes requests on to the downstreams: which of them may be reached and how, what
// is stripped and set on the way, and the bytes themselves, streamed both ways.
package gateway

import (
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"vestibule/backend/fault"
)

// Faults of this package. None of their texts names a downstream's address, or repeats what it said.
var (
	ErrUnknown    = &fault.Error{Kind: fault.NotFound, Code: "unknown_downstream", Message: "There is no such downstream."}
	ErrPath       = &fault.Error{Kind: fault.Malformed, Code: "path_refused", Message: "This path could be read in two ways. Write it without dot segments, double slashes, backslashes, or encoded slashes and dots."}
	ErrForbidden  = &fault.Error{Kind: fault.Forbidden, Code: "forbidden", Message: "This path of the downstream is not open."}
	ErrMethod     = &fault.Error{Kind: fault.MethodNotAllowed, Code: "method_not_allowed", Message: "This downstream does not take that method."}
	ErrRequest    = &fault.Error{Kind: fault.Malformed, Code: "malformed_request", Message: "The request can't be read in one way only."}
	ErrTooLarge   = &fault.Error{Kind: fault.TooLarge, Code: "body_too_large", Message: "The body is larger than this downstream takes."}
	ErrBadGateway = &fault.Error{Kind: fault.BadGateway, Code: "bad_gateway", Message: "The downstream can't be reached, or its answer can't be passed on."}
	ErrTimeout    = &fault.Error{Kind: fault.GatewayTimeout, Code: "gateway_timeout", Message: "The downstream did not answer in time."}
	ErrBusy       = &fault.Error{Kind: fault.Unavailable, Code: "busy", Message: "Too many requests to this downstream are under way.", RetryAfter: time.Second}
)

// Downstream is one internal service. Treat it as immutable.
type Downstream struct {
	Name           string // the segment after /api/
	URL            *url.URL
	Audience       string
	Methods        []string      // empty: all
	Paths          []string      // prefixes, matched at segment boundaries; empty: all
	Passive        []string      // for httpapi: prefixes of what is not a person's doing
	Roles          []string      // for httpapi; empty: everyone
	StepUp         time.Duration // for httpapi: how old the last proof may be; 0: any
	ConnectTimeout time.Duration
	HeaderTimeout  time.Duration // from the last byte of the request to the head of the answer
	IdleTimeout    time.Duration // between two pieces of a body under way
	MaxBody        int64         // of a request, in bytes
	Redirects      []string      // other origins that a Location may name
	Claims         []string      // for httpapi: personal claims that it gets
}

// Match is where a request goes.
type Match struct {
	Downstream *Downstream
	Path       string // what follows the name, with the query, byte for byte; begins with a slash
	Passive    bool   // it is not a person's doing

	upstream *upstream
}

// Flight is a request under way, which ends with its session. Safe for concurrent use.
type Flight interface {
	// OnEnd says how to close it when its session ends, in place of what was said before; at once, where
	// that has happened. end must not block.
	OnEnd(end func())
	// Leave is called once, when nothing of the request is under way any more.
	Leave()
}

// Token is good for one downstream alone.
type Token interface {
	// AppendTo writes it behind what is there.
	AppendTo([]byte) []byte
}

// Call is what Vestibule itself says of a request.
type Call struct {
	Flight      Flight
	Token       Token
	ClientIP    netip.Addr
	Proto, Host string // of the public URL
	RequestID   string
	Traceparent string
}

// Gateway knows the downstreams. Safe for concurrent use.
type Gateway struct{ upstreams map[string]*upstream }

// New checks the downstreams and makes a pool of connections for each. publicURL may be no
// downstream's audience.
func New(downstreams []Downstream, publicURL string) (*Gateway, error) {
	g := &Gateway{upstreams: map[string]*upstream{}}
	var faults []error
	for i := range downstreams {
		d := downstreams[i]
		u := d.URL
		switch {
		case g.upstreams[d.Name] != nil:
			faults = append(faults, fmt.Errorf("downstream %s: there are two of this name", d.Name))
		case u == nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
			faults = append(faults, fmt.Errorf("downstream %s: url must be http or https, with a host", d.Name))
		case u.User != nil || u.RawQuery != "" || u.Fragment != "":
			faults = append(faults, fmt.Errorf("downstream %s: url has a user, a query or a fragment", d.Name))
		case d.Audience == "" || d.Audience == publicURL:
			faults = append(faults, fmt.Errorf("downstream %s: audience must be its own, never the public URL", d.Name))
		default:
			g.upstreams[d.Name] = newUpstream(d)
		}
	}
	return g, errors.Join(faults...)
}

// Downstreams gives all of them, by name.
func (g *Gateway) Downstreams() []*Downstream {
	all := make([]*Downstream, 0, len(g.upstreams))
	for _, name := range slices.Sorted(maps.Keys(g.upstreams)) {
		all = append(all, &g.upstreams[name].Downstream)
	}
	return all
}

// neverAsked would have a downstream repeat the token, or open a way that is no request.
var neverAsked = map[string]bool{"TRACE": true, "TRACK": true, "CONNECT": true}

// Match finds the downstream of a raw request target below /api. ErrUnknown, ErrForbidden,
// ErrMethod. The target must have passed CheckPath.
func (g *Gateway) Match(method string, target []byte) (Match, error) {
	rest, ok := strings.CutPrefix(string(target), "/api/")
	if !ok {
		return Match{}, ErrUnknown
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	u := g.upstreams[rest[:end]]
	if u == nil {
		return Match{}, ErrUnknown
	}
	path := rest[end:]
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	bare, _, _ := strings.Cut(path, "?")
	belowOne := func(prefix string) bool { return below(bare, prefix) }
	if len(u.Paths) > 0 && !slices.ContainsFunc(u.Paths, belowOne) {
		return Match{}, ErrForbidden
	}
	if neverAsked[method] || (len(u.Methods) > 0 && !slices.Contains(u.Methods, method)) {
		return Match{}, ErrMethod
	}
	return Match{Downstream: &u.Downstream, Path: path, Passive: slices.ContainsFunc(u.Passive, belowOne), upstream: u}, nil
}

// below reports whether a path is a prefix or lies under it, at a segment boundary.
func below(path, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	return path == prefix || strings.HasPrefix(path, prefix+"/")
}
