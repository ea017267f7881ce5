package client_test

import (
	"net/netip"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/client"
	"vestibule/backend/secret"
)

var cli = client.Client{ID: "cli", RedirectURIs: []string{"http://127.0.0.1/callback", "http://[::1]/callback", "https://app.example.org/back?from=here"}}

func TestOnlyThePortOfALoopbackAddressIsFree(t *testing.T) {
	for _, uri := range []string{"http://127.0.0.1/callback", "http://127.0.0.1:49152/callback", "http://[::1]:8080/callback", "https://app.example.org/back?from=here"} {
		require.True(t, cli.Redirects(uri), uri)
	}
	for _, uri := range []string{"http://[::2]:8080/callback", "http://127.0.0.2/callback", "http://0.0.0.0/callback", "http://localhost/callback", "http://[::ffff:127.0.0.1]/callback"} {
		require.False(t, cli.Redirects(uri), uri)
	}
}

func TestAClientShowsItsSecretOrHasNone(t *testing.T) {
	sum := secret.Of("its secret").Sum()
	r := client.NewRegistry([]client.Client{cli, {ID: "partner", SecretSum: &sum}})
	for _, c := range []struct {
		id, secret string
		good       bool
	}{
		{"cli", "", true}, {"cli", "any", false}, {"partner", "its secret", true}, {"partner", "", false}, {"partner", "another", false}, {"nobody", "", false}, {"", "", false},
	} {
		_, err := r.Authenticate(c.id, secret.Of(c.secret))
		require.Equal(t, c.good, err == nil, "%+v", c)
	}
	require.Equal(t, sum, *client.ParseSecretHash("sha256:" + sum.String()))
	require.Nil(t, client.ParseSecretHash(""))
	require.Equal(t, []string{"cli", "gone"}, []string{r.Name("cli"), r.Name("gone")})
}

func FuzzRedirects(f *testing.F) {
	for _, uri := range []string{"http://127.0.0.1:80/callback", "http://127.0.0.1@evil.example.com/callback", "http://[::1]:1/callback", "https://app.example.org/back?from=here", "http://127.0.0.1:80/call\x00back"} {
		f.Add(uri)
	}
	f.Fuzz(func(t *testing.T, uri string) {
		if !cli.Redirects(uri) || uri == cli.RedirectURIs[2] {
			return
		}
		u, err := url.Parse(uri)
		require.NoError(t, err)
		address, err := netip.ParseAddr(u.Hostname())
		require.NoError(t, err)
		require.True(t, address.IsLoopback() && u.Scheme == "http" && u.Path == "/callback" && u.RawQuery == "" && u.User == nil && u.Fragment == "", uri)
	})
}
