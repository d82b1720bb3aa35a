package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// onFailure is where events go that a function has failed on.
type onFailure struct{ OnFailure struct{ Destination string } }

// givenUp is where everything ends that a function was called with too often.
var givenUp = onFailure{struct{ Destination string }{"${DeadLetterQueue.Arn}"}}

// TestTwoFunctionsFollowTheConfiguration and no more: a stream takes two readers at a time, and throttles a third.
func TestTwoFunctionsFollowTheConfiguration(t *testing.T) {
	type eventSourceMapping struct {
		EventSourceArn, FunctionName, StartingPosition  string
		BatchSize, MaximumBatchingWindowInSeconds       int
		MaximumRecordAgeInSeconds, MaximumRetryAttempts int
		BisectBatchOnFunctionError                      bool
		DestinationConfig                               onFailure
	}
	want := []eventSourceMapping{
		{
			EventSourceArn: "${ConfigTable.StreamArn}", FunctionName: "${AuditConfigFunction}", StartingPosition: "TRIM_HORIZON",
			BatchSize: 100, MaximumBatchingWindowInSeconds: 2, MaximumRecordAgeInSeconds: 86400, MaximumRetryAttempts: 100,
			BisectBatchOnFunctionError: true, DestinationConfig: givenUp,
		},
		{
			EventSourceArn: "${ConfigTable.StreamArn}", FunctionName: "${SyncSchedulesFunction}", StartingPosition: "TRIM_HORIZON",
			BatchSize: 100, MaximumBatchingWindowInSeconds: 5, MaximumRecordAgeInSeconds: 3600, MaximumRetryAttempts: 10,
			DestinationConfig: givenUp,
		},
	}
	if diff := cmp.Diff(want, all[eventSourceMapping](t, reference(t), "AWS::Lambda::EventSourceMapping")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
