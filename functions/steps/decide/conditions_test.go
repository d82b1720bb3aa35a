package decide

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/signal"
)

// stormy is a unit that a signal raises between 06:00 and 22:00. The fields of its condition and of its period follow.
const stormy = `{"name":"production","region":"sa-east-1","nodegroups":{"web":{"minSize":0,"maxSize":12},"tools":{"minSize":0,"maxSize":3}},
"enforce":"transition","profiles":{"normal":{"web":3,"tools":1},"peak":{"web":10},"low":{"web":1}},
"schedule":{"default":"normal","periods":[{"name":"storm","profile":"%s","from":"06:00","to":"22:00","when":{"signal":"rain","above":20,"until":12%s}%s}]}}`

// newStorm returns a world at 10:00 in which the normal sizes are marked.
func newStorm(t *testing.T, profile, condition, period string) *world {
	t.Helper()
	w := newWorld(t)
	w.settings = `{"paused":false,"timezone":"UTC","signals":{"rain":{"parameter":"/rain","maxAge":"1h","otherwise":false}}}`
	w.spec = fmt.Sprintf(stormy, profile, condition, period)
	w.groups = map[string]nodegroups.State{"web": active(12, 3), "tools": active(3, 1)}
	w.now = time.Date(2026, 11, 24, 5, 0, 0, 0, time.UTC)
	w.whole(w.run("before"))
	w.now = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	return w
}

// rain is what a run reads now. An empty value is an error.
func (w *world) rain(value string) signal.Readings {
	if value == "" {
		return signal.Readings{"rain": {At: w.now, Error: "no such parameter"}}
	}
	return signal.Readings{"rain": {At: w.now, Value: value}}
}

// wet returns the task of a run that has read this.
func (w *world) wet(name, value string) run.UnitTask {
	task := w.run(name)
	task.Readings = w.rain(value)
	return task
}

// whole carries out a run to its end. Every call succeeds.
func (w *world) whole(task run.UnitTask) run.UnitTask {
	w.t.Helper()
	for range 10 {
		if task = w.next(task); task.Next == run.NextDone {
			return task
		}
		if task.Next == run.NextScale {
			task = w.scaled(task, run.Succeeded)
		} else {
			w.now = w.now.Add(time.Duration(task.DelaySeconds) * time.Second)
		}
	}
	w.t.Fatal("the run does not end")
	return task
}

// remembersAt describes the node group web with its mark, and what the unit remembers, such as "web 10 peak; on since 10:00".
func (w *world) remembersAt() string {
	record := w.record()
	mark := record.Marks["web"]
	text := fmt.Sprintf("web %d %s; ", w.groups["web"].Sizes.DesiredSize, mark.Profile)
	switch storm, known := record.Conditions["storm"]; {
	case !known:
		return text + "nothing"
	case storm.On:
		return text + "on since " + storm.Since.Format("15:04")
	case storm.Spent:
		return text + "spent since " + storm.Since.Format("15:04")
	default:
		return text + "off since " + storm.Since.Format("15:04")
	}
}

