package memdb_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"eks-scaling-automation/integration/aws/dynamodb"
	"eks-scaling-automation/integration/simulation/memdb"
)

// database is what both sides of the comparison have.
type database interface {
	GetItem(context.Context, *awsdynamodb.GetItemInput, ...func(*awsdynamodb.Options)) (*awsdynamodb.GetItemOutput, error)
	PutItem(context.Context, *awsdynamodb.PutItemInput, ...func(*awsdynamodb.Options)) (*awsdynamodb.PutItemOutput, error)
	UpdateItem(context.Context, *awsdynamodb.UpdateItemInput, ...func(*awsdynamodb.Options)) (*awsdynamodb.UpdateItemOutput, error)
	Query(context.Context, *awsdynamodb.QueryInput, ...func(*awsdynamodb.Options)) (*awsdynamodb.QueryOutput, error)
}

var _ database = (*memdb.DB)(nil)

// logs is a table like the audit trail's.
func logs() *awsdynamodb.CreateTableInput {
	in := &awsdynamodb.CreateTableInput{
		TableName: aws.String("logs"), BillingMode: types.BillingModePayPerRequest, KeySchema: []types.KeySchemaElement{
			{AttributeName: aws.String("subject"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("at"), KeyType: types.KeyTypeRange},
		},
	}
	for _, k := range in.KeySchema {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: k.AttributeName, AttributeType: types.ScalarAttributeTypeS,
		})
	}
	return in
}

func newDB() *memdb.DB {
	return memdb.New(memdb.Table{Name: "logs", PartitionKey: "subject", SortKey: "at"})
}

// pair asks both databases the same, with keys that no other pair has.
type pair struct {
	mine, other database
	prefix      string
}

// TestEveryAnswerEqualsDynalites draws operations and compares the answers, or the codes of the errors.
func TestEveryAnswerEqualsDynalites(t *testing.T) {
	t.Parallel()
	server, err := dynamodb.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	client := awsdynamodb.New(awsdynamodb.Options{
		BaseEndpoint: aws.String(server.URL()), Region: "eu-central-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	if _, err := client.CreateTable(t.Context(), logs()); err != nil {
		t.Fatal(err)
	}
	sequences := 0
	rapid.Check(t, func(r *rapid.T) {
		sequences++
		p := pair{newDB(), client, fmt.Sprintf("%d/", sequences)}
		for range rapid.IntRange(5, 25).Draw(r, "operations") {
			rapid.SampledFrom([]func(context.Context, *rapid.T){
				p.put, p.put, p.update, p.update, p.update, p.get, p.query, p.broken,
			}).Draw(r, "operation")(t.Context(), r)
		}
	})
}

// same compares two answers, or the codes of two errors.
func same[T any](t *rapid.T, in any, mine T, err error, other T, otherErr error) {
	t.Helper()
	if code(err) != code(otherErr) {
		t.Fatalf("%s\nmemdb: %v\ndynalite: %v", gocmp.Diff(nil, in, ignored), err, otherErr)
	}
	if diff := gocmp.Diff(other, mine, ignored, cmpopts.EquateEmpty()); err == nil && diff != "" {
		t.Fatalf("%s\n(-dynalite +memdb):\n%s", gocmp.Diff(nil, in, ignored), diff)
	}
}

// ignored leaves out what only a transport has, and what the SDK keeps for itself.
var ignored = gocmp.FilterPath(func(p gocmp.Path) bool {
	name := p.Last().String()
	return name == ".ResultMetadata" || name == ".noSmithyDocumentSerde"
}, gocmp.Ignore())

func code(err error) string {
	if err == nil {
		return ""
	}
	if refusal, ok := errors.AsType[smithy.APIError](err); ok {
		return refusal.ErrorCode()
	}
	return err.Error()
}

func (p pair) key(t *rapid.T) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"subject": text(p.prefix + rapid.SampledFrom([]string{"x", "y"}).Draw(t, "subject")),
		"at":      text(rapid.SampledFrom([]string{"1", "11", "2", "21", "unit"}).Draw(t, "at")),
	}
}

// when draws a condition, or none.
func (e *expression) when(t *rapid.T) *string {
	if !rapid.Bool().Draw(t, "conditional") {
		return nil
	}
	return aws.String(e.condition(t, 2))
}

