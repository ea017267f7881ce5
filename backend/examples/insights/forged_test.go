package insights_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"
)

func signed(t *testing.T, method jwt.SigningMethod, key any, head map[string]any, body jwt.MapClaims) string {
	t.Helper()
	unsigned := jwt.NewWithClaims(method, body)
	maps.Copy(unsigned.Header, head)
	maps.DeleteFunc(unsigned.Header, func(_ string, value any) bool { return value == nil })
	maps.DeleteFunc(body, func(_ string, value any) bool { return value == nil })
	raw, err := unsigned.SignedString(key)
	require.NoError(t, err)
	return raw
}

func ecJWK(t *testing.T, id string, public *ecdsa.PublicKey) map[string]string {
	t.Helper()
	point, err := public.Bytes()
	require.NoError(t, err)
	return map[string]string{"kty": "EC", "crv": "P-256", "kid": id, "alg": "ES256", "use": "sig", "x": base64url(point[1:33]), "y": base64url(point[33:])}
}

func rsaJWK(id string, public *rsa.PublicKey) map[string]string {
	return map[string]string{"kty": "RSA", "kid": id, "alg": "RS256", "use": "sig", "n": base64url(public.N.Bytes()), "e": base64url(big.NewInt(int64(public.E)).Bytes())}
}

// Whatever is wrong here is wrong with a token that is signed by a key which the JWKS has.
func TestAForgedOrForeignTokenIsRefused(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	rs, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	s := newVestibule(t, ecJWK(t, "ec", &ec.PublicKey), rsaJWK("rs", &rs.PublicKey)).service(t)

	now := time.Now()
	at := func(d time.Duration) int64 { return now.Add(d).Unix() }
	with := func(name string, value any) jwt.MapClaims {
		body := jwt.MapClaims{"iss": issuerURL, "sub": "ada", "aud": "insights", "exp": at(5 * time.Minute), "iat": at(0), "jti": "a-token", "client_id": "vestibule"}
		if name != "" {
			body[name] = value
		}
		return body
	}
	head := func(name string, value any) map[string]any {
		head := map[string]any{"typ": "at+jwt", "kid": "ec"}
		if name != "" {
			head[name] = value
		}
		return head
	}
	es := func(head map[string]any, body jwt.MapClaims) string {
		return signed(t, jwt.SigningMethodES256, ec, head, body)
	}

	for name, raw := range map[string]string{
		"as it should be":           es(head("", nil), with("", nil)),
		"for several":               es(head("", nil), with("aud", []string{"orders", "insights"})),
		"expired within the leeway": es(head("", nil), with("exp", at(-20*time.Second))),
		"from the near future":      es(head("", nil), with("iat", at(20*time.Second))),
	} {
		t.Run(name, func(t *testing.T) { s.get("/", raw).json(t) })
	}

	for name, raw := range map[string]string{
		"RS256":                   signed(t, jwt.SigningMethodRS256, rs, head("kid", "rs"), with("", nil)),
		"none":                    signed(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, head("", nil), with("", nil)),
		"HS256":                   signed(t, jwt.SigningMethodHS256, pemOf(t, &ec.PublicKey), head("", nil), with("", nil)),
		"another key":             signed(t, jwt.SigningMethodES256, stranger, head("", nil), with("", nil)),
		"a key of its own":        signed(t, jwt.SigningMethodES256, stranger, head("jwk", ecJWK(t, "ec", &stranger.PublicKey)), with("", nil)),
		"an unknown key":          es(head("kid", "unknown"), with("", nil)),
		"no key":                  es(head("kid", nil), with("", nil)),
		"another type":            es(head("typ", "JWT"), with("", nil)),
		"a logout token":          es(head("typ", "logout+jwt"), with("", nil)),
		"no type":                 es(head("typ", nil), with("", nil)),
		"an extension":            es(head("crit", []string{"b64"}), with("", nil)),
		"another issuer":          es(head("", nil), with("iss", issuerURL+"/")),
		"no issuer":               es(head("", nil), with("iss", nil)),
		"another audience":        es(head("", nil), with("aud", []string{"orders"})),
		"no audience":             es(head("", nil), with("aud", nil)),
		"no subject":              es(head("", nil), with("sub", nil)),
		"no expiry":               es(head("", nil), with("exp", nil)),
		"no time of issue":        es(head("", nil), with("iat", nil)),
		"no identifier":           es(head("", nil), with("jti", nil)),
		"no client":               es(head("", nil), with("client_id", nil)),
		"expired":                 es(head("", nil), with("exp", at(-40*time.Second))),
		"issued in the future":    es(head("", nil), with("iat", at(2*time.Minute))),
		"not valid yet":           es(head("", nil), with("nbf", at(2*time.Minute))),
		"older than any can be":   es(head("", nil), with("iat", at(-16*time.Minute))),
		"garbage":                 "a.b.c",
		"an encrypted one's form": "a.b.c.d.e",
	} {
		t.Run(name, func(t *testing.T) {
			s.get("/", raw).refuses(t, http.StatusUnauthorized, "invalid_token")
		})
	}
}

// Vestibule makes no such subject; it stands for whatever nobody foresaw.
func TestAFaultOfItsOwnCostsOneAnswerAndNotTheService(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	v := newVestibule(t, ecJWK(t, "ec", &ec.PublicKey))
	s := v.service(t)
	now := time.Now().Unix()
	raw := signed(t, jwt.SigningMethodES256, ec, map[string]any{"typ": "at+jwt", "kid": "ec"}, jwt.MapClaims{"iss": issuerURL, "aud": "insights",
		"sub": map[string]any{"toString": 1, "valueOf": 1}, "exp": now + 300, "iat": now, "jti": "a-token", "client_id": "vestibule"})
	s.get("/", raw).refuses(t, http.StatusInternalServerError, "internal")
	s.get("/", v.token(t, "ada", "insights", time.Now())).json(t)
}

func pemOf(t *testing.T, public crypto.PublicKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}
