// Command decide is the Lambda function that plans what must change on one cluster.
package main

import (
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/nodegroups"
	"eks-scaling-automation/shared/tables"
)

func main() {
	aws := step.AWS()
	step.Start(handler{
		eks:  nodegroups.New(aws),
		logs: tables.NewLogs(dynamodb.NewFromConfig(aws), step.Env("LOGS_TABLE")),
	}.handle)
}
