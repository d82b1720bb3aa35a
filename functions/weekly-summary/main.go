// Command weekly-summary is the Lambda function that sends the weekly summary when it is due, and measures the saved node hours.
// EventBridge calls it every 15 minutes.
package main

import (
	"os"
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/weeklysummary"
	"eks-scaling-automation/shared/aws/tables"
)

func main() {
	aws := step.AWS()
	db := dynamodb.NewFromConfig(aws)
	step.Start(weeklysummary.Handler{
		Store: tables.NewConfig(db, step.Env("CONFIG_TABLE")), Logs: tables.NewLogs(db, step.Env("LOGS_TABLE")), Region: step.OnlyRegion(),
		Topics: weeklysummary.SNS{Client: sns.NewFromConfig(aws), Mail: step.Env("ALERT_TOPIC_ARN"), Chat: step.Env("CHAT_TOPIC_ARN")}, Now: time.Now,
		Meter: weeklysummary.Meter{On: os.Getenv("METRICS") == "on", Out: os.Stdout},
	}.Handle)
}
