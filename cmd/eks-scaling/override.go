package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// The states of an override.
const (
	inForce = "in force"
	coming  = "coming"
	ended   = "ended"
	broken  = "broken"
)

// stateOf is the state of an override that can be read.
func stateOf(o scaling.Override, now time.Time) string {
	switch {
	case now.Before(o.From):
		return coming
	case now.Before(o.Until):
		return inForce
	default:
		return ended
	}
}

// overrideEntity is the item of an override, written over the one that was read, if there was one.
func overrideEntity(o scaling.Override, read inventory.Item) (inventory.Item, error) {
	spec, err := json.Marshal(o)
	e := inventory.Item{Kind: inventory.KindOverride, Cluster: o.Cluster, Name: o.Name, Spec: spec, ExpiresAt: o.Until.Add(inventory.Expiry).Unix()}
	return e.Over(read), err
}

// overrideInWords says what an override puts in force, such as "profile peak for big" or "big 4".
func overrideInWords(o scaling.Override) string {
	if o.Profile != "" {
		text := "profile " + o.Profile
		if len(o.Nodegroups) > 0 {
			text += " for " + strings.Join(o.Nodegroups, ", ")
		}
		return text
	}
	var sizes []string
	for _, nodegroup := range slices.Sorted(maps.Keys(o.Sizes)) {
		text, _ := json.Marshal(o.Sizes[nodegroup]) // a target always has a JSON form
		sizes = append(sizes, nodegroup+" "+strings.ReplaceAll(string(text), `"`, ""))
	}
	return strings.Join(sizes, ", ")
}

// resized says of each node group what is wanted before and after, one a line.
func resized(before, after []nodegroupSizes) []string {
	was, is := byNodegroup(before), byNodegroup(after)
	both := maps.Clone(was)
	maps.Copy(both, is)
	var lines []string
	for _, nodegroup := range slices.Sorted(maps.Keys(both)) {
		old, next := cmp.Or(was[nodegroup], "left alone"), cmp.Or(is[nodegroup], "left alone")
		if old == next {
			lines = append(lines, fmt.Sprintf("%s: %s, as before", nodegroup, next))
		} else {
			lines = append(lines, fmt.Sprintf("%s: %s -> %s", nodegroup, old, next))
		}
	}
	return lines
}

// byNodegroup is the sizes in words, without the node group's name in front.
func byNodegroup(sizes []nodegroupSizes) map[string]string {
	all := map[string]string{}
	for _, s := range sizes {
		all[s.Nodegroup] = strings.TrimPrefix(s.String(), s.Nodegroup+" ")
	}
	return all
}
