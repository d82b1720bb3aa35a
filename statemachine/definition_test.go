package statemachine_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/claim"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/statemachine"
)

// state is the part of a state that the contract is about.
type state struct {
	Type, Resource, Next, Default   string
	TimeoutSeconds                  int
	Parameters, ResultSelector      json.RawMessage
	OutputPath, ItemsPath           string
	SecondsPath, MaxConcurrencyPath string
	ErrorPath, CausePath            string
	Choices                         []map[string]any
	Retry                           []retrier
	Catch                           []struct {
		ErrorEquals      []string
		Next, ResultPath string
	}
	ItemSelector  map[string]string
	ItemProcessor *machine
	Label         string
	End           bool

	ToleratedFailurePercentage float64
}

type retrier struct {
	ErrorEquals                      []string
	IntervalSeconds, MaxDelaySeconds int
	MaxAttempts                      int
	BackoffRate                      float64
}

// longest is the sum of all waits, each without its jitter.
func (r retrier) longest() (sum time.Duration) {
	wait := float64(r.IntervalSeconds)
	for range r.MaxAttempts {
		sum += time.Duration(min(wait, float64(r.MaxDelaySeconds))) * time.Second
		wait *= r.BackoffRate
	}
	return sum
}

type machine struct {
	ProcessorConfig struct{ Mode, ExecutionType string }
	StartAt         string
	TimeoutSeconds  int
	States          map[string]state
}

func load(t *testing.T) machine {
	t.Helper()
	var m machine
	if err := json.Unmarshal([]byte(statemachine.Definition), &m); err != nil {
		t.Fatal(err)
	}
	return m
}

// walk visits every state, those inside a Map included.
func (m machine) walk(visit func(in machine, name string, s state)) {
	for _, name := range slices.Sorted(maps.Keys(m.States)) {
		s := m.States[name]
		visit(m, name, s)
		if s.ItemProcessor != nil {
			s.ItemProcessor.walk(visit)
		}
	}
}

// next lists where a state can go.
func (s state) next() []string {
	var all []string
	for _, n := range []string{s.Next, s.Default} {
		if n != "" {
			all = append(all, n)
		}
	}
	for _, c := range s.Choices {
		all = append(all, fmt.Sprint(c["Next"]))
	}
	for _, c := range s.Catch {
		all = append(all, c.Next)
	}
	return all
}

func TestEveryTaskHasTimeoutRetryAndCatch(t *testing.T) {
	t.Parallel()
	m := load(t)
	if m.TimeoutSeconds == 0 {
		t.Error("the state machine has no timeout")
	}
	m.walk(func(_ machine, name string, s state) {
		if s.Type != "Task" {
			return
		}
		if s.TimeoutSeconds == 0 {
			t.Errorf("%s: no TimeoutSeconds", name)
		}
		if len(s.Catch) == 0 || !slices.Contains(s.Catch[len(s.Catch)-1].ErrorEquals, "States.ALL") {
			t.Errorf("%s: no Catch of States.ALL", name)
		}
		var retried []string
		for _, r := range s.Retry {
			retried = append(retried, r.ErrorEquals...)
		}
		if wrong := slices.DeleteFunc(slices.Clone(retried), passes); len(wrong) > 0 {
			t.Errorf("%s: retries %q, and so what will fail again, such as a bad configuration", name, wrong)
		}
		if s.Resource != "arn:aws:states:::lambda:invoke" {
			return
		}
		for _, want := range []string{
			"Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException",
			string(run.ThrottledError), string(run.TransientError),
		} {
			if !slices.Contains(retried, want) {
				t.Errorf("%s: does not retry %s", name, want)
			}
		}
	})
}

// TestRetriesEndWhileTheClaimIsAlive because nothing renews it between the attempts.
func TestRetriesEndWhileTheClaimIsAlive(t *testing.T) {
	t.Parallel()
	load(t).walk(func(_ machine, name string, s state) {
		sum := time.Duration(0)
		for _, r := range s.Retry {
			if r.longest() == 0 {
				t.Errorf("%s: the waits for %v are not known; want IntervalSeconds, BackoffRate, MaxDelaySeconds and MaxAttempts", name, r.ErrorEquals)
			}
			sum += r.longest()
		}
		if sum >= claim.Lifetime {
			t.Errorf("%s: waits for %s in all; want less than the %s that a claim lives", name, sum, claim.Lifetime)
		}
	})
}

var service = regexp.MustCompile(`^(Lambda|States|Runtime|Sandbox)\.`)

// passes reports whether an error may be gone at the next attempt.
func passes(name string) bool {
	return name == string(run.ThrottledError) || name == string(run.TransientError) || service.MatchString(name) && name != "States.ALL"
}

