package endpoint

import (
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/integration/aws/wire"
)

// eventAnswer is an event of a stack: a new status of a resource or of the stack itself.
type eventAnswer struct {
	StackID              string `json:"StackId"`
	EventID              string `json:"EventId"`
	StackName            string
	LogicalResourceID    string `json:"LogicalResourceId"`
	PhysicalResourceID   string `json:"PhysicalResourceId,omitempty"`
	ResourceType         string
	Timestamp            time.Time
	ResourceStatus       string
	ResourceStatusReason string `json:",omitempty"`
	ClientRequestToken   string `json:",omitempty"`
}

// Event is an event of an operation on a stack.
type Event struct {
	LogicalID, PhysicalID, Type string
	Status, Reason              string
	Token                       string // of the operation
	At                          time.Time
}

// recordedEvents returns the events of the operations through the API, as many as have happened so far.
func (s Stack) recordedEvents() []eventAnswer {
	shown := len(s.recorded)
	if s.looks > 0 { // the last one would end the operation
		shown = (shown - 1) / s.looks
	}
	events := make([]eventAnswer, shown)
	for i, e := range s.recorded[:shown] {
		events[i] = eventAnswer{
			StackID: s.ID, EventID: fmt.Sprintf("%d", i), StackName: s.Name, LogicalResourceID: e.LogicalID, PhysicalResourceID: e.PhysicalID,
			ResourceType: e.Type, Timestamp: e.At, ResourceStatus: e.Status, ResourceStatusReason: e.Reason, ClientRequestToken: e.Token,
		}
	}
	return events
}

// events returns the latest events of the resources, and then of the stack itself.
func (s Stack) events() []eventAnswer {
	if len(s.recorded) > 0 {
		return s.recordedEvents()
	}
	all := slices.Concat(s.Resources, []Resource{{s.Name, s.ID, "AWS::CloudFormation::Stack", s.Status}})
	events := make([]eventAnswer, len(all))
	for i, r := range all {
		events[i] = eventAnswer{
			StackID: s.ID, EventID: fmt.Sprintf("%s-%s", r.LogicalID, r.Status), StackName: s.Name, LogicalResourceID: r.LogicalID,
			PhysicalResourceID: r.PhysicalID, ResourceType: r.Type, Timestamp: s.changed(), ResourceStatus: r.Status,
		}
	}
	events[len(all)-1].ResourceStatusReason = s.Reason
	return events
}

// describeStackEvents returns the newest event first.
func (s *Stacks) describeStackEvents(c wire.Caller, in describeStacks) (any, error) {
	stack, err := s.find(c, in.StackName)
	if err != nil {
		return nil, err
	}
	events := stack.events()
	slices.Reverse(events)
	page, next, err := wire.Page(events, wire.Paging{Token: in.NextToken, Default: 100, Most: 100, BadToken: "ValidationError"})
	return struct {
		StackEvents []eventAnswer
		NextToken   string `json:",omitempty"`
	}{page, next}, err
}
