package config_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/config"
	"vestibule/backend/secret"
)

func developmentBase() *config.Config {
	base := config.Default()
	base.PublicURL = &url.URL{Scheme: "http", Host: "localhost:8080"}
	base.Log.Format = "text"
	base.Clients = []config.Client{{
		ID: "example-service", SecretHash: "sha256:" + secret.Of("example-service-secret-for-development").Hash(),
		Grants: []string{"token_exchange", "client_credentials"}, Audience: "orders", Targets: []string{"insights"},
	}}
	return base
}

func TestDevelopmentNeedsNeitherADatabaseNorAKey(t *testing.T) {
	c, warnings, err := config.Development(developmentBase(), []string{"VESTIBULE_DATA_DIR=/tmp/x"})
	require.NoError(t, err)
	require.Empty(t, warnings, "the example downstreams come later")
	require.Equal(t, developmentBase(), c)
	require.True(t, c.DatabaseURL.IsZero())
}

func TestDevelopmentLeavesItsBaseAsItIs(t *testing.T) {
	base := developmentBase()
	c, _, err := config.Development(base, []string{
		"VESTIBULE_LISTEN=localhost:9000", "VESTIBULE_PUBLIC_URL=http://dev.localhost:9000/", "VESTIBULE_CLIENTS=[]",
		"VESTIBULE_DATABASE_URL=postgres://u@[::1]/x", "VESTIBULE_MASTER_KEY=" + masterKey,
	})
	require.NoError(t, err)
	require.Equal(t, "localhost:9000", c.Listen)
	require.Equal(t, "http://dev.localhost:9000", c.PublicURL.String())
	require.Empty(t, c.Clients)
	require.Equal(t, developmentBase(), base)

	c.PublicURL.Host = "elsewhere"
	require.Equal(t, developmentBase(), base)
}

func TestDevelopmentWarnsOfTargetsThatNoneOfItsDownstreamsHas(t *testing.T) {
	_, warnings, err := config.Development(developmentBase(), []string{"VESTIBULE_DOWNSTREAMS=[{name: orders, url: 'http://localhost:1', audience: orders}]"})
	require.NoError(t, err)
	require.Equal(t, []config.Warning{{Key: "clients[0].targets[0]", Message: `no downstream has the audience "insights"`}}, warnings)
}

func TestDevelopmentStaysOnLoopback(t *testing.T) {
	for variable, values := range map[string][]string{
		"VESTIBULE_LISTEN":          {":8080", "0.0.0.0:8080", "[::]:8080", "192.168.1.2:8080", "app.localhost:8080", "example.com:80"},
		"VESTIBULE_INTERNAL_LISTEN": {":8081", "0.0.0.0:8081", "10.0.0.1:8081", "8.8.8.8:8081", "vestibule:8081"},
		"VESTIBULE_PUBLIC_URL":      {"https://app.example.com", "https://192.168.1.2:8080"},
		"VESTIBULE_DATABASE_URL":    {"postgres://u:hunter2@db.example.com/x", "postgres://u@127.0.0.1,10.0.0.1/x", "postgres://u@10.0.0.1/x?sslmode=require"},
	} {
		for _, value := range values {
			_, _, err := config.Development(developmentBase(), []string{variable + "=" + value})
			key := strings.ToLower(strings.TrimPrefix(variable, "VESTIBULE_"))
			require.EqualError(t, err, variable+": "+key+": must be on loopback under `vestibule dev`; take "+variable+
				" out, or name a loopback address in it; `vestibule serve` is for everything else", value)
		}
	}
}

func TestDevelopmentMakesTheOtherChecksAndNamesTheVariable(t *testing.T) {
	base := developmentBase()
	base.PublicURL = nil
	base.Downstreams = []config.Downstream{config.NewDownstream("orders", &url.URL{Scheme: "http", Host: "orders:9001"}, "orders")}
	_, _, err := config.Development(base, []string{"VESTIBULE_MASTER_KEY=hunter2", "VESTIBULE_TOKEN_LIFETIME=", "VESTIBULE_NOTHING=1"})
	require.Equal(t, []string{
		"VESTIBULE_DOWNSTREAMS: downstreams[0].url: must be https: plain http is for loopback only; write https:// in front, or add `insecure: true` where you trust everyone in that network with the tokens",
		"VESTIBULE_MASTER_KEY: master_key: must be 32 bytes in base64; make one with `openssl rand -base64 32`",
		"VESTIBULE_NOTHING: unknown variable; take it out of the environment",
		"VESTIBULE_PUBLIC_URL: public_url: is required; add the address that people type, such as `public_url: https://app.example.com`, or set VESTIBULE_PUBLIC_URL",
		"VESTIBULE_TOKEN_LIFETIME: token.lifetime: must be a duration such as 90s, 30m, 12h or 14d; write a number with its unit",
	}, strings.Split(err.Error(), "\n"))
}
