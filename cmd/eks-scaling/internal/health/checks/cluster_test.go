package checks_test

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// TestCalendarsThatRunOut judges only the clusters that were asked for.
func TestCalendarsThatRunOut(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	until := func(days int) map[string]config.Calendar {
		last := schedule.DateOf(at) + schedule.Date(days)
		return map[string]config.Calendar{"holidays": {Dates: schedule.Calendar{{Dates: schedule.DateRange{First: last, Last: last}}}}}
	}
	for _, row := range []struct {
		rule string
		days int
		only []string
		want string
	}{
		{"over", -4, nil, `ran out on 2026-11-20; period "rest" of a depends on it`},
		{"soon over", 59, nil, `has no date after 2027-01-22, in 59 days; period "rest" of a depends on it`},
		{"long enough", 60, nil, ""},
		{"of another cluster", -4, []string{"b"}, ""},
	} {
		c, err := config.ParseCluster([]byte(`{"name": "a", "region": "sa-east-1", "nodegroups": {"g": {"minSize": 0, "maxSize": 5}},
			"profiles": {"on": {"g": 1}, "off": {"g": 0}}, "schedule": {"default": "on", "periods": [{"name": "rest", "profile": "off", "calendars": {"except": ["holidays"]}}]}}`),
			config.Settings{Timezone: "UTC"}, until(row.days))
		if err != nil {
			t.Fatal(err)
		}
		held := inventory.Checked{Configured: true, Runnable: c.Units(), CalendarByName: until(row.days)}
		found := ""
		for _, check := range checks.Configured(health.System{Only: row.only, Configuration: health.Known(held)}, at) {
			if check.Name == "calendar holidays" && check.Outcome == checks.Warning && strings.Contains(check.Remedy, "config apply FILE") {
				found = check.Found
			}
		}
		if found != row.want {
			t.Errorf("%s: found %q; want %q", row.rule, found, row.want)
		}
	}
}

func TestConfigured(t *testing.T) {
	t.Parallel()
	of := func(change func(*health.System)) []checks.Check {
		f := health.System{Configuration: health.Known(inventory.Checked{Configured: true, Runnable: []config.Unit{{Name: "a"}}})}
		change(&f)
		return checks.Configured(f, time.Time{})
	}
	held := func(change func(*inventory.Checked)) []checks.Check {
		return of(func(f *health.System) { change(&f.Configuration.Value) })
	}
	invalid := func(key, message string, why error) []checks.Check {
		return held(func(c *inventory.Checked) {
			c.Invalid = []inventory.InvalidItem{{Key: key, Err: cmp.Or(why, errors.New(message))}}
			if name, ofCluster := strings.CutPrefix(key, "cluster/"); ofCluster {
				c.Unusable = []inventory.Unusable{{Name: name, Err: c.Invalid[0].Err}}
			}
		})
	}
	fine := of(func(*health.System) {})
	judged(t, []row{
		{"usable", fine, "configuration", checks.OK, "1 cluster", ""},
		{"on", fine, "scaling", checks.OK, "active", ""},
		{"a cluster is on", fine, "scaling of a", checks.OK, "active", ""},
		{"a cluster that is not asked for", of(func(f *health.System) { f.Only = []string{"b"} }), "configuration", checks.OK, "0 clusters", ""},
		{"nothing yet", held(func(c *inventory.Checked) { *c = inventory.Checked{} }), "configuration", checks.Failed, "nothing is configured", "eks-scaling init"},
		{
			"what is left of one", held(func(c *inventory.Checked) {
				*c = inventory.Checked{Snapshot: inventory.Snapshot{
					Calendars: []inventory.Item{{Kind: "calendar", Name: "c"}}, Overrides: []inventory.Item{{Kind: "override", Name: "o"}},
				}}
			}),
			"configuration", checks.Failed, "there is no configuration, so every run is skipped: no settings and no clusters, only what is left of one: calendar/c, override/o", "eks-scaling init, or: eks-scaling config apply FILE",
		},
		{"paused", of(func(f *health.System) { f.Paused = &health.Author{By: "ana"} }), "scaling", checks.Warning, "paused by ana", "eks-scaling resume"},
		{
			"config apply is at work", of(func(f *health.System) {
				f.Paused, f.Hold = &health.Author{}, &health.Hold{Author: health.Author{By: "rui"}}
			}),
			"scaling", checks.Warning, "paused while config apply is writing the configuration by rui", "wait until that has ended",
		},
		{
			"config apply was interrupted", of(func(f *health.System) {
				f.Paused, f.Hold = &health.Author{}, &health.Hold{Author: health.Author{By: "rui"}, Interrupted: true}
			}),
			"scaling", checks.Failed, "paused, as the configuration is written only in part by rui", "apply the same document again: eks-scaling config apply DOCUMENT",
		},
		{"a cluster is off", held(func(c *inventory.Checked) { c.Runnable[0].Paused = true }), "scaling of a", checks.Warning, "paused", "resume a"},
		{"broken", invalid("cluster/a", "no region", nil), "cluster/a", checks.Failed, "no region", "config edit"},
		{"broken, and not needed", invalid("override/o", "no cluster", nil), "override/o", checks.Warning, "no cluster", "config edit"},
		{
			"of a newer version", invalid("cluster/a", "", config.ErrNewer),
			"cluster/a", checks.Failed, config.ErrNewer.Error(), "install the newer version of eks-scaling, and deploy the stack with that: make deploy",
		},
		{"not to be read", checks.Configured(health.System{Configuration: health.NotRead[inventory.Checked](denied)}, time.Time{}), "configuration", checks.Unknown, "denied", "permission"},
	})
}