func (p pair) put(ctx context.Context, t *rapid.T) {
	var e expression
	in := &awsdynamodb.PutItemInput{
		TableName: aws.String("logs"), Item: drawItem(t, p.key(t)), ConditionExpression: e.when(t),
		ReturnValues: rapid.SampledFrom([]types.ReturnValue{"", types.ReturnValueAllOld, types.ReturnValueAllNew}).Draw(t, "return"),
	}
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = e.names, e.values
	mine, err := p.mine.PutItem(ctx, in)
	other, otherErr := p.other.PutItem(ctx, in)
	same(t, in, mine, err, other, otherErr)
}

func (p pair) update(ctx context.Context, t *rapid.T) {
	var e expression
	in := &awsdynamodb.UpdateItemInput{
		TableName: aws.String("logs"), Key: p.key(t), UpdateExpression: aws.String(e.update(t)), ConditionExpression: e.when(t),
		ReturnValues: rapid.SampledFrom([]types.ReturnValue{"", types.ReturnValueAllOld, types.ReturnValueAllNew}).Draw(t, "return"),
	}
	in.ExpressionAttributeNames, in.ExpressionAttributeValues = e.names, e.values
	mine, err := p.mine.UpdateItem(ctx, in)
	other, otherErr := p.other.UpdateItem(ctx, in)
	same(t, in, mine, err, other, otherErr)
}

func (p pair) get(ctx context.Context, t *rapid.T) {
	in := &awsdynamodb.GetItemInput{TableName: aws.String("logs"), Key: p.key(t), ConsistentRead: aws.Bool(true)}
	mine, err := p.mine.GetItem(ctx, in)
	other, otherErr := p.other.GetItem(ctx, in)
	same(t, in, mine, err, other, otherErr)
}

func (p pair) query(ctx context.Context, t *rapid.T) {
	in := &awsdynamodb.QueryInput{
		TableName: aws.String("logs"), ScanIndexForward: aws.Bool(rapid.Bool().Draw(t, "forward")),
		KeyConditionExpression: aws.String(rapid.SampledFrom([]string{
			"subject = :p AND #at >= :s", "#at >= :s AND subject = :p", "(subject = :p) AND (#at >= :s)",
			"subject = :p AND #at = :s", "subject = :p AND begins_with(#at, :s)",
			"subject = :p OR #at = :s", "subject >= :p AND #at = :s", "#at = :s AND num = :p",
		}).Draw(t, "keys")),
		ExpressionAttributeNames:  map[string]string{"#at": "at"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": text(p.prefix + "x"), ":s": text("2")},
	}
	if rapid.Bool().Draw(t, "in part") {
		in.ProjectionExpression = aws.String(rapid.SampledFrom([]string{
			"#at, num", "#at, map1.deep, map2.num, map1.num", "map1.deep.num, map1.str, gone.num, str.num",
		}).Draw(t, "part"))
	}
	if limit := rapid.Int32Range(0, 3).Draw(t, "limit"); limit > 0 {
		in.Limit = &limit
	}
	for range 7 {
		mine, err := p.mine.Query(ctx, in)
		other, otherErr := p.other.Query(ctx, in)
		same(t, in, mine, err, other, otherErr)
		if err != nil || mine.LastEvaluatedKey == nil {
			return
		}
		in.ExclusiveStartKey = mine.LastEvaluatedKey
	}
	t.Fatal("a query does not end")
}

// broken sends an update that no database takes.
func (p pair) broken(ctx context.Context, t *rapid.T) {
	in := &awsdynamodb.UpdateItemInput{
		TableName: aws.String("logs"), Key: p.key(t),
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": number(1)},
		UpdateExpression: aws.String(rapid.SampledFrom([]string{
			"SET num = :v, num = :v", "SET map1 = :v, map1.num = :v", "SET num = :w", "SET num = :v SET str = :v", "SET num :v", "num = :v", "",
			"SET #n = :v", "SET subject = :v", "SET num = if_not_exists(:v, :v)", "SET num = :v,", "REMOVE num", "SET #d.num = :v",
		}).Draw(t, "update")),
	}
	if rapid.Bool().Draw(t, "with a broken condition") {
		in.UpdateExpression = aws.String("SET num = :v")
		in.ConditionExpression = aws.String(rapid.SampledFrom([]string{
			"num", "num = ", "((num = :v))", "num = num", "attribute_exists(:v)", "num = :v AND", "num = :w",
		}).Draw(t, "condition"))
	}
	mine, err := p.mine.UpdateItem(ctx, in)
	other, otherErr := p.other.UpdateItem(ctx, in)
	same(t, in, mine, err, other, otherErr)
	if err == nil {
		t.Fatalf("accepted: %v", *in.UpdateExpression)
	}
}
