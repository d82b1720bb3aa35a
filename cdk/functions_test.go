package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/statemachine"
)

// lambdaFunction is an AWS::Lambda::Function.
type lambdaFunction struct {
	FunctionName string
	Timeout      int
	Environment  struct{ Variables map[string]string }
}

// logGroup is an AWS::Logs::LogGroup.
type logGroup struct {
	LogGroupName    string
	RetentionInDays int
}

// byName are the functions by the name of their folder.
func byName(t *testing.T, from template) map[string]lambdaFunction {
	t.Helper()
	functions := map[string]lambdaFunction{}
	for _, f := range all[lambdaFunction](t, from, "AWS::Lambda::Function") {
		functions[strings.TrimPrefix(f.FunctionName, "eks-scaling-")] = f
	}
	return functions
}

func TestEveryFunctionIsInTheStack(t *testing.T) {
	if diff := cmp.Diff(deployment.Functions(), slices.Sorted(maps.Keys(byName(t, reference(t))))); diff != "" {
		t.Errorf("the existing functions differ from the stack's (-exist +stack):\n%s", diff)
	}
}

// TestCodeIsAmongTheProperties of each function, in both templates: an object in a bucket can change without a change of the template.
func TestCodeIsAmongTheProperties(t *testing.T) {
	for _, made := range []template{reference(t), release(t)} {
		for name, f := range byName(t, made) {
			want := fmt.Sprintf("%x", sha256.Sum256([]byte(name))) // see testMain
			if got := f.Environment.Variables["CODE_SHA256"]; got != want {
				t.Errorf("%s: found %q; want %s", name, got, want)
			}
		}
	}
}

func TestAuditRetentionFromContext(t *testing.T) {
	audit := byName(t, customized(t))["audit"]
	if got := audit.Environment.Variables["AUDIT_RETENTION_DAYS"]; got != "90" {
		t.Errorf("found %q; want 90", got)
	}
}

// TestFunctionsGiveUpBeforeTheirTasks looks at every Task of the definition: a function that is too slow must be able to
// say so itself.
func TestFunctionsGiveUpBeforeTheirTasks(t *testing.T) {
	var definition any
	if err := json.Unmarshal([]byte(statemachine.Definition), &definition); err != nil {
		t.Fatal(err)
	}
	made := byName(t, reference(t))
	looked := map[string]bool{}
	for state, task := range lambdaTasks(definition) {
		for name, placeholder := range statemachine.Functions() {
			if task.placeholder != "${"+placeholder+"}" {
				continue
			}
			looked[name] = true
			if f := made[name]; float64(f.Timeout) >= task.timeoutSeconds {
				t.Errorf("%s may take %d s, but its task %s is given up after %v s", name, f.Timeout, state, task.timeoutSeconds)
			}
		}
	}
	for _, name := range []string{deployment.AuditConfig, deployment.Notify, deployment.WeeklySummary} { // what calls them waits as long as they may take
		looked[name] = true
	}
	if diff := cmp.Diff(deployment.Functions(), slices.Sorted(maps.Keys(looked))); diff != "" {
		t.Errorf("functions without a task (-functions +tasks):\n%s", diff)
	}
}

type lambdaTask struct {
	placeholder    string
	timeoutSeconds float64
}

// lambdaTasks finds the Tasks that call a function, at any depth, by the name of their state.
func lambdaTasks(definition any) map[string]lambdaTask {
	tasks := map[string]lambdaTask{}
	object, ok := definition.(map[string]any)
	if !ok {
		return tasks
	}
	states, _ := object["States"].(map[string]any)
	for name, state := range states {
		state := state.(map[string]any)
		if parameters, ok := state["Parameters"].(map[string]any); ok && parameters["FunctionName"] != nil {
			tasks[name] = lambdaTask{fmt.Sprint(parameters["FunctionName"]), state["TimeoutSeconds"].(float64)}
		}
		maps.Copy(tasks, lambdaTasks(state["ItemProcessor"]))
	}
	return tasks
}

func TestLogsAreKeptForAWhile(t *testing.T) {
	for days, made := range map[int]template{defaultLogRetention: reference(t), 14: customized(t)} {
		want := map[string]int{"/aws/vendedlogs/states/eks-scaling": days}
		for _, name := range deployment.Functions() {
			want["/aws/lambda/eks-scaling-"+name] = days
		}
		got := map[string]int{}
		for _, group := range all[logGroup](t, made, "AWS::Logs::LogGroup") {
			got[group.LogGroupName] = group.RetentionInDays
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}
