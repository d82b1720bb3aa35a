package savings_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/scaling"
)

// oclock is a time of the day that the rows are about.
func oclock(hour int) time.Time { return at(3, hour, 0) }

func bounded(minSize, desired int32) *scaling.Sizes {
	return &scaling.Sizes{MinSize: minSize, MaxSize: 10, DesiredSize: desired}
}

// change is one at full hours.
func change(began, ended int, before, after *scaling.Sizes, asked scaling.Goal) savings.Point {
	return savings.Point{Began: oclock(began), Ended: oclock(ended), Before: before, After: after, Asked: &asked}
}

func reading(hour int, s *scaling.Sizes) savings.Point {
	return savings.Point{Began: oclock(hour), Ended: oclock(hour).Add(time.Minute), Before: s}
}

func inWords(segments []savings.Segment) string {
	var words []string
	for _, s := range segments {
		words = append(words, fmt.Sprintf("%d-%d %d %s", s.From.In(newYork()).Hour(), s.Until.In(newYork()).Hour(), s.Nodes, s.Cause))
	}
	return strings.Join(words, ", ")
}

func TestWhoSetTheSize(t *testing.T) {
	t.Parallel()
	bounds := scaling.Goal{MinSize: 0, MaxSize: 10}
	down := change(2, 2, sizes(4), sizes(1), goal(1))
	gone := savings.Point{Began: oclock(8), Ended: oclock(8), Gone: true}
	for _, row := range []struct {
		rule   string
		points []savings.Point
		want   string
	}{
		{"no record", nil, "0-23 0 unknown"},
		{"before the first record", []savings.Point{reading(5, sizes(4))}, "0-5 0 unknown, 5-23 4 observed"},
		{"our change, and a reading that agrees", []savings.Point{down, reading(9, sizes(1))}, "0-2 0 unknown, 2-23 1 eks-scaling"},
		{
			"a raise counts from its call, a reduction from its end",
			[]savings.Point{change(2, 4, sizes(1), sizes(4), goal(4)), change(10, 12, sizes(4), sizes(1), goal(1))},
			"0-2 0 unknown, 2-12 4 eks-scaling, 12-23 1 eks-scaling",
		},
		{
			"another size, and other bounds: a person",
			[]savings.Point{down, reading(9, sizes(1)), reading(10, bounded(1, 3))},
			"0-2 0 unknown, 2-9 1 eks-scaling, 9-10 1 observed, 10-23 3 person",
		},
		{
			"another size within our bounds, and a goal of bounds only: an autoscaler",
			[]savings.Point{change(2, 2, sizes(4), sizes(4), bounds), reading(9, sizes(7))},
			"0-2 0 unknown, 2-9 4 observed, 9-23 7 autoscaler",
		},
		{
			"another size within our bounds: the records do not tell",
			[]savings.Point{down, reading(9, sizes(3))},
			"0-2 0 unknown, 2-9 1 observed, 9-23 3 observed",
		},
		{
			"our next change finds another size",
			[]savings.Point{down, change(9, 9, sizes(3), sizes(4), goal(4))},
			"0-2 0 unknown, 2-9 1 observed, 9-23 4 eks-scaling",
		},
		{
			"a failed change changes nothing",
			[]savings.Point{down, change(9, 10, sizes(1), nil, goal(4)), reading(11, sizes(1))},
			"0-2 0 unknown, 2-23 1 eks-scaling",
		},
		{
			"unless a record has its sizes",
			[]savings.Point{down, change(9, 10, sizes(1), nil, goal(4)), reading(11, sizes(4))},
			"0-2 0 unknown, 2-9 1 eks-scaling, 9-11 1 observed, 11-23 4 eks-scaling",
		},
		{
			"a reading during a change has no order",
			[]savings.Point{change(2, 4, sizes(4), sizes(1), goal(1)), reading(3, sizes(4)), reading(9, sizes(1))},
			"0-2 0 unknown, 2-4 4 observed, 4-23 1 eks-scaling",
		},
		{
			"a reading that lasted into a change has no order",
			[]savings.Point{reading(1, sizes(4)), {Began: oclock(2), Ended: oclock(4), Before: sizes(1)}, change(3, 3, sizes(4), sizes(1), goal(1))},
			"0-1 0 unknown, 1-3 4 observed, 3-23 1 eks-scaling",
		},
		{
			"somebody raised it further during our change",
			[]savings.Point{change(2, 3, sizes(1), sizes(6), goal(4))},
			"0-2 0 unknown, 2-23 6 observed",
		},
		{
			"while it does not exist",
			[]savings.Point{down, gone, reading(12, sizes(2))},
			"0-2 0 unknown, 2-8 1 eks-scaling, 8-12 0 unknown, 12-23 2 observed",
		},
		{
			"somebody changed it, and back",
			[]savings.Point{down, reading(9, sizes(3)), reading(12, sizes(1))},
			"0-2 0 unknown, 2-9 1 observed, 9-12 3 observed, 12-23 1 eks-scaling",
		},
		{
			"a run asks for the size that somebody set",
			[]savings.Point{down, reading(9, bounded(1, 3)), change(12, 12, bounded(1, 3), sizes(3), goal(3))},
			"0-2 0 unknown, 2-9 1 observed, 9-12 3 person, 12-23 3 eks-scaling",
		},
		{
			"a change of the bounds keeps who set the size",
			[]savings.Point{reading(1, sizes(4)), change(2, 3, sizes(4), bounded(4, 4), scaling.Goal{MinSize: 4, MaxSize: 10})},
			"0-1 0 unknown, 1-23 4 observed",
		},
	} {
		if diff := cmp.Diff(row.want, inWords(savings.Segments(row.points, oclock(0), oclock(23)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

func TestTheBaselineIsNeverTheLargestSize(t *testing.T) {
	t.Parallel()
	up := change(5, 5, sizes(3), sizes(9), goal(9))
	for _, row := range []struct {
		rule   string
		points []savings.Point
		want   savings.Baseline
	}{
		{"the size before the first change", []savings.Point{change(9, 9, sizes(9), sizes(1), goal(1)), up, reading(1, sizes(5))}, savings.Baseline{Nodes: 3, Source: savings.FirstChange}},
		{"without a change, the first size", []savings.Point{reading(2, sizes(6)), reading(1, sizes(5))}, savings.Baseline{Nodes: 5, Source: savings.FirstRecord}},
		{"without a record, none", nil, savings.Baseline{}},
	} {
		if got, known := savings.FirstOf(row.points); got != row.want || known != (row.points != nil) {
			t.Errorf("%s: %v, %t; want %v", row.rule, got, known, row.want)
		}
	}
}

// TestRecordsOfEarlierVersions have no times of their own: a change counts from the run's first instant, for as long as it took.
func TestRecordsOfEarlierVersions(t *testing.T) {
	t.Parallel()
	c := run.Change{ChangeResult: run.ChangeResult{Outcome: run.Succeeded, Before: sizes(4), After: sizes(1), Seconds: 90.5}, Run: run.Run{TakenAt: oclock(2)}, Goal: goal(1)}
	p := savings.OfChange(c)
	if !p.Began.Equal(oclock(2)) || !p.Ended.Equal(oclock(2).Add(90*time.Second+500*time.Millisecond)) {
		t.Errorf("from %s to %s", p.Began, p.Ended)
	}
	units := savings.OfUnit(run.UnitRecord{Run: run.Run{TakenAt: oclock(2)}, ClusterSummary: run.ClusterSummary{Nodegroups: []run.NodegroupSummary{
		{Nodegroup: "a", Outcome: run.Unchanged, Before: sizes(1)},
		{Nodegroup: "b", Outcome: run.Succeeded, Before: sizes(1), After: sizes(2)},
		{Nodegroup: "c", Outcome: run.Unchanged, Warning: "it does not exist"},
	}}})
	end := oclock(2).Add(20 * time.Minute)
	want := map[string]savings.Point{"a": {Began: oclock(2), Ended: end, Before: sizes(1)}, "c": {Began: oclock(2), Ended: end, Gone: true}}
	if diff := cmp.Diff(want, units); diff != "" {
		t.Errorf("a unit (-want +got):\n%s", diff)
	}
}
