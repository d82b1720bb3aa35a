package statuscmd

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
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

// TestTheCallsOfALookAtALargeFleet are one for each node group and switch that is off, and a few more; a later look asks again only
// for what may have changed.
func TestTheCallsOfALookAtALargeFleet(t *testing.T) {
	t.Parallel()
	s := fleet(t, 1_000)
	from := s.sources()
	for look, want := range []map[string]int{
		{"UnitRecords": 3, "ConfigChanges": 1, "Runs": 1},
		{"UnitRecords": 0, "ConfigChanges": 0, "Runs": 1},
	} {
		s.Forget()
		facts, err := from.look(t.Context(), afternoon.Add(time.Duration(look)*time.Minute), nil)
		if err != nil || len(facts.Clusters) != 1_003 {
			t.Fatalf("found %d clusters, %v", len(facts.Clusters), err)
		}
		want["DescribeNodegroup"], want["Read"], want["AppliedTo"], want["ListExecutions"] = 10_004, 1, 1, 1
		want["ListSchedules"], want["DescribeAlarms"], want["GetQueueAttributes"], want["ListSubscriptionsByTopic"] = 2, 1, 1, 1
		for _, call := range s.Calls() {
			operation, _, _ := strings.Cut(call, " ")
			want[operation]--
		}
		for operation, left := range want {
			if left != 0 {
				t.Errorf("look %d: found %d calls of %s less than expected", look+1, left, operation)
			}
		}
	}
}
