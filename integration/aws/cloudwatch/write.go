package cloudwatch

import (
	"net/http"
	"slices"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// states are the states of an alarm.
var states = []string{"OK", "ALARM", "INSUFFICIENT_DATA"}

func (a *Alarms) now() time.Time {
	if a.Now == nil {
		return time.Time{}
	}
	return a.Now()
}

type setAlarmState struct{ AlarmName, StateValue, StateReason, StateReasonData string }

// setAlarmState sets the state of an alarm that exists. CloudWatch evaluates the alarm again within its period; here the state stays,
// unless the alarm has a [Rule].
func (a *Alarms) setAlarmState(c wire.Caller, in setAlarmState) (any, error) {
	if in.AlarmName == "" || in.StateReason == "" {
		return nil, wire.Refuse("ValidationError", "AlarmName and StateReason: required")
	}
	if !slices.Contains(states, in.StateValue) {
		return nil, wire.Refuse("ValidationError", "StateValue: found "+in.StateValue+"; want OK, ALARM or INSUFFICIENT_DATA")
	}
	alarm, found := a.Get(c.Region, in.AlarmName)
	if !found {
		return nil, wire.NewFailure(http.StatusNotFound, "ResourceNotFound", "Alarm "+in.AlarmName+" does not exist")
	}
	alarm.State, alarm.Reason, alarm.Updated = in.StateValue, in.StateReason, a.now()
	a.Put(alarm)
	return nil, nil
}

type dimension struct{ Name, Value string }

type putMetricAlarm struct {
	AlarmName, AlarmDescription          string
	Namespace, MetricName                string
	Dimensions                           []dimension
	Statistic                            string
	Period, EvaluationPeriods            int
	Threshold                            float64
	ComparisonOperator, TreatMissingData string
	AlarmActions                         []string
}

// putMetricAlarm creates an alarm on one metric. No such metric exists here, so people set its state.
func (a *Alarms) putMetricAlarm(c wire.Caller, in putMetricAlarm) (any, error) {
	for name, value := range map[string]string{
		"AlarmName": in.AlarmName, "Namespace": in.Namespace, "MetricName": in.MetricName, "Statistic": in.Statistic,
		"ComparisonOperator": in.ComparisonOperator,
	} {
		if value == "" {
			return nil, wire.Refuse("ValidationError", name+": required")
		}
	}
	if in.Period < 1 || in.EvaluationPeriods < 1 {
		return nil, wire.Refuse("ValidationError", "Period and EvaluationPeriods: required")
	}
	a.Put(Alarm{
		Name: in.AlarmName, Region: c.Region, ARN: "arn:aws:cloudwatch:" + c.Region + ":" + account + ":alarm:" + in.AlarmName,
		Description: in.AlarmDescription, State: "INSUFFICIENT_DATA", Reason: "Unchecked: Initial alarm creation", Updated: a.now(),
		ActionsEnabled: true, Actions: in.AlarmActions, Namespace: in.Namespace, Metric: in.MetricName,
	})
	return nil, nil
}
