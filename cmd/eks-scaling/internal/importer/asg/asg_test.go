package asg_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/asg"
	"eks-scaling-automation/cmd/eks-scaling/internal/importer/importertest"
	"eks-scaling-automation/shared/scaling"
)

// acting is an action of the node group big, with all sizes set and the maximum to 5.
func acting(name string, desired int32, recurrence string) asg.ScheduledAction {
	return asg.ScheduledAction{
		Name: name, Recurrence: recurrence, MinSize: new(int32(0)), MaxSize: new(int32(5)), DesiredCapacity: &desired,
	}
}

// bigOf is the node group big with these actions.
func bigOf(actions ...asg.ScheduledAction) asg.Nodegroup {
	return asg.Nodegroup{
		Name: "big", Limits: scaling.Limits{MaxSize: 5}, Groups: []asg.AutoScalingGroup{{Name: "eks-big-1", Actions: actions}},
	}
}

// fineOf is another node group, which can be imported.
func fineOf() asg.Nodegroup {
	g := bigOf(acting("on", 1, "0 6 * * *"))
	g.Name, g.Groups[0].Name = "fine", "eks-fine-1"
	return g
}

var shop = importer.Cluster{Name: "shop", Region: "sa-east-1"}

func read(groups ...asg.Nodegroup) (importer.Imported, error) {
	return asg.Import(groups, shop, importertest.Now)
}

func TestOmitsWhatItCannotImport(t *testing.T) {
	changed := func(change func(*asg.ScheduledAction)) asg.Nodegroup {
		a := acting("on", 1, "0 6 * * *")
		change(&a)
		return bigOf(a)
	}
	tests := []struct {
		rule string
		big  asg.Nodegroup
		want string
	}{
		{"no_group", asg.Nodegroup{Name: "big"}, `big: node group "big" is skipped: it has no scheduled actions`},
		{"two_groups", asg.Nodegroup{Name: "big", Groups: []asg.AutoScalingGroup{{Name: "a"}, bigOf(acting("on", 1, "0 6 * * *")).Groups[0]}}, `node group "big" is skipped: it has 2 Auto Scaling groups`},
		{
			"end_to_come", changed(func(a *asg.ScheduledAction) { a.End = importertest.Now.Add(time.Minute) }),
			`scheduled action "on" of node group "big" cannot be imported: it ends at 2026-11-23 12:01 UTC, but periods have no end date: remove the end, or import it after that time`,
		},
		{
			"start_to_come", changed(func(a *asg.ScheduledAction) { a.Start = importertest.Now.AddDate(0, 1, 0) }),
			`it starts at 2026-12-23 12:00 UTC, later than its recurrence "0 6 * * *" says, but periods have no start date: import it after that time`,
		},
		{"zone_that_is_none", changed(func(a *asg.ScheduledAction) { a.TimeZone = "Brasilia" }), `unknown time zone "Brasilia": use an IANA name`},
		{"zone_of_the_machine", changed(func(a *asg.ScheduledAction) { a.TimeZone = "Local" }), `unknown time zone "Local": use an IANA name`},
		{
			"zones_in_one_node_group", bigOf(acting("on", 1, "0 6 * * *"), changed(func(a *asg.ScheduledAction) { a.TimeZone = "Europe/Berlin" }).Groups[0].Actions[0]),
			`scheduled action "on" of node group "big" is in Europe/Berlin, others are in UTC: all must be in one time zone`,
		},
		{
			"size_that_only_some_set", bigOf(acting("on", 1, "0 6 * * *"), asg.ScheduledAction{Name: "off", Recurrence: "0 20 * * *", MinSize: new(int32(0)), MaxSize: new(int32(1))}),
			`some of its scheduled actions set DesiredCapacity and others leave it out: set it in all or in none`,
		},
		{"fires_once", changed(func(a *asg.ScheduledAction) { a.Recurrence = "" }), `eks-big-1: scheduled action "on" is skipped: it has no recurrence and fires once; if that is in the future, create an override instead`},
		{"ended", changed(func(a *asg.ScheduledAction) { a.End = importertest.Now }), `scheduled action "on" is skipped: it ended at 2026-11-23 12:00 UTC`},
		{"day_of_the_month", bigOf(acting("on", 1, "0 6 1 * *")), `unsupported day of the month "1" in recurrence "0 6 1 * *": only * can be imported`},
		{"sizes_in_a_wrong_order", bigOf(acting("on", 6, "0 6 * * *")), `scheduled action "on" has MinSize 0, DesiredCapacity 6, MaxSize 5: must be MinSize <= DesiredCapacity <= MaxSize`},
		{"two_at_the_same_time", bigOf(acting("on", 1, "0 6 * * *"), acting("off", 0, "0 6 * * 2")), `scheduled actions "on" and "off" both fire on tue 06:00 with different sizes`},
		{
			"no_nodes_at_all", changed(func(a *asg.ScheduledAction) { a.MaxSize, a.DesiredCapacity = new(int32(0)), nil }),
			`scheduled action "on" has MaxSize 0, which EKS rejects, and keeps DesiredCapacity: set DesiredCapacity to 0`,
		},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(test.big, fineOf())
			if err != nil {
				t.Fatal(err)
			}
			importertest.Warned(t, imported, test.want)
			groups := importertest.Config(t, imported).Clusters[0].Nodegroups
			if _, there := groups["big"]; there || len(groups) != 1 {
				t.Errorf("found the node groups %v; want fine, and not big", groups)
			}
		})
	}
}

