package token

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"sync/atomic"
	"time"

	"github.com/MicahParks/jwkset"
	"github.com/golang-jwt/jwt/v5"
)

// The signing algorithms. One key, one algorithm (RFC 8725, 3.1).
const (
	ES256 = "ES256"
	EdDSA = "EdDSA"
	RS256 = "RS256"
)

const rsaBits = 3072

// Stored is a key as the database keeps it: the public half as a JWK, the private one sealed.
type Stored struct {
	ID        string // kid
	Algorithm string
	Public    json.RawMessage
	Sealed    []byte // empty from RetiredAt on
	CreatedAt time.Time
	SignsFrom time.Time
	RevokedAt time.Time // zero: it was not; it may lie half a second ahead
	RetiredAt time.Time // zero: it was not
}

// key is one that was opened and parsed, once: for as long as it matters it stays the same object.
type key struct {
	id, algorithm string
	method        jwt.SigningMethod
	private       crypto.Signer
	head          string      // of the tokens that it signs, in base64url
	out           atomic.Bool // its tokens are used no more: it is revoked, or about to be, or has left the JWKS
}

type public struct {
	algorithm string
	key       crypto.PublicKey
}

func parsePublic(s Stored) (public, error) {
	var m jwkset.JWKMarshal
	if err := json.Unmarshal(s.Public, &m); err != nil {
		return public{}, fmt.Errorf("read the public half of key %s: %w", s.ID, err)
	}
	read, err := jwkset.NewJWKFromMarshal(m, jwkset.JWKMarshalOptions{}, jwkset.JWKValidateOptions{})
	if err != nil {
		return public{}, fmt.Errorf("read the public half of key %s: %w", s.ID, err)
	}
	return public{s.Algorithm, read.Key()}, nil
}

func open(s Stored, master MasterKeys) (*key, error) {
	der, err := master.unseal(s.Sealed, label(s.ID, s.Algorithm))
	if err != nil {
		return nil, notOpened(s.ID, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("read the signing key %s: %w", s.ID, err)
	}
	private, ok := parsed.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("the signing key %s can't sign", s.ID)
	}
	head, err := json.Marshal(map[string]string{"alg": s.Algorithm, "kid": s.ID, "typ": typ})
	if err != nil {
		return nil, fmt.Errorf("write the head of tokens of %s: %w", s.ID, err)
	}
	return &key{id: s.ID, algorithm: s.Algorithm, method: jwt.GetSigningMethod(s.Algorithm), private: private, head: base64.RawURLEncoding.EncodeToString(head)}, nil
}

func notOpened(kid string, err error) error {
	return fmt.Errorf("master_key: it does not open the signing key %s; set the key it was sealed with, as master_key or master_key_previous: %w", kid, err)
}

func generate(master MasterKeys, algorithm string) (Stored, error) {
	private, err := newPrivate(algorithm)
	if err != nil {
		return Stored{}, fmt.Errorf("make a signing key: %w", err)
	}
	made := Stored{ID: newID(), Algorithm: algorithm}
	for made.ID[0] == '-' {
		made.ID = newID() // a command line would take it for an option
	}
	if made.Public, err = publicJWK(made.ID, algorithm, private.Public()); err != nil {
		return Stored{}, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return Stored{}, fmt.Errorf("write a signing key: %w", err)
	}
	made.Sealed = master.seal(der, label(made.ID, algorithm))
	return made, nil
}

func newPrivate(algorithm string) (crypto.Signer, error) {
	switch algorithm {
	case ES256:
		return ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case EdDSA:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return private, err
	case RS256:
		return rsa.GenerateKey(rand.Reader, rsaBits)
	}
	return nil, fmt.Errorf("token.algorithm: %q is none of ES256, EdDSA, RS256", algorithm)
}

// publicJWK writes only what verifies (RFC 7518, 6; RFC 8037, 2).
func publicJWK(id, algorithm string, public crypto.PublicKey) (json.RawMessage, error) {
	jwk := map[string]string{"kid": id, "alg": algorithm, "use": "sig"}
	text := base64.RawURLEncoding.EncodeToString
	switch k := public.(type) {
	case *ecdsa.PublicKey:
		point, err := k.Bytes() // 0x04, then the two coordinates, each of 32 bytes
		if err != nil {
			return nil, err
		}
		jwk["kty"], jwk["crv"], jwk["x"], jwk["y"] = "EC", "P-256", text(point[1:33]), text(point[33:])
	case ed25519.PublicKey:
		jwk["kty"], jwk["crv"], jwk["x"] = "OKP", "Ed25519", text(k)
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", text(k.N.Bytes()), text(big.NewInt(int64(k.E)).Bytes())
	default:
		return nil, errors.New("a public key of an unknown kind")
	}
	return json.Marshal(jwk)
}