// Each row is a run at a time of day with what it reads, and what is true after it: the size, the mark's profile and the memory.
func TestRunsFollowASignal(t *testing.T) {
	type look struct{ at, value, want string }
	for _, test := range []struct {
		rule, profile, condition, period string
		looks                            []look
	}{
		{"off_and_on_and_off_and_on", "peak", "", "", []look{
			{"10:00", "5", "web 3 normal; off since 10:00"},
			{"10:15", "25", "web 10 peak; on since 10:15"},
			{"10:30", "25", "web 10 peak; on since 10:15"},
			{"10:45", "15", "web 10 peak; on since 10:15"}, // between the thresholds
			{"11:00", "12", "web 3 normal; off since 11:00"},
			{"11:15", "15", "web 3 normal; off since 11:00"},
			{"11:30", "21", "web 10 peak; on since 11:30"},
		}},
		{"hold_keeps_it_on", "peak", `,"hold":"30m"`, "", []look{
			{"10:00", "25", "web 10 peak; on since 10:00"},
			{"10:15", "0", "web 10 peak; on since 10:00"},
			{"10:30", "0", "web 3 normal; off since 10:30"},
		}},
		{"atMost_ends_it_until_it_was_false", "peak", `,"atMost":"1h"`, "", []look{
			{"10:00", "25", "web 10 peak; on since 10:00"},
			{"11:00", "25", "web 3 normal; spent since 11:00"},
			{"11:15", "25", "web 3 normal; spent since 11:00"},
			{"11:30", "0", "web 3 normal; off since 11:00"},
			{"11:45", "25", "web 10 peak; on since 11:45"},
		}},
		{"a_fault_ends_in_otherwise_once_the_value_is_too_old", "peak", "", "", []look{
			{"10:00", "25", "web 10 peak; on since 10:00"},
			{"10:30", "", "web 10 peak; on since 10:00"},
			{"11:00", "", "web 3 normal; off since 11:00"},
			{"11:15", "25", "web 10 peak; on since 11:15"},
		}},
		{"a_value_that_is_no_number_is_a_fault", "peak", "", "", []look{{"10:00", "much", "web 3 normal; off since 10:00"}}},
		{"nothing_is_lowered", "low", "", "", []look{{"10:00", "25", "web 3 normal; on since 10:00"}}},
		{"mayReduce_lowers", "low", "", `,"mayReduce":true`, []look{
			{"10:00", "25", "web 1 low; on since 10:00"},
			{"10:15", "0", "web 3 normal; off since 10:15"},
		}},
		{"the_window_ends_it_and_nothing_is_remembered", "peak", "", "", []look{
			{"21:45", "25", "web 10 peak; on since 21:45"},
			{"22:00", "25", "web 3 normal; nothing"},
			{"22:15", "25", "web 3 normal; nothing"},
		}},
		{"before_the_window_nothing_is_judged", "peak", "", "", []look{{"05:45", "25", "web 3 normal; nothing"}}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := newStorm(t, test.profile, test.condition, test.period)
			for i, look := range test.looks {
				w.now = at(w.now, look.at)
				task := w.whole(w.wet(fmt.Sprint("run-", i), look.value))
				if got := w.remembersAt(); got != look.want || task.Outcome != run.Succeeded {
					t.Fatalf("at %s with %q: %s, %s; want %s", look.at, look.value, got, task.Outcome, look.want)
				}
			}
		})
	}
}

// at is a time of the same day.
func at(day time.Time, clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	return day.Truncate(24 * time.Hour).Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute)
}

// A node group that the period does not raise keeps its mark, so that what a person set stays.
func TestAConditionLeavesOtherNodegroupsAlone(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	before := w.record().Marks["tools"]
	w.groups["tools"] = active(3, 2) // by a person
	for i, value := range []string{"25", "0", "25"} {
		w.whole(w.after(15*time.Minute).wet(fmt.Sprint("run-", i), value))
	}
	if got := w.groups["tools"].Sizes.DesiredSize; got != 2 {
		t.Errorf("tools has %d nodes; want 2, as a person set", got)
	}
	if diff := cmp.Diff(before, w.record().Marks["tools"]); diff != "" {
		t.Errorf("mark of tools (-before +after):\n%s", diff)
	}
}

// While the condition is on, what a person sets stays, as in any other period.
func TestAConditionIsAppliedOnce(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	w.whole(w.wet("first", "25"))
	w.groups["web"] = active(12, 8)
	w.whole(w.after(15*time.Minute).wet("second", "30"))
	if got := w.remembersAt(); got != "web 8 peak; on since 10:00" {
		t.Errorf("%s; want the 8 nodes that a person set", got)
	}
	w.whole(w.after(15*time.Minute).wet("third", "0"))
	w.whole(w.after(15*time.Minute).wet("fourth", "25"))
	if got := w.remembersAt(); got != "web 10 peak; on since 10:45" {
		t.Errorf("on again: %s; want 10 nodes", got)
	}
}

// A memory that changes is something to do, even where no node group changes; one that does not is nothing.
func TestAMemoryIsSomethingToDo(t *testing.T) {
	w := newStorm(t, "low", "", "")
	w.next(w.wet("first", "25"))
	if !slices.Contains(w.calls, "claim") || w.remembersAt() != "web 3 normal; on since 10:00" {
		t.Errorf("calls %v, %s; want the claim, and that it is on", w.calls, w.remembersAt())
	}
	task := w.run("second")
	task.Readings = w.rain("25") // the same reading: two runs at once
	w.next(task)
	if slices.Contains(w.calls, "claim") {
		t.Errorf("calls %v; want no claim, as nothing is new", w.calls)
	}
}

