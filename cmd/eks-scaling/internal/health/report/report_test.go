package report_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// nothingConfigured removes the configuration and its triggers.
func nothingConfigured(f *health.Facts) {
	f.Configuration.Value, f.Clusters, f.Triggers.Value = inventory.Checked{}, nil, health.Triggers{}
}

// resting gives the cluster a period on the one date of a calendar.
func resting(t *testing.T, date string) func(*health.Facts) {
	calendar, err := config.ParseCalendar([]byte(`{"dates": ["` + date + `"]}`))
	if err != nil {
		t.Fatal(err)
	}
	calendars := map[string]config.Calendar{"holidays": calendar}
	spec := strings.Replace(production, `"periods": [`, `"periods": [{"name": "rest", "profile": "normal", "calendars": {"only": ["holidays"]}}, `, 1)
	c, err := config.ParseCluster([]byte(spec), config.Settings{Timezone: "UTC"}, calendars)
	if err != nil {
		t.Fatal(err)
	}
	return func(f *health.Facts) {
		f.Configuration.Value.Runnable, f.Configuration.Value.CalendarByName = c.Units(), calendars
	}
}

// TestTheSummaryNamesTheWorstThing, and the status follows.
func TestTheSummaryNamesTheWorstThing(t *testing.T) {
	t.Parallel()
	pausedSecond := both(second, func(f *health.Facts) { f.Clusters[1].Paused = &health.Author{By: "ana"} })
	unread := func(f *health.Facts) { f.Alarms = health.Fact[health.Alarms]{Error: "no"} }
	letters := func(f *health.Facts) { f.DeadLetters.Value = 1 }
	scaled := func(f *health.Facts) { f.Runs.Records[0].Summary.Units = map[run.Outcome]int{run.Succeeded: 1} }
	for _, w := range []struct {
		rule    string
		change  func(f *health.Facts)
		status  report.Status
		summary string
	}{
		{"nothing", func(*health.Facts) {}, report.Healthy, "Healthy"},
		{"one of two clusters is paused", pausedSecond, report.Noted, "No problems. Note: cluster second is paused"},
		{"a problem comes before a note", both(pausedSecond, letters), report.Unwell, "Unhealthy: the dead-letter queue is not empty"},
		{"a pause comes before dead letters", both(letters, func(f *health.Facts) { f.Paused = &health.Author{} }), report.Unwell, "Unhealthy: scaling is paused (and 1 more problem)"},
		{"something could not be read", unread, report.Unknown, "Unknown: the alarms could not be read"},
		{"a problem comes before what could not be read", both(unread, letters), report.Unwell, "Unhealthy: the dead-letter queue is not empty (and 1 more problem)"},
		{"config apply is writing", func(f *health.Facts) { f.Paused, f.Hold = &health.Author{}, &health.Hold{} }, report.Noted, "No problems. Note: scaling is paused while config apply is writing"},
		{"no cluster was ever configured", both(nothingConfigured, func(f *health.Facts) { f.Runs = health.RunFacts{} }), report.Noted, "No problems. Note: the configuration has no clusters yet; start with: eks-scaling init"},
		{"the last cluster was removed", func(f *health.Facts) { f.Clusters, f.Triggers.Value = nil, health.Triggers{} }, report.Unwell, "Unhealthy: the configuration has no clusters"},
		{"the whole configuration was removed after runs had scaled", both(nothingConfigured, scaled), report.Unwell, "Unhealthy: the configuration has no clusters"},
		{"a trigger is missing right after a change of the configuration", func(f *health.Facts) {
			listed(f, planned(*f)[1:])
			f.Triggers.Value.Settling = true
		}, report.Noted, "No problems. Note: the triggers are updating after a configuration change"},
		{"a calendar runs out soon", resting(t, "2026-12-25"), report.Noted, "No problems. Note: calendar holidays runs out of dates soon"},
		{"a calendar has run out", resting(t, "2026-11-20"), report.Unwell, "Unhealthy: calendar holidays has run out of dates"},
		{"a calendar goes on", resting(t, "2027-06-01"), report.Healthy, "Healthy"},
		{"the settings cannot be used", func(f *health.Facts) {
			f.Configuration.Value.SettingsErr, f.Triggers.Value.Schedules = errors.New("timezone: unknown"), nil
			invalid(f, "settings/global", f.Configuration.Value.SettingsErr)
		}, report.Unwell, "Unhealthy: settings/global is invalid"},
	} {
		t.Run(w.rule, func(t *testing.T) {
			t.Parallel()
			f := fine(t)
			w.change(&f)
			if r := report.Examine(f, now); r.Status != w.status || r.Summary != w.summary {
				t.Errorf("found %s: %q; want %s: %q\n%v", r.Status, r.Summary, w.status, w.summary, r.Problems)
			}
		})
	}
}

