package memdb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// PutItem stores an item in place of the one with its key.
func (db *DB) PutItem(ctx context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	out, err := db.putItem(ctx, in)
	return finish("PutItem", out, err)
}

func (db *DB) putItem(ctx context.Context, in *dynamodb.PutItemInput) (*dynamodb.PutItemOutput, error) {
	err := firstError(
		alive(ctx),
		refuse(field{"Expected", in.Expected != nil}, field{"ConditionalOperator", in.ConditionalOperator != ""}),
		unreported(in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics, in.ReturnValuesOnConditionCheckFailure),
		checkReturnOld(in.ReturnValues),
	)
	if err != nil {
		return nil, err
	}
	w, err := db.preparePut(conditional{
		in.TableName, in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues,
	}, in.Item)
	if err != nil {
		return nil, err
	}
	w.do()
	return &dynamodb.PutItemOutput{Attributes: w.returned(in.ReturnValues)}, nil
}

// UpdateItem changes attributes of an item, or creates it.
func (db *DB) UpdateItem(ctx context.Context, in *dynamodb.UpdateItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error) {
	out, err := db.updateItem(ctx, in)
	return finish("UpdateItem", out, err)
}

func (db *DB) updateItem(ctx context.Context, in *dynamodb.UpdateItemInput) (*dynamodb.UpdateItemOutput, error) {
	err := firstError(
		alive(ctx),
		refuse(
			field{"AttributeUpdates", in.AttributeUpdates != nil},
			field{"Expected", in.Expected != nil},
			field{"ConditionalOperator", in.ConditionalOperator != ""},
		),
		unreported(in.ReturnConsumedCapacity, in.ReturnItemCollectionMetrics, in.ReturnValuesOnConditionCheckFailure),
		checkReturn(in.ReturnValues),
	)
	if err != nil {
		return nil, err
	}
	w, err := db.prepareUpdate(conditional{
		in.TableName, in.ConditionExpression, in.ExpressionAttributeNames, in.ExpressionAttributeValues,
	}, in.Key, in.UpdateExpression)
	if err != nil {
		return nil, err
	}
	w.do()
	return &dynamodb.UpdateItemOutput{Attributes: w.returned(in.ReturnValues)}, nil
}
