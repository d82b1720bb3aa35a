package page

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
)

// TestAWeekHasNoGaps checks that the bands and each node group's bars cover the whole width, one after the other.
func TestAWeekHasNoGaps(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	from := time.Date(2026, time.November, 24, 10, 10, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		p := Plan{Cluster: "production", Timezone: "America/Sao_Paulo"}
		at := from
		for i := range rapid.IntRange(1, 40).Draw(t, "steps") {
			if i > 0 {
				at = at.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
			}
			size := rapid.Int32Range(0, 1000).Draw(t, "size")
			p.Steps = append(p.Steps, agenda.Step{
				At: at, LocalTime: at, Profile: rapid.SampledFrom([]string{"", "sleep", "normal", "peak"}).Draw(t, "profile"),
				Nodegroups: []agenda.NodegroupSizes{{Nodegroup: "big", DesiredSize: &size}},
			})
		}
		w := weekOf(p, from, at.Add(time.Hour))
		end := percent(0)
		for _, b := range w.Bands {
			if b.X != end || b.Width < 0 {
				t.Fatalf("a band begins at %s; want %s", b.X, end)
			}
			end = b.X + b.Width
		}
		last := percent(0)
		for _, b := range w.Plots[0].Bars {
			if b.X != last || b.Width < 0 || b.Height < 0 || b.Y+b.Height != plotTop+plotHeight {
				t.Fatalf("found the bar %+v after %s", b, last)
			}
			last = b.X + b.Width
		}
		if end != whole || last != whole {
			t.Fatalf("the bands end at %s, and the bars at %s; want %s", end, last, whole)
		}
	})
}

func TestDaysBeginAtMidnight(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	from := time.Date(2026, time.October, 24, 0, 0, 0, 0, zone)
	// Sunday has 25 hours.
	ticks := ticksOf(scale{from, from.AddDate(0, 0, 3)}, zone)
	want := []tick{{X: 0, Weekday: "Sat", Date: "24"}, {X: 24 * whole / 73, Weekday: "Sun", Date: "25"}, {X: 49 * whole / 73, Weekday: "Mon", Date: "26"}}
	if len(ticks) != len(want) {
		t.Fatalf("found %+v; want %+v", ticks, want)
	}
	for i, tick := range ticks {
		if tick != want[i] {
			t.Errorf("found %+v; want %+v", tick, want[i])
		}
	}
}

func TestDurationsAreShort(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]string{0: "0 s", 41.6: "42 s", 60: "1 min", 185: "3 min 5 s", 7800: "2 h 10 min"} {
		if got := Seconds(seconds); got != want {
			t.Errorf("%v: found %q; want %q", seconds, got, want)
		}
	}
}
