package user

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnIPv4AddressInIPv6ClothesIsItself(t *testing.T) {
	require.Equal(t, network("192.0.2.1"), network("::ffff:192.0.2.1"))
	require.NotEqual(t, network("::ffff:192.0.2.1"), network("::ffff:192.0.2.2"))
}
