package decide

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/limits"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// stepped is a unit that goes up in steps at 01:00: big from 1 to 12, then small down to 0.
const stepped = `{"name":"production","region":"sa-east-1","nodegroups":{"small":{"minSize":0,"maxSize":9},"big":{"minSize":0,"maxSize":30}},
"rampUp":{"nodes":5,"every":"2m"},"enforce":"transition",
"profiles":{"up":{"small":0,"big":12},"rest":{"small":1,"big":1}},
"schedule":{"default":"rest","periods":[{"name":"stepped","profile":"up","from":"01:00","to":"06:30"}]}}`

func newMorning(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.spec = stepped
	w.groups = map[string]nodegroups.State{"small": active(9, 1), "big": active(30, 1)}
	return w
}

// after lets time pass.
func (w *world) after(d time.Duration) *world {
	w.now = w.now.Add(d)
	return w
}

// sizesOf describes the wave, such as "big 1->6".
func sizesOf(task run.UnitTask) string {
	if task.Next != run.NextScale {
		return described(task)
	}
	var changes []string
	for _, d := range task.Wave.Decisions {
		changes = append(changes, fmt.Sprintf("%s %d->%d", d.Nodegroup, d.Before.DesiredSize, d.After.DesiredSize))
	}
	return strings.Join(changes, ", ")
}

// wants checks what comes next.
func wants(t *testing.T, task run.UnitTask, want string) {
	t.Helper()
	if got := sizesOf(task); got != want {
		t.Fatalf("round %d: %s; want %s", task.Round, got, want)
	}
}

func TestAScaleUpGoesInSteps(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	task := w.next(w.run("stepped"))
	wants(t, task, "big 1->6")
	if c := w.record().Claim; *c.Goals["big"].DesiredSize != 12 || len(c.Unfinished) != 2 {
		t.Errorf("found the claim %+v; want both unfinished, and the whole goal", c)
	}
	task = w.after(30 * time.Second).next(w.scaled(task, run.Succeeded))
	if got := described(task); got != "wait" || task.DelaySeconds != 90 || !task.NextStepAt.Equal(early.Add(2*time.Minute)) {
		t.Fatalf("%s of %d s until %s; want the rest of 2 minutes", got, task.DelaySeconds, task.NextStepAt)
	}
	if got := w.record(); len(got.Marks) > 0 || !got.Claim.RenewedAt.Equal(w.now) {
		t.Errorf("found the marks %v and the claim renewed at %s; want none, and now", got.Marks, got.Claim.RenewedAt)
	}
	task = w.after(90 * time.Second).next(task)
	wants(t, task, "big 6->11")
	if !task.NextStepAt.IsZero() {
		t.Error("it still waits for the step that it begins")
	}
	// A step that takes longer than 2 minutes is followed at once.
	task = w.after(7 * time.Minute).next(w.scaled(task, run.Succeeded))
	wants(t, task, "big 11->12")
	// The scale-down is no step.
	task = w.after(10 * time.Second).next(w.scaled(task, run.Succeeded))
	wants(t, task, "small 1->0")
	if mark := w.record().Marks["big"]; mark.Goal.Wanted() != 12 {
		t.Errorf("found the mark %+v; want the whole goal", mark)
	}
	task = w.next(w.scaled(task, run.Succeeded))
	wants(t, task, "succeeded")
	if got := fmt.Sprint(len(task.Done), task.Done[0].Before.DesiredSize, task.Done[0].After.DesiredSize, task.Steps); got != "2 1 12 3" {
		t.Errorf("found %d steps and the results %+v; want one of each node group, big's from 1 to 12", task.Steps, task.Done)
	}
}

func TestALongWaitRenewsTheClaim(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	w.spec = strings.Replace(stepped, `"every":"2m"`, `"every":"5m"`, 1)
	task := w.next(w.run("stepped"))
	task = w.scaled(task, run.Succeeded)
	for _, want := range []int{120, 120, 60} {
		if task = w.next(task); described(task) != "wait" || task.DelaySeconds != want || !w.record().Claim.RenewedAt.Equal(w.now) {
			t.Fatalf("%s of %d s, renewed at %s; want %d s, renewed now", described(task), task.DelaySeconds, w.record().Claim.RenewedAt, want)
		}
		w.after(time.Duration(want) * time.Second)
	}
	wants(t, w.next(task), "big 6->11")
}

func TestADryRunShowsTheFirstStep(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	asked := w.run("dry")
	asked.Run.DryRun = true
	task := w.next(asked)
	if diff := cmp.Diff([][]string{{"big"}, {"small"}}, task.Expected); diff != "" {
		t.Errorf("expected waves (-want +got):\n%s", diff)
	}
	if d := task.Decisions[0]; d.After.DesiredSize != 6 || d.Goal.Wanted() != 12 || !strings.HasSuffix(d.Reason, "; toward 12 (0..30) in steps of 5 nodes every 2m") {
		t.Errorf("found %+v; want 1 -> 6, the goal 12 and the steps", d)
	}
}

