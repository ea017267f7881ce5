package httpapi

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/user"
)

// strictCSP is for our own pages. The nonce is for the style elements that the component library
// makes at run time; scripts only ever come from our own files.
const strictCSP = "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-%s'; img-src 'self' data:; worker-src 'none'; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// ownCSP is for the team's own app, where it has none of its own: strictCSP, and what apps have that ours do
// not, all of it their own or made by them: previews of a file, sound, films, workers.
var ownCSP = strings.NewReplacer("img-src 'self' data:", "img-src 'self' data: blob:; media-src 'self' blob:", "worker-src 'none'", "worker-src 'self'").Replace(strictCSP)

// nakedCSP is for everything that is no page.
const nakedCSP = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// fence is headers that go on every answer as they are. Their names are canonical.
type fence [][2][]byte

func newFence(names ...string) fence {
	f := make(fence, 0, len(names)/2)
	for i := 0; i < len(names); i += 2 {
		f = append(f, [2][]byte{[]byte(names[i]), []byte(names[i+1])})
	}
	return f
}

func (f fence) put(c *fiber.Ctx) {
	for _, header := range f {
		c.Response().Header.SetCanonical(header[0], header[1])
	}
}

// everyones are those that the internal door sends too.
var everyones = newFence(
	fiber.HeaderContentSecurityPolicy, nakedCSP,
	fiber.HeaderXContentTypeOptions, "nosniff",
	fiber.HeaderReferrerPolicy, "same-origin",
	fiber.HeaderXFrameOptions, "DENY",
	"Cross-Origin-Resource-Policy", "same-origin",
	fiber.HeaderCacheControl, "no-store",
)

var publics = newFence(
	"Cross-Origin-Opener-Policy", "same-origin",
	"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
	fiber.HeaderVary, "Cookie, Sec-Fetch-Site, Origin",
)

var overTLS = newFence(fiber.HeaderStrictTransportSecurity, "max-age=63072000; includeSubDomains")

// secure puts the headers on every answer (ASVS V3.4). No CORS header is ever sent.
func (a *api) secure(c *fiber.Ctx) {
	everyones.put(c)
	publics.put(c)
	if a.PublicURL.Scheme == "https" && !a.onLoopback {
		overTLS.put(c)
	}
}

// isLoopback finds this machine's own names. Browsers would keep HSTS for all of localhost, where other
// programs speak plain http.
func isLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (err == nil && address.IsLoopback())
}

// lap notes how long the last part of a request took, for Server-Timing, and begins the next.
func (s *state) lap(name, desc string) (took time.Duration) {
	took = time.Since(s.at)
	s.at = s.at.Add(took)
	if s.timed < len(s.timings) {
		s.timings[s.timed] = timing{name, desc, took}
		s.timed++
	}
	return took
}

// mostTimings is how many parts a request has: session, token and upstream.
const mostTimings = 3

type timing struct {
	name, desc string
	took       time.Duration
}

func (t timing) String() string {
	milliseconds := float64(t.took.Microseconds()) / 1000
	if t.desc == "" {
		return fmt.Sprintf("%s;dur=%.3f", t.name, milliseconds)
	}
	return fmt.Sprintf("%s;desc=%q;dur=%.3f", t.name, t.desc, milliseconds)
}

// showTimings writes what note collected, for those who may see it: administrators, and in development
// everyone.
func (a *api) showTimings(c *fiber.Ctx, role string) {
	if !a.Development && role != user.RoleAdmin {
		return
	}
	var shown []string
	s := stateOf(c)
	for _, t := range s.timings[:s.timed] {
		shown = append(shown, t.String())
	}
	c.Set("Server-Timing", strings.Join(shown, ", "))
}
