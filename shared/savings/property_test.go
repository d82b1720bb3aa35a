package savings_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/savings"
)

// anyPoint draws what a record may say, also what no run would write.
func anyPoint(t *rapid.T, label string) savings.Point {
	began := at(1, 0, 0).Add(time.Duration(rapid.Int64Range(0, 40*24*3600*1000).Draw(t, label+" began")) * time.Millisecond)
	p := savings.Point{Began: began, Ended: began.Add(time.Duration(rapid.IntRange(0, 3600).Draw(t, label+" took")) * time.Second)}
	size := rapid.Int32Range(0, 10)
	if rapid.Bool().Draw(t, label+" read") {
		p.Before = sizes(size.Draw(t, label+" before"))
	}
	switch rapid.IntRange(0, 3).Draw(t, label+" kind") {
	case 0: // a reading
		p.Gone = p.Before == nil
	case 1: // a change that failed
		p.Asked = new(goal(size.Draw(t, label+" asked")))
	default:
		p.Asked, p.After = new(goal(size.Draw(t, label+" asked"))), sizes(size.Draw(t, label+" after"))
	}
	return p
}

// anyNodegroups draws node groups of a few units in two zones.
func anyNodegroups(t *rapid.T) (all []savings.Nodegroup) {
	for i := range rapid.IntRange(1, 5).Draw(t, "node groups") {
		n := savings.Nodegroup{
			Cluster: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "cluster"), Schedule: rapid.SampledFrom([]string{"", "day"}).Draw(t, "schedule"),
			Name: fmt.Sprint("n", i), Zone: rapid.SampledFrom([]*time.Location{time.UTC, newYork()}).Draw(t, "zone"),
			Removed: rapid.Bool().Draw(t, "removed"),
		}
		if rapid.Bool().Draw(t, "priced") {
			low := savings.Price(rapid.Int64Range(1, 50_000_000_000).Draw(t, "low"))
			n.Rate = savings.Rate{Low: low, High: low + savings.Price(rapid.Int64Range(0, 50_000_000_000).Draw(t, "more"))}
		}
		if rapid.Bool().Draw(t, "baseline") {
			n.Baseline = &savings.Baseline{Nodes: rapid.Int32Range(0, 10).Draw(t, "nodes")}
		}
		for j := range rapid.IntRange(0, 12).Draw(t, "records") {
			n.Points = append(n.Points, anyPoint(t, fmt.Sprintf("%d.%d", i, j)))
		}
		all = append(all, n)
	}
	return all
}

// TestPartsAddUp: rows of every grouping add up to the same sum, so do two parts of an interval, what ran and what was saved is the
// baseline, and the baseline with the unknown time is the whole interval.
func TestPartsAddUp(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		all := anyNodegroups(t)
		instant := rapid.Custom(func(t *rapid.T) time.Time {
			return at(1, 0, 0).Add(time.Duration(rapid.Int64Range(0, 40*24*3600).Draw(t, "s")) * time.Second)
		})
		from, until, middle := instant.Draw(t, "from"), instant.Draw(t, "until"), instant.Draw(t, "middle")
		if until.Before(from) {
			from, until = until, from
		}
		_, want := savings.Rows(all, from, until, savings.ByCluster)
		for _, by := range savings.Groupings() {
			rows, sum := savings.Rows(all, from, until, by)
			var added savings.Hours
			for _, row := range rows {
				added = added.Plus(row.Hours)
			}
			if diff := cmp.Diff(want, sum) + cmp.Diff(want, added); diff != "" {
				t.Fatalf("by %s (-want +got):\n%s", by, diff)
			}
		}
		if middle.After(from) && middle.Before(until) {
			_, first := savings.Rows(all, from, middle, savings.ByCluster)
			_, second := savings.Rows(all, middle, until, savings.ByCluster)
			if diff := cmp.Diff(want, first.Plus(second)); diff != "" {
				t.Fatalf("split at %s (-want +got):\n%s", middle, diff)
			}
		}
		var whole savings.NodeTime
		for _, n := range all {
			if n.Baseline != nil {
				whole += savings.Of(n.Baseline.Nodes, from, until)
			}
		}
		total := want.Total()
		if total.Ran+total.Saved() != total.Baseline || total.Baseline+want.Unknown != whole {
			t.Fatalf("%s ran + %s saved is not %s, or that + %s unknown is not %s", total.Ran, total.Saved(), total.Baseline, want.Unknown, whole)
		}
	})
}
