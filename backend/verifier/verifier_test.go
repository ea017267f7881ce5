package verifier_test

import (
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/token"
	"vestibule/backend/verifier"
)

// refused demands the one reason, and that no claims come with it.
func refused(t *testing.T, v *verifier.Verifier, raw string, reason error) {
	t.Helper()
	claims, err := v.Verify(t.Context(), raw)
	require.ErrorIs(t, err, reason)
	require.Nil(t, claims, "a refused token yields no claims")
}

func accepted(t *testing.T, v *verifier.Verifier, raw string) *verifier.Claims {
	t.Helper()
	claims, err := v.Verify(t.Context(), raw)
	require.NoError(t, err)
	return claims
}

func TestATokenOfVestibuleIsAcceptedUnderEachAlgorithm(t *testing.T) {
	for _, algorithm := range []string{token.ES256, token.EdDSA, token.RS256} {
		t.Run(algorithm, func(t *testing.T) {
			vb := newVestibule(t)
			ring := newRing(t, algorithm)
			issuer, err := token.NewIssuer(ring, issuerURL, 5*time.Minute)
			require.NoError(t, err)
			vb.issuer = issuer
			vb.answers(publish(t, members(t, ring)...))
			v := vb.verifier(t, func(c *verifier.Config) { c.Algorithms = []string{algorithm} })
			claims := accepted(t, v, vb.issue(t, "orders"))
			require.Equal(t, &verifier.Claims{Issuer: issuerURL, Subject: "ada", Audience: []string{"orders"}, ExpiresAt: vb.after(300), IssuedAt: vb.after(0),
				ID: claims.ID, KeyID: claims.KeyID, SID: "a-session", ClientID: "vestibule", AuthTime: vb.after(-60), AMR: []string{"pwd"}, ACR: "aal1", Roles: []string{"user"}}, claims)
			require.NotEmpty(t, claims.ID)
			_, _, there := ring.Key(claims.KeyID)
			require.True(t, there)
		})
	}
}

func TestATokenWithoutASignatureIsRefused(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	for _, name := range []string{"none", "None", "NONE", "nOnE"} {
		head := with(vb.head(), "alg", name)
		unsigned := segment(t, head) + "." + segment(t, vb.body()) + "."
		refused(t, v, unsigned, verifier.ErrAlgorithm)
		signature := strings.Split(vb.signer.sign(t, vb.head(), vb.body()), ".")[2]
		refused(t, v, unsigned+signature, verifier.ErrAlgorithm)
	}
}

func TestATokenSignedWithThePublicKeyAsAnHMACSecretIsRefused(t *testing.T) {
	vb := newVestibule(t)
	public := vb.signer.private.Public().(*ecdsa.PublicKey)
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	jwk, err := json.Marshal(vb.signer.jwk())
	require.NoError(t, err)
	point, err := public.Bytes()
	require.NoError(t, err)
	for _, secret := range [][]byte{der, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), jwk, point, point[1:]} {
		refused(t, vb.verifier(t), signed(t, with(vb.head(), "alg", "HS256"), vb.body(), jwt.SigningMethodHS256, secret), verifier.ErrAlgorithm)
	}
}

func TestAnAlgorithmThatIsNotAllowedIsRefused(t *testing.T) {
	vb := newVestibule(t)
	vb.signer = newSigner(t, "RS256")
	vb.answers(publish(t, vb.signer.jwk()))
	raw := vb.signer.sign(t, vb.head(), vb.body())
	refused(t, vb.verifier(t), raw, verifier.ErrAlgorithm)
	accepted(t, vb.verifier(t, func(c *verifier.Config) { c.Algorithms = []string{"ES256", "RS256"} }), raw)
	refused(t, vb.verifier(t, func(c *verifier.Config) { c.Algorithms = []string{"ES256", "RS256"} }),
		vb.signer.sign(t, with(vb.head(), "alg", "PS256"), vb.body()), verifier.ErrAlgorithm)
}

