package blastradius_test

import (
	"testing"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/blastradius"
)

func TestLimitsInWords(t *testing.T) {
	for _, row := range []struct {
		limit  blastradius.Limit
		limits string
		of     string
	}{
		{blastradius.Limit{Nodes: 1}, "1 node", "7 of 1 node"},
		{blastradius.Limit{Units: 20}, "20 units", "2 of 20 units"},
		{blastradius.Limit{Nodes: 1000, Units: 20}, "1,000 nodes and 20 units", "7 of 1,000 nodes and 2 of 20 units"},
	} {
		if got, of := row.limit.String(), row.limit.Of(blastradius.Taken{Nodes: 7, Units: 2}); got != row.limits || of != row.of {
			t.Errorf("found %q and %q; want %q and %q", got, of, row.limits, row.of)
		}
	}
}

// TestAUnitCountsOnce in whatever order and how often its reservations arrive.
func TestAUnitCountsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wants := rapid.SliceOfN(rapid.IntRange(0, 50), 1, 6).Draw(t, "wants")
		c, most := blastradius.Counter{Taken: blastradius.Taken{Nodes: 10, Units: 3}}, 0
		for _, want := range wants {
			most = max(most, want)
			after, changed := c.With(want)
			if again, changes := after.With(want); again != after || changes {
				t.Fatalf("repeated, %+v becomes %+v", after, again)
			}
			if !changed && after != c {
				t.Fatalf("%+v counts as unchanged %+v", after, c)
			}
			c = after
		}
		if want := (blastradius.Counter{Taken: blastradius.Taken{Nodes: 10 + most, Units: 4}, Own: most, Known: true}); c != want {
			t.Fatalf("found %+v; want %+v", c, want)
		}
	})
}

// TestNoOrderRefusesFewer than [blastradius.Limit.Refused] says.
func TestNoOrderRefusesFewer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := blastradius.Limit{Nodes: rapid.IntRange(0, 20).Draw(t, "nodes"), Units: rapid.IntRange(0, 4).Draw(t, "units")}
		all := rapid.SliceOfN(rapid.IntRange(0, 15), 0, 6).Draw(t, "all")
		var taken blastradius.Taken
		refused := 0
		for _, i := range rapid.Permutation(indices(all)).Draw(t, "order") {
			after := blastradius.Taken{Nodes: taken.Nodes + all[i], Units: taken.Units + 1}
			if !limit.Allows(after) {
				refused++
				continue
			}
			taken = after
		}
		if least := limit.Refused(all); refused < least {
			t.Fatalf("%d of %v are refused; want at least %d", refused, all, least)
		}
	})
}

func indices(all []int) []int {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	return order
}

func TestTheSmallestUnitsFit(t *testing.T) {
	for _, row := range []struct {
		limit blastradius.Limit
		nodes []int
		want  int
	}{
		{blastradius.Limit{}, []int{100, 200}, 0},
		{blastradius.Limit{Nodes: 10}, []int{7, 3, 1, 9}, 2},
		{blastradius.Limit{Nodes: 10}, []int{11}, 1},
		{blastradius.Limit{Nodes: 10}, []int{5, 5}, 0},
		{blastradius.Limit{Units: 2}, []int{0, 0, 0}, 1},
		{blastradius.Limit{Nodes: 10, Units: 1}, []int{4, 4}, 1},
	} {
		if got := row.limit.Refused(row.nodes); got != row.want {
			t.Errorf("%s of %v: found %d refused; want %d", row.limit, row.nodes, got, row.want)
		}
	}
}
