package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestADeploymentIsFollowed(t *testing.T) {
	type target struct {
		ID, ARN          string
		DeadLetterConfig struct{ Arn string }
		RetryPolicy      struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts int }
	}
	rule := single[struct {
		State        string
		EventPattern any
		Targets      []target
	}](t, reference(t), "AWS::Events::Rule")
	wantPattern := map[string]any{
		"source":      []any{"aws.cloudformation"},
		"detail-type": []any{"CloudFormation Stack Status Change"},
		"detail": map[string]any{
			"stack-id":       []any{"${AWS::StackId}"},
			"status-details": map[string]any{"status": []any{"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}},
		},
	}
	if diff := cmp.Diff(wantPattern, rule.EventPattern); diff != "" {
		t.Errorf("pattern (-want +got):\n%s", diff)
	}
	want := target{ID: "sync-schedules", ARN: "${SyncSchedulesFunction.Arn}"}
	want.DeadLetterConfig.Arn = "${DeadLetterQueue.Arn}"
	want.RetryPolicy.MaximumEventAgeInSeconds, want.RetryPolicy.MaximumRetryAttempts = 3600, 10
	if diff := cmp.Diff([]target{want}, rule.Targets); diff != "" {
		t.Errorf("targets (-want +got):\n%s", diff)
	}
}

// TestOnlyTheRuleMayCall looks at what functions and the queue let others do.
func TestOnlyTheRuleMayCall(t *testing.T) {
	type lambdaPermission struct{ Action, FunctionName, Principal, SourceArn string }
	want := lambdaPermission{
		Action: "lambda:InvokeFunction", FunctionName: "${SyncSchedulesFunction.Arn}",
		Principal: "events.amazonaws.com", SourceArn: "${SyncAfterDeployment.Arn}",
	}
	if diff := cmp.Diff(want, single[lambdaPermission](t, reference(t), "AWS::Lambda::Permission")); diff != "" {
		t.Errorf("function (-want +got):\n%s", diff)
	}
	var got []string
	for _, s := range single[policy](t, reference(t), "AWS::SQS::QueuePolicy").PolicyDocument.Statement {
		if s.Effect == "Allow" {
			got = append(got, s.Principal.(map[string]any)["Service"].(string)+": "+s.String())
		}
	}
	wantQueue := []string{
		`events.amazonaws.com: Allow sqs:SendMessage on ${DeadLetterQueue.Arn} if {"ArnEquals":{"aws:SourceArn":"${SyncAfterDeployment.Arn}"}}`,
	}
	if diff := cmp.Diff(wantQueue, got); diff != "" {
		t.Errorf("queue (-want +got):\n%s", diff)
	}
}

// TestAFailedSyncAfterADeploymentIsNotLost: what the rule hands over, Lambda calls the function with at its own time.
func TestAFailedSyncAfterADeploymentIsNotLost(t *testing.T) {
	type eventInvokeConfig struct {
		FunctionName, Qualifier                        string
		MaximumEventAgeInSeconds, MaximumRetryAttempts int
		DestinationConfig                              onFailure
	}
	want := eventInvokeConfig{
		FunctionName: "${SyncSchedulesFunction}", Qualifier: "$LATEST",
		MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 2, DestinationConfig: givenUp,
	}
	if diff := cmp.Diff(want, single[eventInvokeConfig](t, reference(t), "AWS::Lambda::EventInvokeConfig")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestADeploymentDoesNotWaitForASync: a custom resource would be part of the deployment, and could fail it.
func TestADeploymentDoesNotWaitForASync(t *testing.T) {
	for id, r := range reference(t).Resources {
		if r.Type == "AWS::CloudFormation::CustomResource" || strings.HasPrefix(r.Type, "Custom::") {
			t.Errorf("found the custom resource %s of type %s", id, r.Type)
		}
	}
}
