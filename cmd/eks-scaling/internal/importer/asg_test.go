package importer_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/cmd/eks-scaling/internal/importer"
	"eks-scaling-automation/shared/scaling"
)

// acting is an action of the node group big, with all sizes set and the maximum to 5.
func acting(name string, desired int32, recurrence string) importer.ScheduledAction {
	return importer.ScheduledAction{
		Name: name, Recurrence: recurrence, MinSize: new(int32(0)), MaxSize: new(int32(5)), DesiredCapacity: &desired,
	}
}

// bigOf is the node group big with these actions.
func bigOf(actions ...importer.ScheduledAction) importer.ScaledNodegroup {
	return importer.ScaledNodegroup{
		Name: "big", Limits: scaling.Limits{MaxSize: 5}, Groups: []importer.AutoScalingGroup{{Name: "eks-big-1", Actions: actions}},
	}
}

// fineOf is another node group, which can be imported.
func fineOf() importer.ScaledNodegroup {
	g := bigOf(acting("on", 1, "0 6 * * *"))
	g.Name, g.Groups[0].Name = "fine", "eks-fine-1"
	return g
}

var shop = importer.Cluster{Name: "shop", Region: "sa-east-1"}

func asg(groups ...importer.ScaledNodegroup) (importer.Imported, error) {
	return importer.ASG(groups, shop, now)
}

