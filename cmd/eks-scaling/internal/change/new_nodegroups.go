package change

import (
	"encoding/json"
	"io"
	"slices"
	"strings"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/inventory"
)

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
