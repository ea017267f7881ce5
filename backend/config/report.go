package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Warning tells of something that is accepted, and should be known.
type Warning struct {
	Key     string // the full key: downstreams[0].insecure
	Message string // a clause for people, without secrets
}

// String gives both.
func (w Warning) String() string { return w.Key + ": " + w.Message }

// place is where a value was given: a line of the file, or a variable.
type place struct {
	source string // the file's path, or the variable's name
	line   int    // 0 where there is none
}

func (p place) String() string {
	if p.line == 0 {
		return p.source
	}
	return fmt.Sprintf("%s:%d", p.source, p.line)
}

// finding is one broken rule. Its texts never repeat a value, not even one that is no secret: a secret
// may have been written into its line. (The host of the public URL, well-formed, is the exception.)
type finding struct {
	place
	key, rule, mend string
}

func (f finding) Error() string {
	subject := f.String()
	if f.key != "" {
		subject += ": " + f.key
	}
	return subject + ": " + f.rule + "; " + f.mend
}

// report gathers what there is to say of a configuration.
type report struct {
	file     string                 // what comes first when sorted
	fallback func(key string) place // for a key that nobody gave
	places   map[string]place
	faulty   map[string]bool
	findings []finding
	warnings []Warning
}

func newReport(file string, fallback func(key string) place) *report {
	return &report{file: file, fallback: fallback, places: map[string]place{}, faulty: map[string]bool{}}
}

// place is where the key was given, or else the group or the list that it belongs to.
func (r *report) place(key string) place {
	for at := key; at != ""; at = above(at) {
		if found, is := r.places[at]; is {
			return found
		}
	}
	return r.fallback(key)
}

// override notes that a variable gives the key, in place of all that was known of it.
func (r *report) override(key string, by place) {
	old := func(known string) bool { return known == key || strings.HasPrefix(known, key+"[") }
	maps.DeleteFunc(r.places, func(known string, _ place) bool { return old(known) })
	maps.DeleteFunc(r.faulty, func(known string, _ bool) bool { return old(known) })
	r.places[key] = by
}

// fault reports a broken rule. A key's first fault is its only one, and that of all
// that belongs to it: the others may follow from it.
func (r *report) fault(key, rule, mend string) {
	if r.sound(key) {
		r.faulty[key] = true
		r.faultAt(r.place(key), key, rule, mend)
	}
}

func (r *report) faultAt(at place, key, rule, mend string) {
	r.findings = append(r.findings, finding{at, key, rule, mend})
}

func (r *report) warn(key, message string) {
	r.warnings = append(r.warnings, Warning{key, message})
}

// sound reports whether neither the keys nor what they belong to have a fault.
func (r *report) sound(keys ...string) bool {
	for _, key := range keys {
		for ; key != ""; key = above(key) {
			if r.faulty[key] {
				return false
			}
		}
	}
	return true
}

// above is the group or the list that a key belongs to, or empty.
func above(key string) string { return key[:max(strings.LastIndexAny(key, ".["), 0)] }

// blame picks the key that was given, of some that don't go together.
func (r *report) blame(keys ...string) string {
	for _, key := range keys {
		if _, is := r.places[key]; is {
			return key
		}
	}
	return keys[0]
}

// err is everything at once, a line each: the file from its top, then the variables by name.
func (r *report) err() error {
	slices.SortStableFunc(r.findings, func(a, b finding) int {
		return cmp.Or(r.rank(a)-r.rank(b), cmp.Compare(a.source, b.source), a.line-b.line)
	})
	all := make([]error, len(r.findings))
	for i, f := range r.findings {
		all[i] = f
	}
	return errors.Join(all...)
}

func (r *report) rank(f finding) int {
	if f.source == r.file {
		return 0
	}
	return 1
}
