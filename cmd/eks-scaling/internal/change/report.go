package change

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/english"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/permissions"
)

// Report lists the changes of the configuration, for machines.
type Report struct {
	Table  string `json:"table"`
	DryRun bool   `json:"dryRun,omitempty"` // nothing was written
	// Interrupted reports that not all changes are written; each says then whether it is.
	Interrupted bool         `json:"interrupted,omitempty"`
	Changes     []ItemChange `json:"changes"`
}

// ItemChange is the change of one item.
type ItemChange struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Change is one of new, changed, removed and, of "config diff" without --prune, left.
	Change string `json:"change"`
	// Version of the item afterwards; 0 if it is removed or left.
	Version int      `json:"version,omitempty"`
	Lines   []string `json:"lines"` // the fields that differ
	// Written is yes, no or unknown after an interruption, and empty otherwise.
	Written string `json:"written,omitempty"`
}

// NewReport reports changes as written.
func NewReport(s frame.Session, due ...inventory.Change) Report {
	made := Report{Table: s.Stack.ConfigTable, Changes: []ItemChange{}}
	for _, c := range due {
		made.Changes = append(made.Changes, ItemChangeOf(c))
	}
	return made
}

// ItemChangeOf converts a change for machines.
func ItemChangeOf(c inventory.Change) ItemChange {
	d := ItemChange{Kind: c.After.Kind, Name: c.After.Name, Change: c.What(), Lines: append([]string{}, c.Lines...)}
	if !c.Gone {
		d.Version = c.After.NextVersion()
	}
	return d
}

// printNewNodegroups names new node groups that the stack scales, unless it may scale all. A run fails for them until a deployment, or a tag,
// gives the stack's roles access.
func printNewNodegroups(out io.Writer, s deployment.Stack, due []inventory.Change) {
	check := frame.InRegion("eks-scaling doctor", s.OnlyRegion)
	var names []string
	for _, c := range due {
		if c.After.Kind == inventory.KindCluster && !c.Gone && isScaledBy(s, c.After) {
			for _, name := range newNodegroups(c.Before, c.After.Spec) {
				names = append(names, c.After.Name+"/"+name)
			}
		}
	}
	limit := map[permissions.Mode]string{
		permissions.Configured: "node groups that it was deployed for",
		permissions.Tagged:     "clusters and node groups with the tag of its permissions, " + s.Permissions,
	}[permissions.OfStack(s.Permissions).Mode]
	if len(names) > 0 && limit != "" {
		term.Say(out, "New node groups: %s\nThe stack may scale only %s. Check these with: %s\n", english.OrNone(names), limit, check)
	}
}

// isScaledBy reports whether a stack scales a cluster. One for its own region has the clusters of the others only to hold them.
func isScaledBy(s deployment.Stack, cluster inventory.Item) bool {
	region := inventory.RegionOf(cluster)
	return s.OnlyRegion == "" || region == "" || region == s.OnlyRegion
}

// newNodegroups returns the node groups that a cluster did not have before in the same region and under the same role.
func newNodegroups(before, after json.RawMessage) []string {
	var known []string
	if inventory.SamePlace(before, after) {
		known = inventory.NodegroupNames(before)
	}
	return slices.DeleteFunc(inventory.NodegroupNames(after), func(name string) bool { return slices.Contains(known, name) })
}

// DescribeConflict adds to the error of a conflict who wrote the item first, and what changed since the spec was read. Other errors stay
// as they are.
func DescribeConflict(ctx context.Context, s frame.Session, e inventory.Item, before json.RawMessage, err error) error {
	if errors.Is(err, inventory.ErrConflict) {
		_, err = describeConflict(ctx, s, e, before, err)
	}
	return err
}

// describeConflict is DescribeConflict that also returns the table as it is now; nil if it cannot be read.
func describeConflict(ctx context.Context, s frame.Session, e inventory.Item, before json.RawMessage, err error) (*inventory.Snapshot, error) {
	snapshot, unread := s.Config.Read(ctx)
	if unread != nil {
		return nil, err // the conflict matters more
	}
	var now *inventory.Item
	for _, other := range snapshot.Items() {
		if inventory.ItemKey(other) == inventory.ItemKey(e) {
			now = &other
		}
	}
	if now == nil {
		return &snapshot, fmt.Errorf("%w\n%s was removed", err, inventory.DisplayKey(e))
	}
	text := fmt.Sprintf("%s has version %d%s", inventory.DisplayKey(e), now.Version, health.WrittenBy(*now))
	if now.Version == e.Version && !inventory.SameJSON(before, now.Spec) {
		text = inventory.DisplayKey(e) + " was edited by hand; the author is unknown"
	}
	lines, unknown := inventory.Differences(before, now.Spec)
	if unknown != nil {
		lines = []string{"spec: " + string(now.Spec)}
	}
	var differing strings.Builder
	PrintLines(&differing, lines)
	return &snapshot, fmt.Errorf("%w\n%s", err, strings.TrimRight(text+"\n"+differing.String(), "\n"))
}
