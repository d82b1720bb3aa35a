package tables

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/shared/inventory"
)

// refusing refuses every record with a long text.
type refusing struct {
	paged
	err error
}

func (r *refusing) PutItem(ctx context.Context, in *dynamodb.PutItemInput, options ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	if after := text(in.Item, "after"); strings.HasPrefix(after, "long") {
		return nil, r.err
	}
	return r.paged.PutItem(ctx, in, options...)
}

// TestARefusedChangeIsRecordedWithoutItsSpecs because the stream would hand it over again and again, for a day.
func TestARefusedChangeIsRecordedWithoutItsSpecs(t *testing.T) {
	t.Parallel()
	change := inventory.ConfigChange{Kind: "cluster", Name: "production", Time: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), By: "ana", After: json.RawMessage(`"long"`)}
	db := &refusing{newPaged(), &smithy.GenericAPIError{Code: "ValidationException", Message: "Item size has exceeded the maximum allowed size"}}
	logs := NewLogs(db, "logs")
	if err := logs.PutConfigChange(t.Context(), change, "id"); err != nil {
		t.Fatal(err)
	}
	got, err := logs.ConfigChanges(t.Context(), "cluster", "production")
	if err != nil || len(got) != 1 || got[0].By != "ana" || got[0].Before != nil || string(got[0].After) != `"(not kept: DynamoDB refused it)"` {
		t.Errorf("recorded: %+v, %v", got, err)
	}
	db.err = &smithy.GenericAPIError{Code: "ThrottlingException"}
	if err := logs.PutConfigChange(t.Context(), change, "id"); !errors.Is(err, db.err) {
		t.Errorf("%v; want a failure that may pass to be tried again", err)
	}
}
