package tables_test

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

func TestAnUnknownFormatIsNeitherUsedNorOverwritten(t *testing.T) {
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
			db := &shelf{t: t}
			db.put("settings", "global", `{"paused": false, "timezone": "UTC"}`)
			if db.items[0]["format"] = row.format; row.format == nil {
				delete(db.items[0], "format")
			}
			table := tables.NewConfig(db, "t")
			read, err := table.Read(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if _, _, err := read.CheckedSettings(); (err == nil) != row.usable {
				t.Errorf("found %v; want it usable: %t", err, row.usable)
			}
			if row.writable {
				_, err = table.Put(t.Context(), *read.Settings)
				if n, ok := db.items[0]["format"].(*types.AttributeValueMemberN); err != nil || !ok || n.Value != "1" {
					t.Errorf("found %v and %v; want it written in format 1", err, db.items[0])
				}
				return
			}
			wantNoWrite(t, db, *read.Settings)
			if db.items[0]["format"] != row.format {
				t.Errorf("found %v; want it left as it is", db.items[0])
			}
		})
	}
}

// wantNoWrite tries to write an item of a newer format. The shelf has no transactions, and would note a removal.
func wantNoWrite(t *testing.T, db *shelf, newer inventory.Item) {
	t.Helper()
	table, reads := tables.NewConfig(db, "t"), len(db.reads)
	_, put := table.Put(t.Context(), newer)
	_, together := table.WriteAll(t.Context(), []tables.Write{{Entity: newer}})
	_, removed := table.WriteAll(t.Context(), []tables.Write{{Entity: newer, Remove: true}})
	for what, err := range map[string]error{"Put": put, "Delete": table.Delete(t.Context(), newer), "WriteAll": together, "and removing": removed} {
		if !errors.Is(err, config.ErrNewer) || len(db.reads) != reads {
			t.Errorf("%s: found %v; want it refused", what, err)
		}
	}
}
