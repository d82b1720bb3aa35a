package memdb

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
	"eks-scaling-automation/integration/simulation/memdb/expression"
)

// GetItem reads an item.
func (db *DB) GetItem(ctx context.Context, in *dynamodb.GetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	out, err := db.getItem(ctx, in)
	return finish("GetItem", out, err)
}

func (db *DB) getItem(ctx context.Context, in *dynamodb.GetItemInput) (*dynamodb.GetItemOutput, error) {
	err := firstError(alive(ctx), refuse(
		field{"AttributesToGet", in.AttributesToGet != nil},
		field{"ReturnConsumedCapacity", reports(in.ReturnConsumedCapacity)},
	))
	if err != nil {
		return nil, err
	}
	t, err := db.table(in.TableName)
	if err != nil {
		return nil, err
	}
	paths, err := expression.Projected(in.ProjectionExpression, in.ExpressionAttributeNames)
	if err != nil {
		return nil, err
	}
	k, err := t.key(in.Key)
	if err != nil {
		return nil, err
	}
	return &dynamodb.GetItemOutput{Item: view(t.find(k), paths)}, nil
}

// maxBatch is how many items BatchGetItem reads.
const maxBatch = 100

// BatchGetItem reads items by their keys. All keys are always processed. The items of a table come by their keys, not in
// the order of the request.
func (db *DB) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	out, err := db.batchGetItem(ctx, in)
	return finish("BatchGetItem", out, err)
}

func (db *DB) batchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput) (*dynamodb.BatchGetItemOutput, error) {
	err := firstError(alive(ctx), refuse(field{"ReturnConsumedCapacity", reports(in.ReturnConsumedCapacity)}))
	if err != nil {
		return nil, err
	}
	asked := 0
	for _, request := range in.RequestItems {
		asked += len(request.Keys)
		if len(request.Keys) == 0 {
			return nil, attribute.Invalid("Value at 'RequestItems' failed to satisfy constraint: a table must have at least one key")
		}
	}
	switch {
	case asked == 0:
		return nil, attribute.Invalid("Value at 'RequestItems' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case asked > maxBatch:
		return nil, attribute.Invalid("Too many items requested for the BatchGetItem call")
	}
	out := &dynamodb.BatchGetItemOutput{
		Responses: map[string][]map[string]types.AttributeValue{}, UnprocessedKeys: map[string]types.KeysAndAttributes{},
	}
	for _, name := range slices.Sorted(maps.Keys(in.RequestItems)) {
		if out.Responses[name], err = db.getMany(name, in.RequestItems[name]); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (db *DB) getMany(tableName string, request types.KeysAndAttributes) ([]map[string]types.AttributeValue, error) {
	if request.AttributesToGet != nil {
		return nil, attribute.Unsupported("AttributesToGet")
	}
	t, err := db.table(&tableName)
	if err != nil {
		return nil, err
	}
	paths, err := expression.Projected(request.ProjectionExpression, request.ExpressionAttributeNames)
	if err != nil {
		return nil, err
	}
	keys := make([]key, len(request.Keys))
	for i, given := range request.Keys {
		if keys[i], err = t.key(given); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(keys, key.compare)
	if len(slices.Compact(slices.Clone(keys))) < len(keys) {
		return nil, attribute.Invalid("Provided list of item keys contains duplicates")
	}
	found := []map[string]types.AttributeValue{}
	for _, k := range keys {
		if i := t.find(k); i != nil {
			found = append(found, view(i, paths))
		}
	}
	return found, nil
}

// view copies what a reader asked to see of an item.
func view(i attribute.Item, paths []expression.Path) attribute.Item {
	if paths == nil || i == nil {
		return attribute.CopyItem(i)
	}
	return expression.Project(i, paths)
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
