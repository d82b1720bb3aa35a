package decide

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
)

func TestNothingToDoClaimsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for task := w.next(w.run("night")); task.Next == run.NextScale; {
		task = w.next(w.scaled(task, run.Succeeded))
	}
	before := w.record()
	w.now = w.now.Add(time.Hour)
	task := w.next(w.run("idle"))
	if got := described(task); got != "succeeded" || slices.Contains(w.calls, "claim") || w.looks() != 2 {
		t.Errorf("%s, calls %v; want it ended after one look", got, w.calls)
	}
	if diff := cmp.Diff(before, w.record()); diff != "" {
		t.Errorf("the unit's item has changed (-want +got):\n%s", diff)
	}
}

func TestAMissingMarkIsSomethingToDo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.groups["small"], w.groups["big"] = active(1, 1), active(5, 0)
	task := w.next(w.run("late"))
	if got := described(task); got != "succeeded" || len(w.record().Marks) != 2 || !slices.Contains(w.calls, "claim") {
		t.Errorf("%s, marks %v, calls %v; want both marked under a claim", got, w.record().Marks, w.calls)
	}
}

func TestADryRunNeverClaims(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	run := w.run("dry")
	run.Run.DryRun = true
	task := w.next(run)
	if got := described(task); got != "planned" || w.record().Claim != nil {
		t.Errorf("%s, claim %+v; want it planned without one", got, w.record().Claim)
	}
	if diff := cmp.Diff([][]string{{"small"}, {"big"}}, task.Expected); diff != "" {
		t.Errorf("expected waves (-want +got):\n%s", diff)
	}
}

func TestWhatIsPausedIsSkipped(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		set    func(*world)
		notice string
	}{
		"in the settings": {func(w *world) { w.settings = `{"paused":true,"timezone":"UTC"}` }, "scaling is paused"},
		"in the cluster":  {func(w *world) { w.spec = `{"paused":true,` + w.spec[1:] }, "the cluster is paused"},
		"removed":         {func(w *world) { w.configured = false }, "it is no longer configured"},
		"of another hub":  {func(w *world) { w.region = "eu-west-1" }, "it is in sa-east-1, and the hub of that region scales it"},
	} {
		w := newWorld(t)
		task := w.next(w.run("night"))
		row.set(w)
		task = w.next(w.scaled(task, run.Succeeded))
		if got := described(task); got != "skipped" || task.Notice != row.notice || w.record().Claim.EndedAt.IsZero() {
			t.Errorf("%s, after the first wave: %s, %q, claim %+v; want it skipped and the claim ended", rule, got, task.Notice, w.record().Claim)
		}
		w = newWorld(t)
		row.set(w)
		if task := w.next(w.run("night")); task.Outcome != run.Skipped || w.looks() > 0 || w.record().Claim != nil {
			t.Errorf("%s, from the start: %s, calls %v; want it skipped without a look", rule, described(task), w.calls)
		}
	}
}

func TestAnInvalidConfigurationFailsTheUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spec = `{"name":"production"}`
	if _, err := w.decide(w.run("night")); err == nil || step.Classify(err) != run.ConfigInvalidError {
		t.Errorf("found %v; want %s", err, run.ConfigInvalidError)
	}
}

func TestAnItemThatCannotBeReadStopsTheUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	text := func(s string) dynamodbtypes.AttributeValue { return &dynamodbtypes.AttributeValueMemberS{Value: s} }
	_, err := w.db.PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String("logs"), Item: map[string]dynamodbtypes.AttributeValue{"subject": text(unit), "at": text("unit"), "claim": text("nonsense")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.decide(w.run("night")); err == nil || step.Classify(err) != run.UnitInvalidError || w.looks() > 0 {
		t.Errorf("found %v and the calls %v; want %s", err, w.calls, run.UnitInvalidError)
	}
}

// A decision is made for its own instant, no earlier than its trigger was due.
func TestARoundDecidesForItsInstant(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		rule    string
		now     time.Time
		due, at time.Time
		want    string
	}{
		{"now", early, time.Time{}, time.Time{}, "sleep"},
		{"before the transition", night.Add(-time.Minute), time.Time{}, time.Time{}, "normal"},
		{"the clock is behind the trigger", night.Add(-300 * time.Millisecond), night, time.Time{}, "sleep"},
		{"the trigger is late", early, night.Add(-time.Hour), time.Time{}, "sleep"},
		{"the instant that was asked for", early, time.Time{}, night.Add(-time.Hour), "normal"},
	} {
		w := newWorld(t)
		w.now = row.now
		run := w.run("run")
		run.Run.Due, run.Run.At = row.due, row.at
		if task := w.next(run); task.Wanted.Profile != row.want {
			t.Errorf("%s: %s; want %s", row.rule, task.Wanted.Profile, row.want)
		}
	}
}

