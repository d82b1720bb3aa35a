package memdb

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// The limits of DynamoDB for a transaction.
const (
	maxTransaction      = 100             // items
	maxTransactionBytes = 4 * 1024 * 1024 // of the items that are written
)

// TransactWriteItems makes all writes or none. Every write that fails is among the reasons of the error.
func (db *DB) TransactWriteItems(
	ctx context.Context, in *dynamodb.TransactWriteItemsInput, _ ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	return finish("TransactWriteItems", &dynamodb.TransactWriteItemsOutput{}, db.transact(ctx, in))
}

func (db *DB) transact(ctx context.Context, in *dynamodb.TransactWriteItemsInput) error {
	err := firstError(
		alive(ctx),
		refuse(field{"ClientRequestToken", in.ClientRequestToken != nil}),
		unreported(in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics),
	)
	if err != nil {
		return err
	}
	if n := len(in.TransactItems); n < 1 || n > maxTransaction {
		return attribute.Invalid("Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and %d", maxTransaction)
	}
	writes, err := db.prepareAll(in.TransactItems)
	if err != nil {
		return err
	}
	if err := checkSize(writes); err != nil {
		return err
	}
	for _, w := range writes {
		w.do()
	}
	return nil
}

// prepareAll prepares writes, each of another item. If any cannot be made, the error has a reason for each.
func (db *DB) prepareAll(items []types.TransactWriteItem) ([]*write, error) {
	var writes []*write
	reasons := make([]types.CancellationReason, len(items))
	cancelled := false
	for i, each := range items {
		w, err := db.prepare(each)
		if w != nil && slices.ContainsFunc(writes, func(other *write) bool { return other.table == w.table && other.key == w.key }) {
			return nil, attribute.Invalid("Transaction request cannot include multiple operations on one item")
		}
		if reasons[i], err = reasonOf(err); err != nil {
			return nil, err
		}
		cancelled = cancelled || *reasons[i].Code != none
		writes = append(writes, w)
	}
	if cancelled {
		return nil, cancellation(reasons)
	}
	return writes, nil
}

func checkSize(writes []*write) error {
	size := 0
	for _, w := range writes {
		if w.after != nil {
			size += w.after.size
		}
	}
	if size > maxTransactionBytes {
		return attribute.Invalid("Collection size exceeded: a transaction writes at most %d bytes", maxTransactionBytes)
	}
	return nil
}

// prepare prepares one write. It returns the write with the error once its key is known.
func (db *DB) prepare(each types.TransactWriteItem) (*write, error) {
	var prepared []func() (*write, error)
	if p := each.Put; p != nil {
		prepared = append(prepared, func() (*write, error) {
			return db.preparePut(conditional{
				p.TableName, p.ConditionExpression, p.ExpressionAttributeNames, p.ExpressionAttributeValues, p.ReturnValuesOnConditionCheckFailure,
			}, p.Item)
		})
	}
	if u := each.Update; u != nil {
		prepared = append(prepared, func() (*write, error) {
			return db.prepareUpdate(conditional{
				u.TableName, u.ConditionExpression, u.ExpressionAttributeNames, u.ExpressionAttributeValues, u.ReturnValuesOnConditionCheckFailure,
			}, u.Key, u.UpdateExpression)
		})
	}
	if d := each.Delete; d != nil {
		prepared = append(prepared, func() (*write, error) {
			return db.prepareDelete(conditional{
				d.TableName, d.ConditionExpression, d.ExpressionAttributeNames, d.ExpressionAttributeValues, d.ReturnValuesOnConditionCheckFailure,
			}, d.Key, false)
		})
	}
	if c := each.ConditionCheck; c != nil {
		prepared = append(prepared, func() (*write, error) {
			if c.ConditionExpression == nil {
				return nil, attribute.Invalid("The ConditionExpression of a ConditionCheck is required")
			}
			return db.prepareDelete(conditional{
				c.TableName, c.ConditionExpression, c.ExpressionAttributeNames, c.ExpressionAttributeValues, c.ReturnValuesOnConditionCheckFailure,
			}, c.Key, true)
		})
	}
	if len(prepared) != 1 {
		return nil, attribute.Invalid("TransactItems can only contain one of Check, Put, Update or Delete")
	}
	return prepared[0]()
}

// none is the reason of a write that did not cancel its transaction.
const none = "None"

// reasonOf turns the error of a write into a reason to cancel. It returns the error if that concerns the whole request.
func reasonOf(err error) (types.CancellationReason, error) {
	if err == nil {
		return types.CancellationReason{Code: aws.String(none)}, nil
	}
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return types.CancellationReason{Code: aws.String("ConditionalCheckFailed"), Message: failed.Message, Item: failed.Item}, nil
	}
	if refusal, ok := errors.AsType[attribute.ItemError](err); ok {
		return types.CancellationReason{Code: aws.String("ValidationError"), Message: &refusal.Message}, nil
	}
	return types.CancellationReason{}, err
}

func cancellation(reasons []types.CancellationReason) error {
	codes := make([]string, len(reasons))
	for i, r := range reasons {
		codes[i] = *r.Code
	}
	return &types.TransactionCanceledException{
		Message:             aws.String("Transaction cancelled, please refer cancellation reasons for specific reasons [" + strings.Join(codes, ", ") + "]"),
		CancellationReasons: reasons,
	}
}
