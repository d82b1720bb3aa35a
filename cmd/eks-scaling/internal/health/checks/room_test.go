package checks_test

import (
	"fmt"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/health/checks"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
)

// TestRoomInARun judges runs over many clusters like the reference's.
func TestRoomInARun(t *testing.T) {
	t.Parallel()
	slow := reference(t)
	slow.WaitTimeout, slow.Concurrency = config.Duration(2*time.Hour), 1
	of := func(n int, c config.Cluster) []checks.Check {
		all := config.Config{}
		for range n {
			all.Clusters = append(all.Clusters, c)
		}
		return checks.RunRoom(all, now)
	}
	used := func(n int) string {
		var all []config.Cluster
		for range n {
			all = append(all, reference(t))
		}
		return fmt.Sprintf("%d of 209715 bytes (when all node groups of %d enabled clusters change at once)", limits.RunBytes(all, now), n)
	}
	judged(t, []row{
		{"room for the state", of(50, reference(t)), "state of a run", checks.OK, used(50), ""},
		{"little room for the state", of(70, reference(t)), "state of a run", checks.Warning, "80 % or more", "another stack"},
		{"no room for the state", of(100, reference(t)), "state of a run", checks.Failed, used(100), "another stack"},
		{"room for the history", of(50, reference(t)), "history of a run", checks.OK, "16583 of 24999 events (when all node groups of 50 enabled clusters change at once, each in 2m)", ""},
		{"little room for the history", of(61, reference(t)), "history of a run", checks.Warning, "80 % or more", "another stack"},
		{"no room for the history", of(76, reference(t)), "history of a run", checks.Failed, "25189 of 24999", "another stack"},
		{"room in time", of(10, reference(t)), "duration of a run", checks.OK, "40 of 720 minutes (when every change takes all of waitTimeout)", ""},
		{"no room in time", of(31, slow), "duration of a run", checks.Failed, "960 of 720 minutes", "raise concurrency"},
		{"a cluster that takes too long", of(1, slow), "cluster production", checks.Failed, "2 node groups one at a time with waitTimeout 2h can take 4h; want at most 3h", "raise concurrency or lower waitTimeout"},
	})
	if found := checks.RunRoom(config.Config{Clusters: []config.Cluster{{Name: "off"}}}, now); len(found) > 0 {
		t.Errorf("found %v without an enabled cluster; want nothing", found)
	}
}