// TestASGWhole has something of everything.
func TestASGWhole(t *testing.T) {
	inBrazil := func(a importer.ScheduledAction) importer.ScheduledAction {
		a.TimeZone = "America/Sao_Paulo"
		a.Start = time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC) // when AWS will fire the next one of both
		return a
	}
	small := bigOf(inBrazil(acting("morning", 0, "0 6 * * MON-FRI")), inBrazil(acting("night", 1, "0 20 * * MON-FRI")))
	small.Name, small.Groups[0].Name = "small", "eks-small-2"
	batch := bigOf(acting("payday", 3, "0 6 1 * *"), acting("after", 0, "0 6 * * *"))
	batch.Name, batch.Groups[0].Name = "batch", "eks-batch-3"
	once := acting("black-friday", 5, "")
	once.Start = time.Date(2026, 11, 27, 3, 0, 0, 0, time.UTC)
	imported, err := asg(
		bigOf(inBrazil(acting("morning", 3, "0 6 * * MON-FRI")), inBrazil(acting("night", 0, "0 20 * * MON-FRI")), once),
		small, batch,
		importer.ScaledNodegroup{Name: "system", Limits: scaling.Limits{MinSize: 2, MaxSize: 2}, Groups: []importer.AutoScalingGroup{{Name: "eks-system-4"}}},
	)
	if err != nil {
		t.Fatal(err)
	}
	usable(t, imported)
	const file = "testdata/asg.golden.yaml"
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(imported.Document)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestASGLeavesOutWhatItCannotCarryOver(t *testing.T) {
	changed := func(change func(*importer.ScheduledAction)) importer.ScaledNodegroup {
		a := acting("on", 1, "0 6 * * *")
		change(&a)
		return bigOf(a)
	}
	tests := []struct {
		rule string
		big  importer.ScaledNodegroup
		want string
	}{
		{"no_actions", bigOf(), `eks-big-1: node group "big" is left out: it has no scheduled actions`},
		{"no_group", importer.ScaledNodegroup{Name: "big"}, `big: node group "big" is left out: it has no scheduled actions`},
		{
			"two_groups",
			importer.ScaledNodegroup{Name: "big", Groups: []importer.AutoScalingGroup{{Name: "a"}, bigOf(acting("on", 1, "0 6 * * *")).Groups[0]}},
			`node group "big" is left out: it has 2 Auto Scaling groups`,
		},
		{
			"fires_once", changed(func(a *importer.ScheduledAction) { a.Recurrence, a.Start = "", now.Add(time.Hour) }),
			`eks-big-1: scheduled action "on" is left out: it has no recurrence and fires once at 2026-11-23 13:00 UTC; if it is still to come, write an override`,
		},
		{"ended", changed(func(a *importer.ScheduledAction) { a.End = now }), `scheduled action "on" is left out: it ended at 2026-11-23 12:00 UTC`},
		{
			"end_to_come", changed(func(a *importer.ScheduledAction) { a.End = now.Add(time.Minute) }),
			`scheduled action "on" of node group "big" cannot be carried over: it ends at 2026-11-23 12:01 UTC; want none that ends`,
		},
		{
			"start_to_come", changed(func(a *importer.ScheduledAction) { a.Start = now.AddDate(0, 1, 0) }),
			`it starts at 2026-12-23 12:00 UTC, later than its recurrence "0 6 * * *" says; want none that is still to start`,
		},
		{"day_of_the_month", bigOf(acting("on", 1, "0 6 1 * *")), `found "1" as the day of the month in recurrence "0 6 1 * *"; only * can be carried over`},
		{"month", bigOf(acting("on", 1, "0 6 * dec *")), `found "dec" as the month`},
		{"not_a_cron", bigOf(acting("on", 1, "@daily")), `found recurrence "@daily"; want five fields`},
		{"zone_that_is_none", changed(func(a *importer.ScheduledAction) { a.TimeZone = "Brasilia" }), `found time zone "Brasilia"; want an IANA time zone`},
		{"zone_of_the_machine", changed(func(a *importer.ScheduledAction) { a.TimeZone = "Local" }), `found time zone "Local"; want an IANA time zone`},
		{
			"zone_of_the_others", changed(func(a *importer.ScheduledAction) { a.TimeZone = "Europe/Berlin" }),
			`node group "big" is left out: its scheduled actions are in Europe/Berlin, and a cluster has one time zone, here UTC`,
		},
		{
			"zones_in_one_node_group", bigOf(acting("on", 1, "0 6 * * *"), changed(func(a *importer.ScheduledAction) { a.TimeZone = "Europe/Berlin" }).Groups[0].Actions[0]),
			`scheduled action "on" of node group "big" is in Europe/Berlin and others are in UTC; want one time zone`,
		},
		{
			"size_that_only_some_set", bigOf(acting("on", 1, "0 6 * * *"), importer.ScheduledAction{Name: "off", Recurrence: "0 20 * * *", MinSize: new(int32(0)), MaxSize: new(int32(1))}),
			`some of its scheduled actions set DesiredCapacity and others leave it out; want it in all or in none`,
		},
		{"sizes_in_a_wrong_order", bigOf(acting("on", 6, "0 6 * * *")), `scheduled action "on" has MinSize 0, DesiredCapacity 6, MaxSize 5; want MinSize <= DesiredCapacity <= MaxSize`},
		{
			"two_at_the_same_time", bigOf(acting("on", 1, "0 6 * * *"), acting("off", 0, "0 6 * * 2")),
			`scheduled actions "on" and "off" both fire on tue 06:00 with other sizes; want one of them`,
		},
		{
			"no_nodes_at_all", changed(func(a *importer.ScheduledAction) { a.MaxSize, a.DesiredCapacity = new(int32(0)), nil }),
			`scheduled action "on" has MaxSize 0, which EKS refuses, and keeps DesiredCapacity; want DesiredCapacity 0`,
		},
		{"a_part", bigOf(acting("on", 1, "0 6 * * *"), acting("off", 0, "0 20 L * *")), `node group "big" is left out: with a part of its scheduled actions alone it would have wrong sizes`},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			also := fineOf()
			also.Name, also.Groups[0].Name = "also", "eks-also-1"
			imported, err := asg(test.big, fineOf(), also) // two, for the zone that most have
			if err != nil {
				t.Fatal(err)
			}
			mentions(t, texts(imported), test.want)
			groups := usable(t, imported).Clusters[0].Nodegroups
			if _, there := groups["big"]; there || len(groups) != 2 {
				t.Errorf("found the node groups %v; want fine and also, and not big", groups)
			}
		})
	}
}

