package loadconfig

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/printable"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// parseInput reads an execution's input strictly: a misspelt field must not make a run do more than was meant. Input appears on
// terminals and in alerts, so control characters are refused.
func parseInput(data json.RawMessage, now time.Time) (run.Input, error) {
	var in run.Input
	if len(data) > limits.MaxInputBytes {
		return in, invalid("input: must have at most %d bytes, not %d: name fewer clusters, or none for all", limits.MaxInputBytes, len(data))
	}
	var given map[string]json.RawMessage
	if err := json.Unmarshal(data, &given); err != nil || given == nil {
		return in, invalid("input: must be an object, not %s: use {} for all clusters", data)
	}
	readers := map[string]func(json.RawMessage) error{
		"trigger":    text("trigger", &in.Trigger),
		"due":        due(&in.Due, now),
		"actor":      text("actor", &in.Actor),
		"reason":     text("reason", &in.Reason),
		"clusters":   list("clusters", &in.Clusters, `a list of names, such as ["production"]`),
		"schedules":  list("schedules", &in.Schedules, `a list of names, such as ["production:batch"]`),
		"nodegroups": list("nodegroups", &in.Nodegroups, `a list of names, such as ["big"]`),
		"profile":    text("profile", &in.Profile),
		"at":         instant("at", &in.At),
		"dryRun":     field("dryRun", &in.DryRun, "true or false"),
		"force":      field("force", &in.Force, "true or false"),

		"beyondBlastRadius": field("beyondBlastRadius", &in.BeyondBlastRadius, "true or false"),
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		read, ok := readers[name]
		if !ok {
			return in, invalid("%s: unknown field; known: %s", name, strings.Join(slices.Sorted(maps.Keys(readers)), ", "))
		}
		if err := read(given[name]); err != nil {
			return in, err
		}
	}
	if in.BeyondBlastRadius && in.Reason == "" {
		return in, invalid("beyondBlastRadius: reason is required: say why the run may take down more")
	}
	return in, nil
}

// invalid makes an error on one printable line.
func invalid(format string, args ...any) error {
	return run.Errorf(run.InputInvalidError, "%s", printable.Line(fmt.Sprintf(format, args...)))
}

// field reads a value of any type; null is none.
func field[T any](name string, into *T, want string) func(json.RawMessage) error {
	return func(data json.RawMessage) error {
		if bytes.Equal(data, []byte("null")) || json.Unmarshal(data, into) != nil {
			return invalid("%s: must be %s, not %s", name, want, data)
		}
		return nil
	}
}

// text reads a string that is not empty.
func text(name string, into *string) func(json.RawMessage) error {
	read := field(name, into, "a string")
	return func(data json.RawMessage) error {
		if err := read(data); err != nil {
			return err
		}
		if *into == "" {
			return invalid(`%s: must be a string that is not empty`, name)
		}
		return check(name, *into)
	}
}

// list reads a list of names.
func list(name string, into *[]string, want string) func(json.RawMessage) error {
	read := field(name, into, want)
	return func(data json.RawMessage) error {
		if err := read(data); err != nil {
			return err
		}
		for i, one := range *into {
			if err := check(fmt.Sprintf("%s[%d]", name, i), one); err != nil {
				return err
			}
		}
		return nil
	}
}

// check refuses control characters in a text.
func check(place, text string) error {
	if err := printable.Check(text); err != nil {
		return invalid("%s: %v", place, err)
	}
	return nil
}

// maxAhead limits how far a trigger's clock may be ahead. A run for a distant instant would scale too early.
const maxAhead = 5 * time.Minute

// due reads the instant that a trigger was scheduled for.
func due(into *time.Time, now time.Time) func(json.RawMessage) error {
	read := instant("due", into)
	return func(data json.RawMessage) error {
		if err := read(data); err != nil {
			return err
		}
		if into.After(now.Add(maxAhead)) {
			return invalid("due: %s is more than %.0f minutes ahead of the clock, %s",
				into.UTC().Format(time.RFC3339), maxAhead.Minutes(), now.UTC().Format(time.RFC3339))
		}
		return nil
	}
}

// instant reads a time with its offset.
func instant(name string, into *time.Time) func(json.RawMessage) error {
	return func(data json.RawMessage) error {
		var written string
		err := json.Unmarshal(data, &written)
		if err == nil {
			*into, err = time.Parse(time.RFC3339, written)
		}
		if err != nil || into.IsZero() {
			return invalid(`%s: invalid time %s: use RFC 3339 with an offset, for example "2026-11-24T06:30:00-03:00"`, name, data)
		}
		return nil
	}
}

// known refuses names that do not exist.
func known(name string, wanted, known []string) error {
	for i, one := range wanted {
		if !slices.Contains(known, one) {
			slices.Sort(known)
			return invalid("%s[%d]: unknown name %q; known: %s", name, i, one, strings.Join(slices.Compact(known), ", "))
		}
	}
	return nil
}

// here refuses names of clusters, or of their schedules, that belong to the hub of another region.
func here(name string, wanted []string, stored inventory.Snapshot) error {
	for i, one := range wanted {
		cluster, _ := scaling.SplitUnit(one)
		if err := stored.Here(cluster); err != nil {
			return invalid("%s[%d]: %v", name, i, err)
		}
	}
	return nil
}

// names returns the names of the clusters, and of all units.
func names(items []inventory.Item) (clusters, units []string) {
	for _, i := range items {
		clusters, units = append(clusters, i.Name), append(units, i.UnitNames()...)
	}
	return clusters, units
}
