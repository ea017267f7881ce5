package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWithoutTheFeedItDoesNotStart(t *testing.T) {
	t.Setenv("VESTIBULE_ISSUER", "https://app.example.com")
	t.Setenv("VESTIBULE_JWKS_URL", "http://127.0.0.1:1/.well-known/jwks.json")
	t.Setenv("ORDERS_LISTEN", "127.0.0.1:no-port") // where it would end
	for _, set := range []string{"", "127.0.0.1:8081/revocations"} {
		t.Setenv("VESTIBULE_REVOCATIONS_URL", set)
		require.ErrorContains(t, run(), "VESTIBULE_REVOCATIONS_URL")
	}
	t.Setenv("VESTIBULE_REVOCATIONS_URL", "http://127.0.0.1:1/revocations")
	require.ErrorContains(t, run(), "no-port")
}
