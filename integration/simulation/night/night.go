package night

import (
	"encoding/json"
	"fmt"
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

// Result is how one case went.
type Result struct {
	Seed       uint64
	Violations []string
	Runs       int
	Calls      int // of EKS and DynamoDB
	// Story is the night as a timeline, a line each; empty unless it was asked for.
	Story []string
}

// Options vary a case.
type Options struct {
	// Story keeps the timeline, which costs time.
	Story bool
	// Plant puts a fault into the product; nil puts none.
	Plant *Plant
}

const (
	unit            = "production"
	stateMachineARN = "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling"
)

// night is one case under way.
type night struct {
	*sched.Scheduler
	Options

	db    *memdb.DB
	eks   *eksmodel.Model
	place *setting // what is configured
	mood  mood     // how bad things are
	fates fates    // what happens to calls

	runner *asl.Runner
	runs   []*started
	names  map[string]int      // runs and overrides so far, by what started them
	alerts map[string][]string // by the name of the run
	calls  int
	asked  map[string]call               // accepted calls of ours, by token
	hand   []touch                       // what people, an autoscaler and EKS did to node groups
	bases  []basis                       // the versions of the configuration, in the order of time
	parsed map[string]inventory.Snapshot // versions that were read, by their basis

	story      []line
	violations []string
	idle       map[string]bool                // intents that were written after their invocation had given up
	arrived    map[arrival]time.Time          // when the look began that saw it
	onRecord   *claim.Unit                    // of the unit, until the item is written again
	newest     map[string]claim.Order         // the newest order that ever covered each node group
	marked     map[string]scaling.Application // the last mark of each node group
	clean      bool                           // no more faults: the end of the night
}

// started is an execution with what started it.
type started struct {
	*asl.Execution

	input   run.Input
	aborted bool
	unheard int             // calls of the step that writes its records that went wrong
	cut     map[string]bool // executions of units that somebody or a limit has ended, by their names
}

// shipped reads the shipped definition, with the name of the function in the place of each ARN.
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

// definitionFile is the shipped definition, seen from this folder, in which tests run.
var definitionFile = "../../../statemachine/definition.asl.json"

// DefinitionFile says where the shipped definition is. Programs call it before the first case.
func DefinitionFile(path string) { definitionFile = path }

// Run simulates the case with a seed. The error is that no case can be simulated at all.
func Run(seed uint64, o Options) (Result, error) {
	machine, err := shipped()
	if err != nil {
		return Result{}, err
	}
	n := newNight(seed, o, machine)
	n.mood = n.drawMood()
	n.fates = moody{n}
	n.build(n.drawSetting())
	n.begin()
	n.pass()
	n.checkCapacity()
	return Result{Seed: seed, Violations: n.violations, Runs: len(n.runs), Calls: n.calls, Story: n.timeline()}, nil
}

func newNight(seed uint64, o Options, machine *definition.Machine) *night {
	n := &night{
		Scheduler: sched.New(seed, evening), Options: o, names: map[string]int{}, alerts: map[string][]string{}, asked: map[string]call{},
		newest: map[string]claim.Order{}, marked: map[string]scaling.Application{}, arrived: map[arrival]time.Time{}, idle: map[string]bool{},
		parsed: map[string]inventory.Snapshot{},
	}
	n.runner = &asl.Runner{Machine: machine, Scheduler: n.Scheduler, StateMachineARN: stateMachineARN, Do: n.do, Observe: n.observe}
	return n
}

// build sets the world up for a configuration.
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
	n.write(inventory.KindSettings, inventory.GlobalSettings, "", settingsOf(false))
	n.write(inventory.KindCluster, unit, "", s.cluster(false))
}

// pass lets the night pass.
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
	r := &started{Execution: execution, input: input, cut: map[string]bool{}}
	n.runs = append(n.runs, r)
	return r
}

// observe tells how executions end.
func (n *night) observe(x *asl.Execution, _ engine.Event) {
	switch {
	case !n.Story || !x.Done().Fired():
	case x.Parent != nil:
		n.tell("    the unit of run %s ends: %s %s", nameOfRun(x), x.Result().Status, x.Result().Error)
	default:
		n.tell("run %s ends: %s %s", x.Name, x.Result().Status, messageOf(x.Result()))
	}
}

// nameOfRun is the name of the run that an execution belongs to: its own, or the one of the run that started it for a unit.
func nameOfRun(x *asl.Execution) string {
	if x.Parent != nil {
		return x.Parent.Name
	}
	return x.Name
}

// find is the run with a name.
func (n *night) find(name string) *started {
	for _, r := range n.runs {
		if r.Name == name {
			return r
		}
	}
	panic("no run " + name)
}

// messageOf is what the run says of itself.
func messageOf(r asl.Result) string {
	var summary run.Summary
	if json.Unmarshal(r.Output, &summary) == nil && summary.Message != "" {
		return string(summary.Outcome) + ": " + summary.Message
	}
	return r.Error + ": " + r.Cause
}

// evening is when every case begins, in the cluster's zone.
var (
	local   = zone("America/Sao_Paulo")
	evening = clock(0, 30)
)

// clock is an instant of the night.
func clock(hour, minute int) time.Time { return time.Date(2026, 11, 24, hour, minute, 0, 0, local) }

func zone(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err)
	}
	return loc
}

func ref(nodegroup string) eksmodel.Ref { return eksmodel.Ref{Cluster: unit, Nodegroup: nodegroup} }
