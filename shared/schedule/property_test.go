package schedule_test

import (
	"fmt"
	"slices"
	"sort"
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"

	"pgregory.net/rapid"
)

// zones have gaps and overlaps of all kinds: at midnight, of half an hour, of two hours, of a whole day, in winter, none.
var zones = []string{
	"America/Sao_Paulo", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu",
	"UTC", "Pacific/Kiritimati", "Africa/Casablanca", "Antarctica/Troll", "America/Havana", "Asia/Gaza", "Europe/Dublin",
	"Africa/Cairo", "Asia/Tehran",
}

func drawZone(t *rapid.T) *time.Location {
	loc, err := time.LoadLocation(rapid.SampledFrom(zones).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// drawInstant draws a second between 1975 and 2037, in three of four cases within two days of a change of the clocks.
func drawInstant(t *rapid.T, loc *time.Location) time.Time {
	first, last := time.Date(1975, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2037, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	at := time.Unix(rapid.Int64Range(first, last).Draw(t, "at"), 0).In(loc)
	if rapid.IntRange(0, 3).Draw(t, "near a change of the clocks") == 0 {
		return at
	}
	if change, _ := at.ZoneBounds(); !change.IsZero() && change.Unix() > first {
		at = change.Add(time.Duration(rapid.IntRange(-2*86400, 2*86400).Draw(t, "seconds from it")) * time.Second)
	}
	return at
}

// drawClock prefers the early hours, in which clocks are changed.
func drawClock(t *rapid.T, name string, last schedule.Clock) schedule.Clock {
	if rapid.Bool().Draw(t, name+" is early") {
		return schedule.Clock(rapid.IntRange(0, 12).Draw(t, name+" quarter") * 15)
	}
	return schedule.Clock(rapid.IntRange(0, int(last)).Draw(t, name))
}

// drawPeriods draws up to five periods that New accepts; those that it refuses are left out.
func drawPeriods(t *rapid.T, loc *time.Location) ([]schedule.Period, *schedule.Schedule) {
	periods := []schedule.Period{}
	s, err := schedule.New(loc, "otherwise", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range rapid.IntRange(0, 5).Draw(t, "periods") {
		name := fmt.Sprintf("p%d", i)
		more := append(slices.Clone(periods), schedule.Period{
			Name: name, Profile: "in-" + name,
			Days: schedule.Days(rapid.IntRange(0, int(schedule.EveryDay)).Draw(t, name+" days")),
			From: drawClock(t, name+" from", schedule.EndOfDay-1), To: drawClock(t, name+" to", schedule.EndOfDay),
		})
		if accepted, err := schedule.New(loc, "otherwise", more); err == nil {
			periods, s = more, accepted
		}
	}
	return periods, s
}

// timeline is the naive schedule: every minute around an instant, and the name of the period that it belongs to. It
// looks at nothing but what a wall clock shows, minute by minute: a boundary happens when the clock first shows its time
// or a later one.
type timeline struct {
	start  time.Time
	latest []int64 // of each minute: the latest wall clock shown so far, in minutes
	period []string
}

const days = 24 * 60 // in minutes

func newTimeline(periods []schedule.Period, loc *time.Location, at time.Time) timeline {
	l := timeline{start: at.Truncate(time.Minute).AddDate(0, 0, -12), latest: make([]int64, 24*days), period: make([]string, 24*days)}
	for i := range l.latest {
		l.latest[i] = wall(l.start.Add(time.Duration(i) * time.Minute).In(loc))
		if i > 0 {
			l.latest[i] = max(l.latest[i], l.latest[i-1])
		}
	}
	midnight := l.latest[0]/days*days - 3*days
	for _, p := range slices.Backward(periods) { // the first that matches wins, so it is painted last
		for n := range int64(32) {
			l.paint(p, midnight+n*days)
		}
	}
	return l
}

// wall is what a clock in t's zone shows, in minutes since some midnight.
func wall(t time.Time) int64 {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), 0, 0, time.UTC).Unix() / 60
}

// paint enters the window that starts on the day of the given midnight.
func (l timeline) paint(p schedule.Period, midnight int64) {
	if p.Days != 0 && !p.Days.Has(time.Unix(midnight*60, 0).UTC().Weekday()) {
		return
	}
	to := midnight + int64(p.To)
	if p.To <= p.From {
		to += days
	}
	for i := l.first(midnight + int64(p.From)); i < l.first(to); i++ {
		l.period[i] = p.Name
	}
}

// first is the first minute at which the wall clock shows the given time or a later one.
func (l timeline) first(wall int64) int {
	return sort.Search(len(l.latest), func(i int) bool { return l.latest[i] >= wall })
}

// minute is the index of an instant.
func (l timeline) minute(t time.Time) int {
	return int(t.Sub(l.start) / time.Minute)
}

// change is the first change of period from minute i on in the given direction, at most eight days away.
func (l timeline) change(i, direction int) (time.Time, bool) {
	for n := range 8 * days {
		j := i + direction*n
		if l.period[j] != l.period[j+direction] {
			return l.start.Add(time.Duration(max(j, j+direction)) * time.Minute), true
		}
	}
	return time.Time{}, false
}

func TestActiveAgreesWithNaiveSchedule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		periods, s := drawPeriods(t, loc)
		at := drawInstant(t, loc)
		l := newTimeline(periods, loc, at)
		for _, shift := range []time.Duration{-50 * time.Hour, -9 * time.Hour, -time.Hour, 0, time.Minute, time.Hour, 13 * time.Hour, 47 * time.Hour} {
			now := at.Add(shift)
			if got, want := s.Active(now).Period, l.period[l.minute(now)]; got != want {
				t.Errorf("at %s: period %q, want %q", now, got, want)
			}
		}
	})
}

