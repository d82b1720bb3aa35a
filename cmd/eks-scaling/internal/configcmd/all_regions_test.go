package configcmd_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// fleet is a document with clusters in two regions, and an override.
const fleet = `timezone: UTC
clusters:
  - {name: near, region: sa-east-1, nodegroups: {big: {minSize: 0, maxSize: 5}}, profiles: {normal: {big: 1}, peak: {big: 5}}, schedule: {default: normal}}
  - {name: far, region: eu-west-1, nodegroups: {big: {minSize: 0, maxSize: 5}}, profiles: {normal: {big: 1}, peak: {big: 5}}, schedule: {default: normal}}
overrides:
  - {name: launch, cluster: far, profile: peak, from: "2026-11-24T12:00:00Z", until: "2026-11-25T12:00:00Z", reason: launch}
`

const home, away = "sa-east-1", "eu-west-1"

var errDown = frame.NoAccess(errors.New("no answer within 4s"))

// holds lists what a table has.
func holds(m *clitest.Memory) string {
	var keys []string
	for key := range m.Items {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

const (
	everything = "cluster/far cluster/near override/launch settings/global"
	noOverride = "cluster/far cluster/near settings/global"
)

func TestApplyWritesToEveryHub(t *testing.T) {
	t.Parallel()
	hubs := clitest.NewHubs(home, away)
	a := clitest.AskIn(t, hubs.Environment(), "config", "apply", "--all-regions", "--yes", clitest.WriteDocument(t, fleet))
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Says(t, a.Stdout, "eu-west-1: Applied: 4 added", "sa-east-1: Applied: 3 added", "override launch: new",
		"eu-west-1: New node groups: far/big\n", "sa-east-1: New node groups: near/big\n", "Check these with: eks-scaling --region eu-west-1 doctor\n")
	if h, f := holds(hubs.Tables[home]), holds(hubs.Tables[away]); h != noOverride || f != everything {
		t.Errorf("the hubs have %q and %q; want the override only where its cluster is", h, f)
	}
	again := clitest.AskIn(t, hubs.Environment(), "config", "diff", "--all-regions", clitest.WriteDocument(t, fleet))
	if again.Err != nil || !strings.Contains(again.Stdout, "eu-west-1, sa-east-1:\nno differences") {
		t.Errorf("diff afterwards: %v\n%s", again.Err, again.Stdout)
	}
}

// TestEqualPlansAreShownTogether, although the versions differ.
func TestEqualPlansAreShownTogether(t *testing.T) {
	t.Parallel()
	hubs := clitest.NewHubs(home, away)
	apply := func(text string) clitest.Answer {
		return clitest.AskIn(t, hubs.Environment(), "config", "apply", "--all-regions", "--yes", clitest.WriteDocument(t, text))
	}
	apply(fleet)
	item := hubs.Tables[home].Items["cluster/near"]
	item.Version = 7
	hubs.Tables[home].Items["cluster/near"] = item
	a := apply(strings.Replace(fleet, "maxSize: 5", "maxSize: 6", 1))
	if a.Err != nil || strings.Count(a.Stdout, "~ nodegroups.big.maxSize: 5 -> 6") != 1 || !strings.Contains(a.Stdout, "eu-west-1, sa-east-1:\n") {
		t.Errorf("%v; want one plan for both regions:\n%s", a.Err, a.Stdout)
	}
}

func TestOneHubDoesNotHinderAnother(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule  string
		fails func(*clitest.Hubs)
		heals func(*clitest.Hubs)
		exit  int
		says  string
	}{
		{
			"a hub that is down", func(h *clitest.Hubs) { h.Down[away] = errDown }, func(h *clitest.Hubs) { delete(h.Down, away) },
			frame.ExitNoAccess, "eu-west-1: no answer within 4s",
		},
		{
			"a hub in which somebody was faster", func(h *clitest.Hubs) {
				m := h.Tables[away]
				m.Before = func(call string) error {
					if item := m.Items["settings/global"]; call == "write" {
						item.Kind, item.Name, item.Version, item.Spec, item.UpdatedBy = "settings", "global", 3, []byte(`{"timezone":"UTC"}`), "rui"
						m.Items["settings/global"] = item
					}
					return nil
				}
			}, func(h *clitest.Hubs) { h.Tables[away].Before = func(string) error { return nil } },
			frame.ExitConflict, "eu-west-1: nothing was written: ",
		},
	} {
		hubs := clitest.NewHubs(home, away)
		row.fails(hubs)
		file := clitest.WriteDocument(t, fleet)
		a := clitest.AskIn(t, hubs.Environment(), "config", "apply", "--all-regions", "--yes", file)
		if a.Exit != row.exit || !strings.Contains(a.Err.Error(), row.says) || holds(hubs.Tables[home]) != noOverride {
			t.Errorf("%s: exit code %d, %v, the other hub has %q; want %d, %q and everything", row.rule, a.Exit, a.Err, holds(hubs.Tables[home]), row.exit, row.says)
		}
		clitest.Says(t, a.Stdout, "Up to date: 1 of 2 hubs. The same command writes the rest.")
		row.heals(hubs)
		if a = clitest.AskIn(t, hubs.Environment(), "config", "apply", "--all-regions", "--yes", file); a.Err != nil || holds(hubs.Tables[away]) != everything {
			t.Errorf("%s: the same command again: %v; the hub has %q", row.rule, a.Err, holds(hubs.Tables[away]))
		}
	}
}

func TestARegionWithoutAStackIsAnErrorBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	hubs := clitest.NewHubs(home)
	apply := func() clitest.Answer {
		return clitest.AskIn(t, hubs.Environment(), "config", "apply", "--all-regions", "--yes", clitest.WriteDocument(t, fleet))
	}
	a := apply()
	if a.Exit != frame.ExitNotFound || holds(hubs.Tables[home]) != "" {
		t.Errorf("exit code %d, the table has %q; want 3 and nothing", a.Exit, holds(hubs.Tables[home]))
	}
	clitest.Says(t, a.Err.Error(), "nothing was written: eu-west-1 has clusters in the document, and no stack; deploy it there: AWS_REGION=eu-west-1 make deploy")
	hubs.All = true
	if a := apply(); a.Err != nil || holds(hubs.Tables[home]) != everything {
		t.Errorf("a stack for all regions needs no other: %v", a.Err)
	}
}

