package report_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// nodegroupRow is a change to the facts, and the state and the next run of production/big then.
type nodegroupRow struct {
	row
	state report.State
	next  scaling.Action // empty if unknown
}

func (w nodegroupRow) check(t *testing.T) {
	w.row.check(t, func(t *testing.T, all report.Report) {
		if n := all.Clusters[0].Nodegroups[0]; n.State != w.state || n.NextRun.Action != w.next {
			t.Errorf("found %s and the next run does %q; want %s and %q", n.State, n.NextRun.Action, w.state, w.next)
		}
	})
}

func both(changes ...func(f *health.Facts)) func(f *health.Facts) {
	return func(f *health.Facts) {
		for _, change := range changes {
			change(f)
		}
	}
}

func big(n health.Fact[health.Nodegroup]) func(f *health.Facts) {
	return func(f *health.Facts) { f.Clusters[0].Nodegroups["big"] = n }
}

func has(status string, desired int32, issues ...string) func(f *health.Facts) {
	n := active(desired, 5)
	n.Value.Status, n.Value.Health = status, issues
	return big(n)
}

func notApplied(f *health.Facts) { delete(f.Clusters[0].Applied, "big") }

// executing adds a run that is at work.
func executing(x health.Execution) func(f *health.Facts) {
	return func(f *health.Facts) { f.Runs.Executions = append([]health.Execution{x}, f.Runs.Executions...) }
}

func TestNodegroups(t *testing.T) {
	t.Parallel()
	paused := func(f *health.Facts) { f.Paused = &health.Author{} }
	asking := execution("new", "RUNNING", time.Minute)
	asking.Input = &run.Input{Profile: "peaker"}
	for _, r := range []nodegroupRow{
		{row{"in sync", big(active(3, 5)), nil, nil}, report.InSync, scaling.Keep},
		{row{"EKS does not have it", big(health.Fact[health.Nodegroup]{Error: "No node group found", Missing: true}), []string{"nodegroupNotFound production/big"}, []string{"No node group found -> eks-scaling config edit"}}, report.NotFound, ""},
		{row{"it may not be read", big(health.Fact[health.Nodegroup]{Error: "access denied"}), []string{"unreadable production/big"}, []string{"access denied -> eks-scaling doctor"}}, report.NotRead, ""},
		{row{"DEGRADED", has("DEGRADED", 3, "AsgInstanceLaunchFailures: no capacity"), []string{"nodegroupFailing production/big"}, []string{"is DEGRADED: AsgInstanceLaunchFailures: no capacity", "describe-nodegroup --region sa-east-1"}}, report.InSync, scaling.Keep},
		{row{"DELETING", has("DELETING", 3), []string{"nodegroupFailing production/big"}, nil}, report.InSync, scaling.Keep},
		{row{"CREATE_FAILED", has("CREATE_FAILED", 3), []string{"nodegroupFailing production/big"}, nil}, report.InSync, scaling.Keep},
		{row{"ACTIVE, but with issues", has("ACTIVE", 3, "Ec2SubnetMissingIpv6Assignment"), []string{"nodegroupFailing production/big"}, nil}, report.InSync, scaling.Keep},
		{row{"DEGRADED while scaling is paused", both(has("DEGRADED", 3, "x"), paused), []string{"scalingPaused scaling", "nodegroupFailing production/big"}, nil}, report.InSync, ""},
		{row{"EKS is at it", both(has("UPDATING", 1), notApplied), nil, nil}, report.Updating, scaling.ScaleUp},
		{row{"EKS is at what somebody else asked for", has("UPDATING", 5), []string{"nodegroupDrifted production/big"}, nil}, report.Drifted, scaling.Keep},
		{row{"EKS is at what a run with a profile asked for", both(has("UPDATING", 5), executing(asking)), nil, nil}, report.Updating, scaling.Keep},
		{row{"EKS makes it", both(has("CREATING", 1), notApplied), nil, nil}, report.Updating, scaling.ScaleUp},
		{row{"the configuration has just changed", both(has("ACTIVE", 1), notApplied, func(f *health.Facts) { f.Clusters[0].Latest = now.Add(-time.Minute) }), nil, nil}, report.Pending, scaling.ScaleUp},
		{row{"scaling is paused", both(has("ACTIVE", 1), notApplied, paused), []string{"scalingPaused scaling"}, nil}, report.Paused, ""},
		{row{"the cluster is paused", both(has("ACTIVE", 1), func(f *health.Facts) { f.Clusters[0].Paused = &health.Author{} }), []string{"scalingPaused cluster production"}, nil}, report.Paused, ""},
		{row{"what was applied is not known", both(has("ACTIVE", 1), func(f *health.Facts) { f.Clusters[0].Applied, f.AppliedError = nil, "no" }), []string{"nodegroupNotInSync production/big", "unreadable the last applied sizes"}, nil}, report.NotInSync, ""},
		{row{"what was applied to its cluster is not known", both(has("ACTIVE", 1), func(f *health.Facts) { f.Clusters[0].Applied, f.Clusters[0].AppliedError = nil, "item x is invalid" }), []string{"nodegroupNotInSync production/big", "unreadable cluster production"}, []string{
			"the last applied sizes are unknown, so it is not scaled: item x is invalid -> aws dynamodb get-item --region sa-east-1 --table-name logs --key '{\"subject\":{\"S\":\"production\"},\"at\":{\"S\":\"unit\"}}'",
		}}, report.NotInSync, ""},
		{row{"what was applied to another cluster is not known", both(has("ACTIVE", 1), func(f *health.Facts) {
			f.Clusters = append(f.Clusters, health.ClusterFacts{Name: "staging", Cluster: "staging", Config: cluster(t, production), AppliedError: "item y is invalid", Nodegroups: map[string]health.Fact[health.Nodegroup]{
				"big": active(3, 5), "small": active(0, 1), "spare": active(7, 9),
			}})
		}), []string{"nodegroupDrifted production/big", "unreadable cluster staging"}, nil}, report.Drifted, scaling.Keep},
		{row{"an application of another period does not count", both(has("ACTIVE", 1), func(f *health.Facts) {
			a := applied(3, 5)
			a.At = since.Add(-time.Hour)
			f.Clusters[0].Applied["big"] = a
		}), []string{"nodegroupNotInSync production/big"}, nil}, report.NotInSync, scaling.ScaleUp},
	} {
		r.check(t)
	}
}

