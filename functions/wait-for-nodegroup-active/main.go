// Command wait-for-nodegroup-active is the Lambda function that checks whether a node group has reached its sizes.
package main

import (
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/look"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/aws/tables"
)

func main() {
	aws := step.AWS()
	units := tables.NewLogs(dynamodb.NewFromConfig(aws), step.Env("LOGS_TABLE"))
	step.Start(look.Handler{Units: units, EKS: nodegroups.Patient(aws).Within(units, time.Now), Now: time.Now}.Handle)
}
