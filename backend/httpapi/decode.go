package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"vestibule/backend/fault"
)

// maxBody bounds what our own endpoints read: 64 KiB. What goes to a downstream is not read here.
const maxBody = 64 << 10

// decode reads the body as one JSON object into a struct of strings, booleans, whole numbers, lists of
// strings, and objects that are decoded later, strictly: every member must be known, of the right type,
// there once, and valid UTF-8; members without `,omitempty` must be there. All faults are reported at once,
// by field.
func decode[T any](c *fiber.Ctx) (T, error) {
	var into T
	if kind, _, err := mime.ParseMediaType(c.Get(fiber.HeaderContentType)); err != nil || kind != fiber.MIMEApplicationJSON {
		return into, errMediaType
	}
	body, err := readBody(c)
	if err != nil {
		return into, err
	}
	return into, decodeObject(body, &into)
}

// readBody reads all of it.
func readBody(c *fiber.Ctx) ([]byte, error) {
	length := c.Request().Header.ContentLength()
	if length > maxBody {
		return nil, tooLarge(c)
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return c.Request().Body(), nil
	}
	body, err := io.ReadAll(io.LimitReader(stream, maxBody+1))
	if err != nil { // c.Body() would have swallowed this: the upload was cut
		return nil, errMalformed.With(err)
	}
	if len(body) > maxBody {
		return nil, tooLarge(c)
	}
	if len(body) < length { // fasthttp takes a cut in a known length for the end
		return nil, errMalformed.With(io.ErrUnexpectedEOF)
	}
	return body, nil
}

// tooLarge refuses a body, whose rest nobody reads.
func tooLarge(c *fiber.Ctx) error {
	c.Context().SetConnectionClose()
	return errBodyTooLarge
}

func decodeObject(body []byte, into any) error {
	members, err := split(body)
	if err != nil {
		return err
	}
	target := reflect.ValueOf(into).Elem()
	fields := map[string]reflect.Value{}
	var faults []fault.Field
	for i := range target.NumField() {
		name, option, _ := strings.Cut(target.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = target.Field(i)
		if option != "omitempty" && !slices.ContainsFunc(members, func(m member) bool { return m.name == name }) {
			faults = append(faults, fault.Field{Name: name, Rule: "required", Message: "This field is missing."})
		}
	}
	seen := map[string]bool{}
	for _, m := range members {
		field, known := fields[m.name]
		switch {
		case !known:
			faults = append(faults, fault.Field{Name: printable(m.name), Rule: "unknown", Message: "There is no such field."})
		case seen[m.name]:
			faults = append(faults, fault.Field{Name: m.name, Rule: "duplicate", Message: "This field is given twice."})
		case !utf8.Valid(m.value) || hasHalfPair(m.value):
			faults = append(faults, fault.Field{Name: m.name, Rule: "utf8", Message: "This is not valid UTF-8."})
		case bytes.Equal(m.value, []byte("null")) || (field.Type() == reflect.TypeFor[json.RawMessage]() && m.value[0] != '{') || json.Unmarshal(m.value, field.Addr().Interface()) != nil:
			faults = append(faults, fault.Field{Name: m.name, Rule: "type", Message: fmt.Sprintf("This must be a %s.", typeName(field))})
		}
		seen[m.name] = true
	}
	if len(faults) > 0 {
		return fault.NewInvalid(faults...)
	}
	return nil
}

// hasHalfPair finds an escape of one half of a UTF-16 pair, which is no character (RFC 8259, 8.2).
// encoding/json would put U+FFFD in its place.
func hasHalfPair(value []byte) bool {
	for i := 0; i < len(value); i++ {
		if value[i] != '\\' {
			continue
		}
		if first := unit(value[i:]); utf16.IsSurrogate(first) {
			if utf16.DecodeRune(first, unit(value[i+6:])) == utf8.RuneError {
				return true
			}
			i += 6
		}
		i++ // what is escaped is no backslash of its own
	}
	return false
}

// unit reads one `\uXXXX`; -1 where there is none.
func unit(value []byte) rune {
	if len(value) < 6 || value[0] != '\\' || value[1] != 'u' {
		return -1
	}
	code, err := strconv.ParseUint(string(value[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(code)
}

type member struct {
	name  string
	value json.RawMessage
}

// split takes one JSON object apart without losing what encoding/json would mend in silence:
// repeated members, and bytes that are not UTF-8.
func split(body []byte) ([]member, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if token, err := decoder.Token(); err != nil || token != json.Delim('{') {
		return nil, malformed("The body must be one JSON object.", decoder.InputOffset())
	}
	var members []member
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, malformed("The body is not well-formed JSON", decoder.InputOffset())
		}
		m := member{name: name.(string)} // a member's name is always a string
		if err := decoder.Decode(&m.value); err != nil {
			return nil, malformed("The body is not well-formed JSON", decoder.InputOffset())
		}
		members = append(members, m)
	}
	if _, err := decoder.Token(); err != nil {
		return nil, malformed("The body is not well-formed JSON", decoder.InputOffset())
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed("Something follows the JSON object", decoder.InputOffset())
	}
	return members, nil
}

func malformed(what string, offset int64) *fault.Error {
	copied := *errMalformedJSON
	copied.Message = fmt.Sprintf("%s, at byte %d.", strings.TrimSuffix(what, "."), offset)
	return &copied
}

func typeName(field reflect.Value) string {
	kind := field.Type()
	if kind.Kind() == reflect.Pointer {
		kind = kind.Elem()
	}
	switch {
	case kind == reflect.TypeFor[json.RawMessage]():
		return "JSON object"
	case kind.Kind() == reflect.Bool:
		return "boolean"
	case kind.Kind() == reflect.Int:
		return "whole number"
	case kind.Kind() == reflect.Slice:
		return "list of strings"
	}
	return "string"
}

// printable makes a name that a stranger chose fit for an answer.
func printable(name string) string {
	name = strings.ToValidUTF8(name, "�")
	if runes := []rune(name); len(runes) > 64 {
		return string(runes[:64]) + "…"
	}
	return name
}
