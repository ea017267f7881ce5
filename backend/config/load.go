package config

import (
	"context"
	"net"
	"net/netip"
	"reflect"
	"time"

	"go.yaml.in/yaml/v3"
)

// lookupWithin bounds one look-up of a host name at start.
const lookupWithin = 5 * time.Second

// lookup gives the addresses of a host name.
type lookup func(host string) ([]netip.Addr, error)

func resolve(host string) ([]netip.Addr, error) {
	ctx, cancel := context.WithTimeout(context.Background(), lookupWithin)
	defer cancel()
	return net.DefaultResolver.LookupNetIP(ctx, "ip", host)
}

// Load reads the file, overrides it by the variables of environ (`NAME=value`, the last of a name
// counts), and checks everything. The error names all faults at once, a line each: where, the key,
// the rule, and the mend. It repeats no value, so it may be logged. Warnings come without an error only.
func Load(path string, environ []string) (*Config, []Warning, error) {
	return loader{lookup: resolve}.file(path, environ)
}

// Development overlays environ over base, which `vestibule dev` has filled in, and checks the result
// as Load does. It requires neither database_url nor master_key, which `vestibule dev` makes itself,
// and refuses whatever is not on loopback. base is left as it is.
func Development(base *Config, environ []string) (*Config, []Warning, error) {
	return loader{lookup: resolve, development: true}.overlay(base, environ)
}

type loader struct {
	lookup      lookup
	development bool
}

func (l loader) file(path string, environ []string) (*Config, []Warning, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, nil, finding{place{source: path}, "", "can't be read: " + reason(err), "name a YAML file that is there, readable, and 1 MiB at most"}
	}
	return l.text(path, text, environ)
}

// text loads what a file of that path holds.
func (l loader) text(path string, text []byte, environ []string) (*Config, []Warning, error) {
	r := newReport(path, func(string) place { return place{source: path} })
	c := Default()
	root, flaw := parse(text)
	switch {
	case flaw != nil:
		r.faultAt(place{path, flaw.line}, "", flaw.rule, flaw.mend)
	case root == nil:
		r.faultAt(place{source: path}, "", "is empty", "write at least {}, where everything comes from the environment")
	case root.Kind != yaml.MappingNode:
		r.faultAt(place{path, root.Line}, "", "must be a group of keys", "begin with `public_url: https://…` in a line of its own")
	default:
		d := decoder{r, func(line int) place { return place{path, line} }}
		d.group("", root, reflect.ValueOf(c).Elem())
	}
	r.environment(environ, c)
	return l.finish(c, r, root != nil && root.Kind == yaml.MappingNode)
}

// overlay goes through YAML's own nodes, so that what is in force can be written and read again.
func (l loader) overlay(base *Config, environ []string) (*Config, []Warning, error) {
	r := newReport("", func(key string) place { return place{source: variableOf(key)} })
	c := Default()
	decoder{report: r}.group("", encode(reflect.ValueOf(base).Elem()), reflect.ValueOf(c).Elem())
	r.environment(environ, c)
	return l.finish(c, r, true)
}

// finish checks what was read; without a readable file every required key would only seem to be missing.
func (l loader) finish(c *Config, r *report, readable bool) (*Config, []Warning, error) {
	if readable {
		check{Config: c, report: r, loader: l}.all()
	}
	if len(r.findings) > 0 {
		return nil, nil, r.err()
	}
	return c, r.warnings, nil
}
