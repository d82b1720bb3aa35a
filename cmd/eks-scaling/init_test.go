package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/shared/inventory"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/google/go-cmp/cmp"

	ekslocal "eks-scaling-automation/integration/aws/eks"
)

// region has the cluster production with two node groups, the config table, and EKS.
type region struct {
	*memory
	eks *ekslocal.Server
}

const here = "sa-east-1"

func newRegion(t *testing.T, entities ...inventory.Item) region {
	t.Helper()
	r := emptyRegion(t, entities...)
	r.eks.CreateNodegroup(here, "production", "big", ekslocal.Sizes{Min: 1, Max: 5, Desired: 3})
	r.eks.CreateNodegroup(here, "production", "small", ekslocal.Sizes{Max: 1})
	return r
}

func emptyRegion(t *testing.T, entities ...inventory.Item) region {
	t.Helper()
	s, err := ekslocal.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return region{newMemory(entities...), s}
}

// env is the environment of a tool that works in the region, without a terminal.
func (r region) env() environment {
	env := holding(r.memory)
	inMemory := env.connect
	env.connect = func(ctx context.Context, place awsPlace, notes io.Writer, now func() time.Time) (session, error) {
		s, err := inMemory(ctx, place, notes, now)
		s.aws = r.aws()
		return s, err
	}
	return env
}

