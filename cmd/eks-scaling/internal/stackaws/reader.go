package stackaws

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/shared/run"
)

// Kind is the kind of an [Event].
type Kind string

// The kinds of events.
const (
	Entered       Kind = "entered"        // a state was entered
	AttemptFailed Kind = "attempt failed" // an attempt of a task failed, which may be tried again or be caught
	Left          Kind = "left"           // a state was left
	UnitsStarted  Kind = "units started"  // a distributed Map has started, or continued, the executions of the units
	Ended         Kind = "ended"          // the execution has ended; there is no step
)

// Event is one event of an execution.
type Event struct {
	Kind Kind
	At   time.Time
	Step Step // as it was then
}

// reader builds a history from events. Events of parallel iterations come interleaved. Each event names the event that caused it,
// which tells where it belongs.
type reader struct {
	history History
	places  map[int64]place // of the events so far
	last    int64
	report  func(Event)
	// redrives is the number of redrives before anything is reported.
	redrives int
}

// place is where an event belongs.
type place struct {
	step      *Step      // nil before the first state, and between an iteration's start and its first state
	iteration *iteration // nil outside of any
	over      bool       // the event ends the iteration
	failed    bool       // the step is a Map and the event says that it failed; the Map around it may fail with it
}

// iteration is one run through the states of a Map.
type iteration struct {
	of                 place // the Map's
	cluster, nodegroup string
}

func newReader(report func(Event), redrives int) *reader {
	return &reader{history: History{Status: Running}, places: map[int64]place{}, report: report, redrives: redrives}
}

// ended reports that no more events will come.
func (r *reader) ended() bool {
	return r.history.Status != Running && r.history.Redrives >= r.redrives
}

// take reads events. It skips events that it has read before.
func (r *reader) take(events []types.HistoryEvent) {
	for _, e := range events {
		if e.Id > r.last {
			r.last = e.Id
			r.places[e.Id] = r.read(e)
		}
	}
}

// read takes one event, and returns where it belongs.
func (r *reader) read(e types.HistoryEvent) place {
	from, kind := r.places[e.PreviousEventId], string(e.Type)
	switch {
	case strings.HasPrefix(kind, "Execution"):
		r.execution(e, from)
		return from
	case e.Type == types.HistoryEventTypeMapIterationStarted:
		return place{iteration: &iteration{of: mapAround(from, mapName(e))}}
	case strings.HasPrefix(kind, "MapIteration"):
		from.over = from.iteration != nil // the causing event may be unknown
		return from
	case strings.HasPrefix(kind, "MapState") && e.StateEnteredEventDetails == nil:
		from = mapAround(from, mapName(e))
		from.failed = e.Type == types.HistoryEventTypeMapStateFailed
	case strings.HasPrefix(kind, "MapRun"):
		from = r.mapOfUnits(from)
	case from.over:
		from = from.iteration.of
	}
	switch {
	case e.StateEnteredEventDetails != nil:
		return r.entered(e, from.iteration)
	case e.StateExitedEventDetails != nil:
		r.exited(e, from.step)
	case from.step != nil:
		r.happened(e, from.step)
	}
	return from
}

// mapAround returns the place of the Map that an event is about. The event may be caused by an event of the Map itself, by the last
// event of an earlier iteration, or by the event that made an iteration fail.
func mapAround(from place, name string) place {
	for at := from; ; at = at.iteration.of {
		if at.isAbout(name) {
			return place{step: at.step, iteration: at.iteration}
		}
		if at.iteration == nil {
			return from
		}
	}
}

// mapOfUnits returns the place of the distributed Map that an event is about. After a redrive the event may be caused by the redrive.
func (r *reader) mapOfUnits(from place) place {
	if from.step != nil && from.step.Type == "Map" {
		return from
	}
	for _, s := range slices.Backward(r.history.Steps) {
		if s.MapRun != "" {
			return place{step: s}
		}
	}
	return from
}

// isAbout reports whether the place is the Map with the name; an empty name matches any Map that has not failed.
func (p place) isAbout(name string) bool {
	switch {
	case p.step == nil || p.step.Type != "Map" || p.over:
		return false
	case name == "":
		return !p.failed
	default:
		return p.step.State == name
	}
}

// mapName returns the state that an event of a Map names; empty if it names none.
func mapName(e types.HistoryEvent) string {
	switch {
	case e.MapIterationStartedEventDetails != nil:
		return aws.ToString(e.MapIterationStartedEventDetails.Name)
	case e.StateExitedEventDetails != nil:
		return aws.ToString(e.StateExitedEventDetails.Name)
	default:
		return ""
	}
}

