package doctorcmd

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"eks-scaling-automation/cmd/eks-scaling/internal/collect"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/triggers"
)

// examination is one of a deployed stack, with what was found so far.
type examination struct {
	frame.Session
	doctorAPIs
	clusters []string // only these; all, if there are none

	identity      health.Fact[checks.Identity]
	ahead         health.Fact[time.Duration]
	resources     health.Fact[[]checks.Resource]
	configTable   checks.StoredTable
	logsTable     checks.StoredTable
	machine       health.Fact[checks.Machine]
	subscriptions health.Fact[[]checks.Subscription]
	undelivered   health.Fact[int]
	alarms        health.Fact[health.Alarms]
	reconcile     health.Fact[[]triggers.Inspection]
	scheduleQuota health.Fact[float64]
	held          health.Fact[inventory.Checked] // the configuration

	places      map[nodegroups.Place]reached
	examined    []checks.Cluster // the usable ones that are asked for
	boundaries  health.Fact[health.Boundaries]
	permissions []checks.Permissions
	offSince    string // of the system's switch: since when, by whom and why it is off
}

// examine looks at everything and judges it. What could not be looked at keeps nothing else from being. Errors are those of
// clusters that are asked for and not there, and the end of ctx.
func examine(ctx context.Context, s frame.Session, from doctorAPIs, clusters []string) (diagnosis, error) {
	x := &examination{Session: s, doctorAPIs: from, clusters: clusters}
	x.collectStack(ctx)
	if err := x.loadConfiguration(); err != nil {
		return diagnosis{}, err
	}
	x.collectConfigured(ctx)
	if err := ctx.Err(); err != nil {
		return diagnosis{}, frame.Remedied{Found: "interrupted while examining the stack; nothing was changed", Err: err}
	}
	return diagnose(s, x.checks()), nil
}

// collectStack looks at all for which the configuration is not needed, and at the configuration.
func (x *examination) collectStack(ctx context.Context) {
	var all sync.WaitGroup
	for _, look := range []func(context.Context){
		x.collectCaller, x.collectResources, x.collectWorkflow, x.collectTopic, x.collectReconcile,
		func(ctx context.Context) {
			x.undelivered = collect.ReadDeadLetters(ctx, x.queue, x.Stack.DeadLetterURL)
		},
		func(ctx context.Context) { x.alarms = collect.ReadAlarms(ctx, x.watch) },
		func(ctx context.Context) { x.configTable.Table = x.collectTable(ctx, x.Stack.ConfigTable) },
		func(ctx context.Context) { x.configTable.Expiry = x.collectExpiry(ctx, x.Stack.ConfigTable) },
		func(ctx context.Context) { x.logsTable.Table = x.collectTable(ctx, x.Stack.LogsTable) },
		func(ctx context.Context) { x.logsTable.Expiry = x.collectExpiry(ctx, x.Stack.LogsTable) },
		func(ctx context.Context) {
			x.scheduleQuota = readQuota(ctx, x.in(nodegroups.Place{Region: x.Stack.Region}).quotas, checks.Schedules)
		},
		func(ctx context.Context) { x.held = collect.ReadConfiguration(ctx, x.Config, x.Now) },
	} {
		all.Go(func() { look(ctx) })
	}
	all.Wait()
}

// loadConfiguration picks the clusters that are asked for.
func (x *examination) loadConfiguration() error {
	if x.held.Unread != nil {
		return nil
	}
	if err := collect.FindAll(x.held.Value, x.clusters); err != nil {
		return err
	}
	for _, c := range x.held.Value.Runnable {
		if x.isAskedFor(c.Name) {
			x.examined = append(x.examined, checks.Cluster{Cluster: c, Groups: map[string]health.Fact[health.Nodegroup]{}})
		}
	}
	return nil
}

func (x *examination) isAskedFor(cluster string) bool {
	return len(x.clusters) == 0 || slices.Contains(x.clusters, cluster)
}