// examined is the reference cluster as it should be.
func examined(t *testing.T) checks.Cluster {
	t.Helper()
	fine := func(low, high, desired int32) health.Fact[health.Nodegroup] {
		return health.Known(health.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MinSize: low, MaxSize: high, DesiredSize: desired}})
	}
	return checks.Cluster{
		ClusterFacts: &health.ClusterFacts{
			Name: "production", Cluster: "production", Config: reference(t), Nodegroups: map[string]health.Fact[health.Nodegroup]{"big": fine(0, 5, 1), "small": fine(0, 1, 0)},
		},
		Configured: []string{"big", "small"}, Status: health.Known("ACTIVE"), Existing: health.Known([]string{"big", "small"}),
	}
}

func TestCluster(t *testing.T) {
	t.Parallel()
	with := func(change func(*checks.Cluster)) []checks.Check {
		c := examined(t)
		change(&c)
		return c.Checks(now, []string{"role/scale"})
	}
	big := func(n health.Fact[health.Nodegroup]) []checks.Check {
		return with(func(c *checks.Cluster) { c.Nodegroups["big"] = n })
	}
	is := func(status string, issues ...string) []checks.Check {
		return big(health.Known(health.Nodegroup{Status: status, Health: issues, Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: 1}}))
	}
	in := func(zone string) []checks.Check {
		return with(func(c *checks.Cluster) {
			c.Config = cluster(t, map[string]any{
				"name": "c", "region": "eu-central-1", "timezone": zone, "nodegroups": map[string]any{"web": map[string]int{"minSize": 0, "maxSize": 2}},
				"profiles": map[string]any{"on": map[string]int{"web": 1}}, "schedule": map[string]string{"default": "on"},
			}, "")
		})
	}
	status := func(s health.Fact[string]) []checks.Check {
		return with(func(c *checks.Cluster) { c.Status = s })
	}
	role := func(r health.Fact[string]) []checks.Check {
		return with(func(c *checks.Cluster) { c.Config.Role.ARN, c.Role = "arn:aws:iam::999999999999:role/scaler", r })
	}
	blocked := with(func(c *checks.Cluster) {
		c.Status = health.Missing[string]()
		c.Block(health.BecauseOf("there is no such cluster"))
	})
	unusable := func(z checks.Zone) []checks.Check { return checks.Unusable("a", z, now) }
	fine := examined(t).Checks(now, nil)
	judged(t, []row{
		{"a zone that does not change its clocks", fine, "time zone", checks.OK, "America/Sao_Paulo, now -03:00; no clock change within a year", ""},
		{"a zone that does", in("Europe/Berlin"), "time zone", checks.OK, "next clock change: Sun 2027-03-28 02:00 to Sun 2027-03-28 03:00 +02:00", ""},
		{"a zone whose clocks go back", in("Australia/Sydney"), "time zone", checks.OK, "change: Sun 2027-04-04 03:00 to Sun 2027-04-04 02:00 +10:00", ""},
		{"active", fine, "cluster", checks.OK, "ACTIVE in sa-east-1", ""},
		{"being updated", status(health.Known("UPDATING")), "cluster", checks.Warning, "UPDATING", "describe-cluster --name production --region sa-east-1"},
		{"failed", status(health.Known("FAILED")), "cluster", checks.Failed, "FAILED", "describe-cluster"},
		{"no cluster", blocked, "cluster", checks.Failed, "no such cluster in sa-east-1", "aws eks list-clusters --region sa-east-1"},
		{"no cluster, so no node group", blocked, "big", checks.Unknown, "because there is no such cluster", "first"},
		{"no cluster, so no sizes", blocked, "big sizes", checks.Unknown, "because there is no such cluster", "first"},
		{"no cluster, so no others", blocked, "other node groups", checks.Unknown, "because there is no such cluster", "first"},
		{"not to be looked at", status(health.NotRead[string](denied)), "cluster", checks.Unknown, "denied", "permission"},
		{"an active node group", fine, "big", checks.OK, "ACTIVE", ""},
		{"no node group", big(health.Missing[health.Nodegroup]()), "big", checks.Failed, "no such node group", "list-nodegroups --cluster-name production"},
		{"no node group, so no sizes", big(health.Missing[health.Nodegroup]()), "big sizes", checks.Unknown, "because there is no such node group", "first"},
		{"active and ailing", is("ACTIVE", "AccessDenied: no"), "big", checks.Warning, "ACTIVE: AccessDenied: no", "--query nodegroup.health"},
		{"updating", is("UPDATING"), "big", checks.Warning, "runs wait", "wait"},
		{"degraded", is("DEGRADED", "no capacity"), "big", checks.Failed, "DEGRADED: no capacity", "describe-nodegroup --cluster-name production --nodegroup-name big"},
		{"deleting", is("DELETING"), "big", checks.Failed, "DELETING", "describe-nodegroup"},
		{"sizes", fine, "big sizes", checks.OK, "1 (0..5), within its limits 0 to 5", ""},
		{"sizes outside", big(health.Known(health.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MaxSize: 9, DesiredSize: 1}})), "big sizes", checks.Warning, "maxSize 9 is outside the node group's limits, 0 to 5", "config edit"},
		{
			"a maximum below maxUnavailable", big(health.Known(health.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: 1}, MaxUnavailable: 6})), "big sizes", checks.Warning,
			"sets maxSize 5, which EKS refuses: the node group's maxUnavailable is 6", "lower maxUnavailable in the node group's update configuration",
		},
		{"a maximum of maxUnavailable", big(health.Known(health.Nodegroup{Status: "ACTIVE", Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: 1}, MaxUnavailable: 5})), "big sizes", checks.OK, "1 (0..5)", ""},
		{"no others", fine, "other node groups", checks.OK, "none", ""},
		{"others", with(func(c *checks.Cluster) { c.Existing.Value = []string{"big", "gpu", "small"} }), "other node groups", checks.OK, "never scaled: gpu", ""},
		{"a role", role(health.Known("")), "role", checks.OK, "can be assumed with your credentials", ""},
		{"a role that may not be assumed", role(health.NotRead[string](denied)), "role", checks.Warning, "role/scaler not checked", "sts:AssumeRole to role/scale"},
		{"broken", unusable(checks.Zone{}), "cluster", checks.Unknown, "because its configuration is invalid", "first"},
		{"broken, and its zone cannot be read", unusable(checks.Zone{}), "time zone", checks.Unknown, "because its configuration is invalid", "first"},
		{"broken by its zone", unusable(checks.Zone{Name: "Mars/Olympus"}), "time zone", checks.Failed, `unknown time zone "Mars/Olympus": use an IANA name`, "eks-scaling config edit"},
		{"broken, with a zone", unusable(checks.Zone{Name: "UTC", Location: time.UTC}), "time zone", checks.OK, "UTC, now +00:00; no clock change", ""},
		{"nothing is known", []checks.Check{checks.NoClusters(denied)}, "clusters", checks.Unknown, "denied", "permission"},
	})
}

