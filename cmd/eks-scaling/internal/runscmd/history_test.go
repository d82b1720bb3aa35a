package runscmd

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// pausedNote names the paused cluster of the rich configuration.
const pausedNote = "Cluster paused is PAUSED since 2026-11-23 12:00 UTC by ana. Resume with: eks-scaling resume paused\n"

// recorded is a table in memory, with what was done to its node groups.
type recorded struct{ *clitest.Memory }

// withChanges is the table with the rich configuration and some changes, by cluster and node group, the newest first.
func withChanges(t *testing.T, changes map[string][]run.Change) recorded {
	t.Helper()
	m := clitest.Filled(t)
	m.Doings = changes
	return recorded{m}
}

func (r recorded) ask(t *testing.T, args ...string) clitest.Answer {
	t.Helper()
	return clitest.AskIn(t, clitest.Holding(r.Memory), append([]string{"history"}, args...)...)
}

// table is what the tool prints, which is to go well, with each run of spaces made one.
func (r recorded) table(t *testing.T, args ...string) string {
	t.Helper()
	a := r.ask(t, args...)
	if a.Err != nil || a.Stderr != "" && a.Stderr != pausedNote {
		t.Fatalf("failed: %v, and printed to stderr %q; want it to go well, and at most %q", a.Err, a.Stderr, pausedNote)
	}
	lines := strings.Split(strings.TrimSuffix(a.Stdout, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.Join(lines, "\n")
}

func changeAt(at time.Time, execution string) run.Change {
	three := int32(3)
	return run.Change{
		ChangeResult: run.ChangeResult{
			Outcome: run.Succeeded, Before: &scaling.Sizes{MaxSize: 5, DesiredSize: 1}, After: &scaling.Sizes{MaxSize: 5, DesiredSize: 3},
			Seconds: 90,
		},
		Run: run.Run{
			Execution: run.Execution{Name: execution}, TakenAt: at,
			Trigger: "schedule", Actor: "eventbridge-scheduler", Reason: "transition 08:00 America/Sao_Paulo, due 2026-11-23T11:00:00Z",
		},
		Profile: "peak", Period: "launch", Reason: "period launch", Goal: scaling.Goal{MaxSize: 5, DesiredSize: &three},
	}
}

// eventful is a recorded week: production/big an hour ago, production/small failed two hours ago, berlin/web by a person on
// Friday, and a node group that is gone. One change is older than a week.
func eventful(t *testing.T) recorded {
	t.Helper()
	failed, byHand := changeAt(clitest.Monday.Add(-2*time.Hour), "run-2"), changeAt(clitest.Monday.AddDate(0, 0, -3), "run-1")
	failed.Outcome, failed.After, failed.Period, failed.Override = run.Failed, nil, "", "launch-day"
	failed.Run = run.Run{Execution: failed.Run.Execution, TakenAt: failed.Run.TakenAt}
	failed.Error = &run.StepError{Error: "NodegroupFailedError", Cause: `{"errorMessage": "no capacity\nin a"}`}
	byHand.Period, byHand.Run.Actor, byHand.Run.Trigger, byHand.Run.Reason = "", "ana", "manual", "OPS-1"
	return withChanges(t, map[string][]run.Change{
		"production/big":   {changeAt(clitest.Monday.Add(-time.Hour), "run-3"), changeAt(clitest.Monday.AddDate(0, 0, -8), "run-0")},
		"production/small": {failed},
		"berlin/web":       {byHand},
		"production/gone":  {changeAt(clitest.Monday.Add(-3*time.Hour), "run-gone")},
	})
}

const (
	header = "AGE NODE GROUP OUTCOME CHANGE PROFILE STARTED BY RUN REASON"
	bigUp  = "1h production/big succeeded 1 -> 3 (0..5) peak (launch) schedule run-3 -"
	failed = "2h production/small failed 1 -> 3 (0..5) peak (override launch-day) unknown run-2 NodegroupFailedError: no capacity in a"
	webUp  = "3d berlin/web succeeded 1 -> 3 (0..5) peak ana run-1 OPS-1"
	goneUp = "3h production/gone succeeded 1 -> 3 (0..5) peak (launch) schedule run-gone -"
)

func TestHistory(t *testing.T) {
	t.Parallel()
	r := eventful(t)
	for _, tt := range []struct {
		name string
		args []string
		want []string
	}{
		{"all clusters, the newest first", nil, []string{header, bigUp, failed, webUp}},
		{"a node group that is not configured any more", []string{"production/gone"}, []string{header, goneUp}},
		{"hours", []string{"--since", "90m"}, []string{header, bigUp}},
		{"days and hours reach the instant itself", []string{"berlin", "--since", "2d24h"}, []string{header, webUp}},
		{"what failed", []string{"--problems"}, []string{header, failed}},
		{"of one cluster", []string{"--cluster", "berlin,production", "--problems"}, []string{header, failed}},
		{"of one region", []string{"--in-region", "eu-central-1"}, []string{header, webUp}},
		{"a little less does not", []string{"berlin", "--since", "2d23h59m"}, []string{"No changes since 2026-11-20 12:01 UTC"}},
		{"a node group that is no longer configured and has no recent records", []string{"production/gone", "--since", "1h"}, []string{
			"No changes since 2026-11-23 11:00 UTC",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, want := r.table(t, tt.args...), strings.Join(tt.want, "\n"); got != want {
				t.Errorf("found\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestTheHistoryOfALargeFleetIsReadUntilThereIsEnough and not node group by node group.
func TestTheHistoryOfALargeFleetIsReadUntilThereIsEnough(t *testing.T) {
	t.Parallel()
	changes := map[string][]run.Change{"elsewhere/web": {changeAt(clitest.Monday.Add(-time.Minute), "x")}}
	limits := map[string]any{}
	for n := range 120 {
		name := fmt.Sprintf("n%03d", n)
		limits[name] = map[string]int{"minSize": 0, "maxSize": 9}
		changes["many/"+name] = []run.Change{changeAt(clitest.Monday.Add(-time.Duration(n+1)*time.Minute), "run-"+name)}
	}
	r := withChanges(t, changes)
	spec := clitest.Decode[map[string]any](t, string(r.Items["cluster/berlin"].Spec))
	spec["name"], spec["nodegroups"] = "many", limits
	text, err := json.Marshal(spec)
	if err != nil {
		t.Fatal(err)
	}
	r.Items["cluster/many"] = inventory.Item{Kind: inventory.KindCluster, Name: "many", Version: 1, Spec: text}
	a := r.ask(t, "--limit", "3")
	if a.Err != nil || !slices.Contains(r.Writes, "each change") || !strings.HasSuffix(a.Stderr, "There are more changes; list them with: --limit 30\n") {
		t.Fatalf("found %v, %q and the calls %q", a.Err, a.Stderr, r.Writes)
	}
	var names []string
	for line := range strings.Lines(a.Stdout) {
		names = append(names, strings.Fields(line)[1])
	}
	if diff := cmp.Diff("NODE many/n000 many/n001 many/n002", strings.Join(names, " ")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestARowSaysNothingTwiceAndIsNotTooWide(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(c *run.Change)
		want   string
	}{
		"a person's reason stands beside the period": {
			func(c *run.Change) { c.Run.Actor, c.Run.Trigger, c.Run.Reason = "ana", "manual", "OPS-1\nsays so" },
			"1 -> 3 (0..5)  peak (launch)  ana         run  OPS-1 says so",
		},
		"another tool's does": {
			func(c *run.Change) { c.Run.Actor, c.Run.Trigger, c.Run.Reason = "ci", "deploy", "release 5" },
			"peak (launch)  ci (deploy)  run  release 5",
		},
		"an error comes before it": {
			func(c *run.Change) {
				c.Run.Actor, c.Run.Trigger, c.Run.Reason = "ana", "manual", "OPS-1"
				c.Error = &run.StepError{Error: "NodegroupFailedError", Cause: `{"errorMessage": "no capacity"}`}
			},
			"run  NodegroupFailedError: no capacity; OPS-1",
		},
		"where nothing else says why, the decision does": {
			func(c *run.Change) { c.Profile, c.Period = "", "" }, "-        schedule    run  period launch",
		},
		"bounds that change are shown": {
			func(c *run.Change) { c.After.MinSize = 2 }, "1 (0..5) -> 3 (2..5)",
		},
	} {
		c := changeAt(clitest.Monday, "run")
		tt.change(&c)
		r := withChanges(t, map[string][]run.Change{"production/big": {c}})
		if got := r.ask(t, "production/big").Stdout; !strings.Contains(got, tt.want) {
			t.Errorf("%s: found\n%s\nwant in it %q", name, got, tt.want)
		}
	}
	usual := changeAt(clitest.Monday, "0f8fad5b-d9cb-469f-a165-70867728950e")
	usual.Period = "tuesday-peak"
	r := withChanges(t, map[string][]run.Change{"production/big": {usual}})
	for line := range strings.Lines(r.ask(t, "production/big").Stdout) {
		if len(line) > 160 {
			t.Errorf("found a line of %d characters; want at most 160:\n%s", len(line), line)
		}
	}
}

func TestHistoryOfAnUnknownCluster(t *testing.T) {
	t.Parallel()
	c := changeAt(clitest.Monday, "run")
	c.Before, c.After, c.Profile, c.Period, c.Run.Trigger, c.Run.Actor, c.Run.Reason = nil, nil, "", "", "", "", ""
	r := withChanges(t, map[string][]run.Change{"gone/web": {c}})
	const want = header + "\n0s gone/web succeeded unknown -> 3 (0..5) - unknown run period launch"
	if got := r.table(t, "gone/web"); got != want {
		t.Errorf("found\n%s\nwant\n%s", got, want)
	}
}

func TestRefusedHistory(t *testing.T) {
	t.Parallel()
	for want, all := range map[string][]string{
		"must be longer than 0, for example 7d": {"", "0d", "0s"},
		"use at most 10 years, for example 7d": {
			"d", "-1d", "-1h", "1d-1h", "7", "7w", "1.5d", "1d1d", "1us",
			"3651d", "3650d1s", "99999999d", "99999999999999999999d", "87601h", "9999999h9999999h", "99999999999999999999h", // too long
		},
	} {
		for _, back := range all {
			clitest.Refuses(t, eventful(t).ask(t, "--since", back), frame.ExitUsage, fmt.Sprintf("--since: invalid duration %q: %s", back, want))
		}
	}
}

func TestHistoryBesideAnInvalidCluster(t *testing.T) {
	t.Parallel()
	r := eventful(t)
	for name, spec := range map[string]string{"text": `"oops"`, "berlin": `{"regoin": "x", "nodegroups": {"web": 7}}`} {
		r.Items["cluster/"+name] = inventory.Item{Kind: inventory.KindCluster, Name: name, Version: 1, Spec: json.RawMessage(spec)}
	}
	a := r.ask(t)
	if a.Exit != frame.ExitFailed {
		t.Errorf("found exit code %d; want 1", a.Exit)
	}
	clitest.Says(t, a.Stdout, "production/big", "production/small", "3d   berlin/web")
	clitest.Says(t, a.Stderr, "cluster/text: invalid, so its node groups are unknown")
}

// paged answers a query with one record a page.
type paged struct {
	tables.API
	executions []string
	asked      []*dynamodb.QueryInput
}

func (p *paged) Query(_ context.Context, in *dynamodb.QueryInput, _ ...func(*dynamodb.Options)) (*dynamodb.QueryOutput, error) {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	object := func(name string, value types.AttributeValue) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{name: value}
	}
	name := p.executions[len(p.asked)]
	p.asked = append(p.asked, in)
	run := object("execution", &types.AttributeValueMemberM{Value: object("name", text(name))})
	out := &dynamodb.QueryOutput{Items: []map[string]types.AttributeValue{object("run", &types.AttributeValueMemberM{Value: run})}}
	if len(p.asked) < len(p.executions) {
		out.LastEvaluatedKey = object("at", text(name))
	}
	return out, nil
}

func TestHistoryIsReadToTheLastPage(t *testing.T) {
	t.Parallel()
	p := &paged{executions: []string{"c", "b", "a"}}
	changes, err := tables.NewLogs(p, "logs").Changes(t.Context(), "production", "big", clitest.Monday)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes {
		got = append(got, c.Run.Execution.Name)
	}
	if !slices.Equal(got, p.executions) || p.asked[1].ExclusiveStartKey == nil {
		t.Errorf("found %q; want the records of all three pages, in their order", got)
	}
	if first := p.asked[0]; first.ScanIndexForward == nil || *first.ScanIndexForward {
		t.Error("the records are asked for from the oldest on; want the newest first")
	}
}
