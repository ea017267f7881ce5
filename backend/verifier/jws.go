package verifier

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// base64url is strict: bits that are left over must be zero, so that a token has one spelling.
var base64url = base64.RawURLEncoding.Strict()

// methods are the algorithms that there are here at all. Never a symmetric one, never none.
var methods = map[string]jwt.SigningMethod{
	"ES256": jwt.SigningMethodES256,
	"EdDSA": jwt.SigningMethodEdDSA,
	"RS256": jwt.SigningMethodRS256,
}

// compact is a token taken apart (RFC 7515, 7.1). Nothing that it says is believed yet.
type compact struct {
	head
	input              string // what the signature is over
	payload, signature []byte
}

// head is what a verifier has to know of the JOSE header. Members that bring a key along (jwk, jku,
// x5u, x5c) are not among it.
type head struct {
	algorithm, kind, key string // empty where it is missing, or no text
	extended             bool   // it demands, or uses, what is unknown here
}

func take(raw string) (compact, error) {
	if len(raw) > maxToken {
		return compact{}, fmt.Errorf("%w: it is over %d bytes", ErrMalformed, maxToken)
	}
	if strings.ContainsAny(raw, "\r\n") { // which Go's base64 would read over, also when strict
		return compact{}, fmt.Errorf("%w: it has a line break", ErrMalformed)
	}
	parts := strings.SplitN(raw, ".", 4)
	if len(parts) != 3 {
		return compact{}, fmt.Errorf("%w: it has not three parts", ErrMalformed)
	}
	var decoded [3][]byte
	for i, part := range parts {
		var err error
		if decoded[i], err = base64url.DecodeString(part); err != nil {
			return compact{}, fmt.Errorf("%w: %w", ErrMalformed, err)
		}
	}
	read, err := readHead(decoded[0])
	if err != nil {
		return compact{}, fmt.Errorf("%w: its header: %w", ErrMalformed, err)
	}
	return compact{read, raw[:len(parts[0])+1+len(parts[1])], decoded[1], decoded[2]}, nil
}

func readHead(written []byte) (head, error) {
	found, err := members(written)
	if err != nil {
		return head{}, err
	}
	var h head
	for _, m := range found {
		switch string(m.name) {
		case "alg":
			h.algorithm = text(m.value)
		case "typ":
			h.kind = text(m.value)
		case "kid":
			h.key = text(m.value)
		case "crit", "b64": // RFC 7797: its payload may not be what it seems
			h.extended = true
		}
	}
	return h, nil
}

// text gives what a JSON text says, and nothing where it is none.
func text(value []byte) string {
	var said string
	if decode(value, &said) != nil {
		return ""
	}
	return said
}

// admit judges the head alone, before anything is looked up for it.
func (v *Verifier) admit(h head) error {
	kind := strings.ToLower(h.kind)
	switch {
	case !slices.Contains(v.config.Algorithms, h.algorithm):
		return ErrAlgorithm
	case kind != "at+jwt" && kind != "application/at+jwt":
		return ErrType
	case h.extended:
		return fmt.Errorf("%w: it demands an extension that is unknown here", ErrMalformed)
	case h.key == "":
		return fmt.Errorf("%w: it names no key", ErrKey)
	}
	return nil
}