// A call right before a transition would take effect after its decision has expired.
func TestRightBeforeATransitionTheRunWaitsForIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.now = night.Add(-20 * time.Second)
	w.groups["big"] = active(5, 0)
	task := w.next(w.run("evening"))
	if got := described(task); got != "wait" || task.DelaySeconds != 21 {
		t.Fatalf("%s of %d s; want it to wait until a second after the transition", got, task.DelaySeconds)
	}
	w.now = night.Add(time.Second)
	if task = w.next(task); described(task) != "scale small" {
		t.Errorf("%s; want the decision for the night", described(task))
	}
	w = newWorld(t)
	w.now = night.Add(-25 * time.Second)
	w.groups["big"] = active(5, 0)
	if task := w.next(w.run("evening")); described(task) != "scale big" {
		t.Errorf("with time left for the call: %s; want it scaled", described(task))
	}
}

func TestThreeWavesWithoutAnArrivalEndTheUnit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.next(w.run("night"))
	for range 2 {
		if task = w.next(w.scaled(task, run.Returned)); described(task) != "scale small" {
			t.Fatalf("%s after %d waves; want it tried again", described(task), task.Idle)
		}
	}
	task = w.next(w.scaled(task, run.Returned))
	if got := described(task); got != "failed NoProgressError" || w.record().Claim.EndedAt.IsZero() {
		t.Errorf("%s, claim %+v; want it red and the claim ended", got, w.record().Claim)
	}
	const want = "unit production: no node group has arrived in 3 waves in a row; still to change: big, small"
	if task.Error == nil || task.Error.Cause != want || len(task.Done) > 0 {
		t.Errorf("found %+v and the results %v; want %q and none", task.Error, task.Done, want)
	}
}

func TestAnArrivalStartsTheCountAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.next(w.run("night"))
	for range 2 {
		task = w.next(w.scaled(task, run.Returned))
	}
	task = w.next(w.scaled(task, run.Succeeded))
	if described(task) != "scale big" || task.Idle != 0 {
		t.Errorf("%s, %d waves without an arrival; want big, and none", described(task), task.Idle)
	}
}

func TestAFailedRaiseIsNotRepeatedAndHoldsTheScaleDownBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.next(w.scaled(w.next(w.run("night")), run.Failed))
	if described(task) != "scale big" {
		t.Fatalf("%s; want the scale-down tried, so that it fails as held back", described(task))
	}
	if diff := cmp.Diff([]string{"small has 0 of 1 nodes"}, task.Wave.Decisions[0].HeldBack); diff != "" {
		t.Errorf("held back by (-want +got):\n%s", diff)
	}
	task = w.next(w.scaled(task, run.Failed))
	if described(task) != "failed" || len(w.record().Marks) > 0 {
		t.Errorf("%s, marks %v; want it red and nothing marked", described(task), w.record().Marks)
	}
}

// A goal reached earlier in the run does not count for a newer goal.
func TestAnOverrideDuringARunIsHeeded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := w.next(w.run("night"))
	task = w.scaled(task, run.Succeeded)
	w.spec = `{"name":"production","region":"sa-east-1","nodegroups":{"small":{"minSize":0,"maxSize":4},"big":{"minSize":0,"maxSize":5}},
"profiles":{"sleep":{"small":3,"big":0},"normal":{"small":0,"big":1}},"schedule":{"default":"normal","periods":[{"name":"night","profile":"sleep","from":"01:00","to":"06:30"}]}}`
	task = w.next(task)
	if mark, marked := w.record().Marks["small"]; described(task) != "scale small" || marked {
		t.Errorf("%s, marked with %+v; want small raised to its new size, and not marked before", described(task), mark)
	}
}

func TestTheClaimMayChangeHandsAFewTimes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.beforeClaim = func() {
		c := claim.Claim{Order: "2026-11-24T00:59:00.000Z#older", RenewedAt: w.now, Unfinished: []string{"big"}}
		if _, err := w.Logs.Claim(t.Context(), claim.Unit{Name: unit}, c, []string{"big"}); err != nil {
			t.Fatal(err)
		}
	}
	if task := w.next(w.run("night")); described(task) != "scale small" || w.record().Claim.Order != task.Run.Order() {
		t.Errorf("%s, claim %+v; want it decided again, and claimed", described(task), w.record().Claim)
	}
}

func TestANodegroupThatGivesNoAnswerIsAskedAgainByARetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.unread["big"] = errors.New("no answer")
	if _, err := w.decide(w.run("night")); err == nil || w.record().Claim != nil {
		t.Errorf("found %v, claim %+v; want the error, and nothing claimed", err, w.record().Claim)
	}
}
