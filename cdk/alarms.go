package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// newReconcileAlarm creates the only alarm. It fires when no more reconcile runs sync the triggers: nothing else notices a disabled trigger,
// or a scheduler without permission to start runs. Lambda's own count of the function's invocations costs nothing; a metric of the system
// would. Changes of the configuration call the function too, so silence is noticed after the last one.
func newReconcileAlarm(stack awscdk.Stack, sync awslambda.Function, topic alertTopic, r reconcile) {
	created := awscloudwatch.NewAlarm(stack, jsii.String("ReconcileMissing"), &awscloudwatch.AlarmProps{
		AlarmName: jsii.String(deployment.AlarmReconcileMissing),
		AlarmDescription: jsii.String("No reconcile run synced the triggers for two intervals, so lost triggers and failed runs are not corrected. Run " +
			"eks-scaling doctor: the reconcile trigger may be disabled or removed, or its role may not start runs. Runs that start but fail " +
			"early alert people themselves. After the first deployment this alarm clears with the first reconcile run."),
		Metric: awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace: jsii.String("AWS/Lambda"), MetricName: jsii.String("Invocations"),
			DimensionsMap: textMap(map[string]string{"FunctionName": *sync.FunctionName()}),
			Statistic:     jsii.String("Sum"), Period: seconds(int(r.silence.Period.Seconds())),
		}),
		Threshold:          number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_LESS_THAN_THRESHOLD,
		EvaluationPeriods:  number(r.silence.Periods),
		TreatMissingData:   awscloudwatch.TreatMissingData_BREACHING,
	})
	created.AddAlarmAction(awscloudwatchactions.NewSnsAction(topic.topic))
	r.override(created)
}
