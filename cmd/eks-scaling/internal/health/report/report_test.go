package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/triggers"
)

// now is a Tuesday, 10:00 in São Paulo, in the middle of the peak.
var now = time.Date(2026, 11, 24, 13, 0, 0, 0, time.UTC)

// since is when the peak began.
var since = now.Add(-3 * time.Hour)

const production = `{
	"name": "production", "region": "sa-east-1", "timezone": "America/Sao_Paulo",
	"nodegroups": {"small": {"minSize": 0, "maxSize": 1}, "big": {"minSize": 0, "maxSize": 5}, "spare": {"minSize": 0, "maxSize": 9}},
	"profiles": {"normal": {"small": 1, "big": 1}, "peak": {"small": 0, "big": 3}},
	"schedule": {"default": "normal", "periods": [
		{"name": "rush", "profile": "peak", "days": ["tue"], "from": "07:00", "to": "11:30"},
		{"name": "after", "profile": "peak", "days": ["tue"], "from": "11:30", "to": "12:00"}]}
}`

func cluster(t *testing.T, spec string, overrides ...scaling.Override) config.Cluster {
	t.Helper()
	c, err := config.ParseCluster([]byte(spec), "UTC", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Under(overrides)
}

// applied is what the run at the beginning of the peak brought about.
func applied(desired, high int32) scaling.Application {
	return scaling.Application{
		Profile: "peak", Period: "rush", Goal: scaling.Goal{MaxSize: high, DesiredSize: &desired}, At: since, TakenAt: since,
	}
}

func active(desired, high int32) health.Fact[health.Nodegroup] {
	return health.Known(health.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MaxSize: high, DesiredSize: desired}})
}

// fine are the facts of a system in which nothing is wrong.
func fine(t *testing.T) health.Facts {
	t.Helper()
	c := cluster(t, production)
	written := now.AddDate(0, 0, -3)
	f := health.Facts{
		Stack:         health.StackFacts{Stack: deployment.Stack{Name: "EksScaling", Region: "sa-east-1", Account: "123456789012", Status: "UPDATE_COMPLETE", Reconcile: "cron(23 * ? * * *)", LogsTable: "logs", DeadLetterURL: "https://queue", ReconcileGroup: "eks-scaling"}},
		Configuration: health.ConfigurationFacts{Configured: true, SettingsUsable: true, Oldest: written, Latest: written},
		Clusters: []health.ClusterFacts{{
			Name: "production", Config: c, Latest: written,
			Applied:    map[string]scaling.Application{"big": applied(3, 5), "small": applied(0, 1)},
			Nodegroups: map[string]health.Fact[health.Nodegroup]{"big": active(3, 5), "small": active(0, 1), "spare": active(7, 9)},
		}},
		Runs: health.RunFacts{
			Executions: []health.Execution{execution("second", "SUCCEEDED", 37*time.Minute), execution("first", "SUCCEEDED", 97*time.Minute)},
			Records:    []health.Record{{Name: "first", Summary: run.Summary{Outcome: run.Succeeded, Message: "0 scaled"}, Run: run.Run{Trigger: "reconcile"}}},
		},
		Reconcile: health.Known([]health.Schedule{{Name: "reconcile", Enabled: true}}),
	}
	for _, name := range deployment.AlarmNames() {
		f.Alarms.Value = append(f.Alarms.Value, health.Alarm{Name: name, State: "OK"})
	}
	f.Alarms.Value[6].State = "INSUFFICIENT_DATA"
	for _, p := range triggers.Plan([]config.Cluster{c}, now) {
		f.Boundaries.Value = append(f.Boundaries.Value, health.Schedule{Name: p.Name, Enabled: true})
	}
	return f
}

// execution is one that began so long ago and took a minute.
func execution(name, status string, ago time.Duration) health.Execution {
	x := health.Execution{Name: name, ARN: "arn:" + name, Status: status, Started: now.Add(-ago)}
	if status != "RUNNING" {
		x.Ended = x.Started.Add(time.Minute)
	}
	return x
}

// found is a short form of the problems: kind, subject, and part of the rest.
func found(r report.Report) []string {
	var all []string
	for _, p := range r.Problems {
		all = append(all, string(p.Kind)+" "+p.Subject)
	}
	return all
}

