package explore

import (
	"time"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// Ending is one way in which an update may end.
type Ending struct {
	Name string
	How  eksmodel.Ending
}

// Setup holds the parts that scenarios share.
type Setup struct {
	// Config is the configuration as a document in YAML. It has one cluster. Edits are the documents that people write later, one
	// after the other, at any moment while the runs are active. Without edits, a read of the configuration is no call.
	Config []byte
	Edits  [][]byte
	// Start is when the runs have begun. Their TakenAt are not after it.
	Start time.Time
	// Faults are planted between the handlers and what they are given.
	Faults Faults
}

// Scenario defines an exploration: a unit, its runs, and the possible faults.
type Scenario struct {
	// Nodegroups are the node groups at the start.
	Nodegroups []eksmodel.Nodegroup
	// Before is a run that ends before the others begin, half an hour earlier; nil for none.
	Before *run.Run
	Runs   []run.Run
	// Under names the unit of each run, in the order of Runs; nil for the only one of the cluster. A run of several units is listed
	// once for each.
	Under []string
	// Readings are what each run has read of the signals, in the order of Runs; nil for nothing.
	Readings []signal.Readings
	// Endings are the ways in which an update may end besides success.
	Endings []Ending
	// Deaths is how many invocations may end in the middle without an answer; the state machine repeats them. Ghosts is how many
	// may be repeated while they still run. Stops is how many runs may stop forever without a trace.
	Deaths, Ghosts, Stops int
	// Passes limits how often time passes while another move is possible. Spans lists the durations.
	Passes int
	Spans  []time.Duration
	// Switches limits how often another run continues although the previous one could; 0 means no limit. Most concurrency faults
	// need few switches.
	Switches int
	// Rules are the rules to check; nil means all.
	Rules []Rule
	// MaxStates ends the exploration with an error; 0 means no limit.
	MaxStates int
}

// Faults wrap the handlers' services. Each may be nil.
type Faults struct {
	Database func(tables.API) tables.API
	Units    func(planted.Units) planted.Units
	// EKS is called once for each invocation, with the name of its function.
	EKS func(function string, eks planted.EKS) planted.EKS
}

// ends returns all ways in which an update may end.
func (s *Scenario) ends() []Ending {
	return append([]Ending{{Name: "well"}}, s.Endings...)
}
