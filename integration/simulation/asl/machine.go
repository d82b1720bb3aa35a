package asl

import (
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// Machine is a definition that can be run.
type Machine struct {
	timeout time.Duration // 0 is none
	states  *states
}

// states are the states of a machine, or those inside a Map.
type states struct {
	startAt string
	byName  map[string]*state
}

const longestStateName = 80

// Compile reads a definition in which every ${Placeholder} has been replaced. The error names everything in it that is
// wrong or not implemented here, each with its place.
func Compile(definition string) (*Machine, error) {
	v, err := decodeStrictly([]byte(definition))
	if err != nil {
		return nil, fmt.Errorf("the definition cannot be read: %w", err)
	}
	c := &complaints{}
	f := c.fieldsOf("", v)
	m := &Machine{timeout: time.Duration(f.whole("TimeoutSeconds", 0, 1, 99999999)) * time.Second}
	f.text("Comment")
	if version := f.text("Version"); version != "" && version != "1.0" {
		f.add("Version", "must be 1.0")
	}
	if language := f.text("QueryLanguage"); language != "" && language != "JSONPath" {
		f.add("QueryLanguage", "%s is not implemented here", language)
	}
	m.states = f.machine(map[string]string{})
	f.done()
	if err := c.err(); err != nil {
		return nil, fmt.Errorf("the definition cannot be run: %w", err)
	}
	return m, nil
}

// machine reads StartAt and States. The names of states, with their places, are those of the whole definition: AWS wants
// each to be there once.
func (f fields) machine(names map[string]string) *states {
	all := &states{f.required("StartAt"), map[string]*state{}}
	v, _ := f.get("States")
	inner := f.fieldsOf(f.at("States"), v)
	if len(inner.values) == 0 {
		f.add(inner.place, "has no states")
	}
	for _, name := range slices.Sorted(maps.Keys(inner.values)) {
		where := inner.at(name)
		if other, ok := names[name]; ok {
			f.add(where, "has the name of %s", other)
		}
		if utf8.RuneCountInString(name) > longestStateName {
			f.add(where, "the name has more than %d characters", longestStateName)
		}
		names[name] = where
		all.byName[name] = f.fieldsOf(where, inner.values[name]).state(name, names)
	}
	if _, ok := all.byName[all.startAt]; !ok {
		f.add(f.at("StartAt"), "there is no state %q", all.startAt)
	}
	for _, name := range slices.Sorted(maps.Keys(all.byName)) {
		f.checkTargets(inner.at(name), all, all.byName[name])
	}
	return all
}

func (c *complaints) checkTargets(where string, all *states, s *state) {
	targets := []string{s.next}
	for _, rule := range s.choices {
		targets = append(targets, rule.next)
	}
	for _, handler := range s.catch {
		targets = append(targets, handler.next)
	}
	for _, target := range targets {
		if _, ok := all.byName[target]; target != "" && !ok {
			c.add(where, "there is no state %q to go to", target)
		}
	}
}
