package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWithoutAVestibuleThatItCanNameItDoesNotStart(t *testing.T) {
	t.Setenv("LAB_LISTEN", "127.0.0.1:0")
	t.Setenv("VESTIBULE_INTERNAL", "127.0.0.1:8081")
	require.ErrorContains(t, run(), "VESTIBULE_INTERNAL")
	t.Setenv("VESTIBULE_INTERNAL", "http://127.0.0.1:1")
	t.Setenv("LAB_DATABASE_URL", "postgres://127.0.0.1:no-port/")
	require.ErrorContains(t, run(), "LAB_DATABASE_URL")
	t.Setenv("LAB_LISTEN", "127.0.0.1:no-port") // where it would end
	require.ErrorContains(t, run(), "no-port")
}
