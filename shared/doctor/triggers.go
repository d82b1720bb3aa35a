package doctor

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strings"

	"eks-scaling-automation/shared/stack"
	"eks-scaling-automation/shared/triggers"
)

// Schedule is one of EventBridge Scheduler, as far as it matters.
type Schedule struct {
	State         string // ENABLED or DISABLED
	Expression    string
	Zone          string
	TargetARN     string
	RoleARN       string
	DeadLetterARN string
	Input         string
}

// Drift is how the schedules that follow the configuration differ from what is planned, by their names.
type Drift struct {
	Planned                       int
	Missing, Different, Unplanned []string
}

// Triggers checks the schedules that start runs.
func Triggers(s stack.Stack, reconcile Fact[Schedule], boundaries Fact[Drift]) []Check {
	static, following := subject{"triggers", "reconcile"}, subject{"triggers", "boundaries"}
	noGroup := following.failed("there is no group of schedules "+s.BoundariesGroup, deploy)
	return []Check{
		reconcile.check(static, static.failed("there is no such schedule in group "+s.ReconcileGroup, command(s, "create")), func(found Schedule) Check {
			return ofReconcile(static, s, found)
		}),
		boundaries.check(following, noGroup, func(d Drift) Check { return ofDrift(following, d) }),
	}
}

// wanted is the reconcile schedule as the stack makes it.
func wanted(s stack.Stack) Schedule {
	t := triggers.Reconcile(s.Reconcile)
	return Schedule{
		State: "ENABLED", Expression: t.Expression, Zone: t.Zone, TargetARN: triggers.TargetARN(s.Partition),
		RoleARN: s.SchedulerRoleARN, DeadLetterARN: s.DeadLetterARN, Input: t.StartExecution(s.StateMachineARN),
	}
}

func ofReconcile(c subject, s stack.Stack, found Schedule) Check {
	want := wanted(s)
	if found == want {
		return c.ok("ENABLED, %s, starts the state machine", s.Reconcile)
	}
	var wrong []string
	for _, field := range []struct{ name, found, want string }{
		{"state", found.State, want.State},
		{"expression", found.Expression, want.Expression},
		{"time zone", found.Zone, want.Zone},
		{"target", found.TargetARN, want.TargetARN},
		{"role", found.RoleARN, want.RoleARN},
		{"dead-letter queue", found.DeadLetterARN, want.DeadLetterARN},
	} {
		if field.found != field.want {
			wrong = append(wrong, fmt.Sprintf("%s: found %s; want %s", field.name, cmp.Or(field.found, "none"), field.want))
		}
	}
	if found.Input != want.Input {
		wrong = append(wrong, "input: it does not start "+s.StateMachineARN+" as this version does")
	}
	return c.failed("not as deployed: "+strings.Join(wrong, "; "), command(s, "update"))
}

// command makes or mends the reconcile schedule: CloudFormation would find nothing to do.
func command(s stack.Stack, verb string) string {
	w := wanted(s)
	var target bytes.Buffer
	encoder := json.NewEncoder(&target)
	encoder.SetEscapeHTML(false) // people read it
	err := encoder.Encode(map[string]any{
		"Arn": w.TargetARN, "RoleArn": w.RoleARN, "Input": w.Input, "DeadLetterConfig": map[string]string{"Arn": w.DeadLetterARN},
		"RetryPolicy": map[string]int{"MaximumEventAgeInSeconds": triggers.MaxAgeSeconds, "MaximumRetryAttempts": triggers.MaxAttempts},
	})
	if err != nil {
		panic(err) // they are texts and numbers
	}
	t := triggers.Reconcile(s.Reconcile)
	return fmt.Sprintf("aws scheduler %s-schedule --region %s --group-name %s --name %s --state ENABLED --schedule-expression '%s' "+
		"--schedule-expression-timezone %s --flexible-time-window Mode=OFF --description '%s' --target '%s'",
		verb, s.Region, s.ReconcileGroup, t.Name, t.Expression, t.Zone, t.Description, strings.TrimSpace(target.String()))
}

func ofDrift(c subject, d Drift) Check {
	var parts []string
	for _, part := range []struct {
		what  string
		names []string
	}{{"missing", d.Missing}, {"different", d.Different}, {"not planned", d.Unplanned}} {
		if len(part.names) > 0 {
			parts = append(parts, fmt.Sprintf("%d %s (%s)", len(part.names), part.what, few(part.names)))
		}
	}
	found := strings.Join(parts, ", ") + fmt.Sprintf(", of %d planned", d.Planned)
	switch {
	case len(parts) == 0:
		return c.ok("%s, as planned", count(d.Planned, "schedule"))
	case len(d.Missing)+len(d.Different) == 0:
		return c.warning(found, "eks-scaling schedules sync")
	default:
		return c.failed(found, "eks-scaling schedules sync")
	}
}
