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
	"eks-scaling-automation/shared/run"
)

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
	failedIn := func(units int, subjects ...string) func(f *health.Facts) {
		return func(f *health.Facts) {
			runs(execution("bad", "FAILED", time.Minute), good)(f)
			summary := run.Summary{Message: "no", Units: map[run.Outcome]int{run.Failed: units}}
			for _, subject := range subjects {
				summary.Failures = append(summary.Failures, run.Failure{Subject: subject})
			}
			f.Runs.Records = []health.Record{{Name: "bad", Summary: summary}}
		}
	}
	for _, r := range []row{
		{"the last one failed", func(f *health.Facts) {
			runs(execution("bad", "FAILED", time.Minute), good)(f)
			f.Runs.Records = []health.Record{{Name: "bad", Summary: run.Summary{Message: "no such cluster"}}}
		}, []string{"runFailed run bad"}, []string{"failed: no such cluster -> eks-scaling runs show bad"}},
		{
			"two of several units failed", failedIn(2, "node group a/big", "node group a/web", "cluster b"),
			[]string{"runFailed run bad"},
			[]string{"-> eks-scaling runs show bad a; eks-scaling runs show bad b"},
		},
		{"the only unit failed, which the run shows", failedIn(1, "node group a/big"), []string{"runFailed run bad"}, []string{"-> eks-scaling runs show bad"}},
		{"the run failed beside a unit", failedIn(2, "the run", "cluster b"), []string{"runFailed run bad"}, []string{"-> eks-scaling runs show bad"}},
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
		{"a dry run was stopped and has no record", func(f *health.Facts) {
			stopped := execution("dry", "ABORTED", time.Minute)
			stopped.Input = &run.Input{DryRun: true}
			runs(stopped, good)(f)
		}, nil, nil},
		{"no success for too long", runs(longAgo), []string{"noRecentRun the runs"}, []string{"within 2 hours", "cron(23 * ? * * *)", "ended at 2026-11-24 10:01 UTC -> eks-scaling triggers"}},
		{"a run that only planned is no success", func(f *health.Facts) {
			runs(execution("dry", "SUCCEEDED", time.Minute), longAgo)(f)
			f.Runs.Records = append(f.Runs.Records, health.Record{Name: "dry", Run: run.Run{DryRun: true}})
		}, []string{"noRecentRun the runs"}, []string{"ended at 2026-11-24 10:01 UTC"}},
		{"the first one is at work, as the configuration is new", func(f *health.Facts) {
			runs(execution("first", "RUNNING", time.Minute))(f)
			writtenAt(f, now.Add(-3*time.Minute))
		}, nil, nil},
		{"none has succeeded since the first one, for too long", func(f *health.Facts) {
			runs(execution("new", "RUNNING", time.Minute), execution("first", "SUCCEEDED", 3*time.Hour))(f)
			f.Runs.Records = []health.Record{{Name: "first", Run: run.Run{DryRun: true}}}
			writtenAt(f, now.Add(-3*time.Minute))
		}, []string{"noRecentRun the runs"}, nil},
		{"none at all, for too long", runs(), []string{"noRecentRun the runs"}, nil},
		{"none at all, as it is new", func(f *health.Facts) { runs()(f); writtenAt(f, now.Add(-time.Hour)) }, nil, nil},
		{"an expression with an unknown interval", func(f *health.Facts) { runs(longAgo)(f); f.Stack.Reconcile = "cron(0 4 ? * * *)" }, nil, nil},
		{"runs that cannot be read", func(f *health.Facts) { f.Runs = health.RunFacts{Error: "no"} }, []string{"unreadable the runs"}, nil},
		{"records that cannot be read", func(f *health.Facts) { f.Runs.Records, f.Runs.RecordsError = nil, "no" }, []string{"unreadable the records of the runs"}, nil},
	} {
		r.check(t)
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

// TestAFailedRunLinksToTheExecutionsOfItsUnits by their own ARNs, as only these show what a unit did.
func TestAFailedRunLinksToTheExecutionsOfItsUnits(t *testing.T) {
	t.Parallel()
	const machine = "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling"
	page := func(arn string) string {
		return "https://sa-east-1.console.aws.amazon.com/states/home?region=sa-east-1#/v2/executions/details/" + arn
	}
	of := func(subject, unit string) run.Failure {
		f := run.Failure{Subject: subject}
		if unit != "" {
			f.Execution = run.Execution{ARN: machine + "/Unit:" + unit, Name: unit}
		}
		return f
	}
	link := func(subject, arn string) report.Link {
		return report.Link{Subject: subject, Execution: arn, URL: page(arn)}
	}
	for rule, w := range map[string]struct {
		failures []run.Failure
		want     []report.Link
	}{
		"each unit once": {
			[]run.Failure{of("node group a/big", "u1"), of("node group a/web", "u1"), of("cluster b", "u2")},
			[]report.Link{link("cluster a", machine+"/Unit:u1"), link("cluster b", machine+"/Unit:u2")},
		},
		"no more than three": {
			[]run.Failure{of("cluster a", "u1"), of("cluster b", "u2"), of("cluster c", "u3"), of("cluster d", "u4")},
			[]report.Link{link("cluster a", machine+"/Unit:u1"), link("cluster b", machine+"/Unit:u2"), link("cluster c", machine+"/Unit:u3")},
		},
		"the run itself":                   {[]run.Failure{of("the run", "")}, []report.Link{link("run bad", machine+":bad")}},
		"a run that left no record":        {nil, []report.Link{link("run bad", machine+":bad")}},
		"a unit without a known execution": {[]run.Failure{of("cluster a", "")}, []report.Link{link("run bad", machine+":bad")}},
	} {
		f := fine(t)
		bad := execution("bad", "FAILED", time.Minute)
		bad.ARN = machine + ":bad"
		f.Runs.Executions = []health.Execution{bad, execution("good", "SUCCEEDED", 30*time.Minute)}
		f.Runs.Records = []health.Record{{Name: "bad", Summary: run.Summary{Message: "no", Failures: w.failures}}}
		r := report.Examine(f, now)
		if len(r.Problems) != 1 {
			t.Fatalf("%s: found %v; want one problem", rule, r.Problems)
		}
		if diff := cmp.Diff(w.want, r.Problems[0].Links); diff != "" {
			t.Errorf("%s (-want +got):\n%s", rule, diff)
		}
	}
}
