package decide

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/inventory"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// The units of the cluster when it has named schedules.
const (
	dayUnit   = unit + ":day"
	batchUnit = unit + ":batch"
)

// schedules returns the cluster with two schedules, which hold the node groups named: batch wants 2 nodes of each of its own, day
// wants 1 of small, 0 of the others. More fields of a schedule may be given by its name.
func schedules(day, batch []string, more map[string]string) string {
	of := func(name string, nodegroups []string, size func(string) int) string {
		var profile []string
		for _, n := range nodegroups {
			profile = append(profile, fmt.Sprintf("%q:%d", n, size(n)))
		}
		return fmt.Sprintf(`{"name":%q,"profiles":{"on":{%s}},"default":"on"%s}`, name, strings.Join(profile, ","), more[name])
	}
	dayOf := func(name string) int {
		if name == "small" {
			return 1
		}
		return 0
	}
	return `{"name":"production","region":"sa-east-1","nodegroups":{"small":{"minSize":0,"maxSize":5},"big":{"minSize":0,"maxSize":5},"gpu":{"minSize":0,"maxSize":5}},"schedules":[` +
		of("day", day, dayOf) + "," + of("batch", batch, func(string) int { return 2 }) + "]}"
}

// scheduled returns a world in which small and big are under day, and gpu is under batch.
func scheduled(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.spec = schedules([]string{"small", "big"}, []string{"gpu"}, nil)
	for _, name := range []string{"small", "big", "gpu"} {
		w.groups[name] = active(5, 0)
	}
	return w
}

// of returns the task of a run for one of the cluster's units.
func (w *world) of(unit, name string) run.UnitTask {
	task := w.run(name)
	task.Unit = unit
	return task
}

