package report_test

import (
	"errors"
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
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/triggers"
)

// second adds a cluster like production.
func second(f *health.Facts) {
	other := f.Clusters[0]
	other.Name, other.Cluster = "second", "second"
	f.Clusters = append(f.Clusters, other)
}

func TestNothingIsWrong(t *testing.T) {
	t.Parallel()
	r := report.Examine(fine(t), now)
	if groups := r.Clusters[0].Nodegroups; len(r.Problems) > 0 || groups[1].State != report.InSync || groups[2].State != report.NotInProfile {
		t.Errorf("found %v and %+v; want nothing wrong, and spare not touched", r.Problems, groups)
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

func TestTheStackAndTheConfiguration(t *testing.T) {
	t.Parallel()
	for _, r := range []row{
		{"a deployment that went wrong", func(f *health.Facts) { f.Stack.Status = "UPDATE_ROLLBACK_FAILED" }, []string{"stackFailed stack EksScaling"}, []string{"is UPDATE_ROLLBACK_FAILED", "make deploy"}},
		{"a deployment that was taken back", func(f *health.Facts) { f.Stack.Status = "UPDATE_ROLLBACK_COMPLETE" }, []string{"stackFailed stack EksScaling"}, []string{"its last deployment failed and was rolled back", "describe-stack-events", "with every -c of the last deployment"}},
		{"a deployment under way", func(f *health.Facts) { f.Stack.Status = "UPDATE_IN_PROGRESS" }, nil, nil},
		{"a stack that cannot be read", func(f *health.Facts) { f.Stack.Error = "no" }, []string{"unreadable stack EksScaling"}, []string{"could not be read: no -> eks-scaling doctor"}},
		{"scaling is paused", func(f *health.Facts) { f.Paused = &health.Author{By: "ana"} }, []string{"scalingPaused scaling"}, []string{"PAUSED by ana, so nothing is scaled -> eks-scaling resume"}},
		{"config apply is writing", func(f *health.Facts) { f.Paused, f.Hold = &health.Author{By: "ana"}, &health.Hold{} }, nil, nil},
		{
			"config apply was interrupted", func(f *health.Facts) {
				f.Paused, f.Hold = &health.Author{By: "ana"}, &health.Hold{Author: health.Author{By: "rui"}, Interrupted: true}
			},
			[]string{"configurationPartial the configuration"},
			[]string{"is only partly written by rui, and scaling is paused until the rest is written -> eks-scaling config apply DOCUMENT   # the same document again"},
		},
		{"the only cluster is paused", func(f *health.Facts) { f.Clusters[0].Paused = &health.Author{By: "ana"} }, []string{"scalingPaused cluster production"}, []string{"paused by ana, so nothing is scaled -> eks-scaling resume production"}},
		{"every cluster is paused", both(second, func(f *health.Facts) {
			f.Clusters[0].Paused, f.Clusters[1].Config.Paused = &health.Author{By: "ana"}, true
		}), []string{"scalingPaused all 2 clusters"}, []string{"paused (production, second), so nothing is scaled -> eks-scaling resume CLUSTER"}},
		{"the only cluster that could be scaled is paused", both(second, func(f *health.Facts) {
			f.Clusters[0].Paused, f.Clusters[1].Unusable = &health.Author{By: "ana"}, "nobody knows"
		}), []string{"scalingPaused cluster production", "configurationInvalid cluster/second"}, nil},
		{
			"an item cannot be used", func(f *health.Facts) {
				invalid(f, "override/x", errors.New("until: missing"))
			}, []string{"configurationInvalid override/x"}, []string{"until: missing -> eks-scaling config edit"},
		},
		{
			"a newer version has written an item, which is not to be edited with this one", func(f *health.Facts) {
				invalid(f, "override/x", config.ErrNewer)
			}, []string{"configurationInvalid override/x"}, []string{config.ErrNewer.Error() + " -> eks-scaling --version"},
		},
		{
			"a cluster cannot be used", func(f *health.Facts) {
				invalid(f, "cluster/production", errors.New("name: missing"))
				unusable(f, "name: missing")
			}, []string{"configurationInvalid cluster/production"}, nil,
		},
		{
			"a cluster cannot be used, and no item says why", func(f *health.Facts) {
				unusable(f, "nobody knows")
			}, []string{"configurationInvalid cluster/production"}, []string{"nobody knows"},
		},
		{
			"a cluster cannot be used, and something else is said of another item", func(f *health.Facts) {
				invalid(f, "override/x", errors.New("until: missing"))
				unusable(f, "nobody knows")
			}, []string{"configurationInvalid override/x", "configurationInvalid cluster/production"}, nil,
		},
		{
			"the settings are invalid, so that triggers are not compared", func(f *health.Facts) {
				f.Configuration.Value.SettingsErr, f.Triggers.Value.Schedules = errors.New("timezone: unknown"), nil
				invalid(f, "settings/global", f.Configuration.Value.SettingsErr)
			}, []string{"configurationInvalid settings/global"}, nil,
		},
		{
			"the configuration cannot be read", func(f *health.Facts) {
				f.Configuration, f.Clusters = health.Fact[inventory.Checked]{Error: "no"}, nil
			}, []string{"unreadable the configuration"}, nil,
		},
		{
			"nothing is configured and nothing has run", func(f *health.Facts) {
				f.Configuration.Value, f.Clusters, f.Triggers.Value, f.Runs = inventory.Checked{}, nil, health.Triggers{}, health.RunFacts{}
			}, nil, nil,
		},
	} {
		r.check(t)
	}
}

func TestAlarmsAndDeadLetters(t *testing.T) {
	t.Parallel()
	for _, r := range []row{
		{"an alarm", func(f *health.Facts) {
			f.Alarms.Value[0].State, f.Alarms.Value[0].Since, f.Alarms.Value[0].Reason = "ALARM", since, "no datapoint"
		}, []string{"alarmFiring alarm eks-scaling-reconcile-missing"}, []string{"since 2026-11-24 10:00 UTC: no datapoint -> eks-scaling doctor"}},
		{"no alarm at all", func(f *health.Facts) { f.Alarms.Value = nil }, []string{"alarmMissing the alarms"}, []string{"none exist", "--revert-drift", "with every -c of the last deployment"}},
		{"the alarm is missing", func(f *health.Facts) { f.Alarms.Value[0].Name = "eks-scaling-own" }, []string{"alarmMissing the alarms"}, []string{"missing: " + deployment.AlarmNames()[0] + ", so no one is notified", "--revert-drift"}},
		{"another alarm beside them", func(f *health.Facts) {
			f.Alarms.Value = append(f.Alarms.Value, health.Alarm{Name: "eks-scaling-own", State: "OK"})
		}, nil, nil},
		{"an alarm that tells nobody", func(f *health.Facts) { f.Alarms.Value[0].ActionsDisabled = true }, []string{"alarmSilenced alarm eks-scaling-reconcile-missing"}, []string{"notifies no one", "aws cloudwatch enable-alarm-actions --region sa-east-1 --alarm-names eks-scaling-reconcile-missing"}},
		{"a firing alarm that notifies nobody", func(f *health.Facts) {
			f.Alarms.Value[0].State, f.Alarms.Value[0].ActionsDisabled = "ALARM", true
		}, []string{"alarmFiring alarm eks-scaling-reconcile-missing", "alarmSilenced alarm eks-scaling-reconcile-missing"}, nil},
		{"alarms that cannot be read", func(f *health.Facts) { f.Alarms = health.Fact[health.Alarms]{Error: "no"} }, []string{"unreadable the alarms"}, nil},
		{"messages", func(f *health.Facts) { f.DeadLetters.Value = 2 }, []string{"deadLettersFound the dead-letter queue"}, []string{"has 2 messages", "receive-message --region sa-east-1", "purge-queue --region sa-east-1 --queue-url https://queue"}},
		{"a queue that cannot be read", func(f *health.Facts) { f.DeadLetters.Error = "no" }, []string{"unreadable the dead-letter queue"}, nil},
	} {
		r.check(t)
	}
}

func TestSubscriptions(t *testing.T) {
	t.Parallel()
	of := func(all ...health.Subscription) func(f *health.Facts) {
		return func(f *health.Facts) { f.Subscriptions = health.Known(all) }
	}
	waiting := health.Subscription{Protocol: "email", Endpoint: "new@example.com"}
	none := []string{"notSubscribed the alert topic"}
	for _, r := range []row{
		{"no one is subscribed", of(), none, []string{"no one is subscribed, so no one is notified of failures -> aws sns subscribe --region sa-east-1 --topic-arn arn:topic"}},
		{"no subscription is confirmed", of(waiting), none, []string{"no subscription is confirmed (new@example.com)"}},
		{"one of two is confirmed", of(waiting, health.Subscription{Confirmed: true}), nil, nil},
		{"the topic does not exist", func(f *health.Facts) {
			f.Subscriptions = health.Fact[[]health.Subscription]{Missing: true, Error: "no"}
		}, none, []string{"does not exist", "make deploy"}},
		{"they cannot be read", func(f *health.Facts) { f.Subscriptions = health.Fact[[]health.Subscription]{Error: "no"} }, []string{"unreadable the subscriptions of the alert topic"}, nil},
	} {
		r.check(t)
	}
}

func TestTriggers(t *testing.T) {
	t.Parallel()
	written := func(ago time.Duration) func(f *health.Facts) {
		return func(f *health.Facts) {
			listed(f, planned(*f)[1:])
			f.Triggers.Value.Settling = health.JustNow(now.Add(-ago), now)
		}
	}
	for _, r := range []row{
		{"a trigger is missing", func(f *health.Facts) { listed(f, planned(*f)[1:]) }, []string{"triggerMissing trigger weekly-America-Sao_Paulo-0700"}, []string{"is missing, so the change of production at Tue 2026-12-01 07:00 -03:00 happens up to 1 hour late, by the reconcile run -> eks-scaling triggers sync"}},
		{"a trigger is missing just after a change of the configuration", written(4 * time.Minute), nil, nil},
		{"a trigger is missing some time after a change", written(5 * time.Minute), []string{"triggerMissing trigger weekly-America-Sao_Paulo-0700"}, nil},
		{"a trigger is disabled", func(f *health.Facts) { f.Triggers.Value.Schedules[1].State = triggers.Disabled }, []string{"triggerDisabled trigger weekly-America-Sao_Paulo-1130"}, []string{"is disabled; no size within a week depends on it"}},
		{"a trigger that is not planned", func(f *health.Facts) {
			listed(f, append(planned(*f), "my-own"))
		}, []string{"triggerNotPlanned trigger my-own"}, []string{"is not needed by the configuration and may start extra runs -> eks-scaling triggers sync"}},
		{"a trigger that has just come due", func(f *health.Facts) {
			listed(f, append(planned(*f), "once-20261124T124500Z"))
		}, nil, nil},
		{"many are missing", func(f *health.Facts) {
			f.Clusters[0].Config = cluster(t, strings.ReplaceAll(production, `"11:30"`, `"11:31"`), scaling.Override{
				Name: "o", Cluster: "production", Profile: "peak", From: now.Add(time.Hour), Until: now.Add(90 * time.Minute),
			})
			listed(f, nil)
		}, []string{"triggerMissing 5 triggers"}, []string{"are missing (", " and 2 more), so the changes from Tue 2026-11-24 12:00 -03:00 on, first in production, happen up to 1 hour late, by the reconcile run"}},
		{"triggers that cannot be listed", func(f *health.Facts) { f.Triggers = health.Fact[health.Triggers]{Error: "no"} }, []string{"unreadable the triggers"}, nil},
		{"no reconcile trigger", func(f *health.Facts) { f.Reconcile.Value = nil }, []string{"triggerMissing trigger reconcile"}, []string{"--revert-drift"}},
		{"a reconcile trigger that is disabled", func(f *health.Facts) { f.Reconcile.Value[0].State = triggers.Disabled }, []string{"triggerDisabled trigger reconcile"}, []string{"--revert-drift"}},
		{"another one beside it", func(f *health.Facts) {
			f.Reconcile.Value = append(f.Reconcile.Value, triggers.Inspection{Name: "x", State: triggers.Unplanned})
		}, []string{"triggerNotPlanned trigger x"}, []string{"delete-schedule --region sa-east-1 --group-name eks-scaling --name x"}},
		{"a reconcile trigger that cannot be listed", func(f *health.Facts) { f.Reconcile = health.Fact[[]triggers.Inspection]{Error: "no"} }, []string{"unreadable the reconcile trigger"}, nil},
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
		f.Clusters[0].Config = f.Clusters[0].Config.WithOverrides([]scaling.Override{{
			Name: "o", Cluster: "production", Profile: "peak", From: now.Add(ahead), Until: now.AddDate(2, 0, 0),
		}})
		listed(&f, planned(fine(t)))
		if diff := cmp.Diff(want, found(report.Examine(f, now))); diff != "" {
			t.Errorf("%s ahead (-want +got):\n%s", ahead, diff)
		}
	}
}

func TestOnlySomeClusters(t *testing.T) {
	t.Parallel()
	f := fine(t)
	other := f.Clusters[0]
	other.Name, other.Cluster, other.Nodegroups = "other", "other", map[string]health.Fact[health.Nodegroup]{}
	f.Clusters = append(f.Clusters, other)
	f.Only = []string{"production"}
	if r := report.Examine(f, now); len(r.Problems) > 0 || len(r.Clusters) != 1 || r.Configuration.Clusters != 2 {
		t.Errorf("found %d clusters of %d and the problems %v; want only production", len(r.Clusters), r.Configuration.Clusters, r.Problems)
	}
}