// aws is for clients that never retry.
func (r region) aws() aws.Config {
	return aws.Config{
		Region: here, BaseEndpoint: aws.String(r.eks.URL()), Credentials: credentials.NewStaticCredentialsProvider("tester", "secret", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
}

func clientOf(r region) *eks.Client {
	return eks.NewFromConfig(r.aws())
}

func (r region) init(t *testing.T, args ...string) answer {
	t.Helper()
	return askIn(t, r.env(), append([]string{"init"}, args...)...)
}

// all are the flags with which nothing is left to be asked.
var all = []string{
	"--cluster", "production", "--timezone", "America/Sao_Paulo", "--days", "mon-fri", "--from", "08:00", "--to", "20:00",
	"--nodegroup", "big=3/0", "--nodegroup", "small=0/1",
}

// but are all flags with others after them, which count when one is there twice.
func but(args ...string) []string {
	return append(append([]string{}, all...), args...)
}

func TestInitWritesWhatItShows(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	a := r.init(t, but("--limits", "big=0..4", "--reason", "OPS-1")...)
	if a.err != nil || a.stderr != "" {
		t.Fatalf("failed: %v, and printed to stderr %q", a.err, a.stderr)
	}
	says(t, a.stdout, "cluster production: new\n", "settings global: new\n", "production, from Mon 2026-11-23 09:00 -03:00 until Mon 2026-11-30 09:00 -03:00 (America/Sao_Paulo)\n",
		"20:00  off-hours", "big 0, small 1", "08:00  working-hours", "big 3, small 0", "\n2 written to table",
		"a run follows within about two minutes, and brings the node groups to where the schedule wants them\nlook at it with: eks-scaling status\n")
	wantCalls(t, r.memory, "put cluster/production", "put settings/global")
	if got := r.specOf(t, "settings/global", "timezone"); got != "America/Sao_Paulo" {
		t.Errorf("found the time zone %v", got)
	}
	want := map[string]any{"big": map[string]any{"minSize": 0.0, "maxSize": 4.0}, "small": map[string]any{"minSize": 0.0, "maxSize": 1.0}}
	if diff := cmp.Diff(want, r.specOf(t, "cluster/production", "nodegroups")); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
	if e := r.items["cluster/production"]; e.UpdatedBy != "ana" || e.Reason != "OPS-1" {
		t.Errorf("written by %q, for %q; want ana and her reason", e.UpdatedBy, e.Reason)
	}
	for _, call := range r.eks.Calls() {
		if call.Sizes != nil || call.Operation == "ListClusters" {
			t.Errorf("EKS was called with %s; want the node groups of one cluster to be read, and no more", call.Operation)
		}
	}
}

func TestInitDryRunPrintsTheDocumentAlone(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	a := r.init(t, but("--limits", "big=0..5", "--dry-run")...)
	if a.err != nil || a.stderr != "" {
		t.Fatalf("failed: %v, and printed to stderr %q", a.err, a.stderr)
	}
	golden(t, "init", a.stdout)
	wantCalls(t, r.memory)
}

// TestInitBesideOtherClusters has a configuration in another time zone, which stays as it is.
func TestInitBesideOtherClusters(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	applied(t, byAna, r.memory, wanted(t, document(t, small+"        - {name: p, profile: hi, to: \"12:00\"}\n")), 0)
	before := r.items["settings/global"]
	r.calls = nil
	a := r.init(t, all...)
	if a.err != nil {
		t.Fatal(a.err)
	}
	says(t, a.stdout, "cluster production: new\n", "settings global: unchanged\n", "\n1 written to table")
	if strings.Contains(a.stdout, "not in the file") {
		t.Errorf("printed\n%s\nwant no word of the other cluster", a.stdout)
	}
	wantCalls(t, r.memory, "put cluster/production")
	if got := r.specOf(t, "cluster/production", "timezone"); got != "America/Sao_Paulo" {
		t.Errorf("found the time zone %v; want the cluster's own", got)
	}
	if diff := cmp.Diff(before, r.items["settings/global"]); diff != "" {
		t.Errorf("settings (-before +after):\n%s", diff)
	}
}

func TestInitWhileTheSwitchIsOff(t *testing.T) {
	t.Parallel()
	r := newRegion(t, inventory.Item{Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Spec: json.RawMessage(`{"enabled": false, "timezone": "UTC"}`)})
	a := r.init(t, all...)
	if a.err != nil {
		t.Fatal(a.err)
	}
	says(t, a.stderr, "the switch is off")
	says(t, a.stdout, "the switch is off: nothing is scaled until: eks-scaling config enable\n")
	if got := r.specOf(t, "settings/global", "enabled"); got != false {
		t.Errorf("found enabled %v; want the switch to stay off", got)
	}
}

// TestInitOverWhatAnOlderClusterLeftBehind has an override that the new cluster would break over.
func TestInitOverWhatAnOlderClusterLeftBehind(t *testing.T) {
	t.Parallel()
	override := func(name, cluster string) inventory.Item {
		return inventory.Item{Kind: inventory.KindOverride, Name: name, Spec: json.RawMessage(`{"name": "` + name + `", "cluster": "` + cluster +
			`", "profile": "gone", "from": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z", "reason": "r", "createdBy": "ana", "createdAt": "2026-11-20T00:00:00Z"}`)}
	}
	r := newRegion(t, override("old", "production"), override("foreign", "shop"))
	refuses(t, r.init(t, all...), exitFailed, `nothing was written: override old, of an older cluster production, does not fit this one: `,
		`unknown profile "gone"`, "; end it first, with: eks-scaling override cancel old")
	wantCalls(t, r.memory)
	delete(r.items, "override/old")
	a := r.init(t, all...)
	if a.err != nil || strings.Contains(a.stdout+a.stderr, "foreign") {
		t.Errorf("%v, and printed\n%s\nwant it to go well, and no word of what is for another cluster", a.err, a.stdout)
	}
}

func TestInitThatComesTooLateEndsWithFour(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	r.before = func(call string) error {
		if call == "write" {
			r.items["cluster/production"] = inventory.Item{Kind: inventory.KindCluster, Name: "production", Version: 1, Spec: json.RawMessage(`{"name": "production"}`), UpdatedBy: "rui"}
		}
		return nil
	}
	a := r.init(t, all...)
	if a.exit != exitConflict {
		t.Fatalf("found exit code %d (%v); want 4", a.exit, a.err)
	}
	says(t, a.err.Error(), "cluster/production has version 1 by rui")
	wantCalls(t, r.memory)
}

func TestInitWithoutATerminalNamesAllThatIsMissing(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	r.eks.CreateNodegroup(here, "shop", "web", ekslocal.Sizes{Max: 2, Desired: 2})
	a := r.init(t)
	refuses(t, a, exitUsage, "missing: --cluster, --timezone, --days, --from, --to, --nodegroup; there is no terminal to ask at; see: eks-scaling init --help")
	const want = `found in sa-east-1:
  production: big 3 (1..5), small 0 (0..1)
  shop: web 2 (0..2)
for example:
  eks-scaling init --cluster production --timezone America/Sao_Paulo --days mon-fri --from 08:00 --to 20:00 --nodegroup big=3/0 --nodegroup small=1/0
`
	if diff := cmp.Diff(want, a.stderr); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	a = r.init(t, "--cluster", "shop", "--nodegroup", "web", "--from", "08:00")
	refuses(t, a, exitUsage, "missing: --timezone, --days, --to; there is no terminal to ask at")
	says(t, a.stderr, "found in sa-east-1:\n  shop: web 2 (0..2)\nfor example:\n  eks-scaling init --cluster shop ")
	wantCalls(t, r.memory)
}

func TestInitUsage(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"production"}, `found argument "production"; want none`},
		{[]string{"--timezone", "Brasilia"}, `--timezone: found "Brasilia"; want an IANA time zone`},
		{[]string{"--timezone", "Local"}, `--timezone: found "Local"; want an IANA time zone`},
		{[]string{"--days", "weekdays"}, `--days: found "weekdays"; want days such as mon-fri, or mon,wed,sat, or every-day`},
		{[]string{"--from", "8"}, `--from: found "8"; want a time of day as "HH:MM"`},
		{[]string{"--from", "24:00"}, `--from: found "24:00"; want a time from "00:00" to "23:59"`},
		{[]string{"--to", "25:00"}, `--to: found "25:00"; want a time of day as "HH:MM"`},
		{[]string{"--from", "08:00", "--to", "08:00"}, `--to: found "08:00", which is when they begin; want another time`},
		{[]string{"--nodegroup", "=3"}, `--nodegroup: found "=3"; want NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big="}, `--nodegroup: found "big="; want NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=3/"}, `--nodegroup: found "big=3/"; want NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=-1"}, `--nodegroup: found "big=-1"; want NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=3/0/1"}, `--nodegroup: found "big=3/0/1"; want NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=2147483648"}, `--nodegroup: found "big=2147483648"`},
		{[]string{"--nodegroup", "big", "--nodegroup", "big=3"}, `--nodegroup: found big twice; want it once`},
		{[]string{"--limits", "big=0..5"}, `--limits: found node group "big"; want one of those in --nodegroup`},
		{[]string{"--nodegroup", "big", "--limits", "big=5"}, `--limits: found "big=5"; want NAME=MIN..MAX, such as big=0..5`},
		{[]string{"--nodegroup", "big", "--limits", "big=0..5", "--limits", "big=0..5"}, `--limits: found big twice; want it once`},
		{[]string{"--nodegroup", "big=3", "--limits", "big=0..2"}, `--limits: found 0..2; want limits that hold 3 and 0`},
		{[]string{"--nodegroup", "big=0", "--limits", "big=0..0"}, `--limits: found 0..0; want MIN <= MAX, and MAX at least 1`},
		{[]string{"--nodegroup", "big=1", "--limits", "big=2..1"}, `--limits: found 2..1; want MIN <= MAX`},
		{but("--nodegroup", "web", "--limits", "web=0..1"), `unknown node group "web" in cluster production; known: big 3 (1..5), small 0 (0..1)`},
	} {
		exit := exitUsage
		if strings.HasPrefix(tt.want, "unknown") {
			exit = exitNotFound
		}
		refuses(t, r.init(t, tt.args...), exit, tt.want)
	}
	limited := []string{"--nodegroup", "big", "--limits", "big=0..2"}
	refuses(t, r.init(t, append(append([]string{}, all[:10]...), limited...)...), exitUsage, "--limits: node group big: found 0..2; want limits that hold 3 and 0")
	wantCalls(t, r.memory)
}

