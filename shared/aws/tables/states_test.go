package tables_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	dynalite "eks-scaling-automation/integration/aws/dynamodb"
	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/scaling"
)

// database is a DynamoDB with the table logs.
func database(t *testing.T) *dynamodb.Client {
	t.Helper()
	server, err := dynalite.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	db := dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(server.URL()), Region: "sa-east-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	text := types.ScalarAttributeTypeS
	_, err = db.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String("logs"), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{
			{AttributeName: aws.String("subject"), AttributeType: text},
			{AttributeName: aws.String("at"), AttributeType: text},
			{AttributeName: aws.String("day"), AttributeType: text},
		},
		KeySchema: []types.KeySchemaElement{{AttributeName: aws.String("subject"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("at"), KeyType: types.KeyTypeRange}},
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{{
			IndexName:  aws.String("by-day"),
			KeySchema:  []types.KeySchemaElement{{AttributeName: aws.String("day"), KeyType: types.KeyTypeHash}, {AttributeName: aws.String("at"), KeyType: types.KeyTypeRange}},
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeAll},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// counted counts the calls of a DynamoDB.
type counted struct {
	tables.API
	batches []int // how many keys each has asked for
}

func (c *counted) BatchGetItem(ctx context.Context, in *dynamodb.BatchGetItemInput, options ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	c.batches = append(c.batches, len(in.RequestItems["logs"].Keys))
	return c.API.BatchGetItem(ctx, in, options...)
}

func TestAppliedToManyClusters(t *testing.T) {
	db := &counted{API: database(t)}
	logs := tables.NewLogs(db, "logs")
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	want, names := map[string]tables.Applied{}, []string{"never-applied", "c000"}
	for i := range 103 {
		name := fmt.Sprintf("c%03d", i)
		names = append(names, name)
		size := int32(i)
		marks := map[string]scaling.Application{"big": {Profile: "peak", Goal: scaling.Goal{MaxSize: 200, DesiredSize: &size}, At: at, TakenAt: at}}
		want[name] = tables.Applied{Marks: marks}
		order := claim.NewOrder(at, "run")
		unit, err := logs.Claim(t.Context(), claim.Unit{Name: name}, claim.Claim{Order: order, RenewedAt: at}, map[string]claim.Order{"big": order})
		if err == nil {
			err = logs.Decided(t.Context(), unit, order, at, tables.Round{Marks: marks, Ends: true})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := logs.AppliedTo(t.Context(), names)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{100, 4}, db.batches); diff != "" {
		t.Errorf("keys in each call (-want +got):\n%s", diff)
	}
}

// TestAnInvalidUnitHidesWhatWasAppliedToItsClusterAlone and names the item.
func TestAnInvalidUnitHidesWhatWasAppliedToItsClusterAlone(t *testing.T) {
	t.Parallel()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for rule, broken := range map[string]map[string]types.AttributeValue{
		"a claim that is a text":     {"claim": text("oops")},
		"a claim without an order":   {"claim": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"renewedAt": text("2026-11-24T09:30:00Z")}}},
		"marks that are a text":      {"marks": text("oops")},
		"an attribute without a use": {"Marks": text("oops")},
	} {
		db, logs := inMemory()
		put(t, db, "production", broken)
		put(t, db, "staging", map[string]types.AttributeValue{"marks": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"web": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"profile": text("on")}},
		}}})
		got, err := logs.AppliedTo(t.Context(), []string{"production", "staging"})
		if err != nil || got["staging"].Err != nil || got["staging"].Marks["web"].Profile != "on" {
			t.Errorf("%s: %v, and for the other cluster %+v; want its marks", rule, err, got["staging"])
		}
		invalid, ok := errors.AsType[*tables.UnitError](got["production"].Err)
		if harmless := broken["Marks"] != nil; ok == harmless || ok && (invalid.Unit != "production" || invalid.Table != "logs") {
			t.Errorf("%s: %v; want the item named as invalid, unless nobody reads the attribute", rule, got["production"].Err)
		}
	}
}

// put writes a cluster's unit by hand.
func put(t *testing.T, db *memdb.DB, cluster string, fields map[string]types.AttributeValue) {
	t.Helper()
	item := map[string]types.AttributeValue{"subject": &types.AttributeValueMemberS{Value: cluster}, "at": &types.AttributeValueMemberS{Value: "unit"}}
	maps.Copy(item, fields)
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("logs"), Item: item}); err != nil {
		t.Fatal(err)
	}
}

func TestAppliedToNoClusterAsksNobody(t *testing.T) {
	t.Parallel()
	if got, err := tables.NewLogs(nil, "logs").AppliedTo(t.Context(), nil); err != nil || len(got) != 0 {
		t.Errorf("found %v, %v; want nothing", got, err)
	}
}

// hesitant leaves out all but the first key of a call, so many times.
type hesitant struct {
	tables.API
	times int
}

func (h *hesitant) BatchGetItem(_ context.Context, in *dynamodb.BatchGetItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.BatchGetItemOutput, error) {
	asked, given := in.RequestItems["logs"], 1
	if h.times--; h.times < 0 {
		given = len(asked.Keys)
	}
	out := &dynamodb.BatchGetItemOutput{Responses: map[string][]map[string]types.AttributeValue{"logs": asked.Keys[:given]}}
	if given < len(asked.Keys) {
		asked.Keys = asked.Keys[given:]
		out.UnprocessedKeys = map[string]types.KeysAndAttributes{"logs": asked}
	}
	return out, nil
}

func TestWhatIsLeftOutIsAskedForAgain(t *testing.T) {
	t.Parallel()
	clusters := []string{"a", "b", "c", "d", "e", "f", "g"}
	for _, w := range []struct {
		rule    string
		times   int
		waits   time.Duration
		succeed bool
	}{
		{"never left out", 0, 0, true},
		{"once", 1, 50 * time.Millisecond, true},
		{"four times", 4, 750 * time.Millisecond, true},
		{"again and again", 5, 750 * time.Millisecond, false},
	} {
		t.Run(w.rule, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				got, err := tables.NewLogs(&hesitant{times: w.times}, "logs").AppliedTo(t.Context(), clusters)
				if (err == nil) != w.succeed || w.succeed && len(got) != len(clusters) {
					t.Errorf("found %d of them, and the error %v", len(got), err)
				}
				if waited := time.Since(start); waited != w.waits {
					t.Errorf("it took %s; want %s", waited, w.waits)
				}
			})
		})
	}
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tables.NewLogs(&hesitant{times: 1}, "logs").AppliedTo(ctx, []string{"a", "b"}); err == nil {
		t.Error("it went well; want the context's error")
	}
}
