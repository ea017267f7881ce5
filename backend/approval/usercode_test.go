package approval

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	for range 1000 {
		code := newUserCode()
		require.Regexp(t, `^[BCDFGHJKLMNPQRSTVWXZ]{8}$`, code)
		for _, typed := range []string{code, strings.ToLower(code), code[:4] + "-" + code[4:], " " + code[:4] + " - " + code[4:] + " "} {
			read, ok := readUserCode(typed)
			require.True(t, ok, typed)
			require.Equal(t, code, read)
		}
	}
}

func TestEachLetterComesAsOften(t *testing.T) {
	count := map[rune]int{}
	for range 5000 {
		for _, r := range newUserCode() {
			count[r]++
		}
	}
	require.Len(t, count, len(letters))
	for r, n := range count {
		require.InDelta(t, 2000, n, 300, string(r)) // seven standard deviations
	}
}

func FuzzReadUserCode(f *testing.F) {
	f.Add("BCDF-GHJK")
	f.Add("ſcdf-ghjk")
	f.Fuzz(func(t *testing.T, typed string) {
		if read, ok := readUserCode(typed); ok {
			require.Regexp(t, `^[BCDFGHJKLMNPQRSTVWXZ]{8}$`, read)
		}
	})
}

// The example of RFC 7636, appendix B.
func TestTheChallengeIsS256(t *testing.T) {
	require.Equal(t, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", ChallengeOf("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"))
	require.True(t, IsChallenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"))
	require.False(t, IsChallenge("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c="))
}