func TestPauseAndResumeEveryHub(t *testing.T) {
	t.Parallel()
	hubs := clitest.NewHubs(home, away)
	ask := func(args ...string) clitest.Answer { return clitest.AskIn(t, hubs.Environment(), args...) }
	ask("config", "apply", "--all-regions", "--yes", clitest.WriteDocument(t, fleet))
	paused := ask("pause", "--all-regions", "--reason", "incident")
	if paused.Err != nil {
		t.Fatal(paused.Err)
	}
	clitest.Says(t, paused.Stdout, "eu-west-1: Paused everything.", "Resume with: eks-scaling resume --all-regions\n")
	for _, region := range []string{home, away} {
		if paused := hubs.Tables[region].SpecOf(t, "settings/global", "paused"); paused != true {
			t.Errorf("%s is not paused", region)
		}
	}
	hubs.Down[away] = errDown
	a := ask("resume", "--all-regions")
	if a.Exit != frame.ExitNoAccess || hubs.Tables[home].SpecOf(t, "settings/global", "paused") != false {
		t.Errorf("one hub is down: exit code %d, %v; want 5, and the other resumed", a.Exit, a.Err)
	}
	clitest.Says(t, a.Err.Error(), "eu-west-1: nothing was written: no answer within 4s")
	if a := ask("pause", "near", "--all-regions", "--reason", "r"); a.Exit != frame.ExitUsage {
		t.Errorf("one cluster in all regions: exit code %d, %v", a.Exit, a.Err)
	}
}

// TestAClusterBelongsToItsHub: another one names it, and writes nothing.
func TestAClusterBelongsToItsHub(t *testing.T) {
	t.Parallel()
	hubs := clitest.NewHubs(home, away)
	ask := func(args ...string) clitest.Answer { return clitest.AskIn(t, hubs.Environment(), args...) }
	ask("config", "apply", "--all-regions", "--yes", clitest.WriteDocument(t, fleet))
	for _, args := range [][]string{
		{"pause", "far", "--reason", "r"},
		{"resume", "far"},
		{"override", "set", "far", "--to", "peak", "--for", "1h", "--reason", "r", "--yes"},
		{"override", "cancel", "far/launch", "--yes"},
		{"config", "rollback", "far", "1", "--yes"},
		{"run", "--cluster", "far", "--reason", "r", "--yes"},
		{"plan", "--cluster", "far"},
		{"explain", "--cluster", "far"},
	} {
		a := ask(args...)
		if a.Exit != frame.ExitNotFound || !strings.Contains(a.Err.Error(), "cluster far belongs to the hub of eu-west-1, and this one takes only clusters of sa-east-1; add: --region eu-west-1") {
			t.Errorf("%q: exit code %d, %v", args, a.Exit, a.Err)
		}
	}
	for _, args := range [][]string{
		{"pause", "far", "--reason", "r", "--region", away}, {"override", "cancel", "launch", "--yes", "--region", away},
	} {
		if a := ask(args...); a.Err != nil {
			t.Errorf("%q: %v", args, a.Err)
		}
	}
	a := ask("config", "show")
	clitest.Says(t, a.Stdout, "far", "near")
}
