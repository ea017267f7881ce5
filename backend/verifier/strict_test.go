package verifier_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/verifier"
)

// instead gives the text of a JSON object in which one member is written as it is given here.
func instead(t *testing.T, of map[string]any, name, member string) string {
	t.Helper()
	rest := jsonText(t, with(of, name, nil))
	return "{" + member + "," + strings.TrimPrefix(rest, "{")
}

func TestANameThatComesTwiceIsRefused(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	head, body := jsonText(t, vb.head()), jsonText(t, vb.body())
	accepted(t, v, vb.signer.written(t, head, body))
	for _, more := range []string{
		`"aud":"orders"`, `"aud":"insights"`, `"sub":"grace"`, `"a\u0075d":"insights"`, `"x":1,"x":1`, `"x":{"y":[{"z":1,"z":2}]}`, `"x":{"z":1,"\u007a":2}`,
	} {
		refused(t, v, vb.signer.written(t, head, "{"+more+","+body[1:]), verifier.ErrMalformed)
		refused(t, v, vb.signer.written(t, head, body[:len(body)-1]+","+more+"}"), verifier.ErrMalformed)
	}
	for _, more := range []string{`"alg":"ES256"`, `"alg":"none"`, `"a\u006cg":"none"`, `"kid":"x"`, `"typ":"JWT"`, `"jwk":{"x":"","x":""}`} {
		refused(t, v, vb.signer.written(t, "{"+more+","+head[1:], body), verifier.ErrMalformed)
		refused(t, v, vb.signer.written(t, head[:len(head)-1]+","+more+"}", body), verifier.ErrMalformed)
	}
	many := make([]string, 100)
	for i := range many {
		many[i] = fmt.Sprintf(`"m%d":%d`, i, i)
	}
	accepted(t, v, vb.signer.written(t, head, "{"+strings.Join(many, ",")+","+body[1:]))
	for _, again := range []string{`"m0":0`, `"m14":0`, `"m15":0`, `"m16":0`, `"m17":0`, `"m99":0`, `"\u006d16":0`, `"aud":"orders"`} {
		refused(t, v, vb.signer.written(t, head, "{"+strings.Join(many, " , ")+","+again+","+body[1:]), verifier.ErrMalformed)
	}
	accepted(t, v, vb.signer.written(t, head, `{"x":{"iss":1,"y":{"iss":2}},"z":[{"iss":3},{"iss":4}],`+body[1:])) // each in an object of its own
}

func TestANameIsReadAsItIsSpelt(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	head := jsonText(t, vb.head())
	refused(t, v, vb.signer.written(t, head, instead(t, vb.body(), "aud", `"AUD":"orders"`)), verifier.ErrAudience)
	refused(t, v, vb.signer.written(t, head, instead(t, vb.body(), "sub", `"Sub":"ada"`)), verifier.ErrClaims)
	claims := accepted(t, v, vb.signer.written(t, head, `{"Sub":"grace",`+jsonText(t, vb.body())[1:]))
	require.Equal(t, "ada", claims.Subject, "another case is another name")
	refused(t, v, vb.signer.written(t, instead(t, vb.head(), "alg", `"ALG":"ES256"`), jsonText(t, vb.body())), verifier.ErrAlgorithm)
	refused(t, v, vb.signer.written(t, instead(t, vb.head(), "typ", `"Typ":"at+jwt"`), jsonText(t, vb.body())), verifier.ErrType)
	accepted(t, v, vb.signer.written(t, instead(t, vb.head(), "alg", `"a\u006cg":"ES256"`), instead(t, vb.body(), "aud", `"a\u0075d":"orders"`))) // is what it says (RFC 8259, 8.3)
}

func TestClaimsThatAreOfAnotherKindAreRefused(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	head := jsonText(t, vb.head())
	for _, claim := range []string{"exp", "iat", "nbf", "auth_time"} {
		for _, value := range []string{`"1795521900"`, `1795521900.0`, `1795521900.5`, `1.7955219e9`, `1e400`, `-1e400`, `9223372036854775808`, `99999999999999999999999999`,
			`-9223372036854775809`, `null`, `true`, `[1795521900]`, `{"at":1795521900}`} {
			refused(t, v, vb.signer.written(t, head, instead(t, vb.body(), claim, `"`+claim+`":`+value)), verifier.ErrMalformed)
		}
	}
	for _, claim := range []string{"iss", "sub", "jti", "sid", "client_id", "acr", "email", "name"} {
		for _, value := range []string{`1`, `null`, `["ada"]`, `{}`, `true`} {
			refused(t, v, vb.signer.written(t, head, instead(t, vb.body(), claim, `"`+claim+`":`+value)), verifier.ErrMalformed)
		}
	}
	for _, claim := range []string{"amr", "roles"} {
		for _, value := range []string{`"admin"`, `null`, `[1]`, `{"0":"admin"}`} {
			refused(t, v, vb.signer.written(t, head, instead(t, vb.body(), claim, `"`+claim+`":`+value)), verifier.ErrMalformed)
		}
	}
	accepted(t, v, vb.signer.written(t, head, `{"x":1e400,"y":null,`+jsonText(t, vb.body())[1:])) // what it doesn't read is nobody's business
}

