package decide

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	smithy "github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/blastradius"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// falling is a cluster in which small goes up at night, and big and spot go down.
const falling = `{"name":"production","region":"sa-east-1","nodegroups":{"small":{"minSize":0,"maxSize":1},"big":{"minSize":0,"maxSize":9},"spot":{"minSize":0,"maxSize":9}},
"profiles":{"sleep":{"small":1,"big":1,"spot":0},"normal":{"small":0,"big":4,"spot":2}},
"schedule":{"default":"normal","periods":[{"name":"night","profile":"sleep","from":"01:00","to":"06:30"}]}}`

// limited returns a world of big 4 and spot 2 in which a run has a blast radius.
func limited(t *testing.T, radius string) *world {
	t.Helper()
	w := newWorld(t)
	w.spec, w.settings = falling, `{"paused":false,"timezone":"UTC","blastRadius":`+radius+`}`
	w.groups["big"], w.groups["spot"] = active(9, 4), active(9, 2)
	return w
}

// others reserves for other units of the run.
func (w *world) others(run string, nodes ...int) {
	w.t.Helper()
	for i, n := range nodes {
		r := blastradius.Reservation{Run: run, Unit: "other" + string(rune('a'+i)), Nodes: n, Limit: blastradius.Limit{Nodes: 1000}, Expires: w.now}
		if taken, granted, err := w.Reserve(w.t.Context(), r); err != nil || !granted {
			w.t.Fatal(taken, granted, err)
		}
	}
}

// taken returns what a run has taken down.
func (w *world) taken(run string) (taken blastradius.Taken) {
	w.t.Helper()
	out, err := w.db.GetItem(w.t.Context(), &dynamodb.GetItemInput{TableName: aws.String("logs"), Key: map[string]types.AttributeValue{
		"subject": &types.AttributeValueMemberS{Value: "run#" + run + "#blast-radius"}, "at": &types.AttributeValueMemberS{Value: "counter"},
	}})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := attributevalue.UnmarshalMap(out.Item, &taken); err != nil {
		w.t.Fatal(err)
	}
	return taken
}

// TestAUnitReservesBeforeItScalesDown all that its plan takes down. Here that is 5 nodes: big 3 and spot 2.
func TestAUnitReservesBeforeItScalesDown(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		radius string
		others []int // what other units have reserved
		beyond bool
		want   string
		taken  blastradius.Taken
	}{
		"within its nodes":               {`{"nodes":5}`, nil, false, "scale big spot", blastradius.Taken{Nodes: 5, Units: 1}},
		"not beyond its nodes":           {`{"nodes":4}`, nil, false, "failed BlastRadiusError", blastradius.Taken{}},
		"what others left":               {`{"nodes":8}`, []int{3}, false, "scale big spot", blastradius.Taken{Nodes: 8, Units: 2}},
		"not more than others left":      {`{"nodes":8}`, []int{4}, false, "failed BlastRadiusError", blastradius.Taken{Nodes: 4, Units: 1}},
		"within its units":               {`{"units":2}`, []int{30}, false, "scale big spot", blastradius.Taken{Nodes: 35, Units: 2}},
		"not beyond its units":           {`{"units":2}`, []int{1, 1}, false, "failed BlastRadiusError", blastradius.Taken{Nodes: 2, Units: 2}},
		"both limits count":              {`{"nodes":100,"units":1}`, []int{1}, false, "failed BlastRadiusError", blastradius.Taken{Nodes: 1, Units: 1}},
		"a run beyond it counts nothing": {`{"nodes":1,"units":1}`, nil, true, "scale big spot", blastradius.Taken{}},
	} {
		w := limited(t, row.radius)
		w.others("night", row.others...)
		first := w.run("night")
		first.Run.BeyondBlastRadius = row.beyond
		task := w.next(first)
		if got := described(task); got != "scale small" || w.taken("night").Nodes != sum(row.others) {
			t.Fatalf("%s: %s; want the raise first, and nothing reserved", rule, got)
		}
		task = w.next(w.scaled(task, run.Succeeded))
		if got, taken := described(task), w.taken("night"); got != row.want || taken != row.taken {
			t.Errorf("%s: %s, taken %+v; want %s, taken %+v", rule, got, taken, row.want, row.taken)
		}
	}
}

