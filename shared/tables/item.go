// Package tables keeps what operators configure and what the system did in DynamoDB. A write is one conditional item, or
// several of the configuration that are written together or not at all.
package tables

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is what DynamoDB calls one.
type item = map[string]types.AttributeValue

// API is the part of DynamoDB that the tables need.
type API interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
}

// marshal turns a value into an item of native maps, lists and numbers by way of its JSON form, so that the console
// shows and edits the same names as everywhere else.
func marshal(v any) (item, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, err
	}
	return attributevalue.MarshalMap(fields)
}

// unmarshal reads an item back by way of JSON.
func unmarshal(from item, into any) error {
	var fields map[string]any
	if err := attributevalue.UnmarshalMap(from, &fields); err != nil {
		return err
	}
	data, err := json.Marshal(fields)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("an item of another form than expected: %w", err)
	}
	return nil
}

// key is a primary key of two texts.
func key(partitionName, partition, sortName, sort string) item {
	return item{
		partitionName: &types.AttributeValueMemberS{Value: partition},
		sortName:      &types.AttributeValueMemberS{Value: sort},
	}
}
