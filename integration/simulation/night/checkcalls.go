package night

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

// call is an accepted call by the product.
type call struct {
	run       string
	nodegroup string
	// announced is when its intent was written. The call's assumptions were read after that.
	announced time.Time
}

// sight is EKS's answer about a node group.
type sight struct {
	at     time.Time
	status types.NodegroupStatus
	sizes  eksmodel.Sizes
}

// describe handles a read of a node group. With the claim, a run must not plan while another call may still arrive.
func (k kubernetes) describe(in *eks.DescribeNodegroupInput) (*eks.DescribeNodegroupOutput, error) {
	u := k.record(k.unit)
	if k.function == decide && u.Claim != nil && u.Claim.Order.Run() == k.run && u.Claim.EndedAt.IsZero() && k.decidesFor(u, *in.NodegroupName) {
		for id, i := range u.Intents {
			if i.Expires.After(k.Now()) && !k.idle[id] && k.concerns(i, *in.NodegroupName) {
				k.violate("run %s reads a node group while an intent of run %s is open", k.run, i.Order.Run())
			}
		}
	}
	out, err := k.eks.DescribeNodegroup(context.Background(), in)
	if err == nil {
		c := out.Nodegroup.ScalingConfig
		k.seen[*in.NodegroupName] = sight{k.Now(), out.Nodegroup.Status, eksmodel.Sizes{Min: *c.MinSize, Max: *c.MaxSize, Desired: *c.DesiredSize}}
	}
	return out, err
}

// decidesFor reports whether the run can record a decision for a node group.
func (k kubernetes) decidesFor(u claim.Unit, nodegroup string) bool {
	me := u.Claim.Order
	return u.Orders[nodegroup] <= me && len(u.Unclaimed(me, []string{nodegroup})) == 0
}

// concerns reports whether an intent is for a node group, or for one that is in the run's unit with it.
func (k kubernetes) concerns(i claim.Intent, nodegroup string) bool {
	now := k.units(k.Now())
	return i.Nodegroup == nodegroup || now.since.Before(k.began) && now.unit[i.Nodegroup] == k.unit
}

// checkSending refuses a call that is sent after its decision has expired.
func (k kubernetes) checkSending() {
	late := k.Now().Add(-k.mood.skew)
	if until := k.task.GoodUntil; !until.IsZero() && late.After(until) {
		k.violate("run %s calls EKS for %s after the end of what it decided for", k.run, k.task.Decision.Nodegroup)
	}
	if k.names["override"] > 0 || !k.task.Run.At.IsZero() {
		return // an override can last beyond a transition
	}
	if len(k.announced.place.conditions) > 0 {
		k.checkStillWanted(late)
		return
	}
	for _, t := range k.place.transitions {
		if begins := k.changesAt(t); k.task.At.Before(begins) && late.After(begins) {
			k.violate("run %s calls EKS for %s, decided for %s, after its wanted size changed at %s", k.run, k.task.Decision.Nodegroup,
				k.task.At.In(local).Format("15:04:05"), begins.Format("15:04"))
		}
	}
}

// checkStillWanted requires a call to be sent while the schedule and the conditions want what it was decided for.
func (k kubernetes) checkStillWanted(late time.Time) {
	name, place := k.task.Decision.Nodegroup, k.announced.place
	if !k.bySchedule(k.task.Run) || late.Before(k.task.At) {
		return
	}
	was, is := place.want(name, k.task.At, k.verdict()), place.want(name, late, k.verdict())
	if was.nodes != is.nodes || was.alone != is.alone {
		k.violate("run %s calls EKS for %s, decided for %s, after its wanted size changed from %d to %d", k.run, name,
			k.task.At.In(local).Format("15:04:05"), was.nodes, is.nodes)
	}
}

// changesAt returns when what is wanted of the call's node group changes: at the transition, or when its lead begins.
func (k kubernetes) changesAt(t transition) time.Time {
	if begins, raised := k.announced.place.leads(t)[k.task.Decision.Nodegroup]; raised {
		return begins
	}
	return t.at()
}

// update handles a call to EKS. All its assumptions must have held since its intent.
func (k kubernetes) update(in *eks.UpdateNodegroupConfigInput) (*eks.UpdateNodegroupConfigOutput, error) {
	name, d := *in.NodegroupName, k.task.Decision
	if !k.announcedCall(in) {
		k.violate("run %s calls EKS for %s without an open intent for these sizes", k.run, name)
	}
	if k.announced.paused {
		k.violate("run %s calls EKS for %s, whose schedule was paused when it announced that", k.run, name)
	}
	if k.announced.basis != k.task.Basis {
		k.violate("run %s calls EKS for %s, though the configuration that it decided from was no longer there when it announced that", k.run, name)
	}
	if l := k.announced.limits[name]; d.After.MinSize < l[0] || d.After.MaxSize > l[1] || d.After.DesiredSize < l[0] || d.After.DesiredSize > l[1] {
		k.violate("run %s asks for %s of %s, outside of its limits %d..%d", k.run, d.After, name, l[0], l[1])
	}
	if d.Action == scaling.ScaleDown {
		k.checkGuards(name)
		k.checkRaised(name)
	}
	k.behave(ref(name))
	before := len(k.eks.Updates())
	out, err := k.eks.UpdateNodegroupConfig(context.Background(), in)
	if updates := k.eks.Updates(); len(updates) > before {
		k.asked[*in.ClientRequestToken] = call{k.run, name, k.announced.at}
		k.checkAutoscaler(updates[len(updates)-1])
		k.checkScheduled(name)
		k.checkMarked(name)
		k.checkStep(name)
		k.checkRadius(name, in.ScalingConfig.DesiredSize)
		k.tell("run %s asks EKS for %s: %s", k.run, name, askedFor(in))
		k.meddle(name)
	}
	return out, err
}

