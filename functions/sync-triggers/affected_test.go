package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/triggers"
)

// about is a record of the table's stream.
func about(kind, name string) json.RawMessage {
	return json.RawMessage(fmt.Sprintf(`{"eventName": "MODIFY", "dynamodb": {"Keys": {"kind": {"S": %q}, "name": {"S": %q}}}}`, kind, name))
}

// closedOn is a cluster whose period uses a calendar.
func closedOn(name, calendar string) inventory.Item {
	c := cluster(name, 8)
	c.Spec = json.RawMessage(strings.Replace(string(c.Spec), `"days": ["mon"],`, fmt.Sprintf(`"days": ["mon"], "calendars": {"except": [%q]},`, calendar), 1))
	return c
}

func TestAChangeIsFollowedByARunOfTheClustersThatItAffects(t *testing.T) {
	stored := snapshot(cluster("a", 8), closedOn("b", "holidays"), closedOn("c", "holidays"), closedOn("d", "freeze"))
	stored.Clusters[2].Spec = json.RawMessage(strings.Replace(string(stored.Clusters[2].Spec), "low", "nothing", 1)) // it cannot be used
	const all, none = "all", "none"
	for _, row := range []struct {
		rule    string
		records []json.RawMessage
		want    string
	}{
		{"no change", nil, none},
		{"a cluster", []json.RawMessage{about("cluster", "a")}, "a"},
		{"a cluster that is gone", []json.RawMessage{about("cluster", "z")}, none},
		{"a cluster that cannot be used: its run tells people", []json.RawMessage{about("cluster", "c")}, "c"},
		{"an override", []json.RawMessage{about("override", "a/launch")}, "a"},
		{"an override of a cluster that is gone", []json.RawMessage{about("override", "z/launch")}, none},
		{"an override whose key names no cluster applies to none", []json.RawMessage{about("override", "launch")}, none},
		{"a calendar concerns those that use it", []json.RawMessage{about("calendar", "holidays")}, "b c"},
		{"a calendar that nobody uses", []json.RawMessage{about("calendar", "other")}, none},
		{"several changes are one run, each cluster once", []json.RawMessage{
			about("override", "d/two"), about("cluster", "a"), about("calendar", "holidays"), about("override", "d/one"), about("cluster", "z"),
		}, "a b c d"},
		{"the settings concern all", []json.RawMessage{about("cluster", "a"), about("settings", "global")}, all},
		{"an item of an unknown kind may concern all", []json.RawMessage{about("fleet", "a")}, all},
		{"so may a record without a key", []json.RawMessage{[]byte(`{"eventName": "MODIFY"}`)}, all},
		{"and one that is none", []json.RawMessage{[]byte(`"oops"`)}, all},
		{"and one with a key of another type", []json.RawMessage{[]byte(`{"dynamodb": {"Keys": {"kind": {"N": "1"}, "name": 7}}}`)}, all},
	} {
		got := none
		for _, trigger := range following(row.records, stored, now) {
			got = strings.Join(trigger.Input.Clusters, " ")
			if trigger.Input.Clusters == nil {
				got = all
			}
		}
		if got != row.want {
			t.Errorf("%s: found %s; want %s", row.rule, got, row.want)
		}
	}
}

// TestChangesOfOneMinuteLoseNoCluster although each has its own invocation, independent of the other.
func TestChangesOfOneMinuteLoseNoCluster(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	w := start(t, snapshot(cluster("a", 8), cluster("b", 8), cluster("c", 8)))
	for _, record := range []json.RawMessage{about("cluster", "a"), about("cluster", "b"), about("cluster", "a"), about("calendar", "other")} {
		payload, err := json.Marshal(run.SyncTriggersRequest{Records: []json.RawMessage{record}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.invoke(string(payload)); err != nil {
			t.Fatal(err)
		}
		w.pass(5 * time.Second)
	}
	named := map[string]int{}
	for _, s := range w.Schedules(groupName) {
		if !strings.HasPrefix(s.Name, "changed-") {
			continue
		}
		for _, cluster := range []string{"a", "b", "c"} {
			trigger := triggers.Changed(now, []string{cluster})
			if s.Expression == trigger.Expression && strings.HasPrefix(s.Name, trigger.Name) {
				named[cluster]++
			}
		}
	}
	if named["a"] != 1 || named["b"] != 1 || named["c"] != 0 {
		t.Errorf("found triggers for %v; want one for a and one for b", named)
	}
}
