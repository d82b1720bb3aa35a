package integration_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	awsdynamodb "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// large is a world with many units after a reconcile run. The run itself had one unit; the records of the others are written straight
// into the table, in the shape that a run gives them.
type large struct {
	*world.World
	units, groups int
	run           run.Record
}

// largeRun is the name of the reconcile run.
const largeRun = "reconcile-of-all"

var largeRegions = []string{"sa-east-1", "us-east-1", "eu-central-1", "ap-southeast-1"}

// withLargeFleet brings up a world with units in 4 regions.
func withLargeFleet(tb testing.TB, units, groups int) large {
	tb.Helper()
	w, err := world.Start(tb.Context(), world.Options{Binaries: binaries, Log: io.Discard, Now: time.Now})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = w.Close() })
	w.Topics.Subscribe(w.Template.Of("AWS::SNS::Topic")[0].ARN, endpoint.Subscription{Protocol: "email", Endpoint: "ops@example.com", Confirmed: true})
	l := large{World: w, units: units, groups: groups}
	l.writeConfig(tb, 1)
	if _, err := w.Run(tb.Context(), largeRun, run.Input{Trigger: run.ReconcileTrigger, Actor: "eventbridge-scheduler"}); err != nil {
		tb.Fatal(err)
	}
	l.writeConfig(tb, units)
	l.writeRecords(tb)
	if printed, err := w.CLI(tb.Context(), "triggers", "sync", "--yes"); err != nil {
		tb.Fatal(err, printed)
	}
	return l
}

func largeUnit(i int) string { return fmt.Sprintf("u%04d", i) }

func (l large) region(i int) string { return largeRegions[i%len(largeRegions)] }

// writeConfig writes the items of the first units, and creates their node groups.
func (l large) writeConfig(tb testing.TB, units int) {
	tb.Helper()
	written := time.Now().Add(-24 * time.Hour)
	item := func(kind, name string, spec map[string]any) map[string]any {
		return map[string]any{"kind": kind, "name": name, "spec": spec, "version": 1, "format": 1, "updatedAt": written.UTC().Format(time.RFC3339), "updatedBy": "ana"}
	}
	all := []map[string]any{item("settings", "global", map[string]any{"paused": false, "timezone": "America/Sao_Paulo"})}
	bounds, day, night := map[string]any{}, map[string]any{}, map[string]any{}
	for g := range l.groups {
		name := fmt.Sprint("n", g)
		bounds[name], day[name], night[name] = map[string]int{"minSize": 0, "maxSize": 5}, 3, 0
	}
	for i := range units {
		all = append(all, item("cluster", largeUnit(i), map[string]any{
			"name": largeUnit(i), "region": l.region(i), "nodegroups": bounds, "profiles": map[string]any{"day": day, "night": night},
			"schedule": map[string]any{"default": "day", "periods": []any{map[string]any{
				"name": "night", "profile": "night", "months": []any{"jan"}, "from": "01:00", "to": "02:00",
			}}},
		}))
		for g := range bounds {
			l.EKS.CreateNodegroup(l.region(i), largeUnit(i), g, eks.Sizes{Max: 5, Desired: 3})
		}
	}
	l.put(tb, deployment.ConfigTable, all)
}

// writeRecords writes what the run left of each unit: its record, and the item of its claim and marks.
func (l *large) writeRecords(tb testing.TB) {
	tb.Helper()
	logs := tables.NewLogs(l.DynamoDB(), deployment.LogsTable)
	runs, err := logs.Runs(tb.Context(), time.Time{})
	if err != nil || len(runs) != 1 {
		tb.Fatalf("found %d runs, %v", len(runs), err)
	}
	model, err := logs.UnitRecords(tb.Context(), largeRun)
	if err != nil || len(model) != 1 {
		tb.Fatalf("found %d units, %v", len(model), err)
	}
	marks, err := logs.Unit(tb.Context(), largeUnit(0))
	if err != nil {
		tb.Fatal(err)
	}
	l.run = runs[0]
	l.run.Units = map[run.Outcome]int{model[0].Outcome: l.units}
	all := []map[string]any{recordItem(tb, tables.SubjectRun, l.run.Run.TakenAt, largeRun, l.run)}
	for i := range l.units {
		record := model[0]
		record.Cluster, record.Execution.Name = largeUnit(i), fmt.Sprintf("1b4e28ba-2fa1-11d2-883f-0016d3cc%04d", i)
		all = append(all, recordItem(tb, tables.SubjectUnits(largeRun), record.Run.TakenAt, record.Cluster, record), unitItem(tb, largeUnit(i), marks))
	}
	l.put(tb, deployment.LogsTable, all)
}

