package tables_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/blastradius"
)

// reservation is one of the run night.
func reservation(unit string, nodes int, limit blastradius.Limit) blastradius.Reservation {
	return blastradius.Reservation{Run: "night", Unit: unit, Nodes: nodes, Limit: limit, Expires: time.Unix(1_800_000_000, 0)}
}

func TestReservations(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	db, logs := inMemory()
	limit := blastradius.Limit{Nodes: 10, Units: 3}
	for _, step := range []struct {
		unit    string
		nodes   int
		limit   blastradius.Limit
		granted bool
		taken   blastradius.Taken
	}{
		{"big", 11, limit, false, blastradius.Taken{}},
		{"a", 4, limit, true, blastradius.Taken{Nodes: 4, Units: 1}},
		{"a", 4, limit, true, blastradius.Taken{Nodes: 4, Units: 1}},
		{"a", 2, limit, true, blastradius.Taken{Nodes: 4, Units: 1}},
		{"a", 5, limit, true, blastradius.Taken{Nodes: 5, Units: 1}},
		{"b:night", 6, limit, false, blastradius.Taken{Nodes: 5, Units: 1}},
		{"b:night", 5, limit, true, blastradius.Taken{Nodes: 10, Units: 2}},
		{"b:night", 6, limit, false, blastradius.Taken{Nodes: 10, Units: 2}},
		{"bounds", 0, limit, true, blastradius.Taken{Nodes: 10, Units: 3}},
		{"more bounds", 0, limit, false, blastradius.Taken{Nodes: 10, Units: 3}},
		{"more bounds", 0, blastradius.Limit{Nodes: 10}, true, blastradius.Taken{Nodes: 10, Units: 4}},
		{"c", 70, blastradius.Limit{Units: 5}, true, blastradius.Taken{Nodes: 80, Units: 5}},
	} {
		taken, granted, err := logs.Reserve(t.Context(), reservation(step.unit, step.nodes, step.limit))
		if err != nil || granted != step.granted || taken != step.taken {
			t.Fatalf("%s wants %d of %s: granted %t, taken %+v, %v; want %t, %+v", step.unit, step.nodes, step.limit, granted, taken, err, step.granted, step.taken)
		}
	}
	number := func(text string) types.AttributeValue { return &types.AttributeValueMemberN{Value: text} }
	found, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("logs"), Key: counterOf("night")})
	if err != nil {
		t.Fatal(err)
	}
	want := counterOf("night")
	for name, text := range map[string]string{
		"nodes": "80", "units": "5", "expiresAt": "1800000000", "unit:a": "5", "unit:b:night": "5", "unit:bounds": "0", "unit:more bounds": "0", "unit:c": "70",
	} {
		want[name] = number(text)
	}
	if diff := cmp.Diff(want, found.Item, cmpopts.IgnoreUnexported(types.AttributeValueMemberN{}, types.AttributeValueMemberS{})); diff != "" {
		t.Errorf("the counter (-want +got):\n%s", diff)
	}
	if records, err := logs.UnitRecords(t.Context(), "night"); err != nil || len(records) > 0 {
		t.Errorf("the counter counts as a record of the run: %+v, %v", records, err)
	}
	if taken, _, err := logs.Reserve(t.Context(), blastradius.Reservation{Run: "next", Unit: "a", Nodes: 1, Limit: limit}); err != nil || taken.Nodes != 1 {
		t.Errorf("another run shares the counter: %+v, %v", taken, err)
	}
}

func counterOf(run string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{
		"subject": &types.AttributeValueMemberS{Value: "run#" + run + "#blast-radius"}, "at": &types.AttributeValueMemberS{Value: "counter"},
	}
}

// TestManyUnitsReserveAtOnce on a DynamoDB. What is granted fills the limits and never exceeds them.
func TestManyUnitsReserveAtOnce(t *testing.T) {
	t.Parallel()
	logs := tables.NewLogs(database(t), "logs")
	limit := blastradius.Limit{Nodes: 50, Units: 30}
	var mu sync.Mutex
	var all sync.WaitGroup
	granted := map[string]int{}
	for i := range 60 { // each twice, as if its first invocation had died
		for range 2 {
			all.Go(func() {
				unit, nodes := fmt.Sprintf("unit%02d", i), 1+i%3
				_, ok, err := logs.Reserve(t.Context(), reservation(unit, nodes, limit))
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Errorf("%s: %v", unit, err)
				}
				if ok {
					granted[unit] = nodes
				}
			})
		}
	}
	all.Wait()
	nodes := 0
	for _, n := range granted {
		nodes += n
	}
	taken, _, err := logs.Reserve(t.Context(), reservation("late", 50, limit))
	if err != nil || taken != (blastradius.Taken{Nodes: nodes, Units: len(granted)}) || !limit.Allows(taken) || nodes < 48 {
		t.Errorf("granted %d nodes in %d units, and the counter has %+v, %v; want both the same, and nearly all of %s", nodes, len(granted), taken, err, limit)
	}
}

func TestACounterThatCannotBeReadGrantsNothing(t *testing.T) {
	t.Parallel()
	db, logs := inMemory()
	broken := counterOf("night")
	broken["nodes"] = &types.AttributeValueMemberS{Value: "many"}
	if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("logs"), Item: broken}); err != nil {
		t.Fatal(err)
	}
	_, granted, err := logs.Reserve(t.Context(), reservation("a", 1, blastradius.Limit{Nodes: 10}))
	if err == nil || granted {
		t.Errorf("granted: %t, %v; want an error", granted, err)
	}
}
