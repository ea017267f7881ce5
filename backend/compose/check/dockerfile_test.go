package check

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/stretchr/testify/require"
)

// dockerfiles are all there are, and the folder that each is built from.
var dockerfiles = map[string]string{
	"backend/Dockerfile":                   ".",
	"backend/compose/Dockerfile.scratch":   ".",
	"backend/examples/insights/Dockerfile": "backend/examples/insights",
}

// stage is one FROM and what follows it. What it builds on is another stage, an image, or scratch.
type stage struct {
	from, user string
	copies     []copied
}

// copied is one COPY; from is empty where it copies from the context.
type copied struct {
	from    string
	sources []string
}

// stages gives them by name, the last one under the name "" as well.
func stages(t *testing.T, path string) map[string]stage {
	t.Helper()
	parsed, err := parser.Parse(bytes.NewReader(read(t, filepath.Join(top, path))))
	require.NoError(t, err, path)
	require.Empty(t, parsed.Warnings, path)
	found := map[string]stage{}
	var name string
	for _, node := range parsed.AST.Children {
		var words []string
		for word := node.Next; word != nil; word = word.Next {
			words = append(words, word.Value)
		}
		s := found[name]
		switch strings.ToUpper(node.Value) {
		case "FROM":
			s, name = stage{from: words[0], user: found[words[0]].user}, words[len(words)-1]
		case "USER":
			s.user = words[0]
		case "COPY":
			from, _ := strings.CutPrefix(strings.Join(node.Flags, " "), "--from=")
			s.copies = append(s.copies, copied{from, words[:len(words)-1]})
		case "ADD":
			require.Fail(t, "ADD fetches and unpacks: use COPY", path)
		}
		found[name], found[""] = s, s
	}
	return found
}

func TestEveryDockerfileBuildsOnImagesThatArePinnedToAVersion(t *testing.T) {
	for path := range dockerfiles {
		all := stages(t, path)
		for name, s := range all {
			if _, ours := all[s.from]; !ours && s.from != "scratch" {
				require.Regexp(t, version, s.from, "%s: %s", path, name)
			}
			for _, c := range s.copies {
				if c.from != "" {
					require.Contains(t, all, c.from, "%s: %s", path, name)
				}
			}
		}
	}
}

func TestWhatIsRunIsRunWithoutPrivileges(t *testing.T) {
	for path := range dockerfiles {
		require.Equal(t, "65532:65532", stages(t, path)[""].user, path)
	}
	for name, s := range project(t).Services {
		if s.Build == nil {
			continue
		}
		root, err := filepath.Abs(top)
		require.NoError(t, err)
		path, err := filepath.Rel(root, filepath.Join(s.Build.Context, s.Build.Dockerfile))
		require.NoError(t, err)
		require.Contains(t, dockerfiles, path, name)
		built, there := stages(t, path)[s.Build.Target]
		require.True(t, there, "%s: no target %s in %s", name, s.Build.Target, path)
		require.Equal(t, s.User, built.user, name)
	}
}

// ignored reports whether .dockerignore keeps a path out.
func ignored(t *testing.T, path string) bool {
	t.Helper()
	patterns, err := ignorefile.ReadAll(bytes.NewReader(read(t, filepath.Join(top, ".dockerignore"))))
	require.NoError(t, err)
	matcher, err := patternmatcher.New(patterns)
	require.NoError(t, err)
	is, err := matcher.MatchesOrParentMatches(path)
	require.NoError(t, err)
	return is
}

func TestWhatIsCopiedIsThereAndNotIgnored(t *testing.T) {
	for path, context := range dockerfiles {
		for _, s := range stages(t, path) {
			for _, c := range s.copies {
				for _, source := range c.sources {
					if c.from != "" {
						continue
					}
					require.False(t, context == "." && ignored(t, source), "%s: %s", path, source)
					if source != "bin/vestibule" { // `make build` makes it
						_, err := os.Stat(filepath.Join(top, context, source))
						require.NoError(t, err, path)
					}
				}
			}
		}
	}
}

func TestNoSecretAndNothingInstalledGoesIntoAnImage(t *testing.T) {
	for _, path := range []string{".env", ".git/config", ".vestibule/vestibule.yaml", "bin/other", "e2e/package.json",
		"frontend/node_modules/x", "frontend/dist/account/index.html", "backend/embedded/node_modules/x"} {
		require.True(t, ignored(t, path), path)
	}
}
