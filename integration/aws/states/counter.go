package states

import "eks-scaling-automation/integration/runtime/engine"

// counter counts the events of a history by writing it.
type counter struct{ writer }

// NewCounter returns a counter of the events in an execution's history, as [Server] shows it.
func NewCounter() engine.History {
	return &counter{writer{most: engine.MaxEvents, runs: map[string]*machineRun{}}}
}

// Add implements [engine.History].
func (c *counter) Add(e engine.Event) int {
	c.add(e)
	return len(c.events)
}