func TestAHeadWithoutAKnownAlgorithmIsRefused(t *testing.T) {
	vb := newVestibule(t)
	signature := strings.Split(vb.signer.sign(t, vb.head(), vb.body()), ".")[2]
	for _, algorithm := range []any{nil, "", "ES999", "es256", 256, []string{"ES256"}} {
		refused(t, vb.verifier(t), segment(t, with(vb.head(), "alg", algorithm))+"."+segment(t, vb.body())+"."+signature, verifier.ErrAlgorithm)
	}
}

func TestAKeyVerifiesWithItsOwnAlgorithmOnly(t *testing.T) {
	vb := newVestibule(t)
	other := newSigner(t, "RS256")
	vb.answers(publish(t, vb.signer.jwk(), other.jwk()))
	v := vb.verifier(t, func(c *verifier.Config) { c.Algorithms = []string{"ES256", "RS256"} })
	accepted(t, v, other.sign(t, with(with(vb.head(), "alg", "RS256"), "kid", other.id), vb.body()))
	refused(t, v, other.sign(t, with(vb.head(), "alg", "RS256"), vb.body()), verifier.ErrAlgorithm)
}

func TestOnlyTheTypeOfAnAccessTokenPasses(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	for _, kind := range []any{"at+jwt", "AT+JWT", "application/at+jwt"} {
		accepted(t, v, vb.signer.sign(t, with(vb.head(), "typ", kind), vb.body()))
	}
	for _, kind := range []any{nil, "", "JWT", "logout+jwt", "at+jwt ", "dpop+jwt", "text/at+jwt", 1, []string{"at+jwt"}} {
		refused(t, v, vb.signer.sign(t, with(vb.head(), "typ", kind), vb.body()), verifier.ErrType)
	}
}

func TestAnExtensionThatMustBeUnderstoodIsRefused(t *testing.T) {
	vb := newVestibule(t)
	for _, critical := range []any{[]string{"b64"}, []string{}, "exp"} {
		refused(t, vb.verifier(t), vb.signer.sign(t, with(vb.head(), "crit", critical), vb.body()), verifier.ErrMalformed)
	}
}

func TestATokenMustNameAKeyOfTheIssuer(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	for _, id := range []any{nil, "", 7, []string{vb.signer.id}} {
		refused(t, v, vb.signer.sign(t, with(vb.head(), "kid", id), vb.body()), verifier.ErrKey)
	}
	require.Zero(t, vb.asked.Load(), "a token that names none costs the issuer nothing")
	for _, id := range []any{"unknown", vb.signer.id + " ", "../" + vb.signer.id, strings.Repeat("k", 4000)} {
		refused(t, v, vb.signer.sign(t, with(vb.head(), "kid", id), vb.body()), verifier.ErrKey)
	}
}

func TestAKeyThatATokenBringsAlongIsNeverUsed(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	attacker := newSigner(t, "ES256")
	var visits atomic.Int64
	theirs := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		visits.Add(1)
		publish(t, attacker.jwk())(w, r)
	}))
	t.Cleanup(theirs.Close)
	der, err := x509.MarshalPKIXPublicKey(attacker.private.Public())
	require.NoError(t, err)
	brought := map[string]any{"jwk": attacker.jwk(), "jku": theirs.URL, "x5u": theirs.URL, "x5c": []string{base64.StdEncoding.EncodeToString(der)}}
	for name, value := range brought {
		head := with(vb.head(), name, value)
		refused(t, v, attacker.sign(t, head, vb.body()), verifier.ErrSignature)
		refused(t, v, attacker.sign(t, with(head, "kid", attacker.id), vb.body()), verifier.ErrKey)
		accepted(t, v, vb.signer.sign(t, head, vb.body())) // ignored, not obeyed
	}
	require.Zero(t, visits.Load())
}

