package ledger_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/ledger"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/scaling"
)

var (
	from  = time.Date(2026, time.November, 1, 4, 0, 0, 0, time.UTC)
	until = from.AddDate(0, 0, 7)
)

// trail is an audit trail in memory, as the table answers.
type trail struct {
	changes []run.Change
	runs    []run.Record
	asked   [][]run.Run // for which readings
}

func (t *trail) EachChange(_ context.Context, since, until time.Time, visit func(run.Change) bool) error {
	for _, c := range t.changes {
		if day := until.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1); !c.Run.TakenAt.Before(since) && c.Run.TakenAt.Before(day) {
			visit(c)
		}
	}
	return nil
}

func (t *trail) Runs(_ context.Context, since time.Time) ([]run.Record, error) {
	return slices.DeleteFunc(slices.Clone(t.runs), func(r run.Record) bool { return r.Run.TakenAt.Before(since) }), nil
}

func (t *trail) UnitRecordsOf(_ context.Context, runs []run.Run, units []string) (map[string][]run.UnitRecord, error) {
	t.asked = append(t.asked, runs)
	found := map[string][]run.UnitRecord{}
	for _, r := range runs {
		for _, u := range units {
			found[r.Execution.Name] = append(found[r.Execution.Name], run.UnitRecord{Run: r, EndedAt: r.TakenAt, ClusterSummary: run.ClusterSummary{
				Cluster: u, Nodegroups: []run.NodegroupSummary{{Nodegroup: "web", Outcome: run.Unchanged, Before: &scaling.Sizes{MaxSize: 9, DesiredSize: 2}}},
			}})
		}
	}
	return found, nil
}

func (t *trail) FirstChange(_ context.Context, cluster, nodegroup string) (run.Change, bool, error) {
	for _, c := range t.changes {
		if c.Cluster == cluster && c.Nodegroup == nodegroup {
			return c, true, nil
		}
	}
	return run.Change{}, false, nil
}

func (t *trail) ChangesBack(_ context.Context, cluster, nodegroup string, before time.Time, enough func(run.Change) bool) (found []run.Change, err error) {
	for _, c := range slices.Backward(t.changes) {
		if c.Cluster == cluster && c.Nodegroup == nodegroup && c.Run.TakenAt.Before(before) {
			found = append(found, c)
			if enough(c) {
				break
			}
		}
	}
	return found, nil
}

func (t *trail) change(at time.Time, cluster, nodegroup string, outcome run.Outcome, before, after int32) {
	t.changes = append(t.changes, run.Change{
		ChangeResult: run.ChangeResult{Nodegroup: nodegroup, Outcome: outcome, Before: &scaling.Sizes{MaxSize: 9, DesiredSize: before}, After: &scaling.Sizes{MaxSize: 9, DesiredSize: after}},
		Cluster:      cluster, Run: run.Run{TakenAt: at}, Goal: scaling.Goal{MaxSize: 9, DesiredSize: &after}, StartedAt: at, EndedAt: at,
	})
}

// reconciles records an hourly run in the interval.
func (t *trail) reconciles() {
	for at := from; at.Before(until); at = at.Add(time.Hour) {
		t.runs = append(t.runs, run.Record{Summary: run.Summary{Outcome: run.Succeeded}, Run: run.Run{
			TakenAt: at, Execution: run.Execution{Name: fmt.Sprint(at.Unix())}, Trigger: run.ReconcileTrigger,
		}})
	}
}

// fleet returns units of one node group each.
func fleet(t *testing.T, n int) []config.Unit {
	t.Helper()
	document := "timezone: UTC\nclusters:\n"
	for i := range n {
		document += fmt.Sprintf("  - {name: c%d, region: sa-east-1, nodegroups: {web: {minSize: 0, maxSize: 9}}, profiles: {on: {web: 2}}, schedule: {default: on}}\n", i)
	}
	c, err := config.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	return c.Units()
}

