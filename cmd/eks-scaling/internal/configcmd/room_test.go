package configcmd

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

// fleet fills a table with clusters of two node groups each, one scaled at a time.
func fleet(n int, waitTimeout string) inventory.Snapshot {
	settings := inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Version: 1, Spec: json.RawMessage(`{"enabled": true, "timezone": "UTC"}`)}
	s := inventory.Snapshot{Settings: &settings}
	for i := range n {
		s.Clusters = append(s.Clusters, member(i, waitTimeout))
	}
	return s
}

func member(i int, waitTimeout string) inventory.Item {
	name := fmt.Sprintf("c%02d", i)
	spec := fmt.Sprintf(`{"name": %q, "region": "sa-east-1", "waitTimeout": %q, "concurrency": 1,
		"nodegroups": {"a": {"minSize": 0, "maxSize": 5}, "b": {"minSize": 0, "maxSize": 5}, "c": {"minSize": 0, "maxSize": 5}, "d": {"minSize": 0, "maxSize": 5}},
		"profiles": {"normal": {"a": 1, "b": 1, "c": 1, "d": 1}}, "schedule": {"default": "normal"}}`, name, waitTimeout)
	return inventory.Item{Kind: inventory.KindCluster, Name: name, Version: 1, Spec: json.RawMessage(spec)}
}

// TestRoomBesideWhatStays: 39 of these clusters fit into the history of one run.
func TestRoomBesideWhatStays(t *testing.T) {
	t.Parallel()
	const slow = "4 node groups one at a time with waitTimeout 1h can take 4h; want at most 3h: raise concurrency or lower waitTimeout"
	for _, row := range []struct {
		rule   string
		before inventory.Snapshot
		due    []inventory.Change
		want   string
	}{
		{"the last one that fits", fleet(38, "1s"), []inventory.Change{{After: member(38, "1s")}}, ""},
		{
			"one more", fleet(38, "1s"),
			[]inventory.Change{{After: member(38, "1s")}, {After: member(39, "1s")}},
			"nothing was written: 40 enabled clusters with 160 node groups: a run that changes all of them, each in 2m, needs 25193 history events",
		},
		{"one more in the place of another", fleet(39, "1s"), []inventory.Change{{After: member(40, "1s")}, {After: member(3, "1s"), Gone: true}}, ""},
		{"a slow one is named", fleet(2, "1s"), []inventory.Change{{After: member(1, "1h")}}, "nothing was written: cluster/c01: " + slow},
		{"what did not fit before does not stand in the way", fleet(1, "1h"), []inventory.Change{{After: member(1, "1s")}}, ""},
	} {
		err := change.Preview(inventory.Check(row.before, clitest.Monday), row.due).Exceeds(clitest.Monday)
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.HasPrefix(err.Error(), row.want)) {
			t.Errorf("%s: found %v; want %q", row.rule, err, row.want)
		}
	}
}

func TestRollbackToWhatNoRunCanCarry(t *testing.T) {
	t.Parallel()
	m := clitest.NewMemory(*fleet(0, "").Settings)
	for _, waitTimeout := range []string{"1h", "1s"} {
		e := member(0, waitTimeout)
		e = e.Over(m.Items["cluster/c00"])
		if _, err := m.Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	m.Writes = nil
	clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(m), "config", "rollback", "c00", "1", "--yes"), frame.ExitFailed, "nothing was written: cluster/c00: 4 node groups one at a time")
	clitest.WantCalls(t, m)
}

func TestEditToWhatNoRunCanCarry(t *testing.T) {
	m := clitest.Filled(t)
	// berlin gets three node groups more, one at a time, an hour each.
	env, dir, _ := editing(t, m, `sed -i 's/nodegroups: {web: /nodegroups: {w2: {minSize: 0, maxSize: 1}, w3: {minSize: 0, maxSize: 1}, w4: {minSize: 0, maxSize: 1}, web: /
s/waitTimeout: 20m/waitTimeout: 1h/; s/concurrency: 5/concurrency: 1/' "$1"`+"\n")
	a := clitest.AskIn(t, env, "config", "edit")
	if a.Err == nil || !strings.Contains(a.Err.Error(), "4 node groups one at a time with waitTimeout 1h can take 4h") {
		t.Errorf("found %v", a.Err)
	}
	clitest.WantCalls(t, m)
	leaves(t, dir, 1)
}
