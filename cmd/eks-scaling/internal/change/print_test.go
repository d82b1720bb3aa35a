package change_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/shared/inventory"
)

// changesTo returns clusters c1 to cn that are in version 1, with the same fields that differ.
func changesTo(n int, lines ...string) []inventory.Change {
	var all []inventory.Change
	for i := range n {
		all = append(all, inventory.Change{After: inventory.Item{Kind: inventory.KindCluster, Name: fmt.Sprintf("c%d", i+1), Version: 1}, Lines: lines})
	}
	return all
}

func TestOnlyEqualChangesShareAnEntry(t *testing.T) {
	t.Parallel()
	const edit, other = "~ profiles.normal.big: 1 -> 2", "~ profiles.normal.big: 1 -> 20"
	with := func(all []inventory.Change, i int, edit func(*inventory.Change)) []inventory.Change {
		edit(&all[i])
		return all
	}
	gone := func(c *inventory.Change) { c.Gone, c.Lines = true, nil }
	dates := make([]string, 60)
	for i := range dates {
		dates[i] = fmt.Sprintf("+ 2027-01-%02d: x", i)
	}
	for _, row := range []struct {
		rule    string
		options change.Options
		all     []inventory.Change
		want    string
	}{
		{"few are listed one by one", change.Options{}, changesTo(2, edit), "cluster c1: changed (version 2)\n  " + edit + "\ncluster c2: changed (version 2)\n  " + edit + "\n"},
		{
			"one that deviates is listed in full",
			change.Options{},
			with(changesTo(8, edit), 3, func(c *inventory.Change) { c.Lines = []string{other} }),
			"7 clusters changed in the same way: c1, c2, c3, c5, c6, c7, c8\n  " + edit + "\ncluster c4: changed (version 2)\n  " + other + "\n",
		},
		{
			"one that changes more as well",
			change.Options{},
			with(changesTo(7, edit), 6, func(c *inventory.Change) { c.Lines = []string{edit, "~ region: x -> y"} }),
			"6 clusters changed in the same way: c1, c2, c3, c4, c5, c6\n  " + edit + "\ncluster c7: changed (version 2)\n  " + edit + "\n  ~ region: x -> y\n",
		},
		{
			"removals are listed one by one", change.Options{Prune: true}, with(changesTo(1), 0, gone), "cluster c1: removed\n",
		},
		{
			"new ones differ in their names",
			change.Options{Verbose: true},
			func() []inventory.Change {
				all := changesTo(6)
				for i := range all {
					all[i].After.Version, all[i].Lines = 0, []string{"+ name: " + all[i].After.Name, "+ region: x"}
				}
				all[5].Lines[1] = "+ region: y"
				return append(all, with(changesTo(7), 6, func(c *inventory.Change) {
					c.After.Version, c.Lines = 0, []string{"+ name: c7", "+ region: x"}
				})[6])
			}(),
			"6 clusters new, with the same fields: c1, c2, c3, c4, c5, c7\n  + region: x\ncluster c6: new\n  + name: c6\n  + region: y\n",
		},
		{
			"many new clusters are listed without their fields",
			change.Options{},
			func() []inventory.Change {
				all := changesTo(4)
				for i := range all {
					all[i].After.Version, all[i].Lines = 0, []string{"+ region: " + all[i].After.Name}
				}
				return all
			}(),
			"cluster c1: new\ncluster c2: new\ncluster c3: new\ncluster c4: new\n",
		},
		{"a change is listed in full", change.Options{}, changesTo(1, dates...), "cluster c1: changed (version 2)\n  " + strings.Join(dates, "\n  ") + "\n"},
	} {
		var out bytes.Buffer
		row.options.PrintChanges(&out, row.all)
		if got := out.String(); got != row.want {
			t.Errorf("%s: found\n%s\nwant\n%s", row.rule, got, row.want)
		}
	}
}

func TestEachRemovalIsNamed(t *testing.T) {
	t.Parallel()
	all := changesTo(300)
	for i := range all {
		all[i].Gone = true
	}
	var removed, left bytes.Buffer
	change.Options{Prune: true}.PrintChanges(&removed, all)
	if got := strings.Count(removed.String(), ": removed\n"); got != 300 || strings.Count(removed.String(), "\n") != 300 {
		t.Errorf("found %d removals in\n%s\nwant 300", got, removed.String())
	}
	change.Options{}.PrintChanges(&left, all)
	if got := left.String(); !strings.HasPrefix(got, "300 clusters not in the document, stay (remove them with --prune): c1, c2, ") || !strings.HasSuffix(got, ", c300\n") {
		t.Errorf("found\n%s\nwant one line with all names", got)
	}
}
