package scheduler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/triggers"
)

func TestListTellsWhatFires(t *testing.T) {
	w := start(t)
	w.SetPageSize(1)
	mondays := func(hour int) triggers.Trigger {
		t := daily(hour)
		t.Expression = fmt.Sprintf("cron(0 %d ? * MON *)", hour)
		return t
	}
	sleeping := planned(mondays(9))
	sleeping.State = "DISABLED"
	for _, s := range []schedulerlocal.Schedule{
		planned(daily(8)), planned(mondays(8)), sleeping, planned(daily(10)), stray(groupName, "my-schedule"),
	} {
		w.Put(s)
	}
	got, err := w.group().List(t.Context(), days(8, 9))
	if err != nil {
		t.Fatal(err)
	}
	want := []scheduler.Listed{
		{Name: "weekly-UTC-0800", Enabled: true}, {Name: named(mondays(8)), Enabled: true}, // which the planned one has replaced
		{Name: "weekly-UTC-0900"}, // which the planned one replaces
		{Name: "weekly-UTC-1000", Enabled: true}, {Name: "my-schedule", Enabled: true},
	}
	byName := func(a, b scheduler.Listed) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(got, byName)
	slices.SortFunc(want, byName)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestInspect has a schedule in each state.
func TestInspect(t *testing.T) {
	w := start(t)
	differs, disabled, soon, passing := planned(daily(2)), planned(daily(3)), once("once", time.Second), once("changed", time.Minute)
	differs.Expression, differs.MaximumRetryAttempts = "cron(0 2 ? * MON *)", 3
	disabled.State, disabled.DeadLetterArn = "DISABLED", ""
	old := planned(daily(4)) // as it was made before names had fingerprints
	old.Name = "weekly-UTC-0400"
	mondays := daily(6)
	mondays.Expression = "cron(0 6 ? * MON *)"
	for _, s := range []schedulerlocal.Schedule{
		planned(daily(1)), planned(daily(2)), differs, disabled, old, planned(mondays), planned(passing), stray(groupName, "my-own"),
	} {
		w.Put(s)
	}
	got, err := w.group().Inspect(t.Context(), append(days(1, 2, 3, 4, 5, 6), soon), now)
	if err != nil {
		t.Fatal(err)
	}
	about := func(t triggers.Trigger, s triggers.State, differences ...triggers.Difference) triggers.Inspection {
		return triggers.Inspection{Name: t.Name, State: s, Description: t.Description, Expression: t.Expression, Zone: t.Zone, Differences: differences}
	}
	want := []triggers.Inspection{
		about(passing, triggers.Transient),
		{Name: "my-own", State: triggers.Unplanned, Expression: "rate(1 hour)", Zone: "UTC"},
		about(soon, triggers.Due),
		about(daily(1), triggers.InSync),
		about(daily(2), triggers.Differs,
			triggers.Difference{Setting: "ScheduleExpression", Desired: "cron(0 2 ? * * *)", Current: "cron(0 2 ? * MON *)"},
			triggers.Difference{Setting: "Target.RetryPolicy.MaximumRetryAttempts", Desired: "10", Current: "3"}),
		about(daily(3), triggers.Disabled,
			triggers.Difference{Setting: "State", Desired: "ENABLED", Current: "DISABLED"},
			triggers.Difference{Setting: "Target.DeadLetterConfig.Arn", Desired: queue}),
		about(daily(4), triggers.Differs, triggers.Difference{Setting: "Name", Desired: named(daily(4)), Current: old.Name}),
		about(daily(5), triggers.Missing),
		about(daily(6), triggers.Differs,
			triggers.Difference{Setting: "ScheduleExpression", Desired: "cron(0 6 ? * * *)", Current: "cron(0 6 ? * MON *)"}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, i := range got {
		fine := i.State == triggers.InSync || i.State == triggers.Transient || i.State == triggers.Due
		if i.State.OK() != fine {
			t.Errorf("%s is as it should be: %t", i.State, !fine)
		}
	}
	if writes := w.writes(); len(writes) > 0 {
		t.Errorf("it called %v", writes)
	}
}