func TestAWrongSignatureIsRefused(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	raw := vb.issue(t, "orders")
	accepted(t, v, raw)
	parts := strings.Split(raw, ".")
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	require.NoError(t, err)
	signature[10] ^= 1
	admin := strings.Split(vb.signer.sign(t, vb.head(), vb.body()), ".")
	for _, forged := range []string{
		parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(signature),
		parts[0] + "." + parts[1] + ".",
		parts[0] + "." + parts[1] + "." + parts[2][:40],
		parts[0] + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 64)),
		parts[0] + "." + admin[1] + "." + parts[2],
		admin[0] + "." + parts[1] + "." + parts[2],
		newSigner(t, "ES256").sign(t, vb.head(), vb.body()),
	} {
		refused(t, v, forged, verifier.ErrSignature)
	}
}

func TestAnotherIssuersTokenIsRefused(t *testing.T) {
	vb := newVestibule(t)
	for _, issuer := range []any{nil, "", issuerURL + "/", "http://app.example.com", "https://app.example.com.evil.example", "HTTPS://APP.EXAMPLE.COM"} {
		refused(t, vb.verifier(t), vb.signer.sign(t, vb.head(), with(vb.body(), "iss", issuer)), verifier.ErrIssuer)
	}
}

func TestATokenForAnotherAudienceIsRefused(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	refused(t, v, vb.issue(t, "insights"), verifier.ErrAudience)
	for _, audience := range []any{nil, "", "insights", "orders ", "Orders", []string{}, []string{"insights", "ordersx"}, []any{nil}} {
		refused(t, v, vb.signer.sign(t, vb.head(), with(vb.body(), "aud", audience)), verifier.ErrAudience)
	}
	for _, audience := range []any{7, map[string]any{"orders": true}, []any{"orders", 7}} {
		refused(t, v, vb.signer.sign(t, vb.head(), with(vb.body(), "aud", audience)), verifier.ErrMalformed)
	}
}

func TestAnAudienceIsATextOrAListAndIsWrittenAsItWasRead(t *testing.T) {
	vb := newVestibule(t)
	for _, audience := range []any{"orders", []any{"insights", "orders"}} {
		claims := accepted(t, vb.verifier(t), vb.signer.sign(t, vb.head(), with(vb.body(), "aud", audience)))
		text, err := json.Marshal(claims)
		require.NoError(t, err)
		var written map[string]any
		require.NoError(t, json.Unmarshal(text, &written))
		require.Equal(t, audience, written["aud"])
	}
}

func TestATokenWithoutARequiredClaimIsRefused(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	for _, claim := range []string{"exp", "iat", "sub", "jti", "client_id"} {
		refused(t, v, vb.signer.sign(t, vb.head(), with(vb.body(), claim, nil)), verifier.ErrClaims)
	}
	for _, claim := range []string{"sid", "auth_time", "amr", "acr", "roles"} {
		accepted(t, v, vb.signer.sign(t, vb.head(), with(vb.body(), claim, nil)))
	}
}

func TestTimesAreJudgedWithTheLeewayAndNoMore(t *testing.T) {
	vb := newVestibule(t)
	for _, leeway := range []int{30, 10} {
		v := vb.verifier(t, func(c *verifier.Config) {
			if leeway != 30 { // which is the default
				c.Leeway = time.Duration(leeway) * time.Second
			}
		})
		at := func(claim string, seconds int) string {
			return vb.signer.sign(t, vb.head(), with(vb.body(), claim, vb.after(seconds)))
		}
		accepted(t, v, at("exp", -leeway+1))
		refused(t, v, at("exp", -leeway), verifier.ErrTime)
		for _, claim := range []string{"iat", "nbf"} {
			accepted(t, v, at(claim, leeway))
			refused(t, v, at(claim, leeway+1), verifier.ErrTime)
		}
	}
}

func TestATimeTooLargeToBeOneDoesNotComeRoundToThePast(t *testing.T) {
	vb := newVestibule(t)
	for _, claim := range []string{"iat", "nbf"} {
		refused(t, vb.verifier(t), vb.signer.sign(t, vb.head(), with(vb.body(), claim, int64(math.MaxInt64))), verifier.ErrTime)
	}
	refused(t, vb.verifier(t), vb.signer.sign(t, vb.head(), with(vb.body(), "exp", int64(math.MinInt64))), verifier.ErrTime)
}