func sum(all []int) (n int) {
	for _, one := range all {
		n += one
	}
	return n
}

func TestARefusedUnitSaysWhatItWouldTakeDown(t *testing.T) {
	t.Parallel()
	w := limited(t, `{"nodes":100,"units":20}`)
	w.others("night", 90, 6)
	task := w.next(w.scaled(w.next(w.run("night")), run.Succeeded))
	const want = "unit production: its scale-downs take down 5 nodes (big 4 (0..9) -> 1 (0..9), spot 2 (0..9) -> 0 (0..9)), " +
		"and the run has already taken down 96 of 100 nodes and 2 of 20 units"
	if task.Error == nil || task.Error.Cause != want {
		t.Errorf("found %+v; want %s", task.Error, want)
	}
	for _, d := range task.Decisions {
		held := []string{"the blast radius, as the run has taken down 96 of 100 nodes and 2 of 20 units"}
		if d.Action != scaling.ScaleDown {
			held = nil
		}
		if diff := cmp.Diff(held, d.HeldBack); diff != "" {
			t.Errorf("%s is held back by (-want +got):\n%s", d.Nodegroup, diff)
		}
	}
	record := w.record()
	if record.Claim.EndedAt.IsZero() {
		t.Error("the claim is still held")
	}
	if _, marked := record.Marks["big"]; marked || len(record.Marks) != 1 {
		t.Errorf("marks: %v; want small alone", record.Marks)
	}
	w.now = w.now.Add(time.Hour)
	if got := described(w.next(w.run("later"))); got != "scale big spot" {
		t.Errorf("the next run, with a counter of its own: %s; want it to scale down", got)
	}
}

// TestARefusalLeavesOutWhatTheUnitHasScaledDown in this run before: that is done, and nothing holds it back.
func TestARefusalLeavesOutWhatTheUnitHasScaledDown(t *testing.T) {
	t.Parallel()
	w := limited(t, `{"nodes":5}`)
	task := w.scaled(w.next(w.scaled(w.next(w.run("night")), run.Succeeded)), run.Succeeded)
	const more = `"nodegroups":{"extra":{"minSize":0,"maxSize":9},`
	w.spec = strings.Replace(strings.Replace(falling, `"nodegroups":{`, more, 1), `"sleep":{`, `"sleep":{"extra":0,`, 1)
	w.groups["extra"] = active(9, 2)
	task = w.next(task)
	if got := described(task); got != "failed BlastRadiusError" {
		t.Fatal(got)
	}
	for _, d := range task.Decisions {
		if held := len(d.HeldBack) > 0; held != (d.Nodegroup == "extra") {
			t.Errorf("%s: held back by %q", d.Nodegroup, d.HeldBack)
		}
	}
}

// TestARepeatedDecisionReservesOnce whether its earlier invocation died, or the unit is decided again.
func TestARepeatedDecisionReservesOnce(t *testing.T) {
	t.Parallel()
	w := limited(t, `{"nodes":5}`)
	before := w.scaled(w.next(w.run("night")), run.Succeeded)
	for range 3 { // the same input
		if got := described(w.next(before)); got != "scale big spot" || w.taken("night") != (blastradius.Taken{Nodes: 5, Units: 1}) {
			t.Fatalf("%s, taken %+v; want the same once more", got, w.taken("night"))
		}
	}
}

