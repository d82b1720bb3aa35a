package triggers_test

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/triggers"
)

// TestASimulatedYear keeps the triggers through a year as the product does: they are planned when the configuration changes
// and by reconcile runs, and fire as EventBridge Scheduler fires them. A run puts each cluster that its trigger names on what is
// wanted at that instant. So no cluster may be on anything else for more than a minute, or for two after a change of the configuration.
// And were every trigger lost, the reconcile runs alone would put it right within the hour.
func TestASimulatedYear(t *testing.T) {
	oneIn(t, 5)
	rapid.Check(t, func(t *rapid.T) {
		begin := time.Date(rapid.IntRange(2007, 2035).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC)
		d := &drawing{t: t, begin: begin}
		changes := []time.Time{begin}
		for range rapid.IntRange(0, 2).Draw(t, "changes of the configuration") {
			changes = append(changes, d.instant())
		}
		slices.SortFunc(changes, time.Time.Compare)
		prompt, lost := world{t, time.Minute, map[string]string{}}, world{t, time.Hour, map[string]string{}}
		for i, from := range changes {
			until := begin.AddDate(1, 0, 0)
			if i+1 < len(changes) {
				until = changes[i+1]
			}
			doc := d.document()
			t.Logf("from %s on:\n%s", from, doc)
			clusters, all := read(t, doc), firings{t, from, until, map[string][]time.Time{}}
			planned, reconcile := all.planned(clusters), all.of(hourly, from, until)
			for _, c := range clusters {
				if !c.Paused {
					wanted := stretches(t, c, from, until)
					prompt.follow(c.Name, wanted, planned.of(c.Name))
					lost.follow(c.Name, wanted, reconcile)
				}
			}
		}
	})
}

// oneIn lets only each nth of the cases be checked that -rapid.checks asks for, because one takes long.
func oneIn(t *testing.T, n int) {
	t.Helper()
	checks := flag.Lookup("rapid.checks")
	asked := checks.Value.String()
	number, err := strconv.Atoi(asked)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = checks.Value.Set(asked) })
	if err := checks.Value.Set(strconv.Itoa(max(1, number/n))); err != nil {
		t.Fatal(err)
	}
}

var hourly = triggers.Reconcile("cron(23 * ? * * *)")

// firings caches the firings of triggers in (from, until], by expression and zone.
type firings struct {
	t           *rapid.T
	from, until time.Time
	all         map[string][]time.Time
}

// runs returns the runs of some triggers, each with its clusters.
type runs []struct {
	at      time.Time
	trigger triggers.Trigger
}

func (r runs) and(trigger triggers.Trigger, at []time.Time) runs {
	for _, t := range at {
		r = append(r, struct {
			at      time.Time
			trigger triggers.Trigger
		}{t, trigger})
	}
	return r
}

// of are the instants, in order, of the runs that take a cluster.
func (r runs) of(cluster string) (all []time.Time) {
	for _, one := range r {
		if one.trigger.Names(cluster) {
			all = append(all, one.at)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// planned returns the runs of the year. One reconcile run a day renews the plan: those between would make the same, but for the
// last hours of the horizon.
func (f firings) planned(clusters []config.Unit) runs {
	reconcile, changed := f.of(hourly, f.from, f.until), triggers.Changed(f.from, nil)
	all := runs{}.and(hourly, reconcile).and(changed, f.of(changed, f.from, f.until))
	for planned := f.from; planned.Before(f.until); {
		replaced := f.until
		if i := position(reconcile, planned.AddDate(0, 0, 1)); i < len(reconcile) {
			replaced = reconcile[i]
		}
		for _, trigger := range triggers.Plan(clusters, planned) {
			if !trigger.TooLate(planned) || !planned.Equal(f.from) { // later it exists
				all = all.and(trigger, f.of(trigger, planned, replaced))
			}
		}
		planned = replaced
	}
	return all
}

// of are the instants in (after, last] at which a trigger fires.
func (f firings) of(trigger triggers.Trigger, after, last time.Time) []time.Time {
	key := trigger.Expression + trigger.Zone
	if _, known := f.all[key]; !known {
		times, err := schedulerlocal.Times(trigger.Expression, trigger.Zone, f.from.Add(1), f.until.Add(1))
		if err != nil {
			f.t.Fatalf("%s: %v", trigger.Name, err)
		}
		f.all[key] = times
	}
	return f.all[key][position(f.all[key], after.Add(1)):position(f.all[key], last.Add(1))]
}

// position returns the position of the first instant that is not before t.
func position(instants []time.Time, t time.Time) int {
	i, _ := slices.BinarySearchFunc(instants, t, time.Time.Compare)
	return i
}

// stretch is a time in which the same is wanted of a cluster, from <= t < until.
type stretch struct {
	from, until time.Time
	sizes       string // in words
}

// stretches returns the stretches of [from, until).
func stretches(t *rapid.T, c config.Unit, from, until time.Time) []stretch {
	var all []stretch
	for at := from; at.Before(until); {
		s := stretch{at, c.Timeline().NextChange(at), demanded(c, at)}
		if s.until.IsZero() || s.until.After(until) {
			s.until = until
		}
		for _, between := range []time.Time{at.Add(s.until.Sub(at) / 2), s.until.Add(-1)} {
			if got := demanded(c, between); got != s.sizes {
				t.Fatalf("%s wants %s at %s and %s at %s, but no change before %s", c.Name, s.sizes, at, got, between, s.until)
			}
		}
		all, at = append(all, s), s.until
	}
	return all
}

func demanded(c config.Unit, at time.Time) string {
	timeline := c.Timeline()
	words := timeline.Wanted(at).Profile
	for _, d := range timeline.Demands(at) {
		words += fmt.Sprintf(" %s=%d", d.Nodegroup, *d.Target.DesiredSize)
	}
	return words
}

// world is the clusters as the runs have left them.
type world struct {
	t       *rapid.T
	allowed time.Duration     // for which a cluster may be on something else than what is wanted
	sizes   map[string]string // by cluster
}

// follow goes with a cluster under one configuration. The runs are in order.
func (w world) follow(cluster string, wanted []stretch, runs []time.Time) {
	var wrong time.Time // since when
	for _, s := range wanted {
		if w.sizes[cluster] == s.sizes {
			wrong = time.Time{}
			continue
		}
		if wrong.IsZero() {
			wrong = s.from
		}
		deadline := wrong.Add(w.allowed)
		if change := wanted[0].from.Add(2 * time.Minute); deadline.Before(change) {
			deadline = change
		}
		corrected := s.until
		if i := position(runs, s.from); i < len(runs) && runs[i].Before(s.until) {
			corrected = runs[i]
		}
		if corrected.After(deadline) {
			w.t.Fatalf("%s is on %q and not on %q from %s to %s", cluster, w.sizes[cluster], s.sizes, wrong, corrected)
		}
		if corrected.Before(s.until) {
			w.sizes[cluster], wrong = s.sizes, time.Time{}
		}
	}
}
