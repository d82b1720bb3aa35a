package stackaws

import (
	"cmp"
	"encoding/json"
	"time"

	"eks-scaling-automation/shared/run"
)

// Step is one visit to a state.
type Step struct {
	State string
	Type  string // such as Task or Choice
	// Cluster and Nodegroup are those of the iteration in which the state was visited; empty outside of one.
	Cluster, Nodegroup string
	Entered            time.Time
	Exited             time.Time // zero: the execution is in it still, or ended in it
	// Attempts is how often a task was tried.
	Attempts int
	// Error is that of the last attempt that failed; nil if none did.
	Error *run.StepError
	// Failed says that no later attempt went well.
	Failed bool
	// Input and Output are the state's payloads; Output is nil until it is left.
	Input, Output json.RawMessage
}

// History is what an execution did so far.
type History struct {
	Status  Status
	Started time.Time
	Ended   time.Time // zero while it runs
	Input   json.RawMessage
	Output  json.RawMessage // when it succeeded
	Error   *run.StepError  // when it did not, as far as Step Functions says
	Steps   []*Step         // in the order in which they were entered
	Last    *Step           // the one in which it ended; nil while it runs
	// Redrives is how often it was redriven.
	Redrives int
	Redriven time.Time // the last time; zero if it never was
}

// RunSummary is what the run put on record of itself at its end; nil if it did not come that far.
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

// Run is the circumstances of the run; nil if it did not come that far.
func (h *History) Run() *run.Run {
	for _, s := range h.Steps {
		var result run.LoadConfigResult
		if s.State == LoadConfig && !s.Failed && decode(s.Output, &result) {
			return &result.Run
		}
	}
	return nil
}

// Task is the state of a unit when decide had decided a round of it; nil for any other step.
func (s *Step) Task() *run.UnitTask {
	var task run.UnitTask
	if s.State == Decide && !s.Failed && decode(s.Output, &task) {
		return &task
	}
	return nil
}

// Again reports whether decide is asked once more about a unit that it has decided before.
func (s *Step) Again() bool {
	var task run.UnitTask
	return s.State == Decide && decode(s.Input, &task) && task.Round > 0
}

// Change is a node group's change when scale has asked EKS for it; nil for any other step.
func (s *Step) Change() *run.ChangeTask {
	var task run.ChangeTask
	if s.State == Scale && !s.Failed && decode(s.Output, &task) && task.Progress != nil {
		return &task
	}
	return nil
}

// Result is what came of a node group's change; nil for a step that does not tell.
func (s *Step) Result() *run.ChangeResult {
	var result run.ChangeResult
	if (s.State == Audit || s.State == AuditFailed) && !s.Failed && decode(s.Output, &result) {
		return &result
	}
	return nil
}

// decode says whether a payload is there and of the type.
func decode(payload json.RawMessage, into any) bool {
	return payload != nil && json.Unmarshal(payload, into) == nil
}

// Cause is why an error came about, in plain words.
func Cause(e run.StepError) string {
	return cmp.Or(e.Message(), ownCauses[e.Error], "no cause was given")
}

// ownCauses are those of the errors for which Step Functions gives none.
var ownCauses = map[string]string{
	"States.Timeout":          "it took longer than it may",
	"States.HeartbeatTimeout": "it gave no sign of life",
}
