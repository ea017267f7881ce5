package config

import (
	"bytes"
	"fmt"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"vestibule/backend/secret"
)

const header = "# Vestibule's complete configuration. It holds secrets: keep it to yourself.\n"

// Marshal writes the whole configuration as YAML, secrets included. Load of that text, without
// variables, gives an equal one.
func (c *Config) Marshal() ([]byte, error) {
	text := bytes.NewBufferString(header)
	encoder := yaml.NewEncoder(text)
	encoder.SetIndent(2)
	if err := encoder.Encode(encode(reflect.ValueOf(c).Elem())); err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	if err := encoder.Close(); err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	return text.Bytes(), nil
}

func encode(v reflect.Value) *yaml.Node {
	switch {
	case isGroup(v.Type()):
		n := &yaml.Node{Kind: yaml.MappingNode}
		for i := range v.NumField() {
			n.Content = append(n.Content, textNode(keyName(v.Type().Field(i))), encode(v.Field(i)))
		}
		return n
	case isList(v.Type()):
		n := &yaml.Node{Kind: yaml.SequenceNode}
		if v.Len() == 0 || !isGroup(v.Type().Elem()) {
			n.Style = yaml.FlowStyle
		}
		for i := range v.Len() {
			n.Content = append(n.Content, encode(v.Index(i)))
		}
		return n
	}
	return encodeScalar(v)
}

// encodeScalar writes what set reads.
func encodeScalar(v reflect.Value) *yaml.Node {
	switch value := v.Interface().(type) {
	case bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: strconv.FormatBool(value)}
	case int:
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!int", Value: strconv.Itoa(value)}
	case secret.Value:
		return textNode(value.Reveal())
	case time.Duration:
		return textNode(formatDuration(value))
	case Size:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: value.String()}
	case netip.Prefix:
		return textNode(value.String())
	case *url.URL:
		if value == nil {
			return textNode("")
		}
		return textNode(value.String())
	}
	return textNode(v.String())
}

// textNode is text whatever it looks like: the encoder puts it in quotes where it must. Line breaks
// survive in double quotes only.
func textNode(s string) *yaml.Node {
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n
}
