// Command read-signals is the Lambda function that reads the signals that conditions of periods depend on.
package main

import (
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/steps/readsignals"
	"eks-scaling-automation/shared/aws/tables"
)

func main() {
	aws := step.AWS()
	table := tables.NewConfig(dynamodb.NewFromConfig(aws), step.Env("CONFIG_TABLE"))
	web := readsignals.NewWeb(os.Getenv("SIGNAL_HOSTS"), os.Getenv("HTTPS_PROXY"), secretsmanager.NewFromConfig(aws))
	sources := readsignals.Sources(web, cloudwatch.NewFromConfig(aws), ssm.NewFromConfig(aws))
	step.Start(readsignals.Handler{Store: table, Sources: sources, Now: time.Now}.Handle)
}
