package main

import (
	"encoding/json"

	"eks-scaling-automation/shared/aws/tables"
)

// changesMade is what a verb has changed in the configuration, for machines.
type changesMade struct {
	Table string `json:"table"`
	// DryRun says that nothing was written, and that the changes are those that would be made.
	DryRun  bool         `json:"dryRun,omitempty"`
	Changes []difference `json:"changes"` // none if all was as it should be
}

// difference is what happens to one item.
type difference struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Change is one of new, changed, removed and, of "config diff" without --prune, left.
	Change string `json:"change"`
	// Version is that of the item afterwards; 0 when it is removed or left.
	Version int      `json:"version,omitempty"`
	Lines   []string `json:"lines"` // the fields that differ
}

func (s session) made(due ...change) changesMade {
	made := changesMade{Table: s.stack.ConfigTable, Changes: []difference{}}
	for _, c := range due {
		made.Changes = append(made.Changes, c.difference())
	}
	return made
}

func (c change) difference() difference {
	d := difference{Kind: c.after.Kind, Name: c.after.Name, Change: c.what(), Lines: append([]string{}, c.lines...)}
	if !c.gone {
		d.Version = c.after.Version + 1
	}
	return d
}

// changeOf is what makes an item that was read another one; before is nil if there was none.
func changeOf(before, after json.RawMessage, e tables.Entity) (change, error) {
	e.Spec = after
	lines, err := differences(before, after)
	return change{after: e, before: before, lines: lines, same: sameJSON(before, after)}, err
}
