package user

import (
	_ "embed"
	"fmt"
	"net/mail"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"vestibule/backend/fault"
)

// The bounds (NIST SP 800-63B-4, 3.1.1.2; RFC 5321, 4.5.3.1.3). What is over is refused, never cut.
const (
	PasswordLeast = 15  // code points
	PasswordMost  = 128 // code points
	emailMost     = 254 // bytes
	nameMost      = 100 // code points
)

// serviceName is a word that no password here may be made of.
const serviceName = "vestibule"

//go:embed common.txt
var commonText string

// common holds the passwords that guessers try first: the 5,000 most used, and the most used ones
// that are long enough to be allowed here.
var common = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonText) {
		set[strings.TrimSuffix(line, "\n")] = true
	}
	return set
})

// NormalEmail gives an address as we keep it, and the key that two spellings of one address share:
// NFC and NFKC in lower case. Mail servers may tell upper from lower case; people do not.
func NormalEmail(typed string) (kept, key string, broken *fault.Field) {
	kept = norm.NFC.String(strings.TrimSpace(typed))
	wrong := func(rule, message string) (string, string, *fault.Field) {
		return "", "", &fault.Field{Name: "email", Rule: rule, Message: message}
	}
	if kept == "" {
		return wrong("required", "Enter your email address.")
	}
	if len(kept) > emailMost {
		return wrong("too_long", fmt.Sprintf("An address has at most %d bytes.", emailMost))
	}
	parsed, err := mail.ParseAddress(kept)
	if err != nil || parsed.Address != kept || strings.ContainsFunc(kept, isUnfit) || strings.Contains(kept, `"`) {
		return wrong("syntax", "This is not an email address.")
	}
	return kept, strings.ToLower(norm.NFKC.String(kept)), nil
}

func normalName(typed string) (string, *fault.Field) {
	name := norm.NFC.String(strings.TrimSpace(typed))
	switch {
	case !utf8.ValidString(typed):
		return "", &fault.Field{Name: "name", Rule: "utf8", Message: "This is not valid UTF-8."}
	case joiners.Replace(name) == "":
		return "", &fault.Field{Name: "name", Rule: "required", Message: "Enter your name."}
	case utf8.RuneCountInString(name) > nameMost:
		return "", &fault.Field{Name: "name", Rule: "too_long", Message: fmt.Sprintf("A name has at most %d characters.", nameMost)}
	case strings.ContainsFunc(joiners.Replace(name), isUnfit):
		return "", &fault.Field{Name: "name", Rule: "characters", Message: "A name has no control characters."}
	}
	return name, nil
}

// joiners are formatting characters that words are spelled with: ZERO WIDTH NON-JOINER in Persian, ZERO WIDTH
// JOINER in Sinhala and in emoji.
var joiners = strings.NewReplacer("\u200c", "", "\u200d", "")

// isUnfit finds what no name or address has: control and formatting characters.
func isUnfit(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// NormalPassword is what is hashed: NFC, and nothing else touched (NIST SP 800-63B-4, 3.1.1.2; ASVS 6.2.8).
func NormalPassword(typed string) string { return norm.NFC.String(typed) }

// checkPassword holds a new password against the rules: a length, and a blocklist that the whole
// password is compared with. No composition rules. The reason is always given.
func checkPassword(field, password, email, name string) *fault.Field {
	broken := func(rule, message string) *fault.Field {
		return &fault.Field{Name: field, Rule: rule, Message: message}
	}
	length := utf8.RuneCountInString(password)
	switch {
	case length < PasswordLeast:
		return broken("too_short", fmt.Sprintf("A password has at least %d characters; this one has %d.", PasswordLeast, length))
	case length > PasswordMost:
		return broken("too_long", fmt.Sprintf("A password has at most %d characters; this one has %d.", PasswordMost, length))
	}
	whole := fold(password)
	unit := smallestUnit(strings.TrimFunc(strings.ReplaceAll(whole, " ", ""), isFiller))
	switch {
	case made(whole, fold(email)), made(whole, fold(local(email))):
		return broken("own_email", "This is made of your own email address.")
	case made(whole, fold(name)), made(whole, fold(strings.ReplaceAll(name, " ", ""))):
		return broken("own_name", "This is made of your own name.")
	case made(whole, serviceName):
		return broken("service_name", "This is made of the name of this service.")
	case utf8.RuneCountInString(smallestUnit(whole)) <= 4, isRun(whole):
		return broken("repetitive", "This repeats or counts up a few characters.")
	case common()[whole], common()[unit]:
		return broken("common", "This is one of the passwords that guessers try first.")
	}
	return nil
}

func fold(text string) string { return strings.ToLower(norm.NFKC.String(text)) }

func local(email string) string {
	before, _, _ := strings.Cut(email, "@")
	return before
}

// made reports whether a password is nothing but a word, once or repeated, with digits or signs
// around it. Words under four characters make nothing.
func made(password, word string) bool {
	if utf8.RuneCountInString(word) < 4 {
		return false
	}
	rest := strings.ReplaceAll(password, word, "")
	return rest != password && strings.TrimFunc(rest, isFiller) == ""
}

func isFiller(r rune) bool { return !unicode.IsLetter(r) }

// smallestUnit gives the shortest text that, repeated, makes the whole; the last one may be cut.
func smallestUnit(text string) string {
	runes := []rune(text)
	for size := 1; size <= len(runes)/2; size++ {
		same := true
		for i := size; same && i < len(runes); i++ {
			same = runes[i] == runes[i-size]
		}
		if same {
			return string(runes[:size])
		}
	}
	return text
}

// isRun reports whether a text only ever counts up or down, or walks along a row of the keyboard,
// around and around.
func isRun(text string) bool {
	for _, row := range []string{"0123456789", "1234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertyuiopasdfghjklzxcvbnm"} {
		around := strings.Repeat(row, 2+len(text)/len(row))
		if strings.Contains(around, text) || strings.Contains(reversed(around), text) {
			return true
		}
	}
	return false
}

func reversed(text string) string {
	bytes := []byte(text) // the rows are ASCII
	for i, j := 0, len(bytes)-1; i < j; i, j = i+1, j-1 {
		bytes[i], bytes[j] = bytes[j], bytes[i]
	}
	return string(bytes)
}
