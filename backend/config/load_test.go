package config_test

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"vestibule/backend/config"
)

const masterKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="

// needed are the keys without a default, which `complete` adds to a file that does not give them.
var needed = []string{
	"public_url: https://app.example.com",
	"database_url: postgres://vestibule@127.0.0.1:5432/vestibule",
	"master_key: " + masterKey,
}

// complete puts what a file needs below its text, so that the text's lines keep their numbers.
func complete(text string) string {
	for _, line := range needed {
		key, _, _ := strings.Cut(line, ":")
		if !strings.Contains("\n"+text, "\n"+key+":") {
			text = strings.TrimSuffix(text, "\n") + "\n" + line + "\n"
		}
	}
	return strings.TrimPrefix(text, "\n")
}

// write puts a text into a file called vestibule.yaml.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "vestibule.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func load(t *testing.T, text string, environ ...string) (*config.Config, []config.Warning, error) {
	t.Helper()
	return config.Load(write(t, text), environ)
}

func mustLoad(t *testing.T, text string, environ ...string) *config.Config {
	t.Helper()
	c, _, err := load(t, text, environ...)
	require.NoError(t, err)
	return c
}

// faults loads what must not load, and gives the error's lines without the folder in front of the file.
func faults(t *testing.T, text string, environ ...string) []string {
	t.Helper()
	path := write(t, text)
	c, warnings, err := config.Load(path, environ)
	require.Error(t, err)
	require.Nil(t, c)
	require.Empty(t, warnings)
	return strings.Split(strings.ReplaceAll(err.Error(), filepath.Dir(path)+"/", ""), "\n")
}

const example = `public_url: https://app.example.com     # http only on localhost
listen: 127.0.0.1:8080
internal_listen: 127.0.0.1:8081
database_url: postgres://vestibule@127.0.0.1:5432/vestibule
master_key: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="      # seals the signing keys; better from VESTIBULE_MASTER_KEY; master_key_previous while it changes
downstreams:
  - name: orders                        # /api/orders/* goes to it, the prefix removed
    url: http://127.0.0.1:9001
    audience: orders
clients:                                # who may have tokens; none by default. No ` + "`audiences`" + `: all
  - id: vestibule-cli                   # public: no secret
    name: Vestibule CLI
    redirect_uris: [http://127.0.0.1/callback]   # loopback: on any port (RFC 8252)
    grants: [authorization_code, device_code, refresh_token]
  - id: example-service                 # confidential
    secret_hash: "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"             # of at least 32 random bytes
    grants: [token_exchange, client_credentials]
    audience: orders                    # its own; may exchange for these
    targets: [insights]
`

func TestTheExampleOfTheDesignLoads(t *testing.T) {
	c, warnings, err := load(t, example)
	require.NoError(t, err)
	require.Equal(t, []config.Warning{{Key: "clients[1].targets[0]", Message: `no downstream has the audience "insights"`}}, warnings)
	require.Equal(t, `clients[1].targets[0]: no downstream has the audience "insights"`, warnings[0].String())

	require.Equal(t, "https://app.example.com", c.PublicURL.String())
	require.Equal(t, masterKey, c.MasterKey.Reveal())
	require.Equal(t, "http://127.0.0.1:9001", c.Downstreams[0].URL.String())
	require.Equal(t, 30*time.Second, c.Downstreams[0].HeaderTimeout)
	require.Equal(t, config.Size(100<<20), c.Downstreams[0].MaxBody)
	require.Equal(t, 15*time.Second, c.DrainTimeout)
	require.Equal(t, 14*24*time.Hour, c.Session.RememberIdleTimeout)
	require.False(t, c.Clients[0].Confidential())
	require.True(t, c.Clients[1].Confidential())
}

func TestADownstreamBeginsWithItsDefaults(t *testing.T) {
	c := mustLoad(t, complete("downstreams: [{name: orders, url: 'http://127.0.0.1:9001', audience: orders}]"))
	require.Equal(t, config.NewDownstream("orders", c.Downstreams[0].URL, "orders"), c.Downstreams[0])
}

func TestThePublicURLHasNoSlashAtItsEnd(t *testing.T) {
	require.Equal(t, "https://app.example.com", mustLoad(t, complete("public_url: https://app.example.com/")).PublicURL.String())
}

func TestHTTPIsAcceptedOnLoopback(t *testing.T) {
	for _, url := range []string{"http://localhost:8080", "http://app.localhost", "http://127.3.2.1:8080", "http://[::1]:8080"} {
		require.Equal(t, url, mustLoad(t, complete("public_url: "+url)).PublicURL.String())
	}
}

