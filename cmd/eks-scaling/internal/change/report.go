package change

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
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

// maxLines is how many fields of one entity are shown; a calendar has hundreds of dates.
const maxLines = 40

// PrintChange prints what happens to an item, and the fields that differ.
func PrintChange(c inventory.Change, out io.Writer) {
	title := c.After.Kind + " " + c.After.Name + ": " + c.What()
	if c.Moved {
		title += " from " + cmp.Or(c.After.Cluster, "the key "+c.After.Key())
	}
	if c.What() == "changed" {
		title += fmt.Sprintf(" (version %d)", c.After.Version+1)
	}
	term.SayLine(out, title)
	PrintLines(out, c.Lines)
}

// PrintLines writes the fields that differ.
func PrintLines(out io.Writer, lines []string) {
	for i, line := range lines {
		if i == maxLines {
			term.Say(out, "  ... and %d more\n", len(lines)-maxLines)
			break
		}
		term.SayLine(out, "  "+line)
	}
}

// printNewNodegroups names the node groups that were not configured before. A run fails for them until a deployment gives the stack's roles
// access.
func printNewNodegroups(out io.Writer, due []inventory.Change) {
	var names []string
	for _, c := range due {
		if c.After.Kind == inventory.KindCluster && !c.Gone {
			for _, name := range newNodegroups(c.Before, c.After.Spec) {
				names = append(names, c.After.Name+"/"+name)
			}
		}
	}
	if len(names) > 0 {
		term.Say(out, "new: %s\nthe stack may scale only the node groups that it was deployed for; check these with: eks-scaling doctor\n", strings.Join(names, ", "))
	}
}

// newNodegroups returns the node groups of a cluster that its spec before did not have in the same region and under the same role.
func newNodegroups(before, after json.RawMessage) []string {
	var known []string
	if inventory.SamePlace(before, after) {
		known = inventory.NodegroupNames(before)
	}
	return slices.DeleteFunc(inventory.NodegroupNames(after), func(name string) bool { return slices.Contains(known, name) })
}

// DescribeConflict adds to the error of a write that came too late who was faster, and what changed; before is the spec that was
// read. Other errors stay as they are.
func DescribeConflict(ctx context.Context, s frame.Session, e inventory.Item, before json.RawMessage, err error) error {
	if !errors.Is(err, inventory.ErrConflict) {
		return err
	}
	snapshot, unread := s.Config.Read(ctx)
	if unread != nil {
		return err // that it is a conflict is what matters
	}
	var now *inventory.Item
	for _, other := range snapshot.Items() {
		if inventory.ItemKey(other) == inventory.ItemKey(e) {
			now = &other
		}
	}
	if now == nil {
		return fmt.Errorf("%w\n%s was removed", err, inventory.DisplayKey(e))
	}
	text := fmt.Sprintf("%s has version %d%s", inventory.DisplayKey(e), now.Version, frame.FormatAuthor(now.UpdatedBy, now.UpdatedAt, now.Reason))
	if now.Version == e.Version && !inventory.SameJSON(before, now.Spec) {
		text = inventory.DisplayKey(e) + " was edited by hand; by whom is not known"
	}
	lines, unknown := inventory.Differences(before, now.Spec)
	if unknown != nil {
		lines = []string{"spec: " + string(now.Spec)}
	}
	var differing strings.Builder
	PrintLines(&differing, lines)
	return fmt.Errorf("%w\n%s", err, strings.TrimRight(text+"\n"+differing.String(), "\n"))
}