func TestPlaceholdersMatchTheFunctions(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, match := range regexp.MustCompile(`\$\{(\w+)\}`).FindAllStringSubmatch(statemachine.Definition, -1) {
		found[match[1]] = true
	}
	want := map[string]bool{statemachine.AlertTopicARN: true}
	for _, placeholder := range statemachine.Functions() {
		want[placeholder] = true
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("placeholders (-known +used):\n%s", diff)
	}
}

// TestPayloadPathsAreFieldsOfTheGoTypes follows each path that the definition reads into the type that stands there.
func TestPayloadPathsAreFieldsOfTheGoTypes(t *testing.T) {
	t.Parallel()
	at := map[string]any{
		"AnythingToDo?": run.LoadConfigResult{}, "ReadSignals": run.LoadConfigResult{}, "ForEachUnit": run.LoadConfigResult{},
		"Next?": run.UnitTask{}, "WaitBeforeDecide": run.UnitTask{}, "ScaleWave": run.UnitTask{},
		"Called?": run.ChangeTask{}, "WaitBeforeScale": run.ChangeTask{}, "WaitBeforeCheck": run.ChangeTask{},
		"Active?": run.ChangeTask{}, "AuditFailed": run.ChangeTask{}, "UnitUnrecorded": run.UnitTask{}, "AnyFailed?": run.Summary{},
		"NotifyFailure": run.Summary{}, "Failed": run.Summary{}, "Reconcile?": run.LoadConfigResult{},
		"SyncTriggers": struct {
			Payload run.SyncTriggersResult `json:"Payload"`
		}{},
	}
	path := regexp.MustCompile(`(?:^|[^$\w.])\$((?:\.\w+)+)`)
	checked := 0
	load(t).walk(func(_ machine, name string, s state) {
		root, ok := at[name]
		if !ok {
			return
		}
		text, err := json.Marshal([]any{
			s.Choices, s.Parameters, s.ResultSelector, s.SecondsPath, s.ErrorPath, s.CausePath, s.ItemsPath, s.MaxConcurrencyPath, s.ItemSelector,
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range path.FindAllStringSubmatch(string(text), -1) {
			checked++
			if err := follow(reflect.TypeOf(root), strings.Split(match[1][1:], ".")); err != nil {
				t.Errorf("%s: $%s: %v", name, match[1], err)
			}
		}
	})
	if checked < 20 {
		t.Errorf("only %d paths were looked at", checked)
	}
}

// follow goes from a type along the JSON names of its fields.
func follow(in reflect.Type, names []string) error {
	for in.Kind() == reflect.Pointer {
		in = in.Elem()
	}
	if len(names) == 0 {
		return nil
	}
	if in.Kind() != reflect.Struct {
		return fmt.Errorf("%s has no field %q", in, names[0])
	}
	for _, f := range reflect.VisibleFields(in) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name == names[0] {
			return follow(f.Type, names[1:])
		}
	}
	return fmt.Errorf("%s has no field %q", in, names[0])
}

// TestSignalsNeverFailARun: whatever is wrong with them, the units are scaled, and soon.
func TestSignalsNeverFailARun(t *testing.T) {
	t.Parallel()
	states := load(t).States
	s := states["ReadSignals"]
	if c := s.Catch; len(c) != 1 || c[0].Next != "ForEachUnit" || c[0].ResultPath != "$.signalsError" || s.Next != "ForEachUnit" {
		t.Errorf("caught: %+v, and then %s; want ForEachUnit in any case, with the run's state", c, s.Next)
	}
	longest := time.Duration(s.TimeoutSeconds) * time.Second
	for _, r := range s.Retry {
		longest += r.longest()
	}
	if longest > time.Minute {
		t.Errorf("one attempt and all waits take %s; want at most a minute", longest)
	}
	if got := states["ForEachUnit"].ItemSelector["readings.$"]; got != "$.readings" {
		t.Errorf("the units get the readings from %q; want $.readings", got)
	}
	for _, field := range []string{"signals", "readings"} {
		if tag := jsonTag(run.LoadConfigResult{}, field); tag != field {
			t.Errorf("load-config's %s may be missing (%q); the definition fails without it", field, tag)
		}
	}
	if err := follow(reflect.TypeFor[run.State](), []string{"signalsError", "Cause"}); err != nil {
		t.Error(err)
	}
}

// jsonTag returns the JSON tag of the field with the name.
func jsonTag(of any, name string) string {
	for _, f := range reflect.VisibleFields(reflect.TypeOf(of)) {
		if tag := f.Tag.Get("json"); tag == name || strings.HasPrefix(tag, name+",") {
			return tag
		}
	}
	return ""
}

// TestOnlyADryRunWithoutARecordAlertsNobody and what tells it apart is in the execution's own input.
func TestOnlyADryRunWithoutARecordAlertsNobody(t *testing.T) {
	t.Parallel()
	states := load(t).States
	choice := states["DryRun?"]
	if next := states["AuditRun"].Catch[0].Next; next != "DryRun?" || choice.Default != "AuditRunFailed" || len(choice.Choices) != 1 {
		t.Fatalf("AuditRun's error leads to %s, and on to %s with %d exceptions; want DryRun?, AuditRunFailed and one", next, choice.Default, len(choice.Choices))
	}
	const variable = "$$.Execution.Input.dryRun"
	want := map[string]any{"Next": "DryRunUnrecorded", "And": []any{
		map[string]any{"Variable": variable, "IsPresent": true}, map[string]any{"Variable": variable, "BooleanEquals": true},
	}}
	if diff := cmp.Diff(want, choice.Choices[0]); diff != "" {
		t.Errorf("the exception (-want +got):\n%s", diff)
	}
	if err := follow(reflect.TypeFor[run.Input](), []string{"dryRun"}); err != nil {
		t.Error(err)
	}
	if next := states["DryRunUnrecorded"].Next; next != "Succeeded" {
		t.Errorf("DryRunUnrecorded leads to %s; want Succeeded", next)
	}
	var summary map[string]any
	if err := json.Unmarshal(states["DryRunUnrecorded"].Parameters, &summary); err != nil {
		t.Fatal(err)
	}
	if summary["outcome"] != string(run.Planned) {
		t.Errorf("the outcome is %v; want %s", summary["outcome"], run.Planned)
	}
	for field := range summary {
		if err := follow(reflect.TypeFor[run.Summary](), []string{strings.TrimSuffix(field, ".$")}); err != nil {
			t.Error(err)
		}
	}
}

// TestValidatorAcceptsTheDefinition also means that every state can be reached, and that each has one to go to.
func TestValidatorAcceptsTheDefinition(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "node", "../node_modules/asl-validator/dist/bin/asl-validator.js", "--json-path", "definition.asl.json").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s(the validator is installed by: make test)", err, out)
	}
}

