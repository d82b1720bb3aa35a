package night

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// touch is a change of a node group by others than the product.
type touch struct {
	at        time.Time
	nodegroup string
	what      string
}

// somebodyActs performs one random action of a person.
func (n *night) somebodyActs() {
	profiles := []string{"sleep", "normal", "peak"}
	byHand := run.Input{Trigger: "manual", Actor: "ana", Reason: "test"}
	switch action := n.Rand().IntN(19); action {
	case 0, 1, 2:
		byHand.Profile = profiles[n.Rand().IntN(3)]
		n.start(byHand)
	case 3:
		byHand.Profile, byHand.Nodegroups = "normal", []string{"big"}
		n.start(byHand)
	case 4, 5:
		n.override(profiles[n.Rand().IntN(3)])
	case 7:
		byHand.DryRun = true
		n.start(byHand)
	default:
		n.somebodyEdits(action)
	}
}

// somebodyEdits performs one of the actions of a person that start no run by themselves.
func (n *night) somebodyEdits(action int) {
	switch action {
	case 6:
		n.pause()
	case 8:
		n.editConfiguration()
	case 9:
		n.abortARun()
	case 10:
		n.endAUnit()
	case 11, 12, 13:
		n.move()
	case 14:
		n.pauseSchedule()
	case 15:
		n.mistake()
	default:
		n.touchSomething()
	}
}

// override creates an override with a profile or custom sizes.
func (n *night) override(profile string) {
	n.names["override"]++
	name := fmt.Sprintf("override-%d", n.names["override"])
	var sizes map[string]int
	if n.Rand().IntN(3) == 0 {
		sizes = map[string]int{"big": 2}
	}
	schedule := n.scheduleOf([]string{"small", "big"}[n.Rand().IntN(2)])
	if sizes != nil {
		schedule = n.scheduleOf("big")
	}
	from, until := n.Now().Add(n.between(-time.Minute, time.Minute)), n.Now().Add(n.between(10*time.Minute, 3*time.Hour))
	n.writeOverride(name, override(name, schedule, profile, sizes, from, until, n.Now()), until)
	n.tell("%s puts %s%v in the place of the schedule until %s", name, profile, sizes, until.In(local).Format("15:04:05"))
	n.changed()
	n.at(until, func() { n.start(run.Input{Trigger: "schedule", Due: until.UTC()}) })
}

// scheduleOf returns the named schedule of a node group; empty without any.
func (n *night) scheduleOf(nodegroup string) string {
	if n.place.split == nil {
		return ""
	}
	return n.place.split.of[nodegroup]
}

func (n *night) writeOverride(name string, spec json.RawMessage, until time.Time) {
	if until.After(n.overridden) {
		n.overridden = until
	}
	n.write(inventory.KindOverride, name, clusterName, spec)
}

// mistake writes an override of one schedule that is invalid until it ends. It stops no other schedule.
func (n *night) mistake() {
	n.names["mistake"]++
	name, until := fmt.Sprintf("mistake-%d", n.names["mistake"]), n.Now().Add(n.between(5*time.Minute, 30*time.Minute))
	schedule := n.scheduleOf([]string{"small", "big"}[n.Rand().IntN(2)])
	n.mistaken[scaling.UnitName(clusterName, schedule)] = true
	n.writeOverride(name, override(name, schedule, "no such profile", nil, n.Now(), until, n.Now()), until)
	n.tell("%s of schedule %q is invalid until %s", name, schedule, until.In(local).Format("15:04:05"))
	n.changed()
}

// changed acts as the stream: a run starts a minute or two after a change.
func (n *night) changed() {
	at := n.Now().Add(n.between(time.Minute, 2*time.Minute)).Truncate(time.Second)
	n.at(at, func() { n.start(run.Input{Trigger: "changed", Due: at.UTC()}) })
}

// pause stops scaling for some minutes, of the cluster or of everything.
func (n *night) pause() {
	set := func(paused bool) { n.write(inventory.KindCluster, clusterName, "", n.place.cluster(paused)) }
	if n.Rand().IntN(2) == 0 {
		set = func(paused bool) {
			n.write(inventory.KindSettings, inventory.GlobalSettings, "", n.place.settings(paused))
		}
	}
	set(true)
	n.tell("scaling is paused")
	n.Sleep(n.between(time.Minute, 20*time.Minute))
	set(false)
	n.tell("scaling is resumed")
	n.changed()
}

// editConfiguration changes sizes or a limit.
func (n *night) editConfiguration() {
	lower := n.Rand().IntN(2) == 0
	n.place.edit(lower)
	n.write(inventory.KindCluster, clusterName, "", n.place.cluster(false))
	n.tell("ana edits the configuration: normal and peak want big at %v and %v, its limits are %v",
		n.place.profiles["normal"]["big"], n.place.profiles["peak"]["big"], n.place.limits["big"])
	n.changed()
}

