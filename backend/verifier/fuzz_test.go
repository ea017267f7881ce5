package verifier_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
	"vestibule/backend/verifier/attacktest"
)

func isOne(err error, reasons ...error) bool {
	for _, reason := range reasons {
		if errors.Is(err, reason) {
			return true
		}
	}
	return false
}

// fixed gives a Vestibule whose one key is the same in every process: those that fuzz are others than the
// one that makes the seeds.
func fixed(t testing.TB) *vestibule {
	t.Helper()
	vb := newVestibule(t)
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), bytes.Repeat([]byte{7}, 32))
	require.NoError(t, err)
	vb.signer = signer{"a-key", "ES256", private}
	vb.answers(publish(t, vb.signer.jwk()))
	return vb
}

// FuzzVerify holds that nothing passes but what was signed, that a refusal has one of the stated
// reasons and no claims, and that nothing panics.
func FuzzVerify(f *testing.F) {
	vb := fixed(f)
	v := vb.verifier(f, func(c *verifier.Config) { c.Algorithms = []string{"ES256", "EdDSA", "RS256"} })
	good := vb.signer.sign(f, vb.head(), vb.body())
	parts := strings.Split(good, ".")
	for _, seed := range []string{
		good, good + ".", good + "\n", "", ".", "..", "...", parts[0] + ".." + parts[2], parts[0] + "." + parts[1] + ".", "." + parts[1] + "." + parts[2],
		parts[0] + "=." + parts[1] + "." + parts[2], parts[1] + "." + parts[0] + "." + parts[2], strings.ToLower(good), strings.Repeat("A", 9000),
		"bnVsbA.bnVsbA.", "e30.e30.", "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6IngifQ.e30.AA",
		vb.signer.sign(f, with(vb.head(), "kid", "x"), vb.body()), vb.signer.sign(f, vb.head(), with(vb.body(), "aud", []string{"a", "orders"})),
	} {
		f.Add(seed)
	}
	target := attacktest.Target{Algorithm: "ES256", Key: vb.signer.private, KID: vb.signer.id, Issuer: issuerURL, Audience: "orders", OtherAudience: "insights", Claims: vb.body(), Now: vb.now()}
	for _, attack := range attacktest.Against(target) {
		if len(attack.Token) < 10_000 {
			f.Add(attack.Token)
		}
	}
	f.Fuzz(func(t *testing.T, raw string) {
		claims, err := v.Verify(t.Context(), raw)
		if err != nil {
			require.Nil(t, claims)
			require.True(t, isOne(err, verifier.ErrMalformed, verifier.ErrType, verifier.ErrAlgorithm, verifier.ErrKey, verifier.ErrSignature,
				verifier.ErrIssuer, verifier.ErrAudience, verifier.ErrTime, verifier.ErrClaims), "%v", err)
			return
		}
		require.Equal(t, "ada", claims.Subject)
		require.Equal(t, 2, strings.Count(raw, "."))
		require.NotContains(t, raw, "\n")
	})
}

// FuzzSigned holds, of whatever the issuer may sign, that what is accepted says what it must, to another
// reader of JSON too.
func FuzzSigned(f *testing.F) {
	vb := fixed(f)
	v := vb.verifier(f)
	head, err := json.Marshal(vb.head())
	require.NoError(f, err)
	body, err := json.Marshal(vb.body())
	require.NoError(f, err)
	for _, more := range []string{`"x":1`, `"aud":"insights"`, `"a\u0075d":"orders"`, `"AUD":"orders"`, `"act":` + chain(3), `"act":` + chain(9), `"nbf":1e9`, `"nbf":-1`, `"sid":null`, `"name":"\ud800"`, `"crit":["exp"]`, `"b64":false`, `"roles":["a",null]`} {
		f.Add(string(head), "{"+more+","+string(body[1:]))
		f.Add("{"+more+","+string(head[1:]), string(body))
	}
	f.Fuzz(func(t *testing.T, head, body string) {
		claims, err := v.Verify(t.Context(), vb.signer.written(t, head, body))
		if err != nil {
			require.Nil(t, claims)
			return
		}
		var mine map[string]any
		require.NoError(t, json.Unmarshal([]byte(head), &mine))
		require.Equal(t, []any{"ES256", "a-key", nil, nil}, []any{mine["alg"], mine["kid"], mine["crit"], mine["b64"]})
		var other map[string]any
		require.NoError(t, json.Unmarshal([]byte(body), &other))
		require.Equal(t, issuerURL, other["iss"])
		require.Equal(t, claims.Subject, other["sub"])
		require.Equal(t, float64(claims.ExpiresAt), other["exp"])
		require.Greater(t, claims.ExpiresAt, vb.after(-30))
		require.Contains(t, claims.Audience, "orders")
		require.NotEmpty(t, claims.ID)
		require.NotEmpty(t, claims.ClientID)
	})
}

