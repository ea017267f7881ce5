package config

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Variables that are ours, and no keys.
const (
	dataDirVariable = prefix + "DATA_DIR"
	cliDirVariable  = prefix + "CLI_DIR"
	testPrefix      = prefix + "TEST_"
)

// environment overrides keys by variables. Only what is not set leaves a key alone: an empty variable
// is an empty value.
func (r *report) environment(environ []string, into *Config) {
	given := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, prefix) && name != dataDirVariable && name != cliDirVariable && !strings.HasPrefix(name, testPrefix) {
			given[name] = value
		}
	}
	var known []string
	for _, v := range variables() {
		known = append(known, v.name)
		if text, is := given[v.name]; is {
			r.variable(v, text, reflect.ValueOf(into).Elem().FieldByIndex(v.index))
			delete(given, v.name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		r.faultAt(place{source: name}, "", "unknown variable", mendOfVariable(name, known))
	}
}

func (r *report) variable(v variable, text string, into reflect.Value) {
	from := place{source: v.name}
	d := decoder{r, func(int) place { return from }}
	if !isGroup(into.Type()) {
		r.override(v.key, from)
	}
	if !isGroup(into.Type()) && !isList(into.Type()) {
		d.text(v.key, text, into)
		return
	}
	root, flaw := parse([]byte(text))
	switch {
	case flaw != nil:
		r.faultAt(from, v.key, flaw.rule, flaw.mend)
		r.faulty[v.key] = true
	case root != nil:
		r.places[v.key] = from
		d.value(v.key, root, into)
	case isList(into.Type()):
		into.SetZero()
	}
}

func mendOfVariable(name string, known []string) string {
	bare := func(name string) string { return strings.TrimPrefix(name, prefix) }
	if rest := bare(name); rest == "PORT" || strings.HasPrefix(rest, "PORT_") || strings.HasPrefix(rest, "SERVICE_") {
		return "Kubernetes sets it beside a Service of that name: say `enableServiceLinks: false` in the pod"
	}
	names := make([]string, len(known)) // compared without the beginning that they all have
	for i := range known {
		names[i] = bare(known[i])
	}
	if near := nearest(bare(name), names); near != "" {
		return "did you mean " + prefix + near + "?"
	}
	return "take it out of the environment"
}
