package httpapi

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/fault"
)

type decoded struct {
	Email    string `json:"email"`
	Password string `json:"password"`
	Remember bool   `json:"remember,omitempty"`
}

func TestABodyIsReadStrictlyAndEachFaultNamesItsFieldAndRule(t *testing.T) {
	var in decoded
	require.NoError(t, decodeObject([]byte(` {"email":"a@b.c","password":"x","remember":true} `), &in))
	require.Equal(t, decoded{"a@b.c", "x", true}, in)

	for body, want := range map[string]string{
		`{"email":"a","password":"b","x":1}`:       "x:unknown",
		`{"email":"a","password":"b","Email":"c"}`: "Email:unknown",
		`{"email":"a"}`:                                    "password:required",
		`{"email":1,"password":"b"}`:                       "email:type",
		`{"email":null,"password":"b"}`:                    "email:type",
		`{"email":{},"password":[]}`:                       "email:type password:type",
		`{"email":"a","password":"b","remember":"yes"}`:    "remember:type",
		`{"email":"a","email":"b","password":"b"}`:         "email:duplicate",
		"{\"email\":\"a\xff\",\"password\":\"b\"}":         "email:utf8",
		`{"email":"a","password":"b","remember":1,"y":""}`: "remember:type y:unknown",
	} {
		var into decoded
		known := fault.From(decodeObject([]byte(body), &into))
		require.Equal(t, "validation_failed", known.Code, body)
		var got []string
		for _, field := range known.Fields {
			got = append(got, field.Name+":"+field.Rule)
		}
		require.Equal(t, want, strings.Join(got, " "), body)
	}
}

func TestWhatIsNotOneJSONObjectIsMalformed(t *testing.T) {
	for _, body := range []string{"", " ", "null", "[]", `"x"`, "{", `{"email"`, `{"email":}`, `{"email":"a"} {}`, `{"email":"a"}x`, `{'email':'a'}`, "{\"email\":\"a\n\"}", "\xff\xfe", strings.Repeat(`{"a":`, 20000)} {
		var into decoded
		require.Equal(t, "malformed_json", fault.From(decodeObject([]byte(body), &into)).Code, "%.40q", body)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"email":"a","password":"b"}`))
	f.Add([]byte(`{"email":"\ud800","password":null,"":[]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		var into decoded
		if err := decodeObject(body, &into); err != nil && fault.From(err).Kind == fault.Internal {
			t.Fatalf("%q: %v", body, err)
		}
	})
}
