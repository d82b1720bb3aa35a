package triggers_test

import (
	"archive/zip"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/triggers"
)

// everyZone lists the zones that Go knows: those that a configuration may name.
func everyZone(t *testing.T) []string {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	var zones []string
	for _, file := range archive.File {
		if !strings.HasSuffix(file.Name, "/") && file.Name != "Factory" { // which stands for no zone at all
			zones = append(zones, file.Name)
		}
	}
	if len(zones) < 400 {
		t.Fatalf("found %d zones; want all", len(zones))
	}
	return zones
}

var allowed = regexp.MustCompile(`^[0-9a-zA-Z_.-]{1,64}$`)

func TestEveryZoneHasNamesOfItsOwn(t *testing.T) {
	var clusters []string
	zones := everyZone(t)
	for i, zone := range zones {
		clusters = append(clusters, cluster(fmt.Sprintf("c%d", i), zone, "from: '08:00', to: '24:00'"))
	}
	names := map[string]string{}
	now := instant(t, "2026-11-23T12:00:00Z")
	for _, trigger := range triggers.Plan(read(t, document(clusters...)), now) {
		if !allowed.MatchString(trigger.Name) {
			t.Errorf("%s: EventBridge Scheduler does not take the name %q", trigger.Zone, trigger.Name)
		}
		if other, taken := names[trigger.Name]; taken {
			t.Errorf("%s and %s have the same name %s", other, trigger.Zone, trigger.Name)
		}
		names[trigger.Name] = trigger.Zone
		if len(trigger.Description) > 512 {
			t.Errorf("%s has a description of %d characters", trigger.Name, len(trigger.Description))
		}
		if _, err := schedulerlocal.Times(trigger.Expression, trigger.Zone, now, now.AddDate(0, 0, 1)); err != nil {
			t.Errorf("%s: %v", trigger.Name, err)
		}
	}
	if len(names) < 2*len(zones) {
		t.Errorf("found %d names for two transitions in each of %d zones", len(names), len(zones))
	}
}

// TestPlanIsTheSameForTheSameClusters whatever their order, and however often it is made.
func TestPlanIsTheSameForTheSameClusters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := instant(t, "2011-11-23T12:00:00Z")
		clusters := read(t, (&drawing{t: t, begin: now}).document())
		plan := triggers.Plan(clusters, now)
		if diff := cmp.Diff(plan, triggers.Plan(rapid.Permutation(clusters).Draw(t, "in another order"), now)); diff != "" {
			t.Errorf("(-one +other):\n%s", diff)
		}
		if !slices.IsSortedFunc(plan, func(a, b triggers.Trigger) int { return strings.Compare(a.Name, b.Name) }) {
			t.Errorf("not in the order of the names: %v", plan)
		}
	})
}

// TestClustersThatShareTransitionsShareTriggers however many there are.
func TestClustersThatShareTransitionsShareTriggers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := instant(t, "2011-11-23T12:00:00Z")
		clusters := read(t, (&drawing{t: t, begin: now}).document())
		more := slices.Clone(clusters)
		for i := range rapid.IntRange(1, 50).Draw(t, "more") {
			twin := rapid.SampledFrom(clusters).Draw(t, "cluster of the twin")
			twin.Name = fmt.Sprintf("twin%d", i)
			more = append(more, twin)
		}
		if diff := cmp.Diff(when(clusters, now), when(more, now)); diff != "" {
			t.Errorf("%d clusters and %d more like them (-few +all):\n%s", len(clusters), len(more)-len(clusters), diff)
		}
	})
}

// when says when the triggers of some clusters fire.
func when(clusters []config.Unit, now time.Time) []string {
	var all []string
	for _, trigger := range triggers.Plan(clusters, now) {
		all = append(all, trigger.Name+" "+trigger.Expression+" "+trigger.Zone)
	}
	return all
}
