package verifier_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
)

func isOne(err error, reasons ...error) bool {
	for _, reason := range reasons {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

// FuzzVerify holds that nothing passes but what was signed, that a refusal has one of the stated
// reasons and no claims, and that nothing panics.
func FuzzVerify(f *testing.F) {
	vb := newVestibule(f)
	v := vb.verifier(f, func(c *verifier.Config) { c.Algorithms = []string{"ES256", "EdDSA", "RS256"} })
	good := vb.signer.sign(f, vb.head(), vb.body())
	parts := strings.Split(good, ".")
	for _, seed := range []string{
		good, good + ".", good + "\n", "", ".", "..", "...", parts[0] + ".." + parts[2], parts[0] + "." + parts[1] + ".", "." + parts[1] + "." + parts[2],
		parts[0] + "=." + parts[1] + "." + parts[2], parts[1] + "." + parts[0] + "." + parts[2], strings.ToLower(good), strings.Repeat("A", 9000),
		"bnVsbA.bnVsbA.", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.AA",
		vb.signer.sign(f, with(vb.head(), "kid", "x"), vb.body()), vb.signer.sign(f, vb.head(), with(vb.body(), "aud", []string{"a", "orders"})),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		claims, err := v.Verify(t.Context(), raw)
		if err != nil {
			require.Nil(t, claims)
			require.True(t, isOne(err, verifier.ErrMalformed, verifier.ErrType, verifier.ErrAlgorithm, verifier.ErrKey, verifier.ErrSignature,
				verifier.ErrIssuer, verifier.ErrAudience, verifier.ErrTime, verifier.ErrClaims), "%v", err)
			return
		}
		require.Equal(t, "ada", claims.Subject)
		require.Equal(t, 2, strings.Count(raw, "."))
		require.NotContains(t, raw, "\n")
	})
}
