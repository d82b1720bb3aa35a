package limits_test

import (
	"os"
	"strings"
	"testing"

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

// TestTheDocumentationSaysWhatFits in the words of the limits themselves.
func TestTheDocumentationSaysWhatFits(t *testing.T) {
	t.Parallel()
	for file, promises := range map[string][]string{
		"docs/how-it-works.md":  {"One run carries 1,000 clusters"},
		"docs/configuration.md": {"1,000 clusters", "20,000 events", "209,715 bytes", "A cluster of 40 node groups with `waitTimeout: 1h` fits", "A cluster of 150 node groups with `waitTimeout: 1m` fits", "307,200 bytes", "10 schedules of 20 node groups fit"},
	} {
		text := read(t, "../../"+file)
		for _, promise := range promises {
			if !strings.Contains(text, promise) {
				t.Errorf("%s does not say: %s", file, promise)
			}
		}
	}
	if limits.MaxUnits != 1000 || limits.MaxUnitEvents != 20_000 || limits.MaxStateBytes != 209_715 || limits.MaxRecordBytes != 307_200 {
		t.Error("the limits differ from the documentation")
	}
}

// TestNodegroupsOfOneCluster computes what docs/configuration.md promises. With short updates the state of a wave is full
// first, with long ones the history.
func TestNodegroupsOfOneCluster(t *testing.T) {
	t.Parallel()
	for _, fits := range []shape{{nodegroups: 150, timeout: "1m"}, {nodegroups: 40, timeout: "1h", concurrency: 40}} {
		if found := limits.Check(document(t, fits), now); len(found) > 0 {
			t.Errorf("%+v: %v", fits, found)
		}
	}
	found := limits.Check(document(t, shape{nodegroups: 168, timeout: "1m"}), now)
	if len(found) != 1 || !strings.HasPrefix(found[0].String(), "clusters[0]: a wave of all 168 node groups needs ") {
		t.Errorf("168 node groups: found %v; want too large a state of a wave", found)
	}
}
