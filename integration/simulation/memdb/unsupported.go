package memdb

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/integration/simulation/memdb/attribute"
)

// The product's tables need these operations too, but no simulation calls them.

// DeleteItem fails with [ErrUnsupported].
func (*DB) DeleteItem(context.Context, *dynamodb.DeleteItemInput, ...func(*dynamodb.Options)) (*dynamodb.DeleteItemOutput, error) {
	return nil, attribute.Unsupported("DeleteItem")
}

// TransactWriteItems fails with [ErrUnsupported].
func (*DB) TransactWriteItems(
	context.Context, *dynamodb.TransactWriteItemsInput, ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	return nil, attribute.Unsupported("TransactWriteItems")
}
