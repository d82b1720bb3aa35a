package tables

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/signal"
)

// unitKey is the sort key of the item of a cluster's units, among records that are sorted by time. The item never expires.
const unitKey = "unit"

// unitPlace is where the record of a unit is: the item of its cluster, and the attributes of its claim and of its conditions. Everything
// else in the item is by node group, so the units of a cluster share it.
type unitPlace struct{ cluster, claim, conditions string }

func placeOf(unit string) unitPlace {
	cluster, schedule := scaling.SplitUnit(unit)
	return unitPlace{cluster, under("claim", schedule), under("conditions", schedule)}
}

// under adds a named schedule to a text: to the name of an attribute, and to an order. Records without named schedules keep the form
// that they had before there were any.
func under(text, schedule string) string {
	if schedule == "" {
		return text
	}
	return text + scheduleSeparator + schedule
}

// scheduleSeparator is in no name of a schedule or an execution.
const scheduleSeparator = ":"

// orderUnder returns the stored form of an order under a unit.
func orderUnder(order claim.Order, unit string) string {
	_, schedule := scaling.SplitUnit(unit)
	return under(string(order), schedule)
}

// orders reads the stored orders: the order of each node group, and the named schedule that it is under.
func orders(stored map[string]string) (orders map[string]claim.Order, schedules map[string]string) {
	if stored == nil {
		return nil, nil
	}
	orders, schedules = map[string]claim.Order{}, map[string]string{}
	for nodegroup, text := range stored {
		takenAt, of, _ := strings.Cut(text, "#")
		name, schedule, named := strings.Cut(of, scheduleSeparator)
		if !named {
			orders[nodegroup] = claim.Order(text)
			continue
		}
		orders[nodegroup], schedules[nodegroup] = claim.Order(takenAt+"#"+name), schedule
	}
	return orders, schedules
}

// ErrClaimLost reports that another run now holds the claim.
var ErrClaimLost = errors.New("another run has claimed the unit")

// UnitError reports that a unit's item cannot be read. It affects no other unit.
type UnitError struct {
	Unit, Table string
	Err         error
}

// Error names the item and the problem.
func (e *UnitError) Error() string {
	return fmt.Sprintf("item %s/%s of table %s is invalid: %v", placeOf(e.Unit).cluster, unitKey, e.Table, e.Err)
}

// Unwrap returns the problem.
func (e *UnitError) Unwrap() error { return e.Err }

// unitItem is the stored form of a [claim.Unit], without its claim.
type unitItem struct {
	Orders  map[string]string              `json:"orders"`
	Intents map[string]claim.Intent        `json:"intents"`
	Relied  map[string]string              `json:"relied"`
	Raised  map[string]claim.Order         `json:"raised"`
	Updates map[string]claim.Update        `json:"updates"`
	Took    map[string]int                 `json:"took"` // seconds
	Marks   map[string]scaling.Application `json:"marks"`
}

// ownItem is what a unit does not share with the cluster's other units.
type ownItem struct {
	Claim      *claim.Claim             `json:"claim"`
	Conditions map[string]signal.Memory `json:"conditions"`
}

// own returns the attributes of the unit in its cluster's item, as they are named in [ownItem].
func (p unitPlace) own(found item) item {
	own := item{}
	for field, attribute := range map[string]string{"claim": p.claim, "conditions": p.conditions} {
		if value, ok := found[attribute]; ok {
			own[field] = value
		}
	}
	return own
}

// Unit reads the record of a unit, strongly consistent.
func (t *Logs) Unit(ctx context.Context, name string) (claim.Unit, error) {
	consistent := true
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: key("subject", placeOf(name).cluster, "at", unitKey), ConsistentRead: &consistent,
	})
	if err != nil {
		return claim.Unit{}, fmt.Errorf("reading unit %s from table %s: %w", name, t.name, err)
	}
	return t.unit(name, out.Item)
}

