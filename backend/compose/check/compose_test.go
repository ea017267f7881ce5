// Package check holds docker-compose.yml and the Dockerfiles, as far as they can be held without an
// engine. It is a module of its own, so that Compose's loader stays out of Vestibule's go.mod.
package check

import (
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/compose-spec/compose-go/v2/cli"
	"github.com/compose-spec/compose-go/v2/types"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

const top = "../../.."

// secrets are what has to be in the environment.
var secrets = []string{"VESTIBULE_DATABASE_PASSWORD=0f1e2d3c", "VESTIBULE_MASTER_KEY=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}

func load(t *testing.T, environ ...string) (*types.Project, error) {
	t.Helper()
	options, err := cli.NewProjectOptions([]string{filepath.Join(top, "docker-compose.yml")}, cli.WithEnv(environ))
	require.NoError(t, err)
	return options.LoadProject(t.Context())
}

func project(t *testing.T) *types.Project {
	t.Helper()
	p, err := load(t, secrets...)
	require.NoError(t, err)
	return p
}

func TestItRefusesToStartWithoutItsSecrets(t *testing.T) {
	for i, left := range secrets {
		name, _, _ := strings.Cut(left, "=")
		for _, empty := range [][]string{nil, {name + "="}} {
			_, err := load(t, append(slices.Delete(slices.Clone(secrets), i, i+1), empty...)...)
			require.ErrorContains(t, err, name)
		}
	}
}

func TestSecretsComeFromTheEnvironmentAlone(t *testing.T) {
	for name, s := range project(t).Services {
		require.Empty(t, s.EnvFiles, name)
		for key, value := range s.Environment {
			require.NotNil(t, value, "%s: %s", name, key)
			given := slices.ContainsFunc(secrets, func(secret string) bool {
				_, text, _ := strings.Cut(secret, "=")
				return strings.Contains(*value, text)
			})
			secret := regexp.MustCompile(`PASSWORD|KEY$|SECRET|DATABASE_URL`).MatchString(key)
			require.Equal(t, secret, given, "%s: %s", name, key)
		}
	}
}

// replicas are the services that run `vestibule serve`.
func replicas(p *types.Project) []types.ServiceConfig {
	var found []types.ServiceConfig
	for _, name := range p.ServiceNames() {
		if s := p.Services[name]; slices.Contains(s.Command, "serve") {
			found = append(found, s)
		}
	}
	return found
}

func TestTwoReplicasServeTheSameConfigurationAtAddressesOfTheirOwn(t *testing.T) {
	two := replicas(project(t))
	require.Len(t, two, 2)
	require.Equal(t, two[0].Command, two[1].Command)
	require.Equal(t, two[0].Build, two[1].Build)
	for _, key := range []string{"VESTIBULE_LISTEN", "VESTIBULE_INTERNAL_LISTEN"} {
		require.NotEqual(t, *two[0].Environment[key], *two[1].Environment[key])
		delete(two[0].Environment, key)
		delete(two[1].Environment, key)
	}
	require.Equal(t, two[0].Environment, two[1].Environment)
}

func TestTheProxyAloneIsReachedFromOutside(t *testing.T) {
	p := project(t)
	for name, s := range p.Services {
		require.Empty(t, s.NetworkMode, name)
		for network := range s.Networks {
			require.Equal(t, name == "proxy" && network == "public", !p.Networks[network].Internal, "%s on %s", name, network)
		}
		if name == "proxy" {
			require.Len(t, s.Ports, 1)
			require.Equal(t, "127.0.0.1", s.Ports[0].HostIP)
			continue
		}
		require.Empty(t, s.Ports, name)
	}
	for name, s := range p.Services {
		_, on := s.Networks["data"]
		require.Equal(t, name == "postgres" || strings.HasPrefix(name, "vestibule-"), on, name)
	}
}

func TestEveryContainerIsConfined(t *testing.T) {
	for name, s := range project(t).Services {
		require.True(t, s.ReadOnly, name)
		require.Equal(t, []string{"ALL"}, s.CapDrop, name)
		require.Equal(t, []string{"no-new-privileges:true"}, s.SecurityOpt, name)
		require.Regexp(t, `^[1-9]\d*:[1-9]\d*$`, s.User, name)
		require.False(t, s.Privileged, name)
		require.Equal(t, types.RestartPolicyUnlessStopped, s.Restart, name)
		require.NotNil(t, s.HealthCheck, name)
		if name == "proxy" { // its binary can't be started without
			require.Equal(t, []string{"NET_BIND_SERVICE"}, s.CapAdd)
			continue
		}
		require.Empty(t, s.CapAdd, name)
	}
}

func TestEveryDependencyIsWaitedForUntilItIsWell(t *testing.T) {
	for name, s := range project(t).Services {
		for on, how := range s.DependsOn {
			require.Equal(t, types.ServiceConditionHealthy, how.Condition, "%s on %s", name, on)
		}
	}
}

// version is a release, not a line of releases that moves.
var version = regexp.MustCompile(`^[a-z/]+:\d+(\.\d+)+(-[a-z-]+)?(@sha256:[0-9a-f]{64})?$`)

func TestEveryImageIsPinnedToAVersion(t *testing.T) {
	for name, s := range project(t).Services {
		if s.Build == nil {
			require.Regexp(t, version, s.Image, name)
			require.True(t, name != "postgres" || strings.HasPrefix(s.Image, "postgres:17."))
		}
	}
}

func TestWhatIsMountedFromHereExists(t *testing.T) {
	mounted := map[string]bool{}
	for name, s := range project(t).Services {
		for _, volume := range s.Volumes {
			if volume.Type == types.VolumeTypeBind {
				require.FileExists(t, volume.Source, name)
				require.True(t, volume.ReadOnly, name)
				mounted[filepath.Base(volume.Source)] = true
			}
		}
	}
	require.True(t, mounted["vestibule.yaml"] && mounted["Caddyfile"] && mounted["database.sh"])
}

// served is what this test needs of vestibule.yaml; whether it is accepted is tested beside it.
type served struct {
	PublicURL      string       `yaml:"public_url"`
	TrustedProxies []netip.Addr `yaml:"trusted_proxies"`
	DrainTimeout   string       `yaml:"drain_timeout"`
}

func configuration(t *testing.T) served {
	t.Helper()
	s := served{DrainTimeout: "15s"}
	require.NoError(t, yaml.Unmarshal(read(t, "../vestibule.yaml"), &s))
	return s
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return text
}

func TestAReplicaIsKilledOnlyAfterItHasDrained(t *testing.T) {
	drain, err := time.ParseDuration(configuration(t).DrainTimeout)
	require.NoError(t, err)
	for _, s := range replicas(project(t)) {
		require.Greater(t, time.Duration(*s.StopGracePeriod), drain)
	}
}

func TestAddressesAgree(t *testing.T) {
	p, c, caddy := project(t), configuration(t), string(read(t, "../Caddyfile"))
	address := func(service string) string { return p.Services[service].Networks["inside"].Ipv4Address }
	require.Equal(t, []netip.Addr{netip.MustParseAddr(address("proxy"))}, c.TrustedProxies)

	var upstreams []string
	for _, s := range replicas(p) {
		upstreams = append(upstreams, *s.Environment["VESTIBULE_LISTEN"])
		require.Equal(t, address(s.Name)+":8080", *s.Environment["VESTIBULE_LISTEN"])
		require.Equal(t, address(s.Name)+":8081", *s.Environment["VESTIBULE_INTERNAL_LISTEN"])
		require.Contains(t, strings.Join(s.HealthCheck.Test, " "), "http://"+address(s.Name)+":8081/readyz")
		require.Equal(t, []string{"vestibule"}, s.Networks["inside"].Aliases)
	}
	require.Contains(t, caddy, "reverse_proxy "+strings.Join(upstreams, " ")+" {\n")
	require.Contains(t, caddy, "health_port 8081\n")
	require.Contains(t, caddy, "\n"+c.PublicURL+" {\n")
	require.Equal(t, c.PublicURL, "https://localhost:"+p.Services["proxy"].Ports[0].Published)
	for _, name := range []string{"orders", "insights"} {
		require.Equal(t, c.PublicURL, *p.Services[name].Environment["VESTIBULE_ISSUER"])
		require.Equal(t, "http://vestibule:8081/.well-known/jwks.json", *p.Services[name].Environment["VESTIBULE_JWKS_URL"])
	}
	require.Equal(t, "http://vestibule:8081/revocations", *p.Services["orders"].Environment["VESTIBULE_REVOCATIONS_URL"])
	require.NotContains(t, p.Services["insights"].Environment, "VESTIBULE_REVOCATIONS_URL", "it shows what a service is without the feed")
}

func TestNoFixedAddressCanBeGivenToSomebodyElse(t *testing.T) {
	p := project(t)
	pool := p.Networks["inside"].Ipam.Config[0]
	network, dynamic := netip.MustParsePrefix(pool.Subnet), netip.MustParsePrefix(pool.IPRange)
	for name, s := range p.Services {
		if on := s.Networks["inside"]; on != nil && on.Ipv4Address != "" {
			fixed := netip.MustParseAddr(on.Ipv4Address)
			require.True(t, network.Contains(fixed) && !dynamic.Contains(fixed), name)
		}
	}
}
