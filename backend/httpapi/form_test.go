package httpapi

import (
	"encoding/base64"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"vestibule/backend/client"
)

func FuzzParams(f *testing.F) {
	for _, seed := range []string{"a=b&c=d", "a=b&a=c", "a=%", "a=%00", "a=%ff", "a;b=c", "=", "&&&"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read, err := parseParams(text)
		for name, value := range read {
			require.NoError(t, err)
			require.NotEmpty(t, value, name)
			require.True(t, utf8.ValidString(value))
		}
	})
}

func FuzzBasic(f *testing.F) {
	for _, seed := range []string{"Basic YTpi", "basic  YTpi", "Basic", "Basic YTpi=", "Bearer x", "Basic " + base64.StdEncoding.EncodeToString([]byte("a%zz:b"))} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		id, password, ok := basic([]string{header})
		if ok {
			return
		}
		_, _ = id, password
		_, _, two := basic([]string{header, header})
		require.False(t, two)
	})
}

func FuzzAuthorize(f *testing.F) {
	a := &api{publicOrigin: "https://app.example.com"}
	a.Clients = client.NewRegistry([]client.Client{{ID: "cli", RedirectURIs: []string{"http://127.0.0.1/callback"}, Grants: []client.Grant{client.AuthorizationCode}}})
	f.Add("client_id=cli&redirect_uri=http%3A%2F%2F127.0.0.1%3A80%2Fcallback&state=%22x&response_type=token")
	f.Fuzz(func(t *testing.T, query string) {
		p, err := parseParams(query)
		if err != nil {
			return
		}
		r, err := a.readAsked(p)
		if err != nil {
			return
		}
		require.Regexp(t, `^http://127\.0\.0\.1(:[0-9]*)?/callback\?`, a.back(r, "error", "x"), "whatever is asked, the answer goes to the client")
	})
}
