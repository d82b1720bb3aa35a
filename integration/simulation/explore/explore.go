package explore

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// Report is the result of an exploration.
type Report struct {
	States, Moves int
	// Ends counts the states in which all runs have ended, Positions the different places of handlers.
	Ends, Positions int
	// Outcomes counts the ends by the outcomes of the runs, in the order of the scenario.
	Outcomes map[string]int
	// Broken is nil if every rule held everywhere. Story is a shortest path to the broken rule, one step a line.
	Broken *Broken
	Story  []string
}

// Explorer explores scenarios one after the other. It reuses what it computed for earlier ones.
type Explorer struct{ x *exploration }

// exploration is the state of an explorer.
type exploration struct {
	setup   Setup
	configs []inventory.Snapshot // the versions of the configuration
	known   [][]config.Unit      // the units of each version
	units   []string             // the names of all units
	limit   blastradius.Limit    // of the last version

	// These caches of worlds, handlers and calls are valid in every scenario.
	texts       store[json.RawMessage]
	dbs         store[record]
	models      store[*eksmodel.Model]
	calls       store[*call]
	answers     store[*answer]
	onDB, onEKS map[part]effect
	begun       map[invocation]*position
	concurrent  map[int32]int
	waves       map[int32][]int32 // the changes of a unit's wave
	made        map[string]int32
	looks       map[sight]int32
	positions   int

	// The other fields belong to the scenario.
	scenario *Scenario
	cast     []run.Run
	under    []string // the unit of each run
	ends     []Ending
	afterEnd map[ended]int32
	steps    []from
	history  bool // whether states keep their history
}

// from is how a state was first reached: a move from another state.
type from struct{ state, move int32 }

// New returns an explorer.
func New(s Setup) (*Explorer, error) {
	x := &exploration{
		setup: s, texts: newStore[json.RawMessage](), dbs: newStore[record](), models: newStore[*eksmodel.Model](),
		calls: newStore[*call](), answers: newStore[*answer](), onDB: map[part]effect{}, onEKS: map[part]effect{},
		begun: map[invocation]*position{}, concurrent: map[int32]int{}, waves: map[int32][]int32{}, made: map[string]int32{}, looks: map[sight]int32{},
	}
	if err := x.configure(); err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	return &Explorer{x}, nil
}

// Explore visits every state of a scenario until one breaks a rule.
func (e *Explorer) Explore(s Scenario) (Report, error) {
	x := e.x
	x.scenario, x.ends, x.afterEnd = &s, s.ends(), map[ended]int32{}
	first, err := x.first()
	if err != nil {
		return Report{}, err
	}
	return x.visit(first)
}

// begins is how long the earlier run begins before the others.
const begins = 30 * time.Minute

// first returns the state in which all runs begin.
func (x *exploration) first() (*State, error) {
	s := &State{world: world{clock: -int32(begins / time.Second)}}
	db := memdb.New(memdb.Table{Name: deployment.LogsTable, PartitionKey: "subject", SortKey: "at"})
	now := func() time.Time { return x.instant(s.world.clock) }
	s.world.db, s.world.eks = x.addDB(db), x.addModel(eksmodel.New(now, x.scenario.Nodegroups...), s.world.clock)
	if x.scenario.Before != nil {
		for _, unit := range x.known[0] {
			x.enact(s, []run.Run{*x.scenario.Before}, []string{unit.Name}, nil)
			for !s.ended() {
				s = x.moves(s)[0].to
			}
			if got := x.outcome(s.runs[0]); got != run.Succeeded {
				return nil, fmt.Errorf("the run before the others has ended for %s as %s", unit.Name, got)
			}
		}
	}
	s.world = x.at(s.world, 0)
	under := x.scenario.Under
	if under == nil {
		under = slices.Repeat([]string{x.units[0]}, len(x.scenario.Runs))
	}
	x.enact(s, x.scenario.Runs, under, x.scenario.Readings)
	return s, nil
}

