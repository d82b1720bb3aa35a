package limits_test

import (
	"os"
	"strings"
	"testing"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
)

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestREADMESaysHowManyClustersFit computes the number of clusters that the README promises.
func TestREADMESaysHowManyClustersFit(t *testing.T) {
	t.Parallel()
	reference, err := config.Parse([]byte(read(t, "../../examples/sao-paulo.yaml")))
	if err != nil {
		t.Fatal(err)
	}
	const promise = "One run carries 75 clusters of the reference's size"
	if !strings.Contains(read(t, "../../README.md"), promise) {
		t.Errorf("the README does not say: %s", promise)
	}
	one := reference.Clusters[0]
	for n, want := range map[int]bool{75: true, 76: false} {
		reference.Clusters = nil
		for range n {
			reference.Clusters = append(reference.Clusters, one)
		}
		if found := limits.Runs(reference, now); (len(found) == 0) != want {
			t.Errorf("%d clusters: found %v", n, found)
		}
	}
}

// TestNodegroupsOfOneCluster computes what docs/configuration.md promises. The state of a wave is full first.
func TestNodegroupsOfOneCluster(t *testing.T) {
	t.Parallel()
	if !strings.Contains(read(t, "../../docs/configuration.md"), "One cluster of 150 node groups fits") {
		t.Error("the documentation does not say how many node groups fit")
	}
	if found := limits.Check(document(t, shape{nodegroups: 150, timeout: "1m"}), now); len(found) > 0 {
		t.Errorf("150 node groups: %v", found)
	}
	found := limits.Check(document(t, shape{nodegroups: 165, timeout: "1m"}), now)
	if len(found) != 1 || !strings.HasPrefix(found[0].String(), "clusters[0]: a wave of all 165 node groups needs ") {
		t.Errorf("165 node groups: found %v; want too large a state of a wave", found)
	}
}
