package previewcmd_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
)

// fleet has hubs in three regions, each with a cluster of its own; the last one is down.
func fleet(t *testing.T) *clitest.Hubs {
	t.Helper()
	hubs := clitest.NewHubs("sa-east-1", "eu-west-1", "us-east-1")
	var clusters strings.Builder
	for region := range hubs.Tables {
		fmt.Fprintf(&clusters, "  - {name: c-%s, region: %s, nodegroups: {big: {minSize: 0, maxSize: 5}}, profiles: {normal: {big: 1}}, schedule: {default: normal}}\n", region, region)
	}
	file := clitest.WriteDocument(t, "timezone: UTC\nclusters:\n"+clusters.String())
	if a := clitest.AskIn(t, hubs.Environment(), "config", "apply", "--all-regions", "--yes", file); a.Err != nil {
		t.Fatal(a.Err)
	}
	hubs.Down["us-east-1"] = frame.NoAccess(errors.New("no answer within 4s"))
	return hubs
}

// TestLookingAtAllRegions shows each cluster once, by its own hub, and names the hub that is down.
func TestLookingAtAllRegions(t *testing.T) { //nolint:gocyclo // one case a rule, read from top to bottom
	t.Parallel()
	hubs := fleet(t)
	for _, args := range [][]string{{"explain"}, {"preview"}} {
		a := clitest.AskIn(t, hubs.Environment(), append(args, "--all-regions")...)
		if a.Err != nil {
			t.Errorf("%v: %v", args, a.Err)
		}
		clitest.Says(t, a.Stderr, "us-east-1: not shown: no answer within 4s\n")
		clitest.Says(t, a.Stdout, "eu-west-1:\nc-eu-west-1", "sa-east-1:\nc-sa-east-1")
		machine := clitest.AskIn(t, hubs.Environment(), append(args, "--all-regions", "-o", "json")...)
		got := clitest.Decode[struct {
			Items []struct {
				Region   string
				Cluster  string
				Clusters []struct{ Cluster string }
			}
			frame.Regions
		}](t, machine.Stdout)
		var shown []string
		for _, item := range got.Items {
			for _, c := range item.Clusters {
				item.Cluster = c.Cluster
			}
			shown = append(shown, item.Region+" "+item.Cluster)
		}
		want := "eu-west-1 c-eu-west-1, sa-east-1 c-sa-east-1"
		if strings.Join(shown, ", ") != want || strings.Join(got.Regions.Regions, " ") != "eu-west-1 sa-east-1" || len(got.Unreachable) != 1 {
			t.Errorf("%v: found %v of %+v; want %s", args, shown, got.Regions, want)
		}
	}
	if a := clitest.AskIn(t, hubs.Environment(), "preview", "--all-regions", "-o", "svg"); a.Err != nil || !strings.Contains(a.Stdout, "c-eu-west-1") || !strings.Contains(a.Stdout, "c-sa-east-1") {
		t.Errorf("the drawing lacks a cluster: %v", a.Err)
	}
	if a := clitest.AskIn(t, hubs.Environment(), "explain", "--all-regions", "--cluster", "c-eu-west-1"); a.Err != nil || strings.Contains(a.Stdout, "sa-east-1:") {
		t.Errorf("a cluster of another region: %v\n%s", a.Err, a.Stdout)
	}
	clitest.Refuses(t, clitest.AskIn(t, hubs.Environment(), "explain", "--all-regions", "--cluster", "nowhere"), frame.ExitNotFound, `unknown cluster "nowhere"`)
	clitest.Refuses(t, clitest.AskIn(t, hubs.Environment(), "preview", "--all-regions", "-f", "x.yaml"), frame.ExitUsage, "--all-regions is for the deployed configuration")
}
