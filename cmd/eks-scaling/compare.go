package main

import (
	"bytes"
	"cmp"
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

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
)

// change is what happens to one entity.
type change struct {
	after  tables.Entity   // with the version that was read
	before json.RawMessage // the spec that was read; nil if there was none
	lines  []string        // the fields that differ
	same   bool            // nothing does
	gone   bool            // it is in the table, but not wanted
	moved  bool            // as what is wanted is under another key: an override for another cluster
}

// isLeft says of what is not wanted whether it is left as it is. The old place of what has moved never is, as it would count twice.
func (c change) isLeft(prune bool) bool {
	return c.gone && !c.moved && !prune
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
	if c.moved {
		title += " from " + cmp.Or(c.after.Cluster, "the key "+c.after.Key())
	}
	if c.what() == "changed" {
		title += fmt.Sprintf(" (version %d)", c.after.Version+1)
	}
	sayLine(out, title)
	printLines(out, c.lines)
}

// printLines writes the fields that differ.
func printLines(out io.Writer, lines []string) {
	for i, line := range lines {
		if i == maxLines {
			say(out, "  ... and %d more\n", len(lines)-maxLines)
			break
		}
		sayLine(out, "  "+line)
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
		entities[len(entities)-1].Cluster = o.Cluster
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
		current[itemKey(e)] = e
	}
	var changes []change
	for _, e := range entities {
		before := current[itemKey(e)]
		e = e.Over(before)
		c, err := changeOf(before.Spec, e.Spec, e)
		if err != nil {
			return nil, err
		}
		c.same = c.same && before.ExpiresAt == e.ExpiresAt && before.CheckFormat() == nil
		changes = append(changes, c)
		delete(current, itemKey(e))
	}
	// Backwards by kind and name: an override goes before its cluster, and a cluster before its calendars.
	for _, key := range slices.Backward(slices.Sorted(maps.Keys(current))) {
		if e := current[key]; e.Kind != tables.KindOverride || !hasEnded(e, now) {
			moved := e.Kind == tables.KindOverride && slices.ContainsFunc(wanted.Overrides, func(o scaling.Override) bool { return o.Name == e.Name })
			changes = append(changes, change{after: e, before: e.Spec, gone: true, moved: moved})
		}
	}
	return changes, nil
}

// sameJSON says whether two documents hold the same values, whatever their spelling.
func sameJSON(a, b json.RawMessage) bool {
	left, err := decoded(a)
	right, other := decoded(b)
	return err == nil && other == nil && reflect.DeepEqual(left, right)
}

// entityKey is how people are told of an entity.
func entityKey(e tables.Entity) string {
	return e.Kind + "/" + e.Name
}

// itemKey tells an item from all others: overrides of two clusters may have the same name in the table.
func itemKey(e tables.Entity) string {
	return e.Kind + "/" + e.Key()
}

// hasEnded says of an override in the table whether it is over; it goes by itself then.
func hasEnded(e tables.Entity, now time.Time) bool {
	until, err := time.Parse(time.RFC3339, textIn(e.Spec, "until"))
	return err == nil && !until.After(now)
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

// decoded is a JSON document, with its numbers as they are written.
func decoded(data json.RawMessage) (root any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	err = decoder.Decode(&root)
	return root, err
}

// values is the text of every plain value in a JSON document, by its path.
type values map[string]string

func valuesOf(data json.RawMessage) (values, error) {
	found := values{}
	if len(data) == 0 {
		return found, nil
	}
	root, err := decoded(data)
	if err != nil {
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
