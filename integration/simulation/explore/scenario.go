package explore

import (
	"time"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/run"
)

// Ending is one way in which an update may end.
type Ending struct {
	Name string
	How  eksmodel.Ending
}

// Setup is what scenarios may share.
type Setup struct {
	// Config is the configuration as a document in YAML. It has one cluster.
	Config []byte
	// Start is when the runs have begun. Their TakenAt are not after it.
	Start time.Time
	// Faults are planted between the handlers and what they are given.
	Faults Faults
}

// Scenario is what to explore: a unit, the runs over it, and what may happen to them.
type Scenario struct {
	// Nodegroups are the node groups at the start.
	Nodegroups []eksmodel.Nodegroup
	// Before is a run that ends before the others begin, half an hour earlier; nil for none.
	Before *run.Run
	Runs   []run.Run
	// Endings are the ways in which an update may end besides success.
	Endings []Ending
	// Deaths is how many invocations may end in the middle without an answer; the state machine repeats them. Ghosts is how
	// many may be repeated while they still run. Stops is how many runs may end for ever without a trace.
	Deaths, Ghosts, Stops int
	// Passes is how often time may pass while something else could happen, Spans by how much.
	Passes int
	Spans  []time.Duration
	// Switches is how often another run may go on although the run that went on last still could; 0 is no limit. Most faults
	// of programs that run at once need few.
	Switches int
	// Rules are those to check; nil is all of them.
	Rules []Rule
	// MaxStates ends the exploration with an error; 0 is no limit.
	MaxStates int
}

// Faults change what the handlers are given. Each may be nil.
type Faults struct {
	Database func(tables.API) tables.API
	Units    func(planted.Units) planted.Units
	// EKS is asked once for each invocation, with the name of its function.
	EKS func(function string, eks planted.EKS) planted.EKS
}

// ends are all ways in which an update may end.
func (s *Scenario) ends() []Ending {
	return append([]Ending{{Name: "well"}}, s.Endings...)
}
