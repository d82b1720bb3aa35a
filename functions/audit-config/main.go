// Command audit-config is the Lambda function that records every change of the config table, no matter who made it. It alerts
// people at once if a change makes the configuration invalid. The table's stream calls it. It never writes to the config table:
// people fix what is invalid.
package main

import (
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/step/bus"
	"eks-scaling-automation/shared/aws/tables"
	"eks-scaling-automation/shared/event"
)

func main() {
	aws := step.AWS() // without retries: Lambda hands over a batch again that has failed
	db := dynamodb.NewFromConfig(aws)
	step.Start(handler{
		store:  tables.NewConfig(db, step.Env("CONFIG_TABLE")),
		logs:   tables.NewLogs(db, step.Env("LOGS_TABLE")),
		topic:  snsTopic{client: sns.NewFromConfig(aws), arn: step.Env("ALERT_TOPIC_ARN")},
		region: step.OnlyRegion(), now: time.Now, emit: bus.Open(aws).Send,
		consoleURL: event.ConfigurationURL(step.Env("AWS_REGION"), step.Env("CONFIG_TABLE")),
	}.handle)
}
