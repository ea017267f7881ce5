package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"vestibule/backend/secret"
)

// decoder puts YAML into a Config, and reports what does not fit.
type decoder struct {
	*report
	at func(line int) place // nil: where the values come from is not to be noted
}

// note remembers where a key was given.
func (d decoder) note(key string, line int) {
	if d.at != nil {
		d.places[key] = d.at(line)
	}
}

// value decodes one node, whatever its sort. A group keeps what the node does not mention; a list is
// replaced as a whole.
func (d decoder) value(key string, n *yaml.Node, into reflect.Value) {
	switch {
	case n.Kind == yaml.AliasNode:
		d.fault(key, "must not be an alias", "write the value out; put it in quotes if it begins with an asterisk")
	case isGroup(into.Type()):
		d.group(key, n, into)
	case isList(into.Type()):
		d.list(key, n, into)
	default:
		d.scalar(key, n, into)
	}
}

// group decodes a mapping. Without a value it says nothing: all its keys may be commented out.
func (d decoder) group(key string, n *yaml.Node, into reflect.Value) {
	if n.ShortTag() == "!!null" {
		return
	}
	if n.Kind != yaml.MappingNode {
		d.fault(key, "must be a group of keys", "give each key a line of its own, `key: value`, indented below it")
		return
	}
	names := keyNames(into.Type())
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, content := n.Content[i], n.Content[i+1]
		index := slices.Index(names, name.Value)
		if index < 0 || name.Kind != yaml.ScalarNode {
			d.unknown(key, name, names)
			continue
		}
		full := join(key, name.Value)
		if before, twice := lines[name.Value]; twice {
			d.faultAt(d.where(name.Line), full, fmt.Sprintf("is given twice, first in line %d", before), "keep one of the two")
			continue
		}
		lines[name.Value] = name.Line
		d.note(full, name.Line)
		d.value(full, content, into.Field(index))
	}
}

func (d decoder) where(line int) place {
	if d.at == nil {
		return d.fallback("")
	}
	return d.at(line)
}

// presentable is what may be repeated in an error: a generated secret is longer.
var presentable = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_.-]{0,39}$`)

func (d decoder) unknown(group string, name *yaml.Node, names []string) {
	at := d.where(name.Line)
	switch {
	case name.Value == "<<":
		d.faultAt(at, group, "must not merge from elsewhere", "write the keys out")
	case name.Kind != yaml.ScalarNode || !presentable.MatchString(name.Value):
		d.faultAt(at, group, "has a key that is no name", "keys are small letters and underscores; look at the indentation and the quotes")
	default:
		d.faultAt(at, join(group, name.Value), "unknown key", suggest(name.Value, names, "take it out, or look at its indentation"))
	}
}

// list decodes a sequence. Downstreams begin with their defaults.
func (d decoder) list(key string, n *yaml.Node, into reflect.Value) {
	into.SetZero()
	if n.ShortTag() == "!!null" {
		return
	}
	if n.Kind != yaml.SequenceNode {
		d.fault(key, "must be a list", "write it in brackets, or each entry in a line of its own after a hyphen")
		return
	}
	for i, content := range n.Content {
		entry := reflect.New(into.Type().Elem()).Elem()
		if entry.Type() == reflect.TypeFor[Downstream]() {
			entry.Set(reflect.ValueOf(defaultDownstream()))
		}
		full := fmt.Sprintf("%s[%d]", key, i)
		d.note(full, content.Line)
		d.value(full, content, entry)
		into.Set(reflect.Append(into, entry))
	}
}

// scalar checks the node's own type, so that `audience: 1` and `enabled: "yes"` are told, not guessed at.
func (d decoder) scalar(key string, n *yaml.Node, into reflect.Value) {
	tags, what := accepted(into.Type())
	switch tag := n.ShortTag(); {
	case n.Kind != yaml.ScalarNode:
		d.fault(key, "must be "+what, "write one value, neither a list nor a group of keys")
	case tag == "!!null":
		d.fault(key, "has no value", "give it one, or take the line out")
	case slices.Contains(tags, tag):
		d.text(key, n.Value, into)
	case slices.Equal(tags, []string{"!!str"}):
		d.fault(key, "must be "+what, "put it in quotes")
	default:
		d.fault(key, "must be "+what, "write it so, without quotes")
	}
}

// accepted gives the YAML tags that a type takes, and words for it.
func accepted(t reflect.Type) (tags []string, what string) {
	switch t {
	case durationType:
		return []string{"!!str", "!!int"}, "a duration such as 90s, 30m, 12h or 14d"
	case sizeType:
		return []string{"!!str", "!!int"}, "a size: a whole number of bytes, or one with KiB, MiB or GiB"
	case urlType:
		return []string{"!!str"}, "a URL"
	case networkType:
		return []string{"!!str"}, "an address such as 10.1.2.3, or a network such as 10.1.0.0/16"
	}
	switch t.Kind() {
	case reflect.Bool:
		return []string{"!!bool"}, "true or false"
	case reflect.Int:
		return []string{"!!int"}, "a whole number"
	}
	return []string{"!!str"}, "text"
}

// text sets a scalar from its text.
func (d decoder) text(key, text string, into reflect.Value) {
	if set(text, into) {
		return
	}
	_, what := accepted(into.Type())
	mends := map[reflect.Type]string{
		durationType: "write a number with its unit", sizeType: "write it so, without a blank before the unit",
		urlType:     "write it like https://orders.internal:9001, special characters percent-encoded",
		networkType: "write it so, IPv4 without the ::ffff: in front, and without a zone",
	}
	mend, is := mends[into.Type()]
	if !is {
		mend = "write it so"
	}
	d.fault(key, "must be "+what, mend)
}

func set(text string, into reflect.Value) (ok bool) {
	switch target := into.Addr().Interface().(type) {
	case *string:
		*target, ok = text, true
	case *secret.Value:
		*target, ok = secret.Of(text), true
	case *bool:
		*target, ok = text == "true", text == "true" || text == "false"
	case *int:
		n, err := strconv.Atoi(text)
		*target, ok = n, err == nil
	case *time.Duration:
		*target, ok = parseDuration(text)
	case *Size:
		*target, ok = parseSize(text)
	case *netip.Prefix:
		*target, ok = parseNetwork(text)
	case **url.URL:
		*target, ok = parseURL(text)
	}
	return ok
}

// parseNetwork takes a bare address for a network of one.
func parseNetwork(text string) (netip.Prefix, bool) {
	network, err := netip.ParsePrefix(text)
	if err != nil {
		address, err := netip.ParseAddr(text)
		if err != nil || address.Zone() != "" {
			return netip.Prefix{}, false
		}
		network = netip.PrefixFrom(address, address.BitLen())
	}
	return network.Masked(), !network.Addr().Is4In6()
}

// uriText is what a URI is made of (RFC 3986, 2).
var uriText = regexp.MustCompile(`^[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]*$`)

// parseURL gives nil for an empty text: what is required is judged later. It parses twice, since only
// then does writing the URL and reading it again change nothing.
func parseURL(text string) (*url.URL, bool) {
	if text == "" {
		return nil, true
	}
	u, err := url.Parse(text)
	if err != nil || !uriText.MatchString(text) {
		return nil, false
	}
	u, err = url.Parse(u.String())
	return u, err == nil
}
