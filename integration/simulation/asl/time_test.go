package asl_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"eks-scaling-automation/integration/runtime/engine"
)

func TestOnlyWaitsRetriesAndTasksTakeTime(t *testing.T) {
	t.Parallel()
	const toB = `,"B":{"Type":"Succeed"}`
	slow := outcome{result: `{"Payload":1}`, takes: 7 * time.Second}
	retried := func(fields string) string {
		return `"A":{` + work + `,"Retry":[{"ErrorEquals":["Bad"],` + fields + `}],"End":true}`
	}
	tests := []struct {
		name, states, input string
		script              script
		want                string
		takes               time.Duration
	}{
		{"a Pass takes none", `"A":{"Type":"Pass","End":true}`, `{}`, nil, "SUCCEEDED  [A]", 0},
		{"a Wait", `"A":{"Type":"Wait","Seconds":90,"End":true}`, `{}`, nil, "SUCCEEDED  [A]", 90 * time.Second},
		{"a Wait by a path", `"A":{"Type":"Wait","SecondsPath":"$.s","End":true}`, `{"s":3}`, nil, "SUCCEEDED  [A]", 3 * time.Second},
		{"a Task", `"A":{` + work + `,"TimeoutSeconds":8,"End":true}`, `{}`, script{"A": {slow}}, "SUCCEEDED  [A]", 7 * time.Second},
		{"a Task until its timeout", `"A":{` + work + `,"TimeoutSeconds":6,"End":true}`, `{}`, script{"A": {slow}}, "FAILED States.Timeout [A]", 6 * time.Second},
		{
			"a timeout counts for every attempt alone", `"A":{` + work + `,"TimeoutSeconds":6,"Retry":[{"ErrorEquals":["States.Timeout"],"MaxAttempts":2}],"End":true}`, `{}`,
			script{"A": {slow}},
			"FAILED States.Timeout [A]", (6 + 1 + 6 + 2 + 6) * time.Second,
		},
		{"retries by default", retried(`"MaxAttempts":3`), `{}`, script{"A": {fails("Bad")}}, "FAILED Bad [A]", (1 + 2 + 4) * time.Second},
		{
			"retries that are not longer than the longest", retried(`"IntervalSeconds":5,"BackoffRate":3,"MaxDelaySeconds":20,"MaxAttempts":4`), `{}`,
			script{"A": {fails("Bad")}},
			"FAILED Bad [A]", (5 + 15 + 20 + 20) * time.Second,
		},
		{"no retries", retried(`"MaxAttempts":0`), `{}`, script{"A": {fails("Bad")}}, "FAILED Bad [A]", 0},
		{
			"the machine's timeout", `"A":{` + work + `,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"B"}],"Next":"B"}` + toB, `{}`,
			script{"A": {{result: "1", takes: 2 * time.Hour}}},
			"TIMED_OUT States.Timeout [A]", time.Hour,
		},
		{
			"iterations side by side", `"A":{"Type":"Map","MaxConcurrency":2,"ItemProcessor":{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"End":true}}},"End":true}`,
			`[1,2,3,4,5]`, nil, "SUCCEEDED  [A W W W W W]", 30 * time.Second,
		},
		{
			"no more than 40 iterations at a time", `"A":{"Type":"Map","ItemProcessor":{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":10,"End":true}}},"Next":"B"}` + toB,
			`[` + items(41) + `]`, nil, "", 20 * time.Second,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			definition := `{"TimeoutSeconds":3600,` + machine(test.states)[1:]
			got := interpret(t, compile(t, definition), "r1", 1, test.script, test.input)
			if got.took() != test.takes {
				t.Errorf("took %v, want %v", got.took(), test.takes)
			}
			if test.want != "" && got.summary() != test.want {
				t.Errorf("ended as %s, want %s", got.summary(), test.want)
			}
		})
	}
}

func items(n int) string {
	text := "0"
	for i := 1; i < n; i++ {
		text += fmt.Sprint(",", i)
	}
	return text
}

func TestJitterIsAtMostTheDelay(t *testing.T) {
	t.Parallel()
	m := compile(t, machine(`"A":{`+work+`,"Retry":[{"ErrorEquals":["Bad"],"IntervalSeconds":8,"MaxAttempts":1,"JitterStrategy":"FULL"}],"End":true}`))
	least, most := time.Hour, time.Duration(0)
	for seed := range uint64(300) {
		took := interpret(t, m, "r1", seed, script{"A": {fails("Bad")}}, `{}`).took()
		least, most = min(least, took), max(most, took)
	}
	if least > time.Second || most < 7*time.Second || most > 8*time.Second {
		t.Errorf("300 seeds waited from %v to %v, want all of 0s to 8s", least, most)
	}
}

func TestTheSameSeedIsTheSameExecution(t *testing.T) {
	t.Parallel()
	m := compile(t, shipped())
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		s := script{}
		for state, outcomes := range night {
			s[state] = append([]outcome{fails(rapid.SampledFrom([]string{"TransientError", "Lambda.Unknown", "BrokenError"}).Draw(rt, "error "+state))}, outcomes...)
			s[state][0].takes = time.Duration(rapid.IntRange(0, 50).Draw(rt, "takes "+state)) * time.Second
		}
		first, second := interpret(t, m, "r1", seed, s, `{}`), interpret(t, m, "r1", seed, s, `{}`)
		if diff := cmp.Diff(first.Result, second.Result); diff != "" {
			rt.Errorf("the second time (-first +second):\n%s", diff)
		}
		if diff := cmp.Diff(first.events, second.events); diff != "" {
			rt.Errorf("the second time (-first +second):\n%s", diff)
		}
	})
}

func TestEverySeedHasTheSameStatesInAMapSideBySide(t *testing.T) {
	t.Parallel()
	m := compile(t, machine(`"A":{"Type":"Map","MaxConcurrency":2,"ItemProcessor":{"StartAt":"T","States":{"T":{`+work+`,"Next":"P"},"P":{"Type":"Pass","End":true}}},"End":true}`))
	orders := map[string]bool{}
	for seed := range uint64(100) {
		got := interpret(t, m, "r1", seed, nil, `[1,2,3]`)
		if got.Status != engine.Succeeded || string(got.Output) != `[1,2,3]` || got.Transitions != 7 || got.Events != 1+2+3*(2+5+2)+2+1 {
			t.Fatalf("seed %d: %s %s, %d transitions, %d events", seed, got.Status, got.answer(), got.Transitions, got.Events)
		}
		if diff := cmp.Diff([]string{"A", "P", "P", "P", "T", "T", "T"}, sorted(got.Path)); diff != "" {
			t.Fatalf("seed %d (-want +got):\n%s", seed, diff)
		}
		orders[fmt.Sprint(got.Path)] = true
	}
	if len(orders) < 3 {
		t.Errorf("100 seeds gave only %v", orders)
	}
}

func BenchmarkNight(b *testing.B) {
	m := compile(b, shipped())
	for seed := range uint64(b.N) {
		if got := interpret(b, m, "r1", seed, night, `{"trigger":"reconcile"}`); got.Status != engine.Succeeded {
			b.Fatal(got.answer())
		}
	}
}
