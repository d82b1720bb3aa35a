// Command sync-triggers is the Lambda function that makes the triggers match the configuration. It runs after every change of the
// configuration, after a deployment, and as a step of every reconcile run.
package main

import (
	"strings"
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	awsscheduler "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/aws/scheduler"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/event"
)

func main() {
	aws := step.AWS()
	// Unlike the other steps this one makes many calls. A throttled call is repeated alone, however many others have failed.
	client := awsscheduler.NewFromConfig(aws, func(o *awsscheduler.Options) {
		o.Retryer = retry.NewStandard(func(s *retry.StandardOptions) {
			s.MaxAttempts, s.MaxBackoff, s.RateLimiter = 8, 2*time.Second, ratelimit.None
		})
	})
	stateMachine := step.Env("STATE_MACHINE_ARN")
	partition, _, _ := strings.Cut(strings.TrimPrefix(stateMachine, "arn:"), ":")
	target := scheduler.Target{
		Partition: partition, StateMachineARN: stateMachine,
		RoleARN: step.Env("SCHEDULER_ROLE_ARN"), DeadLetterARN: step.Env("DEAD_LETTER_QUEUE_ARN"),
	}
	step.Start(handler{
		undelivered: sqsQueue{client: sqs.NewFromConfig(aws), url: step.Env("DEAD_LETTER_QUEUE_URL")},

		store:      tables.NewConfig(dynamodb.NewFromConfig(aws), step.Env("CONFIG_TABLE")),
		group:      scheduler.NewGroup(client, step.Env("SCHEDULE_GROUP"), target),
		announced:  scheduler.NewAnnouncements(client, step.Env("EVENTS_GROUP"), step.Env("EVENT_BUS_ARN"), target),
		consoleURL: event.ConfigurationURL(step.Env("AWS_REGION"), step.Env("CONFIG_TABLE")),
		region:     step.OnlyRegion(), now: time.Now,
	}.handle)
}