func TestTakesTheSizesOfTheNodegroupWhereNoActionSetsThem(t *testing.T) {
	imported, err := read(bigOf(
		asg.ScheduledAction{Name: "on", Recurrence: "0 6 * * *", DesiredCapacity: new(int32(4))},
		asg.ScheduledAction{Name: "off", Recurrence: "0 20 * * *", DesiredCapacity: new(int32(0))}))
	if err != nil || len(imported.Warnings) > 0 {
		t.Fatalf("found %v and the warnings %v; want none", err, imported.Warnings)
	}
	c := importertest.Config(t, imported).Clusters[0]
	if diff := cmp.Diff(scaling.Limits{MaxSize: 5}, c.Nodegroups["big"].Limits); diff != "" {
		t.Error(diff)
	}
	if got := *c.Profiles["on"]["big"].DesiredSize; got != 4 {
		t.Errorf("found %d; want 4", got)
	}
}

// TestReadsWhatEveryImporterReads has the rules of all importers, for actions in AWS.
func TestReadsWhatEveryImporterReads(t *testing.T) {
	far, weekly, aliases := bigOf(acting("on", 1, "0 6 * * *")), bigOf(acting("on", 1, "0 6 * * MON-SUN")), bigOf(acting("on", 1, "0 6 * * *"), acting("off", 0, "0 20 * * *"))
	far.Groups[0].Actions[0].End = importertest.Now.AddDate(1, 0, 0)
	aliases.Groups[0].Actions[0].TimeZone, aliases.Groups[0].Actions[1].TimeZone = "Etc/GMT", "Zulu"
	for _, test := range []struct {
		rule string
		big  asg.Nodegroup
		want []string
	}{
		{"an_end_in_a_year_or_more", far, []string{`eks-big-1: scheduled action "on" ends at 2027-11-23 12:00 UTC, but periods have no end date: it is imported without; change the schedule by then`}},
		{"a_week_of_names", weekly, nil},
		{"names_of_UTC", aliases, nil},
	} {
		t.Run(test.rule, func(t *testing.T) {
			imported, err := read(test.big)
			if err != nil {
				t.Fatalf("%v, with the warnings %v", err, imported.Warnings)
			}
			if c := importertest.Config(t, imported); c.Timezone != "UTC" {
				t.Errorf("found the zone %s", c.Timezone)
			}
			if importertest.Warned(t, imported, test.want...); len(imported.Warnings) != len(test.want) {
				t.Errorf("found %v", imported.Warnings)
			}
		})
	}
}

func FuzzImport(f *testing.F) {
	f.Add("0 6 * * MON-SUN", "Etc/UTC", "on", int32(0), int32(5), int32(1), int64(0), int64(0))
	f.Add("0 20 * * 5", "Europe/Berlin", "a\n: [", int32(-1), int32(0), int32(7), int64(1<<40), int64(1))
	f.Fuzz(func(t *testing.T, recurrence, zone, name string, low, high, desired int32, start, end int64) {
		a := asg.ScheduledAction{Name: name, Recurrence: recurrence, TimeZone: zone, MinSize: &low, MaxSize: &high, DesiredCapacity: &desired}
		if start > 0 {
			a.Start = time.Unix(start, 0)
		}
		if end > 0 {
			a.End = time.Unix(end, 0)
		}
		imported, err := read(bigOf(a, acting("off", 0, "0 20 * * *")))
		if err != nil {
			importertest.Refused(t, imported, err)
			return
		}
		importertest.Body(t, imported)
	})
}

func TestKeepsTheRequestedTimeZone(t *testing.T) {
	berlin := bigOf(acting("on", 1, "0 6 * * *"))
	berlin.Groups[0].Actions[0].TimeZone = "Europe/Berlin"
	for zone, want := range map[string][]string{"": {"big", "fine"}, "Etc/UTC": {"fine"}, "Europe/Berlin": {"big"}} {
		imported, err := asg.Import([]asg.Nodegroup{fineOf(), berlin}, importer.Cluster{Name: "shop", Region: "sa-east-1", Timezone: zone}, importertest.Now)
		if err != nil {
			t.Fatal(err)
		}
		c := importertest.Config(t, imported).Clusters[0]
		if got := slices.Sorted(maps.Keys(c.Nodegroups)); !slices.Equal(got, want) {
			t.Errorf("with zone %q found %v; want %v", zone, got, want)
		}
	}
	imported, err := asg.Import([]asg.Nodegroup{berlin}, importer.Cluster{Name: "shop", Region: "sa-east-1", Timezone: "UTC"}, importertest.Now)
	importertest.Refused(t, imported, err, "the scheduled actions of cluster shop: no node group has scheduled actions that can be imported; the warnings say why")
	importertest.Warned(t, imported, `node group "big" is skipped: its scheduled actions are in Europe/Berlin, but --timezone is UTC`)
	imported, err = read()
	importertest.Refused(t, imported, err, "no node group has scheduled actions that can be imported")
}

// TestTheStartThatAWSComputesBoundsNothing draws an action; its next time is what AWS shows as its start. Any later start is
// one that a person has set.
func TestTheStartThatAWSComputesBoundsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawAction(t)
		next := importertest.Now.Add(time.Minute)
		for !drawn.fires(next) {
			next = next.Add(time.Minute)
		}
		a := acting("on", 1, drawn.recurrence)
		for start, want := range map[time.Time]bool{
			{}: true, importertest.Now.AddDate(-1, 0, 0): true, next.Add(-time.Minute): true, next: true, next.Add(time.Minute): false, next.AddDate(1, 0, 0): false,
		} {
			a.Start = start
			if imported, err := read(bigOf(a)); (err == nil) != want {
				t.Fatalf("%s with the start %s, its next time being %s: %v, with the warnings %v", a.Recurrence, start, next, err, imported.Warnings)
			}
		}
	})
}
