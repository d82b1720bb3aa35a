package world

import (
	"context"
	"slices"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// whole returns a run's result including its units' executions: their paths follow the state that runs them, and their events
// follow the run's.
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

// Events returns a run's events, followed by the events of its units' executions.
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

// Definition returns the deployed definition of the state machine.
func (w *World) Definition() (string, error) {
	return definitionOf(w.Template.Of("AWS::StepFunctions::StateMachine")[0])
}

// Units returns the records of a run's units.
func (w *World) Units(ctx context.Context, name string) ([]run.UnitRecord, error) {
	return tables.NewLogs(w.DynamoDB(), deployment.LogsTable).UnitRecords(ctx, name)
}
