package asl_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/simulation/asl/definition"
)

// ending is what both engines must agree on.
type ending struct {
	Status             engine.Status
	Output             any
	Error, Cause       string
	Path, Happened     []string
	Transitions, Count int
	Children           []ending
}

// ending is how the interpreted execution ended.
func (r interpreted) ending(t *testing.T) ending {
	t.Helper()
	e := endingOf(t, r.Status, r.Output, r.Error, r.Cause)
	e.Path, e.Transitions, e.Count, e.Happened = r.Path, r.Transitions, r.Events, happened(r.events)
	for _, child := range r.children {
		e.Children = append(e.Children, child.ending(t))
	}
	return e
}

// childName is the name of a child, which no two runs share.
var childName = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

func endingOf(t *testing.T, status engine.Status, output json.RawMessage, name, cause string) ending {
	t.Helper()
	e := ending{Status: status, Error: name, Cause: cause}
	if len(output) > 0 {
		if err := json.Unmarshal(childName.ReplaceAll(output, []byte("NAME")), &e.Output); err != nil {
			t.Fatal(err)
		}
	}
	// The engines say in their own words what is wrong inside a definition.
	if strings.HasPrefix(name, "States.") {
		e.Cause = ""
	}
	return e
}

// happened are the events in words, without the causes that the engines word for themselves.
func happened(events []string) []string {
	var all []string
	for _, event := range events {
		if before, _, ok := strings.Cut(event, " States."); ok {
			name, _, _ := strings.Cut(strings.TrimPrefix(event, before+" "), ":")
			event = before + " " + name
		}
		// Of a timeout of the machine only one of the engines repeats the name.
		all = append(all, strings.Replace(event, "ExecutionTimeout States.Timeout", "ExecutionTimeout", 1))
	}
	return all
}

// agree runs an execution on both engines and compares how it went.
func (r *realEngine) agree(t *testing.T, m *definition.Machine, name string, s script, input string) {
	t.Helper()
	want, got := r.run(t, name, s, input), interpret(t, m, name, 1, s, input).ending(t)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the engines differ (-engine +interpreter):\n%s", diff)
	}
}

