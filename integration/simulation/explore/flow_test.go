package explore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/eksmodel"
	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/definition"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/planted"
	"eks-scaling-automation/integration/simulation/sched"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/statemachine"
)

// stage is a part of a path: the first move whose description begins so is made, until one contains a text.
type stage struct{ begins, until string }

var night = time.Date(2026, 11, 24, 4, 0, 0, 0, time.UTC)

// follow walks one path to its end and returns what one run did on it, what its unit came to, and the payloads.
func follow(t *testing.T, faults Faults, s Scenario, number int, stages []stage) ([]happened, json.RawMessage, *exploration) {
	t.Helper()
	document, err := os.ReadFile("../../../examples/sao-paulo.yaml")
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(Setup{Config: document, Start: night, Faults: faults})
	if err != nil {
		t.Fatal(err)
	}
	x := e.x
	x.history, x.scenario, x.ends, x.afterEnd = true, &s, s.ends(), map[ended]int32{}
	state, err := x.first()
	if err != nil {
		t.Fatal(err)
	}
	stages = append(stages, stage{"", "the end"})
	for moves := x.moves(state); len(moves) > 0; moves = x.moves(state) {
		at := slices.IndexFunc(moves, func(m move) bool { return strings.HasPrefix(m.tell(), stages[0].begins) })
		if at < 0 {
			t.Fatalf("no move begins with %q; the first is %q", stages[0].begins, moves[0].tell())
		}
		if state = moves[at].to; strings.Contains(moves[at].tell(), stages[0].until) {
			stages = stages[1:]
		}
	}
	if len(stages) > 1 {
		t.Fatalf("the path ended before %q", stages[0].until)
	}
	did := slices.DeleteFunc(slices.Clone(state.history), func(h happened) bool { return h.run != number })
	return did, x.texts.all[state.runs[number].main.payload], x
}