// collectConfigured looks at what the configuration is about.
func (x *examination) collectConfigured(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { x.collectBoundaries(ctx) })
	all.Go(func() { x.simulate(ctx) })
	if x.held.Value.Off() {
		all.Go(func() { x.offSince = x.SinceWhen(ctx, *x.held.Value.Settings) })
	}
	all.Go(func() {
		x.collectPlaces(ctx)
		x.collectClusters(ctx)
	})
	all.Wait()
}

// checks judges all that was found, in the order in which a run needs it.
func (x *examination) checks() []checks.Check {
	s := x.Stack
	all := slices.Concat(
		checks.Access(x.identity, s.Account, x.ahead),
		checks.Stack(s, x.resources),
		checks.Tables(s, x.configTable, x.logsTable),
		checks.Workflow(s, x.machine),
		checks.Alerts(s, x.subscriptions, x.undelivered),
		[]checks.Check{checks.Alarms(s, x.alarms)},
		checks.Configured(x.configuration()),
		x.clusterChecks(),
		checks.Triggers(s, x.reconcile, x.boundaries),
	)
	for _, p := range x.permissions {
		all = append(all, p.Check())
	}
	return append(all, x.quotaChecks()...)
}

// configuration is what doctor judges of it.
func (x *examination) configuration() health.Fact[checks.Configuration] {
	if x.held.Unread != nil {
		return health.NotRead[checks.Configuration](x.held.Unread)
	}
	if !x.held.Value.Configured {
		return health.Known(checks.Configuration{Empty: true, Left: keysOf(x.held.Value.Items())})
	}
	c := checks.Configuration{Findings: health.UnusableFirst(x.held.Value)}
	if x.held.Value.Off() {
		c.Off, c.Since = true, x.offSince
	}
	for _, cluster := range x.held.Value.Runnable {
		if x.isAskedFor(cluster.Name) {
			c.Clusters = append(c.Clusters, cluster)
		}
	}
	return health.Known(c)
}

func keysOf(entities []inventory.Item) (keys []string) {
	for _, e := range entities {
		keys = append(keys, inventory.DisplayKey(e))
	}
	return keys
}

// clusterChecks are those of every cluster that is asked for.
func (x *examination) clusterChecks() []checks.Check {
	if x.held.Unread != nil {
		return []checks.Check{checks.NoClusters(health.BecauseOf("the configuration could not be read"))}
	}
	if !x.held.Value.Configured {
		return nil
	}
	trusted := []string{}
	roles := checks.RolesOf(x.Stack, x.resources.Value)
	for _, name := range []string{"decide", "scale", "wait-for-nodegroup-active"} {
		trusted = append(trusted, roles[name])
	}
	var all []checks.Check
	for _, c := range x.examined {
		all = append(all, c.Checks(x.Now, trusted)...)
	}
	for _, b := range x.held.Value.Unusable {
		// An override whose cluster is not there is among them, too.
		if e, err := x.held.Value.FindCluster(b.Cluster); err == nil && x.isAskedFor(b.Cluster) {
			all = append(all, checks.Unusable(b.Cluster, x.zoneOf(e), x.Now)...)
		}
	}
	return all
}

// zoneOf is the time zone that a cluster names, or else the settings, whether it can be used or not.
func (x *examination) zoneOf(cluster inventory.Item) checks.Zone {
	items := []inventory.Item{cluster}
	if settings := x.held.Value.Settings; settings != nil {
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
		there := x.places[placeOf(c.Cluster)]
		all = append(all, checks.ClusterQuotas(c, there.nodesPerGroup, there.groupsPerCluster)...)
	}
	planned := health.Fact[int]{Value: x.boundaries.Value.Drift().Planned, Unread: x.boundaries.Unread}
	all = append(all, checks.ScheduleQuota(x.Stack.Region, planned, x.scheduleQuota))
	all = append(all, checks.RunRoom(x.held.Value.Config(), x.Now)...)
	return all
}

// atMost calls do for each number below n, so many at a time, and waits for all.
func atMost(limit, n int, do func(i int)) {
	var all errgroup.Group
	all.SetLimit(limit)
	for i := range n {
		all.Go(func() error {
			do(i)
			return nil
		})
	}
	_ = all.Wait() // none of them fails
}
