// Command load-config is the Lambda function that begins a run: it checks the input, reads the configuration and picks
// the one instant for which the run decides.
package main

import (
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/shared/tables"
)

func main() {
	table := tables.NewConfig(dynamodb.NewFromConfig(step.AWS()), step.Env("CONFIG_TABLE"))
	step.Start(handler{store: table, now: time.Now}.handle)
}