func (t *Logs) unit(name string, found item) (claim.Unit, error) {
	var stored unitItem
	var own ownItem
	place := placeOf(name)
	if err := unmarshal(found, &stored); err != nil {
		return claim.Unit{}, &UnitError{name, t.name, err}
	}
	if err := unmarshal(place.own(found), &own); err != nil {
		return claim.Unit{}, &UnitError{name, t.name, err}
	}
	if c := own.Claim; c != nil && (c.Order == "" || c.RenewedAt.IsZero()) {
		return claim.Unit{}, &UnitError{name, t.name, fmt.Errorf("%[1]s.order and %[1]s.renewedAt are required", place.claim)}
	}
	newest, schedules := orders(stored.Orders)
	return claim.Unit{
		Name: name, Claim: own.Claim, Conditions: own.Conditions, Orders: newest, Under: schedules, Intents: stored.Intents, Relied: stored.Relied, Raised: stored.Raised,
		Updates: stored.Updates, Took: stored.Took, Marks: stored.Marks,
	}, nil
}

// perWrite limits the node groups or intents that one write changes. DynamoDB limits an expression to 4 KB and 300 operators.
const perWrite = 40

// Claim takes the claim of the unit u for the given node groups. It fails with [ErrClaimLost] if since u was read the claim has
// changed, or another run has claimed one of the node groups under another unit. It returns the new record of the unit. Many node
// groups need several writes: if one fails, the run has the claim, and claims the other node groups in its next decision.
func (t *Logs) Claim(ctx context.Context, u claim.Unit, c claim.Claim, nodegroups []string) (claim.Unit, error) {
	if u.Orders == nil { // the first claim in the cluster
		if err := t.ensureMaps(ctx, u.Name); err != nil {
			return claim.Unit{}, err
		}
	}
	for len(nodegroups) > perWrite {
		var err error
		if u, err = t.claim(ctx, u, c, nodegroups[:perWrite]); err != nil {
			return claim.Unit{}, err
		}
		nodegroups = nodegroups[perWrite:]
	}
	return t.claim(ctx, u, c, nodegroups)
}

func (t *Logs) claim(ctx context.Context, u claim.Unit, c claim.Claim, nodegroups []string) (claim.Unit, error) {
	change, name := newUpdate(), placeOf(u.Name).claim
	if u.Claim == nil {
		change.absent(name)
	} else {
		change.equals(u.Claim.Order, name, "order")
		change.equals(u.Claim.RenewedAt, name, "renewedAt")
		if u.Claim.EndedAt.IsZero() {
			change.absent(name, "endedAt")
		}
	}
	change.set(c, name)
	for _, nodegroup := range nodegroups {
		change.isLast(u, nodegroup)
		change.set(orderUnder(c.Order, u.Name), "orders", nodegroup)
	}
	return t.changeUnit(ctx, u.Name, change, types.ReturnValueAllNew)
}

// ensureMaps creates the fields by node group, which a claim changes one by one.
func (t *Logs) ensureMaps(ctx context.Context, unit string) error {
	change := newUpdate()
	for _, name := range []string{"orders", "intents", "relied", "raised", "updates", "took", "marks"} {
		change.ensure(name)
	}
	_, err := t.changeUnit(ctx, unit, change, types.ReturnValueNone)
	return err
}

// isLast adds the condition that no run has claimed a node group since u was read, under any unit.
func (u *update) isLast(read claim.Unit, nodegroup string) {
	if order, claimed := read.Orders[nodegroup]; claimed {
		u.equals(under(string(order), read.Under[nodegroup]), "orders", nodegroup)
	} else {
		u.absent("orders", nodegroup)
	}
}

// Round is the record of one decision for a unit.
type Round struct {
	Unfinished []string
	Goals      map[string]scaling.Goal
	Relied     map[string]string              // of the unit's node groups; the record of the others is removed
	Marks      map[string]scaling.Application // added to the recorded marks
	// Settled lists the node groups that were seen ACTIVE, so none of their raises is pending. Concluded lists those
	// whose update has ended.
	Settled, Concluded []string
	Expired            []string // ids of intents that are over
	Ends               bool     // the run has finished the unit
	// Conditions holds all that the unit is to remember of its conditional periods. What else it remembers is removed.
	Conditions map[string]signal.Memory
}

