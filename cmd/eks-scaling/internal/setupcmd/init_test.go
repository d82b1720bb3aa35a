package setupcmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/reach"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	ekslocal "eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// region has the cluster production with two node groups, the config table, and EKS.
type region struct {
	*clitest.Memory
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
	return region{clitest.NewMemory(entities...), s}
}

// env is the environment of a tool that works in the region, without a terminal.
func (r region) env() frame.Environment {
	env := clitest.Holding(r.Memory)
	inMemory := env.Connect
	env.Connect = func(ctx context.Context, place frame.AWSPlace, notes io.Writer, now func() time.Time) (frame.Session, error) {
		s, err := inMemory(ctx, place, notes, now)
		s.AWS, s.Stack.Partition, s.Stack.Region, s.Stack.Account = r.aws(), "aws", here, "123456789012"
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

func (r region) init(t *testing.T, args ...string) clitest.Answer {
	t.Helper()
	return clitest.AskIn(t, r.env(), append([]string{"init"}, args...)...)
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

// TestInitOverWhatAnOlderClusterLeftBehind has an override that the new cluster would break over.
func TestInitOverWhatAnOlderClusterLeftBehind(t *testing.T) {
	t.Parallel()
	override := func(name, cluster string) inventory.Item {
		return inventory.Item{Kind: inventory.KindOverride, Name: name, Spec: json.RawMessage(`{"name": "` + name + `", "cluster": "` + cluster +
			`", "profile": "gone", "from": "2026-11-24T00:00:00Z", "until": "2026-11-25T00:00:00Z", "reason": "r", "createdBy": "ana", "createdAt": "2026-11-20T00:00:00Z"}`)}
	}
	r := newRegion(t, override("old", "production"), override("foreign", "shop"))
	clitest.Refuses(t, r.init(t, all...), frame.ExitFailed, `nothing written: override old of an earlier cluster production is invalid for this one: `,
		`unknown profile "gone"`, "; cancel it first: eks-scaling override cancel old")
	clitest.WantCalls(t, r.Memory)
	delete(r.Items, "override/old")
	a := r.init(t, but("--yes")...)
	if a.Err != nil || strings.Contains(a.Stdout+a.Stderr, "foreign") {
		t.Errorf("%v, and printed\n%s\nwant it to go well, and no word of what is for another cluster", a.Err, a.Stdout)
	}
}

func TestInitUsage(t *testing.T) {
	t.Parallel()
	r := newRegion(t)
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--timezone", "Local"}, `--timezone: unknown time zone "Local": use an IANA name, for example America/Sao_Paulo or UTC`},
		{[]string{"--nodegroup", "=3"}, `--nodegroup: invalid "=3": use NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=3/"}, `--nodegroup: invalid "big=3/": use NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=3/0/1"}, `--nodegroup: invalid "big=3/0/1": use NAME=INSIDE/OUTSIDE`},
		{[]string{"--nodegroup", "big=2147483648"}, `--nodegroup: invalid "big=2147483648"`},
		{[]string{"--nodegroup", "big", "--limits", "big=0..5", "--limits", "big=0..5"}, `--limits: node group "big" is given twice`},
		{[]string{"--nodegroup", "big=3", "--limits", "big=0..2"}, `--limits: limits 0..2 must include the sizes 3 and 0`},
		{[]string{"--nodegroup", "big=0", "--limits", "big=0..0"}, `--limits: invalid limits 0..0: MIN must be at most MAX, and MAX at least 1`},
	} {
		clitest.Refuses(t, r.init(t, tt.args...), frame.ExitUsage, tt.want)
	}
	limited := []string{"--nodegroup", "big", "--limits", "big=0..2"}
	clitest.Refuses(t, r.init(t, append(append([]string{}, all[:10]...), limited...)...), frame.ExitUsage, "--limits: node group big: limits 0..2 must include the sizes 3 and 3")
	clitest.WantCalls(t, r.Memory)
}

// TestInitWarnsAboutHoursWithoutNodes also has a node group that is not configured, with nodes and without.
func TestInitWarnsAboutHoursWithoutNodes(t *testing.T) {
	t.Parallel()
	const want = "warning: production: no node at all from 20:00 to 08:00 on mon-thu and from fri 20:00 to mon 08:00; is this intended?\n"
	for rule, row := range map[string]struct {
		flags []string
		other int32 // what small has
		warns bool
	}{
		"all node groups go to 0":             {[]string{"--nodegroup", "big=3/0", "--nodegroup", "small=1/0"}, 0, true},
		"one keeps a node":                    {[]string{"--nodegroup", "big=3/0", "--nodegroup", "small=0/1"}, 0, false},
		"the one that is not configured is 0": {[]string{"--nodegroup", "big=3/0"}, 0, true},
		"the one that is not configured is 1": {[]string{"--nodegroup", "big=3/0"}, 1, false},
	} {
		r := emptyRegion(t)
		r.eks.CreateNodegroup(here, "production", "big", ekslocal.Sizes{Min: 1, Max: 5, Desired: 3})
		r.eks.CreateNodegroup(here, "production", "small", ekslocal.Sizes{Max: 1, Desired: row.other})
		a := r.init(t, append(append(append([]string{}, all[:10]...), row.flags...), "--dry-run")...)
		if warned := strings.Contains(a.Stderr, "no node at all"); a.Err != nil || warned != row.warns || warned && a.Stderr != want {
			t.Errorf("%s: found %v and %q; want a warning: %t", rule, a.Err, a.Stderr, row.warns)
		}
	}
}

func TestInitRefuses(t *testing.T) {
	t.Parallel()
	unreadable := newRegion(t)
	unreadable.eks.SetAuthorize(func(c ekslocal.Call) error {
		if c.Cluster == "production" {
			return errors.New("ana may not " + c.Operation)
		}
		return nil
	})
	clitest.Refuses(t, unreadable.init(t), frame.ExitNoAccess,
		"no cluster in sa-east-1 can be configured: production cannot be read: listing the node groups of cluster production: access denied")
	broken := newRegion(t, inventory.Item{
		Kind: inventory.KindSettings, Name: inventory.GlobalSettings, Version: 1, Spec: json.RawMessage(`{"paused": false, "timezone": "Mars"}`),
	})
	clitest.Refuses(t, broken.init(t, all...), frame.ExitFailed, "fix it first with: eks-scaling config edit")
	clitest.WantCalls(t, broken.Memory)
}

// office answers for two node groups from Monday to Friday.
func office() answers {
	return answers{timezone: "America/Sao_Paulo", days: "mon-fri", from: "08:00", to: "20:00", nodegroups: []sizing{
		{name: "big", inside: new(int32(3)), outside: new(int32(0)), limits: &scaling.Limits{MaxSize: 5}},
		{name: "small", inside: new(int32(0)), outside: new(int32(1)), limits: &scaling.Limits{MaxSize: 1}},
	}}
}

// planned is the configuration of production, as text and as the product reads it.
func planned(t rapid.TB, a answers, systemZone string) (string, config.Config) {
	t.Helper()
	production := candidate{Cluster: stackaws.Cluster{Name: "production", Nodegroups: []stackaws.Nodegroup{{Name: "big"}, {Name: "small"}}}, place: reach.Place{Region: here}}
	d, err := a.plan(production, systemZone)
	if err != nil {
		t.Fatal(err)
	}
	text, c, err := planText(scaling.UnitName("production", a.schedule), d)
	if err != nil {
		t.Fatal(err)
	}
	return string(text), c
}

func TestPlansAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	text, _ := planned(t, office(), "")
	clitest.Golden(t, "init", text)
	nights := office()
	nights.timezone, nights.days, nights.from, nights.to = "Europe/Berlin", "every-day", "22:00", "06:00"
	text, _ = planned(t, nights, "America/Sao_Paulo")
	clitest.Golden(t, "init-nights", text)
	nights.schedule = "nights"
	text, _ = planned(t, nights, "America/Sao_Paulo")
	clitest.Golden(t, "init-schedule", text)
}

// TestAnyPlanMeansItsHours draws working hours, and looks at an instant: it is inside if it is in the hours of this day, or
// in those that began on the day before.
func TestAnyPlanMeansItsHours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := office()
		from := rapid.IntRange(0, 24*60-1).Draw(t, "from")
		to := rapid.IntRange(0, 24*60).Filter(func(to int) bool { return to != from }).Draw(t, "to")
		on := schedule.Days(rapid.IntRange(1, 127).Draw(t, "days"))
		a.timezone, a.days = "UTC", strings.Join(on.Names(), ",") // in UTC all days have one length
		a.from, a.to = schedule.Clock(from).String(), schedule.Clock(to).String()
		at := clitest.Monday.Truncate(time.Minute).Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "minutes")) * time.Minute)
		minute, today, yesterday := at.Hour()*60+at.Minute(), at.Weekday(), at.AddDate(0, 0, -1).Weekday()
		inside := on.Has(today) && minute >= from && (minute < to || to < from) || on.Has(yesterday) && to < from && minute < to
		_, all := planned(t, a, "")
		c := all.Units()[0]
		if got := agenda.InWords(agenda.SizesOf(c, c.Timeline().Demands(at))); (got == "big 3, small 0") != inside {
			t.Fatalf("found %s on %s with %v; want inside to be %t", got, at, a, inside)
		}
	})
}

