package tables

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

// unitKey is the sort key of a unit's item, among records that are sorted by time. The item never expires.
const unitKey = "unit"

// ErrClaimLost says that another run holds the claim by now.
var ErrClaimLost = errors.New("another run has claimed the unit")

// UnitError says that a unit's item cannot be read. It stops that unit alone.
type UnitError struct {
	Unit, Table string
	Err         error
}

// Error names the item and says what is wrong with it.
func (e *UnitError) Error() string {
	return fmt.Sprintf("item %s/%s of table %s is invalid: %v", e.Unit, unitKey, e.Table, e.Err)
}

// Unwrap is what is wrong with the item.
func (e *UnitError) Unwrap() error { return e.Err }

// unitItem is the stored form of a [claim.Unit].
type unitItem struct {
	Subject string                         `json:"subject"`
	At      string                         `json:"at"`
	Claim   *claim.Claim                   `json:"claim"`
	Orders  map[string]claim.Order         `json:"orders"`
	Intents map[string]claim.Intent        `json:"intents"`
	Relied  map[string]string              `json:"relied"`
	Raised  map[string]claim.Order         `json:"raised"`
	Updates map[string]claim.Update        `json:"updates"`
	Took    map[string]int                 `json:"took"` // seconds
	Marks   map[string]scaling.Application `json:"marks"`
}

// Unit reads what is on record of a unit, strongly consistent.
func (t *Logs) Unit(ctx context.Context, name string) (claim.Unit, error) {
	consistent := true
	out, err := t.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &t.name, Key: key("subject", name, "at", unitKey), ConsistentRead: &consistent,
	})
	if err != nil {
		return claim.Unit{}, fmt.Errorf("reading unit %s from table %s: %w", name, t.name, err)
	}
	return t.unit(name, out.Item)
}

func (t *Logs) unit(name string, found item) (claim.Unit, error) {
	var stored unitItem
	if len(found) > 0 {
		if err := unmarshal(found, &stored); err != nil {
			return claim.Unit{}, &UnitError{name, t.name, err}
		}
		if c := stored.Claim; c != nil && (c.Order == "" || c.RenewedAt.IsZero()) {
			return claim.Unit{}, &UnitError{name, t.name, errors.New("claim.order and claim.renewedAt are required")}
		}
	}
	return claim.Unit{
		Name: name, Claim: stored.Claim, Orders: stored.Orders, Intents: stored.Intents, Relied: stored.Relied, Raised: stored.Raised,
		Updates: stored.Updates, Took: stored.Took, Marks: stored.Marks,
	}, nil
}

// Claim takes the claim of a unit that was read as u, if nothing about its claim has changed since; else the error is
// [ErrClaimLost]. It returns what is on record afterwards. Orders are the newest of each node group, the claim's own
// among them.
func (t *Logs) Claim(ctx context.Context, u claim.Unit, c claim.Claim, orders map[string]claim.Order) (claim.Unit, error) {
	change := newUpdate()
	if u.Claim == nil {
		change.absent("claim")
	} else {
		change.equals(u.Claim.Order, "claim", "order")
		change.equals(u.Claim.RenewedAt, "claim", "renewedAt")
		if u.Claim.EndedAt.IsZero() {
			change.absent("claim", "endedAt")
		}
	}
	change.set(c, "claim")
	change.set(orders, "orders")
	for _, name := range []string{"intents", "relied", "raised", "updates", "took", "marks"} {
		change.ensure(name)
	}
	return t.changeUnit(ctx, u.Name, change, types.ReturnValueAllNew)
}

// Round is what a run puts on record of a unit when it has decided.
type Round struct {
	Unfinished []string
	Goals      map[string]scaling.Goal
	Relied     map[string]string
	Marks      map[string]scaling.Application // added to those on record
	// Settled are the node groups that were seen ACTIVE: no raise of theirs is pending any more. Concluded are those
	// whose update has ended.
	Settled, Concluded []string
	Expired            []string // ids of intents that are over
	Ends               bool     // the run has finished the unit
}

