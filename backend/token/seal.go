package token

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"

	"vestibule/backend/secret"
)

const (
	masterSize  = 32
	sealVersion = 1
	sealPurpose = "vestibule signing keys v1"
)

// MasterKeys seal the signing keys. Previous is zero except while the key changes.
type MasterKeys struct{ current, previous cipher.AEAD }

// NewMasterKeys reads the two, each 32 bytes in base64; previous may be empty.
func NewMasterKeys(current, previous secret.Value) (MasterKeys, error) {
	var m MasterKeys
	var err error
	if m.current, err = newSeal(current); err != nil {
		return m, fmt.Errorf("master_key: %w", err)
	}
	if !previous.IsZero() {
		if m.previous, err = newSeal(previous); err != nil {
			return m, fmt.Errorf("master_key_previous: %w", err)
		}
	}
	return m, nil
}

// newSeal never uses the master key itself: a key derived for this one purpose does the work.
func newSeal(text secret.Value) (cipher.AEAD, error) {
	raw, err := base64.StdEncoding.DecodeString(text.Reveal())
	if err != nil || len(raw) != masterSize {
		return nil, errors.New("it must be 32 bytes in base64: make one with `openssl rand -base64 32`")
	}
	derived, err := hkdf.Key(sha256.New, raw, nil, sealPurpose, masterSize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// label binds a sealed key to its name and algorithm: it opens under no other.
func label(id, algorithm string) []byte { return []byte(id + "\x00" + algorithm) }

func (m MasterKeys) seal(plain, label []byte) []byte {
	return append([]byte{sealVersion}, m.current.Seal(nil, nil, plain, label)...)
}

func (m MasterKeys) unseal(sealed, label []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != sealVersion {
		return nil, errors.New("it was sealed in a way that this version does not know")
	}
	plain, err := m.current.Open(nil, nil, sealed[1:], label)
	if err != nil && m.previous != nil {
		plain, err = m.previous.Open(nil, nil, sealed[1:], label)
	}
	return plain, err
}

// sealAnew seals with the current key what either opens. It gives nil where it is so already.
func (m MasterKeys) sealAnew(sealed, label []byte) ([]byte, error) {
	if _, err := (MasterKeys{current: m.current}).unseal(sealed, label); err == nil {
		return nil, nil
	}
	plain, err := m.unseal(sealed, label)
	if err != nil {
		return nil, err
	}
	return m.seal(plain, label), nil
}
