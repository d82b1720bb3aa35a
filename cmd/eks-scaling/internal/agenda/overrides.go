package agenda

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

// The states of an override.
const (
	Active = "active"
	Coming = "upcoming"
	Ended  = "ended"
	Broken = "invalid"
)

// stateOf returns the state of a valid override.
func stateOf(o scaling.Override, now time.Time) string {
	switch {
	case now.Before(o.From):
		return Coming
	case now.Before(o.Until):
		return Active
	default:
		return Ended
	}
}

// OverrideInWords words what an override sets, such as "profile peak for big" or "big 4".
func OverrideInWords(o scaling.Override) string {
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

// Resized words the sizes of each node group before and after, one a line.
func Resized(before, after []NodegroupSizes) []string {
	was, is := byNodegroup(before), byNodegroup(after)
	both := maps.Clone(was)
	maps.Copy(both, is)
	var lines []string
	for _, nodegroup := range slices.Sorted(maps.Keys(both)) {
		old, next := cmp.Or(was[nodegroup], "not scaled"), cmp.Or(is[nodegroup], "not scaled")
		if old == next {
			lines = append(lines, fmt.Sprintf("%s: %s, unchanged", nodegroup, next))
		} else {
			lines = append(lines, fmt.Sprintf("%s: %s -> %s", nodegroup, old, next))
		}
	}
	return lines
}

// Changes words the node groups whose sizes change, such as "big 1 -> 3".
func Changes(before, after []NodegroupSizes) (changes []string) {
	was, is := byNodegroup(before), byNodegroup(after)
	both := maps.Clone(was)
	maps.Copy(both, is)
	for _, nodegroup := range slices.Sorted(maps.Keys(both)) {
		if was[nodegroup] != is[nodegroup] {
			changes = append(changes, fmt.Sprintf("%s %s -> %s", nodegroup, cmp.Or(was[nodegroup], "not scaled"), cmp.Or(is[nodegroup], "not scaled")))
		}
	}
	return changes
}

// byNodegroup words the sizes without the node group's name.
func byNodegroup(sizes []NodegroupSizes) map[string]string {
	all := map[string]string{}
	for _, s := range sizes {
		all[s.Nodegroup] = strings.TrimPrefix(s.String(), s.Nodegroup+" ")
	}
	return all
}

// ListedOverride is an override with its state, and what is wrong. A broken override only has a name.
type ListedOverride struct {
	scaling.Override
	Region string `json:"region,omitempty"` // of its hub, in an answer of several
	State  string `json:"status"`
	Error  string `json:"error,omitempty"`
}

// MarshalJSON omits the unknown fields of a broken override.
func (o ListedOverride) MarshalJSON() ([]byte, error) {
	if o.State == Broken {
		return json.Marshal(struct {
			Region string `json:"region,omitempty"`
			Name   string `json:"name"`
			Status string `json:"status"`
			Error  string `json:"error"`
		}{o.Region, o.Name, o.State, o.Error})
	}
	type embedded scaling.Override // without the names that the stored spec has for who and when
	stored := embedded(o.Override)
	stored.CreatedBy, stored.CreatedAt = "", time.Time{}
	return json.Marshal(struct {
		Region string `json:"region,omitempty"`
		embedded
		CreatedBy string    `json:"createdBy,omitempty"` // hides the spec's
		CreatedAt time.Time `json:"createdAt,omitzero"`
		Actor     string    `json:"actor,omitempty"`
		At        time.Time `json:"at,omitzero"` // when it was created
		Status    string    `json:"status"`
		Error     string    `json:"error,omitempty"`
	}{Region: o.Region, embedded: stored, Actor: o.CreatedBy, At: o.CreatedAt, Status: o.State, Error: o.Error})
}

// ListOverrides returns the overrides with their states, by their start.
func ListOverrides(s *inventory.Checked, now time.Time, all bool) []ListedOverride {
	found := []ListedOverride{}
	for _, e := range s.Overrides {
		o := ListedOf(s, e, now)
		if all || o.State != Ended {
			found = append(found, o)
		}
	}
	slices.SortStableFunc(found, func(a, b ListedOverride) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Name, b.Name))
	})
	return found
}

// ListedOf returns an override with its state and the fields that can be read.
func ListedOf(s *inventory.Checked, e inventory.Item, now time.Time) ListedOverride {
	if o, fine := s.OverrideByKey[e.Key()]; fine {
		return ListedOverride{Override: o, State: stateOf(o, now)}
	}
	o, isOrphan := s.Orphans[e.Key()]
	switch {
	case !isOrphan:
		return ListedOverride{Override: scaling.Override{Name: e.Name}, State: Broken, Error: config.OneLine(s.InvalidErr(e))}
	case o.From.IsZero() || o.Until.IsZero():
		return ListedOverride{Override: o, State: Broken, Error: inventory.ErrUnusableCluster.Error()}
	case stateOf(o, now) == Ended:
		return ListedOverride{Override: o, State: Ended}
	default:
		return ListedOverride{Override: o, State: stateOf(o, now), Error: inventory.ErrUnusableCluster.Error()}
	}
}

// PrintOverrides prints overrides as a table, with times by the clocks of their clusters.
func PrintOverrides(s *inventory.Checked, out io.Writer, width int, list []ListedOverride, all bool) error {
	if len(list) == 0 {
		text := "No active or upcoming overrides"
		if all {
			text = "No overrides"
		}
		return term.Tell(out, "%s\n", text)
	}
	rows := [][]string{{"OVERRIDE", "CLUSTER", "STATUS", "SETS", "FROM", "UNTIL", "BY", "REASON"}}
	for _, o := range list {
		if o.State == Broken {
			rows = append(rows, []string{o.Name, "", o.State, o.Error})
			continue
		}
		loc := s.Location(o.Unit())
		if o.Error != "" {
			o.Reason += "; " + o.Error
		}
		rows = append(rows, []string{
			o.Name, o.Unit(), o.State, OverrideInWords(o.Override), o.From.In(loc).Format(scaling.LocalTime), o.Until.In(loc).Format(scaling.LocalTime),
			o.CreatedBy, o.Reason,
		})
	}
	return term.WriteTable(out, width, rows)
}
