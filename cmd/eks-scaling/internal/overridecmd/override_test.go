package overridecmd

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/change"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/inventory"
)

// TestWhatAnOverrideIsWrittenAs expires a week after its end.
func TestWhatAnOverrideIsWrittenAs(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	clitest.Does(t, m, "override", "set", "production", "--nodegroup", "big", "--desired", "4", "--nodegroup", "small", "--desired", "1", "--for", "14h", "--reason", "r", "--yes")
	const key = "override/production-20261123T120000Z"
	clitest.WantCalls(t, m, "put "+key)
	e := m.Items[key]
	clitest.WantJSON(t, string(e.Spec), `{"name": "production-20261123T120000Z", "cluster": "production", "sizes": {"big": 4, "small": 1},
		"from": "2026-11-23T12:00:00Z", "until": "2026-11-24T02:00:00Z", "reason": "r", "createdBy": "ana", "createdAt": "2026-11-23T12:00:00Z"}`)
	if end := time.Date(2026, 11, 24, 2, 0, 0, 0, time.UTC); e.ExpiresAt != end.Add(inventory.Expiry).Unix() || e.Reason != "r" || e.Version != 1 {
		t.Errorf("found %+v; want it to expire a week after its end, with the reason, as version 1", e)
	}
}

func TestRefusedOverrides(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args []string
		exit int
		want string
	}{
		{"a start that is no instant", []string{"--for", "1h", "--from", "today"}, frame.ExitUsage, `--from: invalid time "today": use RFC 3339 (`},
		{"no time at all", []string{"--for", "0h"}, frame.ExitUsage, `--for: invalid duration "0h": must be longer than 0, for example 7d`},
		{"an end in the past", []string{"--from", "2026-11-20 10:00", "--until", "2026-11-21 10:00"}, frame.ExitUsage, "would end in the past, at Sat 2026-11-21 10:00 -03:00"},
		{"an unknown node group for a profile", []string{"--for", "1h", "--nodegroup", "bgi"}, frame.ExitNotFound, `unknown node group "bgi" in cluster production; known: big, small`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := clitest.Filled(t)
			args := []string{"override", "set", "production", "--to", "peak", "--reason", "r", "--yes"}
			clitest.Refuses(t, clitest.AskIn(t, clitest.Holding(m), append(args, tt.args...)...), tt.exit, tt.want)
			clitest.WantCalls(t, m)
		})
	}
}

