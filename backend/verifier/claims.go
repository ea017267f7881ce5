package verifier

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

const mostActors = 8 // one behind another

// Claims are what a valid token says. A token of a client that acts for itself (client credentials) has
// no SID, no AuthTime and no AMR: its Subject is the client.
type Claims struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  audience `json:"aud"`
	ExpiresAt int64    `json:"exp"` // seconds since 1970, as all times here
	NotBefore int64    `json:"nbf,omitempty"`
	IssuedAt  int64    `json:"iat"`
	ID        string   `json:"jti"`
	SID       string   `json:"sid,omitempty"` // the session's
	ClientID  string   `json:"client_id"`
	AuthTime  int64    `json:"auth_time,omitempty"` // of the last proof; 0: it says none
	AMR       []string `json:"amr,omitempty"`
	ACR       string   `json:"acr,omitempty"`
	Roles     []string `json:"roles,omitempty"`
	Email     string   `json:"email,omitempty"`
	Name      string   `json:"name,omitempty"`
	KeyID     string   `json:"-"`             // `kid` of the key that has signed it
	Actor     *Actor   `json:"act,omitempty"` // who acts for the subject, after an exchange between services; nil: nobody does
}

// HasRole reports whether the subject had that role when the token was issued.
func (c *Claims) HasRole(role string) bool { return slices.Contains(c.Roles, role) }

// Fresh reports whether the subject's last proof (`auth_time`) is no older than that. A token that says
// none is not fresh, whatever the age.
func (c *Claims) Fresh(maxAge time.Duration, now time.Time) bool {
	return c.AuthTime > 0 && !now.Add(-maxAge).After(time.Unix(c.AuthTime, 0))
}

// Actor acts for a token's subject (`act`, RFC 8693, 4.1). The outermost one is who calls; those further
// in called before it, and are for the record: they give nobody any right.
type Actor struct {
	Subject string `json:"sub"`
	Actor   *Actor `json:"act,omitempty"`
}

// UnmarshalJSON is as strict with names as the rest of a token is.
func (a *Actor) UnmarshalJSON(text []byte) error {
	found, err := members(text)
	if err != nil {
		return err
	}
	return assign(found, func(name string) any {
		switch name {
		case "sub":
			return &a.Subject
		case "act":
			return &a.Actor
		}
		return nil
	})
}

func (a *Actor) check() error {
	for n := 0; a != nil; a, n = a.Actor, n+1 {
		switch {
		case n == mostActors:
			return fmt.Errorf("%w: it has over %d actors", ErrMalformed, mostActors)
		case a.Subject == "":
			return fmt.Errorf("%w: an actor's sub", ErrClaims)
		}
	}
	return nil
}

// audience is one text or a list of them (RFC 7519, 4.1.3).
type audience []string

// UnmarshalJSON reads either form, and nothing else.
func (a *audience) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(a))
}

// MarshalJSON writes one as a text.
func (a audience) MarshalJSON() ([]byte, error) {
	if len(a) == 1 {
		return json.Marshal(a[0])
	}
	return json.Marshal([]string(a))
}

// read takes the payload of a token whose signature is right. Times are whole seconds, as Vestibule
// writes them: a fraction, an exponent, a text, or more than 64 bits, is refused, not rounded.
func (c *Claims) read(payload []byte) error {
	found, err := members(payload)
	if err != nil {
		return err
	}
	return assign(found, c.field)
}

func (c *Claims) field(name string) any {
	switch name {
	case "iss":
		return &c.Issuer
	case "sub":
		return &c.Subject
	case "aud":
		return &c.Audience
	case "exp":
		return &c.ExpiresAt
	case "nbf":
		return &c.NotBefore
	case "iat":
		return &c.IssuedAt
	case "jti":
		return &c.ID
	case "sid":
		return &c.SID
	case "client_id":
		return &c.ClientID
	case "auth_time":
		return &c.AuthTime
	case "amr":
		return &c.AMR
	case "acr":
		return &c.ACR
	case "roles":
		return &c.Roles
	case "email":
		return &c.Email
	case "name":
		return &c.Name
	case "act":
		return &c.Actor
	}
	return nil
}
