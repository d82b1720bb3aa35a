package integration_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/tables"
)

func TestConfigTableRefusesToOverwriteWhatItHasNotRead(t *testing.T) {
	t.Parallel()
	table := tables.NewConfig(begin(t).DynamoDB(), tables.ConfigTableName)
	mine := tables.Entity{Kind: tables.KindCluster, Name: "production", Spec: json.RawMessage(`{"name":"production"}`), UpdatedBy: "ana"}
	written, err := table.Put(t.Context(), mine)
	if err != nil || written.Version != 1 {
		t.Fatalf("version %d, %v; want 1", written.Version, err)
	}
	for name, stale := range map[string]error{
		"a second first write": second(table.Put(t.Context(), mine)),
		"a deletion of a version that never was": table.Delete(t.Context(), tables.Entity{
			Kind: mine.Kind, Name: mine.Name, Version: 7,
		}),
	} {
		if !errors.Is(stale, tables.ErrConflict) {
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

func TestApplicationsAreKeptBesideEachOtherAndTheLaterOneStands(t *testing.T) {
	t.Parallel()
	logs := tables.NewLogs(begin(t).DynamoDB(), tables.LogsTableName)
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	var group sync.WaitGroup
	names := []string{"a", "b", "c"}
	for _, name := range names {
		group.Go(func() {
			application := scaling.Application{Profile: "peak", Goal: scaling.Desired(3).Goal(scaling.Limits{MaxSize: 5}), At: at, TakenAt: at}
			if err := logs.MarkApplied(t.Context(), "production", map[string]scaling.Application{name: application}); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	older := scaling.Application{Profile: "sleep", TakenAt: at.Add(-time.Minute)}
	if err := logs.MarkApplied(t.Context(), "production", map[string]scaling.Application{"a": older}); err != nil {
		t.Fatal(err)
	}
	applied, err := logs.Applied(t.Context(), "production")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if got := applied[name]; got.Profile != "peak" || !got.At.Equal(at) || *got.Goal.DesiredSize != 3 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