// recordOf returns the record of one of the cluster's units.
func (w *world) recordOf(unit string) claim.Unit {
	w.t.Helper()
	u, err := w.Unit(w.t.Context(), unit)
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

// announce announces a call of a unit's run.
func (w *world) announce(task run.UnitTask, nodegroup string, desired int32, e tables.Effect) claim.Intent {
	w.t.Helper()
	i := claim.Intent{
		Nodegroup: nodegroup, Order: task.Run.Order(), Round: task.Round,
		Sizes: scaling.Sizes{MaxSize: 5, DesiredSize: desired}, Expires: w.now.Add(40 * time.Second),
	}
	if _, err := w.Announce(w.t.Context(), task.Unit, nodegroup+"-1", i, w.now, e); err != nil {
		w.t.Fatal(err)
	}
	return i
}

func TestTheUnitsOfAClusterAreDecidedOnTheirOwn(t *testing.T) {
	t.Parallel()
	w := scheduled(t)
	day, batch := w.next(w.of(dayUnit, "both")), w.next(w.of(batchUnit, "both"))
	if described(day) != "scale small" || described(batch) != "scale gpu" {
		t.Fatalf("day: %s, batch: %s; want small and gpu", described(day), described(batch))
	}
	if day = w.next(w.scaled(day, run.Failed)); described(day) != "failed" {
		t.Errorf("day: %s; want it failed", described(day))
	}
	if batch = w.next(w.scaled(batch, run.Succeeded)); described(batch) != "succeeded" || w.recordOf(batchUnit).Marks["gpu"].Profile != "on" {
		t.Errorf("batch: %s, marks %v; want it succeeded and gpu marked", described(batch), w.recordOf(batchUnit).Marks)
	}
	for _, name := range []string{dayUnit, batchUnit} {
		if u := w.recordOf(name); u.Claim.EndedAt.IsZero() {
			t.Errorf("%s: found the claim %+v; want it ended", name, u.Claim)
		}
	}
}

// A second unit claims between the first one's reading and its claim.
func TestTwoUnitsClaimAtTheSameTime(t *testing.T) {
	t.Parallel()
	w := scheduled(t)
	w.beforeClaim = func() { w.next(w.of(batchUnit, "batch run")) }
	if task := w.next(w.of(dayUnit, "day run")); described(task) != "scale small" {
		t.Errorf("%s; want small", described(task))
	}
	u := w.recordOf(dayUnit)
	if u.Orders["small"].Run() != "day run" || u.Orders["gpu"].Run() != "batch run" || w.recordOf(batchUnit).Claim.Order.Run() != "batch run" {
		t.Errorf("orders %v, claim of batch %+v; want both claimed", u.Orders, w.recordOf(batchUnit).Claim)
	}
}

// A node group moves while a call of a run under the old schedule is on its way: the new unit waits for it, although it is in sync.
func TestANodegroupThatMovedIsWaitedFor(t *testing.T) {
	t.Parallel()
	for rule, sameRun := range map[string]bool{"an older run's call": false, "a call of the same run": true} {
		w := scheduled(t)
		w.groups["big"], w.groups["gpu"] = active(5, 2), active(5, 2)
		w.next(w.of(batchUnit, "marks gpu"))
		older := w.next(w.of(dayUnit, "older"))
		intent := w.announce(older, "big", 0, tables.Effect{Unmarks: true})
		w.spec = schedules([]string{"small"}, []string{"gpu", "big"}, nil)
		w.now = w.now.Add(time.Second)
		newer := w.of(batchUnit, "newer")
		if sameRun {
			newer = w.of(batchUnit, "older")
			newer.Run = older.Run
		}
		newer = w.next(newer)
		if got := described(newer); got != "wait for older" || newer.DelaySeconds != 45 {
			t.Fatalf("%s: %s for %d s; want 45: until the call can no longer arrive", rule, got, newer.DelaySeconds)
		}
		if err := w.Clear(t.Context(), dayUnit, "big-1", intent, "u"); err != nil {
			t.Fatal(err)
		}
		w.groups["big"], w.updates["u"] = active(5, 0), nodegroups.Successful
		if newer = w.next(newer); described(newer) != "scale big" || newer.Wave.Decisions[0].After.DesiredSize != 2 {
			t.Errorf("%s: %s; want big raised after the call", rule, described(newer))
		}
		if newer = w.next(w.scaled(newer, run.Succeeded)); described(newer) != "succeeded" || w.recordOf(batchUnit).Marks["big"].Goal.Wanted() != 2 {
			t.Errorf("%s: %s, marks %v; want big marked with batch's size", rule, described(newer), w.recordOf(batchUnit).Marks)
		}
	}
}

// Nothing is left to do for batch, but a call under day may still change that.
func TestAnAnnouncedCallToAnotherGoalIsSomethingToDo(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		desired int32
		want    string
	}{"to another goal": {0, "wait for older"}, "to the same goal": {2, "succeeded"}} {
		w := scheduled(t)
		w.spec = schedules([]string{"small"}, []string{"gpu", "big"}, nil)
		w.groups["big"], w.groups["gpu"] = active(5, 2), active(5, 2)
		w.next(w.of(batchUnit, "marks both"))
		w.spec = schedules([]string{"small", "big"}, []string{"gpu"}, nil)
		w.now = w.now.Add(time.Minute)
		older := w.next(w.of(dayUnit, "older"))
		w.announce(older, "big", row.desired, tables.Effect{})
		w.spec = schedules([]string{"small"}, []string{"gpu", "big"}, nil)
		w.now = w.now.Add(time.Second)
		if task := w.next(w.of(batchUnit, "newer")); described(task) != row.want {
			t.Errorf("%s: %s; want %s", rule, described(task), row.want)
		}
	}
}

// In the form with named schedules a node group has the mark of the short form: what people changed since is left alone.
func TestANodegroupKeepsItsMark(t *testing.T) {
	t.Parallel()
	short := `"profiles":{"sleep":{"small":1,"big":0},"normal":{"small":0,"big":1}},"default":"normal",
"periods":[{"name":"night","profile":"sleep","from":"01:00","to":"06:30"}]}]`
	named := `{"name":"production","region":"sa-east-1","nodegroups":{"small":{"minSize":0,"maxSize":1},"big":{"minSize":0,"maxSize":5}},
"enforce":"transition","schedules":[{"name":"day",` + short + "}"
	for _, form := range []struct{ from, to, unit, toUnit string }{{production, named, unit, dayUnit}, {named, production, dayUnit, unit}} {
		w := newWorld(t)
		w.spec = form.from
		task := w.next(w.of(form.unit, "night"))
		for task.Next == run.NextScale {
			task = w.next(w.scaled(task, run.Succeeded))
		}
		if described(task) != "succeeded" {
			t.Fatalf("%s: %s", form.unit, described(task))
		}
		w.spec, w.groups["big"] = form.to, active(5, 3)
		w.now = w.now.Add(time.Hour)
		if task = w.next(w.of(form.toUnit, "later")); described(task) != "succeeded" || len(w.recordOf(form.toUnit).Marks) != 2 {
			t.Errorf("from %s to %s: %s, marks %v; want big left as people changed it", form.unit, form.toUnit, described(task), w.recordOf(form.toUnit).Marks)
		}
	}
}

