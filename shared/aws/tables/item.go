// Package tables keeps what operators configure and what the system did in DynamoDB. A write is one conditional item, or
// several of the configuration that are written together or not at all.
package tables

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is a DynamoDB item.
type item = map[string]types.AttributeValue

// API is the part of DynamoDB that the tables need.
type API interface {
	GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error)
	BatchGetItem(context.Context, *dynamodb.BatchGetItemInput, ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error)
	PutItem(context.Context, *dynamodb.PutItemInput, ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error)
	TransactWriteItems(context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options)) (*dynamodb.TransactWriteItemsOutput, error)
	UpdateItem(context.Context, *dynamodb.UpdateItemInput, ...func(*dynamodb.Options)) (*dynamodb.UpdateItemOutput, error)
	DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error)
	Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error)
}

// marshal converts a value to an item of native maps, lists and numbers, based on its JSON form. The console then shows and edits
// the same names as everywhere else. Numbers keep all their digits.
func marshal(v any) (item, error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	fields, err := fieldsOf(data)
	if err != nil {
		return nil, err
	}
	return attributes(fields, 1), nil
}

// unmarshal decodes an item through JSON. It ignores attributes that match no field by their exact name. An invalid attribute is an
// error; [readable] skips it instead.
func unmarshal(from item, into any) error {
	value, err := exact(&types.AttributeValueMemberM{Value: from}, reflect.TypeOf(into))
	if err != nil {
		return err
	}
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("an item of another form than expected: %w", err)
	}
	return nil
}

// key returns a primary key of two strings.
func key(partitionName, partition, sortName, sort string) item {
	return item{
		partitionName: &types.AttributeValueMemberS{Value: partition},
		sortName:      &types.AttributeValueMemberS{Value: sort},
	}
}
