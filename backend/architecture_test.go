package backend_test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "vestibule/backend/"

// allowed is the rule of direction: which of our packages each may import. What is not listed here
// may import nothing of ours.
var allowed = map[string][]string{
	"fault":                      {},
	"secret":                     {},
	"event":                      {},
	"session":                    {"fault", "secret", "event"},
	"client":                     {"fault", "secret", "event"},
	"approval":                   {"fault", "secret", "event"},
	"refresh":                    {"fault", "secret", "event"},
	"user":                       {"fault", "secret", "event"},
	"token":                      {"fault", "secret", "event"},
	"socket":                     {},
	"patience":                   {"socket"},
	"gateway":                    {"fault", "secret", "event", "patience", "socket"},
	"config":                     {"fault", "secret"},
	"cli":                        {"secret"},
	"embedded":                   {},
	"telemetry":                  {},
	"verifier":                   {},
	"verifier/fiberverifier":     {"verifier"},
	"verifier/attacktest":        {},
	"sample":                     {},
	"postgres":                   {"fault", "secret", "event", "session", "user", "token", "approval", "refresh", "sample"},
	"httpapi":                    {"fault", "secret", "event", "session", "user", "token", "gateway", "patience", "client", "approval", "refresh", "verifier", "sample"},
	"session/storetest":          {"session", "secret", "event", "fault"},
	"postgres/pgtest":            {"postgres", "embedded"},
	"examples/lab":               {"verifier"},
	"examples/lab/cmd/lab":       {"examples/lab"},
	"examples/orders":            {"verifier"},
	"examples/orders/cmd/orders": {"examples/orders", "verifier"},
}

// only says which of ours may touch a library that must stay in one place.
var only = map[string][]string{
	"github.com/gofiber/fiber/v2":                    {"httpapi", "verifier/fiberverifier"},
	"github.com/valyala/fasthttp":                    {"httpapi", "gateway"},
	"gorm.io/gorm":                                   {"postgres"},
	"github.com/gofiber/storage/postgres/v3":         {"postgres"},
	"github.com/golang-jwt/jwt/v5":                   {"token", "verifier"},
	"github.com/prometheus/client_golang/prometheus": {"telemetry"},
}

type listed struct {
	ImportPath string
	Imports    []string
}

func TestDependenciesPointInOneDirection(t *testing.T) {
	for _, p := range list(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if strings.HasPrefix(name, "cmd/") || strings.HasPrefix(name, "bench") || strings.HasPrefix(name, "chaos") {
			continue // these wire everything
		}
		for _, imported := range p.Imports {
			if ours, is := strings.CutPrefix(imported, module); is {
				require.Contains(t, allowed[name], ours, "%s imports %s", name, ours)
			}
			if homes, restricted := only[imported]; restricted {
				require.Contains(t, homes, name, "%s imports %s", name, imported)
			}
		}
	}
}

func TestEveryRuleOfDirectionSpeaksOfAPackageThatExists(t *testing.T) {
	there := map[string]bool{}
	for _, p := range list(t) {
		there[strings.TrimPrefix(p.ImportPath, module)] = true
	}
	for name := range allowed {
		require.True(t, there[name], "no package %s", name)
	}
}

func list(t *testing.T) []listed {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...").Output()
	require.NoError(t, err)
	var found []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		found = append(found, p)
	}
}
