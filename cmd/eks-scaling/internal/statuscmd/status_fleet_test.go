package statuscmd

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
)

// fleet is a system with more clusters, with 10 node groups each.
func fleet(t *testing.T, clusters int) *system {
	t.Helper()
	s := calmSystem(t)
	spec := clitest.Decode[map[string]any](t, string(s.Items["cluster/production"].Spec))
	limits, sizes := map[string]any{}, map[string]int{}
	for n := range 10 {
		limits[fmt.Sprint("n", n)], sizes[fmt.Sprint("n", n)] = map[string]int{"minSize": 0, "maxSize": 9}, 3
	}
	spec["nodegroups"], spec["profiles"], spec["schedule"] = limits, map[string]any{"day": sizes}, map[string]string{"default": "day"}
	for c := range clusters {
		name := fmt.Sprintf("fleet-%04d", c)
		spec["name"], spec["region"] = name, []string{"sa-east-1", "eu-central-1"}[c%2]
		text, err := json.Marshal(spec)
		if err != nil {
			t.Fatal(err)
		}
		s.Items["cluster/"+name] = inventory.Item{Kind: inventory.KindCluster, Name: name, Version: 1, Spec: text, UpdatedAt: clitest.Monday}
		for n := range limits {
			s.Size(name+"/"+n, 0, 9, 3)
		}
		for i := range s.done {
			s.did(&s.done[i], run.ClusterSummary{Cluster: name, Outcome: run.Succeeded, Nodegroups: []run.NodegroupSummary{{Nodegroup: "n0", Outcome: run.Succeeded}}})
		}
	}
	s.Sync(t, afternoon)
	return s
}

// TestTheCallsOfALookAtALargeFleet are a few: the sizes come from the records. With --live they are one more for each node group. A later
// look asks again only for what may have changed. One unit takes no call for the others.
func TestTheCallsOfALookAtALargeFleet(t *testing.T) {
	t.Parallel()
	s := fleet(t, 200)
	always := map[string]int{"AppliedTo": 1, "ListExecutions": 1, "Runs": 1, "DescribeAlarms": 1, "GetQueueAttributes": 1, "ListSubscriptionsByTopic": 1}
	all := map[string]int{"Read": 1, "ListSchedules": 2}
	one := question{Filter: filter.Filter{Clusters: []string{"fleet-0007"}}}
	region := question{Filter: filter.Filter{Regions: []string{"eu-central-1"}}}
	for _, w := range []struct {
		rule  string
		of    question
		units int
		first map[string]int
		again map[string]int
	}{
		{"all", question{}, 203, map[string]int{"UnitRecords": 1, "ConfigChanges": 1}, nil},
		{"some, by the keys of their records", region, 101, map[string]int{"UnitRecordsOf": 1}, nil},
		{"all of EKS", question{live: true}, 203, map[string]int{"UnitRecords": 3, "ConfigChanges": 1, "DescribeNodegroup": 2_004}, map[string]int{"DescribeNodegroup": 2_004}},
		{"one", one, 1, map[string]int{"UnitRecordsOf": 1, "Unit": 1, "Read": -1, "DescribeNodegroup": 10}, map[string]int{"Unit": 1, "Read": -1, "DescribeNodegroup": 10}},
	} {
		from := s.sources()
		for look, more := range []map[string]int{w.first, w.again} {
			s.Forget()
			facts, err := from.look(t.Context(), afternoon.Add(time.Duration(look)*time.Minute), w.of)
			if asked := slices.DeleteFunc(facts.Clusters, func(c health.ClusterFacts) bool { return !facts.Asked(c.Name) }); err != nil || len(asked) != w.units {
				t.Fatalf("%s: found %d units, %v", w.rule, len(asked), err)
			}
			if diff := cmp.Diff(sum(always, all, more), count(s.Calls())); diff != "" {
				t.Errorf("%s, look %d: calls (-want +got):\n%s", w.rule, look+1, diff)
			}
		}
	}
}

// sum adds counts, without those that are 0.
func sum(all ...map[string]int) map[string]int {
	total := map[string]int{}
	for _, counts := range all {
		for what, n := range counts {
			total[what] += n
		}
	}
	maps.DeleteFunc(total, func(_ string, n int) bool { return n == 0 })
	return total
}

// count counts calls by operation.
func count(calls []string) map[string]int {
	counts := map[string]int{}
	for _, call := range calls {
		operation, _, _ := strings.Cut(call, " ")
		counts[operation]++
	}
	return counts
}