// TestAStepThatWasGivenBackDidNotBegin: the next one need not wait for it.
func TestAStepThatWasGivenBackDidNotBegin(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	task := w.next(w.run("stepped"))
	w.groups["big"] = active(30, 3) // somebody was faster
	task = w.after(time.Second).next(w.scaled(task, run.Returned))
	wants(t, task, "big 3->8")
	if task.Steps != 1 || len(task.Done) > 0 {
		t.Errorf("found %d steps and the results %v; want one, and none", task.Steps, task.Done)
	}
}

func TestAStepBeginsWhereOthersLeftTheNodegroup(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		to   int32
		want string
	}{
		"higher":         {9, "big 9->12"},
		"lower":          {2, "big 2->7"},
		"over the goal":  {20, "big 20->12, small 1->0"},
		"at the goal":    {12, "small 1->0"},
		"where it stood": {6, "big 6->11"},
	} {
		w := newMorning(t)
		task := w.scaled(w.next(w.run("stepped")), run.Succeeded)
		w.groups["big"] = active(30, row.to)
		if got := sizesOf(w.after(3 * time.Minute).next(task)); got != row.want {
			t.Errorf("%s: %s; want %s", rule, got, row.want)
		}
	}
}

// TestAFailedStepEndsTheScaleUp for this run. It leaves no mark, so that the next run goes on from there.
func TestAFailedStepEndsTheScaleUp(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	task := w.scaled(w.next(w.run("stepped")), run.Succeeded)
	task = w.after(2 * time.Minute).next(task)
	wants(t, task, "big 6->11")
	task = w.next(w.scaled(task, run.Failed))
	wants(t, task, "small 1->0")
	if diff := cmp.Diff([]string{"big has 6 of 12 nodes"}, task.Wave.Decisions[0].HeldBack); diff != "" {
		t.Errorf("held back by (-want +got):\n%s", diff)
	}
	task = w.next(w.scaled(task, run.Failed))
	wants(t, task, "failed")
	if got := task.Done[0]; got.Outcome != run.Failed || got.Before.DesiredSize != 1 || got.Error == nil || len(w.record().Marks) > 0 {
		t.Errorf("found %+v and the marks %v; want a failure from 1 on, and no mark", got, w.record().Marks)
	}
	wants(t, w.after(time.Minute).next(w.run("next")), "big 6->11")
}

func TestAnOvertakingRunWaitsForTheStepOfTheOther(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	first := w.next(w.run("first"))
	first = w.after(40 * time.Second).next(w.scaled(first, run.Succeeded))
	wants(t, first, "wait")
	w.after(10 * time.Second)
	second := w.next(w.run("second"))
	// The claim was renewed 10 seconds ago; the first run may have begun a step then.
	if got := described(second); got != "wait" || second.DelaySeconds != 110 {
		t.Fatalf("%s of %d s; want 2 minutes from the last sign of the first run", got, second.DelaySeconds)
	}
	if first = w.next(first); described(first) != "overtaken by second" {
		t.Errorf("%s; want the first run to end", described(first))
	}
	wants(t, w.after(110*time.Second).next(second), "big 6->11")
}

// TestAnOvertakingRunAwaitsTheStepInProgress before it begins one of its own, on any node group.
func TestAnOvertakingRunAwaitsTheStepInProgress(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	w.spec = strings.Replace(stepped, `"small":0,"big":12`, `"small":9,"big":12`, 1)
	first := w.next(w.run("first"))
	wants(t, first, "big 1->6")
	_, err := w.Announce(t.Context(), unit, "id", intentOf(first, w.now), w.now, raises)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Clear(t.Context(), unit, "id", intentOf(first, w.now), "update-1"); err != nil {
		t.Fatal(err)
	}
	busy := active(30, 1)
	busy.Status = nodegroups.Updating
	w.groups["big"], w.updates["update-1"] = busy, nodegroups.InProgress
	second := w.after(5 * time.Minute).next(w.run("second"))
	wants(t, second, "big 1->12") // which it only awaits
	if second.Wave.Decisions[0].Action != scaling.Await || second.Steps != 0 {
		t.Errorf("found %+v; want it awaited, and no step", second.Wave.Decisions)
	}
	// The update succeeds, and the steps go on.
	w.groups["big"], w.updates["update-1"] = active(30, 6), nodegroups.Successful
	wants(t, w.next(w.scaled(second, run.Returned)), "big 6->11")
}

