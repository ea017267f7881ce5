package httpapi

import (
	"bytes"
	"strings"

	"github.com/valyala/fasthttp"
)

// origin is what a request says about where it came from, and what it would do. Pure data, so that
// the rule below can be tested as a table.
type origin struct {
	Method     string
	Path       string
	WebSocket  bool     // asks for an upgrade
	Cookie     bool     // carries the session cookie, of whatever value
	FetchSite  []string // Sec-Fetch-Site, each time it was sent
	FetchMode  string
	FetchDest  string
	Origins    []string // Origin, each time it was sent
	CSRFHeader string   // X-CSRF
	Token      []byte   // the first bearer token, where it lies in the request
	Tokens     int      // how many there are; with another Authorization beside one, two
	Worker     bool     // says that it is for a service worker
}

// readOrigin looks at each header once. Of those that are to come once, the first one counts.
func readOrigin(h *fasthttp.RequestHeader) (o origin) {
	o.WebSocket = h.ConnectionUpgrade()
	shown := 0
	first := func(field *string, value []byte) {
		if *field == "" {
			*field = string(value)
		}
	}
	for name, value := range h.All() {
		switch string(name) {
		case "Sec-Fetch-Site":
			o.FetchSite = append(o.FetchSite, string(value))
		case "Sec-Fetch-Mode":
			first(&o.FetchMode, value)
		case "Sec-Fetch-Dest":
			first(&o.FetchDest, value)
		case "Origin":
			o.Origins = append(o.Origins, string(value))
		case "X-Csrf":
			first(&o.CSRFHeader, value)
		case "Upgrade":
			o.WebSocket = o.WebSocket || len(value) > 0
		case "Service-Worker":
			o.Worker = o.Worker || len(value) > 0
		case "Authorization":
			shown++
			scheme, raw, _ := bytes.Cut(bytes.TrimSpace(value), []byte(" "))
			if bytes.EqualFold(scheme, []byte("bearer")) {
				o.Tokens++
				if o.Token == nil {
					o.Token = bytes.TrimLeft(raw, " ")
				}
			}
		}
	}
	if o.Tokens > 0 {
		o.Tokens = shown
	}
	return o
}

// isWorker finds a page that would have a downstream's answer run on after the page is closed.
func (o origin) isWorker() bool { return o.Worker || strings.HasSuffix(o.FetchDest, "worker") }

// machines are the only doors outside the rule: they take no cookie.
var machines = map[string]bool{
	"POST /oauth/token": true, "POST /oauth/revoke": true, "POST /oauth/device_authorization": true,
}

// crossSite is the one rule about requests from elsewhere (DESIGN.md section 4), decided before
// anything is looked up. It reports whether the request is refused.
//
// An unsafe method, or a WebSocket upgrade, that says it comes from elsewhere is refused with a
// cookie or without: a foreign page that signs someone in is an attack too. With the cookie it must
// show besides that it comes from here. On /api, /auth and /admin even safe methods from elsewhere are
// refused, except a top-level navigation.
func (o origin) crossSite(publicOrigin string) bool {
	if machines[o.Method+" "+o.Path] {
		return false
	}
	unsafe := o.WebSocket || !isSafe(o.Method)
	foreign := false
	sameOrigin := false
	for _, site := range o.FetchSite {
		switch strings.ToLower(strings.TrimSpace(site)) {
		case "cross-site", "same-site":
			foreign = true
		case "same-origin":
			sameOrigin = true
		}
	}
	for _, from := range o.Origins {
		if strings.EqualFold(from, publicOrigin) {
			sameOrigin = true
		} else {
			foreign = true
		}
	}
	switch {
	case foreign && unsafe:
		return true
	case foreign && o.sensitive():
		return o.FetchMode != "navigate" || o.FetchDest != "document"
	case unsafe && o.Cookie:
		return !sameOrigin && o.CSRFHeader != "1"
	}
	return false
}

// sensitive is what shows something of somebody.
func (o origin) sensitive() bool {
	return isBelow(o.Path, "/api") || isBelow(o.Path, "/auth") || isBelow(o.Path, "/admin")
}

// isSafe follows RFC 9110, 9.2.1.
func isSafe(method string) bool {
	return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "TRACE"
}

// isBelow reports whether path is prefix, or lies below it. Case does not matter, so that no
// spelling that some router might accept slips through.
func isBelow(path, prefix string) bool {
	if len(path) < len(prefix) || !strings.EqualFold(path[:len(prefix)], prefix) {
		return false
	}
	return len(path) == len(prefix) || path[len(prefix)] == '/'
}
