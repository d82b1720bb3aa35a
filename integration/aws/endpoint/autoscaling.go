package endpoint

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// ScheduledAction is an action that changes the sizes of an Auto Scaling group by the clock.
type ScheduledAction struct {
	Name              string
	Region            string
	Group             string
	ARN               string
	Recurrence        string // cron, as "0 7 * * 1-5"; empty for once
	TimeZone          string // an IANA name; empty for UTC
	Start, End        time.Time
	Min, Max, Desired *int // in nodes; nil for as they are
}

// AutoScaling is EC2 Auto Scaling, as far as it tells what there is: DescribeScheduledActions. The zero value has nothing.
type AutoScaling struct {
	mu      sync.Mutex
	actions []ScheduledAction
}

// PutScheduledAction adds an action, or replaces the one of the same name of its group.
func (a *AutoScaling) PutScheduledAction(action ScheduledAction) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.actions = slices.DeleteFunc(a.actions, func(each ScheduledAction) bool {
		return each.Name == action.Name && each.Group == action.Group && each.Region == action.Region
	})
	a.actions = append(a.actions, action)
	slices.SortFunc(a.actions, func(a, b ScheduledAction) int {
		return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Name, b.Name))
	})
}

func (a *AutoScaling) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{"DescribeScheduledActions": wire.On(a.describeScheduledActions)}.ServeHTTP(w, r)
}

type describeScheduledActions struct {
	AutoScalingGroupName string
	ScheduledActionNames []string
	MaxRecords           int
	NextToken            string
}

type actionAnswer struct {
	AutoScalingGroupName, ScheduledActionName string
	ScheduledActionARN                        string
	Recurrence                                string `json:",omitempty"`
	TimeZone                                  string `json:",omitempty"`
	StartTime, EndTime                        time.Time
	MinSize, MaxSize, DesiredCapacity         *int
}

func (a *AutoScaling) describeScheduledActions(c wire.Caller, in describeScheduledActions) (any, error) {
	if len(in.ScheduledActionNames) > 0 && in.AutoScalingGroupName == "" {
		return nil, wire.Refuse("ValidationError", "ScheduledActionNames need an AutoScalingGroupName")
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	all := []actionAnswer{}
	for _, each := range a.actions {
		if each.Region == c.Region && in.fits(each) {
			all = append(all, each.answer())
		}
	}
	page, next, err := wire.Page(all, wire.Paging{
		Token: in.NextToken, Size: in.MaxRecords, Default: 50, Most: 100, BadToken: "InvalidNextToken", BadSize: "ValidationError",
	})
	return struct {
		ScheduledUpdateGroupActions []actionAnswer
		NextToken                   string `json:",omitempty"`
	}{page, next}, err
}

func (in describeScheduledActions) fits(a ScheduledAction) bool {
	return (in.AutoScalingGroupName == "" || in.AutoScalingGroupName == a.Group) &&
		(len(in.ScheduledActionNames) == 0 || slices.Contains(in.ScheduledActionNames, a.Name))
}

func (a ScheduledAction) answer() actionAnswer {
	return actionAnswer{
		AutoScalingGroupName: a.Group, ScheduledActionName: a.Name, ScheduledActionARN: a.ARN, Recurrence: a.Recurrence,
		TimeZone: a.TimeZone, StartTime: a.Start, EndTime: a.End, MinSize: a.Min, MaxSize: a.Max, DesiredCapacity: a.Desired,
	}
}