// Decided renews the claim and records a round, unless the claim was renewed since u was read. This rejects a late write from an
// earlier invocation, which does not know what was done meanwhile. It changes nothing if another run has since claimed a node
// group of the round. The record u has only the unit's node groups; see [claim.Unit.Of].
//
// Many node groups need several writes. Each write covers whole node groups, and the last one ends the claim.
func (t *Logs) Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, r Round) error {
	writes := slices.Collect(slices.Chunk(r.changes(u), perWrite))
	if len(writes) == 0 {
		writes = append(writes, nil)
	}
	name, before := placeOf(u.Name).claim, now // of the renewal
	if u.Claim != nil {
		before = u.Claim.RenewedAt
	}
	for i, changes := range writes {
		change := renewal(u.Name, me, now)
		change.oneOf([]any{before, now}, name, "renewedAt") // equal to now if the same write is sent again
		change.set(r.Unfinished, name, "unfinished")
		change.set(r.Goals, name, "goals")
		r.remember(change, u)
		for _, add := range changes {
			add(change)
		}
		if r.Ends && i == len(writes)-1 {
			change.set(now, name, "endedAt")
		}
		if _, err := t.changeUnit(ctx, u.Name, change, types.ReturnValueNone); err != nil {
			return err
		}
		before = now
	}
	return nil
}

// remember changes what the unit remembers of its conditional periods.
func (r Round) remember(change *update, u claim.Unit) {
	switch name := placeOf(u.Name).conditions; {
	case u.Remembers(r.Conditions):
	case len(r.Conditions) == 0:
		change.remove(name)
	default:
		change.set(r.Conditions, name)
	}
}

// changes returns what a round changes in the record u, beside the claim: one change for each node group or intent.
func (r Round) changes(u claim.Unit) (all []func(*update)) {
	of := map[string][]func(*update){}
	add := func(nodegroup string, change func(*update)) { of[nodegroup] = append(of[nodegroup], change) }
	for nodegroup, activation := range r.Relied {
		if u.Relied[nodegroup] != activation {
			add(nodegroup, func(c *update) { c.set(activation, "relied", nodegroup) })
		}
	}
	for nodegroup := range u.Relied {
		if _, relied := r.Relied[nodegroup]; !relied {
			add(nodegroup, func(c *update) { c.remove("relied", nodegroup) })
		}
	}
	for nodegroup, mark := range r.Marks {
		add(nodegroup, func(c *update) { c.set(mark, "marks", nodegroup) })
	}
	for _, nodegroup := range r.Settled {
		add(nodegroup, func(c *update) { c.remove("raised", nodegroup) })
	}
	for _, nodegroup := range r.Concluded {
		add(nodegroup, func(c *update) { c.remove("updates", nodegroup) })
	}
	for _, nodegroup := range slices.Sorted(maps.Keys(of)) {
		all = append(all, func(c *update) {
			c.isLast(u, nodegroup)
			for _, change := range of[nodegroup] {
				change(c)
			}
		})
	}
	for _, id := range r.Expired {
		all = append(all, func(c *update) { c.remove("intents", id) })
	}
	return all
}

// Renew renews the claim while a node group is changed. It fails with [ErrClaimLost] too if the node group has been claimed under
// another unit since.
func (t *Logs) Renew(ctx context.Context, unit, nodegroup string, me claim.Order, now time.Time) error {
	change := renewal(unit, me, now)
	change.equals(orderUnder(me, unit), "orders", nodegroup)
	_, err := t.changeUnit(ctx, unit, change, types.ReturnValueNone)
	return err
}

// Effect describes how a call affects the record of its node group, even if the call fails.
type Effect struct {
	// Raises reports that the call asks for capacity that has not arrived yet.
	Raises bool
	// Relied identifies the activation that relies on the node group; empty if there is none.
	Relied string
	// Unmarks reports that the node group's mark is for other sizes.
	Unmarks bool
}

// Announce records an intent under the claim, with the call's effect. It returns the previous record of the unit. It fails with
// [ErrClaimLost] too if the node group has been claimed under another unit since, by a newer run or by the same one.
func (t *Logs) Announce(ctx context.Context, unit, id string, i claim.Intent, now time.Time, e Effect) (claim.Unit, error) {
	change := renewal(unit, i.Order, now)
	change.equals(orderUnder(i.Order, unit), "orders", i.Nodegroup)
	change.set(i, "intents", id)
	if e.Raises {
		change.set(i.Order, "raised", i.Nodegroup)
	}
	if e.Relied != "" {
		change.set(e.Relied, "relied", i.Nodegroup)
	}
	if e.Unmarks {
		change.remove("marks", i.Nodegroup)
	}
	return t.changeUnit(ctx, unit, change, types.ReturnValueAllOld)
}