func TestNothingIsWrong(t *testing.T) {
	t.Parallel()
	r := report.Examine(fine(t), now)
	if !r.Healthy || len(r.Problems) > 0 {
		t.Errorf("found %v; want nothing wrong", r.Problems)
	}
	c := r.Clusters[0]
	var standings []report.State
	for _, n := range c.Nodegroups {
		standings = append(standings, n.State)
	}
	if diff := cmp.Diff([]report.State{report.AsWanted, report.AsWanted, report.NotTouched}, standings); diff != "" {
		t.Errorf("big, small and spare (-want +got):\n%s", diff)
	}
}

// TestTheNextChange is at noon: at 11:30 another period begins, with the same sizes.
func TestTheNextChange(t *testing.T) {
	t.Parallel()
	c := report.Examine(fine(t), now).Clusters[0]
	want := time.Date(2026, 11, 24, 15, 0, 0, 0, time.UTC)
	if c.NextChange == nil || !c.NextChange.At.Equal(want) || len(c.NextChange.Nodegroups) != 2 || *c.NextChange.Nodegroups[0].DesiredSize != 1 {
		t.Errorf("found the next change %+v; want big 1 and small 1 at %s", c.NextChange, want)
	}
}

func TestRunsHaveWhatIsOnRecord(t *testing.T) {
	t.Parallel()
	r := report.Examine(fine(t), now)
	if r.Runs.LastSuccess == nil || !r.Runs.LastSuccess.Equal(now.Add(-36*time.Minute)) || r.Runs.Latest[1].Trigger != "reconcile" {
		t.Errorf("found the runs %+v", r.Runs)
	}
}

// row is a change to the facts in which nothing is wrong, and what is wrong then.
type row struct {
	rule   string
	change func(f *health.Facts)
	want   []string // such as "runFailed run second"; none is nothing wrong
	says   []string // in the first problem's message and remedy
}

func (w row) check(t *testing.T) {
	t.Run(w.rule, func(t *testing.T) {
		t.Parallel()
		f := fine(t)
		w.change(&f)
		r := report.Examine(f, now)
		if diff := cmp.Diff(w.want, found(r)); diff != "" {
			t.Errorf("problems (-want +got):\n%s\n%v", diff, r.Problems)
		}
		if r.Healthy != (len(w.want) == 0) {
			t.Errorf("healthy is %t with %d problems", r.Healthy, len(w.want))
		}
		for _, part := range w.says {
			if len(r.Problems) == 0 || !strings.Contains(r.Problems[0].Message+" -> "+strings.Join(r.Problems[0].Remedies, "; "), part) {
				t.Errorf("found %v; want in the first %q", r.Problems, part)
			}
		}
		for _, p := range r.Problems {
			if len(p.Remedies) == 0 || p.Message == "" {
				t.Errorf("found %+v; want it to say what is wrong and what to do", p)
			}
		}
	})
}

