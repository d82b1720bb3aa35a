// Command scale is the Lambda function that changes a node group's sizes.
package main

import (
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/scale"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
)

func main() {
	aws := step.AWS()
	db := dynamodb.NewFromConfig(aws)
	config, logs := tables.NewConfig(db, step.Env("CONFIG_TABLE")), tables.NewLogs(db, step.Env("LOGS_TABLE"))
	step.Start(scale.Handler{
		Config: config, Units: logs,
		EKS: nodegroups.Patient(aws).Within(logs, time.Now), Now: time.Now, Left: step.Left,
	}.Handle)
}
