package gateway

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/valyala/fasthttp"
)

// names is a set of canonical header names.
type names map[string]struct{}

func set(list ...string) names {
	s := names{}
	for _, name := range list {
		s[name] = struct{}{}
	}
	return s
}

func (n names) has(name []byte) bool {
	_, there := n[string(name)] // the compiler makes no copy here
	return there
}

// notAsked never reaches a downstream: what the browser holds or claims, what concerns one hop only,
// and what was meant for us. Vestibule sets its own in their place. The app's development server gets
// those cookies that are its own.
var notAsked = set("Cookie", "Authorization", "Proxy-Authorization", "Proxy-Authenticate", "Proxy-Connection",
	"Forwarded", "X-Real-Ip", "Connection", "Keep-Alive", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect", "Host",
	"Content-Length", "X-Request-Id", "Traceparent", "Tracestate", "X-Csrf", "X-Vestibule-Activity", "X-Vestibule-User", "Via", "X-Original-Url", "X-Rewrite-Url",
	"X-Http-Method-Override", "X-Method-Override", "X-Http-Method", "X-Forwarded", "True-Client-Ip", "X-Client-Ip", "X-Cluster-Client-Ip",
	"Cf-Connecting-Ip", "Fastly-Client-Ip", "X-Remote-User", "Remote-User", "X-Authenticated-User", "X-Forwarded-User", "Proxy", "Baggage",
	"B3", "X-B3-Traceid", "X-B3-Spanid", "X-B3-Parentspanid", "X-B3-Sampled", "X-B3-Flags")

// notAnswered never reaches the browser: a downstream's answer runs on our origin, where these would
// act as our own page, or undo what we set. Nor do they from the app's development server, but for
// cookies of its own: a built app has no way to send them either.
var notAnswered = set("Set-Cookie", "Set-Cookie2", "Service-Worker-Allowed", "Clear-Site-Data", "Connection", "Keep-Alive",
	"Proxy-Authenticate", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length",
	"Server-Timing", "Strict-Transport-Security", "Alt-Svc", "Public-Key-Pins", "Refresh", "Server", "Date", "Www-Authenticate",
	"Content-Security-Policy", "Content-Security-Policy-Report-Only", "X-Content-Type-Options", "X-Frame-Options",
	"Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Cross-Origin-Embedder-Policy",
	"Report-To", "Reporting-Endpoints", "Nel", "Sourcemap", "X-Sourcemap", "Origin-Agent-Cluster", "Accept-Ch", "Critical-Ch",
	"X-Accel-Redirect", "X-Sendfile", "X-Accel-Buffering", "Secure-Session-Registration", "Sec-Session-Registration", "Set-Login",
	"Speculation-Rules", "Use-As-Dictionary", "Timing-Allow-Origin", "Supports-Loading-Mode", "Activate-Storage-Access", "Document-Policy",
	"Integrity-Policy", "No-Vary-Search")

// ask writes the head of a request for the downstream: what may go on, and what Vestibule says of it.
// Written by hand, since it is done for each request: every name and value has passed CheckRequest, and
// the path CheckPath. framing tells where the body ends.
func (u *upstream) ask(to []byte, from *fasthttp.RequestHeader, m Match, c Call, framing string) []byte {
	to = append(append(to, from.Method()...), ' ')
	to = append(append(to, u.prefix...), m.Path...) // byte for byte: nothing of ours reads it as an address
	to = append(to, " HTTP/1.1\r\n"...)
	to = field(to, "Host", u.URL.Host)
	named := named(from.PeekAll("Connection"))
	for name, value := range from.All() {
		if !notAsked.has(name) && !bytes.HasPrefix(name, []byte("X-Forwarded-")) && !isNamed(named, name) {
			to = field(to, name, value)
		}
	}
	if u.app {
		to = theirCookies(to, from)
	} else {
		to = append(c.Token.AppendTo(append(to, "Authorization: Bearer "...)), "\r\n"...)
	}
	to = c.ClientIP.AppendTo(append(to, "X-Forwarded-For: "...))
	to = field(append(to, "\r\n"...), "X-Forwarded-Host", c.Host)
	to = field(to, "X-Forwarded-Proto", c.Proto)
	to = field(to, "X-Request-Id", c.RequestID)
	to = field(to, "Traceparent", c.Traceparent)
	return append(append(to, framing...), "\r\n"...)
}

