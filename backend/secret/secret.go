// Package secret holds values that can't print themselves: session secrets, passwords in the
// configuration, tokens on their way to a downstream.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"log/slog"
)

const (
	size = 32 // bytes of entropy in a generated secret: 256 bits (ASVS 7.2.3 asks for 128)

	// Length is how many characters a generated secret has, in base64url without padding.
	Length = 43

	hidden = "[secret]"
)

// Value is a secret text. Every way of printing it gives "[secret]"; Reveal is the one word to grep for.
// The zero value is the empty secret.
type Value struct{ text string }

// New makes a secret of 256 random bits from the operating system.
func New() Value {
	var raw [size]byte
	_, _ = rand.Read(raw[:]) // never fails: crypto/rand ends the program instead
	return Value{base64.RawURLEncoding.EncodeToString(raw[:])}
}

// Of wraps a text that came from outside.
func Of(text string) Value { return Value{text} }

// Parse reads a generated secret. It reports false for anything that New could not have made, so
// that a value of the wrong shape never costs a look-up.
func Parse(text string) (Value, bool) {
	if len(text) != Length {
		return Value{}, false
	}
	var raw [size]byte
	if n, err := strict.Decode(raw[:], []byte(text)); err != nil || n != size { // it passes over line breaks
		return Value{}, false
	}
	return Value{text}, true
}

var strict = base64.RawURLEncoding.Strict()

// Sum is the SHA-256 of a secret: what is kept in its stead.
type Sum [sha256.Size]byte

// String is the sum in hex: 64 characters.
func (s Sum) String() string { return hex.EncodeToString(s[:]) }

// ParseSum reads what String wrote.
func ParseSum(text string) (Sum, error) {
	var s Sum
	if len(text) != hex.EncodedLen(len(s)) {
		return Sum{}, fmt.Errorf("a sum has %d characters, not %d", hex.EncodedLen(len(s)), len(text))
	}
	_, err := hex.Decode(s[:], []byte(text))
	return s, err
}

// Sum is the SHA-256 of the text.
func (v Value) Sum() Sum {
	var short [2 * Length]byte // which stays on the stack, where a text that may be longer can't
	return sha256.Sum256(append(short[:0], v.text...))
}

// SumOf is the SHA-256 of a secret where it lies in what somebody sent.
func SumOf(text []byte) Sum { return sha256.Sum256(text) }

// Hash is Sum in hex, what the database keeps.
func (v Value) Hash() string { return v.Sum().String() }

// Reveal gives the text itself. Call it only where the secret leaves the process on purpose.
func (v Value) Reveal() string { return v.text }

// IsZero reports whether there is no secret.
func (v Value) IsZero() bool { return v.text == "" }

// Format implements fmt.Formatter, so that %v, %+v, %#v, %s and %q all hide it.
func (Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hidden)) }

// String hides it.
func (Value) String() string { return hidden }

// LogValue hides it from slog.
func (Value) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText hides it from JSON and YAML.
func (Value) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// UnmarshalText takes it in from a configuration.
func (v *Value) UnmarshalText(text []byte) error {
	v.text = string(text)
	return nil
}