func TestAPlanThatCannotBe(t *testing.T) {
	t.Parallel()
	d := firstDocument{Timezone: "UTC", Clusters: []firstCluster{{Name: "production"}}}
	if _, _, err := planText("production", d); err == nil || !strings.HasPrefix(err.Error(), "these answers make an invalid configuration:\n") {
		t.Errorf("found %v; want it to be refused", err)
	}
}

func TestProposals(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		now             scaling.Sizes
		inside, outside int32
		want            scaling.Limits
	}{
		{scaling.Sizes{MinSize: 2, MaxSize: 5, DesiredSize: 3}, 3, 0, scaling.Limits{MaxSize: 5}},
		{scaling.Sizes{MinSize: 2, MaxSize: 3, DesiredSize: 3}, 8, 2, scaling.Limits{MinSize: 2, MaxSize: 8}},
		{scaling.Sizes{}, 0, 0, scaling.Limits{MaxSize: 1}},
	} {
		if got := proposedLimits(stackaws.Nodegroup{Sizes: tt.now}, tt.inside, tt.outside); got != tt.want || fits(got, tt.inside, tt.outside) != nil {
			t.Errorf("found %v for %v with %d and %d; want %v", got, tt.now, tt.inside, tt.outside, tt.want)
		}
	}
	for desired, want := range map[int32]int32{0: 1, 1: 1, 4: 4} {
		if got := proposedInside(stackaws.Nodegroup{Sizes: scaling.Sizes{DesiredSize: desired}}); got != want {
			t.Errorf("found %d for a node group that has %d; want %d", got, desired, want)
		}
	}
}

