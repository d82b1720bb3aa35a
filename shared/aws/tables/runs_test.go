package tables

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/simulation/memdb"
	"eks-scaling-automation/shared/run"
)

// paged answers a query with one item a page.
type paged struct{ *memdb.DB }

func newPaged() paged {
	return paged{memdb.New(memdb.Table{Name: "logs", PartitionKey: "subject", SortKey: "at"})}
}

func (p paged) Query(ctx context.Context, in *dynamodb.QueryInput, options ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	one := *in
	one.Limit = aws.Int32(1)
	return p.DB.Query(ctx, &one, options...)
}

func TestRunsSinceAnInstantAreNewestFirst(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	logs := NewLogs(newPaged(), "logs")
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
	if changes, err := logs.Changes(t.Context(), "berlin", "web", noon); err != nil || len(changes) != 1 {
		t.Errorf("found %v, %v; want the change of berlin/web", changes, err)
	}
}

func TestUnitsOfARunAreSortedByName(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	logs := NewLogs(newPaged(), "logs")
	one := func(of, unit string) run.UnitRecord {
		return run.UnitRecord{
			ClusterSummary: run.ClusterSummary{Cluster: unit, Outcome: run.Succeeded},
			Execution:      run.Execution{Name: "own-" + unit}, Run: run.Run{Execution: run.Execution{Name: of}, TakenAt: noon},
		}
	}
	putUnits(t, logs, noon, one("r1", "web"), one("r1", "api"), one("r12", "web"), one("r1", "web"))
	got, err := logs.UnitRecords(t.Context(), "r1")
	if diff := cmp.Diff([]run.UnitRecord{one("r1", "api"), one("r1", "web")}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	of := run.Run{Execution: run.Execution{Name: "r1"}, TakenAt: noon.Add(100 * time.Microsecond)} // records have milliseconds
	own, found, err := logs.UnitRecord(t.Context(), of, "web")
	if diff := cmp.Diff(one("r1", "web"), own); err != nil || !found || diff != "" {
		t.Errorf("one of them: %v (-want +got):\n%s", err, diff)
	}
	if _, found, err := logs.UnitRecord(t.Context(), of, "we"); err != nil || found {
		t.Errorf("found one of a name that only begins so, %v", err)
	}
	if runs, err := logs.Runs(t.Context(), noon); err != nil || len(runs) > 0 {
		t.Errorf("found %d runs, %v; want none, as units are none", len(runs), err)
	}
}

// TestUnitsOfSeveralRunsAreReadByTheirKeys, without the other units of these runs.
func TestUnitsOfSeveralRunsAreReadByTheirKeys(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	logs := NewLogs(memdb.New(memdb.Table{Name: "logs", PartitionKey: "subject", SortKey: "at"}), "logs")
	begun := func(of string) run.Run { return run.Run{Execution: run.Execution{Name: of}, TakenAt: noon} }
	one := func(of, unit string) run.UnitRecord {
		return run.UnitRecord{ClusterSummary: run.ClusterSummary{Cluster: unit, Outcome: run.Failed}, Run: begun(of)}
	}
	putUnits(t, logs, noon, one("r1", "web"), one("r1", "api"), one("r1", "other"), one("r2", "web"), one("r3", "web"))
	got, err := logs.UnitRecordsOf(t.Context(), []run.Run{begun("r1"), begun("r2"), begun("r4")}, []string{"web", "api"})
	want := map[string][]run.UnitRecord{"r1": {one("r1", "api"), one("r1", "web")}, "r2": {one("r2", "web")}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func putUnits(t *testing.T, logs *Logs, at time.Time, units ...run.UnitRecord) {
	t.Helper()
	for _, r := range units {
		if err := logs.Put(t.Context(), Record{Subject: SubjectUnits(r.Run.Execution.Name), Time: at, Execution: r.Cluster, Detail: r}); err != nil {
			t.Fatal(err)
		}
	}
}

// filtered answers no query, and keeps what it was asked for.
type filtered struct {
	paged
	asked *dynamodb.QueryInput
}

func (f *filtered) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	f.asked = in
	return &dynamodb.QueryOutput{}, nil
}

func TestFailedUnitsAreChosenByTheTable(t *testing.T) {
	t.Parallel()
	db := &filtered{paged: newPaged()}
	if _, err := NewLogs(db, "logs").FailedUnits(t.Context(), "r1"); err != nil {
		t.Fatal(err)
	}
	outcome, isText := db.asked.ExpressionAttributeValues[":outcome"].(*types.AttributeValueMemberS)
	if aws.ToString(db.asked.FilterExpression) != "#outcome = :outcome" || !isText || outcome.Value != string(run.Failed) {
		t.Errorf("found the filter %q of %v; want the failed ones alone", aws.ToString(db.asked.FilterExpression), db.asked.ExpressionAttributeValues)
	}
}

func TestARecordIsListedByDayUnlessItIsOfAUnit(t *testing.T) {
	t.Parallel()
	noon, expires := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC), time.Date(2027, 2, 21, 12, 0, 0, 0, time.UTC)
	for _, w := range []struct{ subject, day string }{
		{SubjectRun, "2026-11-23"}, {"berlin/web", "2026-11-23"}, {"config/cluster/berlin", "2026-11-23"}, {SubjectUnits("r1"), ""},
	} {
		db := &putting{}
		if err := NewLogs(db, "logs").Put(t.Context(), Record{Subject: w.subject, Time: noon, Execution: "x", ExpiresAt: expires, Detail: struct{}{}}); err != nil {
			t.Fatal(err)
		}
		want := item{
			"subject": &types.AttributeValueMemberS{Value: w.subject}, "at": &types.AttributeValueMemberS{Value: "2026-11-23T12:00:00.000Z#x"},
			"expiresAt": &types.AttributeValueMemberN{Value: "1803211200"},
		}
		if w.day != "" {
			want["day"] = &types.AttributeValueMemberS{Value: w.day}
		}
		if diff := cmp.Diff(want, db.item, cmp.Exporter(func(reflect.Type) bool { return true })); diff != "" {
			t.Errorf("%s (-want +got):\n%s", w.subject, diff)
		}
	}
}

// putting keeps what it is given.
type putting struct {
	API
	item item
}

func (p *putting) PutItem(_ context.Context, in *dynamodb.PutItemInput, _ ...func(*dynamodb.Options)) (*dynamodb.PutItemOutput, error) {
	p.item = in.Item
	return nil, nil
}

// TestARecordOfThePreviousVersionIsRead: a run had all of its clusters in its own record.
func TestARecordOfThePreviousVersionIsRead(t *testing.T) {
	t.Parallel()
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	logs := NewLogs(newPaged(), "logs")
	old := map[string]any{
		"outcome": "succeeded", "message": "1 scaled", "units": []string{"production"}, "execution": map[string]string{"name": "old"}, "input": map[string]any{},
		"clusters": []map[string]any{{"cluster": "production", "outcome": "succeeded", "nodegroups": []map[string]any{{"nodegroup": "big"}}}},
	}
	if err := logs.Put(t.Context(), Record{Subject: SubjectRun, Time: noon, Execution: "old", Detail: old}); err != nil {
		t.Fatal(err)
	}
	got, err := logs.Runs(t.Context(), noon)
	want := run.Record{Summary: run.Summary{Outcome: run.Succeeded, Message: "1 scaled"}, Execution: run.Execution{Name: "old"}, Input: json.RawMessage(`{}`)}
	if diff := cmp.Diff([]run.Record{want}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if units, err := logs.UnitRecords(t.Context(), "old"); err != nil || len(units) > 0 {
		t.Errorf("found %v, %v; want no units", units, err)
	}
}