// Clear removes an intent, no matter who holds the claim now, and records the resulting update, if any. See [Logs.Withdraw].
func (t *Logs) Clear(ctx context.Context, unit, id string, i claim.Intent, updateID string) error {
	change := newUpdate()
	change.remove("intents", id)
	if updateID != "" {
		change.set(claim.Update{ID: updateID, Order: i.Order, Round: i.Round}, "updates", i.Nodegroup)
	}
	_, err := t.changeUnit(ctx, unit, change, types.ReturnValueNone)
	return err
}

// Withdraw removes the intent of a call that was not made, and restores the mark that the intent removed. It restores nothing
// if another run holds the claim, or if the node group has been marked since.
func (t *Logs) Withdraw(ctx context.Context, before claim.Unit, id string, i claim.Intent) error {
	mark, marked := before.Marks[i.Nodegroup]
	if !marked {
		return t.Clear(ctx, before.Name, id, i, "")
	}
	change := newUpdate()
	change.equals(i.Order, placeOf(before.Name).claim, "order")
	change.equals(orderUnder(i.Order, before.Name), "orders", i.Nodegroup)
	change.remove("intents", id)
	change.restore(mark, "marks", i.Nodegroup)
	_, err := t.changeUnit(ctx, before.Name, change, types.ReturnValueNone)
	if errors.Is(err, ErrClaimLost) {
		return t.Clear(ctx, before.Name, id, i, "")
	}
	return err
}

// Arrival describes an update that has succeeded.
type Arrival struct {
	Nodegroup string
	UpdateID  string
	// Took is its duration if it was a scale-up; 0 for others.
	Took time.Duration
	// Active reports whether the node group was seen ACTIVE.
	Active bool
}

// Arrived records under the claim that a node group's update has succeeded. A write that arrives late changes nothing: by then the
// run may have requested the next step, and its update is on record. Without an update on record, the raise stays unproven.
func (t *Logs) Arrived(ctx context.Context, unit string, me claim.Order, now time.Time, a Arrival) error {
	change := a.renewal(unit, me, now)
	change.equals(a.UpdateID, "updates", a.Nodegroup, "id")
	change.remove("updates", a.Nodegroup)
	if a.Active {
		change.remove("raised", a.Nodegroup)
	}
	_, err := t.changeUnit(ctx, unit, change, types.ReturnValueNone)
	if !errors.Is(err, ErrClaimLost) {
		return err
	}
	change = a.renewal(unit, me, now)
	change.absent("updates", a.Nodegroup)
	_, err = t.changeUnit(ctx, unit, change, types.ReturnValueNone)
	return err
}

func (a Arrival) renewal(unit string, me claim.Order, now time.Time) *update {
	change := renewal(unit, me, now)
	change.equals(orderUnder(me, unit), "orders", a.Nodegroup)
	if a.Took > 0 {
		change.set(int(a.Took.Seconds()), "took", a.Nodegroup)
	}
	return change
}

// renewal returns an update that requires the run with this order to hold the unit's claim.
func renewal(unit string, me claim.Order, now time.Time) *update {
	change, name := newUpdate(), placeOf(unit).claim
	change.equals(me, name, "order")
	change.absent(name, "endedAt")
	change.set(now, name, "renewedAt")
	return change
}

// changeUnit updates a unit's item. It fails with [ErrClaimLost] if the conditions do not hold.
func (t *Logs) changeUnit(ctx context.Context, unit string, change *update, returns types.ReturnValue) (claim.Unit, error) {
	if change.err != nil {
		return claim.Unit{}, change.err
	}
	text, condition := change.expression()
	out, err := t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: key("subject", placeOf(unit).cluster, "at", unitKey), UpdateExpression: text, ConditionExpression: condition,
		ExpressionAttributeNames: change.names, ExpressionAttributeValues: change.attributes(), ReturnValues: returns,
	})
	if _, lost := errors.AsType[*types.ConditionalCheckFailedException](err); lost {
		return claim.Unit{}, fmt.Errorf("unit %s: %w", unit, ErrClaimLost)
	}
	if err != nil {
		return claim.Unit{}, fmt.Errorf("writing unit %s to table %s: %w", unit, t.name, err)
	}
	if returns == types.ReturnValueNone {
		return claim.Unit{}, nil
	}
	return t.unit(unit, out.Attributes)
}