// TestAManualRunDecidesOnTheDesiredSizes from its start until the next transition.
func TestAManualRunDecidesOnTheDesiredSizes(t *testing.T) {
	t.Parallel()
	running := func(in run.Input) func(f *health.Facts) {
		x := execution("manual-1", "RUNNING", time.Minute)
		in.Actor, in.Reason = "ana", "saving money"
		x.Input = &in
		return executing(x)
	}
	held := func(f *health.Facts) {
		one, a := int32(1), f.Clusters[0].Applied["big"]
		a.Held = &scaling.Held{Goal: scaling.Goal{MaxSize: 5, DesiredSize: &one}, Profile: "normal", Run: "manual-1"}
		f.Clusters[0].Applied["big"] = a
	}
	const setting, holding = "No problems. Note: run manual-1 is setting production/big, production/small to profile normal",
		"No problems. Note: run manual-1 holds production/big at profile normal until Tue 2026-11-24 11:30 -03:00"
	for _, w := range []struct {
		rule    string
		change  func(f *health.Facts)
		state   report.State
		desired int32
		summary string
	}{
		{"it is moving away from the schedule", running(run.Input{Profile: "normal"}), report.Updating, 1, setting},
		{"it has set one node group, and is still running", both(has("ACTIVE", 1), running(run.Input{Profile: "normal"})), report.Held, 1, setting},
		{"EKS is still updating the node group", both(has("UPDATING", 1), running(run.Input{Profile: "normal"})), report.Updating, 1, setting},
		{"it has ended", both(has("ACTIVE", 1), held), report.Held, 1, holding},
		{"it sets what the schedule wants", running(run.Input{Profile: "peak"}), report.InSync, 3, "Healthy"},
		{"it is a dry run", running(run.Input{Profile: "normal", DryRun: true}), report.InSync, 3, "Healthy"},
		{"it is about another node group", running(run.Input{Profile: "normal", Nodegroups: []string{"spare"}}), report.InSync, 3, "Healthy"},
		{"its profile is unknown", running(run.Input{Profile: "lost"}), report.InSync, 3, "Healthy"},
		{"scaling is paused, so it is skipped", both(running(run.Input{Profile: "normal"}), func(f *health.Facts) { f.Paused = &health.Author{} }), report.InSync, 3, "Unhealthy: scaling is paused"},
		{"the node group drifted from what it had set", both(has("ACTIVE", 2), held), report.Drifted, 1, "Unhealthy: production/big has drifted"},
	} {
		t.Run(w.rule, func(t *testing.T) {
			t.Parallel()
			f := fine(t)
			w.change(&f)
			r := report.Examine(f, now)
			if n := r.Clusters[0].Nodegroups[0]; n.State != w.state || *n.Desired.DesiredSize != w.desired || *n.Scheduled.DesiredSize != 3 || r.Summary != w.summary {
				t.Errorf("found %s, desired %d, %q; want %s, %d, %q", n.State, *n.Desired.DesiredSize, r.Summary, w.state, w.desired, w.summary)
			}
		})
	}
}
