package engine_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/node"
)

// numbered makes a definition of states, which are then called 0, 1, 2 and so on; every %s is the rest of a state.
func numbered(states []string) string {
	text := `{"StartAt":"0","States":{`
	for i, state := range states {
		text += fmt.Sprintf("\n%q:%s,", fmt.Sprint(i), strings.ReplaceAll(state, "NEXT", fmt.Sprintf(`"Next":"%d"`, i+1)))
	}
	return text + fmt.Sprintf("\n%q:%s}}", fmt.Sprint(len(states)), `{"Type":"Succeed"}`)
}

const invoke = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke"`

func TestWhatTheEngineDoesNotImplementIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	rows := []struct{ state, want string }{
		{`{"Type":"Pass","Ned":true,NEXT}`, "Ned: is not implemented for a Pass state"},
		{`{"Type":"Loop",NEXT}`, `Type: "Loop" is not implemented`},
		{`{"Type":"Pass","QueryLanguage":"JSONata",NEXT}`, `QueryLanguage: found "JSONata"; want "JSONPath"`},
		{`{"Type":"Pass","Assign":{"x":1},NEXT}`, "Assign: is not implemented for a Pass state"},
		{`{` + invoke + `,"Arguments":{},NEXT}`, "Arguments: is not implemented for a Task state"},
		{`{` + invoke + `,"Output":{},NEXT}`, "Output: is not implemented for a Task state"},
		{`{` + invoke + `,"HeartbeatSeconds":5,NEXT}`, "HeartbeatSeconds: is not implemented for a Task state"},
		{`{` + invoke + `,"Credentials":{},NEXT}`, "Credentials: is not implemented for a Task state"},
		{`{` + invoke + `,"TimeoutSeconds":1,"TimeoutSecondsPath":"$.x",NEXT}`, "has both TimeoutSeconds and TimeoutSecondsPath"},
		{`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",NEXT}`, "Resource: found "},
		{`{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2",NEXT}`, "Resource: found "},
		{`{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f",NEXT}`, "Resource: found "},
		{`{` + invoke + `,"Retry":[{"ErrorEquals":["E"],"Jitter":1}],NEXT}`, "Retry[0].Jitter: is not implemented for a retrier"},
		{`{` + invoke + `,"Retry":[{"ErrorEquals":["E"],"JitterStrategy":"SOME"}],NEXT}`, `Retry[0].JitterStrategy: found "SOME"`},
		{`{` + invoke + `,"Retry":[{"ErrorEquals":"E"}],NEXT}`, `Retry[0].ErrorEquals: found "E"; want a list of texts`},
		{`{` + invoke + `,"Catch":[{"ErrorEquals":["E"],"Next":"0","Assign":{}}],NEXT}`, "Catch[0].Assign: is not implemented for a catcher"},
		{`{"Type":"Map","Iterator":{"StartAt":"a","States":{}},"ItemReader":{},NEXT}`, "ItemReader: is not implemented for a Map state"},
		{`{"Type":"Map","Iterator":{"StartAt":"a","States":{}},"ItemBatcher":{},NEXT}`, "ItemBatcher: is not implemented for a Map state"},
		{`{"Type":"Map","Iterator":{"StartAt":"a","States":{}},"ToleratedFailurePercentage":100,NEXT}`, "ToleratedFailurePercentage: is not implemented"},
		{`{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"ANY"},"StartAt":"a","States":{}},NEXT}`, `ProcessorConfig[0].Mode: found "ANY"`},
		{`{"Type":"Map","ItemProcessor":{"TimeoutSeconds":5,"StartAt":"a","States":{}},NEXT}`, "its processor, TimeoutSeconds: is not implemented for a state machine"},
		{`{"Type":"Map","Iterator":{"StartAt":"a","States":{"In Map":{"Type":"Pass","Assign":{}}}},NEXT}`, "state In Map, Assign: is not implemented"},
		{`{"Type":"Parallel","Branches":[{"StartAt":"a","States":{"In branch":{"Type":"Pass","Assign":{}}}}],NEXT}`, "state In branch, Assign: is not implemented"},
		{`{"Type":"Parallel","Branches":[{"StartAt":"a","States":{"0":{"Type":"Pass","End":true}}}],NEXT}`, "state 0: there is another state of this name"},
		{`{"Type":"Pass","Result":1,"Parameters":{},NEXT}`, "has both Result and Parameters"},
		{`{"Type":"Wait","Seconds":"$.x",NEXT}`, `Seconds: found "$.x"; want a number`},
		{`{"Type":"Wait","Seconds":1,"SecondsPath":"$.x",NEXT}`, "has both Seconds and SecondsPath"},
		{`{"Type":"Fail","Error":"E","ErrorPath":"$.x"}`, "has both Error and ErrorPath"},
		{`{"Type":"Fail","InputPath":"$.x"}`, "InputPath: is not implemented for a Fail state"},
		{`{"Type":"Succeed","ResultPath":"$.x"}`, "ResultPath: is not implemented for a Succeed state"},
		{`{"Type":"Choice","Choices":[{"Variable":"$.x","StringMatches":"a*","Next":"0"}]}`, "Choices[0].StringMatches: is not implemented"},
		{`{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":false,"Next":"0"}]}`, "Choices[0].IsPresent: found false; want true"},
		{`{"Type":"Choice","Choices":[{"Not":{"Variable":"$.x","IsNull":false},"Next":"0"}]}`, "Choices[0].Not.IsNull: found false; want true"},
		{`{"Type":"Choice","Choices":[{"And":[{"Variable":"$.x","NumericEquals":"1"}],"Next":"0"}]}`, `And[0].NumericEquals: found "1"; want a number`},
		{`{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true,"IsPresent":true,"Next":"0"}]}`, `found the operators ["IsNull","IsPresent"]; want one`},
		{`{"Type":"Choice","Choices":[{"Variable":"$.x","IsNull":true}]}`, "Choices[0]: has no Next"},
		{`{"Type":"Choice","Choices":[{"Condition":"{% 1 %}","Next":"0"}]}`, "Choices[0].Condition: is not implemented"},
		{`{"Type":"Choice","Choices":[{"Variable":"States.UUID()","IsNull":true,"Next":"0"}]}`, `Choices[0].Variable: the path "States.UUID()" is not implemented`},
		{`{"Type":"Pass","InputPath":"$..x",NEXT}`, `InputPath: the path "$..x" is not implemented`},
		{`{"Type":"Pass","InputPath":"$.x[?(@.y>1)]",NEXT}`, `InputPath: the path`},
		{`{"Type":"Pass","InputPath":"$.x[0:2]",NEXT}`, `InputPath: the path`},
		{`{"Type":"Pass","InputPath":"$.x[-1]",NEXT}`, `InputPath: the path`},
		{`{"Type":"Pass","InputPath":"$.x[0,1]",NEXT}`, `InputPath: the path`},
		{`{"Type":"Pass","InputPath":"$.x.length()",NEXT}`, `InputPath: the path`},
		{`{"Type":"Pass","InputPath":"$$.Task.Token",NEXT}`, `InputPath: the path "$$.Task.Token" is not implemented`},
		{`{"Type":"Pass","InputPath":"$x",NEXT}`, `InputPath: the path "$x" is not implemented`},
		{`{"Type":"Pass","ResultPath":"$.x[*]",NEXT}`, `ResultPath: the path "$.x[*]" is not implemented as a place for results`},
		{`{"Type":"Pass","ResultPath":"$['x']",NEXT}`, `ResultPath: the path`},
		{`{"Type":"Pass","ResultPath":"$$.Execution.Id",NEXT}`, `ResultPath: the path`},
		{`{"Type":"Pass","Parameters":"$.x",NEXT}`, `Parameters: found "$.x"; want an object`},
		{`{"Type":"Pass","Parameters":{"a":[{"b.$":"$..x"}]},NEXT}`, `Parameters: the path "$..x" is not implemented`},
		{`{"Type":"Pass","Parameters":{"a.$":1},NEXT}`, `Parameters: the field "a.$" has 1`},
		{`{"Type":"Pass","Parameters":{"a":1,"a.$":"$"},NEXT}`, `Parameters: the field "a" is there twice`},
		{`{"Type":"Pass","Parameters":{"a.$":"x"},NEXT}`, `want a path or an intrinsic function`},
		{`{"Type":"Pass","Parameters":{"a.$":"States.Nope($.x)"},NEXT}`, "States.Nope is not implemented"},
		{`{"Type":"Pass","Parameters":{"a.$":"States.Array(States.Nope($.x))"},NEXT}`, "States.Nope is not implemented"},
		{`{"Type":"Pass","Parameters":{"a.$":"States.MathAdd(1)"},NEXT}`, "States.MathAdd has 1 arguments; want 2"},
		{`{"Type":"Pass","Parameters":{"a.$":"States.Array(1"},NEXT}`, "want a comma or the end of States.Array"},
		{`{"Type":"Pass","Parameters":{"a.$":"States.UUID() "},NEXT}`, `found " " after its end`},
		{`{"Type":"Pass","Parameters":{"a.$":"States.Format('(', 1)"},NEXT}`, "a parenthesis that has no counterpart"},
		{`{"Type":"Pass","Parameters":{"a.$":"States.Format(x)"},NEXT}`, "want an argument"},
		{`{"Type":"Pass","Parameters":{"a.$":"States.Array($..x)"},NEXT}`, `the path "$..x" is not implemented`},
	}
	var states []string
	for _, row := range rows {
		states = append(states, row.state)
	}
	_, err := engine.Start(t.Context(), engine.Config{Definition: numbered(states), StateMachineARN: machineARN, Handler: echo})
	if err == nil {
		t.Fatal("the definition was accepted")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != len(rows) {
		t.Errorf("%d reasons for %d states", len(lines), len(rows))
	}
	for i, row := range rows {
		if place := fmt.Sprintf("state %d", i); !contains(lines, place, row.want) && !contains(lines, "state ", row.want) {
			t.Errorf("%s: no reason has %q:\n%s", place, row.want, row.state)
		}
	}
}

