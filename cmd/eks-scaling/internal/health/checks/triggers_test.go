package checks_test

import (
	"slices"
	"testing"
	_ "time/tzdata"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/triggers"
)

var (
	off          = triggers.Difference{Setting: "State", Desired: "ENABLED", Current: "DISABLED"}
	noQueue      = triggers.Difference{Setting: "Target.DeadLetterConfig.Arn", Desired: "arn:q"}
	anotherInput = triggers.Difference{Setting: scheduler.InputSetting, Desired: "{...}", Current: "{}"}
)

func inspected(state triggers.State, names ...string) (all []triggers.Inspection) {
	for _, name := range names {
		all = append(all, triggers.Inspection{Name: name, State: state})
	}
	return all
}

// own checks the stack's group, without the other.
func own(others []triggers.Inspection, state triggers.State, differences ...triggers.Difference) []checks.Check {
	found := append(others, triggers.Inspection{Name: "reconcile", State: state, Differences: differences})
	return checks.Triggers(deployed, health.Known(found), health.Missing[health.Triggers]())
}

// following checks the group that follows the configuration, without the other.
func following(settling bool, parts ...[]triggers.Inspection) []checks.Check {
	b := health.Triggers{Schedules: slices.Concat(parts...), Settling: settling}
	return checks.Triggers(deployed, health.Missing[[]triggers.Inspection](), health.Known(b))
}

func TestReconcileTrigger(t *testing.T) {
	t.Parallel()
	judged(t, []row{
		{"as deployed", own(nil, triggers.InSync), "reconcile", checks.OK, "cron(23 * ? * * *)", ""},
		{"missing", own(nil, triggers.Missing), "reconcile", checks.Failed, "trigger not found in group eks-scaling", "make deploy"},
		{
			"switched off", own(nil, triggers.Disabled, off),
			"reconcile", checks.Failed, "not as deployed: State: current DISABLED, desired ENABLED", "make deploy",
		},
		{
			"it starts only in a year", own(nil, triggers.Differs, triggers.Difference{Setting: "StartDate", Desired: "not given", Current: "given"}),
			"reconcile", checks.Failed, "StartDate: current given, desired not given", "make deploy",
		},
		{"what it starts", own(nil, triggers.InSync), "reconcile target", checks.OK, "starts the state machine", ""},
		{"it is missing, and with it its target", own(nil, triggers.Missing), "reconcile target", checks.Unknown, "because there is no such trigger", "first"},
		{"no group, so no target", following(false), "reconcile target", checks.Unknown, "because there is no such schedule group", "first"},
		{
			"no queue", own(nil, triggers.Differs, noQueue),
			"reconcile target", checks.Failed, "not as deployed: Target.DeadLetterConfig.Arn: current none, desired arn:q", "make deploy",
		},
		{"no queue, at the right time", own(nil, triggers.Differs, noQueue), "reconcile", checks.OK, "ENABLED", ""},
		{
			"another state machine", own(nil, triggers.Differs, anotherInput),
			"reconcile target", checks.Failed, "it does not start " + deployed.StateMachineARN, "make deploy",
		},
		{
			"parameters of another kind of target", own(nil, triggers.Differs, triggers.Difference{Setting: "parameters of another kind of target", Desired: "not given", Current: "given"}),
			"reconcile target", checks.Failed, "current given, desired not given", "make deploy",
		},
		{
			"off, and of another target", own(nil, triggers.Disabled, off, noQueue), "reconcile", checks.Failed,
			"not as deployed: State: current DISABLED, desired ENABLED", "make deploy",
		},
		{
			"another one beside it", own(inspected(triggers.Unplanned, "mine"), triggers.InSync),
			"reconcile", checks.Warning, "group eks-scaling belongs to the stack and has others: mine", "aws scheduler delete-schedule --region sa-east-1 --group-name eks-scaling --name mine",
		},
		{"another one, and it is missing", own(inspected(triggers.Unplanned, "mine"), triggers.Missing), "reconcile", checks.Failed, "trigger not found", "make deploy"},
		{"no group of the stack", following(false), "reconcile", checks.Failed, "no schedule group eks-scaling", "make deploy"},
	})
}

func TestWeeklyTriggers(t *testing.T) {
	t.Parallel()
	fine := inspected(triggers.InSync, "w", "x", "y", "z")
	starting := func(what ...triggers.Difference) []triggers.Inspection {
		return []triggers.Inspection{{Name: "other", State: triggers.Differs, Differences: what}}
	}
	wrong := [][]triggers.Inspection{fine[:1], inspected(triggers.Missing, "a", "b"), inspected(triggers.Disabled, "c")}
	judged(t, []row{
		{"none planned", following(false), "transitions", checks.OK, "0 triggers, in sync", ""},
		{
			"as planned", following(false, fine, inspected(triggers.Due, "soon"), inspected(triggers.Transient, "past")),
			"transitions", checks.OK, "5 triggers, in sync", "",
		},
		{"missing ones", following(false, wrong...), "transitions", checks.Failed, "2 missing (a, b), 1 different (c), of 4 planned", "triggers sync"},
		{"missing ones just after a change", following(true, wrong...), "transitions", checks.Warning, "2 missing (a, b), 1 different (c), of 4 planned; updating after a configuration change", "wait"},
		{"just after a change", following(true, fine), "transitions", checks.OK, "4 triggers, in sync", ""},
		{
			"superfluous ones", following(false, fine, inspected(triggers.Unplanned, "a", "b", "c", "d", "e", "f", "g")),
			"transitions", checks.Warning, "7 not planned (a, b, c, d, e and 2 more), of 4 planned", "triggers sync",
		},
		{"what they start", following(false, fine), "transition targets", checks.OK, "4 triggers, each starts the state machine", ""},
		{"none, so nothing is started", following(false), "transition targets", checks.OK, "no triggers are planned", ""},
		{
			"one starts another", following(false, fine, starting(anotherInput)), "transition targets", checks.Failed,
			"1 of 5 triggers not as planned: other (Target.Input: it does not start " + deployed.StateMachineARN, "eks-scaling triggers sync",
		},
		{"one starts another, at the right time", following(false, fine, starting(noQueue)), "transitions", checks.OK, "5 triggers, in sync except for their targets", ""},
		{"one starts another at another time", following(false, fine, starting(noQueue, off)), "transitions", checks.Failed, "1 different (other)", "triggers sync"},
		{"one starts another, just after a change", following(true, starting(noQueue)), "transition targets", checks.Warning, "updating after a configuration change", "wait"},
		{"all are missing", following(false, inspected(triggers.Missing, "a")), "transition targets", checks.Unknown, "because all planned triggers are missing", "first"},
		{"no group of those that follow", own(nil, triggers.InSync), "transition targets", checks.Unknown, "because there is no such schedule group", "first"},
		{"no group", own(nil, triggers.InSync), "transitions", checks.Failed, "no schedule group eks-scaling-triggers", "make deploy"},
	})
}
