package night

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/integration/simulation/sched"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// Result is the result of one case.
type Result struct {
	Seed       uint64
	Violations []string
	Runs       int
	Calls      int // of EKS and DynamoDB
	// Story is the night as a timeline, one event a line; empty unless [Options.Story] is set.
	Story []string
}

// Options vary a case.
type Options struct {
	// Story records the timeline, which costs time.
	Story bool
	// Plant injects a fault into the product; nil means none.
	Plant *Plant
}

const (
	clusterName     = "production"
	stateMachineARN = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"
)

// night is one case in progress.
type night struct {
	*sched.Scheduler
	Options

	db    *memdb.DB
	eks   *eksmodel.Model
	place *setting // the configuration
	mood  mood     // the faults to draw
	fates fates    // what happens to calls

	luck   *rand.Rand // draws signals
	runner *asl.Runner
	runs   []*started
	names  map[string]int      // counts runs and overrides by what started them
	alerts map[string][]string // by the name of the run
	bus    unreliable
	calls  int
	asked  map[string]call // accepted calls by the product, by token
	hand   []touch         // changes of node groups by people, an autoscaler and EKS
	bases  []basis         // the versions of the configuration, in the order of time
	// members has the units of the node groups in each version, and overridden is the end of the last override.
	members    []membership
	overridden time.Time
	mistaken   map[string]bool               // the units that ever had an invalid override
	parsed     map[string]inventory.Snapshot // versions that were read, by their basis

	story      []line
	violations []string
	idle       map[string]bool                // intents written after their invocation had given up
	arrived    map[arrival]time.Time          // when the read that saw it began
	onRecord   map[string]claim.Unit          // of each unit, until the item is written again
	hands      map[string]hand                // whose intents they are, by id
	newest     map[string]claim.Order         // the newest order that ever covered each node group
	marked     map[string]scaling.Application // the last mark of each node group
	rounds     map[task]time.Time             // when the function began that decided each round
	steps      []ascent
	taken      map[string]*ledger // by the name of the run
	places     map[string]setting // the configurations, by basis
	signals    signals
	clean      bool // no more faults: the night ends
}

// started is an execution with its input.
type started struct {
	*asl.Execution

	input   run.Input
	aborted bool
	at      time.Time       // when it started
	unheard int             // failed invocations of the step that writes its records
	cut     map[string]bool // executions of units that a person or a limit ended, by name
}

// shipped reads the shipped definition, with each ARN replaced by the function's name.
var shipped = sync.OnceValues(func() (*definition.Machine, error) {
	text, err := os.ReadFile(definitionFile)
	if err != nil {
		return nil, fmt.Errorf("the shipped definition: %w", err)
	}
	names := map[string]string{statemachine.AlertTopicARN: "alerts"}
	for function, placeholder := range statemachine.Functions() {
		names[placeholder] = function
	}
	filled := regexp.MustCompile(`\$\{(\w+)\}`).ReplaceAllStringFunc(string(text), func(found string) string {
		return names[strings.Trim(found, "${}")]
	})
	return definition.Compile(filled)
})

// definitionFile is the path of the shipped definition from this folder, in which tests run.
var definitionFile = "../../../statemachine/definition.asl.json"

// DefinitionFile sets the path of the shipped definition. Programs call it before the first case.
func DefinitionFile(path string) { definitionFile = path }

// Run simulates the case with a seed. An error means that no case can be simulated.
func Run(seed uint64, o Options) (Result, error) {
	machine, err := shipped()
	if err != nil {
		return Result{}, err
	}
	n := newNight(seed, o, machine)
	n.mood = n.drawMood()
	n.fates = moody{n}
	s := n.drawSetting()
	n.drawRadius(seed, s)
	n.build(s)
	n.begin()
	n.pass()
	n.checkCapacity()
	return Result{Seed: seed, Violations: n.violations, Runs: len(n.runs), Calls: n.calls, Story: n.timeline()}, nil
}

