package setupcmd

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	ekslocal "eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
)

// officeSchedule is a document whose cluster has a schedule for web. Its node group spare has limits, and is in no schedule.
const officeSchedule = `timezone: America/Sao_Paulo
calendars: {holidays: {dates: ["2026-12-25"]}, unused: {dates: ["2026-12-26"]}}
clusters:
  - name: production
    region: sa-east-1
    timezone: Europe/Berlin
    enforce: always
    nodegroups: {web: {minSize: 1, maxSize: 12}, spare: {minSize: 0, maxSize: 2}}
    schedules:
      - name: office
        waitTimeout: 9m
        profiles: {day: {web: 6}, night: {web: 1}}
        default: day
        periods:
          - {name: night, profile: night, calendars: {except: [holidays]}, days: [mon-fri], from: "20:00", to: "07:00"}
`

// configured is a region whose cluster production has this configuration, and the node groups web, gpu and spare.
func configured(t *testing.T, document string) region {
	t.Helper()
	wanted, err := config.Parse([]byte(document))
	if err != nil {
		t.Fatal(err)
	}
	r := emptyRegion(t)
	clitest.Applied(t, clitest.ByAna, r.Memory, wanted, 0)
	r.Writes = nil
	r.eks.CreateNodegroup(here, "production", "web", ekslocal.Sizes{Min: 1, Max: 12, Desired: 6})
	r.eks.CreateNodegroup(here, "production", "gpu", ekslocal.Sizes{Max: 4, Desired: 2})
	r.eks.CreateNodegroup(here, "production", "spare", ekslocal.Sizes{Max: 9, Desired: 1})
	return r
}

// scheduled are the flags of a schedule, with which only node groups are left to be asked.
func scheduled(unit string, args ...string) []string {
	return append([]string{"--cluster", unit, "--timezone", "Europe/Berlin", "--days", "mon-fri", "--from", "08:00", "--to", "20:00"}, args...)
}

// stored is the cluster in the table.
func (r region) stored(t *testing.T) config.Cluster {
	t.Helper()
	snapshot, err := r.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	cluster, ok := inventory.Check(snapshot, clitest.Monday).ClusterByName["production"]
	if !ok {
		t.Fatalf("the cluster is invalid: %s", r.Items["cluster/production"].Spec)
	}
	return cluster
}

func TestInitAddsAScheduleAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	r := configured(t, officeSchedule)
	before, version := r.stored(t), r.Items["cluster/production"].Version
	a := r.init(t, scheduled("production:gpu", "--nodegroup", "gpu=2/0", "--yes", "--reason", "OPS-1")...)
	if a.Err != nil || a.Stderr != "" {
		t.Fatalf("failed: %v, and noted %q", a.Err, a.Stderr)
	}
	clitest.Says(t, a.Stdout, "cluster production: changed (version 2)\n", "  + nodegroups.gpu.maxSize: 4\n", "  + schedules[gpu].default: \"off-hours\"\n",
		"calendar holidays: unchanged\n", "production:gpu, from ", "Plan: 0 to add, 1 to change, 0 to remove, 2 unchanged\n", "New node groups: production/gpu\n")
	if strings.Contains(a.Stdout, "\n  - ") || strings.Contains(a.Stdout, "production:office, from") || strings.Contains(a.Stdout, "unused") {
		t.Errorf("printed\n%s\nwant no other change", a.Stdout)
	}
	clitest.WantCalls(t, r.Memory, "put cluster/production")
	if item := r.Items["cluster/production"]; item.Version != version+1 || item.Reason != "OPS-1" {
		t.Errorf("found version %d with reason %q; want the next one", item.Version, item.Reason)
	}
	wantsOfficeAndGPU(t, before, r.stored(t))
}

// wantsOfficeAndGPU compares the cluster before and after it has got the schedule gpu.
func wantsOfficeAndGPU(t *testing.T, before, after config.Cluster) {
	t.Helper()
	if got := after.UnitNames(); !slices.Equal(got, []string{"production:office", "production:gpu"}) {
		t.Errorf("found %v; want the new schedule after the others", got)
	}
	gpu, _ := after.Unit("gpu")
	if len(gpu.Nodegroups) != 1 || gpu.Timetable().Location().String() != "Europe/Berlin" || after.Schedules[1].Timezone != "" {
		t.Errorf("found %v in %q; want gpu alone, in the cluster's time zone", gpu.Nodegroups, after.Schedules[1].Timezone)
	}
	after.Schedules = after.Schedules[:1]
	delete(after.Nodegroups, "gpu")
	if was, is := inJSON(t, before), inJSON(t, after); was != is {
		t.Errorf("found\n%s\nwant all else as it was:\n%s", is, was)
	}
}

func inJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAScheduleThatIsPrintedCanBeApplied writes what a dry run printed. The table then is as if init had written it.
func TestAScheduleThatIsPrintedCanBeApplied(t *testing.T) {
	t.Parallel()
	for rule, document := range map[string]string{"a new cluster": "", "a configured one": officeSchedule} {
		for _, format := range []string{"table", "json"} {
			written, printed := emptyRegion(t), emptyRegion(t)
			if document != "" {
				written, printed = configured(t, document), configured(t, document)
			} else {
				for _, r := range []region{written, printed} {
					r.eks.CreateNodegroup(here, "production", "gpu", ekslocal.Sizes{Max: 4, Desired: 2})
				}
			}
			flags := scheduled("production:gpu", "--nodegroup", "gpu=2/1")
			if a := written.init(t, append(flags, "--yes")...); a.Err != nil {
				t.Fatal(a.Err)
			}
			a := printed.init(t, append(flags, "--dry-run", "-o", format)...)
			clitest.WantCalls(t, printed.Memory)
			c, err := config.Parse([]byte(a.Stdout))
			if err != nil {
				t.Fatalf("%s: %v in\n%s", rule, err, a.Stdout)
			}
			clitest.Applied(t, clitest.ByAna, printed.Memory, c, 0)
			if got, want := inJSON(t, printed.stored(t)), inJSON(t, written.stored(t)); got != want {
				t.Errorf("%s: found\n%s\nwant\n%s", rule, got, want)
			}
		}
	}
}

func TestInitWritesANewClusterWithASchedule(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	a := r.init(t, scheduled("production:nights", "--nodegroup", "big=3/0", "--yes")...)
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	clitest.Says(t, a.Stdout, "cluster production: new\n", "settings global: new\n", "production:nights, from ")
	clitest.Says(t, a.Stderr, "warning: production:nights: no node at all from 20:00 to 08:00 on mon-thu and ")
	if got := r.stored(t).UnitNames(); !slices.Equal(got, []string{"production:nights"}) {
		t.Errorf("found %v; want the one schedule", got)
	}
}

func TestInitRefusesASchedule(t *testing.T) {
	t.Parallel()
	const short = `timezone: UTC
clusters: [{name: production, region: sa-east-1, nodegroups: {web: {minSize: 0, maxSize: 1}}, profiles: {day: {web: 1}}, schedule: {default: day}}]
`
	elsewhere := strings.Replace(officeSchedule, "region: sa-east-1", "region: eu-west-1", 1)
	all := strings.NewReplacer("spare: {minSize: 0, maxSize: 2}", "spare: {minSize: 0, maxSize: 2}, gpu: {minSize: 0, maxSize: 2}",
		"night: {web: 1}", "night: {web: 1, gpu: 0, spare: 0}").Replace(officeSchedule)
	for _, tt := range []struct {
		rule, document, unit string
		nodegroup            string
		exit                 int
		want                 string
	}{
		{
			"a cluster with one schedule", short, "production:gpu", "gpu", frame.ExitConflict,
			"cluster production has one schedule; to add another, move its profiles and schedule into schedules with: eks-scaling config edit",
		},
		{"a cluster with one schedule, without another name", short, "production", "gpu", frame.ExitConflict, "cluster production is already configured; edit it with: eks-scaling config edit"},
		{
			"a cluster with schedules, without another name", officeSchedule, "production", "gpu", frame.ExitConflict,
			"cluster production is already configured; edit it with: eks-scaling config edit, or add a schedule with: eks-scaling init --cluster production:NAME",
		},
		{"a schedule that exists", officeSchedule, "production:office", "gpu", frame.ExitConflict, "schedule production:office already exists; edit it with: eks-scaling config edit"},
		{"a cluster elsewhere", elsewhere, "production:gpu", "gpu", frame.ExitConflict, "cluster production is in another region or account than the stack"},
		{"a node group of another schedule", officeSchedule, "production:gpu", "web", frame.ExitConflict, `node group "web" is in schedule production:office already`},
		{"an unknown node group", officeSchedule, "production:gpu", "gpo", frame.ExitNotFound, `unknown node group "gpo" in cluster production; known: gpu 2 (0..4), spare 1 (0..9); did you mean "gpu"?`},
		{"a cluster without other node groups", all, "production:gpu", "gpu", frame.ExitNotFound, "all node groups of cluster production are in its schedules already"},
		{"a name with a space", officeSchedule, "production:a b", "gpu", frame.ExitUsage, `--cluster: invalid schedule name "a b": use at most 100 letters`},
		{"no name", officeSchedule, "production:", "gpu", frame.ExitUsage, `--cluster: invalid schedule name "": use at most 100 letters`},
		{"no cluster", officeSchedule, ":gpu", "gpu", frame.ExitUsage, `--cluster: invalid cluster name "": use at most 100 letters`},
		{"two names", officeSchedule, "production:a:b", "gpu", frame.ExitUsage, `--cluster: invalid schedule name "a:b": use at most 100 letters`},
	} {
		t.Run(tt.rule, func(t *testing.T) {
			t.Parallel()
			r := configured(t, tt.document)
			clitest.Refuses(t, r.init(t, scheduled(tt.unit, "--nodegroup", tt.nodegroup, "--yes")...), tt.exit, tt.want)
			clitest.WantCalls(t, r.Memory)
		})
	}
	r := configured(t, officeSchedule)
	item := r.Items["cluster/production"]
	item.Spec = json.RawMessage(strings.Replace(string(item.Spec), `"always"`, `"never"`, 1))
	r.Items["cluster/production"] = item
	clitest.Refuses(t, r.init(t, scheduled("production:gpu", "--nodegroup", "gpu")...), frame.ExitFailed, "cluster/production: enforce: ", "; fix it first with: eks-scaling config edit")
}