// recordItem returns the stored form of a record.
func recordItem(tb testing.TB, subject string, at time.Time, execution string, detail any) map[string]any {
	tb.Helper()
	fields := fieldsOf(tb, detail)
	fields["subject"], fields["at"] = subject, at.UTC().Format("2006-01-02T15:04:05.000Z")+"#"+execution
	if subject == tables.SubjectRun {
		fields["day"] = at.UTC().Format(time.DateOnly)
	}
	return fields
}

// unitItem returns the item of a cluster's unit.
func unitItem(tb testing.TB, cluster string, u claim.Unit) map[string]any {
	tb.Helper()
	return fieldsOf(tb, map[string]any{
		"subject": cluster, "at": "unit", "claim": u.Claim, "orders": u.Orders, "intents": map[string]any{}, "relied": map[string]any{},
		"raised": map[string]any{}, "updates": map[string]any{}, "took": map[string]any{}, "marks": u.Marks,
	})
}

func fieldsOf(tb testing.TB, value any) (fields map[string]any) {
	tb.Helper()
	text, err := json.Marshal(value)
	if err == nil {
		err = json.Unmarshal(text, &fields)
	}
	if err != nil {
		tb.Fatal(err)
	}
	return fields
}

// put writes items, a batch at a time.
func (l large) put(tb testing.TB, table string, items []map[string]any) {
	tb.Helper()
	db := l.DynamoDB()
	var all errgroup.Group
	all.SetLimit(4)
	for batch := range slices.Chunk(items, 25) {
		all.Go(func() error {
			var writes []types.WriteRequest
			for _, fields := range batch {
				item, err := attributevalue.MarshalMap(fields)
				if err != nil {
					return err
				}
				writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: item}})
			}
			_, err := db.BatchWriteItem(tb.Context(), &awsdynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: writes}})
			return err
		})
	}
	if err := all.Wait(); err != nil {
		tb.Fatal(err)
	}
}

// TestALargeFleetTakesFewCallsAndLines, whatever its size. The times are in docs/operating.md.
func TestALargeFleetTakesFewCallsAndLines(t *testing.T) {
	t.Parallel()
	l := withLargeFleet(t, 40, 2)
	for _, w := range []struct {
		call              string
		calls, eks, lines int // at most
	}{
		{"status", 16, 0, 15},
		{"status --all", 16, 0, 400},
		{"status --live", 16, 80, 15},
		{"status --in-region us-east-1", 16, 20, 30},
		{"status u0007", 14, 2, 15},
		{"runs", 8, 0, 3},
		{"history", 110, 0, 2},
		{"triggers", 9, 0, 15},
		{"preview", 7, 0, 10},
		{"explain", 8, 0, 40},
		{"explain --cluster u0007", 7, 0, 8},
		{"doctor --cluster u0007", 90, 6, 90},
		{"doctor", 150, 170, 90},
	} {
		l.AWS.Reset()
		printed, err := l.CLI(t.Context(), strings.Fields(w.call)...)
		others, ofEKS := calls(l.World)
		made, asked, lines := total(others), total(ofEKS), strings.Count(printed, "\n")
		if code := exitOf(err); code > 1 || made > w.calls || asked > w.eks || lines > w.lines {
			t.Errorf("%s: found exit code %d, %d calls, %d of EKS and %d lines; want at most %d, %d and %d:\n%s\n%v",
				w.call, code, made, asked, lines, w.calls, w.eks, w.lines, printed, others)
		}
	}
}

func total(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}

// BenchmarkFleet measures each command that looks, at 1,000 units of 10 node groups. It reports the lines and the calls.
func BenchmarkFleet(b *testing.B) {
	l := withLargeFleet(b, 1_000, 10)
	for _, args := range [][]string{
		{"status"},
		{"status", "u0500"},
		{"status", "--live"},
		{"runs"},
		{"history", "u0500"},
		{"history"},
		{"triggers"},
		{"preview", "--cluster", "u0500"},
		{"preview"},
		{"explain", "--cluster", "u0500"},
		{"explain"},
		{"doctor", "--cluster", "u0500"},
		{"doctor"},
	} {
		b.Run(strings.Join(args, " "), func(b *testing.B) {
			var printed string
			var computed time.Duration
			for b.Loop() {
				l.AWS.Reset()
				cmd := exec.CommandContext(b.Context(), filepath.Join(binaries, "eks-scaling"), args...)
				cmd.Env = l.Env()
				out, err := cmd.CombinedOutput()
				if code := exitOf(err); code != 0 && code != 1 {
					b.Fatal(err, string(out))
				}
				printed, computed = string(out), computed+cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()
			}
			b.ReportMetric(float64(computed.Milliseconds())/float64(b.N), "CPU-ms")
			others, ofEKS := calls(l.World)
			b.ReportMetric(float64(strings.Count(printed, "\n")), "lines")
			b.ReportMetric(float64(total(others)), "calls")
			b.ReportMetric(float64(total(ofEKS)), "EKS-calls")
		})
	}
}