// Under batch, a raise that nobody saw arrive under day is not settled: small is requested again although EKS shows the sizes.
func TestARaiseThatNobodySawArriveMovesToo(t *testing.T) {
	t.Parallel()
	w := scheduled(t)
	w.groups["gpu"] = active(5, 2)
	raising := w.next(w.of(dayUnit, "older"))
	intent := w.announce(raising, "small", 2, tables.Effect{Raises: true})
	if err := w.Clear(t.Context(), dayUnit, "small-1", intent, "u"); err != nil {
		t.Fatal(err)
	}
	w.updates["u"], w.groups["small"] = nodegroups.Failed, active(5, 2)
	w.spec = schedules([]string{"big"}, []string{"gpu", "small"}, nil)
	w.now = w.now.Add(time.Second)
	task := w.next(w.of(batchUnit, "newer"))
	if _, raised := w.recordOf(batchUnit).Raised["small"]; described(task) != "scale small" || !raised {
		t.Errorf("%s, raised %v; want small requested again", described(task), w.recordOf(batchUnit).Raised)
	}
}

// The older run still has the claim of day, and continues there without the node group that a newer run has claimed under batch.
func TestAnOlderRunLosesOnlyTheNodegroupThatMoved(t *testing.T) {
	t.Parallel()
	w := scheduled(t)
	w.groups["small"], w.groups["big"] = active(5, 0), active(5, 3)
	older := w.next(w.of(dayUnit, "older"))
	w.spec = schedules([]string{"small"}, []string{"gpu", "big"}, nil)
	w.now = w.now.Add(time.Second)
	w.next(w.of(batchUnit, "newer"))
	i := claim.Intent{Nodegroup: "big", Order: older.Run.Order(), Round: 1, Expires: w.now.Add(time.Minute)}
	if _, err := w.Announce(t.Context(), dayUnit, "big-1", i, w.now, tables.Effect{}); err == nil {
		t.Error("the older run has announced a call for big, which has moved")
	}
	older = w.next(w.scaled(older, run.Succeeded))
	if u := w.recordOf(dayUnit); described(older) != "succeeded" || slices.Contains(u.Claim.Unfinished, "big") || u.Orders["big"].Run() != "newer" {
		t.Errorf("%s, claim %+v, orders %v; want day ended, and big left to the newer run", described(older), u.Claim, u.Orders)
	}
	if u := w.recordOf(batchUnit); !u.Claim.EndedAt.IsZero() {
		t.Errorf("batch: found the claim %+v; want the newer run's alive", u.Claim)
	}
}

// The change of a node group fails, and then the node group moves: its unit still fails, and says why.
func TestTheChangeOfANodegroupThatMovedIsNotForgotten(t *testing.T) {
	t.Parallel()
	for _, outcome := range []run.Outcome{run.Failed, run.Succeeded} {
		w := scheduled(t)
		task := w.next(w.of(dayUnit, "night"))
		w.spec = schedules([]string{"big"}, []string{"gpu", "small"}, nil)
		task = w.next(w.scaled(task, outcome))
		has := slices.ContainsFunc(task.Decisions, func(d scaling.Decision) bool {
			return d.Nodegroup == "small" && d.Action == scaling.ScaleUp
		})
		if described(task) != string(outcome) || !has || len(task.Decisions) != 2 {
			t.Errorf("%s: %s, decisions %v; want the decision that changed small beside big's", outcome, described(task), task.Decisions)
		}
	}
}

// A run that a node group moves to while it holds the claim claims it before it scales it.
func TestANodegroupThatIsAddedDuringARunIsClaimed(t *testing.T) {
	t.Parallel()
	w := scheduled(t)
	task := w.next(w.of(batchUnit, "night"))
	w.spec = schedules([]string{"small"}, []string{"gpu", "big"}, nil)
	task = w.next(w.scaled(task, run.Succeeded))
	u := w.recordOf(batchUnit)
	if described(task) != "scale big" || u.Orders["big"] != task.Run.Order() || u.Under["big"] != "batch" || !slices.Contains(u.Claim.Unfinished, "big") {
		t.Fatalf("%s, orders %v, claim %+v; want big claimed, and then scaled", described(task), u.Orders, u.Claim)
	}
	w.announce(task, "big", 2, tables.Effect{})
}

