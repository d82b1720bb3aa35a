package report

import (
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/run"
)

// TestEachNodegroupMeetsItsOwnRecordsAlone: to look through the records of all clusters for each node group would take
// 1,200,000,000 visits here.
func TestEachNodegroupMeetsItsOwnRecordsAlone(t *testing.T) {
	t.Parallel()
	const clusters, nodegroups, runs = 1_000, 10, 12
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	var facts health.RunFacts
	for r := range runs {
		record := health.Record{Name: fmt.Sprint("r", r), Run: run.Run{TakenAt: noon.Add(-time.Duration(r) * time.Hour)}}
		for c := range clusters {
			unit := run.ClusterSummary{Cluster: fmt.Sprint("c", c)}
			for n := range nodegroups {
				unit.Nodegroups = append(unit.Nodegroups, run.NodegroupSummary{Nodegroup: fmt.Sprint("n", n)})
			}
			record.Units = append(record.Units, unit)
		}
		facts.Records = append(facts.Records, record)
	}
	e := &examination{history: historyOf(facts)}
	visits := 0
	for c := range clusters {
		for n := range nodegroups {
			of := part{examination: e, cluster: health.ClusterFacts{Cluster: fmt.Sprint("c", c)}, name: fmt.Sprint("n", n)}.changes()
			if len(of) != runs || of[0].record.Name != "r11" || of[runs-1].record.Name != "r0" {
				t.Fatalf("found %d changes of %d/%d; want one of each run, the oldest first", len(of), c, n)
			}
			visits += len(of)
		}
	}
	if want := clusters * nodegroups * runs; visits != want {
		t.Errorf("found %d visits; want %d", visits, want)
	}
}

func TestWhoHoldsANodegroupIsKnownByItsRunAlone(t *testing.T) {
	t.Parallel()
	ana := run.Run{Actor: "ana", Reason: "load test"}
	for rule, f := range map[string]health.RunFacts{
		"its units were not read": {Records: []health.Record{{Name: "manual-1", Run: ana}}},
		"it is still running":     {Executions: []health.Execution{{Name: "manual-1", Status: "RUNNING", Input: &run.Input{Actor: "ana", Reason: "load test"}}}},
	} {
		e := &examination{Facts: health.Facts{Runs: f}, history: historyOf(f)}
		if got := e.startedWith("manual-1"); got.Actor != ana.Actor || got.Reason != ana.Reason {
			t.Errorf("%s: found %+v; want ana", rule, got)
		}
		if got := e.startedWith("manual-2"); got.Actor != "" {
			t.Errorf("%s: found %+v for an unknown run", rule, got)
		}
	}
}
