package inventory_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/shared/inventory"
)

// TestEveryClusterBelongsToExactlyOneHub, unless its region is unreadable: then every hub that has it reports it, and none scales it.
func TestEveryClusterBelongsToExactlyOneHub(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	regions := []string{"sa-east-1", "eu-west-1", "us-east-1"}
	readings := append(slices.Clone(regions), "", "7", "nowhere", "São Paulo", "xx-east-1")
	rapid.Check(t, func(t *rapid.T) {
		var s inventory.Snapshot
		unreadable := map[string]bool{}
		for i := range rapid.IntRange(0, 8).Draw(t, "clusters") {
			name, region := fmt.Sprintf("c%d", i), rapid.SampledFrom(readings).Draw(t, "region")
			s.Clusters = append(s.Clusters, inventory.Item{Kind: inventory.KindCluster, Name: name, Spec: fmt.Appendf(nil, `{"region":%q}`, region)})
			s.Overrides = append(s.Overrides, inventory.Item{Kind: inventory.KindOverride, Cluster: name, Name: "o"})
			unreadable[name] = !slices.Contains(regions, region)
		}
		takers := map[string]int{}
		for _, region := range regions {
			part := s.In(region)
			for _, c := range part.Clusters {
				takers[c.Name]++
			}
			if len(part.Overrides) != len(part.Clusters) {
				t.Fatalf("the hub of %s has %d clusters and %d overrides", region, len(part.Clusters), len(part.Overrides))
			}
			for name, of := range part.Elsewhere() {
				_, err := part.FindCluster(name)
				if elsewhere, ok := errors.AsType[*inventory.ElsewhereError](err); !ok || elsewhere.Region != of || of == region {
					t.Fatalf("%s in %s: %v", name, region, err)
				}
			}
		}
		for name, bad := range unreadable {
			if want := map[bool]int{false: 1, true: len(regions)}[bad]; takers[name] != want {
				t.Fatalf("%d hubs take %s; want %d", takers[name], name, want)
			}
		}
		if whole := s.In(""); len(whole.Clusters) != len(s.Clusters) {
			t.Fatalf("without a region: %d clusters", len(whole.Clusters))
		}
	})
}

// TestAChangeKeepsTheScope, or the clusters of other regions would be unknown names.
func TestAChangeKeepsTheScope(t *testing.T) {
	t.Parallel()
	whole := inventory.Snapshot{Clusters: []inventory.Item{plainCluster("near"), with(t, plainCluster("far"), "sa-east-1", "eu-west-1")}}
	near := plainCluster("near")
	near.Kind = inventory.KindCluster
	checked := inventory.Check(whole.In("sa-east-1"), time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC))
	for rule, after := range map[string]inventory.Checked{
		"changed": checked.With([]inventory.Change{{After: near}}), "around one": checked.Around("near"),
	} {
		if _, err := after.Units("far"); !errors.As(err, new(*inventory.ElsewhereError)) {
			t.Errorf("%s: %v; want that another hub has it", rule, err)
		}
	}
}