// TestLimitsOfANodegroupInNoSchedule has spare, whose limits are 0..2 in the configuration and 0..9 in EKS.
func TestLimitsOfANodegroupInNoSchedule(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		rule, size string
		flags      []string
		want       int32
		refused    string
	}{
		{"stay as they are", "spare=1/0", nil, 2, ""},
		{"must include the sizes", "spare=3/0", nil, 0, "--limits: node group spare: limits 0..2 must include the sizes 3 and 0"},
		{"change with --limits", "spare=3/0", []string{"--limits", "spare=0..5"}, 5, ""},
	} {
		r := configured(t, officeSchedule)
		a := r.init(t, scheduled("production:spare", append([]string{"--nodegroup", tt.size, "--yes"}, tt.flags...)...)...)
		if tt.refused != "" {
			clitest.Refuses(t, a, frame.ExitUsage, tt.refused)
			continue
		}
		if got := r.stored(t).Nodegroups["spare"].MaxSize; a.Err != nil || got != tt.want {
			t.Errorf("limits %s: found maxSize %d (%v); want %d", tt.rule, got, a.Err, tt.want)
		}
	}
}

// TestOverridesOfAClusterThatGetsASchedule has one without the schedule's name, which two schedules require, and one that has ended.
func TestOverridesOfAClusterThatGetsASchedule(t *testing.T) {
	t.Parallel()
	override := func(name, profile, until string) inventory.Item {
		return inventory.Item{Kind: inventory.KindOverride, Name: name, Cluster: "production", Version: 1, Spec: json.RawMessage(fmt.Sprintf(
			`{"name": %q, "cluster": "production", "profile": %q, "from": "2026-11-20T00:00:00Z", "until": %q, "reason": "r", "createdBy": "ana", "createdAt": "2026-11-20T00:00:00Z"}`,
			name, profile, until))}
	}
	r := configured(t, officeSchedule)
	r.Items["override/quiet"] = override("quiet", "night", "2026-11-25T00:00:00Z")
	r.Items["override/past"] = override("past", "night", "2026-11-21T00:00:00Z")
	r.Items["override/broken"] = override("broken", "gone", "2026-11-25T00:00:00Z")
	flags := scheduled("production:gpu", "--nodegroup", "gpu=2/0", "--yes")
	clitest.Refuses(t, r.init(t, flags...), frame.ExitFailed, `nothing written: override broken of cluster production is invalid: `, "; cancel it first: eks-scaling override cancel broken")
	delete(r.Items, "override/broken")
	r.Writes = nil
	if a := r.init(t, flags...); a.Err != nil || strings.Contains(a.Stdout, "past") {
		t.Fatalf("%v, and printed\n%s\nwant it to go well, and no word of what has ended", a.Err, a.Stdout)
	}
	clitest.WantCalls(t, r.Memory, "put cluster/production", "put override/quiet")
	if got := r.SpecOf(t, "override/quiet", "schedule"); got != "office" {
		t.Errorf("found %v; want the schedule for which it was", got)
	}
}