func TestWhatIsRead(t *testing.T) {
	t.Parallel()
	logs := &trail{}
	logs.change(from.AddDate(0, 0, -40), "c0", "web", run.Succeeded, 5, 2)         // before anything that is read by day
	logs.change(from.Add(20*time.Hour-time.Second), "c0", "web", run.Failed, 2, 2) // right before midnight
	logs.change(from.Add(20*time.Hour), "c0", "web", run.Succeeded, 2, 2)          // at midnight
	logs.change(from.Add(30*time.Hour), "c0", "old", run.Succeeded, 3, 0)          // of a node group that was removed
	logs.change(from.Add(30*time.Hour), "elsewhere", "web", run.Failed, 3, 0)      // of another cluster
	logs.reconciles()
	removed := func(cluster, nodegroup string) bool { return cluster == "c0" }
	book, err := ledger.Read(t.Context(), logs, ledger.Question{Units: fleet(t, 1), From: from, Until: until, Removed: removed})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range book.Nodegroups {
		got = append(got, fmt.Sprintf("%s/%s removed %t, baseline %d (%s), set before %t", n.Cluster, n.Name, n.Removed, n.Baseline.Nodes, n.Baseline.Source, n.SetBefore(from)))
	}
	want := []string{"c0/old removed true, baseline 3 (first change), set before false", "c0/web removed false, baseline 5 (first change), set before true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if book.Scaled != 2 || len(book.Failed) != 1 || book.Usage.Runs != 168 || len(book.Gaps) > 0 || book.Every != 1 {
		t.Errorf("%d scaled, %d failed, %d runs, gaps %v, 1 of %d read; want 2, 1, 168, none, 1", book.Scaled, len(book.Failed), book.Usage.Runs, book.Gaps, book.Every)
	}
	if _, sum := savings.Rows(book.Nodegroups[1:], from, until, savings.ByDay); sum.Ours().Saved() != 168*3*savings.NodeHour {
		t.Errorf("saved %s; want 3 nodes in 168 hours", sum.Ours().Saved())
	}
}

func TestReadingsOfManyUnitsAreSampled(t *testing.T) {
	t.Parallel()
	logs := &trail{}
	logs.reconciles()
	book, err := ledger.Read(t.Context(), logs, ledger.Question{Units: fleet(t, 10), From: from, Until: until, MaxReadings: 500})
	if err != nil || book.Every != 4 || len(logs.asked[0]) != 43 || logs.asked[0][42].TakenAt != until.Add(-time.Hour) {
		t.Errorf("1 of %d read, %d in all (%v); want 1 of 4, 43 with the last", book.Every, len(logs.asked[0]), err)
	}
}

// TestRareRunsAreReadOnBothSides of a short interval, as reconcile runs may be a day apart.
func TestRareRunsAreReadOnBothSides(t *testing.T) {
	t.Parallel()
	logs := &trail{}
	logs.reconciles()
	slices.Reverse(logs.runs) // as the table answers, newest first
	logs.runs = slices.DeleteFunc(logs.runs, func(r run.Record) bool { return r.Run.TakenAt.Hour()%6 != 4 })
	begin := from.Add(27 * time.Hour)
	book, err := ledger.Read(t.Context(), logs, ledger.Question{Units: fleet(t, 1), From: begin, Until: begin.Add(time.Hour)})
	if err != nil || len(logs.asked) == 0 {
		t.Fatal(err, logs.asked)
	}
	var got []string
	for _, r := range logs.asked[0] {
		got = append(got, r.TakenAt.Sub(begin).String())
	}
	if diff := cmp.Diff([]string{"3h0m0s", "-3h0m0s"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s := book.Nodegroups[0].Segments(begin, begin.Add(time.Hour)); len(s) != 1 || s[0].Cause != savings.Observed || s[0].Nodes != 2 {
		t.Errorf("found %v; want the 2 nodes that were read before and after", s)
	}
}
