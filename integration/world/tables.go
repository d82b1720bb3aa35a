package world

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/aws/dynamodb"
	"eks-scaling-automation/shared/deployment"
)

// DynamoDB returns a client of the world's tables. Its calls are not counted, and not in the stream.
func (w *World) DynamoDB() *awsdynamodb.Client {
	return w.client(w.Tables.Past(), "world")
}

// Console returns a client for edits by hand, which appear in the stream.
func (w *World) Console() *awsdynamodb.Client {
	return w.client(w.Tables.URL(), "console")
}

func (w *World) client(url, accessKey string) *awsdynamodb.Client {
	return awsdynamodb.New(awsdynamodb.Options{
		Region: w.Region, BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(accessKey, "local", ""),
	})
}

// Expire removes the config table's expired items, as DynamoDB does some time after their expiry.
func (w *World) Expire(ctx context.Context, by time.Time) error {
	const condition = "expiresAt <= :by"
	found, err := w.DynamoDB().Scan(ctx, &awsdynamodb.ScanInput{
		TableName: aws.String(deployment.ConfigTable), FilterExpression: aws.String(condition),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":by": &types.AttributeValueMemberN{Value: strconv.FormatInt(by.Unix(), 10)},
		},
	})
	if err != nil {
		return err
	}
	for _, item := range found.Items {
		_, err := w.client(w.Tables.URL(), dynamodb.TimeToLive).DeleteItem(ctx, &awsdynamodb.DeleteItemInput{
			TableName: aws.String(deployment.ConfigTable),
			Key:       map[string]types.AttributeValue{"kind": item["kind"], "name": item["name"]},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Record is an item of the audit trail.
type Record = map[string]any

// Records returns all items of the audit trail, by time and then by subject; the units' records come last.
func (w *World) Records(ctx context.Context) ([]Record, error) {
	var records []Record
	pages := awsdynamodb.NewScanPaginator(w.DynamoDB(), &awsdynamodb.ScanInput{TableName: aws.String(deployment.LogsTable)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, item := range page.Items {
			var record Record
			if err := attributevalue.UnmarshalMap(item, &record); err != nil {
				return nil, err
			}
			records = append(records, record)
		}
	}
	slices.SortFunc(records, func(a, b Record) int {
		return strings.Compare(fmt.Sprint(a["at"], a["subject"]), fmt.Sprint(b["at"], b["subject"]))
	})
	return records, nil
}
