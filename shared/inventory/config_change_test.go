package inventory_test

import (
	"encoding/json"
	"testing"

	"eks-scaling-automation/shared/inventory"
)

func TestVersionsContinueAfterARemoval(t *testing.T) {
	t.Parallel()
	there := json.RawMessage("{}")
	for _, row := range []struct {
		rule    string
		changes []inventory.ConfigChange // the newest first
		next    int
	}{
		{"it never existed", nil, 1},
		{"it was removed", []inventory.ConfigChange{{Version: 3}, {Version: 2, After: there}, {Version: 1, After: there}}, 4},
		{"the removal is not recorded yet", []inventory.ConfigChange{{Version: 2, After: there}, {Version: 1, After: there}}, 4},
		{"it was made by hand", []inventory.ConfigChange{{Version: 1}, {After: there}}, 2},
	} {
		item := inventory.Item{Kind: inventory.KindCluster, Name: "production", Removed: inventory.RemovedVersion(row.changes)}
		next, err := item.Next()
		if err != nil || next.Version != row.next || item.Version != 0 {
			t.Errorf("%s: found version %d over %d (%v); want %d over none", row.rule, next.Version, item.Version, err, row.next)
		}
	}
}
