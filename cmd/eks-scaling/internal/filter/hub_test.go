package filter_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/filter"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

// TestAFilterNamesUnitsOfSeveralHubs: each hub takes the values of its own units.
func TestAFilterNamesUnitsOfSeveralHubs(t *testing.T) {
	t.Parallel()
	var stored inventory.Snapshot
	for name, region := range map[string]string{"near": "sa-east-1", "far": "eu-west-1"} {
		stored.Clusters = append(stored.Clusters, inventory.Item{Kind: inventory.KindCluster, Name: name, Spec: fmt.Appendf(nil, `{"region":%q}`, region)})
	}
	hub := frame.Hub{Region: "sa-east-1", Stored: stored, Session: frame.Session{Stack: deployment.Stack{OnlyRegion: "sa-east-1"}}}
	for _, row := range []struct{ given, want string }{
		{"", ""},
		{"near", "--cluster near"},
		{"near far", "--cluster near"},
		{"near nowhere", "--cluster near,nowhere"},
		{"far", "(none)"},
	} {
		got, err := filter.Filter{Clusters: strings.Fields(row.given)}.In(hub)
		if len(strings.Fields(row.given)) == 0 {
			got, err = filter.Filter{}.In(hub)
		}
		text := got.String()
		if err != nil {
			text = "(none)"
		}
		if text != row.want || err != nil && frame.ExitCode(err) != frame.ExitNotFound {
			t.Errorf("%q: found %q, %v; want %q", row.given, text, err, row.want)
		}
	}
	if _, err := (filter.Filter{Clusters: []string{"far:batch"}}).Select(stored.In("sa-east-1"), ""); !errors.As(err, new(*inventory.ElsewhereError)) {
		t.Errorf("without --all-regions: %v; want that another hub has it", err)
	}
	var elsewhere *inventory.ElsewhereError
	if _, err := (filter.Filter{Regions: []string{"eu-west-1"}}).Select(stored.In("sa-east-1"), ""); !errors.As(err, &elsewhere) || elsewhere.Cluster != "far" {
		t.Errorf("the region of another hub: %v; want that it has far", err)
	}
}
