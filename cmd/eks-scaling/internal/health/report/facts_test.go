package report_test

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
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

func cluster(t *testing.T, spec string, overrides ...scaling.Override) config.Unit {
	t.Helper()
	c, err := config.ParseCluster([]byte(spec), config.Settings{Timezone: "UTC"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.WithOverrides(overrides).Units()[0]
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

func fine(t *testing.T) health.Facts {
	t.Helper()
	c := cluster(t, production)
	written := now.AddDate(0, 0, -3)
	f := health.Facts{
		System: health.System{
			Configuration: health.Known(inventory.Checked{Configured: true}),
			Clusters: []health.ClusterFacts{{
				Name: "production", Cluster: "production", Config: c, Latest: written,
				Applied:    map[string]scaling.Application{"big": applied(3, 5), "small": applied(0, 1)},
				Nodegroups: map[string]health.Fact[health.Nodegroup]{"big": active(3, 5), "small": active(0, 1), "spare": active(7, 9)},
			}},
			Reconcile: health.Known([]triggers.Inspection{{Name: "reconcile", State: triggers.InSync}}),
		},
		Stack: health.StackFacts{Stack: deployment.Stack{Name: "EksScaling", Region: "sa-east-1", Account: "123456789012", Status: "UPDATE_COMPLETE", Reconcile: "cron(23 * ? * * *)", LogsTable: "logs", AlertTopicARN: "arn:topic", DeadLetterURL: "https://queue", ReconcileGroup: "eks-scaling"}},
		Runs: health.RunFacts{
			Executions: []health.Execution{execution("second", "SUCCEEDED", 37*time.Minute), execution("first", "SUCCEEDED", 97*time.Minute)},
			Records:    []health.Record{{Name: "first", Summary: run.Summary{Outcome: run.Succeeded, Message: "0 scaled"}, Run: run.Run{Trigger: "reconcile"}}},
		},
	}
	f.Subscriptions = health.Known([]health.Subscription{{Protocol: "email", Endpoint: "ops@example.com", Confirmed: true}})
	for _, name := range deployment.AlarmNames() {
		f.Alarms.Value = append(f.Alarms.Value, health.Alarm{Name: name, State: "OK"})
	}
	writtenAt(&f, written)
	listed(&f, planned(f))
	return f
}

func writtenAt(f *health.Facts, at time.Time) {
	f.Configuration.Value.Settings = &inventory.Item{UpdatedAt: at}
}

func planned(f health.Facts) (names []string) {
	for _, p := range triggers.Plan(configured(f), now) {
		names = append(names, p.Name)
	}
	return names
}

func configured(f health.Facts) (clusters []config.Unit) {
	for _, c := range f.Clusters {
		if f.Unusable(c) == "" {
			clusters = append(clusters, c.Config)
		}
	}
	return clusters
}

// listed compares triggers of these names, which are enabled, with the configuration.
func listed(f *health.Facts, names []string) {
	enabled := map[string]bool{}
	for _, name := range names {
		enabled[name] = true
	}
	found := health.Inspect(enabled, triggers.Plan(configured(*f), now), now)
	f.Triggers.Value.Schedules = health.Settle(found, configured(*f), now)
}

// invalid has an item that cannot be used.
func invalid(f *health.Facts, key string, why error) {
	f.Configuration.Value.Invalid = []inventory.InvalidItem{{Key: key, Err: why}}
}

// unusable has the cluster be unusable, and without triggers.
func unusable(f *health.Facts, why string) {
	f.Clusters[0].Unusable, f.Triggers.Value.Schedules = why, nil
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

// row is a change to the facts in which nothing is wrong, and what is wrong then.
type row struct {
	rule   string
	change func(f *health.Facts)
	want   []string // such as "runFailed run second"; none is nothing wrong
	says   []string // in the messages and remedies
}

// check examines the changed facts, and then does more with the report.
func (w row) check(t *testing.T, more ...func(*testing.T, report.Report)) {
	t.Run(w.rule, func(t *testing.T) {
		t.Parallel()
		f := fine(t)
		w.change(&f)
		r := report.Examine(f, now)
		if diff := cmp.Diff(w.want, found(r)); diff != "" {
			t.Errorf("problems (-want +got):\n%s\n%v", diff, r.Problems)
		}
		text := ""
		for _, p := range r.Problems {
			text += p.Message + " -> " + strings.Join(p.Remedies, "; ") + "\n"
			if len(p.Remedies) == 0 || p.Message == "" {
				t.Errorf("found %+v; want a message and a remedy", p)
			}
		}
		for _, part := range w.says {
			if !strings.Contains(text, part) {
				t.Errorf("found %q; want in it %q", text, part)
			}
		}
		for _, each := range more {
			each(t, r)
		}
	})
}