func newNight(seed uint64, o Options, machine *definition.Machine) *night {
	n := &night{
		Scheduler: sched.New(seed, evening), Options: o, names: map[string]int{}, alerts: map[string][]string{}, asked: map[string]call{},
		newest: map[string]claim.Order{}, marked: map[string]scaling.Application{}, arrived: map[arrival]time.Time{}, idle: map[string]bool{},
		onRecord: map[string]claim.Unit{}, hands: map[string]hand{}, mistaken: map[string]bool{}, rounds: map[task]time.Time{},
		parsed: map[string]inventory.Snapshot{}, places: map[string]setting{}, taken: map[string]*ledger{}, luck: rand.New(rand.NewPCG(seed, 0)), signals: newSignals(),
	}
	n.runner = &asl.Runner{Machine: machine, Scheduler: n.Scheduler, StateMachineARN: stateMachineARN, Do: n.do, Observe: n.observe}
	return n
}

// build sets up the world for a configuration.
func (n *night) build(s *setting) {
	n.place = s
	n.db = memdb.New(
		memdb.Table{Name: deployment.ConfigTable, PartitionKey: "kind", SortKey: "name"},
		memdb.Table{Name: deployment.LogsTable, PartitionKey: "subject", SortKey: "at"},
	)
	n.eks = eksmodel.New(n.Now, s.groups()...)
	for _, name := range s.degraded {
		if err := n.eks.SetStatus(ref(name), "DEGRADED"); err != nil {
			panic(err)
		}
	}
	n.write(inventory.KindSettings, inventory.GlobalSettings, "", s.settings(false))
	n.write(inventory.KindCluster, clusterName, "", s.cluster(false))
}

// pass runs the night.
func (n *night) pass() {
	if err := n.Run(); err != nil {
		n.violate("the simulation ended with: %v", err)
	}
}

// start begins an execution.
func (n *night) start(input run.Input) *started {
	n.names[input.Trigger]++
	name := fmt.Sprintf("%s-%d", input.Trigger, n.names[input.Trigger])
	data, err := json.Marshal(input)
	if err != nil {
		panic(err)
	}
	execution, err := n.runner.Start(name, data)
	if err != nil {
		panic(err)
	}
	n.tell("run %s starts: %s", name, data)
	r := &started{Execution: execution, input: input, at: n.Now(), cut: map[string]bool{}}
	n.runs = append(n.runs, r)
	return r
}

// observe records how executions end.
func (n *night) observe(x *asl.Execution, _ engine.Event) {
	switch {
	case !n.Story || !x.Done().Fired():
	case x.Parent != nil:
		n.tell("    the unit of run %s ends: %s %s", nameOfRun(x), x.Result().Status, x.Result().Error)
	default:
		n.tell("run %s ends: %s %s", x.Name, x.Result().Status, messageOf(x.Result()))
	}
}

// nameOfRun returns the name of the execution's run: its own name, or for a unit the run that started it.
func nameOfRun(x *asl.Execution) string {
	if x.Parent != nil {
		return x.Parent.Name
	}
	return x.Name
}

// unitOf returns the name of the unit of an execution; empty for a run.
func unitOf(x *asl.Execution) string {
	var input struct{ Unit string }
	if x.Parent != nil && json.Unmarshal(x.Input, &input) != nil {
		panic(fmt.Sprintf("the input of a unit: %s", x.Input))
	}
	return input.Unit
}

// find returns the run with a name.
func (n *night) find(name string) *started {
	for _, r := range n.runs {
		if r.Name == name {
			return r
		}
	}
	panic("no run " + name)
}

// messageOf returns the run's own message.
func messageOf(r asl.Result) string {
	var summary run.Summary
	if json.Unmarshal(r.Output, &summary) == nil && summary.Message != "" {
		return string(summary.Outcome) + ": " + summary.Message
	}
	return r.Error + ": " + r.Cause
}

// evening is when every case begins, in the cluster's time zone.
var (
	local   = zone("America/Sao_Paulo")
	evening = clock(0, 30)
)

// clock returns an instant of the night.
func clock(hour, minute int) time.Time { return time.Date(2026, 11, 24, hour, minute, 0, 0, local) }

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

func ref(nodegroup string) eksmodel.Ref {
	return eksmodel.Ref{Cluster: clusterName, Nodegroup: nodegroup}
}