func TestNextIsTheFirstChange(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		periods, s := drawPeriods(t, loc)
		at := drawInstant(t, loc)
		l := newTimeline(periods, loc, at)
		next, ok := s.Next(at)
		want, found := l.change(l.minute(at), 1)
		if !found {
			if ok && next.Since.Before(at.AddDate(0, 0, 7)) {
				t.Fatalf("Next after %s is at %s, but nothing changes", at, next.Since)
			}
			return
		}
		if !ok || !next.Since.Equal(want) {
			t.Fatalf("Next after %s is at %s (%t), want %s", at, next.Since, ok, want)
		}
		if period := l.period[l.minute(want)]; next.Period != period {
			t.Errorf("Next after %s is period %q, want %q", at, next.Period, period)
		}
		if before := s.Active(next.Since.Add(-1)); before.Period != s.Active(at).Period {
			t.Errorf("right before the change period %q is in force, not that of %s", before.Period, at)
		}
		onBoundary(t, s, next.Since)
	})
}

// onBoundary checks that a change lies on a boundary, or at the end of the gap that holds one.
func onBoundary(t *rapid.T, s *schedule.Schedule, at time.Time) {
	at = at.In(s.Location())
	after := wall(at)
	_, offset := at.Zone()
	_, before := at.Add(-1).Zone()
	skipped := max(0, (offset-before)/60)
	for _, b := range s.Boundaries() {
		for n := range int64(skipped + 1) {
			shown := after - n
			if b.Days.Has(time.Unix(shown*60, 0).UTC().Weekday()) && shown%days == int64(b.At) {
				return
			}
		}
	}
	t.Errorf("the change at %s is on none of the boundaries %v", at, s.Boundaries())
}

func TestSinceAndUntilBoundTheActivation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		periods, s := drawPeriods(t, loc)
		at := drawInstant(t, loc)
		a := s.Active(at)
		l := newTimeline(periods, loc, at)
		if since, found := l.change(l.minute(at), -1); found && !a.Since.Equal(since) {
			t.Errorf("Since is %s, want %s", a.Since, since)
		}
		if a.Since.IsZero() != a.Until.IsZero() {
			t.Fatalf("Since %s, Until %s", a.Since, a.Until)
		}
		if a.Since.IsZero() {
			return
		}
		if at.Before(a.Since) || !at.Before(a.Until) {
			t.Fatalf("%s is not from %s to %s", at, a.Since, a.Until)
		}
		for _, inside := range []time.Time{a.Since, a.Until.Add(-1)} {
			if got := s.Active(inside); got.Period != a.Period || !got.Since.Equal(a.Since) || !got.Until.Equal(a.Until) {
				t.Errorf("at %s: %+v; at %s: %+v", at, a, inside, got)
			}
		}
	})
}

// A daily window and its complement, each the only period of its schedule, are never both in force, and never both not.
// This holds in gaps and overlaps too: each boundary happens at one instant, whichever of the two asks for it.
func TestWindowAndComplementPartitionTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		from, to := drawClock(t, "from", schedule.EndOfDay-1), drawClock(t, "to", schedule.EndOfDay-1)
		if from == to {
			return // a window without length, which New refuses
		}
		at := drawInstant(t, loc)
		inside := alone(t, loc, schedule.Period{Name: "window", Profile: "window", From: from, To: to})
		outside := alone(t, loc, schedule.Period{Name: "complement", Profile: "complement", From: to, To: from})
		if a, b := inside.Active(at), outside.Active(at); (a.Period == "") == (b.Period == "") || !a.Since.Equal(b.Since) || !a.Until.Equal(b.Until) {
			t.Errorf("%s-%s at %s: %+v\ncomplement: %+v", from, to, at, a, b)
		}
	})
}

// On some days of the week the complement is made of two periods: the rest of those days, and the other days.
func TestWindowOnSomeDaysAndComplementPartitionTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := drawZone(t)
		from := drawClock(t, "from", schedule.EndOfDay-2)
		to := schedule.Clock(rapid.IntRange(int(from)+1, int(schedule.EndOfDay)).Draw(t, "to"))
		on := schedule.Days(rapid.IntRange(1, int(schedule.EveryDay)-1).Draw(t, "days"))
		complement := []schedule.Period{{Name: "other days", Days: schedule.EveryDay &^ on, To: schedule.EndOfDay}}
		if from > 0 {
			complement = append(complement, schedule.Period{Name: "before", Days: on, To: from})
		}
		if to < schedule.EndOfDay {
			complement = append(complement, schedule.Period{Name: "after", Days: on, From: to, To: schedule.EndOfDay})
		}
		at := drawInstant(t, loc)
		inside := alone(t, loc, schedule.Period{Name: "window", Days: on, From: from, To: to})
		outside := alone(t, loc, complement...)
		if a, b := inside.Active(at), outside.Active(at); (a.Period == "") == (b.Period == "") {
			t.Errorf("%v %s-%s at %s: %+v\ncomplement: %+v", on.Names(), from, to, at, a, b)
		}
	})
}

func alone(t *rapid.T, loc *time.Location, periods ...schedule.Period) *schedule.Schedule {
	s, err := schedule.New(loc, "otherwise", periods)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
