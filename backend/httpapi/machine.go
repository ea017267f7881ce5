package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/client"
	"vestibule/backend/fault"
	"vestibule/backend/secret"
)

// machine answers errors as OAuth clients expect them (RFC 6749, 5.2), at the doors that are for them.
func machine(log *slog.Logger, handle fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		err := handle(c)
		if err == nil {
			return nil
		}
		known := fault.From(translate(err))
		code, status := oauthError(known)
		switch noted := log.With("code", known.Code, "method", c.Method(), "path", c.Path(), "request_id", requestID(c)); {
		case status >= http.StatusInternalServerError:
			noted.Error("request failed", "error", err)
		case code == client.ErrInvalid.Code || code == "invalid_grant":
			noted.Info("request refused")
		}
		if known.RetryAfter > 0 {
			c.Set(fiber.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(known.RetryAfter.Seconds()))))
		}
		if status == http.StatusUnauthorized {
			c.Set(fiber.HeaderWWWAuthenticate, `Basic realm="vestibule", charset="UTF-8"`)
		}
		return sendOAuth(c, status, map[string]string{"error": code, "error_description": ascii(known.Message)})
	}
}

// ascii is all that an error_description may hold (RFC 6749, 5.2).
func ascii(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' {
			return '?'
		}
		return r
	}, text)
}

// oauthError gives the error code and the status. Codes of ours become the nearest of the RFCs'.
func oauthError(known *fault.Error) (code string, status int) {
	switch known.Kind {
	case fault.Malformed:
		if known.Code == errMalformed.Code {
			return errRequest.Code, http.StatusBadRequest
		}
		return known.Code, http.StatusBadRequest
	case fault.Unauthenticated:
		if known.Code == client.ErrInvalid.Code {
			return known.Code, http.StatusUnauthorized
		}
		return "invalid_grant", http.StatusBadRequest // its session is over
	case fault.TooLarge:
		return errRequest.Code, http.StatusRequestEntityTooLarge
	case fault.RateLimited:
		return "temporarily_unavailable", http.StatusTooManyRequests
	case fault.Unavailable:
		return "temporarily_unavailable", http.StatusServiceUnavailable
	}
	return "server_error", http.StatusInternalServerError
}

// sendOAuth answers with JSON that nobody keeps (RFC 6749, 5.1).
func sendOAuth(c *fiber.Ctx, status int, answer any) error {
	body, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderPragma, "no-cache")
	return c.Status(status).Send(body)
}

// fromClient reads a form, and finds out which client sent it.
func fromClient(c *fiber.Ctx, clients *client.Registry) (*client.Client, params, error) {
	form, err := readForm(c)
	if err != nil {
		return nil, nil, err
	}
	who, err := authenticateClient(c, clients, form)
	return who, form, err
}

// authenticateClient finds out which client asks (RFC 6749, 2.3): with its secret in the Authorization
// header or in the form, never both; a public one says only who it is.
func authenticateClient(c *fiber.Ctx, clients *client.Registry, form params) (*client.Client, error) {
	id, shown := form["client_id"], form["client_secret"]
	if headers := all(c, fiber.HeaderAuthorization); len(headers) > 0 {
		basicID, basicSecret, ok := basic(headers)
		switch {
		case !ok:
			return nil, client.ErrInvalid
		case shown != "" || (id != "" && id != basicID):
			return nil, badRequest("The client shows itself in two ways.")
		}
		id, shown = basicID, basicSecret
	}
	if id == "" {
		return nil, client.ErrInvalid
	}
	return clients.Authenticate(id, secret.Of(shown))
}

// basic reads RFC 7617, whose two parts are form-encoded here (RFC 6749, 2.3.1).
func basic(headers []string) (id, password string, ok bool) {
	if len(headers) != 1 {
		return "", "", false
	}
	scheme, encoded, _ := strings.Cut(headers[0], " ")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if !strings.EqualFold(scheme, "basic") || err != nil {
		return "", "", false
	}
	id, password, ok = strings.Cut(string(raw), ":")
	id, badID := url.QueryUnescape(id)
	password, badPassword := url.QueryUnescape(password)
	return id, password, ok && badID == nil && badPassword == nil
}