// TestALaterRoundReservesTheDifference to what the unit has taken down in this run.
func TestALaterRoundReservesTheDifference(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		radius string
		how    func(*world, run.UnitTask) run.UnitTask // what becomes of the wave
		want   string
		taken  int
	}{
		"an autoscaler adds nodes meanwhile, and there is room": {`{"nodes":7}`, addedTwo, "scale big spot", 7},
		"an autoscaler adds nodes meanwhile, and there is none": {`{"nodes":6}`, addedTwo, "failed BlastRadiusError", 5},
		"a change that came back without a call is not counted": {`{"nodes":5}`, func(w *world, t run.UnitTask) run.UnitTask {
			return w.scaled(t, run.Returned)
		}, "scale big spot", 5},
		"one that may have been called is": {`{"nodes":9}`, func(w *world, t run.UnitTask) run.UnitTask {
			t = w.scaled(t, run.Returned)
			for i := range t.Wave.Results {
				t.Wave.Results[i].Attempted = true
			}
			return t
		}, "failed BlastRadiusError", 5},
		"a failed change stays reserved": {`{"nodes":5}`, func(w *world, t run.UnitTask) run.UnitTask {
			return w.scaled(t, run.Failed)
		}, "failed", 5},
	} {
		w := limited(t, row.radius)
		w.spec = strings.Replace(falling, `"schedule"`, `"enforce":"always","schedule"`, 1)
		task := w.next(w.scaled(w.next(w.run("night")), run.Succeeded))
		task = w.next(row.how(w, task))
		if got, taken := described(task), w.taken("night"); got != row.want || taken.Nodes != row.taken {
			t.Errorf("%s: %s, taken %+v; want %s and %d nodes", rule, got, taken, row.want, row.taken)
		}
	}
}

// TestALimitThatIsSetDuringARun counts what a unit takes down from then on, with what it has taken down before.
func TestALimitThatIsSetDuringARun(t *testing.T) {
	t.Parallel()
	for rule, row := range map[string]struct {
		attempted bool
		want      string
		taken     int
	}{
		"a change that came back without a call counts once": {false, "scale big spot", 5},
		"one that may have been called counts too":           {true, "failed BlastRadiusError", 0},
	} {
		w := limited(t, `{"nodes":9}`)
		limit := w.settings
		w.settings = `{"paused":false,"timezone":"UTC"}`
		task := w.scaled(w.next(w.scaled(w.next(w.run("night")), run.Succeeded)), run.Returned)
		for i := range task.Wave.Results {
			task.Wave.Results[i].Attempted = row.attempted
		}
		w.settings = limit
		task = w.next(task)
		if got, taken := described(task), w.taken("night"); got != row.want || taken.Nodes != row.taken {
			t.Errorf("%s: %s, taken %+v; want %s and %d nodes", rule, got, taken, row.want, row.taken)
		}
	}
}

func TestWithoutTheCounterNothingIsTakenDown(t *testing.T) {
	t.Parallel()
	w := limited(t, `{"nodes":100}`)
	task := w.scaled(w.next(w.run("night")), run.Succeeded)
	w.uncounted = &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "dynamodb:UpdateItem"}
	if _, err := w.decide(task); step.Classify(err) != run.AccessDeniedError {
		t.Errorf("%v; want the error of the counter", err)
	}
	if got := w.record(); !got.Claim.EndedAt.IsZero() {
		t.Errorf("the claim has ended: %+v", got.Claim)
	}
}

func TestADryRunReservesNothing(t *testing.T) {
	t.Parallel()
	w := limited(t, `{"nodes":1}`)
	dry := w.run("dry")
	dry.Run.DryRun = true
	if task := w.next(dry); described(task) != "planned" || w.taken("dry") != (blastradius.Taken{}) {
		t.Errorf("%s, taken %+v; want a plan, and nothing reserved", described(task), w.taken("dry"))
	}
}

func TestLongPlansAreCut(t *testing.T) {
	t.Parallel()
	var wave []scaling.Decision
	for range maxPlanned + 2 {
		wave = append(wave, scaling.Decision{Nodegroup: "n", Action: scaling.ScaleDown, Before: &scaling.Sizes{DesiredSize: 1}})
	}
	if text := moves(wave); !strings.HasSuffix(text, ", and 2 more") || strings.Count(text, "->") != maxPlanned {
		t.Errorf("found %s", text)
	}
}

// addedTwo returns the wave without a call, as an autoscaler has added nodes since.
func addedTwo(w *world, t run.UnitTask) run.UnitTask {
	t = w.scaled(t, run.Returned)
	w.groups["spot"] = active(9, 4)
	return t
}
