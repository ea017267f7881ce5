package verifier

import "encoding/json"

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
	return assign(found, map[string]any{
		"iss": &c.Issuer, "sub": &c.Subject, "aud": &c.Audience, "exp": &c.ExpiresAt, "nbf": &c.NotBefore, "iat": &c.IssuedAt,
		"jti": &c.ID, "sid": &c.SID, "client_id": &c.ClientID, "auth_time": &c.AuthTime, "amr": &c.AMR, "acr": &c.ACR,
		"roles": &c.Roles, "email": &c.Email, "name": &c.Name,
	})
}
