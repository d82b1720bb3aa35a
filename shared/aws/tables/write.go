package tables

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
)

// Write is one write of a transaction on the configuration.
type Write struct {
	Entity inventory.Item // over the version that it carries
	Remove bool
}

// WriteAll makes all of the writes, or none. It fails with [ErrConflict] if an item has changed since it was read. Conflicting is
// then the index of the first such write, else -1.
func (t *Config) WriteAll(ctx context.Context, writes []Write) (conflicting int, err error) {
	if len(writes) > limits.TransactionItems {
		return -1, fmt.Errorf("found %d items to write to table %s; want at most %d at a time, as they are written together or not at all",
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
	if _, err = t.db.TransactWriteItems(ctx, in); err == nil {
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

func (t *Config) transacted(w Write) (types.TransactWriteItem, error) {
	e := w.Entity
	condition, names, values := unchanged(e)
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
