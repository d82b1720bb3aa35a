package icalendar

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// choice chooses events by their names.
type choice struct {
	takeTimed      bool
	match, exclude []*pattern
}

// pattern is the name of events. A star stands for any text.
type pattern struct {
	form    *regexp.Regexp
	matched bool
}

func newChoice(o Options) *choice {
	return &choice{takeTimed: o.Timed, match: patterns(o.Match), exclude: patterns(o.Exclude)}
}

func patterns(texts []string) []*pattern {
	var all []*pattern
	for _, text := range texts {
		text = strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "?")
		form := strings.ReplaceAll(regexp.QuoteMeta(text), `\*`, ".*")
		all = append(all, &pattern{form: regexp.MustCompile("(?i)^" + form + "$")})
	}
	return all
}

// chooses reports whether match and exclude let an event of this name pass.
func (c *choice) chooses(name string) bool {
	matched := anyMatches(c.match, name)
	return !anyMatches(c.exclude, name) && (len(c.match) == 0 || matched)
}

func anyMatches(patterns []*pattern, name string) bool {
	any := false
	for _, p := range patterns {
		if p.form.MatchString(name) {
			p.matched, any = true, true
		}
	}
	return any
}

// unused warns about patterns that no event has.
func (c *choice) unused() []Warning {
	var all []Warning
	for i, p := range slices.Concat(c.match, c.exclude) {
		field := fmt.Sprintf("match[%d]", i)
		if i >= len(c.match) {
			field = fmt.Sprintf("exclude[%d]", i-len(c.match))
		}
		if !p.matched {
			all = append(all, Warning{Field: field, Text: "no event has this name: use the whole name, or * for a part of it"})
		}
	}
	return all
}
