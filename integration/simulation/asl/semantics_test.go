package asl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What AWS does where the real engine does otherwise, or not at all.
func TestStatesBehaveAsOnAWS(t *testing.T) {
	t.Parallel()
	const toB = `,"B":{"Type":"Succeed"}`
	large := `"` + strings.Repeat("x", 200<<10) + `"`
	tests := []struct{ name, states, input, want string }{
		{
			"And ends with what is false, before a variable that is missing",
			`"A":{"Type":"Choice","Choices":[{"And":[{"Variable":"$.x","IsPresent":true},{"Variable":"$.x","StringEquals":"1"}],"Next":"C"}],"Default":"B"},"C":{"Type":"Fail"}` + toB,
			`{}`, `{}`,
		},
		{
			"numbers are kept as they were written", `"A":{"Type":"Pass","Parameters":{"x.$":"$.x"},"End":true}`,
			`{"x":12345678901234567890.10}`, `{"x":12345678901234567890.10}`,
		},
		{
			"a ResultPath through something that is no object", `"A":{"Type":"Pass","ResultPath":"$.x.y","End":true}`,
			`{"x":1}`, `States.ResultPathMatchFailure: States.ResultPathMatchFailure`,
		},
		{
			"the ResultPath of a Catch that is $ replaces the input",
			`"A":{"Type":"Map","ItemProcessor":{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"c"}}},"Catch":[{"ErrorEquals":["E"],"ResultPath":"$","Next":"B"}],"End":true}` + toB,
			`[1]`, `{"Cause":"c","Error":"E"}`,
		},
		{
			"a Fail without texts", `"A":{"Type":"Fail"}`, `{}`, `: `,
		},
		{
			"a Fail whose error is no string", `"A":{"Type":"Fail","ErrorPath":"$.x"}`, `{"x":1}`, `States.Runtime: 1 is no string`,
		},
		{
			"a Wait for no number of seconds", `"A":{"Type":"Wait","SecondsPath":"$.x","End":true}`, `{"x":"5"}`, `States.Runtime: "5" is no number of seconds to wait`,
		},
		{
			"a Map with no number of iterations at a time", `"A":{"Type":"Map","ItemsPath":"$.l","MaxConcurrencyPath":"$.x","ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}`,
			`{"l":[1],"x":-1}`, `States.Runtime: -1 is no number of iterations to run at a time`,
		},
		{
			"an output that is too large", `"A":{"Type":"Pass","Parameters":{"x.$":"$.x","y.$":"$.x"},"End":true}`, `{"x":` + large + `}`,
			`States.DataLimitExceeded: The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.`,
		},
		{
			"a list of results that is too large is not caught",
			`"A":{"Type":"Map","ItemsPath":"$.l","ItemSelector":{"x.$":"$.x"},"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},
				"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"End":true}` + toB, `{"l":[1,2],"x":` + large + `}`,
			`States.DataLimitExceeded: The state/task 'A' returned a result with a size exceeding the maximum number of bytes service limit.`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := interpret(t, compile(t, machine(test.states)), "r1", 1, nil, test.input)
			if diff := cmp.Diff(test.want, got.answer()); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTextIsMeasuredAndWrittenAsItIsSent(t *testing.T) {
	t.Parallel()
	const input = `{"a":"é\"\\\n\t\u0001</>\u2028","b":[null,true,-1.50,{}]}`
	got := interpret(t, compile(t, machine(`"A":{"Type":"Pass","End":true}`)), "r1", 1, nil, input)
	if want := strings.Replace(input, `\u2028`, "\u2028", 1); string(got.Output) != want {
		t.Errorf("got %s, want %s", got.Output, want)
	}
}

func TestAnInputThatAWSRefusesIsRefused(t *testing.T) {
	t.Parallel()
	for name, input := range map[string]string{"no JSON": `{`, "two values": `{} {}`, "too large": `"` + strings.Repeat("x", 256<<10) + `"`} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, 1, machine(`"A":{"Type":"Succeed"}`), nil)
			if _, err := w.runner.Start("r1", []byte(input)); err == nil || !strings.Contains(err.Error(), "start execution r1: the input") {
				t.Errorf("got %v", err)
			}
		})
	}
}
