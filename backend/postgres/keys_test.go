package postgres_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/postgres"
	"vestibule/backend/postgres/pgtest"
	"vestibule/backend/secret"
	"vestibule/backend/token"
)

func masterKeys(t *testing.T, current, previous string) token.MasterKeys {
	t.Helper()
	text := func(seed string) secret.Value {
		if seed == "" {
			return secret.Value{}
		}
		return secret.Of(base64.StdEncoding.EncodeToString([]byte((seed + strings.Repeat("-test-key", 4))[:32])))
	}
	m, err := token.NewMasterKeys(text(current), text(previous))
	require.NoError(t, err)
	return m
}

func TestReplicasThatStartAtOnceMakeOneKey(t *testing.T) {
	at := pgtest.URL(t)
	sets := make([]string, 6)
	var all sync.WaitGroup
	for i := range sets {
		db := pgtest.Connect(t, at)
		all.Go(func() {
			ring, err := token.OpenRing(t.Context(), postgres.NewKeys(db), masterKeys(t, "a", ""), token.ES256)
			if err == nil {
				sets[i] = string(ring.JWKS())
			}
		})
	}
	all.Wait()
	for _, set := range sets {
		require.JSONEq(t, sets[0], set)
		require.Equal(t, 1, strings.Count(set, `"kid"`))
	}
}

func TestPrivateKeysAreSealedAndOnlyTheMasterKeyOpensThem(t *testing.T) {
	db := pgtest.Open(t)
	_, err := token.OpenRing(t.Context(), postgres.NewKeys(db), masterKeys(t, "a", ""), token.ES256)
	require.NoError(t, err)
	_, err = token.OpenRing(t.Context(), postgres.NewKeys(db), masterKeys(t, "b", ""), token.ES256)
	require.ErrorContains(t, err, "master_key")
	_, err = token.OpenRing(t.Context(), postgres.NewKeys(db), masterKeys(t, "b", "a"), token.ES256)
	require.NoError(t, err, "while the master key changes")

	exec(t, db, `UPDATE signing_keys SET kid = kid || 'x'`)
	_, err = token.OpenRing(t.Context(), postgres.NewKeys(db), masterKeys(t, "a", ""), token.ES256)
	require.Error(t, err, "a sealed key opens under its own name only")
}

func TestATokenSaysWhatItShouldAndNothingElse(t *testing.T) {
	for _, algorithm := range []string{token.ES256, token.EdDSA, token.RS256} {
		t.Run(algorithm, func(t *testing.T) {
			ring, err := token.OpenRing(t.Context(), postgres.NewKeys(pgtest.Open(t)), masterKeys(t, "a", ""), algorithm)
			require.NoError(t, err)
			issuer, err := token.NewIssuer(ring, "https://app.example.com", 5*time.Minute)
			require.NoError(t, err)
			now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
			grant := token.Grant{Subject: "u", SID: "s", ClientID: "vestibule", Audience: "orders", AuthTime: now.Add(-time.Minute),
				AMR: []string{"pwd"}, ACR: "aal1", Roles: []string{"user"}, NotAfter: now.Add(time.Hour)}
			issued, err := issuer.Issue(grant, now)
			require.NoError(t, err)
			require.Equal(t, now.Add(5*time.Minute).Unix(), issued.ExpiresAt.Unix())

			header, body := parts(t, issued.Value.Reveal())
			var keys struct{ Keys []map[string]any }
			require.NoError(t, json.Unmarshal(ring.JWKS(), &keys))
			require.Equal(t, map[string]any{"alg": algorithm, "typ": "at+jwt", "kid": keys.Keys[0]["kid"]}, header)
			require.Equal(t, map[string]any{"iss": "https://app.example.com", "sub": "u", "aud": "orders", "sid": "s", "client_id": "vestibule",
				"iat": float64(now.Unix()), "exp": float64(now.Unix() + 300), "auth_time": float64(now.Unix() - 60), "jti": issued.ID,
				"amr": []any{"pwd"}, "acr": "aal1", "roles": []any{"user"}}, body)
			for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "k"} {
				require.NotContains(t, keys.Keys[0], private)
			}

			grant.NotAfter = now.Add(90 * time.Second)
			grant.Email = "a@example.com"
			issued, err = issuer.Issue(grant, now)
			require.NoError(t, err)
			require.Equal(t, grant.NotAfter.Unix(), issued.ExpiresAt.Unix(), "it never outlives its session's absolute end")
			_, body = parts(t, issued.Value.Reveal())
			require.Equal(t, "a@example.com", body["email"])
			grant.NotAfter = now
			_, err = issuer.Issue(grant, now)
			require.ErrorIs(t, err, token.ErrEnded)
		})
	}
}

func TestALifetimeOutOfBoundsIsRefused(t *testing.T) {
	for _, lifetime := range []time.Duration{0, 59 * time.Second, 15*time.Minute + 1} {
		_, err := token.NewIssuer(&token.Ring{}, "https://app.example.com", lifetime)
		require.ErrorContains(t, err, "token.lifetime")
	}
}

func TestAMasterKeyOfTheWrongShapeIsRefusedByName(t *testing.T) {
	for _, text := range []string{"", "short", base64.StdEncoding.EncodeToString(make([]byte, 31)), strings.Repeat("!", 44)} {
		_, err := token.NewMasterKeys(secret.Of(text), secret.Value{})
		require.ErrorContains(t, err, "master_key: it must be 32 bytes")
	}
}

func parts(t *testing.T, raw string) (header, body map[string]any) {
	t.Helper()
	split := strings.Split(raw, ".")
	require.Len(t, split, 3)
	for i, into := range []*map[string]any{&header, &body} {
		text, err := base64.RawURLEncoding.DecodeString(split[i])
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, into))
	}
	return header, body
}