func TestASGTakesTheSizesOfTheNodegroupWhereNoActionSetsThem(t *testing.T) {
	imported, err := asg(bigOf(
		importer.ScheduledAction{Name: "on", Recurrence: "0 6 * * *", DesiredCapacity: new(int32(4))},
		importer.ScheduledAction{Name: "off", Recurrence: "0 20 * * *", DesiredCapacity: new(int32(0))}))
	if err != nil || len(imported.Remarks) > 0 {
		t.Fatalf("found %v and the remarks %v; want none", err, imported.Remarks)
	}
	c := usable(t, imported).Clusters[0]
	if diff := cmp.Diff(scaling.Limits{MaxSize: 5}, c.Nodegroups["big"]); diff != "" {
		t.Error(diff)
	}
	if got := *c.Profiles["on"]["big"].DesiredSize; got != 4 {
		t.Errorf("found %d; want 4", got)
	}
}

func TestASGKeepsTheTimeZoneThatIsAskedFor(t *testing.T) {
	berlin := bigOf(acting("on", 1, "0 6 * * *"))
	berlin.Groups[0].Actions[0].TimeZone = "Europe/Berlin"
	for zone, want := range map[string]string{"": "fine", "Etc/UTC": "fine", "Europe/Berlin": "big"} {
		imported, err := importer.ASG([]importer.ScaledNodegroup{fineOf(), berlin}, importer.Cluster{Name: "shop", Region: "sa-east-1", Timezone: zone}, now)
		if err != nil {
			t.Fatal(err)
		}
		c := usable(t, imported).Clusters[0]
		if _, there := c.Nodegroups[want]; !there || len(c.Nodegroups) != 1 {
			t.Errorf("with zone %q found %v; want %s alone", zone, c.Nodegroups, want)
		}
	}
	imported, err := importer.ASG([]importer.ScaledNodegroup{berlin}, importer.Cluster{Name: "shop", Region: "sa-east-1", Timezone: "UTC"}, now)
	refused(t, imported, err, "the scheduled actions of cluster shop: found no node group whose scheduled actions can be imported; the remarks say why")
	mentions(t, texts(imported), "here UTC")
}

func TestASGWithNothingToImport(t *testing.T) {
	imported, err := asg(bigOf())
	refused(t, imported, err, "found no node group whose scheduled actions can be imported")
	imported, err = asg()
	refused(t, imported, err, "found no node group whose scheduled actions can be imported")
}

// TestASGAndTerraformMeanTheSame has the same actions, as AWS and as Terraform have them.
func TestASGAndTerraformMeanTheSame(t *testing.T) {
	fromAWS, err := asg(bigOf(acting("on", 3, "30 8 * * MON-FRI"), acting("off", 0, "0 20 * * *")))
	if err != nil {
		t.Fatal(err)
	}
	fromTerraform, err := importer.Terraform([]importer.File{
		file(big("on = {" + sets("3", "30 8 * * MON-FRI") + "}\n off = {" + sets("0", "0 20 * * *") + "}")),
	}, shop, now)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(body(t, fromTerraform), body(t, fromAWS)); diff != "" {
		t.Errorf("(-Terraform +AWS):\n%s", diff)
	}
}

// TestTheStartThatAWSComputesBoundsNothing draws an action; its next time is what AWS shows as its start. Any later start is
// one that a person has set.
func TestTheStartThatAWSComputesBoundsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := drawAction(t)
		next := now.Add(time.Minute)
		for !drawn.fires(next) {
			next = next.Add(time.Minute)
		}
		a := acting("on", 1, drawn.recurrence)
		for start, want := range map[time.Time]bool{
			{}: true, now.AddDate(-1, 0, 0): true, next.Add(-time.Minute): true, next: true, next.Add(time.Minute): false, next.AddDate(1, 0, 0): false,
		} {
			a.Start = start
			if imported, err := asg(bigOf(a)); (err == nil) != want {
				t.Fatalf("%s with the start %s, its next time being %s: %v, with the remarks %v", a.Recurrence, start, next, err, imported.Remarks)
			}
		}
	})
}
