package config

import (
	"cmp"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// app checks where the team's own app comes from: a folder, or a development server.
func (c check) app() {
	const key = "ui.app"
	app := c.UI.App
	if app == "" {
		return
	}
	if strings.Contains(app, "://") {
		c.devServer(key, app)
		return
	}
	if info, err := os.Stat(app); err != nil {
		c.fault(key, "must be a folder that is there: "+reason(err), "correct the path, or build the app first; a development server has http:// in front")
	} else if !info.IsDir() {
		c.fault(key, "must be a folder", "name the folder that holds index.html")
	} else if index, err := os.Stat(filepath.Join(app, "index.html")); err != nil || !index.Mode().IsRegular() {
		c.fault(key, "must be a folder with an index.html", "build the app first, or name the folder that it is built to")
	}
}

// devServer checks the URL of the app's development server. It is not made for strangers, and what it
// answers is our origin's own page: it has to be on this machine.
func (c check) devServer(key, text string) {
	at, err := url.Parse(text)
	if err != nil {
		c.fault(key, "must be a folder, or the URL of a development server", "write it like http://127.0.0.1:5173")
		return
	}
	rule, mend := flawOf(at)
	switch {
	case rule != "":
		c.fault(key, rule, mend)
	case !isLoopback(at.Hostname()):
		c.fault(key, "must be on loopback where it is the URL of a development server: its pages are this origin's own, and no policy is enforced on them", "run it on this machine, or build the app and name the folder that it is built to")
	case at.Scheme != "http":
		c.fault(key, "must be http:// where it is the URL of a development server: nobody is between, and browsers meet the TLS of public_url", "have it speak plain http, and write http:// in front")
	case at.Path != "" && at.Path != "/":
		c.fault(key, "must be a scheme and a host where it is the URL of a development server, without a path", "write "+originOf(at))
	case c.isOurOwn(at):
		c.fault(key, "must not be Vestibule's own address: it would ask itself", "write the address that the development server prints, such as http://127.0.0.1:5173")
	case c.PublicURL != nil && !isLoopback(c.PublicURL.Hostname()):
		c.warn(key, "the app comes from a development server, on whose pages no Content-Security-Policy is enforced: build it, and name the folder that it is built to")
	}
}

// isOurOwn finds our own listeners, and where browsers find us.
func (c check) isOurOwn(at *url.URL) bool {
	if c.PublicURL != nil && originOf(at) == originOf(c.PublicURL) {
		return true
	}
	for _, listener := range []string{c.Listen, c.InternalListen} {
		if _, port, ok := splitListen(listener); ok && cmp.Or(at.Port(), "80") == strconv.Itoa(int(port)) {
			return true
		}
	}
	return false
}
