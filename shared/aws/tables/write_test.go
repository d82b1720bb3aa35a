package tables_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
)

// transacting is DynamoDB that answers transactions, and remembers the last one.
type transacting struct {
	tables.API
	err  error
	last *dynamodb.TransactWriteItemsInput
	// repeated says that the SDK would make the last call again.
	repeated bool
}

func (f *transacting) TransactWriteItems(
	_ context.Context, in *dynamodb.TransactWriteItemsInput, with ...func(*dynamodb.Options),
) (*dynamodb.TransactWriteItemsOutput, error) {
	f.last = in
	options := dynamodb.Options{Retryer: retry.NewStandard()}
	for _, set := range with {
		set(&options)
	}
	f.repeated = f.err != nil && options.Retryer.IsErrorRetryable(f.err)
	return nil, f.err
}

func TestWriteAllIsOneTransaction(t *testing.T) {
	t.Parallel()
	db := &transacting{}
	_, err := tables.NewConfig(db, "t").WriteAll(t.Context(), []tables.Write{
		{Entity: inventory.Item{Kind: "cluster", Name: "new", Spec: []byte(`{}`)}},
		{Entity: inventory.Item{Kind: "cluster", Name: "gone", Version: 3}, Remove: true},
	})
	if err != nil || len(db.last.TransactItems) != 2 {
		t.Fatalf("found %v and %v; want one transaction of two writes", err, db.last)
	}
	put, remove := db.last.TransactItems[0].Put, db.last.TransactItems[1].Delete
	if put == nil || *put.ConditionExpression != "attribute_not_exists(#version) AND attribute_not_exists(#spec)" || put.Item["version"].(*types.AttributeValueMemberN).Value != "1" {
		t.Errorf("found %+v; want version 1 of what is not there", put)
	}
	if remove == nil || *remove.ConditionExpression != "#version = :read" {
		t.Errorf("found %+v; want the removal of version 3", remove)
	}
}

func TestWriteAllSaysWhatIsInTheWay(t *testing.T) {
	t.Parallel()
	cancelled := func(codes ...string) error {
		err := &types.TransactionCanceledException{}
		for _, code := range codes {
			err.CancellationReasons = append(err.CancellationReasons, types.CancellationReason{Code: &code})
		}
		return err
	}
	two := []tables.Write{{Entity: inventory.Item{Kind: "cluster", Name: "a"}}, {Entity: inventory.Item{Kind: "cluster", Name: "b"}}}
	for name, row := range map[string]struct {
		writes      []tables.Write
		err         error
		conflicting int
		want        string
		repeated    bool
	}{
		"somebody was faster":          {two, cancelled("None", "ConditionalCheckFailed"), 1, "writing cluster/b to table t: ", false},
		"somebody writes at that time": {two, cancelled("TransactionConflict", "None"), 0, "writing cluster/a to table t: ", false},
		"another reason":               {two, cancelled("None", "ThrottlingError"), -1, "writing to table t: ", true},
		"both":                         {two, cancelled("ThrottlingError", "ConditionalCheckFailed"), 1, "writing cluster/b to table t: ", false},
		"no reason":                    {two, cancelled("None", "None"), -1, "writing to table t: ", false},
		"another error":                {two, errors.New("the power is out"), -1, "writing to table t: the power is out", false},
		"more than fit":                {make([]tables.Write, 101), nil, -1, "101 items are too many to write to table t in one transaction, which takes at most 100", false},
	} {
		db := &transacting{err: row.err}
		i, err := tables.NewConfig(db, "t").WriteAll(t.Context(), row.writes)
		if err == nil || i != row.conflicting || errors.Is(err, inventory.ErrConflict) != (i >= 0) || !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s: found %d and %v; want %d and %q", name, i, err, row.conflicting, row.want)
		}
		if db.repeated != row.repeated {
			t.Errorf("%s: made again is %t; want %t", name, db.repeated, row.repeated)
		}
		if len(row.writes) > limits.TransactionItems && db.last != nil {
			t.Errorf("%s: DynamoDB was called", name)
		}
	}
}

// TestACheckRequiresAnItemAsItIsOnceItIsWritten: the settings that pause scaling must stay as they are until everything is written.
func TestACheckRequiresAnItemAsItIsOnceItIsWritten(t *testing.T) {
	t.Parallel()
	hold := &inventory.Hold{Document: "d", Resumes: true}
	written := inventory.Item{Kind: "settings", Name: "global", Version: 4, Spec: []byte(`{"paused": true, "fleet": {"units": 200}}`), Hold: hold}
	stored, err := tables.Stored(written)
	if err != nil || stored.Version != 5 || stored.Hold == nil || *stored.Hold != *hold || !inventory.SameJSON(stored.Spec, written.Spec) {
		t.Fatalf("found %+v and %v; want version 5 as it was written", stored, err)
	}
	db := &transacting{}
	if _, err := tables.NewConfig(db, "t").WriteAll(t.Context(), []tables.Write{
		{Entity: stored, Check: true}, {Entity: inventory.Item{Kind: "cluster", Name: "a"}},
	}); err != nil {
		t.Fatal(err)
	}
	check := db.last.TransactItems[0].ConditionCheck
	if check == nil || db.last.TransactItems[0].Put != nil || *check.ConditionExpression != "#version = :read AND #spec = :spec" {
		t.Fatalf("found %+v; want a check of version and spec", check)
	}
	checked := check.ExpressionAttributeValues
	want := map[string]types.AttributeValue{
		":read": &types.AttributeValueMemberN{Value: "5"},
		":spec": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"paused": &types.AttributeValueMemberBOOL{Value: true}, "fleet": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
				"units": &types.AttributeValueMemberN{Value: "200"},
			}},
		}},
	}
	if diff := cmp.Diff(want, checked, cmpopts.IgnoreUnexported(types.AttributeValueMemberN{}, types.AttributeValueMemberM{}, types.AttributeValueMemberBOOL{})); diff != "" {
		t.Errorf("the check is not of what was written (-want +got):\n%s", diff)
	}
}
