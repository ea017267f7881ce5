package token_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"vestibule/backend/fault"
	"vestibule/backend/secret"
	"vestibule/backend/token"
)

func TestATokenCarriesTheClaimsOfTheContractAndNoOthers(t *testing.T) {
	for _, algorithm := range algorithms {
		t.Run(algorithm, func(t *testing.T) {
			issuer, keys := newIssuer(t, algorithm)
			issued, err := issuer.Issue(grant(), noon)
			require.NoError(t, err)
			head, body := read(t, issued)
			require.Equal(t, map[string]any{"alg": algorithm, "typ": "at+jwt", "kid": published(t, keys)[0]["kid"]}, head)
			require.Equal(t, map[string]any{"iss": issuerURL, "sub": "ada", "aud": "orders", "exp": float64(noon.Unix() + 300), "iat": float64(noon.Unix()),
				"jti": issued.ID, "sid": "a-session", "client_id": "vestibule", "auth_time": float64(noon.Unix() - 60), "amr": []any{"pwd", "otp"},
				"acr": "aal2", "roles": []any{"admin"}}, body)
		})
	}
}

func TestANameOrAnAddressIsThereOnlyForADownstreamThatAsks(t *testing.T) {
	issuer, _ := newIssuer(t, token.ES256)
	asked := grant()
	asked.Email, asked.Name = "ada@example.com", "Ada"
	issued, err := issuer.Issue(asked, noon)
	require.NoError(t, err)
	_, body := read(t, issued)
	require.Equal(t, "ada@example.com", body["email"])
	require.Equal(t, "Ada", body["name"])
	require.Len(t, body, 14)
}

func TestEachAlgorithmVerifiesWithThePublishedKeyAlone(t *testing.T) {
	for _, algorithm := range algorithms {
		t.Run(algorithm, func(t *testing.T) {
			issuer, keys := newIssuer(t, algorithm)
			issued, err := issuer.Issue(grant(), noon)
			require.NoError(t, err)
			require.NoError(t, verify(t, keys, issued, algorithm))
			_, others := newIssuer(t, algorithm)
			require.Error(t, verify(t, others, issued, algorithm), "another Vestibule's keys don't verify it")
			another, err := issuer.Issue(grant(), noon)
			require.NoError(t, err)
			said, signature := strings.Split(another.Value.Reveal(), "."), strings.Split(issued.Value.Reveal(), ".")
			another.Value = secret.Of(said[0] + "." + said[1] + "." + signature[2])
			require.ErrorIs(t, verify(t, keys, another, algorithm), jwt.ErrTokenSignatureInvalid, "nor does another token's signature")
		})
	}
}

func TestATokenNeverOutlivesItsSession(t *testing.T) {
	issuer, _ := newIssuer(t, token.EdDSA)
	for now := noon; now.Before(noon.Add(time.Second)); now = now.Add(333 * time.Millisecond) {
		for left := time.Duration(0); left < 6*time.Minute; left += 1777 * time.Millisecond {
			asked := grant()
			asked.NotAfter = now.Add(left)
			issued, err := issuer.Issue(asked, now)
			if err != nil {
				require.ErrorIs(t, err, token.ErrEnded)
				require.Less(t, left, time.Second, "there was time left for a token")
				continue
			}
			_, body := read(t, issued)
			exp := time.Unix(int64(body["exp"].(float64)), 0)
			require.False(t, exp.After(asked.NotAfter), "it outlives its session, which has %s left", left)
			require.False(t, exp.After(now.Add(5*time.Minute)), "it outlives the lifetime")
			require.Greater(t, exp.Unix(), now.Unix(), "it was dead when it was born")
			require.True(t, issued.ExpiresAt.Equal(exp))
		}
	}
}

func TestASessionThatIsOverGetsNoToken(t *testing.T) {
	issuer, _ := newIssuer(t, token.ES256)
	for _, end := range []time.Time{{}, noon.Add(-time.Hour), noon.Add(-time.Nanosecond), noon, noon.Add(time.Second - 1)} {
		asked := grant()
		asked.NotAfter = end
		issued, err := issuer.Issue(asked, noon)
		require.ErrorIs(t, err, token.ErrEnded)
		require.True(t, issued.Value.IsZero())
	}
	require.Equal(t, fault.Unauthenticated, token.ErrEnded.Kind)
	require.Equal(t, "unauthenticated", token.ErrEnded.Code, "as for any request without a session")
}

func TestEveryTokenHasAnIdentifierOfItsOwn(t *testing.T) {
	issuer, _ := newIssuer(t, token.EdDSA)
	seen := map[string]bool{}
	for range 200 {
		issued, err := issuer.Issue(grant(), noon)
		require.NoError(t, err)
		require.Len(t, issued.ID, 22, "128 bits")
		seen[issued.ID] = true
	}
	require.Len(t, seen, 200)
}

func TestATokenCannotPrintItself(t *testing.T) {
	issuer, _ := newIssuer(t, token.ES256)
	issued, err := issuer.Issue(grant(), noon)
	require.NoError(t, err)
	signature := strings.Split(issued.Value.Reveal(), ".")[2]
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		require.NotContains(t, fmt.Sprintf(verb, issued), signature)
	}
}

func TestTheLifetimeOfATokenHasBounds(t *testing.T) {
	keys := ring(t, &memory{}, token.ES256)
	for _, lifetime := range []time.Duration{-time.Minute, 0, time.Minute - 1, 15*time.Minute + 1, 24 * time.Hour} {
		made, err := token.NewIssuer(keys, issuerURL, lifetime)
		require.ErrorContains(t, err, "token.lifetime", "%s", lifetime)
		require.ErrorContains(t, err, "1m0s to 15m0s")
		require.Nil(t, made)
	}
	for _, lifetime := range []time.Duration{time.Minute, 15 * time.Minute} {
		issuer, err := token.NewIssuer(keys, issuerURL, lifetime)
		require.NoError(t, err)
		issued, err := issuer.Issue(grant(), noon)
		require.NoError(t, err)
		require.True(t, issued.ExpiresAt.Equal(noon.Add(lifetime)))
	}
}

func TestTheJWKSHasOnlyWhatVerifies(t *testing.T) {
	members := map[string][]string{
		token.ES256: {"alg", "crv", "kid", "kty", "use", "x", "y"},
		token.EdDSA: {"alg", "crv", "kid", "kty", "use", "x"},
		token.RS256: {"alg", "e", "kid", "kty", "n", "use"},
	}
	store := &memory{}
	for _, algorithm := range algorithms {
		made := &memory{}
		ring(t, made, algorithm)
		store.kept = append(store.kept, made.kept...)
	}
	all := published(t, ring(t, store, token.ES256))
	require.Len(t, all, 3, "those of other algorithms stay published: tokens that they signed are out")
	for _, jwk := range all {
		require.Equal(t, members[jwk["alg"].(string)], slices.Sorted(maps.Keys(jwk)))
		require.Equal(t, "sig", jwk["use"])
		if n, is := jwk["n"].(string); is {
			require.Len(t, n, 512, "3072 bits in base64url")
		}
	}
}