// distributed makes a Map over other items than a list of inline Maps: fields come before its processor's config.
func distributed(fields, config string) string {
	return `{"Type":"Map",` + fields + `"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"` + config + `},"StartAt":"In","States":{"In":{"Type":"Pass","End":true}}},"End":true}`
}

func TestADistributedMapIsRefusedWhereAWSOrTheEngineCannotRunIt(t *testing.T) {
	t.Parallel()
	const label, standard = `"Label":"Unit",`, `,"ExecutionType":"STANDARD"`
	for name, row := range map[string]struct{ state, want string }{
		"no label":               {distributed(``, standard), "state A, Label: is missing: AWS would make one up"},
		"a label of 41":          {distributed(`"Label":"`+strings.Repeat("x", 41)+`",`, standard), "state A, Label: found "},
		"a label with a space":   {distributed(`"Label":"a b",`, standard), `state A, Label: found "a b"; want a text of 1 to 40 characters`},
		"a label with a colon":   {distributed(`"Label":"a:b",`, standard), `state A, Label: found "a:b"`},
		"an empty label":         {distributed(`"Label":"",`, standard), "state A, Label: found "},
		"EXPRESS":                {distributed(label, `,"ExecutionType":"EXPRESS"`), `ExecutionType: found "EXPRESS"; want "STANDARD"`},
		"no type of executions":  {distributed(label, ``), `ExecutionType: is missing; want "STANDARD"`},
		"ItemReader":             {distributed(label+`"ItemReader":{},`, standard), "state A, ItemReader: is not implemented for a Map state"},
		"ItemBatcher":            {distributed(label+`"ItemBatcher":{},`, standard), "state A, ItemBatcher: is not implemented for a Map state"},
		"ResultWriter":           {distributed(label+`"ResultWriter":{},`, standard), "state A, ResultWriter: is not implemented for a Map state"},
		"a path to a percentage": {distributed(label+`"ToleratedFailurePercentagePath":"$.p",`, standard), "state A, ToleratedFailurePercentagePath: is not implemented"},
		"a path to a count":      {distributed(label+`"ToleratedFailureCountPath":"$.p",`, standard), "state A, ToleratedFailureCountPath: is not implemented"},
		"101 percent":            {distributed(label+`"ToleratedFailurePercentage":101,`, standard), "ToleratedFailurePercentage: found 101; want a number from 0 to 100"},
		"half a failure":         {distributed(label+`"ToleratedFailureCount":0.5,`, standard), "ToleratedFailureCount: found 0.5; want a whole number"},
		"half an item at once":   {distributed(label+`"MaxConcurrency":0.5,`, standard), "MaxConcurrency: found 0.5; want a whole number"},
		"a label of an inline Map": {
			`{"Type":"Map","Label":"Unit","ItemProcessor":{"StartAt":"In","States":{"In":{"Type":"Pass","End":true}}},"End":true}`,
			"state A, Label: is not implemented for a Map state",
		},
		"one inside another": {
			strings.Replace(distributed(label, standard), `"States":{`, `"States":{"Inner":`+strings.Replace(distributed(`"Label":"Other",`, standard), `"In"`, `"In2"`, 2)+`,`, 1),
			"state Inner: a distributed Map inside another one is not implemented",
		},
		"two of a label": {
			`{"Type":"Parallel","Branches":[{"StartAt":"M","States":{"M":` + distributed(label, standard) + `}},
				{"StartAt":"N","States":{"N":` + strings.Replace(distributed(label, standard), `"In"`, `"In2"`, 2) + `}}],"End":true}`,
			`state N, Label: there is another Map with the label "Unit"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := engine.Start(t.Context(), engine.Config{Definition: `{"StartAt":"A","States":{"A":` + row.state + `}}`, StateMachineARN: machineARN, Handler: echo})
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v; want %q in it", err, row.want)
			}
		})
	}
}

func contains(lines []string, parts ...string) bool {
	for _, line := range lines {
		if strings.Contains(line, parts[0]) && strings.Contains(line, parts[1]) {
			return true
		}
	}
	return false
}

func TestWhatTheEngineImplementsIsAccepted(t *testing.T) {
	t.Parallel()
	definition := numbered([]string{
		`{"Type":"Pass","Comment":"x","InputPath":"$","OutputPath":"$$.Execution.Input.a[0]","ResultPath":"$",NEXT}`,
		`{"Type":"Pass","InputPath":null,"ResultPath":null,"Result":{"x.$":1},NEXT}`,
		`{` + invoke + `,"TimeoutSecondsPath":"$.x","ResultPath":"$.a.b[0].c","Parameters":{"a.$":"$['b c'].d[*].e","b":["c",{"d.$":"$$.Map.Item.Value.x"}]},
			"ResultSelector":{"f.$":"States.ArrayContains($[*].outcome, 'failed')"},
			"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":1,"MaxAttempts":0,"BackoffRate":1.5,"MaxDelaySeconds":3,"JitterStrategy":"FULL"}],
			"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$","Next":"0"}],NEXT}`,
		`{"Type":"Map","ItemsPath":"$.x","ItemSelector":{"i.$":"$$.Map.Item.Index"},"MaxConcurrencyPath":"$.c",
			"ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},"StartAt":"In","States":{"In":{"Type":"Succeed"}}},NEXT}`,
		`{"Type":"Parallel","Branches":[{"StartAt":"Br","States":{"Br":{"Type":"Succeed"}}}],NEXT}`,
		`{"Type":"Wait","SecondsPath":"$.x",NEXT}`, `{"Type":"Wait","TimestampPath":"$.x",NEXT}`, `{"Type":"Wait","Seconds":0,NEXT}`,
		`{"Type":"Choice","Choices":[
			{"And":[{"Not":{"Variable":"$.x","IsPresent":true}},{"Or":[{"Variable":"$.x","StringEquals":"a"},{"Variable":"$.x","BooleanEquals":true}]}],"Next":"0"},
			{"Variable":"$.x","NumericGreaterThanEqualsPath":"$.y","Next":"10"},
			{"Variable":"$$.State.EnteredTime","TimestampLessThan":"2026-11-24T00:00:00Z","Next":"10"}],"Default":"9"}`,
		`{"Type":"Fail","Error":"E","CausePath":"States.Format('it\\'s {} (of {}), or {}', $.a, States.ArrayLength($.b), true)"}`,
		`{"Type":"Pass","Parameters":{"a.$":"States.Array(1, -2, null)","c.$":"States.Array(States.MathAdd($.x, 1))","b.$":"States.UUID()"},NEXT}`,
	})
	e, err := engine.Start(t.Context(), engine.Config{Definition: definition, StateMachineARN: machineARN, Handler: echo})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}

func TestTheShippedDefinitionIsAccepted(t *testing.T) {
	t.Parallel()
	root, err := node.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	definition, err := os.ReadFile(filepath.Join(root, "statemachine", "definition.asl.json"))
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Start(t.Context(), engine.Config{Definition: string(definition), StateMachineARN: machineARN, Handler: echo})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
}
