package scheduler_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	schedulerlocal "eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/triggers"
)

// edits change one setting of a schedule as a person might.
var edits = map[string]func(*schedulerlocal.Schedule){
	"another expression":  func(s *schedulerlocal.Schedule) { s.Expression = "cron(0 9 ? * * *)" },
	"another zone":        func(s *schedulerlocal.Schedule) { s.Timezone = "Europe/London" },
	"another description": func(s *schedulerlocal.Schedule) { s.Description = "mine" },
	"no description":      func(s *schedulerlocal.Schedule) { s.Description = "" },
	"switched off":        func(s *schedulerlocal.Schedule) { s.State = "DISABLED" },
	"another input":       func(s *schedulerlocal.Schedule) { s.Input = `{}` },
	"no input":            func(s *schedulerlocal.Schedule) { s.Input = "" },
	"another target":      func(s *schedulerlocal.Schedule) { s.TargetArn = machine },
	"an event bus": func(s *schedulerlocal.Schedule) {
		s.TargetArn, s.DetailType, s.Source = busARN, "Order Placed", "shop"
	},
	"another role":  func(s *schedulerlocal.Schedule) { s.RoleArn += "2" },
	"another queue": func(s *schedulerlocal.Schedule) { s.DeadLetterArn += "2" },
	"no queue":      func(s *schedulerlocal.Schedule) { s.DeadLetterArn = "" },
	"a longer age":  func(s *schedulerlocal.Schedule) { s.MaximumEventAgeInSeconds = 86400 },
	"no attempts":   func(s *schedulerlocal.Schedule) { s.MaximumRetryAttempts = 0 },
	"another end": func(s *schedulerlocal.Schedule) {
		s.ActionAfterCompletion = other(s.ActionAfterCompletion, "NONE", "DELETE")
	},
	"a window instead of time": func(s *schedulerlocal.Schedule) { s.FlexibleMode, s.MaximumWindowInMinutes = "FLEXIBLE", 15 },
}

func other(value, a, b string) string {
	if value == a {
		return b
	}
	return a
}

func TestEverySettingChangedByHandIsCorrected(t *testing.T) {
	plan := []triggers.Trigger{daily(8), daily(18), once("once", time.Hour)}
	plan[1].Zone = "America/Sao_Paulo"
	for name, edit := range edits {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			var changes []string
			for _, trigger := range plan {
				w.Put(planned(trigger))
				edited := planned(trigger)
				edit(&edited)
				w.Put(edited)
				changes = append(changes, "~"+trigger.Name)
			}
			w.sync(plan, changes...)
			w.holds(plan)
			w.sync(plan)
		})
	}
}

// TestEverySettingIsAmongTheEdits so that none is forgotten when the stand-in learns of more.
func TestEverySettingIsAmongTheEdits(t *testing.T) {
	before := reflect.ValueOf(planned(daily(8)))
	for field := range before.Fields() {
		edited := field.Name == "Name" || field.Name == "Group" // then it would be another schedule
		for _, edit := range edits {
			after := planned(daily(8))
			edit(&after)
			edited = edited || !before.FieldByIndex(field.Index).Equal(reflect.ValueOf(after).FieldByIndex(field.Index))
		}
		if !edited {
			t.Errorf("no edit changes %s", field.Name)
		}
	}
}

// TestSettingsThatTheProductNeverSetsAreCorrected has what the stand-in does not know of: it is only ever seen, and an update leaves it
// out.
func TestSettingsThatTheProductNeverSetsAreCorrected(t *testing.T) {
	for name, edit := range map[string]func(*awsscheduler.GetScheduleOutput){
		"a start": func(s *awsscheduler.GetScheduleOutput) { s.StartDate = aws.Time(now) },
		"an end":  func(s *awsscheduler.GetScheduleOutput) { s.EndDate = aws.Time(now) },
		"a key": func(s *awsscheduler.GetScheduleOutput) {
			s.KmsKeyArn = aws.String("arn:aws:kms:sa-east-1:123456789012:key/k")
		},
		"no window":         func(s *awsscheduler.GetScheduleOutput) { s.FlexibleTimeWindow = nil },
		"no target":         func(s *awsscheduler.GetScheduleOutput) { s.Target = nil },
		"no retry policy":   func(s *awsscheduler.GetScheduleOutput) { s.Target.RetryPolicy = nil },
		"parameters of ECS": func(s *awsscheduler.GetScheduleOutput) { s.Target.EcsParameters = &types.EcsParameters{} },
		"an event's parameters": func(s *awsscheduler.GetScheduleOutput) {
			s.Target.EventBridgeParameters = &types.EventBridgeParameters{}
		},
		"Kinesis parameters": func(s *awsscheduler.GetScheduleOutput) { s.Target.KinesisParameters = &types.KinesisParameters{} },
		"a pipeline's parameters": func(s *awsscheduler.GetScheduleOutput) {
			s.Target.SageMakerPipelineParameters = &types.SageMakerPipelineParameters{}
		},
		"a queue's parameters": func(s *awsscheduler.GetScheduleOutput) { s.Target.SqsParameters = &types.SqsParameters{} },
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t)
			plan := days(8, 18)
			for _, trigger := range plan {
				w.Put(planned(trigger))
			}
			w.Put(planned(plan[1])) // once more, so that the list shows that somebody has been at it
			api := &edited{API: w.client(), name: named(plan[1]), edit: edit}
			changes, err := open(api).Sync(t.Context(), plan, now)
			if err != nil {
				t.Fatal(err)
			}
			w.did(changes, "~"+plan[1].Name)
			w.holds(plan)
			if changes, err = open(api).Sync(t.Context(), plan, now); err != nil {
				t.Fatal(err)
			}
			w.did(changes)
		})
	}
}

// edited shows one schedule with an edit, until it is updated.
type edited struct {
	scheduler.API
	name    string
	edit    func(*awsscheduler.GetScheduleOutput)
	updated bool
}

func (e *edited) GetSchedule(
	ctx context.Context, in *awsscheduler.GetScheduleInput, options ...func(*awsscheduler.Options),
) (*awsscheduler.GetScheduleOutput, error) {
	out, err := e.API.GetSchedule(ctx, in, options...)
	if err == nil && *in.Name == e.name && !e.updated {
		e.edit(out)
	}
	return out, err
}

func (e *edited) UpdateSchedule(
	ctx context.Context, in *awsscheduler.UpdateScheduleInput, options ...func(*awsscheduler.Options),
) (*awsscheduler.UpdateScheduleOutput, error) {
	e.updated = e.updated || *in.Name == e.name
	return e.API.UpdateSchedule(ctx, in, options...)
}
