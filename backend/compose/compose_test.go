// Package compose_test holds what docker-compose.yml runs with against what Vestibule accepts. The
// file itself is held in check/, a module of its own.
package compose_test

import (
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"vestibule/backend/config"
)

// environment is what docker-compose.yml adds for one replica. The database is given by address, so
// that nothing is looked up.
var environment = []string{
	"VESTIBULE_DATABASE_URL=postgres://vestibule:0f1e2d3c@10.231.72.2:5432/vestibule?sslmode=disable",
	"VESTIBULE_MASTER_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
	"VESTIBULE_LISTEN=10.231.71.11:8080",
	"VESTIBULE_INTERNAL_LISTEN=10.231.71.11:8081",
}

func TestTheConfigurationIsAcceptedAndWarnsOfPlainHTTPOnly(t *testing.T) {
	loaded, warnings, err := config.Load("vestibule.yaml", environment)
	require.NoError(t, err)
	require.Equal(t, "https://localhost:8443", loaded.PublicURL.String())
	require.Equal(t, []netip.Prefix{netip.MustParsePrefix("10.231.71.2/32")}, loaded.TrustedProxies)
	require.Len(t, loaded.Downstreams, 2)
	require.Empty(t, loaded.Clients)
	var about []string
	for _, warning := range warnings {
		about = append(about, warning.Key)
	}
	require.Equal(t, []string{"downstreams[0].insecure", "downstreams[1].insecure"}, about)
}

func TestTheConfigurationHoldsNoSecret(t *testing.T) {
	_, _, err := config.Load("vestibule.yaml", environment[2:])
	require.ErrorContains(t, err, "database_url: is required")
	require.ErrorContains(t, err, "master_key: is required")
}
