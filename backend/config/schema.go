package config

import (
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"vestibule/backend/secret"
)

const (
	prefix  = "VESTIBULE_" // begins every variable of ours
	maxName = 64           // longer than any key or variable, without the prefix
)

var (
	secretType   = reflect.TypeFor[secret.Value]()
	networkType  = reflect.TypeFor[netip.Prefix]()
	urlType      = reflect.TypeFor[*url.URL]()
	durationType = reflect.TypeFor[time.Duration]()
	sizeType     = reflect.TypeFor[Size]()
)

// isGroup reports whether a key of this type has keys of its own.
func isGroup(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t != secretType && t != networkType
}

func isList(t reflect.Type) bool { return t.Kind() == reflect.Slice }

func keyName(f reflect.StructField) string { return f.Tag.Get("yaml") }

// keyNames are a group's keys, in order.
func keyNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = keyName(t.Field(i))
	}
	return names
}

// join appends a name to the key of its group; the outermost group's is empty.
func join(group, name string) string {
	if group == "" {
		return name
	}
	return group + "." + name
}

// variable is what overrides one key: a value as it is, or YAML for a list or a group.
type variable struct {
	name, key string
	index     []int // of the field in Config
}

// variableOf names the variable of a key. What is inside a list has that of the list.
func variableOf(key string) string {
	key, _, _ = strings.Cut(key, "[")
	return prefix + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
}

// variables are all there are, a group before its keys, so that the more precise one wins.
func variables() []variable { return variablesOf(reflect.TypeFor[Config](), "", nil) }

func variablesOf(t reflect.Type, group string, above []int) []variable {
	var all []variable
	for i := range t.NumField() {
		field := t.Field(i)
		key := join(group, keyName(field))
		index := append(slices.Clone(above), i)
		all = append(all, variable{variableOf(key), key, index})
		if isGroup(field.Type) {
			all = append(all, variablesOf(field.Type, key, index)...)
		}
	}
	return all
}

// suggest words a mend for an unknown name.
func suggest(name string, known []string, otherwise string) string {
	if near := nearest(name, known); near != "" {
		return "did you mean " + near + "?"
	}
	return otherwise
}

// nearest is the known name that is most like this one, or empty where none is.
func nearest(name string, known []string) string {
	folded := fold(name)
	if len(folded) > maxName {
		return ""
	}
	best, least := "", 1+min(3, (len(folded)+3)/4)
	for _, candidate := range known {
		if d := distance(folded, fold(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// fold drops what people write differently: publicUrl, public-url, public_url.
func fold(name string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
}

// distance counts the letters to insert, to drop, to change or to swap with their neighbour.
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
