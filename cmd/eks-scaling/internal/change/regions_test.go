package change

import (
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/deployment"
)

func TestEachHubComparesItsOwnClustersWithEKS(t *testing.T) {
	t.Parallel()
	clusters := []config.Cluster{{Name: "a", Region: "sa-east-1"}, {Name: "b", Region: "us-east-1"}}
	for _, row := range []struct {
		rule   string
		hub    string
		others bool // several hubs are written
		want   int
	}{
		{"its region's, if all hubs are written", "us-east-1", true, 1},
		{"all, if it is the only one", "us-east-1", false, 2},
		{"all, if it scales those of all regions", "", true, 2},
	} {
		got := Options{onlyChanges: row.others}.compared(deployment.Stack{OnlyRegion: row.hub}, clusters)
		if len(got) != row.want || row.want == 1 && got[0].Name != "b" {
			t.Errorf("%s: found %v", row.rule, got)
		}
	}
}
