package stackaws

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"

	"eks-scaling-automation/cmd/eks-scaling/internal/health"
	"eks-scaling-automation/shared/deployment"
)

// AlarmsAPI is the part of CloudWatch that [Alarms] needs.
type AlarmsAPI = cloudwatch.DescribeAlarmsAPIClient

// Alarms returns the alarms whose names start with the stack's prefix.
func Alarms(ctx context.Context, api AlarmsAPI) (health.Alarms, error) {
	var found health.Alarms
	pages := cloudwatch.NewDescribeAlarmsPaginator(api, &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String(deployment.AlarmPrefix), MaxRecords: aws.Int32(100)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range page.MetricAlarms {
			found = append(found, health.Alarm{
				Name: aws.ToString(a.AlarmName), State: string(a.StateValue), Reason: aws.ToString(a.StateReason),
				Since: aws.ToTime(a.StateUpdatedTimestamp).UTC(), ActionsDisabled: a.ActionsEnabled != nil && !*a.ActionsEnabled,
			})
		}
	}
	return found, nil
}