func TestSmallDefinitionsRunAsOnTheRealEngine(t *testing.T) {
	t.Parallel()
	const (
		each  = `"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"Item","States":{"Item":`
		retry = `"Retry":[{"ErrorEquals":["Bad"],"MaxAttempts":2,"IntervalSeconds":1},{"ErrorEquals":["States.TaskFailed"],"MaxAttempts":1}]`
		catch = `"Catch":[{"ErrorEquals":["Bad"],"Next":"B"},{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"B"}]`
		toB   = `,"B":{"Type":"Succeed"}`
	)
	oneEach := func(label, fields, item string) string {
		return `"A":{"Type":"Map","Label":"` + label + `","MaxConcurrency":1,` + fields + `"ItemProcessor":{
			"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Item","States":{"Item":` + item + `}},"Next":"B"}`
	}
	bad, worse := fails("Bad"), fails("Worse")
	half := `"` + strings.Repeat("x", 150<<10) + `"`
	tests := []small{
		{"a Pass with Parameters, ResultPath and OutputPath", `"A":{"Type":"Pass","Parameters":{"x.$":"$.in.a[1]","y":{"z.$":"$"}},
			"ResultPath":"$.out.deep","OutputPath":"$.out","End":true}`, `{"in":{"a":[1,2]},"out":{"kept":true}}`, nil},
		{
			"the context object", `"A":{"Type":"Pass","Parameters":{"input.$":"$$.Execution.Input","start.$":"$$.Execution.StartTime","state.$":"$$.State.Name"},"End":true}`,
			`{"a":1}`, nil,
		},
		{
			"a call of States.Format", `"A":{"Type":"Pass","Parameters":{"text.$":"States.Format('{} of {}, {}: {}',$.n, $.s, $.b, $.z)"},"End":true}`,
			`{"n":3,"s":"x, y","b":true,"z":null}`, nil,
		},
		{"a path that leads nowhere", `"A":{"Type":"Pass","Parameters":{"x.$":"$.absent"},"End":true}`, `{}`, nil},
		{"a ResultPath into something that is no object", `"A":{"Type":"Pass","ResultPath":"$.x","End":true}`, `[1]`, nil},
		{"a Choice by every kind of rule", `"A":{"Type":"Choice","Choices":[
			{"Variable":"$.absent","IsPresent":true,"Next":"Wrong"},
			{"And":[{"Variable":"$.s","StringEquals":"x"},{"Variable":"$.b","BooleanEquals":false}],"Next":"Wrong"},
			{"Variable":"$.z","IsPresent":true,"Next":"B"}],"Default":"Wrong"},"Wrong":{"Type":"Fail","Error":"Wrong"}` + toB, `{"s":"x","b":true,"z":null}`, nil},
		{"a Choice without a match", `"A":{"Type":"Choice","Choices":[{"Variable":"$.n","StringEquals":"1","Next":"B"}]}` + toB, `{"n":"2"}`, nil},
		{"a Choice about a variable that is missing", `"A":{"Type":"Choice","Choices":[{"Variable":"$.n","StringEquals":"1","Next":"B"}],"Default":"B"}` + toB, `{}`, nil},
		{"a Choice about a value of another kind", `"A":{"Type":"Choice","Choices":[{"Variable":"$.n","StringEquals":"1","Next":"C"}],"Default":"B"},"C":{"Type":"Fail"}` + toB, `{"n":1}`, nil},
		{
			"a loop of Wait, Task and Choice", `"A":{"Type":"Wait","SecondsPath":"$.delay","Next":"Look"},"Look":{` + work + `,"Next":"Done?"},
			"Done?":{"Type":"Choice","Choices":[{"Variable":"$.pending","BooleanEquals":true,"Next":"A"}],"Default":"B"}` + toB, `{"delay":5}`,
			script{"Look": {answers(`{"pending":true,"delay":3}`), answers(`{"pending":true,"delay":1}`), answers(`{"pending":false}`)}},
		},
		{"a Fail with texts", `"A":{"Type":"Fail","Error":"E","Cause":"because"}`, `{}`, nil},
		{"a Fail with paths", `"A":{"Type":"Fail","ErrorPath":"$.e","CausePath":"States.Format('{} of {}', $.n, $.m)"}`, `{"e":"E","n":1,"m":2}`, nil},
		{"a Task with ResultSelector and ResultPath", `"A":{` + strings.Replace(work, `"OutputPath":"$.Payload"`, `"ResultSelector":{"y.$":"$.Payload.x"},"ResultPath":"$.r"`, 1) +
			`,"End":true}`, `{"a":1}`, script{"A": {answers(`{"x":7}`)}}},
		{
			"a Task of another service", `"A":{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"t","Message":"m"},"ResultPath":"$.sent","End":true}`,
			`{"kept":true}`, nil,
		},
		{"a Task that is retried until it succeeds", `"A":{` + work + `,` + retry + `,"End":true}`, `{}`, script{"A": {bad, worse, bad, answers("1")}}},
		{"a Task that is retried and fails all the same", `"A":{` + work + `,` + retry + `,"End":true}`, `{}`, script{"A": {bad}}},
		{"a Task that is retried, then caught", `"A":{` + work + `,` + retry + `,` + catch + `,"End":true}` + toB, `{"a":1}`, script{"A": {worse}}},
		{"a Task that is caught instead of its input", `"A":{` + work + `,` + catch + `,"End":true}` + toB, `{"a":1}`, script{"A": {bad}}},
		{"a Task whose Parameters lead nowhere is not caught", `"A":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","Payload.$":"$.absent"},` +
			catch + `,"End":true}` + toB, `{}`, nil},
		{
			"a Task whose result is too large is not caught", `"A":{` + work + `,` + catch + `,"End":true}` + toB, `{}`,
			script{"A": {answers(`"` + strings.Repeat("x", 256<<10) + `"`)}},
		},
		{"a Map with a selector, in order", `"A":{"ItemsPath":"$.items","ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value","of.$":"$.of"},` + each +
			`{"Type":"Pass","End":true}}},"ResultPath":"$.done","End":true}`, `{"of":7,"items":["x","y"]}`, nil},
		{"a Map over nothing", `"A":{` + each + `{"Type":"Pass","End":true}}},"End":true}`, `[]`, nil},
		{"a Map over something that is no list", `"A":{` + each + `{"Type":"Pass","End":true}}},` + catch + `,"End":true}` + toB, `{}`, nil},
		{"a Map whose iteration fails", `"A":{` + each + `{` + work + `,"End":true}}},"End":true}`, `[1,2,3]`, script{"Item": {answers("1"), bad}}},
		{"a Map that is caught", `"A":{` + each + `{` + work + `,"End":true}}},` + catch + `,"End":true}` + toB, `[1,2,3]`, script{"Item": {answers("1"), bad}}},
		{"a Map that is retried", `"A":{` + each + `{` + work + `,"End":true}}},"Retry":[{"ErrorEquals":["States.ALL"]}],"End":true}`, `[1,2]`, script{"Item": {answers("1"), bad, answers("2")}}},
		{"a Map that is retried and fails all the same", `"A":{` + each + `{"Type":"Fail","Error":"E","Cause":"because"}}},"Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"End":true}`, `[1,2]`, nil},
		{"a Map in which nothing catches a runtime error", `"A":{` + each + `{"Type":"Pass","OutputPath":"$.absent","End":true}}},"Retry":[{"ErrorEquals":["States.ALL"]}],` + catch +
			`,"End":true}` + toB, `[1]`, nil},
		{"a Map in a Map", `"A":{"Type":"Map","MaxConcurrencyPath":"$[0][0]","ItemProcessor":{"ProcessorConfig":{"Mode":"INLINE"},"StartAt":"Each","States":{"Each":{` + each +
			`{` + work + `,"End":true}}},"End":true}}},"End":true}`, `[[1,2],[3]]`, script{"Item": {answers("1"), answers("2"), answers("3")}}},
		{"a Map in a Map that fails", `"A":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"StartAt":"Each","States":{"Each":{` + each +
			`{` + work + `,"End":true}}},"End":true}}},` + catch + `,"End":true}` + toB, `[[1,2],[3]]`, script{"Item": {answers("1"), bad}}},
		{
			"a distributed Map", oneEach("L1", `"ItemSelector":{"v.$":"$$.Map.Item.Value","of.$":"$$.Execution.Name"},`,
				`{"Type":"Pass","Parameters":{"own.$":"$$.Execution.Name","given.$":"$$.Execution.Input"},"End":true}`) + toB, `[1,2]`, nil,
		},
		{"a distributed Map over nothing", oneEach("L2", ``, `{"Type":"Pass","End":true}`) + toB, `[]`, nil},
		{
			"a distributed Map that tolerates failures", oneEach("L3", `"ToleratedFailurePercentage":100.0,`, `{`+work+`,"End":true}`) + toB, `[1,2,3]`,
			script{"Item": {answers("1"), bad, answers("2")}},
		},
		{
			"a distributed Map that is caught", oneEach("L4", `"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],`, `{`+work+`,"End":true}`) + toB, `[1,2,3]`,
			script{"Item": {answers("1"), bad}},
		},
		{"a distributed Map whose error has no place in its input", oneEach("L8", catch+`,`, `{`+work+`,"End":true}`) + toB, `[1]`, script{"Item": {bad}}},
		{"a distributed Map that is not caught", oneEach("L5", ``, `{"Type":"Fail","Error":"E","Cause":"because"}`) + toB, `[1]`, nil},
		{
			"a distributed Map whose results are not wanted", oneEach("L6", `"ResultPath":null,"ToleratedFailurePercentage":100.0,`, `{`+work+`,"End":true}`) + toB, `[1,2]`,
			script{"Item": {bad}},
		},
		{
			"a distributed Map whose results are too large, caught by name",
			oneEach("L9", `"Catch":[{"ErrorEquals":["States.DataLimitExceeded"],"Next":"B"},{"ErrorEquals":["States.ALL"],"Next":"A"}],`, `{`+work+`,"End":true}`) + toB, `[1,2]`,
			script{"Item": {answers(half), answers(half)}},
		},
		{
			"a child in which nothing catches a runtime error", oneEach("L7", `"ToleratedFailurePercentage":100.0,`, `{"Type":"Pass","OutputPath":"$.absent","End":true}`) + toB,
			`[1]`, nil,
		},
		{
			"a Task that takes too long", `"A":{` + work + `,"TimeoutSeconds":1,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"C"}],"End":true},"C":{"Type":"Pass","Parameters":{"error.$":"$.Error"},"End":true}`, `{}`,
			script{"A": {{result: "1", takes: outlasting}}},
		},
		{
			"a Task that takes too long is no States.TaskFailed", `"A":{` + work + `,"TimeoutSeconds":1,"Retry":[{"ErrorEquals":["States.TaskFailed"]}],"End":true}`, `{}`,
			script{"A": {{result: "1", takes: outlasting}}},
		},
	}
	definition := combine(t, tests)
	real, m := startEngine(t, definition), compile(t, definition)
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			real.agree(t, m, fmt.Sprint("test", i), test.script, test.input)
		})
	}
}

func TestAMachineThatTakesTooLongEndsAsOnTheRealEngine(t *testing.T) {
	t.Parallel()
	definition := `{"TimeoutSeconds":1,` + machine(`"A":{"Type":"Map","ItemProcessor":{"StartAt":"Item","States":{"Item":{` + work + `,"End":true}}},"End":true}`)[1:]
	startEngine(t, definition).agree(t, compile(t, definition), "r1", script{"Item": {{result: "1", takes: outlasting}}}, `[1]`)
}
