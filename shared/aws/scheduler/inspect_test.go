package scheduler_test

import (
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
	sleeping := planned(daily(9))
	sleeping.State = "DISABLED"
	w.Put(planned(daily(8)))
	w.Put(sleeping)
	got, err := w.group().List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []scheduler.Listed{{Name: "boundary-UTC-0800", Enabled: true}, {Name: "boundary-UTC-0900"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestInspect has a schedule of each standing.
func TestInspect(t *testing.T) {
	w := start(t)
	differs, disabled, soon, passing := planned(daily(2)), planned(daily(3)), once("once", time.Second), once("changed", time.Minute)
	differs.Expression, differs.MaximumRetryAttempts = "cron(0 2 ? * MON *)", 3
	disabled.State, disabled.DeadLetterArn = "DISABLED", ""
	for _, s := range []schedulerlocal.Schedule{planned(daily(1)), differs, disabled, planned(passing), stray(groupName, "my-own")} {
		w.Put(s)
	}
	got, err := w.group().Inspect(t.Context(), append(days(1, 2, 3, 4), soon), now)
	if err != nil {
		t.Fatal(err)
	}
	about := func(t triggers.Trigger, s triggers.State, differences ...triggers.Difference) triggers.Inspection {
		return triggers.Inspection{Name: t.Name, State: s, Description: t.Description, Expression: t.Expression, Zone: t.Zone, Differences: differences}
	}
	want := []triggers.Inspection{
		about(daily(1), triggers.InSync),
		about(daily(2), triggers.Differs,
			triggers.Difference{Setting: "ScheduleExpression", Wanted: "cron(0 2 ? * * *)", Found: "cron(0 2 ? * MON *)"},
			triggers.Difference{Setting: "Target.RetryPolicy.MaximumRetryAttempts", Wanted: "10", Found: "3"}),
		about(daily(3), triggers.Disabled,
			triggers.Difference{Setting: "State", Wanted: "ENABLED", Found: "DISABLED"},
			triggers.Difference{Setting: "Target.DeadLetterConfig.Arn", Wanted: queue}),
		about(daily(4), triggers.Missing),
		about(passing, triggers.Transient),
		{Name: "my-own", State: triggers.Unplanned, Expression: "rate(1 hour)", Zone: "UTC"},
		about(soon, triggers.Due),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, i := range got {
		fine := i.State == triggers.InSync || i.State == triggers.Transient || i.State == triggers.Due
		if i.State.AsItShouldBe() != fine {
			t.Errorf("%s is as it should be: %t", i.State, !fine)
		}
	}
	if writes := w.writes(); len(writes) > 0 {
		t.Errorf("it called %v", writes)
	}
}
