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

// BatchGetItem reads several items, each as [DB.GetItem] does. No key stays unprocessed.
func (db *DB) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{}}
	for table, wanted := range in.RequestItems {
		for _, key := range wanted.Keys {
			found, err := db.getItem(ctx, &dynamodb.GetItemInput{
				TableName: &table, Key: key, ConsistentRead: wanted.ConsistentRead, AttributesToGet: wanted.AttributesToGet,
				ProjectionExpression: wanted.ProjectionExpression, ExpressionAttributeNames: wanted.ExpressionAttributeNames,
			})
			if err != nil {
				return finish("BatchGetItem", out, err)
			}
			if found.Item != nil {
				out.Responses[table] = append(out.Responses[table], found.Item)
			}
		}
	}
	return finish("BatchGetItem", out, nil)
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