func TestAVariableOverridesTheFile(t *testing.T) {
	c := mustLoad(t, complete("listen: 127.0.0.1:1\nsession: {idle_timeout: 5m, absolute_lifetime: 2h}\ntrusted_proxies: [10.0.0.1]\nclients: [{id: a, grants: [device_code]}]"),
		"HOME=/root", "VESTIBULE_LISTEN=127.0.0.1:2", "VESTIBULE_LISTEN=127.0.0.1:3",
		"VESTIBULE_SESSION_IDLE_TIMEOUT=7m", "VESTIBULE_REGISTRATION_ENABLED=false", "VESTIBULE_PASSWORD_SLOTS=4",
		"VESTIBULE_TRUSTED_PROXIES=[192.168.0.0/16, 'fd00::1']", "VESTIBULE_DATABASE_URL=postgresql://u:p%23#@[::1]/db",
		"VESTIBULE_CLIENTS=", "VESTIBULE_DATA_DIR=/tmp", "VESTIBULE_CLI_DIR=/tmp", "VESTIBULE_TEST_ANYTHING=1",
		"VESTIBULE_DOWNSTREAMS=[{name: a, url: 'http://localhost:1', audience: a, max_body: 1KiB}]")
	require.Equal(t, "127.0.0.1:3", c.Listen, "the last of a name counts")
	require.Equal(t, 7*time.Minute, c.Session.IdleTimeout)
	require.Equal(t, 2*time.Hour, c.Session.AbsoluteLifetime, "what the variable does not name stays")
	require.False(t, c.Registration.Enabled)
	require.Equal(t, 4, c.Password.Slots)
	require.Equal(t, []netip.Prefix{netip.MustParsePrefix("192.168.0.0/16"), netip.MustParsePrefix("fd00::1/128")}, c.TrustedProxies)
	require.Equal(t, "postgresql://u:p%23#@[::1]/db", c.DatabaseURL.Reveal(), "a value is taken as it is, not as YAML")
	require.Nil(t, c.Clients)
	require.Equal(t, config.Size(1024), c.Downstreams[0].MaxBody)
	require.Equal(t, 5*time.Second, c.Downstreams[0].ConnectTimeout)
}

func TestAGroupsVariableTakesYAMLAndTheMorePreciseOneWins(t *testing.T) {
	c := mustLoad(t, complete("log: {format: text}"), "VESTIBULE_LOG={level: debug}", "VESTIBULE_LOG_LEVEL=warn")
	require.Equal(t, config.Log{Format: "text", Level: "warn"}, c.Log)
}

func TestEverythingMayComeFromTheEnvironment(t *testing.T) {
	c := mustLoad(t, "{}", "VESTIBULE_PUBLIC_URL=http://localhost:8080", "VESTIBULE_DATABASE_URL=postgres://127.0.0.1/x", "VESTIBULE_MASTER_KEY="+masterKey)
	require.Equal(t, "http://localhost:8080", c.PublicURL.String())
}

func TestAKeyWithoutAValueSaysNothingWhereAListOrAGroupBelongs(t *testing.T) {
	c := mustLoad(t, complete("downstreams:\nclients: ~\nsession:\n"))
	require.Nil(t, c.Downstreams)
	require.Equal(t, config.Default().Session, c.Session)
}

func TestABareAddressIsANetworkOfOne(t *testing.T) {
	c := mustLoad(t, complete("trusted_proxies: [10.1.2.3, 'fd00::1', 10.9.8.7/8]"))
	require.Equal(t, []netip.Prefix{
		netip.MustParsePrefix("10.1.2.3/32"), netip.MustParsePrefix("fd00::1/128"), netip.MustParsePrefix("10.0.0.0/8"),
	}, c.TrustedProxies)
}

func TestDurationsMayHaveDaysAndSizesTheirUnits(t *testing.T) {
	for text, want := range map[string]time.Duration{"90s": 90 * time.Second, "14d": 336 * time.Hour, "1d12h": 36 * time.Hour, "1h1m": 61 * time.Minute} {
		require.Equal(t, want, mustLoad(t, complete("session: {remember_idle_timeout: "+text+"}")).Session.RememberIdleTimeout, text)
	}
	for text, want := range map[string]config.Size{"2048": 2048, "3KiB": 3072, "100MiB": 100 << 20, "1GiB": 1 << 30} {
		c := mustLoad(t, complete("downstreams: [{name: a, url: 'http://localhost:1', audience: a, max_body: "+text+"}]"))
		require.Equal(t, want, c.Downstreams[0].MaxBody, text)
	}
}

