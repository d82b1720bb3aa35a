package world

import (
	"context"
	"slices"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// whole is the result of a run with what the executions of its units did: the path of each follows the state that runs them, and
// their events follow those of the run.
func whole(x *engine.Execution, result engine.Result) engine.Result {
	var path []string
	for _, child := range x.Children() {
		path = append(path, pathOf(child.Events())...)
	}
	if i := slices.Index(result.Path, "ForEachUnit"); i >= 0 {
		result.Path = slices.Insert(slices.Clone(result.Path), i+1, path...)
	}
	result.Events, result.Transitions = Events(x), x.Transitions()
	return result
}

// Events are those of a run, and after them those of the executions of its units.
func Events(x *engine.Execution) []engine.Event {
	events := x.Events()
	for _, child := range x.Children() {
		events = append(events, child.Events()...)
	}
	return events
}

func pathOf(events []engine.Event) []string {
	var path []string
	for _, e := range events {
		if e.Type == engine.StateEntered {
			path = append(path, e.State)
		}
	}
	return path
}

// Definition is that of the state machine as it is deployed.
func (w *World) Definition() (string, error) {
	return definitionOf(w.Template.Of("AWS::StepFunctions::StateMachine")[0])
}

// Units are the records that the units of a run left.
func (w *World) Units(ctx context.Context, name string) ([]run.UnitRecord, error) {
	return tables.NewLogs(w.DynamoDB(), deployment.LogsTable).UnitRecords(ctx, name)
}
