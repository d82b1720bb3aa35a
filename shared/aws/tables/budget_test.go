package tables_test

import (
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/budget"
)

// ask asks for a read slot in own/sa-east-1, 4 a second.
func ask(at, ahead time.Duration) budget.Request {
	return budget.Request{Place: "own/sa-east-1", Kind: budget.Reads, Rate: 4, Now: time.Unix(1_800_000_000, 0).Add(at), Ahead: ahead}
}

func TestSlotsFollowEachOther(t *testing.T) {
	t.Parallel()
	db, logs := inMemory()
	const taken = -1
	for i, step := range []struct {
		at, ahead time.Duration
		want      int // milliseconds after the first second; taken if none is free
	}{
		{0, 0, 0},
		{0, 0, 250},
		{900 * time.Millisecond, 0, 500},
		{900 * time.Millisecond, 0, 750},
		{900 * time.Millisecond, 0, taken},
		{900 * time.Millisecond, 200 * time.Millisecond, 1000},
		{900 * time.Millisecond, 200 * time.Millisecond, taken},
		{time.Second, 0, 1250},
		{5 * time.Second, 2 * time.Second, 5000}, // what was not used is lost
		{4 * time.Second, 2 * time.Second, 5250}, // a clock that is behind waits
		{4 * time.Second, 0, taken},
		{time.Hour, 2 * time.Second, 3_600_000},  // a clock that is an hour ahead
		{6 * time.Second, 2 * time.Second, 6000}, // stops nobody else
		{6 * time.Second, 2 * time.Second, 6250},
	} {
		slot, free, err := logs.Take(t.Context(), ask(step.at, step.ahead))
		got := int(slot/1000 - 1_800_000_000_000)
		if !free {
			got = taken
		}
		if err != nil || got != step.want {
			t.Fatalf("call %d: found slot %d, %v; want %d", i, got, err, step.want)
		}
	}
	for rule, r := range map[string]budget.Request{
		"updates have slots of their own": {Place: "own/sa-east-1", Kind: budget.Updates, Rate: 4, Now: ask(0, 0).Now},
		"so has another place":            {Place: "own/eu-west-3", Kind: budget.Reads, Rate: 4, Now: ask(0, 0).Now},
	} {
		if slot, free, err := logs.Take(t.Context(), r); err != nil || !free || slot != r.Second() {
			t.Errorf("%s: found %d, %t, %v", rule, slot, free, err)
		}
	}
	found, err := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String("logs"), Key: map[string]types.AttributeValue{
		"subject": &types.AttributeValueMemberS{Value: "budget/own/sa-east-1"}, "at": &types.AttributeValueMemberS{Value: "slots"},
	}})
	if err != nil || len(found.Item) != 5 {
		t.Errorf("found %v, %v; want the key, reads, updates and expiresAt", found, err)
	}
}

// TestManyCallersShareASecond on a DynamoDB: as many go at once as the budget allows, and no more.
func TestManyCallersShareASecond(t *testing.T) {
	t.Parallel()
	logs := tables.NewLogs(database(t), "logs")
	var mu sync.Mutex
	var all sync.WaitGroup
	slots, refused := map[int64]bool{}, 0
	for range 60 {
		all.Go(func() {
			r := ask(0, 0)
			r.Rate = 25
			slot, free, err := logs.Take(t.Context(), r)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				t.Error(err)
			case free:
				slots[slot] = true
			default:
				refused++
			}
		})
	}
	all.Wait()
	if len(slots) != 25 || refused != 35 {
		t.Errorf("found %d slots and %d refusals; want 25 and 35", len(slots), refused)
	}
}
