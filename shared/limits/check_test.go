package limits_test

import (
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/scaling"
)

func many(n int, s shape) []shape {
	all := make([]shape, n)
	for i := range all {
		all[i] = s
	}
	return all
}

// TestWhatNoRunCanCarry holds the last configuration that fits against the first that does not.
func TestWhatNoRunCanCarry(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule       string
		fits, over []shape
		want       string
	}{
		{
			"a cluster takes at most 3 hours", many(1, shape{nodegroups: 3, timeout: "1h", concurrency: 1}), many(1, shape{nodegroups: 4, timeout: "1h", concurrency: 1}),
			"clusters[0]: 4 node groups one at a time with waitTimeout 1h can take 4h, more than 3h: raise concurrency or lower waitTimeout",
		},
		{
			"also with several at a time", many(1, shape{nodegroups: 5, timeout: "1h", concurrency: 2}), many(1, shape{nodegroups: 6, timeout: "1h", concurrency: 2}),
			"clusters[0]: 6 node groups 2 at a time with waitTimeout 1h can take 4h, more than 3h: raise concurrency or lower waitTimeout",
		},
		{
			"a unit's history", many(1, shape{nodegroups: 42, timeout: "1h", concurrency: 40}), many(1, shape{nodegroups: 43, timeout: "1h", concurrency: 40}),
			"clusters[0]: changes of all 43 node groups with waitTimeout 1h need 20214 history events, more than 20000: manage fewer node groups, or lower waitTimeout",
		},
		{
			"a run takes at most 1,000 clusters", many(1000, shape{nodegroups: 2}), many(1001, shape{nodegroups: 2}),
			"clusters: 1001 clusters are more than the 1000 that one run takes: " + limits.AnotherStack,
		},
		{
			"a fifth of a run's time stays free", many(441, shape{nodegroups: 3, timeout: "1h", concurrency: 1}), many(442, shape{nodegroups: 3, timeout: "1h", concurrency: 1}),
			"clusters: a run over 442 active clusters, 200 at a time, can take 9h36m54s, more than 9h36m: raise fleet.units or concurrency, or lower waitTimeout",
		},
		{
			"clusters that are disabled take no time", append(many(441, shape{nodegroups: 3, timeout: "1h", concurrency: 1}), many(200, shape{nodegroups: 3, timeout: "1h", concurrency: 1, disabled: true})...), nil, "",
		},
		{"a fleet of 1,000 clusters of 10 node groups, by default", many(1000, shape{nodegroups: 10}), nil, ""},
	} {
		if found := limits.Runs(document(t, row.fits...), now); len(found) > 0 {
			t.Errorf("%s: found %v; want none", row.rule, found)
		}
		if row.over == nil {
			continue
		}
		var found []string
		for _, f := range limits.Check(document(t, row.over...), now) {
			found = append(found, f.String())
		}
		if len(found) != 1 || found[0] != row.want {
			t.Errorf("%s: found %q; want %q", row.rule, found, row.want)
		}
	}
}

// TestAnUpcomingOverrideNeedsRoom: an override of single node groups has a reason of its own for each.
func TestAnUpcomingOverrideNeedsRoom(t *testing.T) {
	t.Parallel()
	c := document(t, shape{nodegroups: 4})
	before := limits.UnitBytes(c.Units()[0], now)
	coming := scaling.Override{
		Name: strings.Repeat("launch", 10), Cluster: c.Clusters[0].Name, Profile: "night", Nodegroups: []string{"group0"},
		From: now.Add(30 * 24 * time.Hour), Until: now.Add(31 * 24 * time.Hour), Reason: "launch",
	}
	if after := limits.UnitBytes(c.Clusters[0].WithOverrides([]scaling.Override{coming}).Units()[0], now); after < before+200 {
		t.Errorf("found %d bytes with an override in a month, and %d without", after, before)
	}
}

// TestTurnsAreTheWorstDivision compares with every way to divide the node groups over two waves.
func TestTurnsAreTheWorstDivision(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 12; n++ {
		for atOnce := 1; atOnce <= limits.IterationsAtOnce; atOnce++ {
			worst := 0
			for first := range n + 1 {
				worst = max(worst, (first+atOnce-1)/atOnce+(n-first+atOnce-1)/atOnce)
			}
			c := document(t, shape{nodegroups: n, timeout: "1m", concurrency: atOnce}).Units()[0]
			if got := limits.UnitTime(c); got != time.Duration(worst)*time.Minute {
				t.Errorf("%d node groups, %d at a time: found %s; want %d turns of a minute", n, atOnce, got, worst)
			}
		}
	}
}

func TestConcurrencyIsAnInlineMaps(t *testing.T) {
	t.Parallel()
	document(t, shape{nodegroups: 1, concurrency: limits.IterationsAtOnce})
	text := "timezone: UTC\nclusters:\n" + shape{nodegroups: 1, concurrency: limits.IterationsAtOnce + 1}.cluster(0)
	if _, err := config.Parse([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), "clusters[0].concurrency: ") {
		t.Errorf("more at once than iterations of a Map: found %v; want a finding", err)
	}
}

func TestTheShippedMachine(t *testing.T) {
	t.Parallel()
	if got := limits.Timeout(); got != 12*time.Hour {
		t.Errorf("found %s; want 12h", got)
	}
}
