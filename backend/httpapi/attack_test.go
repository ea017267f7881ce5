package httpapi_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"vestibule/backend/token"
	"vestibule/backend/verifier"
	"vestibule/backend/verifier/attacktest"
)

// attacked is a replica with one more key, whose private half the test has.
func attacked(t *testing.T, compromised *atomic.Bool) (*replica, attacktest.Target) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	target := attacktest.Target{Algorithm: token.ES256, Key: key, KID: "of-the-test", Issuer: publicURL, Audience: publicURL, OtherAudience: "record"}
	r := boot(t, func(s *setup) {
		s.keys = func(keys verifier.Keys) verifier.Keys {
			return func(kid string) (string, crypto.PublicKey, bool) {
				if kid == target.KID {
					return target.Algorithm, key.Public(), !compromised.Load()
				}
				return keys(kid)
			}
		}
	})
	p := r.person()
	p.letIn("cli")
	target.Now = r.clock.Now()
	target.Claims = map[string]any{"iss": publicURL, "sub": p.id, "aud": publicURL, "client_id": "cli", "sid": r.clientSID(), "jti": uuid.NewString(),
		"iat": target.Now.Unix(), "exp": target.Now.Unix() + 300, "auth_time": target.Now.Unix(), "amr": []string{"pwd"}, "acr": "aal1"}
	asked := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a token led us to its own keys") }))
	t.Cleanup(asked.Close)
	target.Elsewhere = asked.URL
	return r, target
}

// mostInForm is the longest token that a form has room for, with what else is in it.
const mostInForm = 60 << 10

func TestNoTokenThatOnlyLooksGoodOpensTheAPI(t *testing.T) {
	r, target := attacked(t, &atomic.Bool{})
	m := &machine{r: r, token: attacktest.Good(target)}
	m.api("/api/record/").is(200)
	r.record.taken()
	for _, attack := range attacktest.Against(target) {
		if !attack.FitsHeader() {
			continue
		}
		m.token = attack.Token
		got := m.api("/api/record/")
		if len(attack.Token) > 15<<10 { // the head of the request is too large before anyone looks at the token
			got.problem(431, "head_too_large")
			continue
		}
		require.Equal(t, 401, got.status, "%s: %s", attack.Name, got.body)
		require.Equal(t, `Bearer realm="vestibule", error="invalid_token"`, got.header.Get("WWW-Authenticate"), attack.Name)
	}
	require.Empty(t, r.record.taken())
}

func TestNoTokenThatOnlyLooksGoodIsActive(t *testing.T) {
	r, target := attacked(t, &atomic.Bool{})
	m := r.machine()
	require.Equal(t, true, m.introspect(attacktest.Good(target))["active"])
	for _, attack := range attacktest.Against(target) {
		if attack.Fault == attacktest.Audience { // which is any of ours here
			continue
		}
		got := m.inside("/oauth/introspect", "service", serviceSecret, "token", attack.Token)
		if len(attack.Token) > mostInForm {
			got.oauthError(413, "invalid_request")
			continue
		}
		if strings.Contains(attack.Token, "\x00") || !utf8.ValidString(attack.Token) { // which no parameter may hold
			got.oauthError(400, "invalid_request")
			continue
		}
		require.Equal(t, 200, got.status, "%s: %s", attack.Name, got.body)
		require.JSONEq(t, `{"active": false}`, got.body, attack.Name)
	}
}

func TestNoTokenThatOnlyLooksGoodIsExchangedOrRevoked(t *testing.T) {
	r, target := attacked(t, &atomic.Bool{})
	m := r.machine()
	for _, attack := range attacktest.Against(target) {
		if strings.Contains(attack.Token, "\x00") {
			continue
		}
		got := m.form("/oauth/revoke", "token", attack.Token, "client_id", "cli")
		if len(attack.Token) > mostInForm {
			got.oauthError(413, "invalid_request")
			continue
		}
		got.is(200)
	}
	require.Equal(t, 1, r.clientSessions())
	target.Audience, target.OtherAudience, target.Claims["aud"] = "record", "orders", "record"
	m.exchange(attacktest.Good(target)).is(200)
	for _, attack := range attacktest.Against(target) {
		status := 400
		if len(attack.Token) > mostInForm {
			status = 413
		}
		m.exchange(attack.Token).oauthError(status, "invalid_request")
	}
	m.form("/oauth/revoke", "token", attacktest.Good(attacktest.Target{Algorithm: target.Algorithm, Key: target.Key, KID: target.KID, Issuer: publicURL,
		Audience: publicURL, Claims: map[string]any{"iss": publicURL, "sub": target.Claims["sub"], "aud": publicURL, "client_id": "cli", "sid": target.Claims["sid"],
			"jti": "x", "iat": target.Now.Unix(), "exp": target.Now.Unix() + 300}, Now: target.Now}), "client_id", "cli").is(200)
	require.Zero(t, r.clientSessions())
}

func TestNoTokenOfARevokedKeyStaysWhateverElseItSays(t *testing.T) {
	var compromised atomic.Bool
	r, target := attacked(t, &compromised)
	live := r.kids()[0]
	sign := func(head, claims string) string {
		input := base64.RawURLEncoding.EncodeToString([]byte(head)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims))
		signature, err := jwt.SigningMethodES256.Sign(input, target.Key)
		require.NoError(t, err)
		return input + "." + base64.RawURLEncoding.EncodeToString(signature)
	}
	now := target.Now.Unix()
	claims := fmt.Sprintf(`{"iss":%q,"sub":"service","aud":%[1]q,"client_id":"service","jti":"x","iat":%d,"exp":%%d}`, publicURL, now)
	long := &machine{r: r, token: sign(`{"alg":"ES256","typ":"at+jwt","kid":"of-the-test"}`, fmt.Sprintf(claims, now+10*365*86400))}
	long.api("/api/record/").problem(401, "unauthenticated")

	var kept []*machine
	for _, head := range []string{
		`{"alg":"ES256","typ":"at+jwt","kid":"of-the-test"}`,
		`{"alg":"ES256","typ":"at+jwt","kid":"of-the-test","KID":"` + live + `"}`,
		`{"alg":"ES256","typ":"at+jwt","KID":"` + live + `","kid":"of-the-test"}`,
	} {
		m := &machine{r: r, token: sign(head, fmt.Sprintf(claims, now+300))}
		m.api("/api/record/").is(200)
		kept = append(kept, m)
	}
	compromised.Store(true)
	for _, m := range kept {
		m.api("/api/record/").problem(401, "unauthenticated")
	}
}