// announcedCall reports whether there is an open intent for the call.
func (k kubernetes) announcedCall(in *eks.UpdateNodegroupConfigInput) bool {
	sent := in.ScalingConfig
	for _, i := range k.record(k.unit).Intents {
		if i.Nodegroup == *in.NodegroupName && i.Order.Run() == k.run && i.Expires.After(k.Now().Add(-k.mood.skew)) &&
			i.Sizes.MinSize == *sent.MinSize && i.Sizes.MaxSize == *sent.MaxSize && (sent.DesiredSize == nil || *sent.DesiredSize == i.Sizes.DesiredSize) {
			return true
		}
	}
	return false
}

// checkGuards requires that since the intent, every node group that is relied on was read with enough nodes: ACTIVE, or lowered
// by the run itself.
func (k kubernetes) checkGuards(name string) {
	u := k.record(k.unit)
	for relied := range u.Relied {
		if k.units(k.Now()).unit[relied] != k.unit {
			continue // the schedules of a cluster do not rely on each other
		}
		seen, looked := k.seen[relied]
		switch wanted := least(u, relied); {
		case relied == name:
		case !looked || seen.at.Before(k.announced.at):
			k.violate("run %s scales %s down without having looked at %s, which it relies on", k.run, name, relied)
		case seen.status == types.NodegroupStatusUpdating && seen.sizes.Desired >= wanted && k.lowers(relied, wanted):
		case seen.status != types.NodegroupStatusActive || seen.sizes.Desired < wanted:
			k.violate("run %s scales %s down, though it relies on %s, which is %s with %s of %d nodes", k.run, name, relied, seen.status, seen.sizes, wanted)
		}
	}
}

// lowers reports whether this run requested the last update of a node group, and that update leaves the wanted nodes.
func (k kubernetes) lowers(name string, wanted int32) bool {
	for _, u := range slices.Backward(k.eks.Updates()) {
		if u.Ref.Nodegroup == name {
			return k.asked[u.By].run == k.run && u.After.Desired <= u.Before.Desired && u.After.Desired >= wanted
		}
	}
	return false
}

// least returns how many nodes a node group that is relied on must have.
func least(u claim.Unit, nodegroup string) int32 {
	if goal, ok := u.Claim.Goals[nodegroup]; ok {
		return goal.Wanted()
	}
	return 1
}

// checkAutoscaler lets a call change an autoscaler's desired size only if the bounds force it, or did when the run read it.
func (k kubernetes) checkAutoscaler(u eksmodel.Update) {
	within := func(desired int32) bool { return desired >= u.After.Min && desired <= u.After.Max }
	if k.place.autoscaled == u.Ref.Nodegroup && u.Asked.Desired != nil && *u.Asked.Desired != u.Before.Desired &&
		within(u.Before.Desired) && within(k.seen[u.Ref.Nodegroup].sizes.Desired) {
		k.violate("the autoscaler's desired size of %s was moved from %d to %d, and the bounds did not force it", u.Ref.Nodegroup, u.Before.Desired, *u.Asked.Desired)
	}
}

func askedFor(in *eks.UpdateNodegroupConfigInput) string {
	text := fmt.Sprintf("min %d, max %d", *in.ScalingConfig.MinSize, *in.ScalingConfig.MaxSize)
	if in.ScalingConfig.DesiredSize != nil {
		text += fmt.Sprintf(", desired %d", *in.ScalingConfig.DesiredSize)
	}
	return text
}

// checkCapacity replays every change of nodes: the product never leaves a unit without nodes. A scale-down of the last nodes is
// excused only if others took nodes between the run's reads and the effect, or people moved node groups then.
func (n *night) checkCapacity() {
	nodes := map[string]int32{}
	for _, c := range n.eks.Changes() {
		nodes[c.Ref.Nodegroup] = c.NodesAfter
		ours, byUs := n.asked[c.By]
		if !byUs || c.NodesAfter >= c.NodesBefore {
			continue
		}
		now := n.units(c.At)
		unit, total := now.unit[c.Ref.Nodegroup], int32(0)
		for name, each := range nodes {
			if now.unit[name] == unit {
				total += each
			}
		}
		moved := !maps.Equal(now.unit, n.units(ours.announced).unit)
		if total == 0 && now.needs[unit] && !moved && !n.takenByOthers(c.Ref.Nodegroup, ours.announced, c.At) {
			n.violations = append(n.violations, fmt.Sprintf("%s run %s leaves unit %s without any node: %s",
				c.At.In(local).Format("15:04:05"), ours.run, unit, n.inWords(c)))
		}
	}
}

// takenByOthers reports whether others took nodes of any other node group between two instants.
func (n *night) takenByOthers(nodegroup string, from, to time.Time) bool {
	for _, c := range n.eks.Changes() {
		_, ours := n.asked[c.By]
		if c.Ref.Nodegroup != nodegroup && !ours && c.NodesAfter < c.NodesBefore && !c.At.Before(from) && !c.At.After(to) {
			return true
		}
	}
	return false
}
