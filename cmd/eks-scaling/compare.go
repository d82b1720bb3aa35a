package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/tables"
)

// change is what happens to one entity.
type change struct {
	after  tables.Entity   // with the version that was read
	before json.RawMessage // the spec that was read; nil if there was none
	lines  []string        // the fields that differ
	same   bool            // nothing does
	gone   bool            // it is in the table, but not wanted
}

// maxLines is how many fields of one entity are shown; a calendar has hundreds of dates.
const maxLines = 40

// notNewer refuses to make changes of what a newer version has written: this one does not know what it would lose.
func notNewer(changes []change) error {
	for _, c := range changes {
		if err := c.after.CheckFormat(); errors.Is(err, config.ErrNewer) {
			return err
		}
	}
	return nil
}

func (c change) needed() bool {
	return c.gone || !c.same
}

// what says in a word what happens to the entity.
func (c change) what() string {
	switch {
	case c.gone:
		return "removed"
	case c.same:
		return "unchanged"
	case c.after.Version == 0:
		return "new"
	default:
		return "changed"
	}
}

func (c change) print(out io.Writer) {
	title := c.after.Kind + " " + c.after.Name + ": " + c.what()
	if c.what() == "changed" {
		title += fmt.Sprintf(" (version %d)", c.after.Version+1)
	}
	_, _ = fmt.Fprintln(out, title)
	printLines(out, c.lines)
}

// printLines writes the fields that differ.
func printLines(out io.Writer, lines []string) {
	for i, line := range lines {
		if i == maxLines {
			_, _ = fmt.Fprintf(out, "  ... and %d more\n", len(lines)-maxLines)
			break
		}
		_, _ = fmt.Fprintln(out, "  "+line)
	}
}

// expiry is how long an override stays in the table after its end, for those who ask what was in force.
const expiry = 7 * 24 * time.Hour

// wantedEntities are the parts of a configuration in the order in which they are to be written.
func wantedEntities(c config.Config) ([]tables.Entity, error) {
	var entities []tables.Entity
	var failed error
	add := func(kind, name string, spec any, expiresAt int64) {
		data, err := json.Marshal(spec)
		failed = errors.Join(failed, err)
		entities = append(entities, tables.Entity{Kind: kind, Name: name, Spec: data, ExpiresAt: expiresAt})
	}
	for _, name := range slices.Sorted(maps.Keys(c.Calendars)) {
		add(tables.KindCalendar, name, c.Calendars[name], 0)
	}
	for _, cluster := range c.Clusters {
		add(tables.KindCluster, cluster.Name, cluster, 0)
	}
	for _, o := range c.Overrides {
		add(tables.KindOverride, o.Name, o, o.Until.Add(expiry).Unix())
	}
	add(tables.KindSettings, tables.GlobalSettings, c.Settings, 0)
	return entities, failed
}

// compare lists what must happen to each entity, in the order in which it is to be written.
func compare(stored tables.Snapshot, wanted config.Config, now time.Time) ([]change, error) {
	entities, err := wantedEntities(wanted)
	if err != nil {
		return nil, err
	}
	current := map[string]tables.Entity{}
	for _, e := range entitiesOf(stored) {
		current[entityKey(e)] = e
	}
	var changes []change
	for _, e := range entities {
		before := current[entityKey(e)]
		e = e.Over(before)
		c, err := changeOf(before.Spec, e.Spec, e)
		if err != nil {
			return nil, err
		}
		c.same = c.same && before.ExpiresAt == e.ExpiresAt && before.CheckFormat() == nil
		changes = append(changes, c)
		delete(current, entityKey(e))
	}
	// Backwards by kind and name: an override goes before its cluster, and a cluster before its calendars.
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(current))) {
		if e := current[key]; e.Kind != tables.KindOverride || !hasEnded(e, now) {
			changes = append(changes, change{after: e, before: e.Spec, gone: true})
		}
	}
	return changes, nil
}

// sameJSON says whether two documents hold the same values, whatever their spelling.
func sameJSON(a, b json.RawMessage) bool {
	var left, right any
	return json.Unmarshal(a, &left) == nil && json.Unmarshal(b, &right) == nil && reflect.DeepEqual(left, right)
}

func entityKey(e tables.Entity) string {
	return e.Kind + "/" + e.Name
}

// hasEnded says of an override in the table whether it is over; it goes by itself then.
func hasEnded(e tables.Entity, now time.Time) bool {
	var o struct {
		Until time.Time `json:"until"`
	}
	return json.Unmarshal(e.Spec, &o) == nil && !o.Until.IsZero() && !o.Until.After(now)
}

// differences lists the fields in which two specs differ, one a line.
func differences(before, after json.RawMessage) ([]string, error) {
	old, err := valuesOf(before)
	if err != nil {
		return nil, err
	}
	next, err := valuesOf(after)
	if err != nil {
		return nil, err
	}
	paths := map[string]bool{}
	for _, m := range []values{old, next} {
		for path := range m {
			paths[path] = true
		}
	}
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		was, wasThere := old[path]
		is, isThere := next[path]
		switch {
		case !wasThere:
			lines = append(lines, fmt.Sprintf("+ %s: %s", path, is))
		case !isThere:
			lines = append(lines, fmt.Sprintf("- %s: %s", path, was))
		case was != is:
			lines = append(lines, fmt.Sprintf("~ %s: %s -> %s", path, was, is))
		}
	}
	return lines, nil
}

// values is the text of every plain value in a JSON document, by its path.
type values map[string]string

func valuesOf(data json.RawMessage) (values, error) {
	found := values{}
	if len(data) == 0 {
		return found, nil
	}
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	if _, isObject := root.(map[string]any); !isObject {
		return values{"spec": string(data)}, nil // whatever a person has put there
	}
	found.add("", root)
	return found, nil
}

// add enters the plain values of v, which stands at path. The elements of a list go by their names, if they have names, so
// that one more of them does not look like a change of all that follow; then their order is entered too.
func (l values) add(path string, v any) {
	switch v := v.(type) {
	case map[string]any:
		if date, isHoliday := v["date"].(string); isHoliday {
			l[date], _ = v["name"].(string)
			return
		}
		for key, inner := range v {
			l.add(path+"."+key, inner)
		}
	case []any:
		var names []string
		for i, inner := range v {
			name := nameOf(inner, i)
			names = append(names, name)
			l.add(path+"["+name+"]", inner)
		}
		if len(v) > 1 && !slices.Contains(names, "0") {
			l[path[1:]+" in order"] = strings.Join(names, ", ")
		}
	default:
		text, _ := json.Marshal(v) // a plain value always has a JSON form
		l[path[1:]] = string(text)
	}
}

// nameOf is what the element of a list is called, or else its index.
func nameOf(element any, i int) string {
	if object, ok := element.(map[string]any); ok {
		if name, ok := object["name"].(string); ok && object["date"] == nil {
			return name
		}
	}
	return strconv.Itoa(i)
}
