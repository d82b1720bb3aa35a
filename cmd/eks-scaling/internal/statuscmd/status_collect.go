package statuscmd

import (
	"context"
	"errors"
	"sync"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/inventory"
)

// look reads the facts as of now with a fixed number of calls, and one more for each node group, switch that is off, and manual run
// without a record. Unreadable parts are facts as well. An error means an unknown cluster, or that ctx has ended.
func (s sources) look(ctx context.Context, now time.Time, only []string) (health.Facts, error) {
	f := health.Facts{Stack: health.StackFacts{Stack: s.Stack, Error: collect.Why(s.lost)}}
	since := now.Add(-report.LookBack(f.Stack.Reconcile))
	var unknown error
	var all sync.WaitGroup
	all.Go(func() { f.Runs.Executions, f.Runs.Error = s.executionFacts(ctx, since) })
	all.Go(func() { f.Runs.Records, f.Runs.RecordsError = s.recordFacts(ctx, since) })
	all.Go(func() {
		f.System, unknown = s.System(ctx, now, only, func(held inventory.Checked, asked []*health.ClusterFacts) {
			if len(asked) > 0 {
				all.Go(func() { f.AppliedError = s.readApplied(ctx, asked) })
			}
			if held.SettingsErr == nil {
				s.ReadNodegroups(ctx, asked, collect.AtOnce)
			}
		})
	})
	all.Wait()
	if ctx.Err() != nil {
		return f, errors.New("interrupted; nothing was changed")
	}
	return f, unknown
}

// readApplied reads what was last applied to clusters, and returns why that is unknown for all of them.
func (s sources) readApplied(ctx context.Context, asked []*health.ClusterFacts) string {
	names := make([]string, len(asked))
	for i, c := range asked {
		names[i] = c.Name
	}
	applied, err := s.records.AppliedTo(ctx, names)
	for _, c := range asked {
		c.Applied, c.AppliedError = applied[c.Name].Marks, collect.Why(applied[c.Name].Err)
	}
	return collect.Why(err)
}
