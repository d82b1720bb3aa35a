package night

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// record returns the record of a unit.
func (n *night) record(unit string) claim.Unit {
	if u, known := n.onRecord[unit]; known {
		return u
	}
	u, err := tables.NewLogs(n.db, deployment.LogsTable).Unit(context.Background(), unit)
	if err != nil {
		n.violate("the record of unit %s cannot be read: %v", unit, err)
	}
	n.onRecord[unit] = u
	return u
}

// updateItem changes the item of the cluster's units and compares it with the previous one.
func (d dynamo) updateItem(ctx context.Context, in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
	if at, _ := in.Key["at"].(*types.AttributeValueMemberS); at.Value != "unit" {
		return d.db.UpdateItem(ctx, in) // the run's counter
	}
	before := d.record(d.unit)
	if d.Plant != nil && d.Plant.unconditional {
		free := *in
		if free.ConditionExpression != nil {
			always := "(" + *in.ConditionExpression + ") OR attribute_exists(subject)"
			free.ConditionExpression = &always
		}
		in = &free
	}
	out, err := d.db.UpdateItem(ctx, in)
	switch {
	case err != nil:
	case renewal(in) && before.Claim != nil:
		u, c := before, *before.Claim
		c.RenewedAt, u.Claim = d.now(), &c
		d.onRecord[d.unit] = u
	default:
		clear(d.onRecord)
		after := d.record(d.unit)
		d.checkMemory(in, before, after)
		d.checkChange(before, after)
	}
	return out, err
}

// renewal reports whether a change only renews the claim.
func renewal(in *dynamodb.UpdateItemInput) bool {
	return !strings.ContainsAny(*in.UpdateExpression, ",R")
}

// arrival is a node group that a run saw at its goal.
type arrival struct{ run, nodegroup string }

// hand is a run at work on a unit.
type hand struct{ run, unit string }

// announcement is the state when an invocation announced a call.
type announcement struct {
	at     time.Time
	basis  string
	limits map[string][2]int32
	paused bool
	place  setting
	mark   *scaling.Application // of the node group; nil without one
}

func (d dynamo) checkChange(before, after claim.Unit) {
	if after.Claim == nil {
		return
	}
	d.checkClaim(before, after)
	if d.function == look {
		d.arrived[arrival{d.run, d.task.Decision.Nodegroup}] = d.began
	}
	for nodegroup, order := range after.Orders {
		if order < d.newest[nodegroup] {
			d.violate("the newest order of %s goes back from run %s to run %s", nodegroup, d.newest[nodegroup].Run(), order.Run())
		}
		d.newest[nodegroup] = max(order, d.newest[nodegroup])
	}
	for id, i := range after.Intents {
		if _, old := before.Intents[id]; !old {
			d.idle[id], d.hands[id] = d.givenUp, hand{d.run, d.unit}
			d.checkIntent(i, before, after)
			d.checkHands(i, before)
		}
	}
	d.checkOwn(before, after)
	d.checkMarkedAgain(before, after)
	for nodegroup, mark := range after.Marks {
		// A mark that a call had removed may return if the call was not made.
		if old, ok := d.marked[nodegroup]; !ok || !old.At.Equal(mark.At) || !old.TakenAt.Equal(mark.TakenAt) {
			d.checkMark(nodegroup, mark)
		}
		d.marked[nodegroup] = mark
	}
}

// checkClaim lets an active claim pass only to a newer run that covers all unfinished node groups, and never to a reconcile run.
func (d dynamo) checkClaim(before, after claim.Unit) {
	old, taken := before.Claim, after.Claim
	if old == nil || old.Order == taken.Order || !old.EndedAt.IsZero() || d.Now().Sub(old.RenewedAt) >= claim.Lifetime-2*d.mood.skew {
		return
	}
	by := taken.Order.Run()
	switch {
	case taken.Order < old.Order:
		d.violate("run %s takes the living claim of the newer run %s", by, old.Order.Run())
	case d.find(by).input.Trigger == run.ReconcileTrigger:
		d.violate("the reconcile run %s takes the living claim of run %s", by, old.Order.Run())
	}
	for _, nodegroup := range old.Unfinished {
		if _, covered := taken.Goals[nodegroup]; !covered {
			d.violate("run %s takes the claim of run %s, which has not finished %s", by, old.Order.Run(), nodegroup)
		}
	}
}

