package doctorcmd

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/cmd/eks-scaling/internal/online"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/inventory"
)

// examination holds what is known of a deployed stack.
type examination struct {
	frame.Session
	doctorAPIs
	health.System

	identity      health.Fact[checks.Identity]
	ahead         health.Fact[time.Duration]
	resources     health.Fact[[]checks.Resource]
	configTable   checks.StoredTable
	logsTable     checks.StoredTable
	machine       health.Fact[checks.Machine]
	subscriptions health.Fact[[]checks.Subscription]
	network       health.Fact[checks.Network]
	dataKey       checks.DataKey
	scheduleQuota health.Fact[float64]

	places      map[nodegroups.Place]reached
	examined    []checks.Cluster // usable, and asked for
	permissions []checks.Permissions
	spokes      []checks.Spoke
	misplaced   []online.Finding // clusters that the stack can never reach
}

// examine reads and judges everything. An error means that no unit matches, or that ctx has ended.
func examine(ctx context.Context, s frame.Session, from doctorAPIs, of filter.Filter) (diagnosis, error) {
	x := &examination{Session: s, doctorAPIs: from}
	stack := x.collectStack(ctx)
	var err error
	x.System, err = from.System(ctx, s.Now, of, func(held inventory.Checked, asked []*health.ClusterFacts) {
		stack.Wait()
		x.collectClusters(ctx, held, slices.DeleteFunc(asked, func(c *health.ClusterFacts) bool { return c.Unusable != "" }))
	})
	stack.Wait()
	switch {
	case err != nil:
		return diagnosis{}, err
	case ctx.Err() != nil:
		return diagnosis{}, frame.Remedied{Found: "cancelled; nothing changed", Err: ctx.Err()}
	}
	s.AnnounceScope(x.Configuration.Value.Snapshot)
	return diagnose(s, x.checks()), nil
}

// collectStack starts to read what only doctor judges and does not depend on the configuration.
func (x *examination) collectStack(ctx context.Context) *sync.WaitGroup {
	var all sync.WaitGroup
	all.Go(func() { x.collectCaller(ctx) })
	all.Go(func() { x.collectResources(ctx) })
	all.Go(func() { x.collectWorkflow(ctx) })
	all.Go(func() { x.collectTopic(ctx) })
	all.Go(func() { x.collectNetwork(ctx) })
	all.Go(func() { x.collectKey(ctx) })
	all.Go(func() { x.configTable = x.collectTable(ctx, x.Stack.ConfigTable) })
	all.Go(func() { x.logsTable = x.collectTable(ctx, x.Stack.LogsTable) })
	all.Go(func() {
		x.scheduleQuota = readQuota(ctx, x.in(nodegroups.Place{Region: x.Stack.Region}).quotas, checks.Schedules)
	})
	return &all
}

// checks judges everything, in the order in which a run needs it.
func (x *examination) checks() []checks.Check {
	s := x.Stack
	all := slices.Concat(
		checks.Access(x.identity, s.Account, x.ahead),
		checks.Stack(s, x.resources),
		checks.Tables(s, x.configTable, x.logsTable),
		checks.Workflow(s, x.machine),
		checks.Alerts(s, x.subscriptions, x.DeadLetters, x.Alarms),
		checks.Configured(x.System, x.Now),
		checks.SignalHosts(x.System, s),
		x.reachChecks(),
		x.dataKey.Checks(s),
		x.spokeChecks(),
		x.clusterChecks(),
		checks.Triggers(s, x.Reconcile, x.Triggers),
	)
	for _, p := range x.permissions {
		all = append(all, p.Check())
	}
	all = append(all, x.quotaChecks()...)
	for i := range all {
		all[i].Remedy = s.Redeployment(all[i].Remedy)
	}
	return all
}

// spokeChecks checks the spokes, with a check for each fact of an account.
func (x *examination) spokeChecks() (all []checks.Check) {
	for _, f := range x.misplaced {
		all = append(all, checks.Misplaced(f.Cluster, f.Message))
	}
	for _, s := range x.spokes {
		all = append(all, s.Checks(x.Stack)...)
	}
	return all
}

// clusterChecks checks the clusters to judge, the usable ones first.
func (x *examination) clusterChecks() []checks.Check {
	if x.Configuration.Unread != nil {
		return []checks.Check{checks.NoClusters(health.BecauseOf("the configuration could not be read"))}
	}
	var trusted []string
	roles := checks.RolesOf(x.Stack, x.resources.Value)
	for _, name := range []string{"decide", "scale", "wait-for-nodegroup-active"} {
		trusted = append(trusted, roles[name])
	}
	var all []checks.Check
	for _, c := range x.examined {
		all = append(all, c.Checks(x.Now, trusted)...)
	}
	for _, c := range x.Clusters {
		if c.Unusable != "" && x.Asked(c.Name) {
			item, _ := x.Configuration.Value.FindCluster(c.Cluster) // it has facts because it is there
			all = append(all, checks.Unusable(c.Name, x.zoneOf(item), x.Now)...)
		}
	}
	return all
}

// zoneOf returns the time zone of a cluster, or else of the settings, even if it is invalid.
func (x *examination) zoneOf(cluster inventory.Item) checks.Zone {
	items := []inventory.Item{cluster}
	if settings := x.Configuration.Value.Settings; settings != nil {
		items = append(items, *settings)
	}
	for _, item := range items {
		name, ok := item.Timezone()
		if !ok {
			return checks.Zone{}
		}
		if name == "" {
			continue
		}
		z := checks.Zone{Name: name}
		if frame.CheckZone(z.Name) == nil {
			z.Location, _ = time.LoadLocation(z.Name)
		}
		return z
	}
	return checks.Zone{}
}

func (x *examination) quotaChecks() []checks.Check {
	var all []checks.Check
	for _, c := range x.examined {
		there := x.places[placeOf(c.Config)]
		all = append(all, checks.ClusterQuotas(c, there.nodesPerGroup, there.groupsPerCluster)...)
	}
	planned := health.Fact[int]{Value: x.Triggers.Value.Drift().Planned, Unread: x.Triggers.Unread}
	all = append(all, checks.ScheduleQuota(x.Stack.Region, planned, x.scheduleQuota))
	all = append(all, checks.RunRoom(x.Configuration.Value.Config(), x.Now)...)
	return all
}

// atMost calls do for each number below n, at most limit at once, and waits for all.
func atMost(limit, n int, do func(i int)) {
	var all errgroup.Group
	all.SetLimit(limit)
	for i := range n {
		all.Go(func() error {
			do(i)
			return nil
		})
	}
	_ = all.Wait() // none fails
}
