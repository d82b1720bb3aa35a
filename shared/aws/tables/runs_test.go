package tables

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/run"
)

// records is a table that keeps what is put into it, and answers a query with one item a page.
type records struct {
	API
	items []item
}

func (r *records) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	r.items = append(r.items, in.Item)
	return &dynamodb.PutItemOutput{}, nil
}

func (r *records) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	value := func(from item, name string) string { return from[name].(*types.AttributeValueMemberS).Value }
	var found []item
	for _, one := range slices.Backward(r.items) { // they are put in the order of their keys
		isAfter := in.ExclusiveStartKey != nil && value(one, "at") >= value(in.ExclusiveStartKey, "at")
		if value(one, "subject") == value(in.ExpressionAttributeValues, ":partition") && value(one, "at") >= value(in.ExpressionAttributeValues, ":since") && !isAfter {
			found = append(found, one)
		}
	}
	if len(found) == 0 {
		return &dynamodb.QueryOutput{}, nil
	}
	return &dynamodb.QueryOutput{Items: found[:1], LastEvaluatedKey: item{"at": found[0]["at"]}}, nil
}

func TestRunsAreThoseSinceAnInstantTheNewestFirst(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	logs := NewLogs(&records{}, "logs")
	one := func(name string) run.Record {
		return run.Record{
			Summary:   run.Summary{Outcome: run.Succeeded, Message: "1 scaled"},
			Execution: run.Execution{Name: name}, Input: json.RawMessage(`{"actor":"ana"}`),
		}
	}
	for i, name := range []string{"old", "first", "second"} {
		r := Record{Subject: SubjectRun, Time: noon.Add(time.Duration(i-1) * time.Minute), Execution: name, Detail: one(name)}
		if err := logs.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := logs.Put(t.Context(), Record{Subject: "berlin/web", Time: noon.Add(time.Hour), Execution: "second", Detail: run.Change{}}); err != nil {
		t.Fatal(err)
	}
	got, err := logs.Runs(t.Context(), noon)
	if diff := cmp.Diff([]run.Record{one("second"), one("first")}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}
