package schedule_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"eks-scaling-automation/shared/schedule"
)

func TestScheduleAgreesWithTimeline(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawSchedule(t)
		l := d.timeline(d.periods)
		for _, shift := range []time.Duration{-50 * time.Hour, -9 * time.Hour, -time.Hour, 0, time.Minute, time.Hour, 13 * time.Hour, 47 * time.Hour} {
			d.checkInForce(t, l, d.at.Add(shift))
		}
		d.checkActiveAtChanges(t, l)
		d.checkSinceUntil(t, l)
		d.checkActivationIsTheSameInside(t)
		d.checkNext(t, l)
		d.checkChangesAreOnTransitions(t, l)
		d.checkChangesAreSuccessions(t, l)
		d.checkDated(t, l)
		d.checkSkipped(t, l)
		if t.Failed() {
			t.Logf("in %s at %s, calendars %v: %v", d.loc, d.at, d.calendars, d.periods)
		}
	})
}

// checkInForce compares what Active and Explain say of an instant.
func (d *drawn) checkInForce(t *rapid.T, l timeline, at time.Time) {
	want := l.period(l.minute(at))
	if got := d.Active(at).Period; got != want {
		t.Errorf("at %s: period %q, want %q", at, got, want)
	}
	for i, c := range d.Explain(at) {
		if around := l.around[l.minute(at)]&(1<<i) != 0; c.Applies != around || c.Wins != (c.Period == want) {
			t.Errorf("at %s: %+v; want that it applies: %t, and that %q wins", at, c, around, want)
		}
	}
}

// checkActiveAtChanges checks where mistakes are likely: at changes of the period and around clock changes.
func (d *drawn) checkActiveAtChanges(t *rapid.T, l timeline) {
	for i := settled + 1; i < len(l.around); i++ {
		if l.changes(i) {
			d.checkInForce(t, l, l.at(i-1))
			d.checkInForce(t, l, l.at(i))
		}
		if l.shown[i] != l.shown[i-1]+1 { // the clocks are changed
			for _, shift := range []time.Duration{-30 * time.Minute, -1, 0, time.Minute, 30 * time.Minute} {
				d.checkInForce(t, l, l.at(i).Add(shift))
			}
		}
	}
}

// checkSinceUntil compares the changes before and after the instant, which may lie outside the timeline.
func (d *drawn) checkSinceUntil(t *rapid.T, l timeline) {
	a := d.Active(d.at)
	since, until := l.unchanged(l.minute(d.at))
	if want := l.at(since); since > settled && !a.Since.Equal(want) || a.Since.After(want) {
		t.Errorf("Since is %s, want %s", a.Since, want)
	}
	if want := l.at(until); until < len(l.around) && !a.Until.Equal(want) || !a.Until.IsZero() && a.Until.Before(want) {
		t.Errorf("Until is %s, want %s", a.Until, want)
	}
}

// checkActivationIsTheSameInside compares what is said at the ends of an activation, if they see each other.
func (d *drawn) checkActivationIsTheSameInside(t *rapid.T) {
	a := d.Active(d.at)
	if a.Since.IsZero() || a.Until.IsZero() || a.Until.After(a.Since.AddDate(0, 0, schedule.Horizon)) {
		return
	}
	for _, inside := range []time.Time{a.Since, a.Until.Add(-1)} {
		if diff := cmp.Diff(a, d.Active(inside)); diff != "" {
			t.Errorf("at %s it is not as at %s: %s", inside, d.at, diff)
		}
	}
}

// checkNext compares the change after the instant with what is active then.
func (d *drawn) checkNext(t *rapid.T, l timeline) {
	a := d.Active(d.at)
	next, ok := d.Next(d.at)
	if ok != !a.Until.IsZero() {
		t.Fatalf("Until is %s, but that Next finds a change is %t", a.Until, ok)
	}
	if !ok {
		return
	}
	if next.Period == a.Period || !next.Since.Equal(a.Until) {
		t.Errorf("Next is %+v after %+v", next, a)
	}
	if i := l.minute(next.Since); i < len(l.around) && next.Period != l.period(i) {
		t.Errorf("Next is %+v, want period %q", next, l.period(i))
	}
}

// checkChangesAreOnTransitions looks for each change of period, where triggers would be: at the first time that the wall
// clock shows a weekly transition, at the end of a gap that one falls into, or at one with a date.
func (d *drawn) checkChangesAreOnTransitions(t *rapid.T, l timeline) {
	from, until := l.at(0), l.at(len(l.around))
	single := d.Dated(from, until)
	for _, b := range d.Weekly() {
		single = append(single, b.Skipped(d.loc, from, until)...)
	}
	for i := settled; i < len(l.around); i++ {
		if !l.changes(i) || slices.ContainsFunc(single, l.at(i).Equal) {
			continue
		}
		isFirst := l.latest[i-1] < l.shown[i]
		if !isFirst || !slices.ContainsFunc(d.Weekly(), func(b schedule.Transition) bool { return isOn(b, l.shown[i]) }) {
			t.Errorf("the change at %s is on none of the weekly transitions %v, skipped and dated ones %v", l.at(i).In(d.loc), d.Weekly(), single)
		}
	}
}

