package integration_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// errDenied is why EKS refuses a call.
var errDenied = errors.New("not authorized to perform the operation")

// tuesdayNight is when the reference cluster goes to sleep: small goes from 0 to 1 first, then big from 1 to 0.
var tuesdayNight = tuesday("01:00:00")

// showings are the two moments at which EKS may show the sizes of an update. Every rule must hold with both.
var showings = map[string]eks.Behaviour{
	"sizes shown at once": {}, "sizes shown at the end": {SizesShownAtEnd: true},
}

// night is a world with the reference cluster before a transition. It watches that capacity never vanishes.
type night struct {
	*world.World
	t    *testing.T
	runs map[string]*engine.Execution
	// behaviour is what EKS does with the sizes of updates.
	behaviour eks.Behaviour

	present map[string]int32 // the nodes that each node group is known to have
	lowest  int32            // the fewest nodes that both have had together
}

// nightAt returns a night that begins ten minutes before an instant. The earlier sizes are applied and recorded.
func nightAt(t *testing.T, transition time.Time, changes ...string) *night {
	t.Helper()
	n := &night{World: beginAt(t, transition.Add(-10*time.Minute)), t: t, runs: map[string]*engine.Execution{}}
	if len(changes) > 0 {
		n.configure(changes...)
	}
	n.start("evening", run.Input{Trigger: "schedule"})
	n.until(transition.Add(-5 * time.Minute))
	n.present, n.lowest = desired(n.World), 1
	return n
}

// bothWays runs a rule with each moment at which EKS may show sizes.
func bothWays(t *testing.T, transition time.Time, rule func(*night), changes ...string) {
	t.Helper()
	t.Parallel()
	for name, behaviour := range showings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := nightAt(t, transition, changes...)
			n.behave(behaviour)
			rule(n)
		})
	}
}

// configure applies the reference configuration, changed.
func (n *night) configure(changes ...string) {
	n.t.Helper()
	apply(n.t, n.World, changes...)
}

// behave has EKS show the sizes of updates in another way.
func (n *night) behave(b eks.Behaviour) {
	n.behaviour = b
	n.EKS.Behave(b)
}

// at has something done at an instant.
func (n *night) at(when time.Time, do func()) { n.At(when, do) }

// start begins a run now.
func (n *night) start(name string, input any) {
	n.t.Helper()
	data, err := json.Marshal(input)
	if err != nil {
		n.t.Fatal(err)
	}
	if n.runs[name], err = n.Engine.StartExecution(name, data); err != nil {
		n.t.Fatal(err)
	}
}

// trigger begins a run at an instant, as a trigger that is due then does.
func (n *night) trigger(name string, when time.Time) {
	n.at(when, func() { n.start(name, run.Input{Trigger: "schedule", Due: when}) })
}

// reconcile begins a reconcile run at an instant.
func (n *night) reconcile(name string, when time.Time) {
	n.at(when, func() { n.start(name, run.Input{Trigger: run.ReconcileTrigger}) })
}

// until lets time pass to an instant, and watches the node groups every five seconds.
func (n *night) until(when time.Time) {
	n.t.Helper()
	for at := n.Now(); n.present != nil && at.Before(when); at = at.Add(5 * time.Second) {
		n.At(at, n.watch)
	}
	if err := n.RunUntil(n.t.Context(), when); err != nil {
		n.t.Fatal(err)
	}
}

// watch notes how many nodes can be relied on. Those of an update are there when it has ended well.
func (n *night) watch() {
	var sum int32
	for _, name := range []string{"small", "big"} {
		g, _ := n.EKS.Nodegroup(world.Region, "production", name)
		if g.Status == "UPDATING" {
			n.present[name] = min(n.present[name], g.Sizes.Desired)
		} else {
			n.present[name] = g.Sizes.Desired
		}
		sum += n.present[name]
	}
	n.lowest = min(n.lowest, sum)
}

// override writes an override of the reference cluster as it is now, for some hours.
func (n *night) override(what string, nodegroups ...string) {
	n.t.Helper()
	now := n.Now().UTC().Truncate(time.Second)
	spec := map[string]any{
		"name": "launch", "cluster": "production", "from": now, "until": now.Add(3 * time.Hour), "reason": "a launch", "createdBy": "ana",
	}
	if len(nodegroups) > 0 {
		spec["nodegroups"] = nodegroups
	}
	name, size, sized := strings.Cut(what, "=")
	if sized {
		spec["sizes"] = map[string]json.RawMessage{name: json.RawMessage(size)}
	} else {
		spec["profile"] = what
	}
	data, err := json.Marshal(spec)
	if err != nil {
		n.t.Fatal(err)
	}
	n.put(inventory.KindOverride, "launch", string(data))
}

// put writes an entity of the configuration that is not there yet.
func (n *night) put(kind, name, spec string) {
	n.t.Helper()
	e := inventory.Item{Kind: kind, Name: name, Spec: json.RawMessage(spec), UpdatedBy: "ana"}
	if kind == inventory.KindOverride {
		e.Cluster = "production"
	}
	if _, err := tables.NewConfig(n.DynamoDB(), deployment.ConfigTable).Put(n.t.Context(), e); err != nil {
		n.t.Fatal(err)
	}
}