// Another run claims the node group under another unit right before: the decision is made again, and leaves it to that run.
func TestANodegroupThatIsAddedCanBeTaken(t *testing.T) {
	t.Parallel()
	w := scheduled(t)
	task := w.next(w.of(batchUnit, "night"))
	w.spec = schedules([]string{"small"}, []string{"gpu", "big"}, nil)
	w.beforeClaim = func() {
		newer := claim.NewOrder(w.now.Add(time.Second), "newer")
		c := claim.Claim{Order: newer, RenewedAt: w.now, Unfinished: []string{"big"}}
		if _, err := w.Logs.Claim(t.Context(), w.recordOf(dayUnit), c, []string{"big"}); err != nil {
			t.Fatal(err)
		}
	}
	if task = w.next(w.scaled(task, run.Succeeded)); described(task) != "overtaken by newer" || w.recordOf(batchUnit).Orders["big"].Run() != "newer" {
		t.Errorf("%s, orders %v; want big left to the newer run", described(task), w.recordOf(batchUnit).Orders)
	}
}

// A run works on both units. Day reads the configuration, people move big to batch, batch claims it and raises it, and day reads the
// record: it takes nothing back, and marks nothing.
func TestANodegroupIsNotTakenBackByAnOlderConfiguration(t *testing.T) {
	t.Parallel()
	for rule, later := range map[string]time.Duration{"from the same run": 0, "from a newer run": time.Second} {
		w := scheduled(t)
		w.groups["small"], w.groups["gpu"] = active(5, 1), active(5, 2)
		task := w.next(w.of(dayUnit, "night"))
		w.now = w.now.Add(time.Second)
		batch := w.of(batchUnit, "night")
		batch.Run.TakenAt = task.Run.TakenAt.Add(later)
		w.beforeRead = func() {
			w.spec = schedules([]string{"small"}, []string{"gpu", "big"}, nil)
			if batch = w.next(batch); described(batch) != "scale big" {
				t.Fatalf("%s: batch: %s; want big scaled", rule, described(batch))
			}
			w.announce(batch, "big", 2, tables.Effect{Raises: true, Unmarks: true})
			w.groups["big"] = active(5, 2)
		}
		task = w.next(task)
		u := w.recordOf(batchUnit)
		if _, marked := u.Marks["big"]; described(task) != "succeeded" || marked || u.Under["big"] != "batch" {
			t.Errorf("%s: %s, big under %q, marks %v; want big left to batch", rule, described(task), u.Under["big"], u.Marks)
		}
	}
}

func TestWhatIsNotScheduledAnyMoreIsSkipped(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct{ spec, notice string }{
		"it is renamed":  {strings.Replace(schedules([]string{"small", "big"}, []string{"gpu"}, nil), `"day"`, `"daily"`, 1), "it is no longer configured"},
		"the short form": {production, "it is no longer configured"},
		"it is paused":   {schedules([]string{"small", "big"}, []string{"gpu"}, map[string]string{"day": `,"paused":true`}), "the schedule is paused"},
	} {
		w := scheduled(t)
		task, other := w.next(w.of(dayUnit, "night")), w.next(w.of(batchUnit, "night"))
		w.spec = row.spec
		task = w.next(w.scaled(task, run.Succeeded))
		if got := described(task); got != "skipped" || task.Notice != row.notice || w.recordOf(dayUnit).Claim.EndedAt.IsZero() {
			t.Errorf("%s: %s, %q, claim %+v; want it skipped and the claim ended", rule, got, task.Notice, w.recordOf(dayUnit).Claim)
		}
		if rule == "the short form" {
			continue
		}
		if other = w.next(w.scaled(other, run.Succeeded)); described(other) != "succeeded" {
			t.Errorf("%s: batch: %s, %q; want it to continue", rule, described(other), other.Notice)
		}
	}
}

func TestAnInvalidOverrideFailsItsScheduleAlone(t *testing.T) {
	t.Parallel()
	w := scheduled(t)
	w.overrides = []inventory.Item{{
		Kind: inventory.KindOverride, Name: "wrong", Cluster: unit,
		Spec: json.RawMessage(`{"name":"wrong","cluster":"production","schedule":"day","profile":"no such profile",
"from":"2026-11-24T00:00:00Z","until":"2026-11-25T00:00:00Z","reason":"test","createdBy":"ana","createdAt":"2026-11-24T00:00:00Z"}`),
	}}
	if task, err := w.decide(w.of(dayUnit, "night")); err == nil || step.Classify(err) != run.ConfigInvalidError {
		t.Errorf("day: %s, %v; want %s", described(task), err, run.ConfigInvalidError)
	}
	if task := w.next(w.of(batchUnit, "night")); described(task) != "scale gpu" {
		t.Errorf("batch: %s; want gpu scaled", described(task))
	}
}
