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

// ErrClaimLost reports that another run now holds the claim.
var ErrClaimLost = errors.New("another run has claimed the unit")

// UnitError reports that a unit's item cannot be read. It affects no other unit.
type UnitError struct {
	Unit, Table string
	Err         error
}

// Error names the item and the problem.
func (e *UnitError) Error() string {
	return fmt.Sprintf("item %s/%s of table %s is invalid: %v", e.Unit, unitKey, e.Table, e.Err)
}

// Unwrap returns the problem.
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

// Unit reads the record of a unit, strongly consistent.
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

// Claim takes the claim of the unit u. It fails with [ErrClaimLost] if the claim has changed since u was read, and returns the new
// record of the unit. Orders holds the newest order of each node group, including the claim's own.
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

// Round is the record of one decision for a unit.
type Round struct {
	Unfinished []string
	Goals      map[string]scaling.Goal
	Relied     map[string]string
	Marks      map[string]scaling.Application // added to the recorded marks
	// Settled lists the node groups that were seen ACTIVE, so none of their raises is pending. Concluded lists those
	// whose update has ended.
	Settled, Concluded []string
	Expired            []string // ids of intents that are over
	Ends               bool     // the run has finished the unit
}

// Decided renews the claim and records a round, unless the claim was renewed since u was read. This rejects a late write from an
// earlier invocation, which does not know what was done meanwhile.
func (t *Logs) Decided(ctx context.Context, u claim.Unit, me claim.Order, now time.Time, r Round) error {
	change := renewal(me, now)
	if u.Claim != nil {
		change.oneOf([]any{u.Claim.RenewedAt, now}, "claim", "renewedAt") // equal to now if the same write is sent again
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

// Renew renews the claim.
func (t *Logs) Renew(ctx context.Context, unit string, me claim.Order, now time.Time) error {
	_, err := t.changeUnit(ctx, unit, renewal(me, now), types.ReturnValueNone)
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

// Announce records an intent under the claim, with the call's effect. It returns the previous record of the unit.
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

// Clear removes an intent, no matter who holds the claim now, and records the resulting update, if any. See [Logs.Withdraw].
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

// Arrived records under the claim that a node group's update has succeeded, and its duration. Active reports whether the node
// group was seen ACTIVE.
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

// renewal returns an update that requires the run with this order to hold the claim.
func renewal(me claim.Order, now time.Time) *update {
	change := newUpdate()
	change.equals(me, "claim", "order")
	change.absent("claim", "endedAt")
	change.set(now, "claim", "renewedAt")
	return change
}

// changeUnit updates a unit's item. It fails with [ErrClaimLost] if the conditions do not hold.
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
