package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/tables"
)

// change is what happens to one entity.
type change struct {
	after tables.Entity // with the version that was read
	lines []string      // the fields that differ
	gone  bool          // it is in the table, but not wanted
}

func (c change) needed() bool {
	return c.gone || len(c.lines) > 0
}

func (c change) print(out io.Writer) {
	title := c.after.Kind + " " + c.after.Name
	switch {
	case c.gone:
		_, _ = fmt.Fprintf(out, "%s: removed\n", title)
	case !c.needed():
		_, _ = fmt.Fprintf(out, "%s: unchanged\n", title)
	case c.after.Version == 0:
		_, _ = fmt.Fprintf(out, "%s: new\n", title)
	default:
		_, _ = fmt.Fprintf(out, "%s: changed (version %d)\n", title, c.after.Version+1)
	}
	for _, line := range c.lines {
		_, _ = fmt.Fprintln(out, "  "+line)
	}
}

// readTable reads every entity, by kind and name.
func readTable(ctx context.Context, table store) (map[string]tables.Entity, error) {
	entities := map[string]tables.Entity{}
	settings, found, err := table.Settings(ctx)
	if err != nil {
		return nil, err
	}
	if found {
		entities[entityKey(settings)] = settings
	}
	clusters, err := table.Clusters(ctx)
	for _, c := range clusters {
		entities[entityKey(c)] = c
	}
	return entities, err
}

func entityKey(e tables.Entity) string {
	return e.Kind + "/" + e.Name
}

// compare lists what must happen to each entity, in the order in which it is to be written.
func compare(current map[string]tables.Entity, wanted config.Config) ([]change, error) {
	var changes []change
	add := func(kind, name string, spec any) error {
		data, err := json.Marshal(spec)
		if err != nil {
			return err
		}
		e := tables.Entity{Kind: kind, Name: name, Spec: data}
		before := current[entityKey(e)]
		e.Version = before.Version
		lines, err := differences(before.Spec, data)
		changes = append(changes, change{after: e, lines: lines})
		delete(current, entityKey(e))
		return err
	}
	for _, c := range wanted.Clusters {
		if err := add(tables.KindCluster, c.Name, c); err != nil {
			return nil, err
		}
	}
	if err := add(tables.KindSettings, tables.GlobalSettings, wanted.Settings); err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(current)) {
		changes = append(changes, change{after: current[key], gone: true})
	}
	return changes, nil
}

// differences lists the fields in which two specs differ, one a line.
func differences(before, after json.RawMessage) ([]string, error) {
	old, err := leaves(before)
	if err != nil {
		return nil, err
	}
	next, err := leaves(after)
	if err != nil {
		return nil, err
	}
	paths := map[string]bool{}
	for _, m := range []map[string]string{old, next} {
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

// leaves maps the path of every plain value in a JSON document to its text.
func leaves(data json.RawMessage) (map[string]string, error) {
	found := map[string]string{}
	if len(data) == 0 {
		return found, nil
	}
	var root any
	if err := json.Unmarshal(data, &root); err != nil {
		return nil, err
	}
	if _, isObject := root.(map[string]any); !isObject {
		return map[string]string{"spec": string(data)}, nil // whatever a person has put there
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, inner := range v {
				walk(path+"."+key, inner)
			}
		case []any:
			for i, inner := range v {
				walk(fmt.Sprintf("%s[%d]", path, i), inner)
			}
		default:
			text, _ := json.Marshal(v) // a plain value always has a JSON form
			found[path[1:]] = string(text)
		}
	}
	walk("", root)
	return found, nil
}
