package schedule_test

import (
	"testing"
	"time"

	"eks-scaling-automation/shared/schedule"
)

func BenchmarkActive(b *testing.B) {
	at := instant(b, "2026-11-24T07:00:00-03:00")
	for name, s := range map[string]*schedule.Schedule{
		"reference": reference(b),
		"once a year among weekdays": timetable(b, saoPaulo,
			"months=dec monthDays=24..26", "only=holidays", "fri@20:00-mon@08:00", "20:00-08:00", "mon-fri except=holidays 08:00-20:00"),
		"nothing within the horizon": timetable(b, saoPaulo, "months=feb monthDays=29"),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Active(at)
			}
		})
	}
}

// BenchmarkYear goes from change to change through a year, as a calendar of what is to come does.
func BenchmarkYear(b *testing.B) {
	s := reference(b)
	start := instant(b, "2026-01-01T00:00:00-03:00")
	b.ReportAllocs()
	for b.Loop() {
		changes := 0
		for at := start; at.Before(start.AddDate(1, 0, 0)); at = s.Active(at).Until {
			changes++
		}
		if changes < 365 {
			b.Fatalf("%d changes", changes)
		}
	}
}

func BenchmarkNew(b *testing.B) {
	all := referencePeriods(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := schedule.New(time.UTC, "normal", all, nil); err != nil {
			b.Fatal(err)
		}
	}
}
