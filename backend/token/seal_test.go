package token_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/secret"
	"vestibule/backend/token"
)

func TestAWrongMasterKeyIsToldClearly(t *testing.T) {
	store := &memory{}
	ring(t, store, token.ES256)
	for _, wrong := range []token.MasterKeys{master(t, "b"), master(t, "b", "c")} {
		_, err := token.OpenRing(t.Context(), store, wrong, token.ES256)
		require.ErrorContains(t, err, "master_key: it does not open the signing key "+store.kept[0].ID)
		require.ErrorContains(t, err, "master_key_previous", "and says what to do")
		require.NotContains(t, err.Error(), masterText("b").Reveal())
	}
	require.Len(t, store.kept, 1, "and no other key is made in its stead")
}

func TestThePreviousMasterKeyOpensWhatItSealed(t *testing.T) {
	store := &memory{}
	ring(t, store, token.ES256)
	_, err := token.OpenRing(t.Context(), store, master(t, "b", "a"), token.ES256)
	require.NoError(t, err)
	_, err = token.OpenRing(t.Context(), store, master(t, "a", "b"), token.ES256)
	require.NoError(t, err)

	store = &memory{}
	_, err = token.OpenRing(t.Context(), store, master(t, "b", "a"), token.EdDSA)
	require.NoError(t, err)
	_, err = token.OpenRing(t.Context(), store, master(t, "b"), token.EdDSA)
	require.NoError(t, err, "what is new is sealed with the current one")
}

func TestASealedKeyOpensUnderItsOwnNameAndAlgorithmOnly(t *testing.T) {
	store := &memory{}
	ring(t, store, token.ES256)
	kept := store.kept[0]

	moved := kept
	moved.ID = kept.ID[1:] + "x"
	requireClosed(t, moved)
	moved = kept
	moved.Algorithm = token.RS256
	requireClosed(t, moved)
	moved = kept
	moved.ID, moved.Algorithm = kept.ID+"\x00", kept.Algorithm
	requireClosed(t, moved)

	ring(t, &memory{kept: []token.Stored{kept}}, token.ES256)
}

func TestASealedKeyThatWasTouchedDoesNotOpen(t *testing.T) {
	store := &memory{}
	ring(t, store, token.EdDSA)
	for i := range store.kept[0].Sealed {
		touched := store.kept[0]
		touched.Sealed = bytes.Clone(touched.Sealed)
		touched.Sealed[i] ^= 1
		requireClosed(t, touched)
	}
	for _, sealed := range [][]byte{nil, {}, {1}, store.kept[0].Sealed[1:], store.kept[0].Sealed[:20]} {
		touched := store.kept[0]
		touched.Sealed = sealed
		requireClosed(t, touched)
	}
}

func requireClosed(t *testing.T, stored token.Stored) {
	t.Helper()
	_, err := token.OpenRing(t.Context(), &memory{kept: []token.Stored{stored}}, master(t, "a"), stored.Algorithm)
	require.ErrorContains(t, err, "master_key: it does not open the signing key")
}

func TestAMasterKeyOfTheWrongShapeIsRefusedWithoutBeingShown(t *testing.T) {
	good := masterText("a").Reveal()
	for _, text := range []string{
		"", "hunter2-hunter2", strings.Repeat("!", 44), good[:43], good + "AAAA", "x" + good, base64.StdEncoding.EncodeToString(make([]byte, 31)),
		base64.StdEncoding.EncodeToString(make([]byte, 33)), strings.Repeat("ab", 32), "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZW-_",
	} {
		for name, keys := range map[string][2]string{"master_key: ": {text, ""}, "master_key_previous: ": {good, text}} {
			if name == "master_key_previous: " && text == "" {
				continue // which is: none
			}
			_, err := token.NewMasterKeys(secret.Of(keys[0]), secret.Of(keys[1]))
			require.ErrorContains(t, err, name)
			require.ErrorContains(t, err, "openssl rand -base64 32", "and says how to make one")
			for _, verb := range []string{"%v", "%+v", "%#v"} {
				if text != "" {
					require.NotContains(t, fmt.Sprintf(verb, err), text)
				}
			}
		}
	}
}

func TestAKeyInTheDatabaseDoesNotGiveAwayItsPrivateHalf(t *testing.T) {
	one, two := &memory{}, &memory{}
	ring(t, one, token.EdDSA)
	ring(t, two, token.EdDSA)
	pkcs8 := []byte{0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20} // how a private Ed25519 key in PKCS#8 goes on (RFC 8410, 7)
	for _, store := range []*memory{one, two} {
		require.NotContains(t, string(store.kept[0].Sealed), string(pkcs8))
		require.NotContains(t, string(store.kept[0].Public), `"d"`)
	}
	require.NotEqual(t, one.kept[0].ID, two.kept[0].ID)
	require.NotEqual(t, one.kept[0].Sealed, two.kept[0].Sealed)
}

func TestAnUnknownAlgorithmIsRefusedByName(t *testing.T) {
	for _, algorithm := range []string{"", "none", "HS256", "ES512", "es256"} {
		_, err := token.OpenRing(t.Context(), &memory{}, master(t, "a"), algorithm)
		require.ErrorContains(t, err, "token.algorithm")
	}
}
