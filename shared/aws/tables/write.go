package tables

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
)

// Write is one write of a transaction on the configuration.
type Write struct {
	Entity inventory.Item // over the version that it carries
	Remove bool
	Check  bool // writes nothing, but requires that the item has not changed since it was read
}

// WriteAll makes all of the writes, or none. It fails with [ErrConflict] if an item has changed since it was read. Conflicting is
// then the index of the first such write, else -1.
func (t *Config) WriteAll(ctx context.Context, writes []Write) (conflicting int, err error) {
	if len(writes) > limits.TransactionItems {
		return -1, fmt.Errorf("%d items are too many to write to table %s in one transaction, which takes at most %d",
			len(writes), t.name, limits.TransactionItems)
	}
	in := &dynamodb.TransactWriteItemsInput{}
	for _, w := range writes {
		item, err := t.transacted(w)
		if err != nil {
			return -1, err
		}
		in.TransactItems = append(in.TransactItems, item)
	}
	if _, err = t.db.TransactWriteItems(ctx, in, patiently); err == nil {
		return -1, nil
	}
	if cancelled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		for i, reason := range cancelled.CancellationReasons {
			if reason.Code == nil || *reason.Code != "ConditionalCheckFailed" && *reason.Code != "TransactionConflict" {
				continue
			}
			e := writes[i].Entity
			return i, fmt.Errorf("writing %s/%s to table %s: %w", e.Kind, e.Name, t.name, inventory.ErrConflict)
		}
	}
	return -1, fmt.Errorf("writing to table %s: %w", t.name, err)
}

// patiently repeats a transaction for which DynamoDB was too busy. The SDK repeats other calls itself, but it does not look into the
// reasons of a cancelled transaction.
func patiently(o *dynamodb.Options) {
	if retryer, ok := o.Retryer.(aws.RetryerV2); ok {
		o.Retryer = patient{retryer}
	}
}

// patient is a retryer that knows the reasons of a cancelled transaction.
type patient struct{ aws.RetryerV2 }

// IsErrorRetryable reports whether it makes sense to make a call again.
func (p patient) IsErrorRetryable(err error) bool {
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok {
		return p.RetryerV2.IsErrorRetryable(err)
	}
	busy := false
	for _, reason := range cancelled.CancellationReasons {
		switch aws.ToString(reason.Code) {
		case "ThrottlingError", "ProvisionedThroughputExceeded":
			busy = true
		case "None", "":
		default:
			return false
		}
	}
	return busy
}

func (t *Config) transacted(w Write) (types.TransactWriteItem, error) {
	e := w.Entity
	condition, names, values := unchanged(e)
	if w.Check {
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &t.name, Key: key("kind", e.Kind, "name", e.Key()),
			ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}}, nil
	}
	next, err := e.Next()
	if err != nil {
		return types.TransactWriteItem{}, err
	}
	if w.Remove {
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &t.name, Key: key("kind", e.Kind, "name", e.Key()),
			ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}}, nil
	}
	item, err := itemOf(next)
	return types.TransactWriteItem{Put: &types.Put{
		TableName: &t.name, Item: item,
		ConditionExpression: condition, ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	}}, err
}
