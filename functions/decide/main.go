// Command decide is the Lambda function that decides the next step of a unit.
package main

import (
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/decide"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
)

func main() {
	aws := step.AWS()
	db := dynamodb.NewFromConfig(aws)
	config, logs := tables.NewConfig(db, step.Env("CONFIG_TABLE")), tables.NewLogs(db, step.Env("LOGS_TABLE"))
	step.Start(decide.Handler{
		Config: config, Units: logs, Counter: logs,
		EKS: nodegroups.Patient(aws).Within(logs, time.Now), Region: step.OnlyRegion(), Now: time.Now,
	}.Handle)
}
