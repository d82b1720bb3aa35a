package savings_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/scaling"
)

// sizes returns a desired size within bounds of 0 and 10.
func sizes(desired int32) *scaling.Sizes { return &scaling.Sizes{MaxSize: 10, DesiredSize: desired} }

// goal asks for a desired size within the same bounds.
func goal(desired int32) scaling.Goal { return scaling.Goal{MaxSize: 10, DesiredSize: &desired} }

// month is November 2026 of a node group in New York, as its records have it.
type month struct {
	changes []run.Change
	units   []run.UnitRecord
}

func newYork() *time.Location {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return loc
}

// at is a time of day in November by the clocks of New York; day 0 and earlier are in October.
func at(day, hour, minute int) time.Time {
	return time.Date(2026, time.November, day, hour, minute, 0, 0, newYork())
}

// changed records a change that took some minutes, from one desired size to another.
func (m *month) changed(began time.Time, minutes int, before, after int32) *run.Change {
	m.changes = append(m.changes, run.Change{
		ChangeResult: run.ChangeResult{Nodegroup: "web", Outcome: run.Succeeded, Before: sizes(before), After: sizes(after)},
		Run:          run.Run{TakenAt: began}, Cluster: "shop", Goal: goal(after),
		StartedAt: began, EndedAt: began.Add(time.Duration(minutes) * time.Minute),
	})
	return &m.changes[len(m.changes)-1]
}

// read records the sizes that an hourly run read and left alone.
func (m *month) read(began time.Time, s *scaling.Sizes) {
	m.units = append(m.units, run.UnitRecord{
		Run: run.Run{TakenAt: began}, EndedAt: began.Add(time.Second),
		ClusterSummary: run.ClusterSummary{Cluster: "shop", Nodegroups: []run.NodegroupSummary{
			{Nodegroup: "web", Action: scaling.Keep, Outcome: run.Unchanged, Before: s, After: s},
		}},
	})
}

// november has office hours: 4 nodes from 08:00 to 18:00 on weekdays, else 1. A scale-down takes half an hour.
//
//   - On the 1st, clocks go back: it has 25 hours.
//   - On the 10th, the raise at 08:00 fails, and the one at 09:00 succeeds.
//   - On the 14th, a Saturday, an override asks for 8 nodes from 10:00 to 22:00.
//   - On the 18th, somebody changes minSize to 1 and the size to 3, between the hourly runs of 20:23 and 21:23.
func november() (m month) {
	m.changed(at(-1, 18, 0), 30, 4, 1) // Friday 30 October
	for day := 2; day <= 30; day++ {
		switch weekday := at(day, 12, 0).Weekday(); {
		case day == 14:
			m.changed(at(14, 10, 0), 5, 1, 8).Override = "load test"
			m.changed(at(14, 22, 0), 30, 8, 1)
			continue
		case weekday == time.Saturday || weekday == time.Sunday:
			continue
		case day == 10:
			failed := m.changed(at(10, 8, 0), 20, 1, 4)
			failed.Outcome, failed.After, failed.Error = run.Failed, nil, &run.StepError{Error: string(run.NodegroupFailedError)}
			m.changed(at(10, 9, 0), 5, 1, 4)
		case day == 19:
			m.changed(at(19, 8, 0), 5, 3, 4)
			m.changes[len(m.changes)-1].Before = &scaling.Sizes{MinSize: 1, MaxSize: 10, DesiredSize: 3}
		default:
			m.changed(at(day, 8, 0), 5, 1, 4)
		}
		m.changed(at(day, 18, 0), 30, 4, 1)
	}
	m.read(at(18, 20, 23), sizes(1))
	m.read(at(18, 21, 23), &scaling.Sizes{MinSize: 1, MaxSize: 10, DesiredSize: 3})
	return m
}

// web returns the node group of the month with a baseline of 4 nodes at USD 0.20 an hour.
func (m month) web() savings.Nodegroup {
	var points []savings.Point
	for _, c := range m.changes {
		points = append(points, savings.OfChange(c))
	}
	for _, u := range m.units {
		points = append(points, savings.OfUnit(u)["web"])
	}
	return savings.Nodegroup{
		Cluster: "shop", Name: "web", Zone: newYork(), Points: points,
		Baseline: &savings.Baseline{Nodes: 4, Source: savings.Declared}, Rate: savings.Rate{Low: price("0.20"), High: price("0.20")},
	}
}

func price(text string) savings.Price {
	p, err := savings.ParsePrice(text)
	if err != nil {
		panic(err)
	}
	return p
}

// hm returns node hours and minutes.
func hm(hours, minutes int64) savings.NodeTime { return savings.NodeTime(hours*3600 + minutes*60) }

// part returns node time that all counts at USD 0.20 an hour.
func part(baseline, ran, below, above savings.NodeTime) savings.Part {
	value := price("0.20").For(below - above)
	return savings.Part{Baseline: baseline, Ran: ran, Below: below, Above: above, Value: &savings.Range{Cheapest: value, Dearest: value}}
}

// TestAMonthByHand compares a month with one computed by hand:
//
//	the month            721 h                                        30 days and an hour
//	4 nodes, ours        219 h 30 min    21 weekdays x 10 h 30 min - 1 h on the 10th
//	8 nodes, ours         12 h 30 min    the 14th, 10:00 to 22:30
//	1 node, observed       1 h           the 18th, 20:23 to 21:23
//	3 nodes, a person     10 h 37 min    the 18th, 21:23, to the 19th, 08:00
//	1 node, ours         477 h 23 min    the rest
func TestAMonthByHand(t *testing.T) {
	t.Parallel()
	rows, sum := savings.Rows([]savings.Nodegroup{november().web()}, at(1, 0, 0), at(31, 0, 0), savings.ByDay)
	want := savings.Hours{By: map[savings.Cause]savings.Part{
		savings.Ours:     part(4*hm(709, 23), 4*hm(219, 30)+8*hm(12, 30)+hm(477, 23), 3*hm(477, 23), 4*hm(12, 30)),
		savings.Observed: part(hm(4, 0), hm(1, 0), hm(3, 0), 0),
		savings.Person:   part(4*hm(10, 37), 3*hm(10, 37), hm(10, 37), 0),
	}}
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Errorf("the month (-want +got):\n%s", diff)
	}
	if total := sum.Total(); total.Baseline != 4*hm(721, 0) || total.Saved() != hm(1395, 46) {
		t.Errorf("in all %s of %s saved; want 1,395.8 of 2,884.0", total.Saved(), total.Baseline)
	}
	if got := sum.Ours().Value.String(); got != "276.43" { // 1,382 h 9 min x 0.20
		t.Errorf("worth USD %s; want 276.43", got)
	}
	if first := rows[0]; first.Day != "2026-11-01" || first.Ours().Baseline != 4*hm(25, 0) || first.Ours().Saved() != 3*hm(25, 0) {
		t.Errorf("the first day is %v; want 25 hours", first)
	}
	if len(rows) != 30 {
		t.Errorf("the month has %d days", len(rows))
	}
}
