package stackaws

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/shared/run"
)

// Kind is what an [Event] tells.
type Kind string

// The kinds of events.
const (
	Entered       Kind = "entered"        // a state was entered
	AttemptFailed Kind = "attempt failed" // an attempt of a task failed, which may be tried again or be caught
	Left          Kind = "left"           // a state was left
	Ended         Kind = "ended"          // the execution has ended; there is no step
)

// Event is one thing that happened in an execution.
type Event struct {
	Kind Kind
	At   time.Time
	Step Step // as it was then
}

// reader makes a history out of events. Those of iterations that run at the same time come interleaved; each event names the
// one that caused it, and by that it is known where it belongs.
type reader struct {
	history History
	places  map[int64]place // of the events so far
	last    int64
	report  func(Event)
	// redrives is how many redrives must have happened before anything is reported.
	redrives int
}

// place is where an event belongs.
type place struct {
	step      *Step      // nil before the first state, and between an iteration's start and its first state
	iteration *iteration // nil outside of any
	over      bool       // the event ends the iteration: what follows from it is outside
	failed    bool       // the event is that the step, a Map, failed: the Map around it may fail of it
}

// iteration is one run through the states of a Map.
type iteration struct {
	of                 place // the Map's
	cluster, nodegroup string
}

func newReader(report func(Event), redrives int) *reader {
	return &reader{history: History{Status: Running}, places: map[int64]place{}, report: report, redrives: redrives}
}

// ended says that nothing more will happen.
func (r *reader) ended() bool {
	return r.history.Status != Running && r.history.Redrives >= r.redrives
}

// take reads events, of which some may have been taken before.
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
		return place{iteration: &iteration{of: mapAround(from, nameStarted(e))}}
	case strings.HasPrefix(kind, "MapIteration"):
		from.over = from.iteration != nil // it may be that of an event that is not known
		return from
	case strings.HasPrefix(kind, "MapState") && e.StateEnteredEventDetails == nil:
		from = mapAround(from, nameLeft(e))
		from.failed = e.Type == types.HistoryEventTypeMapStateFailed
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

// mapAround is the place of the Map that an event is about, the name being that of its state as far as the event has it. Such
// an event may come of one of the Map's own, of the last one of an iteration that has made room for another, or of what made
// an iteration fail.
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

// isAbout says whether the place is that of the Map with the name, or of any that has not failed.
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

// nameStarted is the name of the Map of which an iteration was started; empty for other events.
func nameStarted(e types.HistoryEvent) string {
	if e.MapIterationStartedEventDetails == nil {
		return ""
	}
	return orEmpty(e.MapIterationStartedEventDetails.Name)
}

// nameLeft is the name of the state that was left; empty for other events.
func nameLeft(e types.HistoryEvent) string {
	if e.StateExitedEventDetails == nil {
		return ""
	}
	return orEmpty(e.StateExitedEventDetails.Name)
}

func (r *reader) entered(e types.HistoryEvent, within *iteration) place {
	step := &Step{
		State: orEmpty(e.StateEnteredEventDetails.Name), Type: strings.TrimSuffix(string(e.Type), "StateEntered"),
		Entered: instant(e.Timestamp), Input: payload(e.StateEnteredEventDetails.Input),
	}
	if within != nil {
		within.learn(step.Input)
		step.Cluster, step.Nodegroup = within.cluster, within.nodegroup
	}
	r.history.Steps = append(r.history.Steps, step)
	r.tell(Entered, e, step)
	return place{step: step, iteration: within}
}

// learn finds out from the input of a state whose iteration it is.
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

// caught is the error that a state hands on: in the place of its state, or beside it.
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

// happened takes what happens to a task or a Map between the entering and the leaving.
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
	}
}

// failureOf is the error of an attempt that failed.
func failureOf(e types.HistoryEvent) (failure *run.StepError, ok bool) {
	switch {
	case e.TaskFailedEventDetails != nil:
		return stepError(e.TaskFailedEventDetails.Error, e.TaskFailedEventDetails.Cause), true
	case e.TaskTimedOutEventDetails != nil:
		return stepError(e.TaskTimedOutEventDetails.Error, e.TaskTimedOutEventDetails.Cause), true
	case e.TaskStartFailedEventDetails != nil:
		return stepError(e.TaskStartFailedEventDetails.Error, e.TaskStartFailedEventDetails.Cause), true
	case e.TaskSubmitFailedEventDetails != nil:
		return stepError(e.TaskSubmitFailedEventDetails.Error, e.TaskSubmitFailedEventDetails.Cause), true
	case e.EvaluationFailedEventDetails != nil:
		return stepError(e.EvaluationFailedEventDetails.Error, e.EvaluationFailedEventDetails.Cause), true
	default:
		return nil, false
	}
}

// endings are the statuses in which the events leave an execution that end it.
var endings = map[types.HistoryEventType]Status{
	types.HistoryEventTypeExecutionSucceeded: Succeeded,
	types.HistoryEventTypeExecutionFailed:    Failed,
	types.HistoryEventTypeExecutionTimedOut:  TimedOut,
	types.HistoryEventTypeExecutionAborted:   Aborted,
}

// execution takes what happens to the execution as a whole.
func (r *reader) execution(e types.HistoryEvent, from place) {
	h := &r.history
	if details := e.ExecutionStartedEventDetails; details != nil {
		h.Started, h.Input = instant(e.Timestamp), payload(details.Input)
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

// ending is the error with which an execution ended, if it did with one.
func ending(e types.HistoryEvent) *run.StepError {
	switch {
	case e.ExecutionFailedEventDetails != nil:
		return stepError(e.ExecutionFailedEventDetails.Error, e.ExecutionFailedEventDetails.Cause)
	case e.ExecutionTimedOutEventDetails != nil:
		return stepError(e.ExecutionTimedOutEventDetails.Error, e.ExecutionTimedOutEventDetails.Cause)
	case e.ExecutionAbortedEventDetails != nil:
		return stepError(e.ExecutionAbortedEventDetails.Error, e.ExecutionAbortedEventDetails.Cause)
	default:
		return nil
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
