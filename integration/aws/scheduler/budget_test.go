package scheduler_test

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/smithy-go"
)

// TestABudgetThrottles has two calls a second of one operation, and none of another.
func TestABudgetThrottles(t *testing.T) {
	w := start(t)
	w.SetBudget("GetSchedule", 2)
	for i, row := range []struct {
		passes    time.Duration
		throttled bool
	}{
		{0, false},
		{0, false},
		{0, true},
		{499 * time.Millisecond, true},
		{time.Millisecond, false},
		{0, true},
		{time.Hour, false},
		{0, false},
		{0, true},
	} {
		w.clock.advance(row.passes)
		_, err := w.client.GetSchedule(t.Context(), &awsscheduler.GetScheduleInput{GroupName: aws.String(scaling), Name: aws.String("none")})
		api, ok := errors.AsType[smithy.APIError](err)
		if !ok || (api.ErrorCode() == "ThrottlingException") != row.throttled {
			t.Errorf("call %d: %v; want it throttled: %t", i+1, err, row.throttled)
		}
		if _, err := w.client.ListSchedules(t.Context(), &awsscheduler.ListSchedulesInput{}); err != nil {
			t.Error(err)
		}
	}
	w.SetBudget("GetSchedule", 0)
	for range 5 {
		_, err := w.client.GetSchedule(t.Context(), &awsscheduler.GetScheduleInput{GroupName: aws.String(scaling), Name: aws.String("none")})
		if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != "ResourceNotFoundException" {
			t.Errorf("without a budget: %v", err)
		}
	}
}
