package config

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// text reads a non-empty string.
func (v value) text() string {
	switch tag := v.node.ShortTag(); {
	case v.node.Kind != yaml.ScalarNode || tag == "!!null":
		v.must("a string")
	case tag != "!!str":
		v.fail("must be a string: quote it")
	case v.node.Value == "":
		v.fail("must not be empty")
	case !printable(v.node.Value):
		v.must("a string of printable characters")
	default:
		return v.node.Value
	}
	return ""
}

// word reads a string that YAML may read as a number or a timestamp, such as a date.
func (v value) word() string {
	switch v.node.ShortTag() {
	case "!!int", "!!float", "!!timestamp":
		return v.node.Value
	default:
		return v.text()
	}
}

// words visits one string, or the elements of a list of strings.
func (v value) words(visit func(item value, text string)) {
	v.oneOrMore(func(item value) {
		before := v.broken()
		if text := item.word(); v.broken() == before {
			visit(item, text)
		}
	})
}

// oneOrMore reads a scalar, or the elements of a list. An empty list is an error, because it would match nothing.
func (v value) oneOrMore(read func(item value)) {
	if v.node.Kind == yaml.ScalarNode && v.node.ShortTag() != "!!null" {
		read(v)
		return
	}
	if v.items(read); v.node.Kind == yaml.SequenceNode && len(v.node.Content) == 0 {
		v.fail("empty list: add an entry, or leave the field out")
	}
}

// each reads the elements of a list of strings with the given function.
func (v value) each(read func(text string) error) {
	v.words(func(item value, text string) {
		if err := read(text); err != nil {
			item.fail("%v", err)
		}
	})
}

// printable reports whether a text can be shown and written unchanged.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) })
}

// boolean reads true or false.
func (v value) boolean() bool {
	var b bool
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() != "!!bool" || v.node.Decode(&b) != nil {
		v.must("true or false")
	}
	return b
}

// integer reads a whole number from low to high.
func (v value) integer(low, high int) int {
	var n int
	if v.node.Kind != yaml.ScalarNode || v.node.ShortTag() != "!!int" || v.node.Decode(&n) != nil || n < low || n > high {
		v.must(fmt.Sprintf("a whole number from %d to %d", low, high))
		return low
	}
	return n
}

// size reads a number of nodes.
func (v value) size(low int) int32 {
	return int32(v.integer(low, math.MaxInt32)) //nolint:gosec // integer has checked the range
}

// duration reads a time span such as 20m.
func (v value) duration(low, high time.Duration) time.Duration {
	d, err := time.ParseDuration(v.node.Value)
	if v.node.Kind != yaml.ScalarNode || err != nil || d < low || d > high {
		v.must(fmt.Sprintf("a duration from %s to %s, for example 20m", Duration(low), Duration(high)))
	}
	return d
}