func TestInitSaysThatTheClusterIsPaused(t *testing.T) {
	t.Parallel()
	r := configured(t, strings.Replace(officeSchedule, "enforce: always", "paused: true", 1))
	a := r.init(t, scheduled("production:gpu", "--nodegroup", "gpu=2/0", "--yes")...)
	clitest.Says(t, a.Stdout, "Cluster production is paused. Resume with: eks-scaling resume production\n")
}

func TestInitOffersNodegroupsInNoSchedule(t *testing.T) {
	t.Parallel()
	r := configured(t, officeSchedule)
	a := r.writes(t, []string{
		"office", "", // the name of the first node group
		"", "", "", "", // the time zone and the working hours
		"0",      // both node groups
		"3", "1", // gpu
		"7", "2", "0", // spare, within its limits
		"", // the limits of gpu
		"y",
	})
	clitest.Says(t, a.Stdout, "Name of the new schedule of production [gpu]:", "schedule production:office already exists",
		"Time zone of production:gpu [Europe/Berlin]:", "gpu 2 (0..4)", "spare 1 (0..9)", "invalid size 7: the limits are 0..2",
		"Size of gpu outside working hours [0]:", "Limits of gpu, as MIN..MAX [0..4]:", "gpu 3, spare 2", "cluster production: changed")
	if strings.Contains(a.Stdout, "Which cluster") || strings.Contains(a.Stdout, "Limits of spare") || strings.Contains(a.Stdout, "Size of web") || strings.Contains(a.Stderr, "skipped") {
		t.Errorf("printed\n%s%s\nwant no question about what is known", a.Stderr, a.Stdout)
	}
	clitest.WantCalls(t, r.Memory, "put cluster/production")
	if got := r.stored(t).UnitNames(); !slices.Equal(got, []string{"production:office", "production:gpu"}) {
		t.Errorf("found %v; want the new schedule", got)
	}
	clitest.Refuses(t, r.init(t), frame.ExitNotFound, "all clusters in sa-east-1 are already configured; edit them with: eks-scaling config edit")
}

func TestInitListsNodegroupsInNoSchedule(t *testing.T) {
	t.Parallel()
	r := configured(t, officeSchedule+strings.Replace(officeSchedule[strings.Index(officeSchedule, "  - name: production"):], "name: production", "name: shop", 1))
	r.eks.CreateNodegroup(here, "shop", "web", ekslocal.Sizes{Max: 2, Desired: 2})
	a := r.init(t)
	clitest.Refuses(t, a, frame.ExitUsage, "required without a terminal: --cluster, ")
	const want = `skipped: shop is already configured
Found in sa-east-1:
  production (node groups in no schedule: gpu, spare)
Example:
  eks-scaling init --cluster production:gpu --timezone Europe/Berlin --days mon-fri --from 08:00 --to 20:00 --nodegroup gpu=2/0 --nodegroup spare=1/0
`
	if !strings.HasPrefix(a.Stderr, want) {
		t.Errorf("found\n%s\nwant\n%s", a.Stderr, want)
	}
	r.eks.CreateNodegroup(here, "shop", "qa", ekslocal.Sizes{Max: 2})
	a = r.writes(t, []string{"2", "qa-hours", "", "", "", "", "", "", "", "y"})
	clitest.Says(t, a.Stdout, "1. production (node groups in no schedule: gpu, spare)\n2. shop (node groups in no schedule: qa)\n", "cluster shop: changed")
	r.eks.CreateNodegroup(here, "lab", "tpu", ekslocal.Sizes{Max: 2}) // a new cluster goes first
	clitest.Says(t, r.init(t).Stderr, "skipped: production is already configured\nskipped: shop is already configured\nFound in sa-east-1:\n  lab: tpu 0 (0..2)\n")
}

func TestASchedulesNameIsNotProposedTwice(t *testing.T) {
	t.Parallel()
	r := configured(t, strings.Replace(officeSchedule, "name: office", "name: gpu", 1))
	clitest.Says(t, r.init(t).Stderr, "init --cluster production:gpu-2 --timezone")
}
