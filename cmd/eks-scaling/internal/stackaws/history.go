package stackaws

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"eks-scaling-automation/shared/run"
)

// Step is one visit to a state.
type Step struct {
	State string
	Type  string // such as Task or Choice
	// Cluster and Nodegroup identify the iteration in which the state was visited; empty outside of one.
	Cluster, Nodegroup string
	Entered            time.Time
	Exited             time.Time // zero if the execution is still in it, or ended in it
	Attempts           int       // of a task
	// Error is the error of the last failed attempt; nil if none failed.
	Error  *run.StepError
	Failed bool // no later attempt succeeded
	// Input and Output are the state's payloads; Output is nil until it is left.
	Input, Output json.RawMessage
	// MapRun is the ARN of a distributed Map's run, which lists the executions that it started; empty for any other state.
	MapRun string
}

// History holds everything that an execution did so far.
type History struct {
	Status  Status
	Started time.Time
	Ended   time.Time // zero while it runs
	Input   json.RawMessage
	Output  json.RawMessage // when it succeeded
	Error   *run.StepError  // when it did not
	Steps   []*Step         // in the order in which they were entered
	Last    *Step           // the one in which it ended; nil while it runs

	Unit   string // the unit of the execution; empty for a run's execution
	MapRun string // of the run's units; empty before it starts them

	Redrives int       // how often it was redriven
	Redriven time.Time // the last time; zero if it never was
}

// RunSummary returns the summary that the run recorded at its end; nil before that.
func (h *History) RunSummary() *run.Summary {
	var found *run.Summary
	for _, s := range h.Steps {
		var summary run.Summary
		sums := s.State == AuditRun || s.State == AuditRunFailed || s.State == DryRunUnrecorded
		if sums && !s.Failed && decode(s.Output, &summary) {
			found = &summary
		}
	}
	return found
}

// Run returns the facts of the run; nil before load-config has succeeded.
func (h *History) Run() *run.Run {
	if loaded := h.loaded(); loaded != nil {
		return &loaded.Run
	}
	return nil
}

// Units returns the names of the run's units; none before load-config has succeeded.
func (h *History) Units() []string {
	if loaded := h.loaded(); loaded != nil {
		return loaded.Units
	}
	return nil
}

func (h *History) loaded() *run.LoadConfigResult {
	for _, s := range h.Steps {
		var result run.LoadConfigResult
		if s.State == LoadConfig && !s.Failed && decode(s.Output, &result) {
			return &result
		}
	}
	return nil
}

// UnitsEnded returns the run's state after all executions of its units had ended; nil before that.
func (h *History) UnitsEnded() *run.State {
	for _, s := range slices.Backward(h.Steps) {
		var state run.State
		if s.State == ForEachUnit && decode(s.Output, &state) {
			return &state
		}
	}
	return nil
}

// UnitOutcome returns the outcome of the execution's unit; empty before its end.
func (h *History) UnitOutcome() run.Outcome {
	for _, s := range slices.Backward(h.Steps) {
		var result run.UnitResult
		if (s.State == AuditUnit || s.State == UnitUnrecorded) && !s.Failed && decode(s.Output, &result) {
			return result.Outcome
		}
	}
	return ""
}

// Task returns the unit's state after a round of Decide; nil for any other step.
func (s *Step) Task() *run.UnitTask {
	var task run.UnitTask
	if s.State == Decide && !s.Failed && decode(s.Output, &task) {
		return &task
	}
	return nil
}

// Again reports whether Decide has decided for this unit before.
func (s *Step) Again() bool {
	var task run.UnitTask
	return s.State == Decide && decode(s.Input, &task) && task.Round > 0
}

// Change returns the change of a node group that Scale has requested from EKS; nil for any other step.
func (s *Step) Change() *run.ChangeTask {
	var task run.ChangeTask
	if s.State == Scale && !s.Failed && decode(s.Output, &task) && task.Progress != nil {
		return &task
	}
	return nil
}

// Result returns the result of a node group's change; nil for any other step.
func (s *Step) Result() *run.ChangeResult {
	var result run.ChangeResult
	if (s.State == Audit || s.State == AuditFailed) && !s.Failed && decode(s.Output, &result) {
		return &result
	}
	return nil
}

// decode reports whether a payload exists and has the type.
func decode(payload json.RawMessage, into any) bool {
	return payload != nil && json.Unmarshal(payload, into) == nil
}

// Cause returns the cause of an error in plain words.
func Cause(e run.StepError) string {
	return cmp.Or(e.Message(), ownCauses[e.Error], "no cause was given")
}

// ownCauses explains the errors for which Step Functions gives no cause.
var ownCauses = map[string]string{
	"States.Timeout":          "it exceeded its time limit",
	"States.HeartbeatTimeout": "it stopped sending heartbeats",
}

// The states of the definition whose payloads are read or that people care about.
const (
	LoadConfig     = "LoadConfig"
	Decide         = "Decide"
	Scale          = "Scale"
	Audit          = "Audit"
	AuditFailed    = "AuditFailed"
	ForEachUnit    = "ForEachUnit"
	AuditUnit      = "AuditUnit"
	UnitUnrecorded = "UnitUnrecorded"
	SyncTriggers   = "SyncTriggers"
	AuditRun       = "AuditRun"
	AuditRunFailed = "AuditRunFailed"
	// DryRunUnrecorded replaces AuditRunFailed in a dry run.
	DryRunUnrecorded = "DryRunUnrecorded"
	NotifyFailure    = "NotifyFailure"
	// EndFailed is the state in which a failed run ends.
	EndFailed = "Failed"
)
