package verifier_test

import (
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"strings"
	"testing"

	"github.com/c2sp/wycheproof"
	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
)

// vectors are Wycheproof's for JSON Web Signatures.
type vectors struct {
	TestGroups []struct {
		Comment         string
		Public, Private map[string]any // a JWK; a symmetric key has no public half
		Tests           []struct {
			ID      int `json:"tcId"`
			Comment string
			JWS     string
			Result  string
		}
	}
}

// None of the vectors is an access token: their payloads are bare, and they have no typ. So each is tried
// twice. Verify must refuse them all. And the step that judges form, algorithm, key and signature, which is
// all that a JWS can be judged by, must take the valid ones and refuse the others: a test in which
// everything is refused for its type would prove nothing.
//
// The keys are published as the vectors have them. Of the 401 vectors:
//
//   - 272 are for keys of ES256 or RS256. The 10 valid ones are taken, and the 262 others refused.
//   - 4 are for keys that are not for signatures, by `use` or `key_ops`. Their keys name no algorithm, for
//     which alone they would be passed over here; so they are given one, and still are.
//   - 125 don't apply, since their keys are for an algorithm that this verifier doesn't have: 40 for HS256,
//     8 for RS384 and RS512, 75 for PS256, PS384 and PS512, and 2 for ES512. All are refused: of the 36
//     that are valid elsewhere, 34 for their algorithm, and 2 for a character in their base64 that it doesn't
//     have.
//
// There are none for EdDSA.
func TestWycheproofsVectorsAreJudgedAsTheyShouldBe(t *testing.T) {
	text, err := fs.ReadFile(wycheproof.TestVectors, "json_web_signature_test.json")
	require.NoError(t, err)
	var all vectors
	require.NoError(t, json.Unmarshal(text, &all))
	counted := map[string]int{}
	for _, group := range all.TestGroups {
		key := group.Public
		if key == nil {
			key = group.Private
		}
		family := kindOf(key)
		vb := newVestibule(t)
		vb.answers(publish(t, key))
		v := vb.verifier(t, func(c *verifier.Config) { c.Algorithms = []string{"ES256", "EdDSA", "RS256"} })
		for _, one := range group.Tests {
			counted[family+", "+one.Result]++
			claims, err := v.Verify(t.Context(), one.JWS)
			require.Error(t, err, one.ID)
			require.Nil(t, claims)
			payload, err := v.Signed(t.Context(), one.JWS)
			switch {
			case family == "ours" && one.Result == "valid":
				require.NoError(t, err, "%d: %s", one.ID, one.Comment)
				require.Equal(t, strings.Split(one.JWS, ".")[1], base64.RawURLEncoding.EncodeToString(payload))
			case family == "for another use":
				require.ErrorIs(t, err, verifier.ErrKey, one.ID)
			case one.ID == 372 || one.ID == 373: // "valid" with a character that base64url doesn't have (RFC 7515, 2)
				require.ErrorIs(t, err, verifier.ErrMalformed, one.ID)
			case one.Result == "valid":
				require.ErrorIs(t, err, verifier.ErrAlgorithm, one.ID)
			default:
				require.Error(t, err, "%d: %s: %s", one.ID, group.Comment, one.Comment)
				require.Nil(t, payload)
			}
		}
	}
	require.Equal(t, map[string]int{
		"ours, valid": 10, "ours, invalid": 262, "for another use, invalid": 4,
		"HS, valid": 10, "HS, invalid": 30, "RS, valid": 8, "PS, valid": 16, "PS, invalid": 59, "ES, valid": 2,
	}, counted, "another version of the vectors is to be looked at anew")
}

// kindOf says what a vector's key is for, and gives it an algorithm where only its use should count.
func kindOf(key map[string]any) string {
	algorithm, _ := key["alg"].(string)
	switch algorithm {
	case "ES256", "RS256":
		return "ours"
	case "":
		key["alg"] = map[string]string{"EC": "ES256", "RSA": "RS256"}[key["kty"].(string)]
		return "for another use"
	}
	return algorithm[:2]
}