// FuzzAuthorization holds that a request passes with one header alone, which is the scheme's name, spaces,
// and the token; and that any refusal is one of ours, whole.
func FuzzAuthorization(f *testing.F) {
	vb := fixed(f)
	v := vb.verifier(f)
	good := vb.signer.sign(f, vb.head(), vb.body())
	for _, seed := range []string{"", "Bearer", "Bearer ", "Bearer " + good, "bearer   " + good, "Bearer\t" + good, "Bearer " + good + " ", "Basic " + good, good, "\x00", "Bearer " + good + ", Bearer " + good, "BEARER \xff"} {
		f.Add(seed, "", false)
		f.Add("Bearer "+good, seed, true)
	}
	f.Fuzz(func(t *testing.T, first, second string, two bool) {
		sent := []string{first}
		if two {
			sent = append(sent, second)
		}
		claims, refusal := v.Authenticate(t.Context(), sent)
		if refusal == nil {
			require.False(t, two)
			require.Equal(t, "ada", claims.Subject)
			require.True(t, strings.EqualFold("Bearer ", first[:7]))
			require.Equal(t, signedOver(good), signedOver(strings.TrimLeft(first[7:], " ")))
			require.NotContains(t, first[7:], ",")
			return
		}
		require.Nil(t, claims)
		require.Equal(t, http.StatusUnauthorized, refusal.Status)
		require.Contains(t, []string{`Bearer realm="orders"`, `Bearer realm="orders", error="invalid_token"`}, refusal.Challenge)
		require.True(t, json.Valid(refusal.Problem()))
	})
}

// signedOver is a token without its signature, which differs each time that one is made.
func signedOver(token string) string { return token[:strings.LastIndexByte(token, '.')] }

