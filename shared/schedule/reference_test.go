package schedule_test

import (
	"fmt"
	"os"
	"testing"

	"eks-scaling-automation/shared/config"

	"github.com/google/go-cmp/cmp"
)

// TestReferenceWeek walks the example configuration through a week, change by change.
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
	s := c.Units()[0].Timetable()
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
		t.Errorf("the week (-want +got):\n%s", diff)
	}
}
