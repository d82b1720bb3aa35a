// Command audit is the Lambda function that records changes and runs, and words the alerts.
package main

import (
	"os"
	"strconv"
	"time"
	_ "time/tzdata"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/functions/step"
	"eks-scaling-automation/functions/step/bus"
	"eks-scaling-automation/functions/steps/audit"
	"eks-scaling-automation/shared/aws/tables"
)

func main() {
	retention := step.Env("AUDIT_RETENTION_DAYS")
	days, err := strconv.Atoi(retention)
	if err != nil || days < 1 {
		step.Fail("environment variable AUDIT_RETENTION_DAYS: must be a whole number of days, at least 1, not %q", retention)
	}
	aws := step.AWS()
	step.Start(audit.Handler{
		Logs:      tables.NewLogs(dynamodb.NewFromConfig(aws), step.Env("LOGS_TABLE")),
		Retention: time.Duration(days) * 24 * time.Hour, Now: time.Now, Metrics: os.Stdout, Measures: os.Getenv("METRICS") == "on", Emit: bus.Open(aws).Send,
	}.Handle)
}
