package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// at is the key of a list's entry.
func at(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

var (
	nameForm   = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)
	methodForm = regexp.MustCompile(`^[A-Z][A-Z0-9_-]*$`)
)

// isName reports whether a text can stand in a path or be a client_id.
func isName(text string, longest int) bool { return len(text) <= longest && nameForm.MatchString(text) }

func (c check) downstreams() {
	names, audiences := map[string]string{}, map[string]string{}
	for i, d := range c.Downstreams {
		key := at("downstreams", i)
		if c.required(join(key, "name"), d.Name == "", "the name that stands in the path, /api/{name}/") {
			if !isName(d.Name, 32) {
				c.fault(join(key, "name"), "must be small letters, digits and, between them, hyphens, 32 at most", "choose such a name; it stands in the path")
			}
			c.unique(names, d.Name, join(key, "name"), "the name of one downstream only")
		}
		c.downstreamURL(join(key, "url"), d)
		if c.required(join(key, "audience"), d.Audience == "", "the audience that its tokens are for, such as its name") {
			c.foreign(join(key, "audience"), d.Audience)
			c.unique(audiences, d.Audience, join(key, "audience"), "the audience of one downstream only: a token is good for one")
		}
		c.access(key, d)
	}
}

// unique reports a value that an entry before has as well.
func (c check) unique(seen map[string]string, value, key, what string) {
	if before, twice := seen[value]; twice {
		c.fault(key, fmt.Sprintf("must be %s; it is the same as %s (%s)", what, before, c.place(before)), "change one of the two")
		return
	}
	seen[value] = key
}

// foreign refuses the public URL, which is the audience of clients' tokens at /api: whoever may have
// that one could act as any user.
func (c check) foreign(key, audience string) {
	if c.PublicURL != nil && strings.EqualFold(strings.TrimRight(audience, "/"), c.PublicURL.String()) {
		c.fault(key, "must not be the public URL, which is the audience of clients' own tokens", "choose another, such as the service's name")
	}
}

func (c check) downstreamURL(key string, d Downstream) {
	if !c.required(key, d.URL == nil, "the URL that it is reached at") {
		return
	}
	if rule, mend := flawOf(d.URL); rule != "" {
		c.fault(key, rule, mend)
		return
	}
	if path := d.URL.EscapedPath(); path != "" && path != "/" && !isPath(path) {
		c.fault(key, "must have a path that can be read in one way only", "take out dot segments, double slashes, encoded slashes and dots")
		return
	}
	if d.URL.Scheme == "https" || isLoopback(d.URL.Hostname()) {
		return
	}
	if !d.Insecure {
		c.fault(key, "must be https: plain http is for loopback only", "write https:// in front, or add `insecure: true` where you trust everyone in that network with the tokens")
		return
	}
	c.warn(strings.TrimSuffix(key, "url")+"insecure", fmt.Sprintf("the downstream %s is reached over plain http: whoever is on that network can read and use its tokens", d.Name))
}

// access checks who may call a downstream, and how.
func (c check) access(key string, d Downstream) {
	for i, m := range d.Methods {
		if !methodForm.MatchString(m) {
			c.fault(at(join(key, "methods"), i), "must be a method in capitals", "write it like GET")
		}
	}
	c.paths(join(key, "paths"), d.Paths)
	c.paths(join(key, "passive"), d.Passive)
	c.known(join(key, "roles"), d.Roles, "user admin")
	c.known(join(key, "claims"), d.Claims, "email name")
	for i, text := range d.Redirects {
		u, err := url.Parse(text)
		if err == nil {
			if rule, _ := flawOf(u); rule == "" && text == u.Scheme+"://"+strings.ToLower(u.Host) {
				continue
			}
		}
		c.fault(at(join(key, "redirects"), i), "must be an origin: a scheme and a host in small letters, nothing after it", "write it like https://files.example.com")
	}
}

// known reports entries that are none of the words.
func (c check) known(key string, given []string, words string) {
	for i, word := range given {
		if !contains(words, word) {
			c.fault(at(key, i), "must be "+either(words), suggest(word, strings.Fields(words), "write one of these"))
		}
	}
}

func (c check) paths(key string, all []string) {
	for i, path := range all {
		if !isPath(path) {
			c.fault(at(key, i), "must begin with a slash, and be a path that can be read in one way only",
				"write it like /v1/orders, without dot segments, double slashes, a query, or encoded slashes and dots")
		}
	}
}

// isPath accepts what the gateway lets through: paths that no two programs read in two ways.
func isPath(path string) bool {
	if !strings.HasPrefix(path, "/") || !uriText.MatchString(path) || strings.ContainsAny(path, "?#[]") {
		return false
	}
	if decoded, err := url.PathUnescape(path); err != nil || strings.ContainsFunc(decoded, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\\' }) {
		return false
	}
	folded := strings.ToLower(path)
	if strings.Contains(folded, "%2e") || strings.Contains(folded, "%2f") {
		return false
	}
	segments := strings.Split(strings.TrimSuffix(path[1:], "/"), "/")
	return path == "/" || !slices.ContainsFunc(segments, isAmbiguous)
}

// isAmbiguous is true of empty segments, and of dots with or without parameters.
func isAmbiguous(segment string) bool {
	before, _, _ := strings.Cut(segment, ";")
	return segment == "" || before == "." || before == ".."
}