// Runs that are not for the present judge, but they change no memory.
func TestRunsForAnotherInstantRememberNothing(t *testing.T) {
	for rule, change := range map[string]func(*run.Run){
		"a dry run":                func(r *run.Run) { r.DryRun = true },
		"a run for now by its at":  func(r *run.Run) { r.At = r.TakenAt },
		"a dry run for an instant": func(r *run.Run) { r.At, r.DryRun = r.TakenAt, true },
	} {
		w := newStorm(t, "peak", "", "")
		task := w.wet("a", "25")
		change(&task.Run)
		got := w.next(task)
		if got.Wanted.Period != "storm" || len(got.Signals) != 1 || !got.Signals[0].On {
			t.Errorf("%s: period %q, signals %+v; want that storm is on", rule, got.Wanted.Period, got.Signals)
		}
		if found := w.record().Conditions; found != nil {
			t.Errorf("%s: remembers %v; want nothing", rule, found)
		}
	}
}

func TestAManualRunRemembers(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	task := w.wet("manual", "25")
	task.Run.Profile = "low"
	w.whole(task)
	if got := w.remembersAt(); got != "web 1 peak; on since 10:00" {
		t.Errorf("%s; want the size of the manual run, a mark of the schedule's activation, and the memory", got)
	}
	w.whole(w.after(15*time.Minute).wet("look", "25"))
	if got := w.groups["web"].Sizes.DesiredSize; got != 1 {
		t.Errorf("%d nodes after a look; want 1, as the manual run set, until the next transition", got)
	}
	w.whole(w.after(15*time.Minute).wet("look-2", "0"))
	if got := w.remembersAt(); got != "web 3 normal; off since 10:30" {
		t.Errorf("%s; want the normal size, as the condition's end is a transition", got)
	}
}

// All rounds of a run use the readings of its beginning. They get older, so that they may expire within the run.
func TestReadingsGetOlderWithinARun(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	w.spec = strings.Replace(w.spec, `"enforce":"transition"`, `"enforce":"always"`, 1) // no call removes marks here
	task := w.next(w.wet("slow", "25"))
	wants(t, task, "web 3->10")
	if want := w.now.Add(time.Hour); !task.GoodUntil.Equal(want) {
		t.Errorf("good until %s; want %s, when the reading is too old", task.GoodUntil, want)
	}
	task = w.scaled(task, run.Succeeded)
	w.now = w.now.Add(time.Hour)
	wants(t, w.next(task), "web 10->3")
}

// A decision holds no longer than until the edge of a window, and until atMost is over.
func TestGoodUntilFollowsConditions(t *testing.T) {
	for _, test := range []struct{ rule, condition, at, value, want string }{
		{"the_window_opens", "", "05:30", "0", "06:00"},
		{"the_window_closes", "", "21:30", "0", "22:00"},
		{"the_window_closes_while_on", "", "21:30", "25", "22:00"},
		{"atMost", `,"atMost":"20m"`, "10:00", "25", "10:20"},
		{"hold", `,"hold":"20m"`, "10:00", "25", "11:00"}, // the reading is too old
	} {
		t.Run(test.rule, func(t *testing.T) {
			w := newStorm(t, "peak", test.condition, "")
			w.now = at(w.now, test.at)
			if got := w.next(w.wet("a", test.value)).GoodUntil; !got.Equal(at(w.now, test.want)) {
				t.Errorf("good until %s; want %s", got.Format("15:04"), test.want)
			}
		})
	}
}

// The newer of two runs at once decides what is remembered. The older one comes too late, whatever it has read.
func TestTheNewerRunsMemoryWins(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	older := w.wet("older", "25")
	w.now = w.now.Add(time.Second)
	newer := w.wet("newer", "0")
	w.beforeClaim = func() { w.whole(newer) } // between the older one's look at the record and its claim
	got := w.whole(older)
	if found := w.remembersAt(); found != "web 3 normal; off since 10:00" || w.record().Conditions["storm"].Value != "0" {
		t.Errorf("%s with %+v; want the memory of the newer run", found, w.record().Conditions)
	}
	if got.Outcome != run.Overtaken || len(got.Done) > 0 {
		t.Errorf("the older run %s after %+v; want that it is overtaken before it changes anything", got.Outcome, got.Done)
	}
}

