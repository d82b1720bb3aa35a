package definition

import (
	"fmt"
	"maps"
	"slices"
	"time"
	"unicode/utf8"
)

// Machine is an executable definition.
type Machine struct {
	Timeout time.Duration // 0 is none
	States  *States
}

// States holds the states of a machine or of a Map.
type States struct {
	StartAt string
	ByName  map[string]*State
}

const longestStateName = 80

// Compile reads a definition with every ${Placeholder} replaced. The error names everything that is invalid or not implemented,
// each with its place.
func Compile(definition string) (*Machine, error) {
	v, err := decodeStrictly([]byte(definition))
	if err != nil {
		return nil, fmt.Errorf("the definition cannot be read: %w", err)
	}
	c := &complaints{}
	f := c.fieldsOf("", v)
	m := &Machine{Timeout: time.Duration(f.whole("TimeoutSeconds", 0, 1, 99999999)) * time.Second}
	f.text("Comment")
	m.States = f.machine(map[string]string{})
	f.done()
	if err := c.err(); err != nil {
		return nil, fmt.Errorf("the definition cannot be run: %w", err)
	}
	return m, nil
}

// machine reads StartAt and States. Names of states are unique in the whole definition, as AWS requires.
func (f fields) machine(names map[string]string) *States {
	all := &States{f.required("StartAt"), map[string]*State{}}
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
		all.ByName[name] = f.fieldsOf(where, inner.values[name]).state(name, names)
	}
	if _, ok := all.ByName[all.StartAt]; !ok {
		f.add(f.at("StartAt"), "there is no state %q", all.StartAt)
	}
	for _, name := range slices.Sorted(maps.Keys(all.ByName)) {
		f.checkTargets(inner.at(name), all, all.ByName[name])
	}
	return all
}

func (c *complaints) checkTargets(where string, all *States, s *State) {
	targets := []string{s.Next}
	for _, rule := range s.Choices {
		targets = append(targets, rule.Next)
	}
	for _, handler := range s.catch {
		targets = append(targets, handler.Next)
	}
	for _, target := range targets {
		if _, ok := all.ByName[target]; target != "" && !ok {
			c.add(where, "there is no state %q to go to", target)
		}
	}
}
