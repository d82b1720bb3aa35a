package world

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"eks-scaling-automation/integration/aws/cloudwatch"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/runtime/engine"
)

// makeAlarm creates an alarm. Its state is OK until it is evaluated.
func (w *World) makeAlarm(r template.Resource) error {
	p, err := template.Properties[struct {
		AlarmDescription, MetricName, Namespace string
		AlarmActions                            []string
		Dimensions                              []struct{ Name, Value string }
		Statistic, ComparisonOperator           string
		TreatMissingData                        string
		Period, EvaluationPeriods, Threshold    json.Number // CloudFormation also takes texts
	}](r)
	if err != nil {
		return err
	}
	period, periodErr := p.Period.Int64()
	periods, periodsErr := p.EvaluationPeriods.Int64()
	threshold, thresholdErr := p.Threshold.Float64()
	if err := errors.Join(periodErr, periodsErr, thresholdErr); err != nil {
		return err
	}
	rule := cloudwatch.Rule{
		Dimensions: map[string]string{}, Statistic: p.Statistic, Period: time.Duration(period) * time.Second,
		Periods: int(periods), Threshold: threshold, Comparison: p.ComparisonOperator, Missing: p.TreatMissingData,
	}
	for _, d := range p.Dimensions {
		rule.Dimensions[d.Name] = d.Value
	}
	w.Alarms.Put(cloudwatch.Alarm{
		Name: r.Name, Region: w.Region, ARN: r.ARN, Description: p.AlarmDescription, State: "OK",
		Reason: "no datapoint was over the threshold", Updated: w.now(), ActionsEnabled: true, Actions: p.AlarmActions,
		Namespace: p.Namespace, Metric: p.MetricName, Rule: rule,
	})
	return rule.Check()
}

// unsuccessful maps the metrics of AWS/States to the statuses that they count.
var unsuccessful = map[string]engine.Status{
	"ExecutionsFailed": engine.Failed, "ExecutionsTimedOut": engine.TimedOut, "ExecutionsAborted": engine.Aborted,
}

// Evaluate sets the stack's alarms as CloudWatch would now, from the runs, the queue's messages, the schedules that could not
// start a run, and the metrics in the functions' logs.
func (w *World) Evaluate() { w.EvaluateAt(w.now()) }

// EvaluateAt is Evaluate at another instant, without what happened later.
func (w *World) EvaluateAt(at time.Time) { w.Alarms.Evaluate(at, w.value) }

// value returns the value of an alarm's metric in (after, until].
func (w *World) value(a cloudwatch.Alarm, after, until time.Time) (value float64, found bool) {
	switch a.Namespace {
	case "AWS/SQS":
		for _, queue := range w.Template.Of("AWS::SQS::Queue") {
			if queue.Name == a.Rule.Dimensions["QueueName"] && w.Queues.Has(queue.ARN) {
				return float64(len(w.Queues.Messages(queue.ARN))), true
			}
		}
		return 0, false
	case "AWS/States":
		for _, x := range w.executions(a.Rule.Dimensions["StateMachineArn"]) {
			if d := x.Describe(); d.Status == unsuccessful[a.Metric] && d.Ended.After(after) && !d.Ended.After(until) {
				value++
			}
		}
		return value, value > 0
	default:
		return w.Metrics.Sum(cloudwatch.Metric{Namespace: a.Namespace, Name: a.Metric, Dimensions: a.Rule.Dimensions}, after, until)
	}
}

// executions returns the executions that a state machine's metrics count. Units have their own metrics, under MACHINE/LABEL.
func (w *World) executions(machine string) []*engine.Execution {
	all := w.Engine.Executions()
	if machine == w.machineARN() {
		return all
	}
	var units []*engine.Execution
	for _, x := range all {
		units = append(units, x.Children()...)
	}
	return units
}

// countInvocation counts an invocation of a function, given by its name or ARN, perhaps with a version.
func (w *World) countInvocation(function string) {
	if parts := strings.Split(function, ":"); len(parts) > 6 {
		function = parts[6]
	}
	w.Metrics.Put(cloudwatch.Metric{Namespace: "AWS/Lambda", Name: "Invocations", Dimensions: map[string]string{"FunctionName": function}}, w.now(), 1)
}

// countScheduler counts a group's events in EventBridge Scheduler.
func (w *World) countScheduler(metric, group string) {
	w.Metrics.Put(cloudwatch.Metric{Namespace: "AWS/Scheduler", Name: metric, Dimensions: map[string]string{"ScheduleGroup": group}}, w.now(), 1)
}