// interpret runs the shipped definition with the answers of recorded steps. It returns the states that it entered, without
// choices and what is around a unit, the payloads that its steps got, and the unit's record.
func interpret(t *testing.T, run run.Run, steps []*position) (path []string, payloads []json.RawMessage, end json.RawMessage) {
	t.Helper()
	machine, err := definition.Compile(regexp.MustCompile(`\$\{(\w+)\}`).ReplaceAllString(statemachine.Definition, "the-$1"))
	if err != nil {
		t.Fatal(err)
	}
	clock := sched.New(1, night)
	runner := &asl.Runner{Machine: machine, Scheduler: clock, StateMachineARN: "arn:aws:states:sa-east-1:123456789012:stateMachine:m"}
	runner.Do = func(_ *asl.Execution, state, _ string, input any) (json.RawMessage, error) {
		payload := expression.TextOf(input.(expression.Object)["Payload"])
		switch state {
		case "LoadConfig":
			return encode(map[string]any{"Payload": map[string]any{"run": run, "units": []string{"production"}, "concurrency": 1, "signals": false, "readings": map[string]any{}}}), nil
		case stateEnd:
			end = fields(fields(payload)["unit"])["state"]
			return json.RawMessage(`{"Payload":{"unit":"production","outcome":"succeeded"}}`), nil
		case "AuditRun":
			return json.RawMessage(`{"Payload":{"outcome":"succeeded"}}`), nil
		}
		if len(steps) == 0 {
			return nil, errors.New("a step more than recorded: " + state)
		}
		p := steps[0]
		steps = steps[1:]
		payloads = append(payloads, payload)
		if p.failure != nil {
			return nil, &asl.TaskError{Name: p.failure.Error, Cause: p.failure.Cause}
		}
		return fmt.Appendf(nil, `{"Payload":%s}`, p.output), nil
	}
	execution, err := runner.Start("run", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := clock.Run(); err != nil {
		t.Fatal(err)
	}
	if len(steps) > 0 {
		t.Errorf("%d recorded steps were not asked for", len(steps))
	}
	ours := []string{
		stateDecide, stateWaitDecide, stateWave, stateEnd, stateScale, stateWaitScale, stateWaitCheck, stateLook, stateAudit,
	}
	return slices.DeleteFunc(execution.Children()[0].Result().Path, func(s string) bool { return !slices.Contains(ours, s) }), payloads, end
}

// throttled refuses every call of UpdateNodegroupConfig.
type throttled struct{ planted.EKS }

func (throttled) Scale(context.Context, nodegroups.Place, string, nodegroups.Change, string) (string, error) {
	return "", run.Errorf(run.ThrottledError, "too many calls")
}

// broken cannot describe a node group.
type broken struct{ planted.EKS }

func (broken) Describe(context.Context, nodegroups.Place, string) (nodegroups.State, error) {
	return nodegroups.State{}, errors.New("no idea")
}

func TestTheFlowMatchesTheDefinition(t *testing.T) {
	execution := func(name string, before time.Duration) run.Run {
		return run.Run{Execution: run.Execution{Name: name}, TakenAt: night.Add(-before)}
	}
	first, second := execution("first", time.Minute), execution("second", 30*time.Second)
	second.Profile, second.Actor, second.Reason = "normal", "ana", "release"
	big := execution("big", 20*time.Second)
	big.Nodegroups = []string{"big"}
	with := func(eks func(planted.EKS) planted.EKS) Faults {
		return Faults{EKS: func(_ string, e planted.EKS) planted.EKS { return eks(e) }}
	}
	launch := eksmodel.Issue{Code: "AsgInstanceLaunchFailures", Message: "no capacity"}
	fails := []Ending{{Name: "badly", How: eksmodel.Ending{Failure: launch}}}
	for _, row := range []struct {
		name   string
		runs   []run.Run
		run    int
		ends   []Ending
		faults Faults
		stages []stage
		enters string
	}{
		{name: "two waves", runs: []run.Run{first}, enters: stateLook},
		{name: "a change fails, and the next is held back", runs: []run.Run{first}, ends: fails, enters: stateAudit, stages: []stage{
			{"first", "clears the intent"}, {"EKS: the update of small ends badly", ""},
		}},
		{name: "a run waits for another", runs: []run.Run{first, big}, enters: stateWaitDecide, stages: []stage{
			{"big", "claims the unit"}, {"first", "reads small"}, {"big", "ends its claim"},
		}},
		{name: "a newer run finds a node group busy", runs: []run.Run{first, second}, run: 1, enters: stateWaitScale, stages: []stage{
			{"first", "clears the intent"}, {"second", "renews the claim"},
		}},
		{name: "an older run is overtaken", runs: []run.Run{first, second}, enters: stateAudit, stages: []stage{
			{"first", "clears the intent"}, {"second", "claims the unit"},
		}},
		{name: "a step is retried until nothing helps", runs: []run.Run{first}, enters: stateAudit, faults: with(func(e planted.EKS) planted.EKS {
			return throttled{e}
		})},
		{name: "decide fails", runs: []run.Run{first}, enters: stateEnd, faults: with(func(e planted.EKS) planted.EKS { return broken{e} })},
	} {
		t.Run(row.name, func(t *testing.T) {
			node := func(name string) eksmodel.Ref { return eksmodel.Ref{Cluster: "production", Nodegroup: name} }
			lasting := eksmodel.Behavior{Duration: eksmodel.Forever}
			did, end, x := follow(t, row.faults, Scenario{Runs: row.runs, Endings: row.ends, Nodegroups: []eksmodel.Nodegroup{
				{Ref: node("small"), Sizes: eksmodel.Sizes{Max: 1}, Behavior: lasting},
				{Ref: node("big"), Sizes: eksmodel.Sizes{Max: 5, Desired: 1}, Behavior: lasting},
			}}, row.run, row.stages)
			var want []string
			var steps []*position
			for _, h := range did {
				if h.ended != nil {
					steps = append(steps, h.ended)
				} else {
					want = append(want, h.state)
				}
			}
			path, payloads, recorded := interpret(t, row.runs[row.run], steps)
			if diff := cmp.Diff(path, want); diff != "" {
				t.Errorf("the definition goes another way (-definition +flow):\n%s", diff)
			}
			if !slices.Contains(want, row.enters) {
				t.Errorf("the path does not enter %s: %v", row.enters, want)
			}
			if diff := cmp.Diff(plain(recorded), plain(end)); diff != "" {
				t.Errorf("the unit ends otherwise (-definition +flow):\n%s", diff)
			}
			for i, p := range payloads {
				if diff := cmp.Diff(plain(p), plain(x.texts.all[steps[i].of.payload])); diff != "" {
					t.Errorf("step %d, %s, gets another payload (-definition +flow):\n%s", i+1, steps[i].of.function, diff)
				}
			}
		})
	}
}

func plain(payload json.RawMessage) (v any) {
	decode(payload, &v)
	return v
}
