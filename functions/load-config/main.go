// Command load-config is the Lambda function that begins a run: it checks the input and selects the units.
package main

import (
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/loadconfig"
	"eks-scaling-automation/shared/aws/tables"
)

func main() {
	table := tables.NewConfig(dynamodb.NewFromConfig(step.AWS()), step.Env("CONFIG_TABLE"))
	step.Start(loadconfig.Handler{Store: table, Region: step.OnlyRegion(), Now: time.Now}.Handle)
}
