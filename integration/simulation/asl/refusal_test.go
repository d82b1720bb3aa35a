package asl_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/integration/simulation/asl/definition"
)

func TestWhatIsNotImplementedIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	const (
		end    = `,"End":true`
		mapped = `"Type":"Map","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}` + end
	)
	choice := func(rule string) string {
		return machine(`"A":{"Type":"Choice","Choices":[{` + rule + `,"Next":"B"}]},"B":{"Type":"Succeed"}`)
	}
	one := func(state string) string { return machine(`"A":{` + state + `}`) }
	pass := func(value string) string { return one(`"Type":"Pass","Parameters":{"x.$":"` + value + `"}` + end) }
	retry := func(fields string) string { return one(work + `,"Retry":[{` + fields + `}]` + end) }
	const standard = `"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"`
	each := func(config, fields string) string {
		return `{"ItemProcessor":{"ProcessorConfig":{` + config + `},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"Type":"Map",` +
			strings.TrimPrefix(fields+end, ",") + `}`
	}
	distributed := func(config, fields string) string { return machine(`"A":` + each(config, fields)) }
	tests := []struct{ name, definition, want string }{
		{"no JSON", `{`, "the definition cannot be read: unexpected EOF"},
		{"a key that is there twice", `{"StartAt":"A","States":{"A":{"Type":"Pass","Type":"Fail"}}}`, `States.A: the key "Type" is there twice`},
		{"a field of the machine", `{"Mode":"x",` + one(`"Type":"Succeed"`)[1:], "Mode: is not implemented here"},
		{"a timeout of 0", `{"TimeoutSeconds":0,` + one(`"Type":"Succeed"`)[1:], "TimeoutSeconds: must be a whole number from 1 to 99999999"},
		{"no states", `{"StartAt":"A","States":{}}`, "States: has no states"},
		{"a start that is not there", `{"StartAt":"B","States":{"A":{"Type":"Succeed"}}}`, `StartAt: there is no state "B"`},
		{"a long name", `{"StartAt":"A","States":{"A":{"Type":"Succeed"},"` + strings.Repeat("x", 81) + `":{"Type":"Succeed"}}}`, "the name has more than 80 characters"},
		{"a type", one(`"Type":"Parallel"`), `States.A.Type: "Parallel" is not implemented here`},
		{"no type", one(`"Comment":"x"`), "States.A.Type: is missing"},
		{"a state that is none", `{"StartAt":"A","States":{"A":1}}`, "States.A: must be an object"},
		{"neither Next nor End", one(`"Type":"Pass"`), "States.A: must have either Next or End"},
		{"both Next and End", one(`"Type":"Pass","Next":"A"` + end), "States.A: must have either Next or End"},
		{"an End that is false", one(`"Type":"Pass","End":false`), "States.A.End: must be true"},
		{"a Next that leads nowhere", one(`"Type":"Pass","Next":"B"`), `States.A: there is no state "B" to go to`},
		{"a Default that leads nowhere", machine(`"A":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,"Next":"A"}],"Default":"B"}`), `there is no state "B" to go to`},
		{"a Catch that leads out of a Map", one(strings.Replace(mapped, `"Type":"Pass"`, `"Type":"Pass","Next":"A"`, 1)), `States.A.ItemProcessor.States.P: there is no state "A" to go to`},

		{"Assign", one(`"Type":"Pass","Assign":{"x":1}` + end), "States.A.Assign: is not implemented here"},
		{"ResultSelector of a Pass", one(`"Type":"Pass","ResultSelector":{}` + end), "States.A.ResultSelector: is not implemented here"},
		{"Retry of a Pass", one(`"Type":"Pass","Retry":[]` + end), "States.A.Retry: is not implemented here"},
		{"Next of a Succeed", one(`"Type":"Succeed","Next":"A"`), "States.A.Next: is not implemented here"},
		{"OutputPath of a Fail", one(`"Type":"Fail","OutputPath":"$"`), "States.A.OutputPath: is not implemented here"},
		{"two errors of a Fail", one(`"Type":"Fail","Error":"E","ErrorPath":"$.e"`), "States.A: has both Error and ErrorPath"},
		{"the path of a Fail", one(`"Type":"Fail","CausePath":"States.UUID()"`), `States.A.CausePath: "States.UUID()" is not implemented here`},
		{"a Timestamp of a Wait", one(`"Type":"Wait","Timestamp":"2026-11-24T00:00:00Z"` + end), "States.A.Timestamp: is not implemented here"},
		{"two times of a Wait", one(`"Type":"Wait","Seconds":1,"SecondsPath":"$.s"` + end), "States.A: must have either Seconds or SecondsPath"},
		{"half a second", one(`"Type":"Wait","Seconds":1.5` + end), "States.A.Seconds: must be a whole number"},

		{"another service", one(`"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage"` + end), `States.A.Resource: "arn:aws:states:::sqs:sendMessage" is not implemented here`},
		{
			"an unknown parameter", one(`"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f","InvocationType":"Event"}` + end),
			"States.A.Parameters.InvocationType: is not implemented here",
		},
		{"no function", one(`"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"Payload":1}` + end), "States.A.Parameters.FunctionName: is missing"},
		{"no topic", one(`"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"Message.$":"$.m"}` + end), "States.A.Parameters.TopicArn: is missing"},
		{
			"a placeholder", one(`"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"${F}"}` + end),
			`States.A.Parameters.FunctionName: the placeholder in "${F}" is not filled in`,
		},
		{"HeartbeatSeconds", one(work + `,"HeartbeatSeconds":1` + end), "States.A.HeartbeatSeconds: is not implemented here"},
		{"TimeoutSecondsPath", one(work + `,"TimeoutSecondsPath":"$.t"` + end), "States.A.TimeoutSecondsPath: is not implemented here"},
		{"Credentials", one(work + `,"Credentials":{}` + end), "States.A.Credentials: is not implemented here"},

		{"no ErrorEquals", retry(`"MaxAttempts":1`), "States.A.Retry[0].ErrorEquals: is missing"},
		{"an unknown field of a retrier", retry(`"ErrorEquals":["E"],"Delay":1`), "States.A.Retry[0].Delay: is not implemented here"},
		{"an unknown jitter", retry(`"ErrorEquals":["E"],"JitterStrategy":"HALF"`), "States.A.Retry[0].JitterStrategy: HALF is not implemented here"},
		{"an interval of 0", retry(`"ErrorEquals":["E"],"IntervalSeconds":0`), "States.A.Retry[0].IntervalSeconds: must be a whole number"},
		{"a rate below 1", retry(`"ErrorEquals":["E"],"BackoffRate":0.5`), "States.A.Retry[0].BackoffRate: must be a number of at least 1"},
		{"a longest delay that is too short", retry(`"ErrorEquals":["E"],"IntervalSeconds":5,"MaxDelaySeconds":5`), "States.A.Retry[0].MaxDelaySeconds: must be more than IntervalSeconds"},
		{"States.ALL beside another", retry(`"ErrorEquals":["E","States.ALL"]`), "States.A.Retry[0].ErrorEquals: States.ALL must be alone and the last"},
		{
			"States.ALL before another", one(work + `,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"A"},{"ErrorEquals":["E"],"Next":"A"}]` + end),
			"States.A.Catch[0].ErrorEquals: States.ALL must be alone and the last",
		},
		{"States.Runtime", retry(`"ErrorEquals":["States.Runtime"]`), "States.A.Retry[0].ErrorEquals: States.Runtime never matches here"},
		{"States.TaskFailed of a Map", one(mapped + `,"Retry":[{"ErrorEquals":["States.TaskFailed"]}]`), "States.A.Retry[0].ErrorEquals: States.TaskFailed never matches here"},
		{"an unknown field of a catcher", one(work + `,"Catch":[{"ErrorEquals":["E"],"Next":"A","OutputPath":"$"}]` + end), "States.A.Catch[0].OutputPath: is not implemented here"},
		{"a catcher that leads nowhere", one(work + `,"Catch":[{"ErrorEquals":["E"]}]` + end), "States.A.Catch[0].Next: is missing"},

		{"an operator", choice(`"Variable":"$.x","StringMatches":"a*"`), "States.A.Choices[0].StringMatches: is not implemented here"},
		{"two operators", choice(`"Variable":"$.x","IsPresent":true,"StringEquals":"y"`), "States.A.Choices[0]: must have one operator, not 2: [IsPresent StringEquals]"},
		{"no operator", choice(`"Variable":"$.x"`), "States.A.Choices[0]: must have one operator, not 0"},
		{"no variable", choice(`"IsPresent":true`), "States.A.Choices[0].Variable: is missing"},
		{"a variable of many", choice(`"Variable":"$.x[*]","IsPresent":true`), `States.A.Choices[0].Variable: path "$.x[*]": "[*]" is not implemented here`},
		{"a constant of another kind", choice(`"Variable":"$.x","StringEquals":1`), "States.A.Choices[0].StringEquals: must be a string"},
		{"a Next in a part of a rule", choice(`"And":[{"Variable":"$.x","IsPresent":true,"Next":"B"}]`), "States.A.Choices[0].And[0].Next: is not implemented here"},
		{"a variable beside And", choice(`"Variable":"$.x","And":[{"Variable":"$.x","IsPresent":true}]`), "States.A.Choices[0].Variable: is not implemented here"},
		{"no Choices", one(`"Type":"Choice","Default":"A"`), "States.A.Choices: is missing"},
		{"a rule without Next", machine(`"A":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true}]}`), "States.A.Choices[0].Next: is missing"},

		{"a mode of a Map", distributed(`"Mode":"x"`, ``), "States.A.ItemProcessor.ProcessorConfig.Mode: x is not implemented here"},
		{"a type of the executions of an inline Map", distributed(`"Mode":"INLINE","ExecutionType":"STANDARD"`, ``), "ProcessorConfig.ExecutionType: is not implemented here"},
		{"no type of executions", distributed(`"Mode":"DISTRIBUTED"`, `"Label":"L"`), "States.A.ItemProcessor.ProcessorConfig.ExecutionType: is missing"},
		{"express executions", distributed(`"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"`, `"Label":"L"`), "ProcessorConfig.ExecutionType: EXPRESS is not implemented here"},
		{"no label", distributed(standard, ``), "States.A.Label: is missing"},
		{"a label that no ARN can have", distributed(standard, `"Label":"a/b"`), "States.A.Label: must have up to 40 letters"},
		{"the label of an inline Map", one(mapped + `,"Label":"L"`), "States.A.Label: is not implemented here"},
		{"more than all failures", distributed(standard, `"Label":"L","ToleratedFailurePercentage":100.5`), "States.A.ToleratedFailurePercentage: must be at most 100"},
		{"less than no failures", distributed(standard, `"Label":"L","ToleratedFailurePercentage":-1`), "States.A.ToleratedFailurePercentage: must be a number of at least 0"},
		{"a number of tolerated failures", distributed(standard, `"Label":"L","ToleratedFailureCount":1`), "States.A.ToleratedFailureCount: is not implemented here"},
		{"Retry of a distributed Map", distributed(standard, `"Label":"L","Retry":[{"ErrorEquals":["E"]}]`), "States.A.Retry: of a distributed Map is not implemented here"},
		{"an ItemReader", distributed(standard, `"Label":"L","ItemReader":{}`), "States.A.ItemReader: is not implemented here"},
		{"a ResultWriter", distributed(standard, `"Label":"L","ResultWriter":{}`), "States.A.ResultWriter: is not implemented here"},
		{"an ItemBatcher", distributed(standard, `"Label":"L","ItemBatcher":{}`), "States.A.ItemBatcher: is not implemented here"},
		{
			"a distributed Map inside a Map",
			one(`"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":` + each(standard, `"Label":"L"`) + `}}` + end),
			"States.A.ItemProcessor.States.B: a distributed Map inside a Map is not implemented here",
		},
		{"a timeout inside a Map", one(strings.Replace(mapped, `{"StartAt"`, `{"TimeoutSeconds":1,"StartAt"`, 1)), "States.A.ItemProcessor.TimeoutSeconds: is not implemented here"},
		{"Parameters of a Map", one(mapped + `,"Parameters":{}`), "States.A.Parameters: is not implemented here"},
		{"Iterator of a Map", one(mapped + `,"Iterator":{}`), "States.A.Iterator: is not implemented here"},
		{"tolerated failures", one(mapped + `,"ToleratedFailurePercentage":5`), "States.A.ToleratedFailurePercentage: is not implemented here"},
		{"two limits of a Map", one(mapped + `,"MaxConcurrency":1,"MaxConcurrencyPath":"$.c"`), "States.A: has both MaxConcurrency and MaxConcurrencyPath"},
		{"no processor", one(`"Type":"Map"` + end), "States.A.ItemProcessor: is missing"},
		{"a name that is there twice", one(strings.ReplaceAll(mapped, `"P"`, `"A"`)), "States.A.ItemProcessor.States.A: has the name of States.A"},

		{"a path that begins otherwise", one(`"Type":"Pass","OutputPath":"x"` + end), `States.A.OutputPath: "x" is no path: it must begin with $`},
		{"a deep scan", pass(`$..x`), `States.A.Parameters.x.$: path "$..x": "..x" is not implemented here`},
		{"a filter", pass(`$.x[?(@.y)]`), `path "$.x[?(@.y)]": "[?(@.y)]" is not implemented here`},
		{"a slice", pass(`$.x[0:1]`), `"[0:1]" is not implemented here`},
		{"an index from the end", pass(`$.x[-1]`), `"[-1]" is not implemented here`},
		{"all fields", pass(`$.x.*`), `".*" is not implemented here`},
		{"an open bracket", pass(`$.x[0`), `"[0" is not implemented here`},
		{"an unknown part of the context", pass(`$$.Execution.RoleArn`), `path "$$.Execution.RoleArn" is not implemented here`},
		{"the whole context", pass(`$$`), `path "$$" is not implemented here`},
		{"an item outside of a selector", pass(`$$.Map.Item.Value`), `path "$$.Map.Item.Value" is not implemented here`},
		{"an index in a ResultPath", one(`"Type":"Pass","ResultPath":"$.x[0]"` + end), "States.A.ResultPath: an index is not implemented here"},
		{"many in an OutputPath", one(`"Type":"Pass","OutputPath":"$.x[*]"` + end), `States.A.OutputPath: path "$.x[*]": "[*]" is not implemented here`},
		{"a value that is computed and constant", one(`"Type":"Pass","Parameters":{"x":1,"x.$":"$.y"}` + end), "States.A.Parameters.x.$: there is another field of this name"},
		{"a computed value that is no text", one(`"Type":"Pass","Parameters":{"x.$":1}` + end), "States.A.Parameters.x.$:"},

		{"a function", pass(`States.Hash($.x, 'MD5')`), `"States.Hash($.x, 'MD5')" is not implemented here`},
		{"a path in a call that is not known", pass(`States.Format('{}', $..x)`), `"..x" is not implemented here`},
		{"more places than values", pass(`States.Format('{} {}', $.x)`), "has 2 places for 1 values"},
		{"a comparison of numbers", choice(`"Variable":"$.x","NumericEquals":1`), "States.A.Choices[0].NumericEquals: is not implemented here"},
		{"an InputPath", one(`"Type":"Pass","InputPath":"$.x"` + end), "States.A.InputPath: is not implemented here"},
		{
			"a ResultPath of a catcher that is null", one(work + `,"Catch":[{"ErrorEquals":["E"],"ResultPath":null,"Next":"A"}]` + end),
			"States.A.Catch[0].ResultPath: must be a string",
		},
		{"a list in a template", one(`"Type":"Pass","Parameters":{"x":[{"y.$":"$.y"}]}` + end), "States.A.Parameters.x: a list is not implemented here"},
		{"an IsPresent that is false", choice(`"Variable":"$.x","IsPresent":false`), "States.A.Choices[0].IsPresent: must be true"},
		{"an escape of a brace", pass(`States.Format('\\{')`), "is not implemented here"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := definition.Compile(test.definition)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

// Whichever object of the shipped definition gets a field that nobody knows, the field is refused by its name.
func TestAnUnknownFieldIsRefusedEverywhere(t *testing.T) {
	t.Parallel()
	var whole map[string]any
	if err := json.Unmarshal([]byte(shipped()), &whole); err != nil {
		t.Fatal(err)
	}
	tried := 0
	eachObject(whole, func(fields map[string]any) {
		tried++
		fields["Unknown"] = true
		defer delete(fields, "Unknown")
		text, err := json.Marshal(whole)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = definition.Compile(string(text)); err == nil || !strings.Contains(err.Error(), "Unknown: ") {
			t.Errorf("a field in %v: got %v", slices.Sorted(maps.Keys(fields)), err)
		}
	})
	if states := strings.Count(shipped(), `"Type"`); tried < states {
		t.Errorf("only %d objects were tried, though there are %d states", tried, states)
	}
}

// eachObject visits every object but those with data of the definition's own making, in which every name may stand.
func eachObject(v any, visit func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			eachObject(item, visit)
		}
	case map[string]any:
		for key, item := range v {
			if !slices.Contains([]string{"Parameters", "ItemSelector", "ResultSelector", "Result"}, key) {
				eachObject(item, visit)
			}
		}
		visit(v)
	}
}
