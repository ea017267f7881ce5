package token_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkIssue is what a token costs that was not there.
func BenchmarkIssue(b *testing.B) {
	for _, algorithm := range algorithms {
		b.Run(algorithm, func(b *testing.B) {
			issuer, _ := newIssuer(b, algorithm)
			b.ReportAllocs()
			for b.Loop() {
				_, err := issuer.Issue(grant(), noon)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkFresh is what each request pays so that keys may change at any time.
func BenchmarkFresh(b *testing.B) {
	issuer, _ := newIssuer(b, algorithms[0])
	issued, err := issuer.Issue(grant(), noon)
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		issuer.Fresh(&issued.Kept, noon)
	}
}
