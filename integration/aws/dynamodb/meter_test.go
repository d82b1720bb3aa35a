package dynamodb_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/aws/dynamodb"
)

func TestTheMeterCountsWhatDynamoDBBills(t *testing.T) {
	t.Parallel()
	tables, err := dynamodb.StartTables(t.Context(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tables.Close() })
	db := awsdynamodb.New(awsdynamodb.Options{Region: "sa-east-1", BaseEndpoint: aws.String(tables.URL()), Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
	createTable(t, db, "logs")
	tables.Index("logs", "day")
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	type item = map[string]types.AttributeValue
	put := func(values item) func() error {
		values["kind"] = text("a")
		return func() error {
			_, err := db.PutItem(t.Context(), &awsdynamodb.PutItemInput{TableName: aws.String("logs"), Item: values})
			return err
		}
	}
	large := strings.Repeat("x", 2500)
	consistent := true
	for _, row := range []struct {
		name          string
		do            func() error
		reads, writes float64
	}{
		{"a small item", put(item{}), 0, 1},
		{"2.5 KB", put(item{"text": text(large)}), 0, 3},
		{"2.5 KB that an index has, too", put(item{"text": text(large), "day": text("today")}), 0, 6},
		{"a consistent read of less than 4 KB", func() error {
			_, err := db.GetItem(t.Context(), &awsdynamodb.GetItemInput{TableName: aws.String("logs"), Key: item{"kind": text("a")}, ConsistentRead: &consistent})
			return err
		}, 1, 0},
		{"two reads that are not consistent", func() error {
			keys := types.KeysAndAttributes{Keys: []map[string]types.AttributeValue{{"kind": text("a")}, {"kind": text("b")}}}
			_, err := db.BatchGetItem(t.Context(), &awsdynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{"logs": keys}})
			return err
		}, 1, 0},
	} {
		before := tables.Usage()
		if err := row.do(); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		after := tables.Usage()
		if reads, writes := after.Reads-before.Reads, after.Writes-before.Writes; reads != row.reads || writes != row.writes {
			t.Errorf("%s: found %.1f reads and %.1f writes; want %.1f and %.1f", row.name, reads, writes, row.reads, row.writes)
		}
		if after.Calls != before.Calls+1 || after.Bytes <= before.Bytes {
			t.Errorf("%s: found %+v after %+v; want one call more, and its bytes", row.name, after, before)
		}
	}
}
