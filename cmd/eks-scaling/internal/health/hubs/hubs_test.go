package hubs_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/health/hubs"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/inventory"
)

const home, away = "sa-east-1", "eu-west-1"

var monday = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func cluster(name, region, more string, hours int) inventory.Item {
	return inventory.Item{
		Kind: inventory.KindCluster, Name: name, UpdatedAt: monday.Add(time.Duration(hours) * time.Hour),
		Spec: fmt.Appendf(nil, `{"name":%q,"region":%q%s}`, name, region, more),
	}
}

func settings(spec string, hours int) *inventory.Item {
	return &inventory.Item{
		Kind: inventory.KindSettings, Name: inventory.GlobalSettings, UpdatedAt: monday.Add(time.Duration(hours) * time.Hour), Spec: json.RawMessage(spec),
	}
}

func own(region string, s *inventory.Item, clusters ...inventory.Item) hubs.Hub {
	return hubs.Hub{Region: region, OnlyRegion: region, Stored: inventory.Snapshot{Settings: s, Clusters: clusters}}
}

func TestHubsAreJudgedTogether(t *testing.T) {
	t.Parallel()
	utc, berlin := settings(`{"timezone":"UTC"}`, 0), settings(`{"timezone":"Europe/Berlin"}`, 1)
	near, far := cluster("near", home, "", 0), cluster("far", away, "", 0)
	everywhere := func(h hubs.Hub) hubs.Hub { h.OnlyRegion = ""; return h }
	withOverride := own(away, utc, near, far)
	withOverride.Stored.Overrides = []inventory.Item{{Kind: inventory.KindOverride, Cluster: "far", Name: "launch"}}
	for _, row := range []struct {
		rule string
		hubs []hubs.Hub
		want []string
	}{
		{"equal hubs", []hubs.Hub{own(away, utc, near, far), own(home, utc, near, far)}, nil},
		{
			"older settings",
			[]hubs.Hub{own(away, utc, near, far), own(home, berlin, near, far)},
			[]string{"eu-west-1 configurationDiffers configuration differs: older than in sa-east-1: settings/global"},
		},
		{
			"a cluster of its own is missing",
			[]hubs.Hub{own(away, utc, near), own(home, utc, near, far)},
			[]string{"eu-west-1 configurationDiffers configuration differs: missing: cluster/far"},
		},
		{
			"a copy of another hub's cluster",
			[]hubs.Hub{own(away, utc, near, far), own(home, utc, cluster("near", home, `,"concurrency":2`, 1), far)},
			[]string{"eu-west-1 configurationDiffers (harmless) configuration differs: older than in sa-east-1: cluster/near"},
		},
		{
			"an edit by hand keeps the time",
			[]hubs.Hub{own(away, utc, near, cluster("far", away, `,"concurrency":2`, 0)), own(home, utc, near, far)},
			[]string{"sa-east-1 configurationDiffers (harmless) configuration differs: other than in eu-west-1: cluster/far"},
		},
		{"a pause belongs to one hub", []hubs.Hub{
			own(away, settings(`{"timezone":"UTC","paused":true}`, 2), near, cluster("far", away, `,"paused":true`, 2)), own(home, utc, near, far),
		}, nil},
		{"an override belongs to one hub", []hubs.Hub{withOverride, own(home, utc, near, far)}, nil},
		{"a hub for all regions, alone", []hubs.Hub{everywhere(own(home, utc, near, far))}, nil},
		{
			"a hub for all regions beside another",
			[]hubs.Hub{own(away, utc, near, far), everywhere(own(home, utc, near, far))},
			[]string{"sa-east-1 clusterOfTwoHubs another stack scales these clusters too: far"},
		},
		{"separate hubs", []hubs.Hub{everywhere(own(away, utc, far)), everywhere(own(home, berlin, near))}, nil},
		{
			"a hub that is down, and a region without one",
			[]hubs.Hub{{Region: away, Error: "no answer"}, {Region: "eu-north-1", Missing: true, Error: "no stack"}, own(home, utc, near)},
			[]string{"eu-west-1 hubUnreachable cannot be reached: no answer", "eu-north-1 hubMissing no stack scales the clusters of this region"},
		},
	} {
		var got []string
		for _, f := range hubs.Examine(row.hubs) {
			text := f.Region + " " + string(f.Kind)
			if f.Harmless {
				text += " (harmless)"
			}
			got = append(got, text+" "+f.Message)
			if !strings.Contains(f.Remedy, "eks-scaling ") && !strings.Contains(f.Remedy, "make deploy") {
				t.Errorf("%s: the remedy is %q; want a command", row.rule, f.Remedy)
			}
		}
		if diff := cmp.Diff(row.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", row.rule, diff)
		}
	}
}

func TestARegionWithoutAStackIsDeployedLikeTheOthers(t *testing.T) {
	t.Parallel()
	for installer, want := range map[deployment.Installer]string{
		deployment.ByCDK:      `AWS_REGION=eu-north-1 make deploy CONTEXT="-c region=own ..."`,
		deployment.ByInstall:  "eks-scaling install --region eu-north-1 --parameter RegionScope=own",
		deployment.ByTemplate: "the template in eu-north-1, with RegionScope=own",
	} {
		other := own(home, settings(`{"timezone":"UTC"}`, 1))
		other.Installer = installer
		found := hubs.Examine([]hubs.Hub{{Region: "eu-north-1", Missing: true, Error: "no stack"}, other})
		if len(found) != 1 || !strings.HasPrefix(found[0].Remedy, want) {
			t.Errorf("found %v; want the remedy %q", found, want)
		}
	}
}
