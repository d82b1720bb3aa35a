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
	"eks-scaling-automation/cmd/eks-scaling/internal/stackaws"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/shared/schedule"
)

// office is a plan for two node groups from Monday to Friday.
func office() firstPlan {
	return firstPlan{
		cluster: "production", region: "sa-east-1", timezone: "America/Sao_Paulo",
		hours: dailyHours{days: []string{"mon-fri"}, from: 8 * 60, to: 20 * 60},
		nodegroups: []plannedNodegroup{
			{name: "big", inside: 3, limits: scaling.Limits{MaxSize: 5}},
			{name: "small", inside: 0, outside: 1, limits: scaling.Limits{MaxSize: 1}},
		},
	}
}

// nights is a plan for every night, of a cluster in another time zone than the rest.
func nights() firstPlan {
	p := office()
	p.systemZone, p.timezone = p.timezone, "Europe/Berlin"
	p.hours = dailyHours{from: 22 * 60, to: 6 * 60}
	return p
}

func TestPlansAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]firstPlan{"init": office(), "init-nights": nights()} {
		text, err := p.text()
		if err != nil {
			t.Fatal(err)
		}
		clitest.Golden(t, name, string(text))
	}
}

// configured is the cluster of a plan, as the product reads it.
func configured(t interface {
	Helper()
	Fatal(args ...any)
}, p firstPlan,
) config.Cluster {
	t.Helper()
	text, err := p.text()
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return c.Clusters[0]
}

// TestAnyPlanMeansItsHours draws working hours, and looks at an instant: it is inside if it is in the hours of this day, or
// in those that began on the day before.
func TestAnyPlanMeansItsHours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := office()
		p.timezone = "UTC" // where all days are of one length
		from := rapid.IntRange(0, 24*60-1).Draw(t, "from")
		to := rapid.IntRange(0, 24*60).Filter(func(to int) bool { return to != from }).Draw(t, "to")
		on := schedule.Days(rapid.IntRange(1, 127).Draw(t, "days"))
		days, err := readDays(strings.Join(on.Names(), ","))
		if err != nil {
			t.Fatal(err)
		}
		p.hours = dailyHours{days: days, from: schedule.Clock(from), to: schedule.Clock(to)}
		at := clitest.Monday.Truncate(time.Minute).Add(time.Duration(rapid.IntRange(0, 14*24*60).Draw(t, "minutes")) * time.Minute)
		minute, today, yesterday := at.Hour()*60+at.Minute(), at.Weekday(), at.AddDate(0, 0, -1).Weekday()
		inside := on.Has(today) && minute >= from && (minute < to || to < from) || on.Has(yesterday) && to < from && minute < to
		c := configured(t, p)
		if got := agenda.InWords(agenda.SizesOf(c, c.Timeline().Demands(at))); (got == "big 3, small 0") != inside {
			t.Fatalf("found %s on %s with %v; want inside to be %t", got, at, p.hours, inside)
		}
	})
}

func TestAPlanThatCannotBe(t *testing.T) {
	t.Parallel()
	p := office()
	p.nodegroups[0].limits = scaling.Limits{MaxSize: 2}
	if _, err := p.text(); err == nil || !strings.HasPrefix(err.Error(), "what was asked for makes no valid configuration:\n") {
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
