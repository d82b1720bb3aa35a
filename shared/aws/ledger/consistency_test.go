package ledger_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/aws/ledger"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/savings"
	"eks-scaling-automation/shared/scaling"
)

// history is the audit trail of a node group with hourly runs, in which the sizes and what changes them are drawn.
type history struct {
	trail

	read map[string]run.UnitRecord // by run
}

func (h *history) UnitRecordsOf(_ context.Context, runs []run.Run, units []string) (map[string][]run.UnitRecord, error) {
	found := map[string][]run.UnitRecord{}
	for _, r := range runs {
		if u, ok := h.read[r.Execution.Name]; ok {
			found[r.Execution.Name] = append(found[r.Execution.Name], u)
		}
	}
	return found, nil
}

func drawHistory(t *rapid.T) *history {
	h := &history{read: map[string]run.UnitRecord{}}
	now, rarely := scaling.Sizes{MaxSize: 9, DesiredSize: 4}, rapid.SampledFrom([]int{5, 20, 100}).Draw(t, "hours between changes")
	set := now.DesiredSize // by the last change
	for i := range 12 * 24 {
		at := from.AddDate(0, 0, -6).Add(time.Duration(i)*time.Hour + 23*time.Minute)
		of := run.Run{TakenAt: at, Execution: run.Execution{Name: fmt.Sprint(at.Unix())}}
		h.runs = append(h.runs, run.Record{Summary: run.Summary{Outcome: run.Succeeded}, Run: of})
		before := now
		if i == 0 || rapid.IntRange(0, rarely).Draw(t, "kind") == 0 {
			goal := rapid.Int32Range(0, 6).Draw(t, "goal")
			c := run.Change{
				ChangeResult: run.ChangeResult{Nodegroup: "web", Outcome: run.Succeeded, Before: &before}, Cluster: "c0", Run: of,
				Goal: scaling.Goal{MaxSize: 9, DesiredSize: &goal}, StartedAt: at.Add(3 * time.Second), EndedAt: at.Add(time.Duration(rapid.IntRange(1, 50).Draw(t, "took")) * time.Minute),
			}
			if rapid.IntRange(0, 3).Draw(t, "bounds") == 0 { // an autoscaler has the rest
				goal = min(max(now.DesiredSize, 1), 9)
				c.Goal = scaling.Goal{MinSize: 1, MaxSize: 9}
			}
			if i > 0 && rapid.IntRange(0, 3).Draw(t, "fails") == 0 {
				c.Outcome = run.Failed
			} else {
				now = c.Goal.Sizes(goal)
				c.After, set = new(now), now.DesiredSize
			}
			h.changes = append(h.changes, c)
			continue
		}
		h.read[of.Execution.Name] = run.UnitRecord{Run: of, EndedAt: at.Add(time.Second), ClusterSummary: run.ClusterSummary{
			Cluster: "c0", Nodegroups: []run.NodegroupSummary{{Nodegroup: "web", Outcome: run.Unchanged, Before: &before}},
		}}
		if rapid.IntRange(0, 14).Draw(t, "stranger") == 0 {
			if size := rapid.SampledFrom([]int32{7, 8, set}).Draw(t, "size"); size != now.DesiredSize { // back, or what no change asks for
				now = scaling.Sizes{MinSize: rapid.Int32Range(0, min(size, 1)).Draw(t, "min"), MaxSize: 9, DesiredSize: size}
			}
		}
	}
	return h
}

// TestHoursAddUpToTheInterval: what is read for an hour alone says the same of it as what is read for days.
func TestHoursAddUpToTheInterval(t *testing.T) {
	t.Parallel()
	units := fleet(t, 1)
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt)
		read := func(a, b time.Time) savings.Nodegroup {
			book, err := ledger.Read(context.Background(), h, ledger.Question{Units: units, From: a, Until: b})
			if err != nil {
				rt.Fatal(err)
			}
			n := book.Nodegroups[0]
			n.Baseline = &savings.Baseline{Nodes: 3, Source: savings.Declared}
			return n
		}
		start, end := from, from.AddDate(0, 0, 4)
		whole := read(start, end)
		for i := rapid.IntRange(0, 19).Draw(rt, "first hour"); i < 4*24; i += 19 {
			at := start.Add(time.Duration(i) * time.Hour)
			alone := read(at, at.Add(time.Hour))
			want, got := whole.Hours(at, at.Add(time.Hour)), alone.Hours(at, at.Add(time.Hour))
			if got.Ours().Saved() != want.Ours().Saved() || got.Total().Ran != want.Total().Ran {
				rt.Fatalf("%s: alone %s of %s, in the interval %s of %s\n%v\n%v", at, got.Ours().Saved(), got.Total().Ran, want.Ours().Saved(), want.Total().Ran,
					alone.Segments(at, at.Add(time.Hour)), whole.Segments(at, at.Add(time.Hour)))
			}
		}
	})
}
