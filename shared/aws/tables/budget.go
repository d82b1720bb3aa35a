package tables

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/budget"
)

// The slots of an account and region are one item, with the next free slot of each kind of calls.
const (
	budgetSubjects = "budget/"
	budgetKey      = "slots"
	// The item is kept this long after its last use. It means nothing after a second.
	budgetLife = 24 * time.Hour
)

// Take takes the next slot of a place: with one write while calls follow each other, with two after a pause. It returns false if all
// slots that the caller would wait for are taken.
func (t *Logs) Take(ctx context.Context, r budget.Request) (slot int64, free bool, err error) {
	// If two begin a second at once, the other one follows.
	for _, take := range []func(context.Context, budget.Request) (int64, error){t.followingSlot, t.firstSlot, t.followingSlot} {
		slot, err = take(ctx, r)
		if _, refused := errors.AsType[*types.ConditionalCheckFailedException](err); !refused {
			return slot, err == nil, err
		}
	}
	return 0, false, nil
}

// followingSlot takes the slot after the last one, if that is of the present second or later.
func (t *Logs) followingSlot(ctx context.Context, r budget.Request) (int64, error) {
	change := newUpdate()
	change.between(r.Second(), r.End(), string(r.Kind))
	change.add(int(r.Step()), string(r.Kind))
	found, err := t.takeSlot(ctx, r.Place, change)
	if err != nil {
		return 0, err
	}
	number, ok := found[string(r.Kind)].(*types.AttributeValueMemberN)
	if !ok {
		return 0, fmt.Errorf("%s of the budget of %s is no number", r.Kind, r.Place)
	}
	after, err := strconv.ParseInt(number.Value, 10, 64)
	return after - r.Step(), err
}

// firstSlot takes the first slot of the present second, if the last one has passed or is from a wrong clock.
func (t *Logs) firstSlot(ctx context.Context, r budget.Request) (int64, error) {
	change := newUpdate()
	change.outside(r.Second(), r.Farthest(), string(r.Kind))
	change.set(r.Second()+r.Step(), string(r.Kind))
	change.set(r.Now.Add(budgetLife).Unix(), "expiresAt")
	_, err := t.takeSlot(ctx, r.Place, change)
	return r.Second(), err
}

func (t *Logs) takeSlot(ctx context.Context, place string, change *update) (item, error) {
	if change.err != nil {
		return nil, change.err
	}
	text, condition := change.expression()
	out, err := t.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &t.name, Key: key("subject", budgetSubjects+place, "at", budgetKey), UpdateExpression: text, ConditionExpression: condition,
		ExpressionAttributeNames: change.names, ExpressionAttributeValues: change.attributes(), ReturnValues: types.ReturnValueAllNew,
	})
	if err != nil {
		return nil, fmt.Errorf("taking a slot of the budget of %s from table %s: %w", place, t.name, err)
	}
	return out.Attributes, nil
}