// Decided renews the claim and puts a round on record, if there was no sign of life of the claim's run since u was read:
// a write that an earlier invocation sent, and that comes late, knows nothing of what was done meanwhile.
func (t *Logs) Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, r Round) error {
	change := renewal(me, now)
	if u.Claim != nil {
		change.oneOf([]any{u.Claim.RenewedAt, now}, "claim", "renewedAt") // now is that of the same write, sent again
	}
	change.set(r.Unfinished, "claim", "unfinished")
	change.set(r.Goals, "claim", "goals")
	change.set(r.Relied, "relied")
	for nodegroup, mark := range r.Marks {
		change.set(mark, "marks", nodegroup)
	}
	for _, nodegroup := range r.Settled {
		change.remove("raised", nodegroup)
	}
	for _, nodegroup := range r.Concluded {
		change.remove("updates", nodegroup)
	}
	for _, id := range r.Expired {
		change.remove("intents", id)
	}
	if r.Ends {
		change.set(now, "claim", "endedAt")
	}
	_, err := t.changeUnit(ctx, u.Name, change, types.ReturnValueNone)
	return err
}

// Renew is a sign of life of the claim's run.
func (t *Logs) Renew(ctx context.Context, unit string, me claim.Order, now time.Time) error {
	_, err := t.changeUnit(ctx, unit, renewal(me, now), types.ReturnValueNone)
	return err
}

// Effect is what a call means for its node group, whatever comes of it.
type Effect struct {
	// Raises says that it asks for capacity, which nobody has seen come yet.
	Raises bool
	// Relied is the activation for which the node group is relied on; empty when it is not.
	Relied string
	// Unmarks says that the node group's mark stands for other sizes.
	Unmarks bool
}

// Announce writes an intent under the claim, with the call's effect. It returns what was on record before.
func (t *Logs) Announce(ctx context.Context, unit, id string, i claim.Intent, now time.Time, e Effect) (claim.Unit, error) {
	change := renewal(i.Order, now)
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

// Clear removes an intent, whoever holds the claim by now, and notes the update that came of it, if any. See [Logs.Withdraw].
func (t *Logs) Clear(ctx context.Context, unit, id string, i claim.Intent, updateID string) error {
	change := newUpdate()
	change.remove("intents", id)
	if updateID != "" {
		change.set(claim.Update{ID: updateID, Order: i.Order}, "updates", i.Nodegroup)
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
	change.equals(i.Order, "claim", "order")
	change.remove("intents", id)
	change.restore(mark, "marks", i.Nodegroup)
	_, err := t.changeUnit(ctx, before.Name, change, types.ReturnValueNone)
	if errors.Is(err, ErrClaimLost) {
		return t.Clear(ctx, before.Name, id, i, "")
	}
	return err
}

// Arrived notes under the claim that a node group's update has ended well, and how long it took. Active says that the
// node group was seen ACTIVE.
func (t *Logs) Arrived(ctx context.Context, unit string, me claim.Order, now time.Time, nodegroup string, took time.Duration, active bool) error {
	change := renewal(me, now)
	change.set(int(took.Seconds()), "took", nodegroup)
	change.remove("updates", nodegroup)
	if active {
		change.remove("raised", nodegroup)
	}
	_, err := t.changeUnit(ctx, unit, change, types.ReturnValueNone)
	return err
}

// renewal is a change on the condition that the run with this order holds the claim.
func renewal(me claim.Order, now time.Time) *update {
	change := newUpdate()
	change.equals(me, "claim", "order")
	change.absent("claim", "endedAt")
	change.set(now, "claim", "renewedAt")
	return change
}

// changeUnit changes a unit's item, if the conditions hold; else the error is [ErrClaimLost].
func (t *Logs) changeUnit(ctx context.Context, unit string, change *update, returns types.ReturnValue) (claim.Unit, error) {
	if change.err != nil {
		return claim.Unit{}, change.err
	}
	text, condition := change.expression()
	out, err := t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: key("subject", unit, "at", unitKey), UpdateExpression: text, ConditionExpression: condition,
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
