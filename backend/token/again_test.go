package token_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/secret"
	"vestibule/backend/token"
)

func TestATokenThatIsWrittenAgainIsTheSame(t *testing.T) {
	for _, algorithm := range algorithms {
		issuer, keys := newIssuer(t, algorithm)
		issued, err := issuer.Issue(grant(), noon)
		require.NoError(t, err)
		require.Equal(t, "behind "+issued.Value.Reveal(), string(issuer.AppendTo([]byte("behind "), &issued.Kept, grant())))
		other := grant()
		other.Roles = []string{"owner"}
		issued.Value = secret.Of(string(issuer.AppendTo(nil, &issued.Kept, other)))
		require.Error(t, verify(t, keys, issued, algorithm), "for another grant it is worth nothing")
	}
}

func TestClaimsAreJSONWhateverIsInThem(t *testing.T) {
	issuer, _ := newIssuer(t, token.ES256)
	for _, odd := range []string{"plain", "", `"`, `\`, "\x00", "\n", "<script>&", "Zoë 王小明 \u2028", "\xff\xfe", strings.Repeat("x", 3000)} {
		g := grant()
		g.Email, g.Name, g.Roles, g.AMR = odd, odd, []string{odd, odd}, nil
		issued, err := issuer.Issue(g, noon)
		require.NoError(t, err)
		text, err := base64.RawURLEncoding.DecodeString(strings.Split(issued.Value.Reveal(), ".")[1])
		require.NoError(t, err)
		var claims struct {
			Email, Name string
			Roles, AMR  []string
		}
		require.NoError(t, json.Unmarshal(text, &claims), "%s", text)
		var want string
		quoted, _ := json.Marshal(odd)
		require.NoError(t, json.Unmarshal(quoted, &want))
		require.Equal(t, []string{want, want, want, want}, append(claims.Roles, claims.Email, claims.Name))
		require.NotNil(t, claims.AMR, "an empty list is a list")
	}
}
