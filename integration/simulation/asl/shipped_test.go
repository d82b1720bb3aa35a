package asl_test

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"testing"

	"eks-scaling-automation/statemachine"
)

// shipped is the definition that is deployed, with names in the place of its placeholders.
func shipped() string {
	return regexp.MustCompile(`\$\{(\w+)\}`).ReplaceAllString(statemachine.Definition, "the-$1")
}

func TestTheShippedDefinitionIsImplemented(t *testing.T) {
	compile(t, shipped())
}

// night is a run in which every Task succeeds: signals, one unit that waits for another run, two waves, a busy node group, an update that
// is looked at twice. Each state of the definition is entered in it or in one of its variations.
var night = script{
	"LoadConfig": {answers(`{"run":{"trigger":"reconcile","dryRun":false},"units":["production"],"concurrency":200,"signals":true,"readings":{}}`)},
	"ReadSignals": {answers(`{"run":{"trigger":"reconcile","dryRun":false},"units":["production"],"concurrency":200,"signals":true,
		"readings":{"rain":{"value":"25","at":"2026-11-24T04:00:00Z"}}}`)},
	"Decide": {
		decided(`"next":"wait","delaySeconds":15`),
		decided(`"next":"scale","wave":{"decisions":[{"nodegroup":"small"}]}`),
		decided(`"next":"scale","wave":{"decisions":[{"nodegroup":"big"},{"nodegroup":"idle"}]}`),
		decided(`"next":"done","outcome":"succeeded"`),
	},
	"Scale": {
		answers(`{"decision":{"nodegroup":"small"},"progress":{"status":"busy","delaySeconds":15}}`),
		answers(`{"decision":{"nodegroup":"small"},"progress":{"status":"pending","delaySeconds":60}}`),
		answers(`{"decision":{"nodegroup":"big"},"progress":{"status":"pending","delaySeconds":60}}`),
		answers(`{"decision":{"nodegroup":"idle"},"progress":{"status":"ended"}}`),
	},
	"WaitForNodegroupActive": {
		answers(`{"decision":{"nodegroup":"small"},"progress":{"status":"pending","delaySeconds":30}}`),
		answers(`{"decision":{"nodegroup":"small"},"progress":{"status":"ended"}}`),
		answers(`{"decision":{"nodegroup":"big"},"progress":{"status":"ended"}}`),
	},
	"Audit":         {answers(`{"nodegroup":"any","outcome":"succeeded"}`)},
	"AuditUnit":     {answers(`{"unit":"production","outcome":"succeeded"}`)},
	"SyncTriggers":  {answers(`{"planned":1,"created":0,"updated":0,"deleted":0}`)},
	"AuditRun":      {answers(`{"outcome":"succeeded"}`)},
	"NotifyFailure": {{result: `{"MessageId":"1"}`}},
}

// decided is decide's result: the data for every step of the unit, and its next step.
func decided(next string) outcome {
	return answers(`{"run":{"trigger":"reconcile","dryRun":false},"unit":"production","round":1,"cluster":{"name":"production","concurrency":1},
		"at":"2026-11-24T04:00:00Z","goodUntil":"2026-11-24T09:30:00Z","wanted":{},"basis":"b","guards":[],` + next + `}`)
}

// with is the night with other outcomes of one state.
func (s script) with(state string, outcomes ...outcome) script {
	changed := maps.Clone(s)
	changed[state] = outcomes
	return changed
}

func TestTheShippedDefinitionRunsAsOnTheRealEngine(t *testing.T) {
	t.Parallel()
	failed := answers(`{"outcome":"failed","error":"X","message":"because","alert":{"subject":"s","message":"m"}}`)
	tests := map[string]script{
		"all goes well":                night,
		"nothing to do":                night.with("LoadConfig", answers(`{"run":{"dryRun":false},"units":[]}`)).with("AuditRun", answers(`{"outcome":"skipped"}`)),
		"no signals":                   night.with("LoadConfig", answers(`{"run":{"dryRun":false},"units":["production"],"concurrency":200,"signals":false,"readings":{}}`)),
		"a dry run":                    night.with("Decide", answers(`{"run":{"dryRun":true},"unit":"production","next":"done"}`)),
		"overtaken":                    night.with("AuditRun", answers(`{"outcome":"overtaken"}`)),
		"a change failed":              night.with("Audit", answers(`{"outcome":"failed"}`)).with("AuditRun", failed),
		"nobody can be told":           night.with("AuditRun", failed).with("NotifyFailure", fails("SNS.NotFound")),
		"an answer that lacks a field": night.with("Decide", answers(`{}`)),
	}
	// Every Task fails: for good, and once with an error that is retried.
	for _, state := range slices.Sorted(maps.Keys(night)) {
		tests["no "+state] = night.with(state, fails("BrokenError")).with("AuditRun", failed)
		for _, name := range []string{"TransientError", "Lambda.Unknown", "BrokenError"} {
			tests[fmt.Sprintf("%s fails once with %s", state, name)] = night.with(state, append([]outcome{fails(name)}, night[state]...)...)
		}
	}
	tests["no AuditRun"] = night.with("AuditRun", fails("BrokenError"))
	inputs := map[string]string{}
	for name, input := range map[string]string{
		"a dry run without a record":                        `{"dryRun":true}`,
		"a run without a record that says it is no dry run": `{"dryRun":false}`,
		"a run without a record whose dryRun is a text":     `{"dryRun":"true"}`,
		"a run without a record whose input is a list":      `[]`,
	} {
		tests[name], inputs[name] = tests["no AuditRun"], input
	}
	real, m := startEngine(t, shipped()), compile(t, shipped())
	entered := map[string]bool{}
	number := 0
	for _, name := range slices.Sorted(maps.Keys(tests)) {
		number++
		execution, input := fmt.Sprint("run", number), cmp.Or(inputs[name], `{"trigger":"reconcile"}`)
		for _, state := range interpret(t, m, execution, 1, tests[name], input).entered() {
			entered[state] = true
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			real.agree(t, m, execution, tests[name], input)
		})
	}
	for _, match := range regexp.MustCompile(`"([^"]+)": \{\s*"Type"`).FindAllStringSubmatch(shipped(), -1) {
		if !entered[match[1]] {
			t.Errorf("no scenario enters the state %s", match[1])
		}
	}
}