func TestInitRefuses(t *testing.T) {
	t.Parallel()
	denied := func(r region, cluster string) {
		r.eks.SetAuthorize(func(c ekslocal.Call) error {
			if c.Cluster == cluster {
				return errors.New("ana may not " + c.Operation)
			}
			return nil
		})
	}
	item := func(kind, name, spec string) inventory.Item {
		return inventory.Item{Kind: kind, Name: name, Version: 1, Spec: json.RawMessage(spec)}
	}
	for _, tt := range []struct {
		name    string
		arrange func(t *testing.T) region
		args    []string
		exit    int
		want    string
	}{
		{"no cluster at all", func(t *testing.T) region { return emptyRegion(t) }, nil, exitNotFound, "there is no EKS cluster in sa-east-1; make one with managed node groups, or name another place: --region, --profile"},
		{"an unknown cluster", func(t *testing.T) region { return newRegion(t) }, []string{"--cluster", "prod"}, exitNotFound, `unknown cluster "prod" in sa-east-1; known: production`},
		{"a cluster that may not be read", func(t *testing.T) region {
			r := newRegion(t)
			denied(r, "production")
			return r
		}, all, exitFailed, "listing the node groups of cluster production: AWS does not allow it (ana may not ListNodegroups); ask for that permission"},
		{"a region in which none may be read", func(t *testing.T) region {
			r := newRegion(t)
			denied(r, "production")
			return r
		}, nil, exitFailed, "there is no cluster in sa-east-1 to configure: production cannot be read: listing the node groups of cluster production: AWS does not allow it"},
		{"clusters that may not be listed", func(t *testing.T) region {
			r := newRegion(t)
			denied(r, "")
			return r
		}, nil, exitFailed, "listing the EKS clusters: AWS does not allow it (ana may not ListClusters)"},
		{"a cluster that is configured", func(t *testing.T) region {
			return newRegion(t, item(inventory.KindCluster, "production", `{}`), item(inventory.KindSettings, inventory.GlobalSettings, `{"enabled": true, "timezone": "UTC"}`))
		}, all, exitConflict, "cluster production is configured already; change that with: eks-scaling config edit"},
		{"all clusters configured", func(t *testing.T) region {
			return newRegion(t, item(inventory.KindCluster, "production", `{}`), item(inventory.KindSettings, inventory.GlobalSettings, `{"enabled": true, "timezone": "UTC"}`))
		}, nil, exitNotFound, "every cluster in sa-east-1 is configured already; change that with: eks-scaling config edit"},
		{"settings that are broken", func(t *testing.T) region {
			return newRegion(t, item(inventory.KindSettings, inventory.GlobalSettings, `{"enabled": true, "timezone": "Mars"}`))
		}, all, exitFailed, "mend that first, with: eks-scaling config edit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r := tt.arrange(t)
			refuses(t, r.init(t, tt.args...), tt.exit, tt.want)
			wantCalls(t, r.memory)
		})
	}
}