func TestRunsAtWork(t *testing.T) {
	t.Parallel()
	atWork := func(x health.Execution) func(f *health.Facts) {
		return both(has("ACTIVE", 1), notApplied, executing(x))
	}
	given := func(in run.Input) func(f *health.Facts) {
		x := execution("new", "RUNNING", time.Minute)
		x.Input = &in
		return atWork(x)
	}
	inSteps := func(f *health.Facts) {
		f.Clusters[0].Config.RampUp = config.RampUp{Nodes: 1, Every: config.Duration(2 * time.Minute)}
	}
	redriven := execution("new", "RUNNING", 3*time.Hour)
	redriven.Redriven = now.Add(-time.Minute)
	deviates := []string{"nodegroupNotInSync production/big"}
	for _, r := range []nodegroupRow{
		{row{"never applied, and no run at it", both(has("ACTIVE", 1), notApplied), []string{"nodegroupNotInSync production/big"}, []string{"not in sync: current 1 (0..5), desired 3 (0..5) (period rush", `eks-scaling run --cluster production --nodegroup big --reason`}}, report.NotInSync, scaling.ScaleUp},
		{row{"never applied, and a run at work", atWork(execution("new", "RUNNING", time.Minute)), nil, nil}, report.Updating, scaling.ScaleUp},
		{row{"a run that has been at work for as long as one may take", atWork(execution("new", "RUNNING", 25*time.Minute-time.Second)), nil, nil}, report.Updating, scaling.ScaleUp},
		{row{"a run that has been at work for longer", atWork(execution("new", "RUNNING", 25*time.Minute)), deviates, nil}, report.NotInSync, scaling.ScaleUp},
		{row{"a run with steps takes longer", both(inSteps, atWork(execution("new", "RUNNING", time.Hour))), nil, nil}, report.Updating, scaling.ScaleUp},
		{row{"but not forever", both(inSteps, atWork(execution("new", "RUNNING", 24*time.Hour))), deviates, nil}, report.NotInSync, scaling.ScaleUp},
		{row{"a redriven run is still running", atWork(redriven), nil, nil}, report.Updating, scaling.ScaleUp},
		{row{"a run at work for the cluster", given(run.Input{Clusters: []string{"other", "production"}}), nil, nil}, report.Updating, scaling.ScaleUp},
		{row{"a run at work for another cluster", given(run.Input{Clusters: []string{"other"}}), deviates, nil}, report.NotInSync, scaling.ScaleUp},
		{row{"a run at work for another node group", given(run.Input{Nodegroups: []string{"small"}}), deviates, nil}, report.NotInSync, scaling.ScaleUp},
		{row{"a run at work that only plans", given(run.Input{DryRun: true}), deviates, nil}, report.NotInSync, scaling.ScaleUp},
	} {
		r.check(t)
	}
}

