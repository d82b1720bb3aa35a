package night

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/shared/run"
)

// Point is a place for a single fault: an operation of a step, or the invocation of its function.
type Point struct{ Function, Operation string }

// Ending is how a case with a single fault ended.
type Ending string

// The endings.
const (
	Right Ending = "right" // the run succeeded, and everything is in sync
	// Told is a failed run with an alert; the next run brought everything in sync.
	Told      Ending = "red, alerted, repaired by the next run"
	LostFault Ending = "lost"
)

// FaultCase is a case with a single fault.
type FaultCase struct {
	Point
	Fate Fate
	// Nth is the call of the point that has the fault; 0 means every call.
	Nth      int
	Ending   Ending
	Recorded bool   // the run has a record
	Why      string // it is lost
}

// onlyOne puts one fault into the calls of one run, and counts them.
type onlyOne struct {
	FaultCase
	run string
	met map[Point]int
}

func (o *onlyOne) of(run, function, operation string) Fate {
	if run != o.run {
		return Fine
	}
	p := Point{function, operation}
	o.met[p]++
	if p == o.Point && (o.Nth == 0 || o.Nth == o.met[p]) {
		return o.Fate
	}
	return Fine
}

// Faults injects every fault into every call of a run of the reference transition, once and always. The next reconcile run
// follows each case.
func Faults() ([]FaultCase, error) {
	clean, met, err := faultCase(FaultCase{})
	if err != nil || clean.Ending != Right {
		return nil, fmt.Errorf("the run without a fault: %w %s", err, clean.Why)
	}
	var all []FaultCase
	for point, times := range met {
		for _, fate := range Fates {
			for nth := range times + 1 {
				if fate == LastEvent && (point.Function == loadConfig || nth == 0) {
					continue // no unit has begun, or none is left after the first
				}
				all = append(all, FaultCase{Point: point, Fate: fate, Nth: nth})
			}
		}
	}
	var group sync.WaitGroup
	limit := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range all {
		group.Go(func() {
			limit <- struct{}{}
			defer func() { <-limit }()
			all[i], _, _ = faultCase(all[i])
		})
	}
	group.Wait()
	slices.SortFunc(all, func(a, b FaultCase) int { return slices.Compare(a.key(), b.key()) })
	return all, nil
}

func (c FaultCase) key() []string {
	return []string{c.Function, c.Operation, string(c.Fate), fmt.Sprintf("%03d", c.Nth)}
}

// faultCase runs the night's transition with one fault, and the next reconcile run. It returns how often each point was reached.
func faultCase(c FaultCase) (FaultCase, map[Point]int, error) {
	machine, err := shipped()
	if err != nil {
		return c, nil, err
	}
	n := newNight(1, Options{}, machine)
	o := &onlyOne{c, "schedule-1", map[Point]int{}}
	n.fates = o
	n.build(reference())
	n.Spawn("case", func() { n.transitionWith(&o.FaultCase) })
	n.pass()
	n.checkCapacity()
	if len(n.violations) > 0 {
		o.Ending, o.Why = LostFault, n.violations[0]
	}
	return o.FaultCase, o.met, nil
}

// transitionWith runs the case and records its ending.
func (n *night) transitionWith(c *FaultCase) {
	n.start(run.Input{Trigger: run.ReconcileTrigger}).Wait()
	t := n.place.transitions[0]
	n.Sleep(t.at().Sub(n.Now()))
	r := n.start(run.Input{Trigger: "schedule", Due: t.at().UTC()})
	result := r.Wait()
	c.Recorded = n.checkRecorded(r)
	green, off := result.Status == engine.Succeeded, n.offSizes(t)
	n.Sleep(max(clock(1, 23).Sub(n.Now()), 10*time.Minute))
	next := n.start(run.Input{Trigger: run.ReconcileTrigger}).Wait()
	later := cmp.Or(n.offSizes(t), n.offMarks(t))
	c.Ending = LostFault
	switch {
	case green && (off != "" || !c.Recorded):
		c.Why = fmt.Sprintf("the run succeeded (recorded: %t). %s", c.Recorded, off)
	case !green && len(n.alerts[r.Name]) == 0:
		c.Why = "nobody was told that the run failed"
	case !c.Recorded && c.Function != audit:
		c.Why = "the red run has no record"
	case next.Status != engine.Succeeded || later != "":
		c.Why = fmt.Sprintf("after the next run, %s: %s", messageOf(next), later)
	case green:
		c.Ending = Right
	default:
		c.Ending = Told
	}
}

// checkRecorded reports whether a run is recorded, and compares its units with the record.
func (n *night) checkRecorded(r *started) bool {
	record, ok := n.recorded()[r.Name]
	if ok {
		n.checkUnits(r, record)
	}
	return ok
}

// offSizes names a node group whose size differs from the transition's profile; empty if none does.
func (n *night) offSizes(t transition) string {
	for name, target := range n.place.profiles[t.profile] {
		wanted := int32(target.(int))
		if sizes, _ := n.sizes(name); sizes.Desired != wanted || n.eks.Nodes(ref(name)) != wanted {
			return fmt.Sprintf("%s has %d of %d nodes", name, n.eks.Nodes(ref(name)), wanted)
		}
	}
	return ""
}

// offMarks names a node group that is not marked with the transition's profile; empty if all are.
func (n *night) offMarks(t transition) string {
	marks := n.record(clusterName).Marks
	for name := range n.place.profiles[t.profile] {
		if marks[name].Profile != t.profile {
			return fmt.Sprintf("%s is marked with the profile %q", name, marks[name].Profile)
		}
	}
	return ""
}
