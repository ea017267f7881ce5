package config

import (
	"cmp"
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"vestibule/backend/secret"
)

// walk visits every value that is neither a group nor a list, with its key and the tags of its field.
func walk(key string, v reflect.Value, tag reflect.StructTag, visit func(key string, v reflect.Value, tag reflect.StructTag)) {
	switch {
	case isGroup(v.Type()):
		for i := range v.NumField() {
			field := v.Type().Field(i)
			walk(join(key, keyName(field)), v.Field(i), field.Tag, visit)
		}
	case isList(v.Type()):
		for i := range v.Len() {
			walk(fmt.Sprintf("%s[%d]", key, i), v.Index(i), tag, visit)
		}
	default:
		visit(key, v, tag)
	}
}

// tags holds every value against what its tags say, and every text against what can be written out.
func (c check) tags() {
	walk("", reflect.ValueOf(c.Config).Elem(), "", func(key string, v reflect.Value, tag reflect.StructTag) {
		if !isText(v) {
			c.fault(key, "must be text without control characters", "take out line breaks, tabs and the like")
		}
		if words := tag.Get("oneof"); words != "" && !contains(words, v.String()) {
			c.fault(key, "must be "+either(words), "write one of these")
		}
		if bounds := tag.Get("bound"); bounds != "" {
			c.bound(key, v, bounds, tag.Get("zero"))
		}
	})
}

func (c check) bound(key string, v reflect.Value, bounds, zero string) {
	if v.IsZero() && zero != "" {
		return
	}
	least, most := limits(v.Type(), bounds)
	rule := fmt.Sprintf("must be from %s to %s", show(least), show(most))
	if zero != "" {
		rule += ", or 0: " + zero
	}
	switch {
	case cmp.Less(v.Int(), least.Int()):
		c.fault(key, rule, "raise it to "+show(least)+" at least")
	case cmp.Less(most.Int(), v.Int()):
		c.fault(key, rule, "lower it to "+show(most)+" at most")
	}
}

// limits reads a tag's two bounds as values of the field's type.
func limits(t reflect.Type, bounds string) (least, most reflect.Value) {
	low, high, _ := strings.Cut(bounds, " ")
	least, most = reflect.New(t).Elem(), reflect.New(t).Elem()
	if !set(low, least) || !set(high, most) {
		panic("config: a bound that is no value of its type: " + bounds)
	}
	return least, most
}

// show writes a value as one writes it in the file.
func show(v reflect.Value) string { return encode(v).Value }

func contains(words, word string) bool {
	for known := range strings.FieldsSeq(words) {
		if known == word {
			return true
		}
	}
	return false
}

// either words a choice: json or text; ES256, EdDSA or RS256.
func either(words string) string {
	all := strings.Fields(words)
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " or " + all[last]
}

// isText is true of everything but texts that would not survive being written out, or would put a
// second line into a header or a log. A secret may end in a line break, as files do.
func isText(v reflect.Value) bool {
	if s, is := v.Interface().(secret.Value); is {
		return utf8.ValidString(s.Reveal())
	}
	if s, is := v.Interface().(string); is {
		return utf8.ValidString(s) && strings.IndexFunc(s, unicode.IsControl) < 0
	}
	return true
}