// checkChangesAreSuccessions looks for each change of period in an ordinary day among those of the week. Without dates, every change
// that the wall clock shows is one.
func (d *drawn) checkChangesAreSuccessions(t *rapid.T, l timeline) {
	if slices.ContainsFunc(d.periods, func(w written) bool { return len(w.dates)+len(w.only)+len(w.except) > 0 }) {
		return
	}
	for i := settled; i < len(l.around); i++ {
		if !l.changes(i) || !l.steady(i) {
			continue
		}
		at := l.at(i).In(d.loc)
		if !slices.ContainsFunc(d.Successions(), func(s schedule.Succession) bool {
			return s.At.Weekday() == at.Weekday() && s.At.Clock().String() == at.Format("15:04") && s.Before.Period == l.period(i-1) && s.After.Period == l.period(i)
		}) {
			t.Errorf("the change at %s from %q to %q is not among those of the week: %v", at, l.period(i-1), l.period(i), d.Successions())
		}
	}
}

// steady reports whether the clocks are not changed around minute i.
func (l timeline) steady(i int) bool {
	first, last := max(0, i-2*day), min(i+2*day, len(l.shown)-1)
	return l.shown[last]-l.shown[first] == int64(last-first)
}

// isOn reports whether the wall clock shows the transition.
func isOn(b schedule.Transition, wall int64) bool {
	return wall%day == int64(b.At) && slices.Contains(b.Days.Names(), shownOn(wall, ""))
}

// checkDated compares the instants at which windows with dates start or end.
func (d *drawn) checkDated(t *rapid.T, l timeline) {
	var want []time.Time
	for i := settled; i < len(l.dated); i++ {
		if l.dated[i] {
			want = append(want, l.at(i))
		}
	}
	if diff := cmp.Diff(want, d.Dated(l.at(settled), l.at(len(l.dated))), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("Dated (-want +got): %s", diff)
	}
}

// checkSkipped compares the instants at which the wall clock jumps over a transition.
func (d *drawn) checkSkipped(t *rapid.T, l timeline) {
	for _, b := range d.Weekly() {
		var want []time.Time
		for i := 1; i < len(l.shown); i++ {
			for wall := l.shown[i-1] + 1; wall < l.shown[i]; wall++ {
				if isOn(b, wall) {
					want = append(want, l.at(i))
				}
			}
		}
		if diff := cmp.Diff(want, b.Skipped(d.loc, l.at(1), l.at(len(l.shown))), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("Skipped of %v (-want +got): %s", b, diff)
		}
	}
}

// A window, daily or from one weekday to another, and its complement, each the only period of its schedule, are never both in
// force, and never both not. This holds in gaps and overlaps too: each transition happens at one instant, whichever of the two
// asks for it.
func TestWindowAndComplementPartitionTime(t *testing.T) {
	for name, days := range map[string][]schedule.Days{
		"daily": {0},
		"of several days": {
			schedule.On(time.Sunday), schedule.On(time.Monday), schedule.On(time.Wednesday), schedule.On(time.Friday), schedule.On(time.Saturday),
		},
	} {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			loc := drawZone(t)
			edge := func(name string) schedule.Edge {
				return schedule.Edge{Day: rapid.SampledFrom(days).Draw(t, name+" day"), At: drawClock(t, name, schedule.EndOfDay-1)}
			}
			from, to := edge("from"), edge("to")
			if from == to {
				return // a window without length, which New refuses
			}
			checkPartition(t, drawInstant(t, loc),
				alone(t, loc, schedule.Period{Name: "window", From: from, To: to}),
				alone(t, loc, schedule.Period{Name: "complement", From: to, To: from}))
		}))
	}
}

func checkPartition(t *rapid.T, at time.Time, inside, outside *schedule.Schedule) {
	a, b := inside.Active(at), outside.Active(at)
	if (a.Period == "") == (b.Period == "") || !a.Since.Equal(b.Since) || !a.Until.Equal(b.Until) {
		t.Errorf("at %s: %+v\ncomplement: %+v", at, a, b)
	}
}

// On some days of the week the complement is made of two periods: the rest of those days, and the other days.
func TestWindowOnSomeDaysAndComplementPartitionTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		from := drawClock(t, "from", schedule.EndOfDay-2)
		to := schedule.Clock(rapid.IntRange(int(from)+1, int(schedule.EndOfDay)).Draw(t, "to"))
		on := schedule.Days(rapid.IntRange(1, int(schedule.EveryDay)-1).Draw(t, "days"))
		window := func(name string, days schedule.Days, from, to schedule.Clock) schedule.Period {
			return schedule.Period{Name: name, Days: schedule.Weekdays{Each: days}, From: schedule.Edge{At: from}, To: schedule.Edge{At: to}}
		}
		complement := []schedule.Period{window("other days", schedule.EveryDay&^on, 0, schedule.EndOfDay)}
		if from > 0 {
			complement = append(complement, window("before", on, 0, from))
		}
		if to < schedule.EndOfDay {
			complement = append(complement, window("after", on, to, schedule.EndOfDay))
		}
		at := drawInstant(t, loc)
		inside := alone(t, loc, window("window", on, from, to))
		outside := alone(t, loc, complement...)
		if a, b := inside.Active(at), outside.Active(at); (a.Period == "") == (b.Period == "") {
			t.Errorf("%v %s-%s at %s: %+v\ncomplement: %+v", on.Names(), from, to, at, a, b)
		}
	})
}

func alone(t *rapid.T, loc *time.Location, periods ...schedule.Period) *schedule.Schedule {
	s, err := schedule.New(loc, "otherwise", periods, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