func TestOneNodegroupKeepsItsSizeOutsideWorkingHours(t *testing.T) {
	t.Parallel()
	all := func(sizes map[string]int32) (c stackaws.Cluster) {
		for _, name := range []string{"a", "b", "c"} {
			if size, ok := sizes[name]; ok {
				c.Nodegroups = append(c.Nodegroups, stackaws.Nodegroup{Name: name, Sizes: scaling.Sizes{MaxSize: 9, DesiredSize: size}})
			}
		}
		return c
	}
	for rule, row := range map[string]struct {
		sizes     map[string]int32
		scheduled []sizing
		want      string
	}{
		"the smallest that has nodes":       {map[string]int32{"a": 3, "b": 0, "c": 2}, []sizing{{name: "a"}, {name: "b"}, {name: "c"}}, "c"},
		"the first, if none has nodes":      {map[string]int32{"a": 0, "b": 0}, []sizing{{name: "a"}, {name: "b"}}, "a"},
		"the only one":                      {map[string]int32{"a": 3}, []sizing{{name: "a"}}, "a"},
		"none, if another is not scheduled": {map[string]int32{"a": 3, "b": 1}, []sizing{{name: "a"}}, ""},
		"one, if the others have no nodes":  {map[string]int32{"a": 3, "b": 0}, []sizing{{name: "a"}}, "a"},
		"none, if a flag keeps another":     {map[string]int32{"a": 3, "b": 1}, []sizing{{name: "a"}, {name: "b", inside: new(int32(1)), outside: new(int32(1))}}, ""},
		"none, if flags say all":            {map[string]int32{"a": 3}, []sizing{{name: "a", inside: new(int32(1)), outside: new(int32(0))}}, ""},
		"one without a flag, beside others": {map[string]int32{"a": 3, "b": 1}, []sizing{{name: "a"}, {name: "b", inside: new(int32(1)), outside: new(int32(0))}}, "a"},
	} {
		if got := keeperOf(all(row.sizes), row.scheduled); got != row.want {
			t.Errorf("%s: found %q; want %q", rule, got, row.want)
		}
	}
}

func TestProposedZonesExist(t *testing.T) {
	t.Parallel()
	for region := range zones {
		if err := frame.CheckZone(zoneOfRegion(region)); err != nil {
			t.Errorf("%s: %v", region, err)
		}
	}
	if got := []string{zoneOfRegion("sa-east-1"), zoneOfRegion("us-east-1")}; !slices.Equal(got, []string{"America/Sao_Paulo", "UTC"}) {
		t.Errorf("found %v; want São Paulo's zone there, and UTC where no zone is obvious", got)
	}
}

func TestDays(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"mon-fri": "[mon-fri]", "Mon, wed ,SAT": "[mon wed sat]", "fri-mon": "[fri-mon]", "every-day": "[]", "Every day": "[]",
		"mon-sun": "[]", "mon-fri,sat,sun": "[]", "monday": "[monday]",
	} {
		if got, err := readDays(text); err != nil || fmt.Sprint(got) != want {
			t.Errorf("found %v (%v) for %q; want %s", got, err, text, want)
		}
	}
	for _, text := range []string{"", "weekdays", "mon-", "mon;tue", "mon#2", "moon", ","} {
		if got, err := readDays(text); err == nil || !strings.Contains(err.Error(), "use, for example, mon-fri") {
			t.Errorf("found %v (%v) for %q; want it to be refused", got, err, text)
		}
	}
}
