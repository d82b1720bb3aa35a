// Package cloudwatch fakes CloudWatch for a local world: alarms, their metrics, and logs. It keeps its state in memory and serves
// the unmodified AWS SDK and AWS CLI behind an endpoint. The world's builder fills it. The API only reads, and enables or
// disables the actions of alarms.
//
// It must never be more lenient than AWS: it refuses what AWS refuses, with the same error type, and everything unknown.
package cloudwatch

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// Alarm is an alarm of CloudWatch.
type Alarm struct {
	Name           string
	Region         string
	ARN            string
	Description    string
	State          string // OK, ALARM or INSUFFICIENT_DATA
	Reason         string // for the state
	Updated        time.Time
	ActionsEnabled bool
	Actions        []string // the ARNs to notify when it goes to ALARM
	Namespace      string   // of the metric that it watches, as "AWS/States"
	Metric         string
	Rule           Rule // the zero value: its state is only set by hand
}

// Alarms is the part of CloudWatch for alarms on metrics: DescribeAlarms, EnableAlarmActions and DisableAlarmActions. The zero
// value has none.
type Alarms struct {
	mu  sync.Mutex
	all []Alarm
}

// Put adds an alarm, or replaces the one of the same name in its region.
func (a *Alarms) Put(alarm Alarm) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = slices.DeleteFunc(a.all, func(each Alarm) bool { return each.Name == alarm.Name && each.Region == alarm.Region })
	a.all = append(a.all, alarm)
	slices.SortFunc(a.all, func(a, b Alarm) int { return strings.Compare(a.Name, b.Name) })
}

// Get returns an alarm by its name.
func (a *Alarms) Get(region, name string) (alarm Alarm, found bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.IndexFunc(a.all, func(each Alarm) bool { return each.Name == name && each.Region == region })
	if i < 0 {
		return Alarm{}, false
	}
	return a.all[i], true
}

// Delete removes an alarm, if it exists.
func (a *Alarms) Delete(region, name string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.all = slices.DeleteFunc(a.all, func(each Alarm) bool { return each.Name == name && each.Region == region })
}

func (a *Alarms) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"DescribeAlarms":      wire.On(a.describeAlarms),
		"EnableAlarmActions":  wire.On(a.setActions(true)),
		"DisableAlarmActions": wire.On(a.setActions(false)),
	}.ServeHTTP(w, r)
}

type namedAlarms struct{ AlarmNames []string }

// setActions enables or disables the actions of alarms. Like AWS, it ignores unknown names.
func (a *Alarms) setActions(enabled bool) func(wire.Caller, namedAlarms) (any, error) {
	return func(c wire.Caller, in namedAlarms) (any, error) {
		if len(in.AlarmNames) == 0 {
			return nil, wire.Refuse("ValidationError", "AlarmNames: required")
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		for i := range a.all {
			if a.all[i].Region == c.Region && slices.Contains(in.AlarmNames, a.all[i].Name) {
				a.all[i].ActionsEnabled = enabled
			}
		}
		return nil, nil
	}
}

type describeAlarms struct {
	AlarmNames      []string
	AlarmNamePrefix string
	AlarmTypes      []string
	StateValue      string
	ActionPrefix    string
	MaxRecords      int
	NextToken       string
}

type alarmAnswer struct {
	AlarmName             string
	AlarmArn              string
	AlarmDescription      string `json:",omitempty"`
	ActionsEnabled        bool
	AlarmActions          []string
	StateValue            string
	StateReason           string
	StateUpdatedTimestamp time.Time
	Namespace             string `json:",omitempty"`
	MetricName            string `json:",omitempty"`
}

type alarmsAnswer struct {
	MetricAlarms    []alarmAnswer
	CompositeAlarms []struct{}
	NextToken       string `json:",omitempty"`
}

func (a *Alarms) describeAlarms(c wire.Caller, in describeAlarms) (any, error) {
	if len(in.AlarmNames) > 0 && in.AlarmNamePrefix != "" {
		return nil, wire.Refuse("ValidationError", "AlarmNames and AlarmNamePrefix cannot be used together")
	}
	if in.StateValue != "" && !slices.Contains([]string{"OK", "ALARM", "INSUFFICIENT_DATA"}, in.StateValue) {
		return nil, wire.Refuse("ValidationError", "StateValue: found "+in.StateValue+"; want OK, ALARM or INSUFFICIENT_DATA")
	}
	a.mu.Lock()
	fitting := slices.DeleteFunc(slices.Clone(a.all), func(each Alarm) bool { return each.Region != c.Region || !in.fits(each) })
	a.mu.Unlock()
	page, next, err := wire.Page(fitting, wire.Paging{
		Token: in.NextToken, Size: in.MaxRecords, Default: 50, Most: 100, BadToken: "InvalidNextToken", BadSize: "ValidationError",
	})
	answer := alarmsAnswer{NextToken: next, MetricAlarms: []alarmAnswer{}}
	for _, each := range page {
		answer.MetricAlarms = append(answer.MetricAlarms, each.answer())
	}
	return answer, err
}

func (in describeAlarms) fits(a Alarm) bool {
	return (len(in.AlarmNames) == 0 || slices.Contains(in.AlarmNames, a.Name)) &&
		strings.HasPrefix(a.Name, in.AlarmNamePrefix) &&
		(in.StateValue == "" || in.StateValue == a.State) &&
		(len(in.AlarmTypes) == 0 || slices.Contains(in.AlarmTypes, "MetricAlarm")) &&
		(in.ActionPrefix == "" || slices.ContainsFunc(a.Actions, func(arn string) bool { return strings.HasPrefix(arn, in.ActionPrefix) }))
}

func (a Alarm) answer() alarmAnswer {
	return alarmAnswer{
		AlarmName: a.Name, AlarmArn: a.ARN, AlarmDescription: a.Description, ActionsEnabled: a.ActionsEnabled,
		AlarmActions: a.Actions, StateValue: a.State, StateReason: a.Reason, StateUpdatedTimestamp: a.Updated,
		Namespace: a.Namespace, MetricName: a.Metric,
	}
}
