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

// AutoScalingGroup is an Auto Scaling group, such as the one behind every node group.
type AutoScalingGroup struct {
	Name              string
	Region            string
	Min, Max, Desired int // in nodes
	Tags              map[string]string
	Created           time.Time
}

// ScheduledAction changes the sizes of an Auto Scaling group on a schedule.
type ScheduledAction struct {
	Name              string
	Region            string
	Group             string
	ARN               string
	Recurrence        string // cron, as "0 7 * * 1-5"; empty for once
	TimeZone          string // an IANA name; empty for UTC
	Start, End        time.Time
	Min, Max, Desired *int // in nodes; nil leaves a size unchanged
}

// AutoScaling fakes the describing part of EC2 Auto Scaling: DescribeAutoScalingGroups and DescribeScheduledActions. The zero
// value is empty.
type AutoScaling struct {
	mu      sync.Mutex
	groups  []AutoScalingGroup
	actions []ScheduledAction
}

// PutGroup adds a group, or replaces the one of the same name in its region.
func (a *AutoScaling) PutGroup(group AutoScalingGroup) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.groups = slices.DeleteFunc(a.groups, func(g AutoScalingGroup) bool { return g.Name == group.Name && g.Region == group.Region })
	a.groups = append(a.groups, group)
	slices.SortFunc(a.groups, func(a, b AutoScalingGroup) int { return strings.Compare(a.Name, b.Name) })
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
	wire.Operations{
		"DescribeAutoScalingGroups": wire.On(a.describeGroups),
		"DescribeScheduledActions":  wire.On(a.describeScheduledActions),
	}.ServeHTTP(w, r)
}

type describeGroups struct {
	AutoScalingGroupNames []string
	MaxRecords            int
	NextToken             string
}

type groupAnswer struct {
	AutoScalingGroupName              string
	MinSize, MaxSize, DesiredCapacity int
	CreatedTime                       time.Time
	Tags                              []tagAnswer
}

type tagAnswer struct {
	Key, Value        string
	ResourceID        string `json:"ResourceId"`
	ResourceType      string
	PropagateAtLaunch bool
}

// describeGroups omits unknown names, as AWS does.
func (a *AutoScaling) describeGroups(c wire.Caller, in describeGroups) (any, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := []groupAnswer{}
	for _, g := range a.groups {
		if g.Region == c.Region && (len(in.AutoScalingGroupNames) == 0 || slices.Contains(in.AutoScalingGroupNames, g.Name)) {
			all = append(all, g.answer())
		}
	}
	page, next, err := pageOfAutoScaling(all, in.NextToken, in.MaxRecords)
	return struct {
		AutoScalingGroups []groupAnswer
		NextToken         string `json:",omitempty"`
	}{page, next}, err
}

func (g AutoScalingGroup) answer() groupAnswer {
	answer := groupAnswer{
		AutoScalingGroupName: g.Name, MinSize: g.Min, MaxSize: g.Max, DesiredCapacity: g.Desired, CreatedTime: g.Created,
	}
	for key, value := range g.Tags {
		answer.Tags = append(answer.Tags, tagAnswer{key, value, g.Name, "auto-scaling-group", true})
	}
	slices.SortFunc(answer.Tags, func(a, b tagAnswer) int { return strings.Compare(a.Key, b.Key) })
	return answer
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
	page, next, err := pageOfAutoScaling(all, in.NextToken, in.MaxRecords)
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

func pageOfAutoScaling[T any](all []T, token string, size int) ([]T, string, error) {
	return wire.Page(all, wire.Paging{Token: token, Size: size, Default: 50, Most: 100, BadToken: "InvalidNextToken", BadSize: "ValidationError"})
}
