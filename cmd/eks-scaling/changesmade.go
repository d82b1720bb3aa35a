package main

import (
	"eks-scaling-automation/shared/inventory"
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

func (s session) made(due ...inventory.Change) changesMade {
	made := changesMade{Table: s.stack.ConfigTable, Changes: []difference{}}
	for _, c := range due {
		made.Changes = append(made.Changes, differenceOf(c))
	}
	return made
}

func differenceOf(c inventory.Change) difference {
	d := difference{Kind: c.After.Kind, Name: c.After.Name, Change: c.What(), Lines: append([]string{}, c.Lines...)}
	if !c.Gone {
		d.Version = c.After.Version + 1
	}
	return d
}
