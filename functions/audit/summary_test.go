package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/scaling"
	"eks-scaling-automation/statemachine"
)

// night is a cluster whose scale-up failed, so that its scale-down was not tried.
func night() statemachine.ClusterTask {
	up := scaling.Decision{Nodegroup: "small", Action: scaling.ScaleUp, Apply: &scaling.Application{Profile: "sleep"}}
	down := scaling.Decision{Nodegroup: "big", Action: scaling.ScaleDown, Apply: &scaling.Application{Profile: "sleep"}}
	keep := scaling.Decision{Nodegroup: "spare", Action: scaling.Keep, Apply: &scaling.Application{Profile: "sleep"}}
	return statemachine.ClusterTask{
		Cluster: statemachine.Cluster{Name: "production"},
		Plan:    scaling.Plan{Decisions: []scaling.Decision{down, up, keep}},
		Wave: &statemachine.Wave{Results: statemachine.ChangeResults{{
			Nodegroup: "small", Outcome: statemachine.Failed,
			Error: &statemachine.StepError{Error: "NodegroupFailedError", Cause: `{"errorMessage":"no capacity","errorType":"NodegroupFailedError"}`},
		}}},
	}
}

func TestSummaryTellsFailedFromNotTried(t *testing.T) {
	t.Parallel()
	summary := summarize(statemachine.RunTask{State: statemachine.RunState{Results: []statemachine.ClusterTask{night()}}})
	var got []string
	for _, n := range summary.Clusters[0].Nodegroups {
		got = append(got, fmt.Sprint(n.Nodegroup, " ", n.Outcome))
	}
	if diff := cmp.Diff([]string{"big skipped", "small failed", "spare unchanged"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if summary.Outcome != statemachine.Failed || summary.Error != "NodegroupFailedError" ||
		summary.Message != "node group production/small: no capacity" {
		t.Errorf("outcome %s, error %s, message %q", summary.Outcome, summary.Error, summary.Message)
	}
}

func TestOnlyWhatWasReachedCountsAsApplied(t *testing.T) {
	t.Parallel()
	task := night()
	if diff := cmp.Diff(map[string]scaling.Application{"spare": {Profile: "sleep"}}, reached(task)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	task.Run.DryRun = true
	if got := reached(task); len(got) > 0 {
		t.Errorf("a dry run reached %v", got)
	}
}

func TestAlertIsWhatSNSTakes(t *testing.T) {
	t.Parallel()
	name := "produção\n" + strings.Repeat("x", 200)
	summary := summarize(statemachine.RunTask{State: statemachine.RunState{LoadConfigResult: statemachine.LoadConfigResult{
		Invalid: []statemachine.ClusterNotice{{Cluster: name, Message: strings.Repeat("wrong; ", 20_000)}},
	}}})
	for _, r := range summary.Alert.Subject {
		if r < ' ' || r > '~' {
			t.Errorf("the subject has the character %q", r)
		}
	}
	if len(summary.Alert.Subject) > 99 || len(summary.Alert.Message) > 64_000 || len(summary.Message) > 4_000 {
		t.Errorf("%d, %d and %d bytes are too many", len(summary.Alert.Subject), len(summary.Alert.Message), len(summary.Message))
	}
}
