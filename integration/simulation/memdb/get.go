package memdb

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// GetItem reads an item.
func (db *DB) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	out, err := db.getItem(ctx, in)
	return finish("GetItem", out, err)
}

func (db *DB) getItem(ctx context.Context, in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	err := firstError(alive(ctx), refuse(
		field{"AttributesToGet", in.AttributesToGet != nil},
		field{"ExpressionAttributeNames", in.ExpressionAttributeNames != nil},
		field{"ProjectionExpression", in.ProjectionExpression != nil},
		field{"ReturnConsumedCapacity", reports(in.ReturnConsumedCapacity)},
	))
	if err != nil {
		return nil, err
	}
	t, err := db.table(in.TableName)
	if err != nil {
		return nil, err
	}
	k, err := t.key(in.Key)
	if err != nil {
		return nil, err
	}
	return &dynamodb.GetItemOutput{Item: attribute.CopyItem(t.find(k))}, nil
}

func reports(c types.ReturnConsumedCapacity) bool {
	return cmp.Or(c, types.ReturnConsumedCapacityNone) != types.ReturnConsumedCapacityNone
}

// firstError returns the first error.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