func TestATokenOfTheIssuerExpires(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	raw := vb.issue(t, "orders")
	vb.pass(5*time.Minute + 29*time.Second)
	accepted(t, v, raw)
	vb.pass(time.Second)
	refused(t, v, raw, verifier.ErrTime)
}

func TestATokenThatIsTooLongIsNotEvenRead(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	accepted(t, v, vb.signer.sign(t, vb.head(), with(vb.body(), "padding", strings.Repeat("x", 5500))))
	long := vb.signer.sign(t, vb.head(), with(vb.body(), "padding", strings.Repeat("x", 6500)))
	require.Greater(t, len(long), 8<<10)
	refused(t, v, long, verifier.ErrMalformed)
}

func TestGarbageIsRefusedAsMalformed(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	parts := strings.Split(vb.signer.sign(t, vb.head(), vb.body()), ".")
	text := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	for _, raw := range []string{
		"", " ", ".", "..", "...", "a", "a.b", "a.b.c", "\x00.\x00.\x00", "\xff\xfe", "null.null.null", "Bearer x", "é.é.é",
		parts[0], parts[0] + "." + parts[1], strings.Join(parts, ".") + ".", strings.Join(parts, ".") + ".x.y", " " + strings.Join(parts, "."),
		strings.Join(parts, ".") + "\n", parts[0] + ".\r\n" + parts[1] + "." + parts[2],
		parts[0] + "=." + parts[1] + "." + parts[2], parts[0] + "." + parts[1] + "." + parts[2] + "==",
		text("[]") + "." + parts[1] + "." + parts[2], text(`"at+jwt"`) + "." + parts[1] + "." + parts[2], text("{") + "." + parts[1] + "." + parts[2],
	} {
		refused(t, v, raw, verifier.ErrMalformed)
	}
	require.Zero(t, vb.asked.Load(), "and costs the issuer nothing")
}

func TestATokenHasOneSpellingOnly(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	raw := vb.issue(t, "orders")
	accepted(t, v, raw)
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, raw[len(raw)-1])
	require.Zero(t, last%16, "64 bytes leave four bits over")
	refused(t, v, raw[:len(raw)-1]+alphabet[last+1:last+2], verifier.ErrMalformed)
}

func TestAConfigurationThatCannotBeMeantIsRefused(t *testing.T) {
	good := verifier.Config{Issuer: issuerURL, Audience: "orders", JWKSURL: "http://127.0.0.1:8081/.well-known/jwks.json"}
	_, err := verifier.New(good)
	require.NoError(t, err)
	for name, change := range map[string]func(*verifier.Config){
		"no issuer":            func(c *verifier.Config) { c.Issuer = "" },
		"no audience":          func(c *verifier.Config) { c.Audience = "" },
		"no address":           func(c *verifier.Config) { c.JWKSURL = "" },
		"an address like this": func(c *verifier.Config) { c.JWKSURL = "vestibule:8081/jwks.json" },
		"a file":               func(c *verifier.Config) { c.JWKSURL = "file:///etc/keys.json" },
		"a broken address":     func(c *verifier.Config) { c.JWKSURL = "http://[::1" },
		"none":                 func(c *verifier.Config) { c.Algorithms = []string{"ES256", "none"} },
		"a symmetric one":      func(c *verifier.Config) { c.Algorithms = []string{"HS256"} },
		"a negative leeway":    func(c *verifier.Config) { c.Leeway = -time.Second },
		"an endless leeway":    func(c *verifier.Config) { c.Leeway = time.Hour },
	} {
		bad := good
		change(&bad)
		_, err := verifier.New(bad)
		require.ErrorContains(t, err, "verifier: ", name)
	}
}

func segment(t *testing.T, of any) string {
	t.Helper()
	text, err := json.Marshal(of)
	require.NoError(t, err)
	return base64.RawURLEncoding.EncodeToString(text)
}
