package setupcmd

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/agenda"
	"eks-scaling-automation/cmd/eks-scaling/internal/clitest"
	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

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
	production := stackaws.Cluster{Name: "production", Nodegroups: []stackaws.Nodegroup{{Name: "big"}, {Name: "small"}}}
	d, err := a.plan(production, "sa-east-1", systemZone)
	if err != nil {
		t.Fatal(err)
	}
	text, err := planText(d)
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(text)
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
		c := all.Clusters[0]
		if got := agenda.InWords(agenda.SizesOf(c, c.Timeline().Demands(at))); (got == "big 3, small 0") != inside {
			t.Fatalf("found %s on %s with %v; want inside to be %t", got, at, a, inside)
		}
	})
}

func TestAPlanThatCannotBe(t *testing.T) {
	t.Parallel()
	d := importer.Document{Timezone: "UTC", Clusters: []importer.DocumentCluster{{Name: "production"}}}
	if _, err := planText(d); err == nil || !strings.HasPrefix(err.Error(), "what was asked for makes no valid configuration:\n") {
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
		"mon-sun": "[]", "mon-fri,sat,sun": "[]",
	} {
		if got, err := readDays(text); err != nil || fmt.Sprint(got) != want {
			t.Errorf("found %v (%v) for %q; want %s", got, err, text, want)
		}
	}
	for _, text := range []string{"", "weekdays", "mon-", "mon;tue", "mon#2", "monday", ","} {
		if got, err := readDays(text); err == nil || !strings.Contains(err.Error(), "want days such as mon-fri") {
			t.Errorf("found %v (%v) for %q; want it to be refused", got, err, text)
		}
	}
}