func TestQuotas(t *testing.T) {
	t.Parallel()
	of := func(nodes, groups float64) []checks.Check {
		return checks.ClusterQuotas(examined(t), health.Known(nodes), health.Known(groups))
	}
	unread := checks.ClusterQuotas(checks.Cluster{ClusterFacts: examined(t).ClusterFacts, Configured: []string{"big"}, Existing: health.Missing[[]string]()}, health.NotRead[float64](denied), health.Missing[float64]())
	schedules := func(planned health.Fact[int], limit health.Fact[float64]) []checks.Check {
		return []checks.Check{checks.ScheduleQuota("sa-east-1", planned, limit)}
	}
	const nodes, groups = "production nodes per node group", "production node groups"
	judged(t, []row{
		{"room for nodes", of(450, 30), nodes, checks.OK, "5 of 450 nodes (largest maxSize: big)", ""},
		{"little room", of(6, 30), nodes, checks.Warning, "5 of 6 nodes", "--quota-code L-BD136A63 --region sa-east-1 --desired-value 10"},
		{"no room", of(4, 30), nodes, checks.Failed, "5 of 4 nodes", "lower maxSize"},
		{"quotas that cannot be read", unread, nodes, checks.Unknown, "denied", "permission"},
		{"room for node groups", of(450, 30), groups, checks.OK, "2 of 30 node groups", ""},
		{"no room for node groups, which no run makes", of(450, 1), groups, checks.Warning, "2 of 1", "--quota-code L-6D54EA21"},
		{"node groups that are not known", unread, groups, checks.Unknown, "not known", "first"},
		{"a quota that is not there", checks.ClusterQuotas(examined(t), health.Missing[float64](), health.Known(30.0)), nodes, checks.Unknown, "does not know", "console"},
		{"schedules", schedules(health.Known(4), health.Known(1e7)), "schedules", checks.OK, "4 of 10000000 schedules", ""},
		{"schedules up to the last", schedules(health.Known(100), health.Known(100.0)), "schedules", checks.Warning, "100 of 100", "--quota-code L-EE5D6FF0"},
		{"too many schedules", schedules(health.Known(101), health.Known(100.0)), "schedules", checks.Failed, "101 of 100", "request-service-quota-increase"},
		{"a plan that is not known", schedules(health.NotRead[int](denied), health.Known(1.0)), "schedules", checks.Unknown, "denied", "permission"},
	})
}

