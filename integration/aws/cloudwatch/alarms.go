// Package cloudwatch fakes CloudWatch for a local world: alarms, their metrics, and logs. It keeps its state in memory and serves
// the unmodified AWS SDK and AWS CLI behind an endpoint. The world's builder fills it. The API reads, creates metric alarms, sets
// their states, and enables or disables their actions.
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
	// Composite makes it a composite alarm, with this rule, such as ALARM(a) OR ALARM(b). Its state is only set by hand.
	Composite string
}

// Alarms is the part of CloudWatch for metric and composite alarms: DescribeAlarms, SetAlarmState, PutMetricAlarm, EnableAlarmActions
// and DisableAlarmActions. The zero value has none.
type Alarms struct {
	// Now dates what people do to alarms; nil means the zero time.
	Now func() time.Time

	mu        sync.Mutex
	all       []Alarm
	authorize wire.Authorize
}

// SetAuthorize sets a hook that is asked before every DescribeAlarms. Nil permits all.
func (a *Alarms) SetAuthorize(authorize wire.Authorize) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.authorize = authorize
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
		"PutMetricAlarm":      wire.On(a.putMetricAlarm),
		"SetAlarmState":       wire.On(a.setAlarmState),
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

type compositeAnswer struct {
	AlarmName             string
	AlarmArn              string
	AlarmDescription      string `json:",omitempty"`
	AlarmRule             string
	ActionsEnabled        bool
	AlarmActions          []string
	StateValue            string
	StateReason           string
	StateUpdatedTimestamp time.Time
}

type alarmsAnswer struct {
	MetricAlarms    []alarmAnswer
	CompositeAlarms []compositeAnswer
	NextToken       string `json:",omitempty"`
}

func (a *Alarms) describeAlarms(c wire.Caller, in describeAlarms) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := in.permitted(c, a.authorize); err != nil {
		return nil, err
	}
	fitting := slices.DeleteFunc(slices.Clone(a.all), func(each Alarm) bool { return each.Region != c.Region || !in.fits(each) })
	page, next, err := wire.Page(fitting, wire.Paging{
		Token: in.NextToken, Size: in.MaxRecords, Default: 50, Most: 100, BadToken: "InvalidNextToken", BadSize: "ValidationError",
	})
	answer := alarmsAnswer{NextToken: next, MetricAlarms: []alarmAnswer{}, CompositeAlarms: []compositeAnswer{}}
	for _, each := range page {
		if each.Composite != "" {
			answer.CompositeAlarms = append(answer.CompositeAlarms, each.composite())
		} else {
			answer.MetricAlarms = append(answer.MetricAlarms, each.answer())
		}
	}
	return answer, err
}

func (in describeAlarms) check() error {
	if len(in.AlarmNames) > 0 && in.AlarmNamePrefix != "" {
		return wire.Refuse("ValidationError", "AlarmNames and AlarmNamePrefix cannot be used together")
	}
	if in.StateValue != "" && !slices.Contains(states, in.StateValue) {
		return wire.Refuse("ValidationError", "StateValue: found "+in.StateValue+"; want OK, ALARM or INSUFFICIENT_DATA")
	}
	for _, kind := range in.AlarmTypes {
		if !slices.Contains([]string{metricAlarm, compositeAlarm, "LogAlarm"}, kind) {
			return wire.Refuse("ValidationError", "AlarmTypes: found "+kind+"; want MetricAlarm, CompositeAlarm or LogAlarm")
		}
	}
	if len(in.AlarmNames) > 100 {
		return wire.Refuse("ValidationError", "AlarmNames: Member must have length less than or equal to 100")
	}
	return nil
}

// permitted asks about each named alarm. Other calls need the permission on all alarms, and so do those for composite alarms.
func (in describeAlarms) permitted(c wire.Caller, authorize wire.Authorize) error {
	prefix := "arn:aws:cloudwatch:" + c.Region + ":" + account + ":alarm:"
	names := in.AlarmNames
	if len(names) == 0 || slices.Contains(in.AlarmTypes, compositeAlarm) {
		names = []string{"*"}
	}
	for _, name := range names {
		if err := authorize.Check(c, "cloudwatch:DescribeAlarms", prefix+name); err != nil {
			return err
		}
	}
	return nil
}

// account owns all alarms; only authorization needs it.
const account = "123456789012"

// The kinds of alarms. A call that names no kind gets metric alarms.
const (
	metricAlarm    = "MetricAlarm"
	compositeAlarm = "CompositeAlarm"
)

func (a Alarm) kind() string {
	if a.Composite != "" {
		return compositeAlarm
	}
	return metricAlarm
}

func (in describeAlarms) fits(a Alarm) bool {
	return (len(in.AlarmNames) == 0 || slices.Contains(in.AlarmNames, a.Name)) &&
		strings.HasPrefix(a.Name, in.AlarmNamePrefix) &&
		(in.StateValue == "" || in.StateValue == a.State) &&
		slices.Contains(in.kinds(), a.kind()) &&
		(in.ActionPrefix == "" || slices.ContainsFunc(a.Actions, func(arn string) bool { return strings.HasPrefix(arn, in.ActionPrefix) }))
}

func (in describeAlarms) kinds() []string {
	if len(in.AlarmTypes) == 0 {
		return []string{metricAlarm}
	}
	return in.AlarmTypes
}

func (a Alarm) composite() compositeAnswer {
	return compositeAnswer{
		AlarmName: a.Name, AlarmArn: a.ARN, AlarmDescription: a.Description, AlarmRule: a.Composite, ActionsEnabled: a.ActionsEnabled,
		AlarmActions: a.Actions, StateValue: a.State, StateReason: a.Reason, StateUpdatedTimestamp: a.Updated,
	}
}

func (a Alarm) answer() alarmAnswer {
	return alarmAnswer{
		AlarmName: a.Name, AlarmArn: a.ARN, AlarmDescription: a.Description, ActionsEnabled: a.ActionsEnabled,
		AlarmActions: a.Actions, StateValue: a.State, StateReason: a.Reason, StateUpdatedTimestamp: a.Updated,
		Namespace: a.Namespace, MetricName: a.Metric,
	}
}
