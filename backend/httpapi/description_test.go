package httpapi_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

const (
	descriptionFile = "../../frontend/openapi.yaml"
	descriptionAt   = "file:///openapi.yaml"
)

// description is frontend/openapi.yaml, ready to be held against what goes over the wire. Schemas of
// OpenAPI 3.1 are JSON Schema's, so that a place in the document is all that its compiler needs.
type description struct {
	root  any
	paths []describedPath

	mu       sync.Mutex // the compiler is for one at a time
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

// describedPath is one address, taken apart.
type describedPath struct {
	template string
	segments []string
	item     node
}

var described = sync.OnceValues(func() (*description, error) {
	text, err := os.ReadFile(descriptionFile)
	if err != nil {
		return nil, err
	}
	return readDescription(text)
})

func readDescription(text []byte) (*description, error) {
	var read any
	if err := yaml.Unmarshal(text, &read); err != nil {
		return nil, err
	}
	asJSON, err := json.Marshal(read)
	if err != nil {
		return nil, err
	}
	root, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
	if err != nil {
		return nil, err
	}
	d := &description{root: root, compiler: jsonschema.NewCompiler(), compiled: map[string]*jsonschema.Schema{}}
	d.compiler.AssertFormat()
	if err := d.compiler.AddResource(descriptionAt, root); err != nil {
		return nil, err
	}
	paths := d.place("").child("paths")
	for _, template := range paths.names() {
		d.paths = append(d.paths, describedPath{template, strings.Split(template, "/"), paths.child(template)})
	}
	return d, nil
}

// schema compiles what stands at a JSON pointer.
func (d *description) schema(at string) (*jsonschema.Schema, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known := d.compiled[at]; known != nil {
		return known, nil
	}
	made, err := d.compiler.Compile(descriptionAt + "#" + at)
	d.compiled[at] = made
	return made, err
}

// find gives the path that an address belongs to. `{path}` stands for all that follows.
func (d *description) find(address string) (describedPath, bool) {
	segments := strings.Split(address, "/")
	for _, p := range d.paths {
		rest := slices.Index(p.segments, "{path}")
		if len(segments) != len(p.segments) && (rest < 0 || len(segments) < len(p.segments)) {
			continue
		}
		if slices.EqualFunc(p.segments[:min(len(p.segments), len(segments))], segments[:len(p.segments)], func(pattern, segment string) bool {
			return pattern == segment || pattern == "{path}" || (strings.HasPrefix(pattern, "{") && segment != "")
		}) {
			return p, true
		}
	}
	return describedPath{}, false
}

// How a JSON pointer in a reference writes a name (RFC 6901, 3 and 6).
var (
	toPointer   = strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	fromPointer = strings.NewReplacer("~1", "/", "~0", "~", "%7B", "{", "%7D", "}")
)

// node is a place in the document.
type node struct {
	in    *description
	at    string // a JSON pointer
	value any    // nil where there is nothing
}

// place gives what stands at a JSON pointer, and follows it where it is a reference.
func (d *description) place(at string) node {
	n := node{d, at, d.root}
	for _, name := range strings.Split(at, "/")[1:] {
		switch within := n.value.(type) {
		case map[string]any:
			n.value = within[fromPointer.Replace(name)]
		case []any:
			n.value = nil
			if i, err := strconv.Atoi(name); err == nil && i < len(within) {
				n.value = within[i]
			}
		default:
			n.value = nil
		}
	}
	if within, is := n.value.(map[string]any); is {
		if to, is := within["$ref"].(string); is {
			return d.place(strings.TrimPrefix(to, "#"))
		}
	}
	return n
}

func (n node) exists() bool { return n.value != nil }

// child goes down by names.
func (n node) child(names ...string) node {
	for _, name := range names {
		n = n.in.place(n.at + "/" + toPointer.Replace(name))
	}
	return n
}

// names are those of its members, in order.
func (n node) names() []string {
	within, _ := n.value.(map[string]any)
	return slices.Sorted(maps.Keys(within))
}

// items are the places of a list.
func (n node) items() []node {
	listed, _ := n.value.([]any)
	found := make([]node, 0, len(listed))
	for i := range listed {
		found = append(found, n.child(strconv.Itoa(i)))
	}
	return found
}

// text is what it says, where that is a text.
func (n node) text() string {
	text, _ := n.value.(string)
	return text
}

// accepts holds a value against the schema that stands here.
func (n node) accepts(value any) error {
	schema, err := n.in.schema(n.at)
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// parameters are those of a path and of its operation.
func parameters(p describedPath, operation node) []node {
	return append(p.item.child("parameters").items(), operation.child("parameters").items()...)
}
