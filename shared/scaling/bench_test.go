package scaling_test

import (
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// fleet returns clusters of ten node groups each. On Tuesday morning half of them go up and half go down.
func fleet(clusters int) [][]scaling.Nodegroup {
	fleet := make([][]scaling.Nodegroup, clusters)
	for i := range fleet {
		for n := range int32(10) {
			fleet[i] = append(fleet[i], scaling.Nodegroup{
				Name: fmt.Sprintf("group-%d", n), Limits: scaling.Limits{MaxSize: 10}, Target: scaling.Desired(n % 2 * 4),
				Observed: active(sizes(0, 10, 2)),
				Applied:  &scaling.Application{Profile: "sleep", Period: "night", Goal: goal(0, 10, 2), At: since.Add(-time.Hour)},
			})
		}
	}
	return fleet
}

func benchmarkDecide(b *testing.B, clusters int) {
	l := timeline(b, reference)
	all := fleet(clusters)
	b.ReportAllocs()
	for b.Loop() {
		for _, nodegroups := range all {
			if plan := scaling.Decide(l.Wanted(now), rules, nodegroups); len(plan.Waves) != 2 {
				b.Fatalf("%d waves", len(plan.Waves))
			}
		}
	}
}

func BenchmarkDecideOneCluster(b *testing.B) { benchmarkDecide(b, 1) }

func BenchmarkDecideThousandClusters(b *testing.B) { benchmarkDecide(b, 1000) }

// tenNodegroups is a timeline with as many node groups, all of them in every profile.
func tenNodegroups(b *testing.B, periods []schedule.Period, overrides ...scaling.Override) scaling.Timeline {
	l := timeline(b, periods, overrides...)
	l.Nodegroups = map[string]scaling.Limits{}
	for n := range int32(10) {
		name := fmt.Sprintf("group-%d", n)
		l.Nodegroups[name] = scaling.Limits{MaxSize: 10}
		for i, profile := range []string{"sleep", "normal", "peak"} {
			l.Profiles[profile][name] = scaling.Desired(n % 5 * int32(i))
		}
	}
	return l
}

// BenchmarkExplain tells what is wanted of 1,000 clusters and of each of their 10 node groups.
func BenchmarkExplain(b *testing.B) {
	for name, overrides := range map[string][]scaling.Override{
		"schedule":   nil,
		"overridden": {over("all", "24 06:00", "24 20:00", "normal")},
		"overrides": {
			over("ended", "20 06:00", "20 20:00", "normal"), over("all", "24 06:45", "24 20:00", "normal"),
			over("some", "24 06:50", "24 12:00", "peak", "group-1", "group-2"), over("coming", "26 06:00", "26 20:00", "normal"),
		},
	} {
		b.Run(name, func(b *testing.B) {
			l := tenNodegroups(b, reference, overrides...)
			b.ReportAllocs()
			for b.Loop() {
				for range 1000 {
					if wanted, demands := l.Wanted(now), l.Demands(now); wanted.Until.IsZero() || len(demands) != 10 {
						b.Fatalf("%v, %d demands", wanted, len(demands))
					}
				}
			}
		})
	}
}

// BenchmarkExplainAhead tells the same of clusters that scale up ahead of transitions.
func BenchmarkExplainAhead(b *testing.B) {
	l := tenNodegroups(b, reference)
	l.Ahead.Otherwise = 10 * time.Minute
	b.ReportAllocs()
	for b.Loop() {
		for range 1000 {
			if wanted, demands := l.Wanted(now), l.Demands(now); wanted.Until.IsZero() || len(demands) != 10 {
				b.Fatalf("%v, %d demands", wanted, len(demands))
			}
		}
	}
}

// BenchmarkPreviewYear lists every change of one cluster in a year.
func BenchmarkPreviewYear(b *testing.B) {
	for name, overrides := range map[string][]scaling.Override{
		"schedule": nil,
		"overrides": {
			over("a", "24 06:45", "24 20:00", "normal"), over("b", "2026-12-24 12:00", "2026-12-27 12:00", "sleep"),
			over("c", "2027-03-01 00:00", "2027-03-08 00:00", "peak", "group-1"),
		},
	} {
		b.Run(name, func(b *testing.B) {
			l := tenNodegroups(b, reference, overrides...)
			end := now.AddDate(1, 0, 0)
			b.ReportAllocs()
			for b.Loop() {
				changes := 0
				for t := now; t.Before(end); t = l.NextChange(t) {
					if len(l.Demands(t)) == 10 {
						changes++
					}
				}
				if changes < 700 {
					b.Fatalf("%d changes", changes)
				}
			}
		})
	}
}