// The run before may record what it judged after this one has read the record, and before this one claims the unit. A value between two
// thresholds then keeps the condition on.
func TestAClaimJudgesFromWhatWasRecordedMeanwhile(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	older := w.claimed("older", -time.Minute)
	w.beforeClaim = func() {
		on := signal.Memory{On: true, Since: w.now.Add(-time.Second), Value: "25", At: w.now.Add(-time.Second), Signal: "rain"}
		round := tables.Round{Unfinished: []string{}, Conditions: map[string]signal.Memory{"storm": on}}
		if err := w.Logs.Decided(t.Context(), w.record(), older, w.now, round); err != nil {
			t.Fatal(err)
		}
	}
	w.whole(w.wet("newer", "15"))
	if got := w.remembersAt(); got != "web 10 peak; on since 09:59" {
		t.Errorf("%s; want it on, as the older run has turned it on", got)
	}
}

// A run with an older reading that claims the unit later does not take a newer reading back.
func TestAnOlderReadingNeverGoesBack(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	old := w.rain("25")
	w.whole(w.after(time.Minute).wet("first", "0"))
	task := w.after(time.Minute).run("slow-to-start")
	task.Readings = old
	w.whole(task)
	if got := w.remembersAt(); got != "web 3 normal; off since 10:01" {
		t.Errorf("%s; want it off, as the newer reading says", got)
	}
}

// A memory alone is no reason to wait for another run.
func TestAMemoryDoesNotWait(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	busy := w.wet("busy", "25")
	busy.Run.Nodegroups = []string{"web"}
	w.next(busy) // it has the claim, and web to change
	task := w.after(time.Second).wet("other", "25")
	task.Run.Nodegroups = []string{"tools"}
	if got := described(w.next(task)); got != "succeeded" {
		t.Errorf("the other run: %s; want succeeded, as it has nothing to change", got)
	}
}

// Two schedules have a period of one name. Each remembers its own condition.
func TestSchedulesRememberTheirOwnConditions(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	period := func(above int) string {
		return fmt.Sprintf(`,"periods":[{"name":"storm","profile":"on","from":"06:00","to":"22:00","when":{"signal":"rain","above":%d}}]`, above)
	}
	w.spec = schedules([]string{"small", "big"}, []string{"gpu"}, map[string]string{"day": period(20), "batch": period(30)})
	for _, name := range []string{"small", "big", "gpu"} {
		w.groups[name] = active(5, 0)
	}
	for _, unit := range []string{dayUnit, batchUnit, dayUnit} {
		task := w.of(unit, "look-"+strings.ReplaceAll(unit, ":", "-")+fmt.Sprint(w.now.Unix()))
		task.Readings = w.rain("25")
		w.whole(task)
		w.now = w.now.Add(time.Second)
	}
	for unit, want := range map[string]bool{dayUnit: true, batchUnit: false} {
		record, err := w.Unit(t.Context(), unit)
		if memory, known := record.Conditions["storm"]; err != nil || !known || memory.On != want {
			t.Errorf("%s remembers %+v, %v; want that storm is on: %t", unit, record.Conditions, err, want)
		}
	}
}

// What was remembered of a period that is gone, or has no condition any more, is removed.
func TestMemoriesOfFormerPeriodsAreRemoved(t *testing.T) {
	for rule, change := range map[string]func(string) string{
		"renamed": func(spec string) string { return strings.Replace(spec, "storm", "rainy", 1) },
		"without condition": func(spec string) string {
			return strings.Replace(spec, `,"when":{"signal":"rain","above":20,"until":12}`, "", 1)
		},
	} {
		w := newStorm(t, "peak", "", "")
		w.whole(w.wet("first", "25"))
		w.spec = change(w.spec)
		w.whole(w.after(time.Minute).wet("second", "25"))
		if _, known := w.record().Conditions["storm"]; known {
			t.Errorf("%s: remembers %+v; want nothing of storm", rule, w.record().Conditions)
		}
	}
}