// TestEachUnitHasAnExecutionOfItsOwn whose failure affects no other: the run continues to AuditRun in any case.
func TestEachUnitHasAnExecutionOfItsOwn(t *testing.T) {
	t.Parallel()
	s := load(t).States["ForEachUnit"]
	if got := s.ItemProcessor.ProcessorConfig; got.Mode != "DISTRIBUTED" || got.ExecutionType != "STANDARD" {
		t.Errorf("found %+v; want a distributed map of standard executions", got)
	}
	if s.Label != run.UnitLabel || s.ToleratedFailurePercentage != 100 || !strings.Contains(statemachine.Definition, `"ToleratedFailurePercentage": 100.0`) {
		t.Errorf("label %q, tolerated failures %v %%; want %q and 100.0", s.Label, s.ToleratedFailurePercentage, run.UnitLabel)
	}
	if len(s.Retry) > 0 {
		t.Error("the map is retried: units that went well would run again")
	}
	for i, name := range []string{"States.DataLimitExceeded", "States.ALL"} { // the second does not match the first
		if c := s.Catch[i]; !slices.Equal(c.ErrorEquals, []string{name}) || c.Next != s.Next || c.ResultPath != "$.unitsError" {
			t.Errorf("caught: %+v; want %s, the units kept, and to go on to %s", c, name, s.Next)
		}
	}
}

// TestEveryPathOfAUnitEndsWell as a failed execution says less of itself than a record does.
func TestEveryPathOfAUnitEndsWell(t *testing.T) {
	t.Parallel()
	unit := load(t).States["ForEachUnit"].ItemProcessor
	for name, s := range unit.States {
		if s.Type == "Fail" || s.Type == "Succeed" {
			t.Errorf("%s is a %s state; want every path to end in AuditUnit or UnitUnrecorded", name, s.Type)
		}
		if s.End != (name == "AuditUnit" || name == "UnitUnrecorded") {
			t.Errorf("%s: End is %t", name, s.End)
		}
		if (s.Type == "Task" || s.Type == "Map") && s.Catch[0].Next != "AuditUnit" && name != "AuditUnit" {
			t.Errorf("%s: an error leads to %s; want AuditUnit", name, s.Catch[0].Next)
		}
	}
}

func TestTheResultOfAUnitWithoutARecordIsAUnitResult(t *testing.T) {
	t.Parallel()
	var result map[string]any
	if err := json.Unmarshal(load(t).States["ForEachUnit"].ItemProcessor.States["UnitUnrecorded"].Parameters, &result); err != nil {
		t.Fatal(err)
	}
	for field := range result {
		if err := follow(reflect.TypeFor[run.UnitResult](), []string{strings.TrimSuffix(field, ".$")}); err != nil {
			t.Error(err)
		}
	}
}
