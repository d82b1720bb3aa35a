package world

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/eventbridge"
	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/runtime/engine"
)

// Due returns the firings of all schedules that start runs in [from, until), in order.
func (w *World) Due(from, until time.Time) []scheduler.Firing {
	return slices.DeleteFunc(w.firings(from, until), sendsEvent)
}

// sendsEvent reports whether a schedule sends an event.
func sendsEvent(f scheduler.Firing) bool { return f.Schedule.DetailType != "" }

// Announce fires the schedules in [from, until) that send events.
func (w *World) Announce(from, until time.Time) {
	for _, f := range w.firings(from, until) {
		if sendsEvent(f) {
			w.Scheduler.Fire(f)
			w.Events.Send(f.Schedule.TargetArn, eventbridge.Event{
				Source: f.Schedule.Source, DetailType: f.Schedule.DetailType, Time: f.At, Detail: json.RawMessage(f.Schedule.Input),
			})
		}
	}
}

func (w *World) firings(from, until time.Time) []scheduler.Firing {
	var due []scheduler.Firing
	for _, group := range w.Template.Of("AWS::Scheduler::ScheduleGroup") {
		due = append(due, w.Scheduler.Firings(group.Name, from, until)...)
	}
	slices.SortStableFunc(due, func(a, b scheduler.Firing) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Schedule.Name, b.Schedule.Name))
	})
	return due
}

// Request returns a firing's request to Step Functions: its schedule's input, with EventBridge Scheduler's values filled in.
func Request(f scheduler.Firing) string {
	due := f.At.UTC().Format("2006-01-02T15:04:05Z")
	return strings.NewReplacer("<aws.scheduler.execution-id>", strings.ToLower(rand.Text()[:13]), "<aws.scheduler.scheduled-time>", due).
		Replace(f.Schedule.Input)
}

// errDown means that the hub's region is down.
var errDown = errors.New("the region is down")

// FireWhenUp is [World.Fire] once the hub's region is up: EventBridge Scheduler retries until the event is too old, and then gives it
// up. It requires a virtual clock.
func (w *World) FireWhenUp(f scheduler.Firing) {
	age := time.Duration(f.Schedule.MaximumEventAgeInSeconds) * time.Second
	switch {
	case !w.fleet.isDown(w.Region):
		_, _ = w.Fire(f) // a refused request is in the dead-letter queue
	case w.Now().Sub(f.At) < age:
		w.At(w.Now().Add(time.Minute), func() { w.FireWhenUp(f) })
	default:
		w.undelivered(f, Request(f), errDown)
	}
}

// Fire acts as EventBridge Scheduler when a schedule fires: it starts the requested run. A refused request goes to the
// dead-letter queue without a retry.
func (w *World) Fire(f scheduler.Firing) (*engine.Execution, error) {
	if w.fleet.isDown(w.Region) {
		return nil, errDown
	}
	w.Scheduler.Fire(f)
	request := Request(f)
	var start struct{ StateMachineArn, Name, Input string }
	err := json.Unmarshal([]byte(request), &start)
	if err == nil && start.StateMachineArn != w.machineARN() {
		err = fmt.Errorf("StateMachineDoesNotExist: State Machine Does Not Exist: '%s'", start.StateMachineArn)
	}
	if err == nil {
		var x *engine.Execution
		if x, err = w.Engine.StartExecution(start.Name, json.RawMessage(start.Input)); err == nil {
			return x, nil
		}
	}
	w.undelivered(f, request, err)
	return nil, fmt.Errorf("schedule %s: %w", f.Schedule.Name, err)
}

// undelivered puts a refused request into the dead-letter queue.
func (w *World) undelivered(f scheduler.Firing, request string, err error) {
	w.countScheduler("TargetErrorCount", f.Schedule.Group)
	switch {
	case f.Schedule.DeadLetterArn == "":
	case !w.Queues.Has(f.Schedule.DeadLetterArn):
		w.countScheduler("InvocationsFailedToBeSentToDeadLetterCount", f.Schedule.Group)
	default:
		w.Queues.Put(f.Schedule.DeadLetterArn, endpoint.QueueMessage{
			Body: request, Attributes: map[string]string{"ERROR_CODE": "TargetError", "ERROR_MESSAGE": err.Error()}, Sent: w.now(),
		})
	}
}

func (w *World) machineARN() string {
	return w.Template.Of("AWS::StepFunctions::StateMachine")[0].ARN
}
