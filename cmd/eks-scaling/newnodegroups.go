package main

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"

	"eks-scaling-automation/shared/aws/tables"
)

// sayWhatIsNew names the node groups that were not configured before: the roles of the stack are made for those of its
// deployment, and a run fails for any other.
func sayWhatIsNew(out io.Writer, due []change) {
	var names []string
	for _, c := range due {
		if c.after.Kind == tables.KindCluster && !c.gone {
			names = append(names, newNodegroups(c.before, c.after.Spec)...)
		}
	}
	if len(names) > 0 {
		say(out, "new: %s\nthe stack may scale only the node groups that it was deployed for; check these with: eks-scaling doctor\n", strings.Join(names, ", "))
	}
}

// newNodegroups are those that are in the spec of a cluster and not in the one before, in the same region and under the same
// role.
func newNodegroups(before, after json.RawMessage) []string {
	type spec struct {
		Name, Region, RoleARN string
		Nodegroups            map[string]json.RawMessage
	}
	var was, is spec
	_ = json.Unmarshal(before, &was) // of one that cannot be read nothing is known
	_ = json.Unmarshal(after, &is)
	if was.Region != is.Region || was.RoleARN != is.RoleARN {
		was.Nodegroups = nil
	}
	var names []string
	for _, name := range slices.Sorted(maps.Keys(is.Nodegroups)) {
		if _, known := was.Nodegroups[name]; !known {
			names = append(names, is.Name+"/"+name)
		}
	}
	return names
}
