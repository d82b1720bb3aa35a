package tables

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// instantForm starts the sort key of a record, so that records are sorted by time.
const instantForm = "2006-01-02T15:04:05.000Z"

// since returns a query for the records of a partition from an instant on, newest first.
func (t *Logs) since(partitionName, partition string, at time.Time) *dynamodb.QueryInput {
	condition, forward := "#partition = :partition AND #at >= :since", false
	return &dynamodb.QueryInput{
		TableName: &t.name, KeyConditionExpression: &condition, ScanIndexForward: &forward,
		// DynamoDB keeps these words for itself.
		ExpressionAttributeNames: map[string]string{"#partition": partitionName, "#at": "at"},
		ExpressionAttributeValues: item{
			":partition": &types.AttributeValueMemberS{Value: partition},
			":since":     &types.AttributeValueMemberS{Value: at.UTC().Format(instantForm)},
		},
	}
}

// found returns the records of a query, page by page; never nil. An invalid attribute hides neither the rest of its record nor other
// records. The error lists the invalid ones.
func found[T any](ctx context.Context, t *Logs, what string, query *dynamodb.QueryInput) ([]T, error) {
	pages := dynamodb.NewQueryPaginator(t.db, query)
	all := []T{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading %s from table %s: %w", what, t.name, err)
		}
		for _, values := range page.Items {
			var one T
			_ = readable(values, &one)
			all = append(all, one)
		}
	}
	return all, nil
}