// The state carries only the readings that the unit uses.
func TestOnlyUsedReadingsAreKept(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	task := w.wet("a", "25")
	task.Readings["other"] = signal.Reading{Value: "1", At: w.now}
	if diff := cmp.Diff(w.rain("25"), w.next(task).Readings); diff != "" {
		t.Errorf("readings (-want +got):\n%s", diff)
	}
	w.spec = production
	if got := w.next(w.wet("b", "25")); got.Readings != nil || got.Signals != nil {
		t.Errorf("a unit without conditions keeps %v and %v; want nothing", got.Readings, got.Signals)
	}
}

// Where the schedule leaves the size to an autoscaler, a conditional period raises it and never lowers it.
func TestAConditionDoesNotLowerWhatAnAutoscalerSet(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	w.spec = strings.Replace(w.spec, `"web":3`, `"web":{"minSize":3}`, 1)
	for desired, want := range map[int32]string{4: "web 4->10", 11: "succeeded"} {
		w.groups["web"] = nodegroups.State{Status: nodegroups.Active, Sizes: active(12, desired).Sizes}
		task := w.wet(fmt.Sprint("with-", desired), "25")
		task.Run.DryRun = true
		got := w.next(task)
		if want == "succeeded" && len(got.Expected) > 0 || want != "succeeded" && len(got.Expected) != 1 {
			t.Errorf("%d nodes: expected waves %v; want %s", desired, got.Expected, want)
		}
	}
}

// A run that ends because scaling is paused, and one that waits under its claim, forget nothing.
func TestAPauseForgetsNothing(t *testing.T) {
	w := newStorm(t, "peak", "", "")
	task := w.next(w.wet("a", "25"))
	w.settings = strings.Replace(w.settings, `"paused":false`, `"paused":true`, 1)
	if got := described(w.next(w.scaled(task, run.Succeeded))); got != "skipped" {
		t.Errorf("paused: %s; want skipped", got)
	}
	if got := w.remembersAt(); got != "web 10 normal; on since 10:00" {
		t.Errorf("%s; want it on since 10:00", got)
	}
}

// What atMost limits is said to end then.
func TestAtMostLimitsWhatIsWanted(t *testing.T) {
	w := newStorm(t, "peak", `,"atMost":"6h"`, "")
	task := w.next(w.wet("a", "25"))
	want := "period storm sets profile peak (on since Tue 2026-11-24 10:00 +00:00: rain is 25, above 20) until Tue 2026-11-24 16:00 +00:00"
	if task.Wanted.Reason != want {
		t.Errorf("reason %q; want %q", task.Wanted.Reason, want)
	}
	state := run.SignalState{Period: "storm", Signal: "rain", Value: "25", At: w.now, On: true, Since: w.now}
	if diff := cmp.Diff([]run.SignalState{state}, task.Signals); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
}

func TestConditionsThatTurnOnOneByOneLowerNothing(t *testing.T) {
	t.Parallel()
	w := newStorm(t, "low", "", "")
	w.settings = strings.Replace(w.settings, `"rain":{`, `"queue":{"alarm":"q","otherwise":false},"rain":{`, 1)
	w.spec = strings.Replace(w.spec, `"low":{"web":1}`, `"low":{"web":5},"more":{"web":7}`, 1)
	w.spec = strings.Replace(w.spec, `"periods":[`, `"periods":[{"name":"backlog","profile":"more","when":{"signal":"queue","is":"ALARM"}},`, 1)
	manual := w.wet("manual", "0")
	manual.Run.Profile, manual.Run.Actor, manual.Run.Reason = "peak", "ana", "a launch"
	w.whole(manual)
	for _, look := range []struct{ at, rain, queue string }{
		{"10:15", "25", "OK"}, {"10:30", "25", "ALARM"}, {"10:45", "0", "ALARM"}, {"11:00", "0", "OK"},
	} {
		w.now = at(w.now, look.at)
		task := w.wet("at "+look.at, look.rain)
		task.Readings["queue"] = signal.Reading{At: w.now, Value: look.queue}
		task = w.whole(task)
		if got := w.groups["web"].Sizes.DesiredSize; got != 10 || task.Outcome != run.Succeeded {
			t.Errorf("%s, rain %s, queue %s: web has %d, %s; want the 10 that ana asked for", look.at, look.rain, look.queue, got, task.Outcome)
		}
	}
}
