package tables_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/signal"
)

// storm is what a unit remembers of its period storm.
func storm(on bool) map[string]signal.Memory {
	return map[string]signal.Memory{"storm": {On: on, Since: unitNow, Value: "25.5", At: unitNow.Add(time.Nanosecond)}}
}

// remembered writes what a unit is to remember, and returns what it then remembers.
func remembered(t *testing.T, logs *tables.Logs, unit string, conditions map[string]signal.Memory) map[string]signal.Memory {
	t.Helper()
	round := tables.Round{Unfinished: []string{}, Conditions: conditions}
	if err := logs.Decided(t.Context(), reads(t, logs, unit), first, unitNow, round); err != nil {
		t.Fatal(err)
	}
	return reads(t, logs, unit).Conditions
}

func TestConditionsAreRememberedWithTheRound(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"production", batch} {
		_, logs := inMemory()
		claims(t, logs, unit, first, "big")
		for _, conditions := range []map[string]signal.Memory{
			storm(true), storm(true), storm(false), {"storm": {Spent: true}, "of #1.a": {}}, {"of #1.a": {}}, nil, nil,
		} {
			if diff := cmp.Diff(conditions, remembered(t, logs, unit, conditions)); diff != "" {
				t.Errorf("%s remembers (-want +got):\n%s", unit, diff)
			}
		}
	}
}

// Two schedules of a cluster may have periods of one name. Each remembers its own.
func TestAUnitsConditionsAreItsOwn(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	claims(t, logs, day, first, "big")
	claims(t, logs, batch, first, "gpu")
	remembered(t, logs, day, storm(true))
	if got := remembered(t, logs, batch, nil); got != nil {
		t.Errorf("batch remembers %v; want nothing", got)
	}
	remembered(t, logs, batch, storm(false))
	if diff := cmp.Diff(storm(true), reads(t, logs, day).Conditions); diff != "" {
		t.Errorf("day remembers (-want +got):\n%s", diff)
	}
	if got := reads(t, logs, "production").Conditions; got != nil {
		t.Errorf("production without named schedules remembers %v; want nothing", got)
	}
}

// A run that has lost the claim changes no memory, and neither does one whose record is out of date.
func TestALateRoundIsNotRemembered(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	claims(t, logs, day, first, "big")
	old := reads(t, logs, day)
	if err := logs.Decided(t.Context(), old, first, unitNow.Add(time.Second), tables.Round{Conditions: storm(true)}); err != nil {
		t.Fatal(err)
	}
	late := tables.Round{Conditions: storm(false)}
	if err := logs.Decided(t.Context(), old, first, unitNow.Add(2*time.Second), late); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("a record that is out of date: %v; want %v", err, tables.ErrClaimLost)
	}
	claims(t, logs, day, second, "big")
	if err := logs.Decided(t.Context(), reads(t, logs, day), first, unitNow, late); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("a lost claim: %v; want %v", err, tables.ErrClaimLost)
	}
	if diff := cmp.Diff(storm(true), reads(t, logs, day).Conditions); diff != "" {
		t.Errorf("day remembers (-want +got):\n%s", diff)
	}
}

// Verbs read what all units of a cluster remember with what was last applied there.
func TestAppliedToHasWhatEachUnitRemembers(t *testing.T) {
	t.Parallel()
	_, logs := inMemory()
	claims(t, logs, day, first, "big")
	claims(t, logs, batch, first, "gpu")
	remembered(t, logs, day, storm(true))
	remembered(t, logs, batch, storm(false))
	applied, err := logs.AppliedTo(t.Context(), []string{"production"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]map[string]signal.Memory{day: storm(true), batch: storm(false)}
	if diff := cmp.Diff(want, applied["production"].Conditions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What one schedule remembers may be unreadable. That stops no other one.
func TestAppliedToLeavesOutUnreadableConditions(t *testing.T) {
	t.Parallel()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for _, row := range []struct {
		attribute string
		readable  bool
	}{{"conditions:batch", true}, {"conditions", false}} {
		db, logs := inMemory()
		claims(t, logs, day, first, "big")
		remembered(t, logs, day, storm(true))
		update := "SET #c = :nonsense"
		_, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
			TableName: aws.String("logs"), UpdateExpression: &update, ExpressionAttributeNames: map[string]string{"#c": row.attribute},
			Key:                       map[string]types.AttributeValue{"subject": text("production"), "at": text("unit")},
			ExpressionAttributeValues: map[string]types.AttributeValue{":nonsense": text("nonsense")},
		})
		if err != nil {
			t.Fatal(err)
		}
		applied, err := logs.AppliedTo(t.Context(), []string{"production"})
		got := applied["production"]
		if err != nil || (got.Err == nil) != row.readable {
			t.Errorf("%s: %v, %v; want it readable: %t", row.attribute, err, got.Err, row.readable)
		}
		if row.readable && cmp.Diff(map[string]map[string]signal.Memory{day: storm(true)}, got.Conditions) != "" {
			t.Errorf("%s: %v; want what day remembers alone", row.attribute, got.Conditions)
		}
	}
}
