package verifier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

const mostNested = 32 // levels of JSON

// members takes a JSON object apart, and refuses what two readers may read differently: a name that
// comes twice, at any depth (RFC 7515, 4; RFC 7519, 4), and text that is no Unicode. encoding/json takes
// the last of two names, takes `AUD` for `aud` where a struct has that, and writes U+FFFD for what it
// can't read; so names are looked up here, exactly as they stand.
func members(text []byte) (map[string]json.RawMessage, error) {
	if !json.Valid(text) {
		return nil, errors.New("it is no JSON")
	}
	if !utf8.Valid(text) || halved(text) {
		return nil, errors.New("its text is no Unicode")
	}
	reader := json.NewDecoder(bytes.NewReader(text))
	reader.UseNumber() // one that no float can hold is none of this function's business
	if err := unique(reader, mostNested); err != nil {
		return nil, err
	}
	var found map[string]json.RawMessage
	if err := json.Unmarshal(text, &found); err != nil {
		return nil, err
	}
	if found == nil {
		return nil, errors.New("it is null")
	}
	return found, nil
}

// unique reads one value.
func unique(reader *json.Decoder, levels int) error {
	if levels == 0 {
		return fmt.Errorf("it is nested over %d levels", mostNested)
	}
	opening, err := reader.Token()
	if err != nil {
		return err
	}
	kind, nested := opening.(json.Delim)
	if !nested {
		return nil
	}
	names := map[json.Token]bool{}
	for reader.More() {
		if kind == '{' {
			name, err := reader.Token()
			if err != nil {
				return err
			}
			if names[name] {
				return fmt.Errorf("it names %q twice", name)
			}
			names[name] = true
		}
		if err := unique(reader, levels-1); err != nil {
			return err
		}
	}
	_, err = reader.Token() // the closing one
	return err
}

// halved reports whether JSON has an escape for half a character, as `\ud800` is without its other half
// (RFC 8259, 8.2).
func halved(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		first, is := unit(text[i:])
		switch {
		case !is:
			i++ // over what is escaped, which may be a backslash
		case !utf16.IsSurrogate(first):
			i += 5
		default:
			second, _ := unit(text[i+6:])
			if utf16.DecodeRune(first, second) == utf8.RuneError {
				return true
			}
			i += 11
		}
	}
	return false
}

// unit reads the escape that valid JSON begins with, if it is one of four digits.
func unit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	value, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(value), err == nil
}

// assign reads members into where they belong. What it isn't asked for is passed over. A null is no value:
// whoever means nothing leaves the member out.
func assign(found map[string]json.RawMessage, wanted map[string]any) error {
	for name, into := range wanted {
		raw, there := found[name]
		if !there {
			continue
		}
		if string(raw) == "null" {
			return fmt.Errorf("%q is null", name)
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return fmt.Errorf("%q: %w", name, err)
		}
	}
	return nil
}
