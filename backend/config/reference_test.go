package config

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write reference.md anew")

func TestTheReferenceIsWhatTheCommentsSay(t *testing.T) {
	want := reference(t)
	if *update {
		require.NoError(t, os.WriteFile("reference.md", []byte(want), 0o644)) //nolint:gosec // a document
	}
	got, err := os.ReadFile("reference.md")
	require.NoError(t, err)
	require.Equal(t, want, string(got), "write it anew: go test ./backend/config -update")
}

const preface = `# Configuration

Made from the comments in [config.go](config.go) by ` + "`go test ./backend/config -update`" + `; a test holds the two together.

` + "`vestibule serve --config FILE`" + ` reads one YAML file, 1 MiB at most. Each key below has a variable that overrides it:

- A value is taken as it is; a list or a group takes YAML (` + "`VESTIBULE_TRUSTED_PROXIES='[10.0.0.0/8]'`" + `). A group has a variable as well (` + "`VESTIBULE_SESSION`" + `), and its keys' own win over it.
- A variable that is set to nothing is an empty value; take it out of the environment to leave the key alone.
- ` + "`VESTIBULE_DATA_DIR`" + ` is for ` + "`vestibule dev`" + `, ` + "`VESTIBULE_CLI_DIR`" + ` for ` + "`vestibule login`" + `; what begins with ` + "`VESTIBULE_TEST_`" + ` is for tests. Any other variable that begins with ` + "`VESTIBULE_`" + ` is an error.

Durations are written like ` + "`90s`, `30m`, `12h`, `14d` or `1d12h`" + `, sizes as bytes or with ` + "`KiB`, `MiB` or `GiB`" + `. Texts that YAML would read as something else go in quotes. YAML's anchors, aliases and merges are not accepted.

Every fault is told at once, with its line or variable, the rule and the mend. No error repeats a secret.
`

// comments holds the text of every struct's comment, and of every field's: `Config`, `Config.Listen`.
func comments(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "config.go", nil, parser.ParseComments)
	require.NoError(t, err)
	found := map[string]string{}
	for _, declaration := range file.Decls {
		general, is := declaration.(*ast.GenDecl)
		if !is || general.Tok != token.TYPE {
			continue
		}
		spec := general.Specs[0].(*ast.TypeSpec)
		found[spec.Name.Name] = strings.Join(strings.Fields(general.Doc.Text()), " ")
		structure, is := spec.Type.(*ast.StructType)
		require.True(t, is, "%s: every type of config.go is a group", spec.Name.Name)
		for _, field := range structure.Fields.List {
			found[spec.Name.Name+"."+field.Names[0].Name] = strings.Join(strings.Fields(field.Doc.Text()), " ")
		}
	}
	return found
}

func reference(t *testing.T) string {
	t.Helper()
	page := &page{t: t, comments: comments(t)}
	page.WriteString(preface)
	page.section("", reflect.ValueOf(Default()).Elem(), "The file's own keys", "")
	return page.String()
}

type page struct {
	strings.Builder
	t        *testing.T
	comments map[string]string
}

func (p *page) comment(of string) string {
	require.NotEmpty(p.t, p.comments[of], "%s has no comment", of)
	return p.comments[of]
}

// section writes the table of one group, and then the sections of the groups and lists in it.
func (p *page) section(key string, defaults reflect.Value, title, about string) {
	t := defaults.Type()
	fmt.Fprintf(p, "\n## %s\n\n%s", title, about)
	p.WriteString("| key | variable | default | accepted | meaning |\n| --- | --- | --- | --- | --- |\n")
	for i := range t.NumField() {
		if field := t.Field(i); !isGroup(field.Type) {
			p.row(join(key, keyName(field)), field, defaults.Field(i))
		}
	}
	for i := range t.NumField() {
		field := t.Field(i)
		full := join(key, keyName(field))
		switch {
		case isGroup(field.Type):
			p.section(full, defaults.Field(i), "`"+full+"`", p.about(t, field))
		case isList(field.Type) && isGroup(field.Type.Elem()):
			entry := reflect.New(field.Type.Elem()).Elem()
			if entry.Type() == reflect.TypeFor[Downstream]() {
				entry.Set(reflect.ValueOf(defaultDownstream()))
			}
			p.section(full+"[]", entry, "`"+full+"[]`", p.about(t, field))
		}
	}
}

// about is the field's comment, and what its struct's has to add after naming it.
func (p *page) about(t reflect.Type, field reflect.StructField) string {
	of := field.Type
	if isList(of) {
		of = of.Elem()
	}
	_, more, _ := strings.Cut(p.comment(of.Name()), ". ")
	return strings.TrimSpace(p.comment(t.Name()+"."+field.Name)+" "+more) + "\n\n"
}

func (p *page) row(key string, field reflect.StructField, value reflect.Value) {
	name := "`" + variableOf(key) + "`"
	if strings.Contains(key, "[]") {
		name = "in " + name
	}
	meaning := p.comment(p.structOf(key) + "." + field.Name)
	cells := []string{"`" + key + "`", name, defaultOf(value, meaning), acceptedOf(field), meaning}
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
	}
	fmt.Fprintf(p, "| %s |\n", strings.Join(cells, " | "))
}

// structOf names the struct whose field the key is.
func (p *page) structOf(key string) string {
	t := reflect.TypeFor[Config]()
	parts := strings.Split(strings.ReplaceAll(key, "[]", ""), ".")
	for _, part := range parts[:len(parts)-1] {
		for i := range t.NumField() {
			if keyName(t.Field(i)) == part {
				if t = t.Field(i).Type; isList(t) {
					t = t.Elem()
				}
				break
			}
		}
	}
	return t.Name()
}

func defaultOf(value reflect.Value, meaning string) string {
	switch {
	case strings.HasSuffix(meaning, " Required."):
		return "none: required"
	case isList(value.Type()):
		return "none"
	case show(value) == "":
		return "empty"
	}
	return "`" + show(value) + "`"
}

func acceptedOf(field reflect.StructField) string {
	if words := field.Tag.Get("oneof"); words != "" {
		return "`" + strings.Join(strings.Fields(words), "`, `") + "`"
	}
	t := field.Type
	if isList(t) && isGroup(t.Elem()) {
		return "a list: see below"
	}
	if isList(t) {
		_, what := accepted(t.Elem())
		return "a list, each " + what
	}
	_, what := accepted(t)
	if bounds := field.Tag.Get("bound"); bounds != "" {
		low, high := limits(t, bounds)
		what = fmt.Sprintf("%s to %s", show(low), show(high))
	}
	if zero := field.Tag.Get("zero"); zero != "" {
		what += "; `0`: " + zero
	}
	return what
}