// FuzzMembers holds the reading of JSON against encoding/json: what passes is an object that says the same
// to both, in which no name comes twice, at any depth, and no text was replaced.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1}`, `{"a":1,"a":2}`, `{"a":{"b":[{"c":1,"c":2}]}}`, `{"a":1,"\u0061":2}`, `{"\ud800":1,"\ud801":2}`, `{"a":"\ud83d\ude00"}`, `{"a":"\\ud800"}`, `{"a":1e400}`,
		`null`, `[]`, `"x"`, `{`, `{} {}`, `{"a":"` + "\xff" + `"}`, `{"":null}`, strings.Repeat(`{"a":`, 40) + "1" + strings.Repeat("}", 40), "\ufeff{}", `{"a":"\ufffd"}`, `{"a":"` + "\ufffd" + `"}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		found, err := verifier.Members(text)
		if err != nil {
			require.Nil(t, found)
			return
		}
		reader := json.NewDecoder(bytes.NewReader(text))
		reader.UseNumber()
		var tree map[string]any
		require.NoError(t, reader.Decode(&tree))
		_, err = reader.Token()
		require.ErrorIs(t, err, io.EOF)
		require.Len(t, found, len(tree))
		for name, value := range found {
			var one any
			reader := json.NewDecoder(bytes.NewReader(value))
			reader.UseNumber()
			require.NoError(t, reader.Decode(&one))
			require.Equal(t, tree[name], one)
		}
		require.Equal(t, bytes.Count(unescaped(text), []byte(":")), names(tree), "a name that comes twice is in the tree once")
		if lower := bytes.ToLower(text); !bytes.Contains(lower, []byte(`\ufffd`)) && !bytes.Contains(lower, []byte("\ufffd")) {
			written, err := json.Marshal(tree)
			require.NoError(t, err)
			require.NotContains(t, string(written), "\ufffd", "a text was replaced")
		}
	})
}

// unescaped takes the texts out of JSON, so that each colon that is left belongs to a name.
func unescaped(text []byte) []byte {
	var rest []byte
	inside := false
	for i := 0; i < len(text); i++ {
		switch {
		case inside && text[i] == '\\':
			i++
		case text[i] == '"':
			inside = !inside
		case !inside:
			rest = append(rest, text[i])
		}
	}
	return rest
}

// names counts the members of all objects.
func names(of any) int {
	n := 0
	switch of := of.(type) {
	case map[string]any:
		for _, value := range of {
			n += 1 + names(value)
		}
	case []any:
		for _, value := range of {
			n += names(value)
		}
	}
	return n
}

// FuzzKeys holds that a JWKS yields only keys that are fit for their algorithm.
func FuzzKeys(f *testing.F) {
	for _, algorithm := range []string{"ES256", "EdDSA", "RS256"} {
		jwk := newSigner(f, algorithm).jwk()
		text, err := json.Marshal(map[string]any{"keys": []any{jwk}})
		require.NoError(f, err)
		f.Add(text)
		for _, member := range []string{"kty", "crv", "x", "y", "n", "e", "alg", "use", "kid"} {
			changed, err := json.Marshal(map[string]any{"keys": []any{with(jwk, member, nil), with(jwk, member, ""), with(jwk, member, "AAAA"), with(jwk, member, 7)}})
			require.NoError(f, err)
			f.Add(changed)
		}
	}
	for _, seed := range []string{"", "{}", `{"keys":null}`, `{"keys":[]}`, `{"keys":[null,7,"x",[],{}]}`, `{"keys":[{"kty":"oct","k":"AAAA","alg":"HS256"}]}`, `{"keys":[{"kty":"RSA","n":"","e":"","alg":"RS256"}]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		found, err := verifier.ReadKeys(bytes.NewReader(text))
		if err != nil {
			require.Empty(t, found)
			return
		}
		for algorithm, keys := range found {
			for _, key := range keys {
				fits(t, algorithm, key)
			}
		}
	})
}

func fits(t *testing.T, algorithm string, key any) {
	t.Helper()
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		require.Equal(t, "ES256", algorithm)
		require.Equal(t, elliptic.P256(), key.Curve)
		_, err := key.ECDH() // which is on the curve, and not the point at infinity
		require.NoError(t, err)
	case ed25519.PublicKey:
		require.Equal(t, "EdDSA", algorithm)
		require.Len(t, key, ed25519.PublicKeySize)
	case *rsa.PublicKey:
		require.Equal(t, "RS256", algorithm)
		require.GreaterOrEqual(t, key.N.BitLen(), 2048)
		require.Greater(t, key.E, 1)
	default:
		t.Fatalf("a key of type %T", key)
	}
}

// FuzzFeed holds that a stream ends in an error alone, that what it brought has a name of a fair length, and
// that only a beat is a beat.
func FuzzFeed(f *testing.F) {
	for _, seed := range []string{over(1, "gone") + beat, revoked("a-key") + beat, "event: ended\r\ndata: {\"sid\":\r\ndata:   \"lines\"}\r\nid: x\r\n\r\n", ": beat \n", "data\n\n", "\n\n\n", "event: ended\n\n", "event: key_revoked\ndata: {}\n\n",
		"event: ended\ndata: {\"sid\":\"a\",\"sid\":\"b\"}\n\n", strings.Repeat("x", 5000), "\x00\xff\n", "id: 9\n" + revoked("k") + over(2, "s")} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		ended, keys, beats, err := verifier.ReadFeed(bytes.NewReader(text))
		require.Error(t, err)
		lines := strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
		said := 0
		for _, line := range lines[:len(lines)-1] {
			if line == ": beat" {
				said++
			}
		}
		require.LessOrEqual(t, beats, said)
		if errors.Is(err, io.EOF) {
			require.Equal(t, said, beats)
		}
		for _, sid := range ended {
			require.NotEmpty(t, sid)
			require.LessOrEqual(t, len(sid), 64)
		}
		for _, kid := range keys {
			require.NotEmpty(t, kid)
			require.LessOrEqual(t, len(kid), 256)
		}
	})
}
