package approval

import (
	"crypto/rand"
	"strings"

	"vestibule/backend/secret"
)

// letters have no vowels, so that no word comes out, and none that looks like another or like a digit
// (RFC 8628, 6.1): 20 of them, eight times, are 34 bits, which is enough for ten minutes and few tries.
const (
	letters        = "BCDFGHJKLMNPQRSTVWXZ"
	userCodeLength = 8
)

func newUserCode() string {
	code := make([]byte, 0, userCodeLength)
	for len(code) < userCodeLength {
		var raw [1]byte
		_, _ = rand.Read(raw[:])
		if int(raw[0]) < 256/len(letters)*len(letters) { // or the first letters would come more often
			code = append(code, letters[int(raw[0])%len(letters)])
		}
	}
	return string(code)
}

// readUserCode takes what a person typed: any case, with hyphens and spaces wherever they are.
func readUserCode(typed string) (string, bool) {
	var code strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch {
		case strings.ContainsRune(letters, r) && code.Len() < userCodeLength:
			code.WriteRune(r)
		case r == '-' || r == ' ':
		default:
			return "", false
		}
	}
	return code.String(), code.Len() == userCodeLength
}

func hashOf(userCode string) string { return secret.Of("user code " + userCode).Hash() }
