package verifier_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
	"vestibule/backend/verifier/attacktest"
)

// What one token costs, its key being known: nearly all of it is the signature.
func BenchmarkVerify(b *testing.B) {
	for _, algorithm := range []string{"ES256", "EdDSA", "RS256"} {
		b.Run(algorithm, func(b *testing.B) {
			vb := newVestibule(b)
			vb.signer = newSigner(b, algorithm)
			vb.answers(publish(b, vb.signer.jwk()))
			v := vb.verifier(b, func(c *verifier.Config) { c.Algorithms = []string{algorithm} })
			raw := vb.signer.sign(b, vb.head(), vb.body())
			_, err := v.Verify(b.Context(), raw)
			require.NoError(b, err)
			b.ReportAllocs()
			for b.Loop() {
				_, _ = v.Verify(b.Context(), raw)
			}
		})
	}
}

// What an attack costs that is refused before its signature is looked at.
func BenchmarkRefuse(b *testing.B) {
	vb := newVestibule(b)
	v := vb.verifier(b)
	target := attacktest.Target{Algorithm: "ES256", Key: vb.signer.private, KID: vb.signer.id, Issuer: issuerURL, Audience: "orders", OtherAudience: "insights", Claims: vb.body(), Now: vb.now()}
	for _, attack := range attacktest.Against(target) {
		if attack.Name == "alg none, no signature" || attack.Name == "a token of a megabyte" || attack.Name == "typ JWT" {
			b.Run(attack.Name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, _ = v.Verify(b.Context(), attack.Token)
				}
			})
		}
	}
}
