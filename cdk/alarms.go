package main

import (
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatchactions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"

	stepmetric "eks-scaling-automation/functions/step/metric"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// alarm holds what differs between alarms. An alarm fires as soon as the metric reaches 1 within five minutes or, if silence is
// set, when the metric stays away.
type alarm struct {
	id, name    string
	description string // what has happened, and what to do
	metric      metric
	silence     reconcile // the zero value: silence is fine
}

// metric identifies a CloudWatch metric.
type metric struct {
	namespace, name  string
	dimension, value string // both empty: it has none
	statistic        string
}

// newAlarms creates an alarm for every failure that a run cannot report itself.
func newAlarms(
	stack awscdk.Stack, workflow awsstepfunctions.StateMachine, s scheduling, topic alertTopic, r reconcile,
) {
	alarms := append(runAlarms(workflow), reconcileAlarm(r))
	alarms = append(alarms, triggerAlarms(s)...)
	for _, a := range alarms {
		newAlarm(stack, a, topic)
	}
}

// runAlarms watch for failed runs.
func runAlarms(workflow awsstepfunctions.StateMachine) []alarm {
	of := func(arn, name string) metric { return metric{"AWS/States", name, "StateMachineArn", arn, "Sum"} }
	executions := func(name string) metric { return of(*workflow.StateMachineArn(), name) }
	units := func(name string) metric { return of(*workflow.StateMachineArn()+"/"+run.UnitLabel, name) }
	return []alarm{
		{
			id: "RunFailed", name: deployment.AlarmRunFailed, metric: executions("ExecutionsFailed"),
			description: "A run failed, so node groups may not have their scheduled sizes. For the cause, open the execution in the " +
				"Step Functions console and read its Error and Cause (a failed execution has no output), or the audit trail: " +
				"eks-scaling runs show NAME says what failed, why and what to do. The next run retries.",
		},
		{
			id: "RunTimedOut", name: deployment.AlarmRunTimedOut, metric: executions("ExecutionsTimedOut"),
			description: "A run took longer than the state machine allows and was ended without a record. Open the execution in " +
				"the Step Functions console and see which node group it was waiting for. The next run retries.",
		},
		{
			id: "RunAborted", name: deployment.AlarmRunAborted, metric: executions("ExecutionsAborted"),
			description: "Somebody stopped a run; its unfinished changes have no record. Run eks-scaling status, " +
				"then start a run or wait for the next one.",
		},
		// Executions of units have no timeout.
		{
			id: "UnitFailed", name: deployment.AlarmUnitFailed, metric: units("ExecutionsFailed"),
			description: "A unit's execution failed without a record. It reached a limit of Step Functions (25,000 events, 256 KiB of state), or a state " +
				"of the definition failed. eks-scaling runs show NAME names the execution: open it and read its Error and Cause. The next run " +
				"retries. If it reaches the limit again, give the unit fewer node groups or a shorter waitTimeout.",
		},
		{
			id: "UnitAborted", name: deployment.AlarmUnitAborted, metric: units("ExecutionsAborted"),
			description: "Somebody stopped a unit's execution, or a run with its units; its unfinished changes have no record. " +
				"Run eks-scaling status, then start a run or wait for the next one.",
		},
	}
}

// reconcileAlarm fires when no more reconcile runs end: nothing else notices a disabled trigger, a scheduler without permission
// to start runs, or a record that is never written.
func reconcileAlarm(r reconcile) alarm {
	return alarm{
		id: "ReconcileMissing", name: deployment.AlarmReconcileMissing, silence: r,
		metric: metric{namespace: stepmetric.Namespace, name: string(stepmetric.ReconcileRunEnded), statistic: "Sum"},
		description: "No reconcile run ended for two intervals, so lost triggers and failed runs are not corrected. Run eks-scaling " +
			"doctor: the reconcile trigger may be disabled or removed, or its role may not start runs. Runs that start but leave no " +
			"record: see the logs of " + deployment.System + "-audit. After the first deployment this alarm clears with the first reconcile run.",
	}
}

// triggerAlarms watch for triggers that did not start a run, and for syncs and records that failed after all retries.
func triggerAlarms(s scheduling) []alarm {
	alarms := []alarm{{
		id: "TriggerUndelivered", name: deployment.AlarmTriggerUndelivered,
		metric: metric{"AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", *s.undelivered.QueueName(), "Maximum"},
		description: "A run could not be started, the triggers could not be synced after a change or a deployment, or a change " +
			"could not be recorded. The message in the dead-letter queue says which and why: EventBridge in the attribute " +
			"ERROR_MESSAGE, Lambda in the text, with more in the logs of " + deployment.System + "-" + syncTriggersName + " and " + deployment.System + "-" + auditConfigName +
			". Fix the cause and purge the queue. The next reconcile run makes up for the first two; for the third, see the runbook.",
	}}
	for _, group := range []struct{ id, part, name, triggers string }{
		{"Triggers", "-triggers", triggersGroup, "A trigger of the schedules"},
		{"Reconcile", "-reconcile", staticGroup, "The reconcile trigger"},
	} {
		scheduler := func(name string) metric {
			return metric{"AWS/Scheduler", name, "ScheduleGroup", group.name, "Sum"}
		}
		alarms = append(alarms,
			alarm{
				id: group.id + "Refused", name: deployment.System + group.part + "-refused", metric: scheduler("TargetErrorCount"),
				description: group.triggers + " was refused when it started a run. EventBridge Scheduler retries for half an hour, then " +
					"sends it to the dead-letter queue. Check the role of the scheduler and the state machine: eks-scaling doctor.",
			},
			alarm{
				id: group.id + "Lost", name: deployment.System + group.part + "-lost",
				metric: scheduler("InvocationsFailedToBeSentToDeadLetterCount"),
				description: group.triggers + " started no run and could not be sent to the dead-letter queue either. Check that the " +
					"queue exists and that the role of the scheduler may send to it: eks-scaling doctor. The next reconcile run makes up for it.",
			})
	}
	return alarms
}

func newAlarm(stack awscdk.Stack, a alarm, topic alertTopic) {
	period, periods, missing := 5*time.Minute, 1, awscloudwatch.TreatMissingData_NOT_BREACHING
	comparison := awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD
	if a.silence != (reconcile{}) {
		period, periods, missing = a.silence.silence.Period, a.silence.silence.Periods, awscloudwatch.TreatMissingData_BREACHING
		comparison = awscloudwatch.ComparisonOperator_LESS_THAN_THRESHOLD
	}
	dimensions := map[string]string{}
	if a.metric.dimension != "" {
		dimensions[a.metric.dimension] = a.metric.value
	}
	created := awscloudwatch.NewAlarm(stack, &a.id, &awscloudwatch.AlarmProps{
		AlarmName:        &a.name,
		AlarmDescription: &a.description,
		Metric: awscloudwatch.NewMetric(&awscloudwatch.MetricProps{
			Namespace:     &a.metric.namespace,
			MetricName:    &a.metric.name,
			DimensionsMap: textMap(dimensions),
			Statistic:     &a.metric.statistic,
			Period:        seconds(int(period.Seconds())),
		}),
		Threshold:          number(1),
		ComparisonOperator: comparison,
		EvaluationPeriods:  number(periods),
		TreatMissingData:   missing,
	})
	created.AddAlarmAction(awscloudwatchactions.NewSnsAction(topic.topic))
	a.silence.override(created)
}