// TestAnUnprovenStepIsRepeated by the next run before another one.
func TestAnUnprovenStepIsRepeated(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	first := w.next(w.run("first"))
	if _, err := w.Announce(t.Context(), unit, "id", intentOf(first, w.now), w.now, raises); err != nil {
		t.Fatal(err)
	}
	if err := w.Clear(t.Context(), unit, "id", intentOf(first, w.now), "update-1"); err != nil {
		t.Fatal(err)
	}
	w.groups["big"], w.updates["update-1"] = active(30, 6), nodegroups.Failed
	first = w.next(w.scaled(first, run.Failed))
	first = w.next(w.scaled(first, run.Failed))
	wants(t, first, "failed")
	w.groups["big"] = active(30, 6) // EKS reports the sizes that it failed to reach
	second := w.after(time.Minute).next(w.run("second"))
	wants(t, second, "big 6->6")
	if err := w.Clear(t.Context(), unit, "id", intentOf(second, w.now), "update-2"); err != nil {
		t.Fatal(err)
	}
	if err := w.Arrived(t.Context(), unit, second.Run.Order(), w.now, tables.Arrival{Nodegroup: "big", UpdateID: "update-2", Active: true}); err != nil {
		t.Fatal(err)
	}
	wants(t, w.after(2*time.Minute).next(w.scaled(second, run.Succeeded)), "big 6->11")
}

func TestARedriveGoesOnWithTheSteps(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	task := w.scaled(w.next(w.run("stepped")), run.Succeeded)
	w.settings = "{" // the configuration is broken for a while
	if _, err := w.after(time.Minute).decide(task); err == nil {
		t.Fatal("found no error")
	}
	w.settings = `{"paused":false,"timezone":"UTC"}`
	again := w.next(task) // with the same input
	if described(again) != "wait" || again.DelaySeconds != 60 {
		t.Fatalf("%s of %d s; want the rest of the 2 minutes", described(again), again.DelaySeconds)
	}
	wants(t, w.after(2*time.Hour).next(again), "big 6->11")
}

// TestTheConfigurationMayChangeBetweenSteps: each step follows the newest one.
func TestTheConfigurationMayChangeBetweenSteps(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct{ old, text, want string }{
		"no steps any more":      {`"rampUp":{"nodes":5,"every":"2m"},`, ``, "big 6->12"},
		"larger ones":            {`"nodes":5`, `"nodes":6`, "big 6->12"},
		"a goal that is reached": {`"big":12`, `"big":6`, "small 1->0"},
		"a higher goal":          {`"big":12`, `"big":30`, "big 6->11"},
		"a lower goal":           {`"big":12`, `"big":4`, "big 6->4, small 1->0"},
		"rarer ones":             {`"every":"2m"`, `"every":"10m"`, "wait"},
	} {
		w := newMorning(t)
		task := w.scaled(w.next(w.run("stepped")), run.Succeeded)
		w.spec = strings.Replace(stepped, row.old, row.text, 1)
		if got := sizesOf(w.after(2 * time.Minute).next(task)); got != row.want {
			t.Errorf("%s: %s; want %s", rule, got, row.want)
		}
	}
}

// TestStepsThatLeadNowhereEnd, as when an autoscaler takes the nodes away while the run waits.
func TestStepsThatLeadNowhereEnd(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	task := w.next(w.run("stepped"))
	steps := 0
	for ; task.Next != run.NextDone && steps < 100; steps++ {
		task = w.scaled(task, run.Succeeded)
		w.groups["big"] = active(30, 1)
		task = w.after(2 * time.Minute).next(task)
	}
	const want = "unit production: 6 steps have not led to the desired sizes, as something else lowers them in between; still to change: big, small"
	if described(task) != "failed NoProgressError" || task.Error.Cause != want || w.record().Claim.EndedAt.IsZero() {
		t.Errorf("after %d steps: %s, %+v; want %q and the claim ended", steps, described(task), task.Error, want)
	}
}

// TestTheStateDoesNotGrowWithTheSteps beyond what is computed when the configuration is checked.
func TestTheStateDoesNotGrowWithTheSteps(t *testing.T) {
	t.Parallel()
	w := newMorning(t)
	w.spec = strings.NewReplacer(`"nodes":5`, `"nodes":1`, `"big":12`, `"big":30`).Replace(stepped)
	cluster, err := config.ParseCluster([]byte(w.spec), config.Settings{Timezone: "UTC"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	most := limits.UnitBytes(cluster.Units()[0], early)
	task := w.next(w.run("00000000-0000-0000-0000-000000000000"))
	for ; task.Next != run.NextDone; task = w.next(task) {
		if task.Wave == nil {
			w.after(time.Duration(task.DelaySeconds) * time.Second)
			continue
		}
		task = w.scaled(task, run.Succeeded)
		if text, err := json.Marshal(task); err != nil || len(text) > most {
			t.Fatalf("after %d steps: %d bytes, %v; computed %d", task.Steps, len(text), err, most)
		}
	}
	if task.Outcome != run.Succeeded || task.Steps != 29 || task.Steps > limits.Steps(cluster.Units()[0]) {
		t.Errorf("%s after %d steps; want 29, from 1 to 30", described(task), task.Steps)
	}
}

// raises is the effect of a step's call.
var raises = tables.Effect{Raises: true}

// intentOf returns the intent of a wave's only change.
func intentOf(task run.UnitTask, now time.Time) claim.Intent {
	d := task.Wave.Decisions[0]
	return claim.Intent{Nodegroup: d.Nodegroup, Order: task.Run.Order(), Round: task.Round, Sizes: d.After, Expires: now.Add(time.Minute)}
}
