package httpapi

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/gateway"
)

// noncePlace is what a page carries where the nonce of an answer goes.
const noncePlace = "__CSP_NONCE__"

// mountPages serves the built-in pages under /account/, and the team's own app everywhere else, from its
// files or from its development server; without one, everything else leads to /account/.
func (a *api) mountPages(app *fiber.App) {
	var home *url.URL
	if a.onLoopback {
		home = a.PublicURL
	}
	account := pages{files: a.Account, prefix: "/account/", csp: strictCSP, tags: newTags(), home: home, told: a.told()}
	app.Get("/account", func(c *fiber.Ctx) error { return c.Redirect("/account/", http.StatusMovedPermanently) })
	app.Get("/account/*", account.serve)
	if a.DevServer != nil {
		app.All("/account/*", onlyRead) // /account as well
		app.All("/*", a.passOn)
		return
	}
	if a.App == nil {
		app.Get("/*", func(c *fiber.Ctx) error { return c.Redirect("/account/", http.StatusSeeOther) })
		return
	}
	own := pages{files: a.App, prefix: "/", csp: a.appCSP(), tags: newTags(), home: home}
	app.Get("/*", own.serve)
}

// onlyRead answers what comes to a page of ours by another method.
func onlyRead(c *fiber.Ctx) error {
	c.Set(fiber.HeaderAllow, "GET, HEAD")
	return errMethod
}

// appCSP is the policy of the team's own app.
func (a *api) appCSP() string {
	if a.CSP != "" {
		return a.CSP
	}
	return ownCSP
}

// pages is one single-page app: its files, or index.html for every address that is not a file.
type pages struct {
	files  fs.FS
	prefix string
	csp    string // with one %s where a nonce goes, or none
	tags   *tags
	told   []string // places in a page, each with what goes there
	home   *url.URL // where it is this machine: the public URL
}

func (p pages) serve(c *fiber.Ctx) error {
	name, err := url.PathUnescape(path.Clean(strings.TrimPrefix(c.Path(), p.prefix)))
	if err != nil || isDotFile(name) {
		return errNotFound
	}
	info, err := fs.Stat(p.files, name)
	switch {
	case err == nil && info.Mode().IsRegular() && path.Ext(name) != ".html":
		return p.asset(c, name, info)
	case err == nil && info.Mode().IsRegular():
		return p.page(c, name)
	case err == nil && info.IsDir(), errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrInvalid):
	default: // a link that leads out of the folder, a file that is not for us
		return errNotFound.With(err)
	}
	if strings.HasPrefix(name, "assets/") || (name != "." && !wantsPage(c)) { // a file of an older build, never a page
		return errNotFound
	}
	return p.page(c, "index.html")
}

// wantsPage reports whether a request may be for a page of the app's: that of a script, an image or a fetch,
// as today's browsers say, is for something that is not there.
func wantsPage(c *fiber.Ctx) bool {
	dest := c.Get("Sec-Fetch-Dest")
	return dest == "" || dest == "document" || dest == "iframe" || strings.Contains(strings.Join(all(c, fiber.HeaderAccept), ","), fiber.MIMETextHTML)
}

// isDotFile finds what lies in a folder by accident: .env, .git and the like.
func isDotFile(name string) bool {
	return name != "." && (strings.HasPrefix(name, ".") || strings.Contains(name, "/."))
}

// page sends HTML, with a nonce that no other answer has.
func (p pages) page(c *fiber.Ctx, name string) error {
	if home, is := p.anotherName(c); is {
		return c.Redirect(home, http.StatusTemporaryRedirect)
	}
	body, err := fs.ReadFile(p.files, name)
	if errors.Is(err, fs.ErrNotExist) {
		return errNotBuilt
	}
	if err != nil {
		return fmt.Errorf("read a page: %w", err)
	}
	nonce := newNonce()
	c.Set(fiber.HeaderContentSecurityPolicy, strings.ReplaceAll(p.csp, "%s", nonce))
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	for i := 0; i < len(p.told); i += 2 {
		body = bytes.ReplaceAll(body, []byte(p.told[i]), []byte(p.told[i+1]))
	}
	return c.Send(bytes.ReplaceAll(body, []byte(noncePlace), []byte(nonce)))
}

// told is what our own pages know of the configuration before anybody is signed in: whether there is a lab to
// lead to, whether accounts may be made, and the limits of who is kept signed in, in seconds.
func (a *api) told() []string {
	lab, registration, kept := "no", "closed", a.Sessions.Policy.Remembered
	if slices.ContainsFunc(a.Gateway.Downstreams(), func(d *gateway.Downstream) bool { return d.Name == "lab" }) {
		lab = "yes"
	}
	if a.Users.Registration {
		registration = "open"
	}
	return []string{"__LAB__", lab, "__REGISTRATION__", registration, "__REMEMBER__", fmt.Sprintf("%.0f %.0f", kept.Idle.Seconds(), kept.Absolute.Seconds())}
}

// anotherName gives where a page is at home that was opened by another of this machine's names, and the same
// port: for the browser that is another site, whose requests are all refused.
func (p pages) anotherName(c *fiber.Ctx) (string, bool) {
	asked := url.URL{Host: string(c.Request().Host())}
	if p.home == nil || asked.Port() != p.home.Port() || asked.Hostname() == p.home.Hostname() || !isLoopback(asked.Hostname()) {
		return "", false
	}
	return p.home.Scheme + "://" + p.home.Host + string(c.Request().RequestURI()), true
}

// newNonce is for one answer's policy (CSP 3, 7.1).
func newNonce() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:])
	return base64.RawStdEncoding.EncodeToString(raw[:])
}