// enact begins runs, each for its unit and with its readings.
func (x *exploration) enact(s *State, runs []run.Run, under []string, readings []signal.Readings) {
	x.cast, x.under, s.runs = runs, under, make([]progress, len(runs))
	for number, r := range runs {
		read := signal.Readings{}
		if readings != nil {
			read = readings[number]
		}
		unit := x.text(encode(map[string]any{"run": r, "unit": under[number], "readings": read}))
		x.enter(s, number, &s.runs[number].main, stateDecide, unit)
		x.settle(s, number)
	}
}

// errTooMany reports that an exploration exceeds its limit.
var errTooMany = errors.New("there are more states than MaxStates")

// visit visits all states in the order of their distance from the first.
func (x *exploration) visit(first *State) (Report, error) {
	report := Report{Outcomes: map[string]int{}}
	known := map[[sha256.Size]byte]bool{}
	queue, at := []*State{first}, 0
	buffer := first.key(nil)
	known[sha256.Sum256(buffer)] = true
	x.steps = []from{{-1, -1}}
	for ; len(queue) > 0; at++ {
		s := queue[0]
		queue[0], queue = nil, queue[1:]
		if broken := x.check(s); broken != nil {
			return x.found(report, first, at, nil, broken), nil
		}
		moves := x.moves(s)
		report.Moves += len(moves)
		if len(moves) == 0 {
			report.Ends++
			report.Outcomes[x.outcomes(s)]++
		}
		for number, m := range moves {
			if m.broken != nil {
				return x.found(report, first, at, &m, m.broken), nil
			}
			buffer = m.to.key(buffer)
			key := sha256.Sum256(buffer)
			if known[key] {
				continue
			}
			known[key] = true
			queue, x.steps = append(queue, m.to), append(x.steps, from{int32(at), int32(number)})
		}
		if x.scenario.MaxStates > 0 && len(x.steps) > x.scenario.MaxStates {
			return x.closed(report), errTooMany
		}
	}
	return x.closed(report), nil
}

func (x *exploration) closed(r Report) Report {
	r.States, r.Positions = len(x.steps), x.positions
	return r
}

// found returns the report with a story that breaks a rule: the path to a state, and perhaps one more move.
func (x *exploration) found(r Report, first *State, state int, last *move, broken *Broken) Report {
	r = x.closed(r)
	r.Broken = broken
	var way []int32
	for at := int32(state); x.steps[at].state >= 0; at = x.steps[at].state {
		way = append(way, x.steps[at].move)
	}
	s := first
	tell := func(m move) {
		r.Story = append(r.Story, x.instant(s.world.clock).UTC().Format("15:04:05 ")+m.tell())
		s = m.to
	}
	for _, number := range slices.Backward(way) {
		tell(x.moves(s)[number])
	}
	if last != nil {
		tell(*last)
	}
	r.Story = append(r.Story, "broken: "+string(broken.Rule)+": "+broken.How)
	return r
}

// outcomes describes how all runs ended.
func (x *exploration) outcomes(s *State) string {
	var all []string
	for number, r := range s.runs {
		outcome := string(x.outcome(r))
		if r.stopped {
			outcome = "stopped"
		}
		all = append(all, x.name(number)+" "+outcome)
	}
	return strings.Join(all, ", ")
}

// describe returns the node group as EKS describes it; none if it does not exist.
func (x *exploration) describe(w world, ref eksmodel.Ref) []scaling.Sizes {
	out, err := x.models.all[w.eks].Clone().DescribeNodegroup(context.Background(), &eks.DescribeNodegroupInput{
		ClusterName: aws.String(ref.Cluster), NodegroupName: aws.String(ref.Nodegroup),
	})
	if err != nil {
		return nil
	}
	c := out.Nodegroup.ScalingConfig
	return []scaling.Sizes{{MinSize: *c.MinSize, MaxSize: *c.MaxSize, DesiredSize: *c.DesiredSize}}
}
