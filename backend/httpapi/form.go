package httpapi

import (
	"mime"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/fault"
)

// params are the parameters of an OAuth request. One that is empty counts as left out, and none is there
// twice (RFC 6749, 3.1, 3.2).
type params map[string]string

// errRequest is what RFC 6749, 5.2 calls anything that is not as it must be.
var errRequest = &fault.Error{Kind: fault.Malformed, Code: "invalid_request", Message: "The request is not as it must be."}

func badRequest(message string) error {
	copied := *errRequest
	copied.Message = message
	return &copied
}

// readForm reads the body of a request at one of the doors for machines. What is in the address counts
// for nothing: a secret has no place there (RFC 6749, 2.3.1).
func readForm(c *fiber.Ctx) (params, error) {
	if kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || kind != fiber.MIMEApplicationForm {
		return nil, badRequest("Send a form, with Content-Type: application/x-www-form-urlencoded.")
	}
	body, err := readBody(c)
	if err != nil {
		return nil, err
	}
	return parseParams(string(body))
}

// parseParams takes a query or a form apart. Unknown parameters are passed over by whoever reads it.
func parseParams(text string) (params, error) {
	values, err := url.ParseQuery(text)
	if err != nil {
		return nil, badRequest("The parameters can't be read.")
	}
	read := params{}
	for name, all := range values {
		switch {
		case len(all) > 1:
			return nil, badRequest("The parameter " + printable(name) + " is there twice.")
		case !utf8.ValidString(all[0]) || strings.ContainsRune(all[0], 0):
			return nil, badRequest("The parameter " + printable(name) + " is no text.")
		case all[0] != "":
			read[name] = all[0]
		}
	}
	return read, nil
}

// need gives a parameter that must be there.
func (p params) need(name string) (string, error) {
	if p[name] == "" {
		return "", badRequest("The parameter " + name + " is missing.")
	}
	return p[name], nil
}
