package tables_test

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
)

// holding is DynamoDB with settings in some format. A write fails the test unless it is put there by what embeds it.
type holding struct {
	tables.API
	format types.AttributeValue // nil: none
	put    map[string]types.AttributeValue
}

func (h *holding) GetItem(context.Context, *dynamodb.GetItemInput, ...func(*dynamodb.Options)) (*dynamodb.GetItemOutput, error) {
	item := map[string]types.AttributeValue{
		"kind": &types.AttributeValueMemberS{Value: "settings"}, "name": &types.AttributeValueMemberS{Value: "global"},
		"version": &types.AttributeValueMemberN{Value: "3"},
		"spec": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
			"enabled": &types.AttributeValueMemberBOOL{Value: true}, "timezone": &types.AttributeValueMemberS{Value: "UTC"},
		}},
	}
	if h.format != nil {
		item["format"] = h.format
	}
	return &dynamodb.GetItemOutput{Item: item}, nil
}

func (h *holding) Query(context.Context, *dynamodb.QueryInput, ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	return &dynamodb.QueryOutput{}, nil
}

func (h *holding) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	h.put = in.Item
	return &dynamodb.PutItemOutput{}, nil
}

func TestAFormatThatIsNotKnownIsNeitherUsedNorWrittenOver(t *testing.T) {
	t.Parallel()
	number := func(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
	for _, row := range []struct {
		rule             string
		format           types.AttributeValue
		usable, writable bool
	}{
		{"made by hand", nil, true, true},
		{"ours", number("1"), true, true},
		{"newer", number("2"), false, false},
		{"no whole number, by somebody's hand", number("1.5"), false, true},
		{"no number, by somebody's hand", &types.AttributeValueMemberS{Value: "2"}, false, true},
	} {
		t.Run(row.rule, func(t *testing.T) {
			t.Parallel()
			db := &holding{format: row.format}
			table := tables.NewConfig(db, "t")
			read, err := table.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := read.CheckedSettings(); (err == nil) != row.usable {
				t.Errorf("found %v; want it usable: %t", err, row.usable)
			}
			_, err = table.Put(t.Context(), *read.Settings)
			if row.writable {
				if n, ok := db.put["format"].(*types.AttributeValueMemberN); err != nil || !ok || n.Value != "1" {
					t.Errorf("found %v and %v; want it written in format 1", err, db.put)
				}
				return
			}
			_, together := table.WriteAll(t.Context(), []tables.Write{{Entity: *read.Settings}})
			_, removed := table.WriteAll(t.Context(), []tables.Write{{Entity: *read.Settings, Remove: true}})
			for what, err := range map[string]error{"Put": err, "Delete": table.Delete(t.Context(), *read.Settings), "WriteAll": together, "and removing": removed} {
				if !errors.Is(err, config.ErrNewer) || db.put != nil { // the others would call what this DynamoDB does not have
					t.Errorf("%s: found %v; want it left as it is", what, err)
				}
			}
		})
	}
}
