package world

import (
	"fmt"
	"time"

	"eks-scaling-automation/integration/engine"
)

// alarmPeriod is the time over which the alarms of the stack count.
const alarmPeriod = 5 * time.Minute

// unsuccessful are the ends of runs that metrics of AWS/States count.
var unsuccessful = map[string]engine.Status{
	"ExecutionsFailed": engine.Failed, "ExecutionsTimedOut": engine.TimedOut, "ExecutionsAborted": engine.Aborted,
}

// Evaluate sets the stack's alarms as CloudWatch would, by the runs of the last minutes and the messages in the queue.
func (w *World) Evaluate() {
	for _, r := range w.Template.Of("AWS::CloudWatch::Alarm") {
		metric, _ := r.Properties["MetricName"].(string)
		alarm, found := w.Alarms.Get(Region, r.Name)
		if !found {
			continue // somebody has removed it
		}
		count := w.count(metric)
		state := "OK"
		if count > 0 {
			state = "ALARM"
		}
		if state != alarm.State {
			alarm.State, alarm.Updated = state, w.now()
			alarm.Reason = fmt.Sprintf("Threshold Crossed: %d datapoints of %s in 5 minutes", count, metric)
			w.Alarms.Put(alarm)
		}
	}
}

func (w *World) count(metric string) (n int) {
	if metric == "ApproximateNumberOfMessagesVisible" {
		for _, queue := range w.Template.Of("AWS::SQS::Queue") {
			n += len(w.Queues.Messages(queue.ARN))
		}
		return n
	}
	for _, x := range w.Engine.Executions() {
		if d := x.Describe(); d.Status == unsuccessful[metric] && d.Ended.After(w.now().Add(-alarmPeriod)) {
			n++
		}
	}
	return n
}