func TestTheSystem(t *testing.T) {
	t.Parallel()
	written := func(ago time.Duration) func(f *health.Facts) {
		return func(f *health.Facts) {
			f.Boundaries.Value = f.Boundaries.Value[1:]
			f.Configuration.Latest = now.Add(-ago)
		}
	}
	for _, r := range []row{
		{"a deployment that went wrong", func(f *health.Facts) { f.Stack.Status = "UPDATE_ROLLBACK_FAILED" }, []string{"stackFailed stack EksScaling"}, []string{"is UPDATE_ROLLBACK_FAILED", "make deploy"}},
		{"a deployment that was taken back", func(f *health.Facts) { f.Stack.Status = "UPDATE_ROLLBACK_COMPLETE" }, []string{"stackFailed stack EksScaling"}, []string{"what was there before it is in force", "describe-stack-events", "with every -c of the last deployment"}},
		{"a deployment that is being taken back", func(f *health.Facts) { f.Stack.Status = "UPDATE_ROLLBACK_IN_PROGRESS" }, []string{"stackFailed stack EksScaling"}, []string{"is being taken back"}},
		{"a first deployment that was taken back", func(f *health.Facts) { f.Stack.Status = "ROLLBACK_COMPLETE" }, []string{"stackFailed stack EksScaling"}, []string{"its first deployment failed"}},
		{"a stack that is being removed", func(f *health.Facts) { f.Stack.Status = "DELETE_IN_PROGRESS" }, []string{"stackFailed stack EksScaling"}, []string{"being removed"}},
		{"a stack that is gone", func(f *health.Facts) { f.Stack.Status = "DELETE_COMPLETE" }, []string{"stackFailed stack EksScaling"}, []string{"was removed"}},
		{"a deployment that tidies up", func(f *health.Facts) { f.Stack.Status = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS" }, nil, nil},
		{"a deployment under way", func(f *health.Facts) { f.Stack.Status = "UPDATE_IN_PROGRESS" }, nil, nil},
		{"a stack that cannot be read", func(f *health.Facts) { f.Stack.Error = "no" }, []string{"unreadable stack EksScaling"}, []string{"could not be read: no -> eks-scaling doctor"}},
		{"the switch is off", func(f *health.Facts) { f.Configuration.Off = &health.Turn{By: "ana"} }, nil, nil},
		{"a cluster's switch is off", func(f *health.Facts) { f.Clusters[0].Off = &health.Turn{By: "ana"} }, nil, nil},
		{
			"an item cannot be used", func(f *health.Facts) {
				f.Configuration.Findings = []health.Finding{{Item: "override/x", Message: "until: missing"}}
			}, []string{"configurationInvalid override/x"}, []string{"until: missing -> eks-scaling config edit"},
		},
		{
			"a newer version has written an item, which is not to be edited with this one", func(f *health.Facts) {
				f.Configuration.Findings = []health.Finding{{Item: "override/x", Message: "written by a newer version", Newer: true}}
			}, []string{"configurationInvalid override/x"}, []string{"written by a newer version -> eks-scaling --version"},
		},
		{
			"a cluster cannot be used", func(f *health.Facts) {
				f.Configuration.Findings = []health.Finding{{Item: "cluster/production", Message: "name: missing"}}
				f.Clusters[0].Unusable, f.Clusters[0].Config, f.Boundaries.Value = "name: missing", config.Cluster{}, nil
			}, []string{"configurationInvalid cluster/production"}, nil,
		},
		{
			"a cluster cannot be used, and no item says why", func(f *health.Facts) {
				f.Clusters[0].Unusable, f.Boundaries.Value = "nobody knows", nil
			}, []string{"configurationInvalid cluster/production"}, []string{"nobody knows"},
		},
		{
			"a cluster cannot be used, and something else is said of another item", func(f *health.Facts) {
				f.Configuration.Findings = []health.Finding{{Item: "override/x", Message: "until: missing"}}
				f.Clusters[0].Unusable, f.Boundaries.Value = "nobody knows", nil
			}, []string{"configurationInvalid override/x", "configurationInvalid cluster/production"}, nil,
		},
		{
			"the settings cannot be used, so that triggers are not compared", func(f *health.Facts) {
				f.Configuration.SettingsUsable, f.Clusters[0].Unusable, f.Boundaries.Value = false, "timezone: unknown", nil
				f.Configuration.Findings = []health.Finding{{Item: "settings/global", Message: "timezone: unknown"}}
			}, []string{"configurationInvalid settings/global"}, nil,
		},
		{
			"the configuration cannot be read", func(f *health.Facts) {
				f.Configuration, f.Clusters = health.ConfigurationFacts{Error: "no"}, nil
			}, []string{"unreadable the configuration"}, nil,
		},
		{
			"nothing is configured and nothing has run", func(f *health.Facts) {
				f.Configuration, f.Clusters, f.Boundaries.Value, f.Runs = health.ConfigurationFacts{}, nil, nil, health.RunFacts{}
			}, nil, nil,
		},
		{"an alarm", func(f *health.Facts) {
			f.Alarms.Value[4].State, f.Alarms.Value[4].Since, f.Alarms.Value[4].Reason = "ALARM", &since, "1 >= 1"
		}, []string{"alarmRaised alarm eks-scaling-run-failed"}, []string{"since 2026-11-24 10:00 UTC: 1 >= 1 -> eks-scaling runs --failed"}},
		{"the alarm of the queue", func(f *health.Facts) { f.Alarms.Value[6].State = "ALARM" }, []string{"alarmRaised alarm eks-scaling-trigger-undelivered"}, []string{"receive-message", "https://queue"}},
		{"no alarm at all", func(f *health.Facts) { f.Alarms.Value = nil }, []string{"alarmMissing the alarms"}, []string{"there are none", "--revert-drift", "with every -c of the last deployment"}},
		{"one alarm is missing", func(f *health.Facts) { f.Alarms.Value = f.Alarms.Value[1:] }, []string{"alarmMissing the alarms"}, []string{"missing: " + deployment.AlarmNames()[0] + ", so nobody hears", "--revert-drift"}},
		{"another alarm beside them", func(f *health.Facts) {
			f.Alarms.Value = append(f.Alarms.Value, health.Alarm{Name: "eks-scaling-own", State: "OK"})
		}, nil, nil},
		{"an alarm that tells nobody", func(f *health.Facts) { f.Alarms.Value[3].ActionsDisabled = true }, []string{"alarmSilenced alarm eks-scaling-run-aborted"}, []string{"tells nobody", "aws cloudwatch enable-alarm-actions --region sa-east-1 --alarm-names eks-scaling-run-aborted"}},
		{"an alarm that has gone off and tells nobody", func(f *health.Facts) {
			f.Alarms.Value[3].State, f.Alarms.Value[3].ActionsDisabled = "ALARM", true
		}, []string{"alarmRaised alarm eks-scaling-run-aborted", "alarmSilenced alarm eks-scaling-run-aborted"}, nil},
		{"alarms that cannot be read", func(f *health.Facts) { f.Alarms = health.Fact[health.Alarms]{Error: "no"} }, []string{"unreadable the alarms"}, nil},
		{"messages", func(f *health.Facts) { f.DeadLetters.Value = 2 }, []string{"deadLettersFound the dead-letter queue"}, []string{"has 2 messages", "receive-message --region sa-east-1", "purge-queue --region sa-east-1 --queue-url https://queue"}},
		{"a queue that cannot be read", func(f *health.Facts) { f.DeadLetters.Error = "no" }, []string{"unreadable the dead-letter queue"}, nil},
		{"a trigger is missing", func(f *health.Facts) { f.Boundaries.Value = f.Boundaries.Value[1:] }, []string{"triggerMissing trigger boundary-America-Sao_Paulo-0700"}, []string{"is missing, so the change of production at Tue 2026-12-01 07:00 -03:00 happens up to 1 hour late, by the reconcile run -> eks-scaling schedules sync"}},
		{"a trigger is missing just after a change of the configuration", written(4 * time.Minute), nil, nil},
		{"a trigger is missing some time after a change", written(5 * time.Minute), []string{"triggerMissing trigger boundary-America-Sao_Paulo-0700"}, nil},
		{"a trigger is disabled", func(f *health.Facts) { f.Boundaries.Value[1].Enabled = false }, []string{"triggerDisabled trigger boundary-America-Sao_Paulo-1130"}, []string{"is disabled; no size changes by that within a week"}},
		{"a trigger that is not planned", func(f *health.Facts) {
			f.Boundaries.Value = append(f.Boundaries.Value, health.Schedule{Name: "my-own", Enabled: true})
		}, []string{"triggerNotPlanned trigger my-own"}, []string{"is not needed by the configuration, and may start runs in between -> eks-scaling schedules sync"}},
		{"a trigger that has just come due", func(f *health.Facts) {
			f.Boundaries.Value = append(f.Boundaries.Value, health.Schedule{Name: "once-20261124T124500Z", Enabled: true})
		}, nil, nil},
		{"many are missing", func(f *health.Facts) {
			f.Clusters[0].Config = cluster(t, strings.ReplaceAll(production, `"11:30"`, `"11:31"`), scaling.Override{
				Name: "o", Cluster: "production", Profile: "peak", From: now.Add(time.Hour), Until: now.Add(90 * time.Minute),
			})
			f.Boundaries.Value = nil
		}, []string{"triggerMissing 5 triggers"}, []string{"are missing (", " and 2 more), so the changes from Tue 2026-11-24 12:00 -03:00 on, first in production, happen up to 1 hour late, by the reconcile run"}},
		{"triggers that cannot be listed", func(f *health.Facts) { f.Boundaries = health.Fact[[]health.Schedule]{Error: "no"} }, []string{"unreadable the triggers"}, nil},
		{"no reconcile trigger", func(f *health.Facts) { f.Reconcile.Value = nil }, []string{"triggerMissing trigger reconcile"}, []string{"--revert-drift"}},
		{"a reconcile trigger that is disabled", func(f *health.Facts) { f.Reconcile.Value[0].Enabled = false }, []string{"triggerDisabled trigger reconcile"}, []string{"--revert-drift"}},
		{"another one beside it", func(f *health.Facts) {
			f.Reconcile.Value = append(f.Reconcile.Value, health.Schedule{Name: "x"})
		}, []string{"triggerNotPlanned trigger x"}, []string{"delete-schedule --region sa-east-1 --group-name eks-scaling --name x"}},
		{"a reconcile trigger that cannot be listed", func(f *health.Facts) { f.Reconcile = health.Fact[[]health.Schedule]{Error: "no"} }, []string{"unreadable the reconcile trigger"}, nil},
	} {
		r.check(t)
	}
}

// TestWhatComesIntoReachIsNotMissing has an override that ends a year from now: the last plan may not have had it.
func TestWhatComesIntoReachIsNotMissing(t *testing.T) {
	t.Parallel()
	for ahead, want := range map[time.Duration][]string{
		366*24*time.Hour - time.Hour: nil,
		364 * 24 * time.Hour:         {"triggerMissing trigger once-20271123T130000Z"},
	} {
		f := fine(t)
		f.Clusters[0].Config = f.Clusters[0].Config.Under([]scaling.Override{{
			Name: "o", Cluster: "production", Profile: "peak", From: now.Add(ahead), Until: now.AddDate(2, 0, 0),
		}})
		if diff := cmp.Diff(want, found(report.Examine(f, now))); diff != "" {
			t.Errorf("%s ahead (-want +got):\n%s", ahead, diff)
		}
	}
}

func TestRuns(t *testing.T) {
	t.Parallel()
	runs := func(all ...health.Execution) func(f *health.Facts) {
		return func(f *health.Facts) { f.Runs.Executions = all }
	}
	good, longAgo := execution("good", "SUCCEEDED", 30*time.Minute), execution("old", "SUCCEEDED", 3*time.Hour)
	dry := func(name string) func(f *health.Facts) {
		return func(f *health.Facts) {
			runs(execution(name, "SUCCEEDED", time.Minute), execution("bad", "FAILED", 2*time.Minute), good)(f)
			f.Runs.Records = append(f.Runs.Records, health.Record{Name: "dry", Run: run.Run{DryRun: true}})
		}
	}
	for _, r := range []row{
		{"the last one failed", func(f *health.Facts) {
			runs(execution("bad", "FAILED", time.Minute), good)(f)
			f.Runs.Records = []health.Record{{Name: "bad", Summary: run.Summary{Message: "no such cluster"}}}
		}, []string{"runFailed run bad"}, []string{"failed: no such cluster -> eks-scaling runs show bad"}},
		{"the last one timed out", runs(execution("bad", "TIMED_OUT", time.Minute), good), []string{"runFailed run bad"}, []string{"timed out"}},
		{"the last one was aborted", runs(execution("bad", "ABORTED", time.Minute), good), []string{"runFailed run bad"}, []string{"aborted"}},
		{"a later success makes up for a failure", runs(good, execution("bad", "FAILED", time.Hour)), nil, nil},
		{"a run at work does not make up for it yet", runs(execution("new", "RUNNING", time.Minute), execution("bad", "FAILED", 2*time.Minute), good), []string{"runFailed run bad"}, nil},
		{"a later run that only planned does not, either", dry("dry"), []string{"runFailed run bad"}, nil},
		{"another later run does", dry("wet"), nil, nil},
		{"a dry run failed", func(f *health.Facts) {
			runs(execution("dry", "FAILED", time.Minute), good)(f)
			f.Runs.Records = []health.Record{{Name: "dry", Run: run.Run{DryRun: true}}}
		}, nil, nil},
		{"a dry run was stopped, of which nothing is on record", func(f *health.Facts) {
			stopped := execution("dry", "ABORTED", time.Minute)
			stopped.Input = &run.Input{DryRun: true}
			runs(stopped, good)(f)
		}, nil, nil},
		{"no success for too long", runs(longAgo), []string{"noRecentRun the runs"}, []string{"within 2 hours", "cron(23 * ? * * *)", "ended at 2026-11-24 10:01 UTC -> eks-scaling schedules"}},
		{"a run that only planned is no success", func(f *health.Facts) {
			runs(execution("dry", "SUCCEEDED", time.Minute), longAgo)(f)
			f.Runs.Records = append(f.Runs.Records, health.Record{Name: "dry", Run: run.Run{DryRun: true}})
		}, []string{"noRecentRun the runs"}, []string{"ended at 2026-11-24 10:01 UTC"}},
		{"the first one is at work, as the configuration is new", func(f *health.Facts) {
			runs(execution("first", "RUNNING", time.Minute))(f)
			f.Configuration.Oldest = now.Add(-3 * time.Minute)
		}, nil, nil},
		{"none has succeeded since the first one, for too long", func(f *health.Facts) {
			runs(execution("new", "RUNNING", time.Minute), execution("first", "SUCCEEDED", 3*time.Hour))(f)
			f.Runs.Records = []health.Record{{Name: "first", Run: run.Run{DryRun: true}}}
			f.Configuration.Oldest = now.Add(-3 * time.Minute)
		}, []string{"noRecentRun the runs"}, nil},
		{"none at all, for too long", runs(), []string{"noRecentRun the runs"}, nil},
		{"none at all, as it is new", func(f *health.Facts) { runs()(f); f.Configuration.Oldest = now.Add(-time.Hour) }, nil, nil},
		{"an expression of which the interval is not known", func(f *health.Facts) { runs(longAgo)(f); f.Stack.Reconcile = "cron(0 4 ? * * *)" }, nil, nil},
		{"runs that cannot be read", func(f *health.Facts) { f.Runs = health.RunFacts{Error: "no"} }, []string{"unreadable the runs"}, nil},
		{"records that cannot be read", func(f *health.Facts) { f.Runs.Records, f.Runs.RecordsError = nil, "no" }, []string{"unreadable what the runs did"}, nil},
	} {
		r.check(t)
	}
}

func TestOnlyTheLastRunsAreShown(t *testing.T) {
	t.Parallel()
	f := fine(t)
	f.Runs.Executions = nil
	for i := range 9 {
		f.Runs.Executions = append(f.Runs.Executions, execution(string(rune('a'+i)), "SUCCEEDED", time.Duration(i+2)*time.Minute))
	}
	var names []string
	for _, r := range report.Examine(f, now).Runs.Latest {
		names = append(names, r.Name)
	}
	if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDryRunsInARowAreShownAsOne leaves room for the runs that did something.
func TestDryRunsInARowAreShownAsOne(t *testing.T) {
	t.Parallel()
	f := fine(t)
	f.Runs.Executions, f.Runs.Records = nil, nil
	for i, name := range []string{"dry1", "dry2", "dry3", "a", "dry4", "b", "c", "d"} {
		f.Runs.Executions = append(f.Runs.Executions, execution(name, "SUCCEEDED", time.Duration(i+2)*time.Minute))
		f.Runs.Records = append(f.Runs.Records, health.Record{Name: name, Run: run.Run{DryRun: strings.HasPrefix(name, "dry")}})
	}
	var got []string
	for _, r := range report.Examine(f, now).Runs.Latest {
		got = append(got, fmt.Sprint(r.Name, " ", r.DryRunsBefore))
	}
	if diff := cmp.Diff([]string{"dry1 2", "a 0", "dry4 0", "b 0", "c 0"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTheReconcileInterval is seen through the oldest success that is still good enough.
func TestTheReconcileInterval(t *testing.T) {
	t.Parallel()
	for expression, reach := range map[string]time.Duration{
		"rate(1 hour)":          2 * time.Hour,
		"rate(15 minutes)":      30 * time.Minute,
		"rate(1 minute)":        30 * time.Minute,
		"rate(1 day)":           48 * time.Hour,
		"rate(3 days)":          144 * time.Hour,
		"cron(0/15 * ? * * *)":  2 * time.Hour,
		"cron(5,35 * * * ? *)":  2 * time.Hour,
		"cron(5 */2 ? * * *)":   0,
		"cron(5 * ? * MON *)":   0,
		"cron(5 * 1 * ? *)":     0,
		"rate(x)":               0,
		"at(2026-11-23T00:00)":  0,
		"cron(5 * ? * * 2027)":  0,
		"rate(99999999 minute)": 0,
	} {
		late := func(ago time.Duration) bool {
			f := fine(t)
			f.Stack.Reconcile = expression
			f.Runs.Executions = []health.Execution{{Name: "x", Status: "SUCCEEDED", Started: now.Add(-ago), Ended: now.Add(-ago)}}
			return slices.Contains(found(report.Examine(f, now)), "noRecentRun the runs")
		}
		if back := report.LookBack(expression); back < 4*24*time.Hour || back <= reach {
			t.Errorf("%s: looks back %s; want over a weekend, and over more than %s", expression, back, reach)
		}
		if reach == 0 {
			if late(1000 * time.Hour) {
				t.Errorf("%s: found that a run is late; want nothing said, as the interval is not known", expression)
			}
			continue
		}
		if late(reach) || !late(reach+time.Second) {
			t.Errorf("%s: found late %t after %s and %t a second later; want only the second", expression, late(reach), reach, late(reach+time.Second))
		}
	}
}