func (r *reader) entered(e types.HistoryEvent, within *iteration) place {
	step := &Step{
		State: aws.ToString(e.StateEnteredEventDetails.Name), Type: strings.TrimSuffix(string(e.Type), "StateEntered"),
		Entered: instant(e.Timestamp), Input: payload(e.StateEnteredEventDetails.Input),
	}
	step.Cluster = r.history.Unit
	if within != nil {
		within.learn(step.Input)
		step.Cluster, step.Nodegroup = within.cluster, within.nodegroup
	}
	r.history.Steps = append(r.history.Steps, step)
	r.tell(Entered, e, step)
	return place{step: step, iteration: within}
}

// learn reads the iteration's unit and node group from a state's input.
func (i *iteration) learn(input json.RawMessage) {
	var task run.ChangeTask
	if decode(input, &task) && task.Unit != "" {
		i.cluster, i.nodegroup = task.Unit, task.Decision.Nodegroup
	}
}

func (r *reader) exited(e types.HistoryEvent, step *Step) {
	if step == nil {
		return
	}
	step.Exited, step.Output = instant(e.Timestamp), payload(e.StateExitedEventDetails.Output)
	if step.Failed && step.Error == nil {
		step.Error = caught(step.Output)
	}
	r.tell(Left, e, step)
}

// caught returns the error in the output of a state, either as the whole output or under the key error.
func caught(output json.RawMessage) *run.StepError {
	var whole run.StepError
	if decode(output, &whole) && whole.Error != "" {
		return &whole
	}
	var beside struct {
		Error *run.StepError `json:"error"`
	}
	if decode(output, &beside) {
		return beside.Error
	}
	return nil
}

// happened takes an event of a task or a Map that is neither its entry nor its exit.
func (r *reader) happened(e types.HistoryEvent, step *Step) {
	failure, isFailure := failureOf(e)
	switch {
	case isFailure:
		step.Error, step.Failed = failure, true
		r.tell(AttemptFailed, e, step)
	case e.Type == types.HistoryEventTypeTaskScheduled:
		step.Attempts++
	case e.Type == types.HistoryEventTypeTaskSucceeded:
		step.Failed = false
	case e.Type == types.HistoryEventTypeMapStateFailed:
		step.Failed = true
	case e.MapRunStartedEventDetails != nil:
		r.unitsStarted(e, step, e.MapRunStartedEventDetails.MapRunArn)
	case e.MapRunRedrivenEventDetails != nil:
		r.unitsStarted(e, step, e.MapRunRedrivenEventDetails.MapRunArn)
	}
}

func (r *reader) unitsStarted(e types.HistoryEvent, step *Step, mapRun *string) {
	step.MapRun = aws.ToString(mapRun)
	r.history.MapRun = step.MapRun
	r.tell(UnitsStarted, e, step)
}

// endings maps the events that end an execution to its status.
var endings = map[types.HistoryEventType]Status{
	types.HistoryEventTypeExecutionSucceeded: Succeeded,
	types.HistoryEventTypeExecutionFailed:    Failed,
	types.HistoryEventTypeExecutionTimedOut:  TimedOut,
	types.HistoryEventTypeExecutionAborted:   Aborted,
}

// execution takes an event of the execution as a whole.
func (r *reader) execution(e types.HistoryEvent, from place) {
	h := &r.history
	if details := e.ExecutionStartedEventDetails; details != nil {
		h.Started, h.Input = instant(e.Timestamp), payload(details.Input)
		h.Unit = unitOf(h.Input)
		return
	}
	if e.Type == types.HistoryEventTypeExecutionRedriven {
		h.Status, h.Ended, h.Error, h.Last = Running, time.Time{}, nil, nil
		h.Redrives++
		h.Redriven = instant(e.Timestamp)
		return
	}
	status, ends := endings[e.Type]
	if !ends {
		return
	}
	h.Status, h.Ended, h.Last, h.Error = status, instant(e.Timestamp), from.step, ending(e)
	if h.Last == nil && len(h.Steps) > 0 {
		h.Last = h.Steps[len(h.Steps)-1]
	}
	if details := e.ExecutionSucceededEventDetails; details != nil {
		h.Output = payload(details.Output)
	}
	if r.ended() {
		r.tell(Ended, e, &Step{})
	}
}

func (r *reader) tell(kind Kind, e types.HistoryEvent, step *Step) {
	if r.report != nil && r.history.Redrives >= r.redrives {
		r.report(Event{Kind: kind, At: instant(e.Timestamp), Step: *step})
	}
}

func payload(text *string) json.RawMessage {
	if text == nil || *text == "" {
		return nil
	}
	return json.RawMessage(*text)
}
