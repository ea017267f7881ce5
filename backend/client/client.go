// Package client is who may have tokens without being a browser: command lines, mobile apps, partners,
// services. They are declared in the configuration, and gone with their entry in it.
package client

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"vestibule/backend/fault"
	"vestibule/backend/secret"
)

// Grant is a way to get a token, by its name at the token endpoint.
type Grant string

// The grants. There is no password grant and no implicit one (RFC 9700, 2.4, 2.1.2).
const (
	AuthorizationCode Grant = "authorization_code"
	DeviceCode        Grant = "urn:ietf:params:oauth:grant-type:device_code"
	RefreshToken      Grant = "refresh_token"
	Credentials       Grant = "client_credentials"
	TokenExchange     Grant = "urn:ietf:params:oauth:grant-type:token-exchange"
)

// Faults of this package; the codes are those of RFC 6749, 5.2.
var (
	ErrInvalid      = &fault.Error{Kind: fault.Unauthenticated, Code: "invalid_client", Message: "There is no such client, or it has not shown that it is the one."}
	ErrUnauthorized = &fault.Error{Kind: fault.Malformed, Code: "unauthorized_client", Message: "The configuration does not allow this client that grant."}
)

// Client is one of them. Immutable.
type Client struct {
	ID, Name     string
	RedirectURIs []string
	Grants       []Grant
	SecretSum    *secret.Sum // SHA-256 of its secret; nil for a public client, which has none
	Audience     string      // its own, which a token that it exchanges must be for
	Audiences    []string    // that its users' tokens may be exchanged for at /api; empty: all
	Targets      []string    // that it may get tokens for by itself
}

// Confidential reports whether it has a secret (RFC 6749, 2.1).
func (c *Client) Confidential() bool { return c.SecretSum != nil }

// May reports whether it may use a grant; ErrUnauthorized otherwise.
func (c *Client) May(g Grant) error {
	if !slices.Contains(c.Grants, g) {
		return ErrUnauthorized
	}
	return nil
}

// Reaches reports whether tokens for this audience may be made for it: for one of its users, or, alone,
// for itself.
func (c *Client) Reaches(audience string, alone bool) bool {
	if alone {
		return slices.Contains(c.Targets, audience)
	}
	return len(c.Audiences) == 0 || slices.Contains(c.Audiences, audience)
}

// Redirects reports whether a code may be sent to this URI: one of its own, compared character by
// character (RFC 9700, 2.1); only the port of one on a loopback address is free (RFC 8252, 7.3).
func (c *Client) Redirects(uri string) bool {
	return slices.ContainsFunc(c.RedirectURIs, func(own string) bool {
		return own == uri || withoutPort(own) != "" && withoutPort(own) == withoutPort(uri)
	})
}

// withoutPort takes the port off a URI on a loopback address; empty for any other. What is not written
// as the parts of it would be is no such URI.
func withoutPort(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.User != nil || u.Fragment != "" || u.String() != text {
		return ""
	}
	address, err := netip.ParseAddr(u.Hostname())
	if err != nil || !address.IsLoopback() {
		return ""
	}
	u.Host = address.String()
	return u.String()
}

// Registry is all clients there are. Immutable.
type Registry struct{ clients map[string]*Client }

// NewRegistry takes those of the configuration, whose ids differ.
func NewRegistry(all []Client) *Registry {
	r := &Registry{map[string]*Client{}}
	for i := range all {
		r.clients[all[i].ID] = &all[i]
	}
	return r
}

// Find gives a client by its id, or nil.
func (r *Registry) Find(id string) *Client { return r.clients[id] }

// All gives all of them, in no order.
func (r *Registry) All() []*Client { return slices.Collect(maps.Values(r.clients)) }

// Name is what people are shown: that of the configuration, or the id of a client that is gone.
func (r *Registry) Name(id string) string {
	if c := r.clients[id]; c != nil && c.Name != "" {
		return c.Name
	}
	return id
}

// Authenticate finds a client by what it sent (RFC 6749, 2.3): a confidential one shows its secret, a
// public one has none. ErrInvalid for both a wrong id and a wrong secret.
func (r *Registry) Authenticate(id string, shown secret.Value) (*Client, error) {
	c := r.clients[id]
	switch {
	case c == nil:
		return nil, ErrInvalid
	case !c.Confidential():
		if !shown.IsZero() {
			return nil, ErrInvalid
		}
		return c, nil
	}
	sum := shown.Sum()
	if subtle.ConstantTimeCompare(sum[:], c.SecretSum[:]) != 1 {
		return nil, ErrInvalid
	}
	return c, nil
}

// ParseSecretHash reads the configuration's `sha256:` and 64 hex digits; nil for none.
func ParseSecretHash(text string) *secret.Sum {
	raw, err := hex.DecodeString(strings.TrimPrefix(text, "sha256:"))
	if err != nil || len(raw) != sha256.Size {
		return nil
	}
	sum := secret.Sum(raw)
	return &sum
}