func TestATimeBefore1970IsNone(t *testing.T) {
	vb := newVestibule(t)
	for _, claim := range []string{"exp", "iat", "nbf", "auth_time"} {
		refused(t, vb.verifier(t), vb.signer.sign(t, vb.head(), with(vb.body(), claim, -1)), verifier.ErrTime)
	}
	refused(t, vb.verifier(t), vb.signer.sign(t, vb.head(), with(vb.body(), "exp", 0)), verifier.ErrClaims)
	refused(t, vb.verifier(t), vb.signer.sign(t, vb.head(), with(vb.body(), "auth_time", vb.after(31))), verifier.ErrTime)
	accepted(t, vb.verifier(t), vb.signer.sign(t, vb.head(), with(vb.body(), "exp", int64(1)<<62))) // how long a token may live, the issuer says
}

func TestTextThatIsNoUnicodeIsRefused(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	head := jsonText(t, vb.head())
	for _, bad := range []string{"\xff", "\xc3", "\xed\xa0\x80", `\ud800`, `\udc00`, `\uD800\ud800`, `\ud83dx`, `\\\ud83d`, `\ud83d\n`, `\ude00\ud83d`} {
		refused(t, v, vb.signer.written(t, head, instead(t, vb.body(), "sub", `"sub":"`+bad+`"`)), verifier.ErrMalformed)
		refused(t, v, vb.signer.written(t, "{\"x\":\""+bad+"\","+head[1:], jsonText(t, vb.body())), verifier.ErrMalformed)
	}
	for good, meant := range map[string]string{`\ud83d\ude00`: "😀", `\\ud800`: `\ud800`, `\\\\ud800`: `\\ud800`, `\u00e9\n\uFFFD`: "é\n\uFFFD", `\"\ud83d\ude00\"`: `"😀"`} {
		require.Equal(t, meant, accepted(t, v, vb.signer.written(t, head, instead(t, vb.body(), "sub", `"sub":"`+good+`"`))).Subject)
	}
}

func TestWellSignedGarbageIsMalformed(t *testing.T) {
	vb := newVestibule(t)
	v := vb.verifier(t)
	head, body := jsonText(t, vb.head()), jsonText(t, vb.body())
	nested := strings.Repeat(`{"a":`, 32) + "1" + strings.Repeat("}", 32)
	accepted(t, v, vb.signer.written(t, head, `{"x":`+strings.Repeat("[", 31)+strings.Repeat("]", 31)+","+body[1:]))
	for _, bad := range []string{"", " ", "null", "[]", "7", `"x"`, "{", "{}{}", body + "x", body[:len(body)-1], "\ufeff" + body, `{"x":` + nested + "," + body[1:], strings.Repeat("[", 4000),
		strings.Repeat("[", 2000) + strings.Repeat("]", 2000), "{'iss':1}", "{iss:1}", `{"x":01,` + body[1:], `{"x":NaN,` + body[1:], "{/**/" + body[1:]} {
		refused(t, v, vb.signer.written(t, head, bad), verifier.ErrMalformed)
	}
}

func TestWhatATokenSaysIsReadOnlyAfterItsSignature(t *testing.T) {
	vb := newVestibule(t)
	for _, body := range []string{"{", `{"aud":"orders","aud":"orders"}`, jsonText(t, with(vb.body(), "aud", "insights"))} {
		refused(t, vb.verifier(t), newSigner(t, "ES256").written(t, jsonText(t, vb.head()), body), verifier.ErrSignature)
	}
}

func TestAnExtensionIsRefusedAlsoWhereItIsNotCalledCritical(t *testing.T) {
	vb := newVestibule(t)
	for _, plain := range []json.RawMessage{[]byte("false"), []byte("true"), []byte("null")} {
		refused(t, vb.verifier(t), vb.signer.sign(t, with(vb.head(), "b64", plain), vb.body()), verifier.ErrMalformed)
	}
}