// TestOverridesOfAClusterThatIsBroken has three overrides of berlin, one of them ended, and an unreadable one.
func TestOverridesOfAClusterThatIsBroken(t *testing.T) {
	t.Parallel()
	m := clitest.Filled(t)
	m.Items["cluster/berlin"] = inventory.Item{Kind: inventory.KindCluster, Name: "berlin", Version: 1, Spec: json.RawMessage(`{"regoin": "x"}`)}
	for name, times := range map[string]string{
		"past": `"2026-11-20T10:00:00Z", "until": "2026-11-23T12:00:00Z"`, "now": `"2026-11-23T10:00:00Z", "until": "2026-11-23T20:00:00Z"`,
		"next": `"2026-11-24T10:00:00Z", "until": "2026-11-24T20:00:00Z"`, "unclear": `"2026-11-24 10:00", "until": "2026-11-24 20:00"`,
	} {
		m.Items["override/"+name] = inventory.Item{Kind: inventory.KindOverride, Name: name, Version: 1, Spec: json.RawMessage(
			`{"name": "` + name + `", "cluster": "berlin", "profile": "low", "reason": "r", "from": ` + times + `}`)}
	}
	a := clitest.AskIn(t, clitest.Holding(m), "override", "list", "--all", "-o", "json")
	found := map[string]string{}
	for _, o := range clitest.Decode[[]struct{ Name, Status, Error string }](t, a.Stdout) {
		found[o.Name] = o.Status + "|" + o.Error
	}
	const why = "its cluster is invalid"
	want := map[string]string{
		"past": agenda.Ended + "|", "now": agenda.Active + "|" + why, "next": agenda.Coming + "|" + why, "unclear": agenda.Broken + "|" + why,
		"black-friday": agenda.Coming + "|", "keep-big": agenda.Coming + "|",
	}
	if diff := cmp.Diff(want, found); diff != "" || a.Exit != frame.ExitFailed {
		t.Errorf("found exit code %d; want 1; states (-want +got):\n%s", a.Exit, diff)
	}
	clitest.Says(t, clitest.AskIn(t, clitest.Holding(m), "override", "list").Stdout, "Mon 2026-11-23 10:00 +00:00  Mon 2026-11-23 20:00 +00:00       r; "+why+"\n")

	a = clitest.AskIn(t, clitest.Holding(m), "config", "show")
	clitest.Says(t, a.Stderr, "cluster/berlin: ", "override/now: "+why+"\n", "override/next: "+why+"\n", "override/unclear: "+why+"\n")
	if strings.Contains(a.Stderr, "past") || strings.Contains(a.Stderr, "unknown cluster") {
		t.Errorf("found\n%s\nwant nothing of the override that has ended, and of no unknown cluster", a.Stderr)
	}
	clitest.Says(t, clitest.AskIn(t, clitest.Holding(m), "config", "export").Stdout, `name: now, cluster: berlin, profile: low`)

	m.Writes = nil
	clitest.Says(t, clitest.Does(t, m, "override", "cancel", "now", "--yes"), "Override now of berlin (profile low; r) ends now instead of Mon 2026-11-23 20:00 +00:00\n",
		"nothing is scaled afterwards: "+why+"\n")
	clitest.Says(t, clitest.Does(t, m, "override", "cancel", "next", "--yes"), "will not begin at Tue 2026-11-24 10:00 +00:00\n")
	clitest.Says(t, clitest.Does(t, m, "override", "cancel", "past", "--yes"), "already ended at")
	clitest.Says(t, clitest.Does(t, m, "override", "cancel", "unclear", "--yes"), "Override unclear is invalid and will be removed: "+why+"\n")
	clitest.WantCalls(t, m, "put override/now", "delete override/next", "delete override/unclear")
}

func TestAnOverrideWhoseKeyDoesNotFitIsBroken(t *testing.T) {
	t.Parallel()
	const spec = `{"name": "strange", "cluster": "production", "profile": "peak", "from": "2026-11-23T00:00:00Z", "until": "2026-11-24T00:00:00Z", "reason": "x"}`
	for _, row := range []struct{ rule, cluster, spec, want string }{
		{"of no cluster", "", spec, `invalid key "strange": use CLUSTER/NAME with the cluster of the spec, "production"`},
		{"of another cluster", "berlin", spec, `invalid key "berlin/strange": use CLUSTER/NAME with the cluster of the spec, "production"`},
		{"of another name", "production", strings.Replace(spec, "strange", "usual", 1), `name: "usual" differs from the name in the key`},
	} {
		snapshot := rightly(t)
		snapshot.Overrides = []inventory.Item{{Kind: inventory.KindOverride, Cluster: row.cluster, Name: "strange", Version: 1, Spec: json.RawMessage(row.spec)}}
		held := inventory.Check(snapshot, clitest.Monday)
		if len(held.Invalid) != 1 || !strings.Contains(held.Invalid[0].String(), "override/strange: ") || !strings.Contains(held.Invalid[0].String(), row.want) {
			t.Errorf("%s: broken %v; want %q", row.rule, held.Invalid, row.want)
		}
		if o := agenda.ListOverrides(&held, clitest.Monday, false); len(o) != 1 || o[0].State != agenda.Broken {
			t.Errorf("%s: listed %+v; want it broken", row.rule, o)
		}
	}
}

// rightly is what a table with the rich document holds.
func rightly(t *testing.T) inventory.Snapshot {
	t.Helper()
	snapshot, err := clitest.Filled(t).Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return snapshot
}

