package user

import (
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
)

func TestAnAccountThatDoesNotExistCostsTheSameHashAndIsNeverRight(t *testing.T) {
	h, err := NewHasher(Hashing{MemoryKiB: 128, Iterations: 3, Parallelism: 1, Slots: 1, Queue: 1})
	require.NoError(t, err)
	params, _, _, err := argon2id.DecodeHash(h.dummy)
	require.NoError(t, err)
	require.Equal(t, h.params, *params)

	right, _, err := h.verify("nobody has this password", "")
	require.NoError(t, err)
	require.False(t, right, "not even for who knows what the dummy was made from")

	h.dummy = "unreadable"
	_, _, err = h.verify("a fine day for a walk", "")
	require.ErrorIs(t, err, argon2id.ErrInvalidHash, "the dummy is what is computed with")
}
