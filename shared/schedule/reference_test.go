package schedule_test

import (
	"fmt"
	"os"
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/schedule"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// reference is the schedule of examples/sao-paulo.yaml.
func reference(t rapid.TB) *schedule.Schedule {
	t.Helper()
	s, err := schedule.New(location(t, saoPaulo), "normal", referencePeriods(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func referencePeriods(t rapid.TB) []schedule.Period {
	t.Helper()
	all := periods(t, "sat,sun 00:00-01:00", "01:00-06:30", "tue 06:30-11:30")
	all[0].Name, all[0].Profile = "weekend-midnight", "sleep"
	all[1].Name, all[1].Profile = "night", "sleep"
	all[2].Name, all[2].Profile = "tuesday-peak", "peak"
	return all
}

// TestReferenceWeek walks the example configuration, and the same made by hand, through a week, change by change.
func TestReferenceWeek(t *testing.T) {
	data, err := os.ReadFile("../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"before: normal ",
		"Mon 11-23 01:00 -03:00 sleep night",
		"Mon 11-23 06:30 -03:00 normal ",
		"Tue 11-24 01:00 -03:00 sleep night",
		"Tue 11-24 06:30 -03:00 peak tuesday-peak",
		"Tue 11-24 11:30 -03:00 normal ",
		"Wed 11-25 01:00 -03:00 sleep night",
		"Wed 11-25 06:30 -03:00 normal ",
		"Thu 11-26 01:00 -03:00 sleep night",
		"Thu 11-26 06:30 -03:00 normal ",
		"Fri 11-27 01:00 -03:00 sleep night",
		"Fri 11-27 06:30 -03:00 normal ",
		"Sat 11-28 00:00 -03:00 sleep weekend-midnight",
		"Sat 11-28 01:00 -03:00 sleep night",
		"Sat 11-28 06:30 -03:00 normal ",
		"Sun 11-29 00:00 -03:00 sleep weekend-midnight",
		"Sun 11-29 01:00 -03:00 sleep night",
		"Sun 11-29 06:30 -03:00 normal ",
	}
	for name, s := range map[string]*schedule.Schedule{"example": c.Clusters[0].Timetable(), "by hand": reference(t)} {
		at := instant(t, "2026-11-23T00:00:00-03:00")
		a := s.Active(at)
		got := []string{fmt.Sprintf("before: %s %s", a.Profile, a.Period)}
		for {
			next, ok := s.Next(at)
			if !ok || !next.Since.Before(instant(t, "2026-11-30T00:00:00-03:00")) {
				break
			}
			at = next.Since
			got = append(got, fmt.Sprintf("%s %s %s", at.Format("Mon 01-02 15:04 -07:00"), next.Profile, next.Period))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: the week (-want +got):\n%s", name, diff)
		}
	}
}
