package verifier

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	mostNested = 32 // levels of JSON
	fewMembers = 16 // up to which it is quicker to look through them
)

var errNested = fmt.Errorf("it is nested over %d levels", mostNested)

// member is one of a JSON object: its name as it is meant, and its value as it is written.
type member struct{ name, value []byte }

// members takes a JSON object apart, and refuses what two readers may read differently: a name that
// comes twice, at any depth (RFC 7515, 4; RFC 7519, 4), and text that is no Unicode. encoding/json takes
// the last of two names, takes `AUD` for `aud` where a struct has that, and writes U+FFFD for what it
// can't read; so names are looked up here, exactly as they stand.
func members(text []byte) ([]member, error) {
	if !json.Valid(text) {
		return nil, errors.New("it is no JSON")
	}
	if !utf8.Valid(text) || halved(text) {
		return nil, errors.New("its text is no Unicode")
	}
	w := walker{text, 0}
	w.space()
	if w.next() != '{' {
		return nil, errors.New("it is no object")
	}
	return w.object(mostNested)
}

// walker goes through JSON that is known to be valid: what may stand where is not its business.
type walker struct {
	text []byte
	at   int
}

func (w *walker) next() byte { return w.text[w.at] }

func (w *walker) space() {
	for w.at < len(w.text) && strings.IndexByte(" \t\r\n", w.next()) >= 0 {
		w.at++
	}
}

// value goes over one, and gives it as it is written.
func (w *walker) value(levels int) ([]byte, error) {
	from := w.at
	switch w.next() {
	case '{':
		if _, err := w.object(levels); err != nil {
			return nil, err
		}
	case '[':
		if err := w.list(levels); err != nil {
			return nil, err
		}
	case '"':
		w.quoted()
	default: // a number or a word
		for w.at < len(w.text) && strings.IndexByte(",]} \t\r\n", w.next()) < 0 {
			w.at++
		}
	}
	return w.text[from:w.at], nil
}

func (w *walker) object(levels int) ([]member, error) {
	if levels == 0 {
		return nil, errNested
	}
	var found []member
	var seen map[string]bool // from fewMembers on: a stranger's header may have thousands
	for w.enter(); w.next() != '}'; w.separate() {
		name, err := w.name()
		if err != nil {
			return nil, err
		}
		if len(found) == fewMembers {
			seen = make(map[string]bool, 2*fewMembers)
			for _, m := range found {
				seen[string(m.name)] = true
			}
		}
		if seen[string(name)] || seen == nil && slices.ContainsFunc(found, func(m member) bool { return bytes.Equal(m.name, name) }) {
			return nil, fmt.Errorf("it names %q twice", name)
		}
		if seen != nil {
			seen[string(name)] = true
		}
		w.separate() // at the colon
		value, err := w.value(levels - 1)
		if err != nil {
			return nil, err
		}
		found = append(found, member{name, value})
	}
	w.at++
	return found, nil
}

func (w *walker) list(levels int) error {
	if levels == 0 {
		return errNested
	}
	for w.enter(); w.next() != ']'; w.separate() {
		if _, err := w.value(levels - 1); err != nil {
			return err
		}
	}
	w.at++
	return nil
}

// enter goes over an opening bracket, and separate over a comma or a colon, if one is there.
func (w *walker) enter() { w.at++; w.space() }

func (w *walker) separate() {
	if w.space(); w.next() == ',' || w.next() == ':' {
		w.at++
	}
	w.space()
}

// quoted goes over a text, and reports whether it has escapes.
func (w *walker) quoted() (escaped bool) {
	for w.at++; w.next() != '"'; w.at++ {
		if w.next() == '\\' {
			escaped = true
			w.at++
		}
	}
	w.at++
	return escaped
}

func (w *walker) name() ([]byte, error) {
	from := w.at
	if !w.quoted() {
		return w.text[from+1 : w.at-1], nil
	}
	var name string
	err := json.Unmarshal(w.text[from:w.at], &name)
	return []byte(name), err
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

// assign reads members into where field says that they belong, by their names; nil: nowhere. A null is no
// value: whoever means nothing leaves the member out.
func assign(found []member, field func(name string) any) error {
	for _, m := range found {
		into := field(string(m.name))
		if into == nil {
			continue
		}
		if string(m.value) == "null" {
			return fmt.Errorf("%q is null", m.name)
		}
		if err := decode(m.value, into); err != nil {
			return fmt.Errorf("%q: %w", m.name, err)
		}
	}
	return nil
}

// decode is json.Unmarshal, and quicker for what most claims are.
func decode(value []byte, into any) error {
	switch into := into.(type) {
	case *string:
		if plain(value) {
			*into = string(value[1 : len(value)-1])
			return nil
		}
	case *int64:
		number, err := strconv.ParseInt(string(value), 10, 64)
		*into = number
		return err
	}
	return json.Unmarshal(value, into)
}

// plain reports whether a value is a text without escapes.
func plain(value []byte) bool { return value[0] == '"' && bytes.IndexByte(value, '\\') < 0 }