// TestRoomInARun judges runs over many clusters like the reference's.
func TestRoomInARun(t *testing.T) {
	t.Parallel()
	// sized is like the reference cluster, with more node groups that take an hour each, some at a time.
	sized := func(nodegroups, atATime int) config.Cluster {
		groups, sizes := map[string]any{}, map[string]any{}
		for i := range nodegroups {
			name := fmt.Sprint("g", i)
			groups[name], sizes[name] = map[string]any{"minSize": 0, "maxSize": 5}, 1
		}
		return parsed(t, map[string]any{
			"name": "production", "region": "sa-east-1", "nodegroups": groups, "profiles": map[string]any{"on": sizes},
			"schedule": map[string]any{"default": "on"}, "waitTimeout": "1h", "concurrency": atATime,
		}, "UTC")
	}
	slow, hours, reference := sized(4, 1), sized(60, 40), func(*testing.T) config.Cluster { return referenceCluster(t) }
	of := func(n int, c config.Cluster) []checks.Check {
		all := config.Config{}
		for range n {
			all.Clusters = append(all.Clusters, c)
		}
		return checks.RunRoom(all, now)
	}
	used := fmt.Sprintf("%d of 209715 bytes (worst case: all node groups change at once)", limits.UnitBytes(reference(t).Units()[0], now))
	judged(t, []row{
		{"room for clusters", of(50, reference(t)), "clusters of a run", checks.OK, "50 of 1000 clusters", ""},
		{"little room for clusters", of(800, reference(t)), "clusters of a run", checks.Warning, "80 % or more", "another stack"},
		{"no room for clusters", of(1001, reference(t)), "clusters of a run", checks.Failed, "1001 of 1000", "another stack"},
		{"room for the state", of(2, reference(t)), "state of a cluster", checks.OK, used, ""},
		{"room for the history", of(2, reference(t)), "history of a cluster", checks.OK, " of 20000 events (worst case: every change takes all of waitTimeout)", ""},
		{"no room for the history", of(1, hours), "history of a cluster", checks.Failed, " of 20000 events", "manage fewer node groups, or lower waitTimeout"},
		{"room in time", of(200, reference(t)), "duration of a run", checks.OK, "40 of 576 minutes (worst case: every change takes all of waitTimeout)", ""},
		{"no room in time", of(601, slow), "duration of a run", checks.Failed, "960 of 576 minutes", "raise fleet.units"},
		{"a cluster that takes too long", of(1, slow), "cluster production", checks.Failed, "4 node groups one at a time with waitTimeout 1h can take 4h, more than 3h", "raise concurrency or lower waitTimeout"},
	})
	off := parsed(t, map[string]any{
		"name": "off", "region": "sa-east-1", "paused": true, "nodegroups": map[string]any{"g": map[string]any{"minSize": 0, "maxSize": 5}},
		"profiles": map[string]any{"on": map[string]any{"g": 1}}, "schedule": map[string]any{"default": "on"},
	}, "UTC")
	if found := checks.RunRoom(config.Config{Clusters: []config.Cluster{off}}, now); len(found) > 0 {
		t.Errorf("found %v with all clusters paused; want nothing", found)
	}
}