// cross starts a run shortly before a transition, on a node group that is busy until after it.
func (n *night) cross(t transition) {
	n.at(t.at().Add(-n.between(3*time.Minute, 5*time.Minute)), func() {
		n.occupy([]string{"small", "big"}[n.Rand().IntN(2)], 4*time.Minute, 8*time.Minute)
		n.Sleep(n.between(0, time.Minute))
		n.start(run.Input{Trigger: "manual", Actor: "ana", Reason: "test", Profile: []string{"sleep", "normal", "peak"}[n.Rand().IntN(3)]})
	})
}

// abortARun stops an active run, and starts it again.
func (n *night) abortARun() {
	for _, r := range n.runs {
		if r.Done().Fired() {
			continue
		}
		r.aborted = true
		n.tell("ana aborts run %s", r.Name)
		r.Abort("Aborted", "by ana")
		n.Sleep(n.between(0, time.Minute))
		n.start(r.input)
		return
	}
}

// endAUnit ends an active execution of a unit, as a person or the limit of its history does.
func (n *night) endAUnit() {
	for _, r := range n.runs {
		for _, child := range r.Children() {
			if child.Done().Fired() {
				continue
			}
			if n.Rand().IntN(2) == 0 {
				n.tell("ana stops the unit of run %s", r.Name)
				n.cut(child, func(x *asl.Execution) { x.Abort("Aborted", "by ana") })
			} else {
				n.tell("the unit of run %s has no room for more events", r.Name)
				n.cut(child, (*asl.Execution).RunOutOfEvents)
			}
			return
		}
	}
}

// cut ends the execution of a unit from outside. A run's execution keeps running.
func (n *night) cut(x *asl.Execution, end func(*asl.Execution)) {
	if x.Parent == nil || x.Done().Fired() {
		return
	}
	n.find(nameOfRun(x)).cut[x.Name] = true
	end(x)
}

// autoscale changes a desired size within its bounds.
func (n *night) autoscale(name string) {
	sizes, ok := n.sizes(name)
	if !ok {
		return
	}
	least := max(1, sizes.Min)
	sizes.Desired = least + n.Rand().Int32N(sizes.Max-least+1)
	if n.eks.SetSizes(ref(name), sizes, "autoscaler") == nil {
		n.note(name, "autoscaler sets %s", sizes)
	}
}

// occupy keeps a node group busy with another's update.
func (n *night) occupy(name string, from, to time.Duration) {
	b := eksmodel.Behavior{Duration: n.between(from, to), Deletion: 10 * time.Minute}
	if n.eks.SetBehavior(ref(name), b) != nil {
		return
	}
	if n.eks.StartUpdate(ref(name), "ana") == nil {
		n.note(name, "ana starts a version update, which takes %s", b.Duration.Round(time.Second))
	}
}

// touchSomething lets a person change a node group.
func (n *night) touchSomething() {
	name := []string{"small", "big"}[n.Rand().IntN(2)]
	sizes, ok := n.sizes(name)
	if !ok {
		return
	}
	switch choice := n.Rand().IntN(8); {
	case choice < 2:
		n.occupy(name, 10*time.Second, busyFor)
	case choice < 4:
		sizes.Desired = min(sizes.Desired+1, sizes.Max)
		if n.eks.SetSizes(ref(name), sizes, "ana") == nil {
			n.note(name, "ana raises it to %s", sizes)
		}
	case n.mood.hostile:
		n.takeCapacity(name, sizes)
	}
}

// takeCapacity scales a node group to 0, breaks it, or deletes it.
func (n *night) takeCapacity(name string, sizes eksmodel.Sizes) {
	switch n.Rand().IntN(4) {
	case 0, 1:
		sizes.Desired, sizes.Min = 0, 0
		if n.eks.SetSizes(ref(name), sizes, "ana") == nil {
			n.note(name, "ana takes it to 0")
		}
	case 2:
		status := []types.NodegroupStatus{types.NodegroupStatusDegraded, types.NodegroupStatusCreateFailed, types.NodegroupStatusDeleteFailed}[n.Rand().IntN(3)]
		if n.eks.SetStatus(ref(name), status) == nil {
			n.note(name, "it becomes %s", status)
		}
	default:
		if n.eks.Delete(ref(name)) == nil {
			n.note(name, "ana deletes it")
		}
	}
}

// meddle lets somebody revert a node group while a run's update is in progress.
func (n *night) meddle(name string) {
	if !n.mood.hostile || !n.one(60) {
		return
	}
	n.at(n.Now().Add(n.between(0, time.Minute)), func() {
		if sizes, ok := n.sizes(name); ok {
			sizes.Desired, sizes.Min = 0, 0
			if n.eks.SetSizes(ref(name), sizes, "ana") == nil {
				n.note(name, "ana takes it to 0")
			}
		}
	})
}

// note records what others did.
func (n *night) note(nodegroup, format string, args ...any) {
	what := fmt.Sprintf(format, args...)
	n.hand = append(n.hand, touch{n.Now(), nodegroup, what})
	n.tell("%s: %s", nodegroup, what)
}