func TestDrift(t *testing.T) {
	t.Parallel()
	always := func(f *health.Facts) { f.Clusters[0].Config.Enforce = scaling.Always }
	running := executing(execution("new", "RUNNING", time.Minute))
	asked := func(profile string, left int32) func(f *health.Facts) {
		return func(f *health.Facts) {
			f.Runs.Records = []health.Record{record(time.Hour, 3, left, func(r *health.Record) { r.Run.Profile, r.Run.Actor = profile, "ana" })}
		}
	}
	held := func(desired int32) func(f *health.Facts) {
		return func(f *health.Facts) {
			a := f.Clusters[0].Applied["big"]
			a.Held = &scaling.Held{Goal: scaling.Goal{MaxSize: 5, DesiredSize: &desired}, Profile: "peaker", Run: "manual-1"}
			f.Clusters[0].Applied["big"] = a
		}
	}
	// beside is an older run that ended after the profile was applied.
	beside := func(after int32) func(f *health.Facts) {
		return func(f *health.Facts) {
			a := f.Clusters[0].Applied["big"]
			a.TakenAt = now.Add(-35 * time.Minute)
			f.Clusters[0].Applied["big"] = a
			x := execution("r40", "SUCCEEDED", 40*time.Minute)
			x.Ended = now.Add(-30 * time.Minute)
			f.Runs.Executions = append(f.Runs.Executions, x)
			f.Runs.Records = append(f.Runs.Records, record(40*time.Minute, 3, after, nil))
		}
	}
	later := func(before, after int32) func(f *health.Facts) {
		return func(f *health.Facts) {
			f.Runs.Records = append(f.Runs.Records, record(time.Minute, before, after, nil))
		}
	}
	for _, r := range []nodegroupRow{
		{row{"somebody changed it, and it is left alone", has("ACTIVE", 5), []string{"nodegroupDrifted production/big"}, []string{
			"drifted (changed outside eks-scaling): profile peak set it to 3 (0..5) at Tue 2026-11-24 07:00 -03:00, now 5 (0..5); not corrected until the next transition",
			`override set production --nodegroup big --desired 5`, `eks-scaling run --cluster production --nodegroup big --force`,
		}}, report.Drifted, scaling.Keep},
		{row{"somebody changed its bounds", big(health.Known(health.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MaxSize: 4, DesiredSize: 3}})), []string{"nodegroupDrifted production/big"}, []string{"now 3 (0..4); not corrected until the next transition -> eks-scaling run --cluster"}}, report.Drifted, scaling.Keep},
		{row{"somebody changed it, and the next run corrects it", both(has("ACTIVE", 5), always), []string{"nodegroupDrifted production/big"}, []string{"the next run corrects it"}}, report.NotInSync, scaling.ScaleDown},
		{row{"a run at work is putting it back", both(has("ACTIVE", 5), always, running), nil, nil}, report.Updating, scaling.ScaleDown},
		{row{"a run at work leaves it alone", both(has("ACTIVE", 5), running), []string{"nodegroupDrifted production/big"}, nil}, report.Drifted, scaling.Keep},
		{row{"somebody has started a run with a profile", both(has("ACTIVE", 5), asked("peaker", 5)), nil, nil}, report.Held, scaling.Keep},
		{row{"and where the schedule is always enforced", both(has("ACTIVE", 5), asked("peaker", 5), always), nil, nil}, report.Held, scaling.ScaleDown},
		{row{"and a reconcile run came after it", both(has("ACTIVE", 5), asked("peaker", 5), later(5, 5)), nil, nil}, report.Held, scaling.Keep},
		{row{"and a later run has set what the schedule wants, and somebody the same sizes again", both(has("ACTIVE", 5), asked("peaker", 5), later(5, 3)), []string{"nodegroupDrifted production/big"}, nil}, report.Drifted, scaling.Keep},
		{row{"but it has other sizes than that run left", both(has("ACTIVE", 5), asked("peaker", 4)), []string{"nodegroupDrifted production/big"}, nil}, report.Drifted, scaling.Keep},
		{row{"the mark says that a manual run holds it", both(has("ACTIVE", 5), held(5)), nil, nil}, report.Held, scaling.Keep},
		{row{"but it has other sizes than the mark says", both(has("ACTIVE", 4), held(5)), []string{"nodegroupDrifted production/big"}, []string{
			"drifted (changed outside eks-scaling): profile peaker of run manual-1 set it to 5 (0..5) at Tue 2026-11-24 07:00 -03:00, now 4 (0..5)",
		}}, report.Drifted, scaling.Keep},
		{row{"a run that went on after a newer one had applied the profile", both(has("ACTIVE", 0), beside(0)), []string{"nodegroupDrifted production/big"}, []string{
			"drifted (changed by run r40): profile peak set", "eks-scaling runs show r40",
		}}, report.Drifted, scaling.Keep},
		{row{"such a run left other sizes", both(has("ACTIVE", 1), beside(0)), []string{"nodegroupDrifted production/big"}, []string{"drifted (changed outside eks-scaling): profile peak"}}, report.Drifted, scaling.Keep},
		{row{"such a run was undone by another one", both(has("ACTIVE", 0), beside(0), later(0, 3)), []string{"nodegroupDrifted production/big"}, []string{"drifted (changed outside eks-scaling): profile peak"}}, report.Drifted, scaling.Keep},
		{row{"the last run had no profile of its own", both(has("ACTIVE", 5), asked("", 5)), []string{"nodegroupDrifted production/big"}, nil}, report.Drifted, scaling.Keep},
		{row{"the period has changed since somebody started a run", both(has("ACTIVE", 5), asked("peaker", 5), notApplied), []string{"nodegroupNotInSync production/big"}, nil}, report.NotInSync, scaling.ScaleDown},
	} {
		r.check(t)
	}
}

