package main

import (
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
	FunctionName  string
	Runtime       string
	Architectures []string
	Handler       string
	MemorySize    int
	Timeout       int
	Role          string
	Environment   struct{ Variables map[string]string }
	LoggingConfig struct{ LogGroup string }
	TracingConfig struct{ Mode string }
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

func TestFunctions(t *testing.T) {
	made := byName(t, reference(t))
	if diff := cmp.Diff(deployment.Functions(), slices.Sorted(maps.Keys(made))); diff != "" {
		t.Errorf("the functions that exist and those of the stack differ (-exist +stack):\n%s", diff)
	}
	for name, f := range made {
		id := deployment.FunctionID(name)
		want := lambdaFunction{
			FunctionName: "eks-scaling-" + name, Runtime: "provided.al2023", Architectures: []string{"arm64"},
			Handler: "bootstrap", MemorySize: 256, Role: "${" + id + "Role.Arn}",
			Timeout: f.Timeout, Environment: f.Environment, // these have tests of their own
		}
		want.LoggingConfig.LogGroup = "${" + id + "Logs}"
		want.TracingConfig.Mode = "Active"
		if diff := cmp.Diff(want, f); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestEnvironment(t *testing.T) {
	got := map[string]map[string]string{}
	for name, f := range byName(t, synthesize(t, map[string]any{auditRetentionKey: 90})) {
		got[name] = f.Environment.Variables
	}
	want := map[string]map[string]string{
		"load-config":               {"CONFIG_TABLE": "${ConfigTable}"},
		"decide":                    {"CONFIG_TABLE": "${ConfigTable}", "LOGS_TABLE": "${LogsTable}"},
		"scale":                     {"CONFIG_TABLE": "${ConfigTable}", "LOGS_TABLE": "${LogsTable}"},
		"wait-for-nodegroup-active": {"LOGS_TABLE": "${LogsTable}"},
		"audit":                     {"LOGS_TABLE": "${LogsTable}", "AUDIT_RETENTION_DAYS": "90"},
		"audit-config":              {"CONFIG_TABLE": "${ConfigTable}", "LOGS_TABLE": "${LogsTable}", "ALERT_TOPIC_ARN": "${AlertTopic}"},
		"sync-schedules": {
			"CONFIG_TABLE":          "${ConfigTable}",
			"SCHEDULE_GROUP":        "${BoundariesScheduleGroup}",
			"STATE_MACHINE_ARN":     stateMachineByName,
			"SCHEDULER_ROLE_ARN":    "${SchedulerRole.Arn}",
			"DEAD_LETTER_QUEUE_ARN": "${DeadLetterQueue.Arn}",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
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
	looked[deployment.AuditConfig] = true // the stream calls it, and waits as long as it may take
	if diff := cmp.Diff(deployment.Functions(), slices.Sorted(maps.Keys(looked))); diff != "" {
		t.Errorf("functions without a task (-functions +tasks):\n%s", diff)
	}
	want := map[string]int{
		"load-config": 30, "decide": 60, "scale": 30, "wait-for-nodegroup-active": 30, "audit": 30, "sync-schedules": 120,
		"audit-config": 60,
	}
	got := map[string]int{}
	for name, f := range made {
		got[name] = f.Timeout
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("timeouts (-want +got):\n%s", diff)
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
	for _, test := range []struct {
		name    string
		context map[string]any
		want    int
	}{
		{"by default", nil, 30},
		{"as a number in cdk.json", map[string]any{logRetentionKey: 365}, 365},
		{"as a text from the command line", map[string]any{logRetentionKey: "14"}, 14},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := map[string]int{"/aws/vendedlogs/states/eks-scaling": test.want}
			for _, name := range deployment.Functions() {
				want["/aws/lambda/eks-scaling-"+name] = test.want
			}
			got := map[string]int{}
			for _, group := range all[logGroup](t, synthesize(t, test.context), "AWS::Logs::LogGroup") {
				got[group.LogGroupName] = group.RetentionInDays
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
