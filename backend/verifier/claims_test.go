package verifier_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
)

// chain is n actors, one behind another.
func chain(n int) string {
	return strings.Repeat(`{"sub":"a-service","act":`, n-1) + `{"sub":"the-first"}` + strings.Repeat("}", n-1)
}

func TestATokenSaysWhoActsForItsSubject(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	acted := func(act string) string {
		return vb.signer.written(t, jsonText(t, vb.head()), `{"act":`+act+","+jsonText(t, vb.body())[1:])
	}
	require.Nil(t, accepted(t, v, vb.issue(t, "orders")).Actor)
	require.Equal(t, &verifier.Actor{Subject: "orders"}, accepted(t, v, acted(`{"sub":"orders"}`)).Actor)
	require.Equal(t, &verifier.Actor{Subject: "insights", Actor: &verifier.Actor{Subject: "orders"}},
		accepted(t, v, acted(`{"iss":"x","sub":"insights","act":{"sub":"orders"}}`)).Actor)
	accepted(t, v, acted(chain(8)))
	for _, act := range []string{chain(9), chain(20), `null`, `"orders"`, `[]`, `{"sub":1}`, `{"sub":null}`, `{"sub":"a","act":null}`, `{"sub":"a","sub":"b"}`, `{"sub":"a","act":{"sub":"b","sub":"b"}}`} {
		refused(t, v, acted(act), verifier.ErrMalformed)
	}
	for _, act := range []string{`{}`, `{"sub":""}`, `{"Sub":"orders"}`, `{"sub":"a","act":{}}`, `{"sub":"a","act":{"SUB":"b"}}`} {
		refused(t, v, acted(act), verifier.ErrClaims)
	}
}

func TestATokenOfAClientThatActsForItselfIsValid(t *testing.T) {
	vb := newVestibule(t)
	body := with(with(vb.body(), "sub", "example-service"), "client_id", "example-service")
	for _, claim := range []string{"sid", "auth_time", "amr", "acr", "roles"} {
		body = with(body, claim, nil)
	}
	claims := accepted(t, vb.verifier(t), vb.signer.sign(t, vb.head(), body))
	require.Equal(t, "example-service", claims.Subject)
	require.Empty(t, claims.SID)
	require.False(t, claims.HasRole("user"))
	require.False(t, claims.Fresh(100*365*24*time.Hour, vb.now()), "nobody has proved anything")
}

func TestARoleIsOneOfTheTokensOwn(t *testing.T) {
	claims := verifier.Claims{Roles: []string{"user", "auditor"}}
	require.True(t, claims.HasRole("user"))
	require.True(t, claims.HasRole("auditor"))
	for _, role := range []string{"", "admin", "use", "users", "User"} {
		require.False(t, claims.HasRole(role))
	}
}

func TestAProofIsFreshUpToItsAge(t *testing.T) {
	claims := verifier.Claims{AuthTime: noon.Unix()}
	require.True(t, claims.Fresh(time.Minute, noon))
	require.True(t, claims.Fresh(time.Minute, noon.Add(time.Minute)))
	require.False(t, claims.Fresh(time.Minute, noon.Add(time.Minute+1)))
	require.True(t, claims.Fresh(time.Minute, noon.Add(-time.Second)), "clocks differ")
	require.False(t, claims.Fresh(-time.Second, noon))
}
