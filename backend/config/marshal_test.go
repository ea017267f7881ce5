package config_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/config"
	"vestibule/backend/secret"
)

func TestWhatIsWrittenIsReadBackAsItWas(t *testing.T) {
	c := mustLoad(t, example)
	c.DatabaseURL = secret.Of("postgres://u:%23'x'@localhost/v")
	c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::1/128")}
	c.Session.IdleTimeout = 90*time.Minute + 1500*time.Millisecond
	c.Session.RememberAbsoluteLifetime = 36 * 24 * time.Hour
	c.Clients[0].Name = "yes: \"Ünïcode\" # not a comment"
	c.UI.ContentSecurityPolicy = "default-src 'self'"
	c.Downstreams = append(c.Downstreams, config.Downstream{
		Name: "files", URL: &url.URL{Scheme: "https", Host: "files.internal:8443", Path: "/base/"}, Audience: "true",
		Methods: []string{"GET", "M-SEARCH"}, Paths: []string{"/v1/", "/"}, Roles: []string{"admin"}, StepUp: 5 * time.Minute,
		ConnectTimeout: time.Second, HeaderTimeout: time.Minute, IdleTimeout: time.Hour, MaxBody: 1025,
		Redirects: []string{"https://cdn.example.com:8443"}, Claims: []string{"email", "name"}, Insecure: true,
	})
	text, err := c.Marshal()
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "# Vestibule's complete configuration. It holds secrets: keep it to yourself.\n"))

	require.Equal(t, c, mustLoad(t, string(text)), "%s", text)
}

func TestTheWrittenConfigurationIsComplete(t *testing.T) {
	text, err := mustLoad(t, complete("")).Marshal()
	require.NoError(t, err)
	for _, line := range []string{
		"public_url: https://app.example.com", "master_key: " + masterKey, "  absolute_lifetime: 12h", "  remember_idle_timeout: 14d",
		"downstreams: []", "  slots: 0", "  insecure_on_loopback: false", "  app: \"\"", "drain_timeout: 15s",
	} {
		require.Contains(t, strings.Split(string(text), "\n"), line)
	}
}

func TestASecondReplicaLoadsWhatDevelopmentRunsWith(t *testing.T) {
	base := developmentBase()
	c, _, err := config.Development(base, nil)
	require.NoError(t, err)
	c.DatabaseURL, c.MasterKey = secret.Of("postgres:///vestibule?host=/tmp/socket"), secret.Of(masterKey)
	c.Downstreams = append(c.Downstreams, config.NewDownstream("orders", &url.URL{Scheme: "http", Host: "127.0.0.1:9001"}, "orders"))
	text, err := c.Marshal()
	require.NoError(t, err)

	second := mustLoad(t, string(text), "VESTIBULE_LISTEN=127.0.0.1:8090", "VESTIBULE_INTERNAL_LISTEN=127.0.0.1:8091")
	second.Listen, second.InternalListen = c.Listen, c.InternalListen
	require.Equal(t, c, second)
}