// checkIntent lets a run announce a call only under the newest claim.
func (d dynamo) checkIntent(i claim.Intent, before, after claim.Unit) {
	c := after.Claim
	if i.Order != c.Order || !c.EndedAt.IsZero() {
		d.violate("run %s announces a call for %s without the claim", i.Order.Run(), i.Nodegroup)
	}
	if newest := d.newest[i.Nodegroup]; i.Order < newest {
		d.violate("run %s announces a call for %s, for which the newer run %s decides", i.Order.Run(), i.Nodegroup, newest.Run())
	}
	d.announced = announcement{at: d.Now(), basis: d.basis(), limits: d.place.limits, paused: d.place.pausedOf(i.Nodegroup), place: *d.place}
	if mark, marked := before.Marks[i.Nodegroup]; marked {
		d.announced.mark = &mark
	}
}

// checkHands lets no run announce a call for a node group while a call of another hand is open, under whatever unit.
func (d dynamo) checkHands(i claim.Intent, before claim.Unit) {
	me := hand{d.run, d.unit}
	for id, other := range before.Intents {
		if other.Nodegroup == i.Nodegroup && d.hands[id] != me && !d.idle[id] && other.Expires.After(d.Now()) {
			d.violate("run %s announces a call for %s under %s while a call of run %s under %s is open",
				d.run, i.Nodegroup, d.unit, other.Order.Run(), d.hands[id].unit)
		}
	}
}

// checkOwn lets a unit's run change only the record of the unit's node groups. A mark goes only for another mark, or a call.
func (d dynamo) checkOwn(before, after claim.Unit) {
	for _, nodegroup := range differing(before.Relied, after.Relied) {
		d.checkOwner(nodegroup, "what is relied on of", after)
	}
	for _, nodegroup := range differing(before.Marks, after.Marks) {
		d.checkOwner(nodegroup, "the mark of", after)
		_, marked := after.Marks[nodegroup]
		if !marked && !announces(before, after, nodegroup) {
			d.violate("run %s takes the mark of %s away, and announces no call", d.run, nodegroup)
		}
	}
}

func (d dynamo) checkOwner(nodegroup, what string, after claim.Unit) {
	claimed := after.Claim != nil && len(after.Unclaimed(after.Claim.Order, []string{nodegroup})) == 0 && after.Orders[nodegroup] == after.Claim.Order
	if !claimed && !d.wasIn(nodegroup, d.unit, d.began) {
		d.violate("run %s under %s changes %s %s, which is not its own", d.run, d.unit, what, nodegroup)
	}
}

// announces reports whether a write announces a call for a node group.
func announces(before, after claim.Unit, nodegroup string) bool {
	for id, i := range after.Intents {
		if _, old := before.Intents[id]; !old && i.Nodegroup == nodegroup {
			return true
		}
	}
	return false
}

// differing returns the names whose entries differ.
func differing[T any](before, after map[string]T) []string {
	var names []string
	for name := range after {
		if old, ok := before[name]; !ok || !reflect.DeepEqual(old, after[name]) {
			names = append(names, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			names = append(names, name)
		}
	}
	return names
}

// checkMark refuses a mark for sizes that the run did not see in its last read.
func (d dynamo) checkMark(nodegroup string, mark scaling.Application) {
	goal := mark.Goal
	if mark.Held != nil {
		goal = mark.Held.Goal
	}
	looked := d.began
	if at, ok := d.arrived[arrival{d.run, nodegroup}]; ok {
		looked = at
	}
	if d.touched(nodegroup, looked) {
		return
	}
	nodes, wanted := d.eks.Nodes(ref(nodegroup)), goal.Wanted()
	switch status := d.status(nodegroup); {
	case nodes < wanted && !d.longIll(nodegroup):
		d.violate("%s is marked as applied with %d nodes; wanted are %d", nodegroup, nodes, wanted)
	case status != "ACTIVE" && status != "DEGRADED" && d.ours(nodegroup):
		d.violate("%s is marked as applied while it is %s", nodegroup, status)
	}
}

// ours reports whether a run requested the update that is in progress on a node group.
func (n *night) ours(nodegroup string) bool {
	running := n.eks.Running(ref(nodegroup))
	for _, u := range n.eks.Updates() {
		if u.ID == running {
			_, ours := n.asked[u.By]
			return ours
		}
	}
	return running == ""
}
