package report_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// stormy is a document in which big has 3 nodes during a storm, and else 1.
const stormy = `
timezone: UTC
signals: {rain: {parameter: /rain, maxAge: 1h, otherwise: false}}
clusters:
  - name: production
    region: sa-east-1
    nodegroups: {big: {minSize: 0, maxSize: 5}, small: {minSize: 0, maxSize: 1}}
    profiles: {normal: {big: 1, small: 0}, peak: {big: 3}}
    schedule: {default: normal, periods: [{name: storm, profile: peak, from: "06:00", to: "22:00", when: {signal: rain, above: 20, until: 12, atMost: 4h}}]}
`

// storm makes the unit a stormy one, whose condition is on or off since some minutes. Its value was read a quarter of an hour ago.
func storm(t *testing.T, on bool, minutes int) func(f *health.Facts) {
	t.Helper()
	parsed, err := config.Parse([]byte(stormy))
	if err != nil {
		t.Fatal(err)
	}
	began := now.Add(-time.Duration(minutes) * time.Minute)
	return func(f *health.Facts) {
		c := &f.Clusters[0]
		c.Config = parsed.Units()[0]
		memory := signal.Memory{On: on, Since: began, Value: "25", At: now.Add(-15 * time.Minute), Signal: "rain"}
		c.Conditions.Remembered = map[string]signal.Memory{"storm": memory}
		peak, normal := applied(3, 5), applied(0, 1)
		peak.Period, peak.At, peak.TakenAt = "storm", began, began
		normal.Profile, normal.Period, normal.At, normal.TakenAt = "normal", "", began.Add(-time.Hour), began.Add(-time.Hour)
		c.Applied = map[string]scaling.Application{"big": peak, "small": normal}
		listed(f, planned(*f))
	}
}

// failing lets the last reading fail, some minutes ago.
func failing(minutes int) func(f *health.Facts) {
	return func(f *health.Facts) {
		f.Clusters[0].Conditions.Failed = signal.Readings{"rain": {At: now.Add(-time.Duration(minutes) * time.Minute), Error: "status 503"}}
	}
}

// olderBy lets the value be older.
func olderBy(by time.Duration) func(f *health.Facts) {
	return func(f *health.Facts) {
		m := f.Clusters[0].Conditions.Remembered["storm"]
		m.At = m.At.Add(-by)
		f.Clusters[0].Conditions.Remembered["storm"] = m
	}
}

func TestNodegroupsUnderConditions(t *testing.T) {
	t.Parallel()
	unknown := func(f *health.Facts) { f.Clusters[0].Conditions.Remembered = nil }
	for _, w := range []nodegroupRow{
		{row{"the_sizes_of_a_storm_are_in_sync", storm(t, true, 60), nil, nil}, report.InSync, scaling.Keep},
		{
			row{"other_sizes_have_drifted", both(storm(t, true, 60), has("ACTIVE", 1)), []string{"nodegroupDrifted production/big"}, []string{"set it to 3 (0..5)"}},
			report.Drifted, scaling.Keep,
		},
		{row{"a_value_older_than_maxAge_still_holds_between_two_runs", both(storm(t, true, 60), olderBy(2*time.Hour)), nil, nil}, report.InSync, scaling.Keep},
		{row{"atMost_was_over_after_the_last_run", storm(t, true, 245), nil, nil}, report.Pending, scaling.ScaleDown},
		{row{"without_a_memory_no_condition_is_on", both(storm(t, true, 60), unknown), []string{"nodegroupNotInSync production/big"}, nil}, report.NotInSync, scaling.ScaleDown},
	} {
		w.check(t)
	}
}

func TestSignalsThatCannotBeRead(t *testing.T) {
	t.Parallel()
	paused := func(f *health.Facts) { f.Clusters[0].Paused = &health.Author{} }
	second := func(f *health.Facts) {
		other := f.Clusters[0]
		other.Name, other.Cluster = "second", "second"
		other.Config.Name, other.Config.Cluster = "second", "second"
		f.Clusters = append(f.Clusters, other)
		listed(f, planned(*f))
	}
	stale := both(storm(t, false, 60), olderBy(time.Hour), failing(5), has("ACTIVE", 1), func(f *health.Facts) {
		a := f.Clusters[0].Applied["small"]
		one := int32(1)
		a.Goal = scaling.Goal{MaxSize: 5, DesiredSize: &one}
		f.Clusters[0].Applied["big"] = a
	})
	unreadable := func(f *health.Facts) { f.Runs.ReadingsError = "AWS denied it" }
	for _, w := range []struct {
		row
		notes []string
	}{
		{row{"the_last_value_counts", both(storm(t, true, 60), failing(5)), nil, nil}, []string{
			"signal rain: the last run could not read it: status 503; its last value, 25, counts until Tue 2026-11-24 13:45 +00:00 (used by production)",
		}},
		{row{"otherwise_decides", stale, []string{"signalStale signal rain"}, []string{
			"could not be read: status 503; it was 25 1h15m ago, and counts for 1h; otherwise false (used by production)", "eks-scaling explain --cluster production",
		}}, nil},
		{row{"several_units_are_one_problem", both(stale, second), []string{"signalStale signal rain"}, []string{"(used by production, second)"}}, nil},
		{row{"nothing_reads_while_it_is_paused", both(stale, paused), []string{"scalingPaused cluster production"}, nil}, nil},
		{row{"the_records_cannot_be_read", both(storm(t, true, 60), unreadable), []string{"unreadable the last readings of signals"}, []string{"AWS denied it"}}, nil},
	} {
		w.check(t, func(t *testing.T, r report.Report) {
			var notes []string
			for _, n := range r.Notes {
				if n.Kind == report.SignalUnread {
					notes = append(notes, n.Subject+": "+n.Message)
				}
			}
			if diff := cmp.Diff(w.notes, notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
		})
	}
}

// A trigger that only looks at signals changes no size of the schedule, but it is not without effect.
func TestATriggerThatLooksAtSignalsIsMissing(t *testing.T) {
	t.Parallel()
	row{"one_is_missing", both(storm(t, true, 60), func(f *health.Facts) {
		var names []string
		for _, name := range planned(*f) {
			if name != "weekly-UTC-0600" {
				names = append(names, name)
			}
		}
		listed(f, names)
	}), []string{"triggerMissing trigger weekly-UTC-0600"}, []string{"so runs look less often at the signals of production"}}.check(t)
}
