package change

import (
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

// Report is what a verb has changed in the configuration, for machines.
type Report struct {
	Table string `json:"table"`
	// DryRun says that nothing was written, and that the changes are those that would be made.
	DryRun  bool         `json:"dryRun,omitempty"`
	Changes []ItemChange `json:"changes"` // none if all was as it should be
}

// ItemChange is what happens to one item.
type ItemChange struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Change is one of new, changed, removed and, of "config diff" without --prune, left.
	Change string `json:"change"`
	// Version is that of the item afterwards; 0 when it is removed or left.
	Version int      `json:"version,omitempty"`
	Lines   []string `json:"lines"` // the fields that differ
}

// NewReport reports changes as written.
func NewReport(s frame.Session, due ...inventory.Change) Report {
	made := Report{Table: s.Stack.ConfigTable, Changes: []ItemChange{}}
	for _, c := range due {
		made.Changes = append(made.Changes, ItemChangeOf(c))
	}
	return made
}

// ItemChangeOf returns a change for machines.
func ItemChangeOf(c inventory.Change) ItemChange {
	d := ItemChange{Kind: c.After.Kind, Name: c.After.Name, Change: c.What(), Lines: append([]string{}, c.Lines...)}
	if !c.Gone {
		d.Version = c.After.Version + 1
	}
	return d
}
