package statuscmd

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/report"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// look gathers the facts as of now. Whatever does not need another's answer is asked at once: a fixed number of calls, and
// when the configuration is read one more for each node group and each switch that is off, and for each run at work, or
// stopped since the last one ended, that was started by hand. What cannot be read is a fact, too; an error is only that there
// is no such cluster, or that ctx has ended.
func (s sources) look(ctx context.Context, now time.Time, only []string) (health.Facts, error) {
	f := health.Facts{Only: only, Stack: health.StackFacts{Stack: s.known, Error: collect.Why(s.lost)}}
	since := now.Add(-report.LookBack(f.Stack.Reconcile))
	var unknown error
	var all sync.WaitGroup
	all.Go(func() { unknown = s.configFacts(ctx, now, &f) })
	all.Go(func() { f.Runs.Executions, f.Runs.Error = s.executionFacts(ctx, since) })
	all.Go(func() { f.Runs.Records, f.Runs.RecordsError = s.recordFacts(ctx, since) })
	all.Go(func() { f.Boundaries = readSchedules(ctx, s.boundaries) })
	all.Go(func() { f.Reconcile = readSchedules(ctx, s.reconcile) })
	all.Go(func() { f.Alarms = collect.ReadAlarms(ctx, s.alarms) })
	all.Go(func() { f.DeadLetters = collect.ReadDeadLetters(ctx, s.queue, s.known.DeadLetterURL) })
	all.Wait()
	if ctx.Err() != nil {
		return f, errors.New("interrupted; nothing was changed")
	}
	return f, unknown
}

// configFacts reads the configuration, and then what is known of the clusters in it.
func (s sources) configFacts(ctx context.Context, now time.Time, f *health.Facts) error {
	found := collect.ReadConfiguration(ctx, s.config, now)
	if f.Configuration.Error = found.Error; found.Error != "" {
		return nil
	}
	held := found.Value
	if err := collect.FindAll(held, f.Only); err != nil {
		return err
	}
	f.Configuration = health.ConfigurationFacts{Configured: held.Configured, SettingsUsable: held.Configured && held.SettingsErr == nil, Findings: health.InvalidItems(held)}
	f.Configuration.Oldest, f.Configuration.Latest = inventory.Written(held.Items())
	f.Clusters = clusterFacts(held)
	s.clusterDetails(ctx, held.Snapshot, f)
	return nil
}

// clusterFacts are what the configuration says of each cluster, put together as a run does it.
func clusterFacts(held inventory.Checked) []health.ClusterFacts {
	usable, broken := map[string]config.Cluster{}, map[string]string{}
	if held.SettingsErr == nil {
		for _, c := range held.Runnable {
			usable[c.Name] = c
		}
		for _, b := range held.Unusable {
			broken[b.Cluster] = config.OneLine(b.Err)
		}
	}
	var all []health.ClusterFacts
	for _, e := range held.Clusters {
		c := health.ClusterFacts{Name: e.Name, Config: usable[e.Name], Nodegroups: map[string]health.Fact[health.Nodegroup]{}}
		c.Unusable = broken[e.Name]
		if held.SettingsErr != nil {
			c.Unusable = config.OneLine(held.SettingsErr)
		}
		about := []inventory.Item{e}
		if held.Settings != nil {
			about = append(about, *held.Settings)
		}
		for _, o := range held.Overrides {
			if o.ClusterName() == e.Name {
				about = append(about, o)
			}
		}
		_, c.Latest = inventory.Written(about)
		all = append(all, c)
	}
	return all
}

// mostAtOnce is how many things of a kind are read at once, so that AWS does not mind.
const mostAtOnce = 64

// clusterDetails asks about the clusters of which is to be spoken: their node groups, what was applied to them, and who
// turned off what is off.
func (s sources) clusterDetails(ctx context.Context, snapshot inventory.Snapshot, f *health.Facts) {
	var all sync.WaitGroup
	if snapshot.Off() {
		all.Go(func() { f.Configuration.Off = s.turn(ctx, *snapshot.Settings) })
	}
	asked := map[string]*health.ClusterFacts{}
	for i, e := range snapshot.Clusters {
		if f.Only != nil && !slices.Contains(f.Only, e.Name) {
			continue
		}
		c := &f.Clusters[i]
		asked[e.Name] = c
		if e.Switch() == inventory.SwitchOff {
			all.Go(func() { c.Off = s.turn(ctx, e) })
		}
	}
	if len(asked) > 0 {
		all.Go(func() {
			applied, err := s.records.AppliedTo(ctx, slices.Sorted(maps.Keys(asked)))
			f.AppliedError = collect.Why(err)
			for name, c := range asked {
				c.Applied, c.AppliedError = applied[name].Marks, collect.Why(applied[name].Err)
			}
		})
	}
	s.readNodegroups(ctx, asked)
	all.Wait()
}

// turn is who turned off the switch that is in an item.
func (s sources) turn(ctx context.Context, e inventory.Item) *health.Turn {
	by, at, reason := frame.LastToggle(ctx, s.records, e)
	return &health.Turn{Since: at, By: by, Reason: reason}
}

// readNodegroups reads the node groups of clusters, each by itself.
func (s sources) readNodegroups(ctx context.Context, asked map[string]*health.ClusterFacts) {
	var all errgroup.Group
	all.SetLimit(mostAtOnce)
	var found sync.Mutex
	for _, c := range asked {
		place := nodegroups.Place{Cluster: c.Name, Region: c.Config.Region, RoleARN: c.Config.RoleARN}
		for name := range c.Config.Nodegroups {
			all.Go(func() error {
				group, clusterMissing := collect.NodegroupFact(s.nodegroups.Describe(ctx, place, name))
				found.Lock()
				defer found.Unlock()
				c.Nodegroups[name], c.Missing = group, c.Missing || clusterMissing
				return nil
			})
		}
	}
	_ = all.Wait() // none of them fails
}
