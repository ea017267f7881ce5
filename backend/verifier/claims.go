package verifier

import (
	"encoding/json"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

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

func date(seconds int64) (*jwt.NumericDate, error) {
	if seconds == 0 {
		return nil, nil
	}
	return jwt.NewNumericDate(time.Unix(seconds, 0)), nil
}

// The methods that golang-jwt asks of claims.

// GetExpirationTime gives `exp`.
func (c *Claims) GetExpirationTime() (*jwt.NumericDate, error) { return date(c.ExpiresAt) }

// GetIssuedAt gives `iat`.
func (c *Claims) GetIssuedAt() (*jwt.NumericDate, error) { return date(c.IssuedAt) }

// GetNotBefore gives `nbf`.
func (c *Claims) GetNotBefore() (*jwt.NumericDate, error) { return date(c.NotBefore) }

// GetIssuer gives `iss`.
func (c *Claims) GetIssuer() (string, error) { return c.Issuer, nil }

// GetSubject gives `sub`.
func (c *Claims) GetSubject() (string, error) { return c.Subject, nil }

// GetAudience gives `aud`.
func (c *Claims) GetAudience() (jwt.ClaimStrings, error) { return jwt.ClaimStrings(c.Audience), nil }