// TestAClusterThatIsGoneIsSaidOnce, whatever its node groups are.
func TestAClusterThatIsGoneIsSaidOnce(t *testing.T) {
	t.Parallel()
	f := fine(t)
	for name := range f.Clusters[0].Nodegroups {
		f.Clusters[0].Nodegroups[name] = health.Fact[health.Nodegroup]{Error: "No cluster found", Missing: true}
		f.Clusters[0].Missing = true
	}
	r := report.Examine(f, now)
	want := []report.Finding{{
		Kind: report.ClusterNotFound, Subject: "cluster production", Unit: "production", Message: "was not found in EKS in sa-east-1, so it is not scaled",
		Remedies: []string{"eks-scaling config edit   # fix its name, region or roleArn, or remove it", "aws eks list-clusters --region sa-east-1   # what there is"},
	}}
	if diff := cmp.Diff(want, r.Problems, cmpopts.IgnoreUnexported(report.Finding{})); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	if c := r.Clusters[0]; !c.NotFound || c.Nodegroups[0].State != report.NotFound {
		t.Errorf("found the cluster %+v; want it to be missing, and its node groups gone", c)
	}
}

// TestAPeriodThatHasJustBegunIsDue: its run needs a few minutes.
func TestAPeriodThatHasJustBegunIsDue(t *testing.T) {
	t.Parallel()
	for after, want := range map[time.Duration]report.State{0: report.Pending, 4*time.Minute + 59*time.Second: report.Pending, 5 * time.Minute: report.NotInSync} {
		f := fine(t)
		f.Clusters[0].Applied, f.Clusters[0].Nodegroups["big"] = nil, active(1, 5)
		if got := report.Examine(f, since.Add(after)).Clusters[0].Nodegroups[0].State; got != want {
			t.Errorf("%s after the start: found %s; want %s", after, got, want)
		}
	}
}

// TestTheNextRunDoesWhatIsSaid: under an override with sizes of its own, which was not applied yet.
func TestTheNextRunDoesWhatIsSaid(t *testing.T) {
	t.Parallel()
	f := fine(t)
	o := scaling.Override{Name: "o", Cluster: "production", Sizes: map[string]scaling.Target{"big": scaling.Desired(5)}, From: now.Add(-time.Hour), Until: now.Add(time.Hour), Reason: "test", CreatedBy: "ana"}
	f.Clusters[0].Config = cluster(t, production, o)
	n := report.Examine(f, now).Clusters[0].Nodegroups[0]
	want := report.NextRun{
		Action: scaling.ScaleUp,
		Reason: `override "test" (ana) sets big=5 until Tue 2026-11-24 11:00 -03:00`,
	}
	if diff := cmp.Diff(want, n.NextRun); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
