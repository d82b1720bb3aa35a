package integration_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/world"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// unit returns the reference cluster's record.
func (n *night) unit() claim.Unit {
	n.t.Helper()
	u, err := tables.NewLogs(n.DynamoDB(), deployment.LogsTable).Unit(n.t.Context(), "production")
	if err != nil {
		n.t.Fatal(err)
	}
	return u
}

// ended says how a run ended: its outcome, with the error of one that failed.
func (n *night) ended(name string) string {
	d := n.runs[name].Describe()
	if d.Status != engine.Succeeded {
		return fmt.Sprint(d.Status, " ", d.Error)
	}
	return string(n.summary(name).Outcome)
}

// summary is what a run returned.
func (n *night) summary(name string) (s run.Summary) {
	n.t.Helper()
	if err := json.Unmarshal(n.runs[name].Describe().Output, &s); err != nil {
		n.t.Fatalf("run %s: %v", name, err)
	}
	return s
}

// part is what a run did to the reference cluster.
func (n *night) part(name string) run.UnitRecord {
	n.t.Helper()
	units, err := n.Units(n.t.Context(), name)
	if err != nil || len(units) != 1 {
		n.t.Fatalf("run %s: %d units on record, %v; want 1", name, len(units), err)
	}
	return units[0]
}

// marks returns the recorded marks, such as "big sleep 0", with the profile of a manual run that holds instead.
func (n *night) marks() []string {
	var all []string
	for name, mark := range n.unit().Marks {
		line := fmt.Sprintf("%s %s %d", name, mark.Profile, mark.Goal.Wanted())
		if mark.Held != nil {
			line += fmt.Sprintf(", held at %s %d by %s", mark.Held.Profile, mark.Held.Goal.Wanted(), mark.Held.Run)
		}
		all = append(all, line)
	}
	slices.Sort(all)
	return all
}

// outcome is how things are to be when all is quiet.
type outcome struct {
	runs   map[string]string // how each run ended
	sizes  map[string]int32
	marks  []string // nil is not looked at
	alerts []string // a part of each, in order
	// empty allows that there are no nodes at all for a while.
	empty bool
}

// check lets time pass to an instant and until all is quiet, and compares.
func (n *night) check(when time.Time, want outcome) {
	n.t.Helper()
	n.until(when)
	if err := n.RunUntilQuiet(n.t.Context()); err != nil {
		n.t.Fatal(err)
	}
	n.watch()
	ended := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(n.runs)) {
		if _, asked := want.runs[name]; asked || name != "evening" {
			ended[name] = n.ended(name)
		}
	}
	if diff := cmp.Diff(want.runs, ended); diff != "" {
		n.t.Errorf("runs (-want +got):\n%s\n%s", diff, n.story())
	}
	if diff := cmp.Diff(want.sizes, desired(n.World)); diff != "" {
		n.t.Errorf("desired sizes (-want +got):\n%s\n%s", diff, n.story())
	}
	if diff := cmp.Diff(want.marks, n.marks()); want.marks != nil && diff != "" {
		n.t.Errorf("marks (-want +got):\n%s", diff)
	}
	if n.lowest <= 0 && !want.empty {
		n.t.Errorf("there was an instant without any node\n%s", n.story())
	}
	n.checkAlerts(want.alerts)
	n.checkRecords()
}

// checkAlerts looks for a part in each alert.
func (n *night) checkAlerts(parts []string) {
	n.t.Helper()
	alerts := n.Alerts()
	if len(alerts) != len(parts) {
		n.t.Errorf("%d alerts; want %d: %v", len(alerts), len(parts), alerts)
		return
	}
	for i, part := range parts {
		if !strings.Contains(alerts[i].Message, part) {
			n.t.Errorf("alert %d says\n%s\nwant it to say %q", i, alerts[i].Message, part)
		}
	}
}

// checkRecords wants a record of every run, with the outcome that the run itself had.
func (n *night) checkRecords() {
	n.t.Helper()
	found, err := n.Records(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	recorded := map[string]string{}
	for _, r := range found {
		if r["subject"] == tables.SubjectRun {
			execution, _ := r["execution"].(map[string]any)
			recorded[fmt.Sprint(execution["name"])] = fmt.Sprint(r["outcome"])
		}
	}
	for name, x := range n.runs {
		want, status := "failed", x.Describe().Status
		if status == engine.Aborted {
			continue // it had no chance to write one
		}
		if status == engine.Succeeded {
			want = string(n.summary(name).Outcome)
		}
		if recorded[name] != want {
			n.t.Errorf("run %s is recorded as %q; want %q", name, recorded[name], want)
		}
	}
}

// story is what the runs did, for a failed test: when each Task was begun, without repeated looks.
func (n *night) story() string {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(n.runs)) {
		fmt.Fprintf(&text, "run %s: %s %s\n", name, n.ended(name), n.runs[name].Describe().Cause)
		last := ""
		for _, e := range world.Events(n.runs[name]) {
			if e.Type == engine.StateEntered && e.StateType == "Task" && e.State != last {
				fmt.Fprintf(&text, "  %s %s\n", e.At.In(tuesdayNight.Location()).Format("15:04:05"), e.State)
				last = e.State
			}
			if e.Type == engine.StateFailed {
				fmt.Fprintf(&text, "  %s %s failed: %s %s\n", e.At.In(tuesdayNight.Location()).Format("15:04:05"), e.State, e.Error, e.Cause)
			}
		}
	}
	return text.String() + "accepted: " + strings.Join(accepted(n.World), ", ")
}