func TestWhatIsNoFileOfOursIsToldPlainly(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.yaml")
	_, _, err := config.Load(missing, nil)
	require.EqualError(t, err, missing+": can't be read: no such file or directory; name a YAML file that is there, readable, and 1 MiB at most")

	folder := t.TempDir()
	_, _, err = config.Load(folder, nil)
	require.EqualError(t, err, folder+": can't be read: is a directory; name a YAML file that is there, readable, and 1 MiB at most")

	large := write(t, complete("# "+strings.Repeat("x", 1<<20)))
	_, _, err = config.Load(large, nil)
	require.EqualError(t, err, large+": can't be read: it is larger than 1 MiB; name a YAML file that is there, readable, and 1 MiB at most")

	for text, want := range map[string]string{
		"":                              "vestibule.yaml: is empty; write at least {}, where everything comes from the environment",
		"# nothing\n":                   "vestibule.yaml: is empty; write at least {}, where everything comes from the environment",
		"---\n":                         "vestibule.yaml: is empty; write at least {}, where everything comes from the environment",
		"hunter2":                       "vestibule.yaml:1: must be a group of keys; begin with `public_url: https://…` in a line of its own",
		"\n- hunter2":                   "vestibule.yaml:2: must be a group of keys; begin with `public_url: https://…` in a line of its own",
		"listen: x\n---\nlisten: y\n":   "vestibule.yaml:2: must be one YAML document; take out what follows the line with three hyphens",
		"listen: x\n---\nhunter2: {\n":  "vestibule.yaml:3: is not YAML: did not find expected node content; look at the indentation, the quotes, the brackets and the colons around that line",
		"log:\n  level: [hunter2\n":     "vestibule.yaml:1: is not YAML: did not find expected ',' or ']'; look at the indentation, the quotes, the brackets and the colons around that line",
		"master_key: *hunter2":          "vestibule.yaml: is not YAML: a value that begins with an asterisk is not in quotes; put it in quotes",
		"master_key: \"hunter2":         "vestibule.yaml:1: is not YAML: found unexpected end of stream; look at the indentation, the quotes, the brackets and the colons around that line",
		"a: 1\nlisten: hunter2: hunter": "vestibule.yaml:2: is not YAML: mapping values are not allowed in this context; look at the indentation, the quotes, the brackets and the colons around that line",
		"listen: \xff\xfe":              "vestibule.yaml: is not YAML: invalid leading UTF-8 octet; save it as UTF-8 text",
	} {
		require.Equal(t, []string{want}, faults(t, text), "%q", text)
	}
}

func TestAllFaultsAreToldAtOnceTheFileFromItsTop(t *testing.T) {
	got := faults(t, `
listen: nowhere
token:
  lifetime: 1h
  algorithm: HS256
lisen: 127.0.0.1:8080
clients: [{id: vestibule, grants: [device_code]}]
`, "VESTIBULE_LOG_LEVEL=loud", "VESTIBULE_DATABASE_ULR=postgres://u:hunter2@db/x", "VESTIBULE_UI_APP=/nowhere/at/all")
	require.Equal(t, []string{
		"vestibule.yaml: public_url: is required; add the address that people type, such as `public_url: https://app.example.com`, or set VESTIBULE_PUBLIC_URL",
		"vestibule.yaml: database_url: is required; add a PostgreSQL URL such as postgres://vestibule@127.0.0.1:5432/vestibule, best in VESTIBULE_DATABASE_URL",
		"vestibule.yaml: master_key: is required; add 32 random bytes in base64 (`openssl rand -base64 32`), best in VESTIBULE_MASTER_KEY",
		"vestibule.yaml:2: listen: must be host:port, the port in numbers; write it like 127.0.0.1:8080, an IPv6 address in brackets",
		"vestibule.yaml:4: token.lifetime: must be from 1m to 15m; lower it to 15m at most",
		"vestibule.yaml:5: token.algorithm: must be ES256, EdDSA or RS256; write one of these",
		"vestibule.yaml:6: lisen: unknown key; did you mean listen?",
		"vestibule.yaml:7: clients[0].id: must not be vestibule, which is Vestibule's own; choose another id",
		"VESTIBULE_DATABASE_ULR: unknown variable; did you mean VESTIBULE_DATABASE_URL?",
		"VESTIBULE_LOG_LEVEL: log.level: must be debug, info, warn or error; write one of these",
		"VESTIBULE_UI_APP: ui.app: must be a folder that is there: no such file or directory; correct the path, or build the app first; a development server has http:// in front",
	}, got)
}