func field[N, V string | []byte](to []byte, name N, value V) []byte {
	return append(append(append(append(to, name...), ": "...), value...), "\r\n"...)
}

// answer copies what may come back, and puts the fences round it. ErrBadGateway for a redirect to
// where none may lead.
func (u *upstream) answer(from, to *fasthttp.ResponseHeader, path string) error {
	if from.StatusCode() >= 300 && from.StatusCode() < 400 { // before anything of it is copied
		for _, value := range from.PeekAll("Location") {
			if _, ok := u.location(string(value), path); !ok {
				return ErrBadGateway
			}
		}
	}
	to.SetStatusCode(from.StatusCode())
	named := named(from.PeekAll("Connection"))
	cacheControl := noStore
	for name, value := range from.All() {
		switch {
		case u.app && string(name) == "Set-Cookie" && isTheirs(value):
			to.AddBytesKV(name, value)
		case notAnswered.has(name), bytes.HasPrefix(name, []byte("Access-Control-")), isNamed(named, name):
		case string(name) == "Cache-Control":
			cacheControl = []byte(private(string(value)))
		case string(name) == "Location", string(name) == "Content-Location":
			if rewritten, ok := u.location(string(value), path); ok {
				to.Set(string(name), rewritten)
			}
		case string(name) == "Content-Type":
			to.SetContentTypeBytes(value)
		default:
			to.AddBytesKV(name, value)
		}
	}
	to.SetCanonical(cacheControlName, cacheControl)
	for _, header := range u.fence {
		to.SetCanonical(header[0], header[1])
	}
	return nil
}

var cacheControlName, noStore = []byte("Cache-Control"), []byte("no-store")

// asData has a browser take an answer for data, and never for a page of ours.
var asData = [][2][]byte{
	{[]byte("X-Content-Type-Options"), []byte("nosniff")},
	{[]byte("Content-Security-Policy"), []byte("sandbox")},
}

// private keeps what belongs to one person out of shared caches, which would see a cookie they know
// nothing of instead of the Authorization that the downstream saw (RFC 9111, 3.5).
func private(cacheControl string) string {
	kept := []string{"private"}
	for directive := range strings.SplitSeq(cacheControl, ",") {
		directive = strings.TrimSpace(directive)
		name, _, _ := strings.Cut(strings.ToLower(directive), "=")
		switch name {
		case "public", "s-maxage", "private", "proxy-revalidate", "":
		case "no-store":
			return "no-store"
		default:
			kept = append(kept, directive)
		}
	}
	return strings.Join(kept, ", ")
}

// location rewrites what lies on the downstream's own origin to where the browser finds it. Elsewhere
// it passes only to origins that the configuration lists.
func (u *upstream) location(value, path string) (string, bool) {
	base, err := u.URL.Parse(u.prefix + path)
	if err != nil {
		return "", false
	}
	if strings.ContainsAny(value, "\\\t\r\n") {
		return "", false // browsers read these in their own way
	}
	target, err := base.Parse(value)
	if err != nil || target.User != nil {
		return "", false
	}
	if target.Scheme != u.URL.Scheme || !strings.EqualFold(target.Host, u.URL.Host) {
		return target.String(), slices.Contains(u.Redirects, origin(target))
	}
	if !below(target.EscapedPath(), u.prefix) || CheckPath([]byte(target.EscapedPath())) != nil {
		return "", false
	}
	rewritten := u.at + strings.TrimPrefix(target.EscapedPath(), u.prefix)
	if target.RawQuery != "" {
		rewritten += "?" + target.RawQuery
	}
	if target.Fragment != "" {
		rewritten += "#" + target.EscapedFragment()
	}
	return rewritten, true
}

func origin(u *url.URL) string { return u.Scheme + "://" + strings.ToLower(u.Host) }

// named gives the headers that Connection names, each time it was sent, which concern one hop only
// (RFC 9110, 7.6.1).
func named(connection [][]byte) [][]byte {
	var fields [][]byte
	for _, line := range connection {
		if bytes.EqualFold(line, []byte("keep-alive")) || bytes.EqualFold(line, []byte("close")) {
			continue // most of the time
		}
		for field := range bytes.SplitSeq(line, []byte(",")) {
			fields = append(fields, bytes.TrimSpace(field))
		}
	}
	return fields
}

func isNamed(named [][]byte, name []byte) bool {
	return slices.ContainsFunc(named, func(n []byte) bool { return bytes.EqualFold(n, name) })
}
