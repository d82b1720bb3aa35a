package dynamodb_test

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/aws/dynamodb"
	"eks-scaling-automation/integration/testkit/leaktest"
)

func start(t *testing.T) *dynamodb.Server {
	t.Helper()
	server, err := dynamodb.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close dynalite: %v", err)
		}
	})
	return server
}

func clientOf(server *dynamodb.Server) *awsdynamodb.Client {
	return awsdynamodb.New(awsdynamodb.Options{
		BaseEndpoint: aws.String(server.URL()),
		Region:       "sa-east-1",
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

func createTable(t *testing.T, client *awsdynamodb.Client, name string) {
	t.Helper()
	_, err := client.CreateTable(t.Context(), &awsdynamodb.CreateTableInput{
		TableName:            aws.String(name),
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("kind"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("kind"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		t.Fatalf("create table %s: %v", name, err)
	}
}

func TestATableIsReadyAsSoonAsItIsCreated(t *testing.T) {
	client := clientOf(start(t))
	createTable(t, client, "config")

	item := map[string]types.AttributeValue{"kind": &types.AttributeValueMemberS{Value: "settings"}}
	if _, err := client.PutItem(t.Context(), &awsdynamodb.PutItemInput{TableName: aws.String("config"), Item: item}); err != nil {
		t.Fatalf("put right after create: %v", err)
	}
	got, err := client.GetItem(t.Context(), &awsdynamodb.GetItemInput{TableName: aws.String("config"), Key: item, ConsistentRead: aws.Bool(true)})
	if err != nil {
		t.Fatal(err)
	}
	want := "settings"
	if diff := cmp.Diff(want, got.Item["kind"].(*types.AttributeValueMemberS).Value); diff != "" {
		t.Errorf("kind (-want +got):\n%s", diff)
	}
}

func TestAFailedConditionIsTheTypedError(t *testing.T) {
	client := clientOf(start(t))
	createTable(t, client, "config")
	put := &awsdynamodb.PutItemInput{
		TableName:           aws.String("config"),
		Item:                map[string]types.AttributeValue{"kind": &types.AttributeValueMemberS{Value: "settings"}},
		ConditionExpression: aws.String("attribute_not_exists(kind)"),
	}
	if _, err := client.PutItem(t.Context(), put); err != nil {
		t.Fatal(err)
	}
	_, err := client.PutItem(t.Context(), put)
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); !ok {
		t.Errorf("second put: got %v, want ConditionalCheckFailedException", err)
	}
}

func TestServersShareNothing(t *testing.T) {
	one, other := start(t), start(t)
	createTable(t, clientOf(one), "config")
	tables, err := clientOf(other).ListTables(t.Context(), &awsdynamodb.ListTablesInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(tables.TableNames) != 0 {
		t.Errorf("the other server has tables %v", tables.TableNames)
	}
}

func TestNothingAnswersAfterClose(t *testing.T) {
	server := start(t)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		_ = response.Body.Close()
		t.Errorf("a closed server answered %s", response.Status)
	}
}

func TestDynaliteNeverOutlivesItsParent(t *testing.T) {
	leaktest.NoneAfter(t, func() error {
		_, err := dynamodb.Start(context.Background())
		return err
	})
}

func BenchmarkStart(b *testing.B) {
	for b.Loop() {
		server, err := dynamodb.Start(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if err := server.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
