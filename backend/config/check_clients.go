package config

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

const allGrants = "authorization_code device_code refresh_token token_exchange client_credentials"

var hashForm = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// hashOfNothing is what comes out where a variable was empty: everyone knows that secret.
const hashOfNothing = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func (c check) clients() {
	ids := map[string]string{}
	for i, client := range c.Clients {
		key := at("clients", i)
		c.clientID(join(key, "id"), client.ID, ids)
		for j, uri := range client.RedirectURIs {
			if rule, mend := flawOfRedirect(uri); rule != "" {
				c.fault(at(join(key, "redirect_uris"), j), rule, mend)
			}
		}
		c.grants(key, client)
		c.foreign(join(key, "audience"), client.Audience)
		for j, target := range client.Targets {
			c.foreign(at(join(key, "targets"), j), target)
		}
		c.reachable(key, client)
	}
}

func (c check) clientID(key, id string, ids map[string]string) {
	if !c.required(key, id == "", "the client_id that it will send") {
		return
	}
	switch {
	case !isName(id, 64):
		c.fault(key, "must be small letters, digits and, between them, hyphens, 64 at most", "choose such an id")
	case id == "vestibule":
		c.fault(key, "must not be vestibule, which is Vestibule's own", "choose another id")
	}
	c.unique(ids, id, key, "the id of one client only")
}

// flawOfRedirect judges a URI that a browser will be sent to with a code.
func flawOfRedirect(text string) (rule, mend string) {
	u, err := url.Parse(text)
	if err != nil || !uriText.MatchString(text) || strings.Contains(text, "*") {
		return "must be an exact URI, without wildcards", "write it like https://app.example.com/callback, one entry for each"
	}
	if strings.Contains(text, "#") {
		return "must not have a fragment", "end it before the #"
	}
	query := *u
	query.RawQuery, query.ForceQuery = "", false // part of what is compared (RFC 6749, 3.1.2)
	if rule, mend := flawOf(&query); rule != "" {
		return rule, mend
	}
	if u.Scheme == "http" && !isLoopback(u.Hostname()) {
		return "must be https: plain http is for loopback only", "write https:// in front, or http://127.0.0.1 for an app on the user's own machine"
	}
	return "", ""
}

func (c check) grants(key string, client Client) {
	list := join(key, "grants")
	if !c.required(list, len(client.Grants) == 0, "at least one of "+either(allGrants)) {
		return
	}
	c.known(list, client.Grants, allGrants)
	may := func(grant string) bool { return slices.Contains(client.Grants, grant) }
	if may("authorization_code") && len(client.RedirectURIs) == 0 {
		c.fault(join(key, "redirect_uris"), "is required for authorization_code", "add the URI that the code is sent to")
	}
	hash := join(key, "secret_hash")
	switch {
	case client.SecretHash == hashOfNothing:
		c.fault(hash, "must not be the hash of an empty secret", "make a secret from 32 random bytes first (`openssl rand -hex 32`), then hash that")
	case client.SecretHash != "" && !hashForm.MatchString(client.SecretHash):
		c.fault(hash, "must be `sha256:` and 64 hex digits in small letters", "hash the secret with `printf %s \"$SECRET\" | sha256sum`")
	case client.SecretHash == "" && (may("client_credentials") || may("token_exchange")):
		c.fault(hash, "is required for client_credentials and token_exchange", "add `sha256:` and the SHA-256, in hex, of a secret of at least 32 random bytes")
	}
	if may("token_exchange") && client.Audience == "" {
		c.fault(join(key, "audience"), "is required for token_exchange", "add its own audience, which the tokens that it exchanges must be for")
	}
}

// reachable warns of audiences that no downstream has. `vestibule dev` enters its example downstreams
// later, where none is configured.
func (c check) reachable(key string, client Client) {
	if c.development && len(c.Downstreams) == 0 {
		return
	}
	tell := func(key, audience string) {
		if !slices.ContainsFunc(c.Downstreams, func(d Downstream) bool { return d.Audience == audience }) {
			c.warn(key, fmt.Sprintf("no downstream has the audience %q", audience))
		}
	}
	if client.Audience != "" {
		tell(join(key, "audience"), client.Audience)
	}
	for i, audience := range client.Audiences {
		tell(at(join(key, "audiences"), i), audience)
	}
	for i, target := range client.Targets {
		tell(at(join(key, "targets"), i), target)
	}
}