// TestAnOverrideForAnotherClusterLeavesItsOldPlace as names are unique in a document.
func TestAnOverrideForAnotherClusterLeavesItsOldPlace(t *testing.T) {
	t.Parallel()
	snapshot := rightly(t)
	for _, row := range []struct{ rule, cluster, said string }{
		{"that was for another cluster", "berlin", "override keep-big: removed from berlin\n"},
		{"that had no cluster in its key", "", "override keep-big: removed from the key keep-big\n"},
	} {
		i := slices.IndexFunc(snapshot.Overrides, func(e inventory.Item) bool { return e.Name == "keep-big" })
		snapshot.Overrides[i].Cluster = row.cluster
		all, err := inventory.Check(snapshot, clitest.Monday).Diff(clitest.Wanted(t, clitest.Rich))
		if err != nil {
			t.Fatal(err)
		}
		var due []string
		var out strings.Builder
		for _, c := range all {
			if c.Needed() && !c.IsLeft(false) {
				due = append(due, c.After.Kind+" "+c.After.Key()+" "+c.What())
				change.PrintChange(c, &out)
			}
		}
		want := []string{"override production/keep-big new", "override " + snapshot.Overrides[i].Key() + " removed"}
		if diff := cmp.Diff(want, due); diff != "" || !strings.Contains(out.String(), row.said) {
			t.Errorf("%s (-want +got):\n%s\nand printed\n%s", row.rule, diff, out.String())
		}
	}
}

func TestTwoOverridesOfOneNameAreToldApartByTheirClusters(t *testing.T) {
	t.Parallel()
	both := inventory.Snapshot{Overrides: []inventory.Item{
		{Kind: inventory.KindOverride, Cluster: "berlin", Name: "launch"}, {Kind: inventory.KindOverride, Cluster: "production", Name: "launch"},
	}}
	if e, err := findOverride(both, "production/launch"); err != nil || e.Cluster != "production" {
		t.Errorf("found %+v, %v", e, err)
	}
	if _, err := findOverride(both, "launch"); err == nil || !strings.Contains(err.Error(), "name one of berlin/launch, production/launch") || frame.ExitCode(err) != frame.ExitNotFound {
		t.Errorf("found %v; want the keys to choose from", err)
	}
}

func TestOverridesOfAllRegions(t *testing.T) {
	t.Parallel()
	hubs := clitest.NewHubs("sa-east-1", "eu-west-1")
	for region, name := range map[string]string{"sa-east-1": "near", "eu-west-1": "far"} {
		m := hubs.Tables[region]
		for of, where := range map[string]string{"near": "sa-east-1", "far": "eu-west-1"} {
			m.Items["cluster/"+of] = inventory.Item{Kind: inventory.KindCluster, Name: of, Version: 1, Spec: json.RawMessage(`{"region": "` + where + `"}`)}
		}
		m.Items["override/launch-"+name] = inventory.Item{Kind: inventory.KindOverride, Name: "launch-" + name, Version: 1, Spec: json.RawMessage(
			`{"name": "launch-` + name + `", "cluster": "` + name + `", "profile": "p", "reason": "r", "from": "2026-11-23T10:00:00Z", "until": "2026-11-23T20:00:00Z"}`)}
	}
	ask := func(args ...string) clitest.Answer {
		return clitest.AskIn(t, hubs.Environment(), append([]string{"override", "list", "--all-regions"}, args...)...)
	}
	clitest.Says(t, ask().Stdout, "eu-west-1:\n", "launch-far", "sa-east-1:\n", "launch-near")
	clitest.Says(t, ask("-o", "json").Stdout, `"region": "eu-west-1"`, `"region": "sa-east-1"`, `"name": "launch-near"`)
	hubs.Down["eu-west-1"] = frame.NoAccess(errors.New("it is down"))
	a := ask()
	clitest.Says(t, a.Stdout+a.Stderr, "eu-west-1: not shown: it is down", "launch-near")
}
