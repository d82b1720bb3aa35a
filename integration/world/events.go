package world

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"eks-scaling-automation/integration/aws/eventbridge"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/run"
)

// startEvents starts EventBridge. The functions reach it at an address of its own, so that people's calls are not counted with theirs.
func (w *World) startEvents(ctx context.Context) error {
	w.Events = eventbridge.New(w.Region, Account, w.now)
	server, err := wire.Listen(ctx, "127.0.0.1:0", w.Events)
	if err != nil {
		return err
	}
	w.eventsURL = server.URL()
	w.closers = append(w.closers, server.Close, w.CheckEvents)
	return nil
}

// makeRule creates a rule of EventBridge.
func (w *World) makeRule(r template.Resource) error {
	p, err := template.Properties[struct {
		EventBusName       string
		EventPattern       map[string]any
		ScheduleExpression string
		Targets            []struct {
			ID               string `json:"Id"`
			Arn              string
			Input            string
			InputTransformer *eventbridge.Transformer
		}
	}](r)
	if err != nil {
		return err
	}
	if p.EventPattern == nil {
		var targets []string
		for _, t := range p.Targets {
			targets = append(targets, t.Arn)
		}
		return w.makeRateRule(r, p.ScheduleExpression, targets)
	}
	rule := eventbridge.Rule{Name: r.Name, ARN: r.ARN, Bus: p.EventBusName[strings.LastIndex(p.EventBusName, "/")+1:]}
	for _, t := range p.Targets {
		rule.Targets = append(rule.Targets, eventbridge.Target{ID: t.ID, ARN: t.Arn, Input: t.Input, InputTransformer: t.InputTransformer})
	}
	if rule.Pattern, err = json.Marshal(p.EventPattern); err != nil {
		return err
	}
	return w.Events.PutRule(rule)
}

// DeliverEvents calls the targets of the rules for all new events, as EventBridge does within seconds. Events that a target causes are
// delivered too.
func (w *World) DeliverEvents(ctx context.Context) error {
	var problems []error
	w.sendStatusChanges()
	for {
		deliveries, err := w.Events.Deliveries()
		if err != nil || len(deliveries) == 0 {
			return errors.Join(append(problems, err)...)
		}
		for _, d := range deliveries {
			if err := w.deliver(ctx, d); err != nil {
				problems = append(problems, fmt.Errorf("rule %s: %w", d.Rule.Name, err))
			}
		}
	}
}

// sendStatusChanges sends the events of Step Functions about executions that ended since the last time.
func (w *World) sendStatusChanges() {
	if w.Engine == nil { // nothing is deployed
		return
	}
	for _, x := range w.Engine.Executions() {
		w.sendStatusChange(w.machineARN(), x)
		for _, child := range x.Children() {
			w.sendStatusChange(w.machineARN()+"/"+run.UnitLabel, child)
		}
	}
}

func (w *World) sendStatusChange(machine string, x *engine.Execution) {
	d := x.Describe()
	told := x.ARN + " " + d.Ended.String()
	if d.Ended.IsZero() || w.told[told] {
		return
	}
	if w.told == nil {
		w.told = map[string]bool{}
	}
	w.told[told] = true
	detail, err := json.Marshal(map[string]any{
		"executionArn": x.ARN, "stateMachineArn": machine, "name": x.Name, "status": d.Status, "startDate": d.Started.UnixMilli(), "stopDate": d.Ended.UnixMilli(),
	})
	if err != nil {
		panic(err) // it holds texts and numbers
	}
	w.Events.Send("default", eventbridge.Event{
		Source: "aws.states", DetailType: "Step Functions Execution Status Change", Time: d.Ended, Resources: []string{x.ARN}, Detail: detail,
	})
}

// deliver calls a target. A rule of the stack has targets of a few kinds.
func (w *World) deliver(ctx context.Context, d eventbridge.Delivery) error {
	switch service := strings.Split(d.Target.ARN, ":")[2]; service {
	case "lambda":
		result, err := w.Lambda.Invoke(ctx, d.Target.ARN, []byte(d.Payload))
		if err == nil && result.FunctionError != "" {
			err = fmt.Errorf("%s failed: %s", d.Target.ARN, result.Payload)
		}
		return err
	case "sns":
		_, err := w.Topics.Publish(d.Target.ARN, "", d.Payload)
		return err
	default:
		return fmt.Errorf("no stand-in for target %s", d.Target.ARN)
	}
}
