package integration_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
)

func TestConfigTableRefusesToOverwriteWhatItHasNotRead(t *testing.T) {
	t.Parallel()
	table := tables.NewConfig(begin(t).DynamoDB(), deployment.ConfigTable)
	mine := inventory.Item{Kind: inventory.KindCluster, Name: "production", Spec: json.RawMessage(`{"name":"production"}`), UpdatedBy: "ana"}
	written, err := table.Put(t.Context(), mine)
	if err != nil || written.Version != 1 {
		t.Fatalf("version %d, %v; want 1", written.Version, err)
	}
	for name, stale := range map[string]error{
		"a second first write": second(table.Put(t.Context(), mine)),
		"a deletion of a version that never was": table.Delete(t.Context(), inventory.Item{
			Kind: mine.Kind, Name: mine.Name, Version: 7,
		}),
	} {
		if !errors.Is(stale, inventory.ErrConflict) {
			t.Errorf("%s: %v; want a conflict", name, stale)
		}
	}
	stored, err := table.Read(t.Context())
	found := stored.Clusters
	if err != nil || len(found) != 1 || found[0].Version != 1 || found[0].UpdatedBy != "ana" || string(found[0].Spec) != `{"name":"production"}` {
		t.Errorf("the table holds %+v (%v); want what ana wrote", found, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestOneRunHoldsAUnitAndItsRecordIsWrittenFieldByField(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	logs := tables.NewLogs(begin(t).DynamoDB(), deployment.LogsTable)
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	older, newer := claim.NewOrder(at, "older"), claim.NewOrder(at.Add(time.Minute), "newer")
	nobody := claim.Unit{Name: "production"}
	names := []string{"a", "b", "c"}
	mine, err := logs.Claim(t.Context(), nobody, claim.Claim{Order: older, RenewedAt: at, Unfinished: names}, names)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := logs.Claim(t.Context(), nobody, claim.Claim{Order: newer, RenewedAt: at}, nil); !errors.Is(err, tables.ErrClaimLost) {
		t.Errorf("a unit that somebody has claimed since it was read: %v; want ErrClaimLost", err)
	}
	var group sync.WaitGroup
	for _, name := range names {
		group.Go(func() {
			i := claim.Intent{Nodegroup: name, Order: older, Round: 1, Sizes: scaling.Sizes{MaxSize: 5}, Expires: at}
			if _, err := logs.Announce(t.Context(), "production", name, i, at, tables.Effect{Raises: true, Relied: "night"}); err != nil {
				t.Error(err)
			}
			if err := logs.Clear(t.Context(), "production", name, i, "update-"+name); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if mine, err = logs.Unit(t.Context(), "production"); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if mine.Relied[name] != "night" || mine.Raised[name] != older || mine.Updates[name].ID != "update-"+name || len(mine.Intents) > 0 {
			t.Errorf("%s is not recorded: %+v", name, mine)
		}
	}
	if _, err := logs.Claim(t.Context(), mine, claim.Claim{Order: newer, RenewedAt: at}, []string{"a"}); err != nil {
		t.Fatal(err)
	}
	for name, err := range map[string]error{
		"renew":    logs.Renew(t.Context(), "production", "big", older, at),
		"announce": second(logs.Announce(t.Context(), "production", "x", claim.Intent{Nodegroup: "a", Order: older}, at, tables.Effect{})),
		"arrived":  logs.Arrived(t.Context(), "production", older, at, tables.Arrival{Nodegroup: "a", UpdateID: "update-a", Active: true}),
		"decided":  logs.Decided(t.Context(), mine, older, at, tables.Round{Marks: map[string]scaling.Application{"a": {Profile: "peak"}}}),
	} {
		if !errors.Is(err, tables.ErrClaimLost) {
			t.Errorf("%s under a claim that is lost: %v; want ErrClaimLost", name, err)
		}
	}
}
