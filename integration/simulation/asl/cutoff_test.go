package asl_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/functions/steps/audit"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/sched"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/event"
	"eks-scaling-automation/shared/run"
)

// trail keeps the records of a run, as its table does.
type trail struct {
	units  []run.UnitRecord
	record *run.Record
}

func (l *trail) Put(_ context.Context, r tables.Record) error {
	switch detail := r.Detail.(type) {
	case run.UnitRecord:
		l.units = append(l.units, detail)
	case run.Record:
		l.record = &detail
	}
	return nil
}

func (l *trail) Unit(context.Context, string) (claim.Unit, error) { return claim.Unit{}, nil }

func (l *trail) UnitRecords(context.Context, string) ([]run.UnitRecord, error) { return l.units, nil }

// TestARunOutlivesItsUnits: however many of them are cut off at once, the others end well, and the run ends with a record and an
// alert. What Step Functions says of 300 that were cut off exceeds what the result of a state may have.
func TestARunOutlivesItsUnits(t *testing.T) {
	t.Parallel()
	const units = 1000
	m := compile(t, shipped())
	for how, end := range map[string]func(*asl.Execution){
		"stopped": func(x *asl.Execution) { x.Abort("", "") }, "out of events": (*asl.Execution).RunOutOfEvents,
	} {
		for _, cut := range []int{1, 150, 300, units} {
			on, alerts, r := cutOff(t, m, units, cut, end)
			if r.Status != engine.Failed || strings.HasPrefix(r.Error, "States.") || on.record == nil || alerts != 1 {
				t.Errorf("%d units %s: %s %s: %s, %d alerts; want a record and an alert", cut, how, r.Status, r.Error, r.Cause, alerts)
				continue
			}
			if n := on.record.Units; n[run.Failed] != cut || n[run.Succeeded] != units-cut {
				t.Errorf("%d units %s: the record counts %v", cut, how, n)
			}
		}
	}
}

// cutOff runs some units, and ends a part of them in the given way after a minute.
func cutOff(t *testing.T, m *definition.Machine, units, cut int, end func(*asl.Execution)) (on *trail, alerts int, r asl.Result) {
	t.Helper()
	on = &trail{}
	clock := sched.New(1, midnight)
	handler := audit.Handler{Logs: on, Retention: time.Hour, Now: clock.Now, Metrics: io.Discard, Emit: event.Discard}
	runner := &asl.Runner{Machine: m, Scheduler: clock, StateMachineARN: machineARN, Do: func(_ *asl.Execution, state, resource string, input any) (json.RawMessage, error) {
		if resource != "arn:aws:states:::lambda:invoke" {
			alerts++
			return json.RawMessage(`{}`), nil
		}
		answer, err := cutOffAnswer(t, handler, clock, state, expression.TextOf(input.(expression.Object)["Payload"]), units)
		if err != nil {
			return nil, err
		}
		return json.Marshal(map[string]any{"Payload": answer})
	}}
	x, err := runner.Start("00000000-0000-0000-0000-000000000000", json.RawMessage(`{"trigger":"schedule"}`))
	if err != nil {
		t.Fatal(err)
	}
	clock.After(time.Minute, func() {
		for _, child := range x.Children()[:cut] {
			end(child)
		}
	})
	if err := clock.Run(); err != nil {
		t.Fatal(err)
	}
	return on, alerts, x.Result()
}

// cutOffAnswer does the Tasks of a run of units that each wait for a while and succeed.
func cutOffAnswer(t *testing.T, handler audit.Handler, clock *sched.Scheduler, state string, payload json.RawMessage, units int) (any, error) {
	switch state {
	case "LoadConfig":
		of := run.LoadConfigResult{Concurrency: units, Run: run.Run{
			Execution: run.Execution{ARN: "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:00000000-0000-0000-0000-000000000000", Name: "00000000-0000-0000-0000-000000000000"},
			Trigger:   run.ScheduleTrigger, Actor: "eventbridge-scheduler", Reason: "transition 07:00 America/Sao_Paulo, due 2026-11-24T10:00:00Z", TakenAt: clock.Now(), Due: clock.Now(),
		}}
		for i := range units {
			of.Units = append(of.Units, fmt.Sprintf("cluster-%04d", i))
		}
		return of, nil
	case "Decide":
		var task run.UnitTask
		if err := json.Unmarshal(payload, &task); err != nil {
			t.Fatal(err)
		}
		if task.Round++; task.Round == 1 {
			task.Next, task.DelaySeconds = run.NextWait, 120
		} else {
			task.Next, task.Outcome = run.NextDone, run.Succeeded
		}
		return task, nil
	default:
		var request run.AuditRequest
		if err := json.Unmarshal(payload, &request); err != nil {
			t.Fatal(err)
		}
		return handler.Handle(t.Context(), slog.New(slog.DiscardHandler), request)
	}
}

func (*trail) Told(context.Context, string) (bool, error) { return false, nil }

func (*trail) SetTold(context.Context, string, time.Time) error { return nil }
