package endpoint

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/aws/wire"
)

// Stack is a stack of CloudFormation.
type Stack struct {
	ID          string // its ARN
	Name        string
	Region      string
	Description string
	Status      string // as "UPDATE_COMPLETE"
	Reason      string // for the status; may be empty
	Created     time.Time
	Updated     time.Time // zero if it never was
	Outputs     []Output
	Tags        []Tag
	Resources   []Resource
}

// Output is an output of a stack.
type Output struct{ Key, Value, Description string }

// Tag is a tag of a stack.
type Tag struct{ Key, Value string }

// Resource is a resource of a stack.
type Resource struct {
	LogicalID, PhysicalID string
	Type                  string // as "AWS::SNS::Topic"
	Status                string // as "CREATE_COMPLETE"
}

// Deployed returns the stack after a successful deployment of a template.
func Deployed(t *template.Template, created time.Time) Stack {
	const complete = "CREATE_COMPLETE"
	s := Stack{
		ID: t.ID, Name: t.Stack, Region: t.Region, Description: t.Description, Status: complete, Created: created,
	}
	for _, o := range t.Outputs {
		s.Outputs = append(s.Outputs, Output(o))
	}
	for _, r := range t.Resources {
		s.Resources = append(s.Resources, Resource{r.LogicalID, r.PhysicalID, r.Type, complete})
	}
	return s
}

// Stacks fakes the describing part of CloudFormation: DescribeStacks, DescribeStackResources, DescribeStackEvents and
// ListStackResources. The zero value has no stack.
type Stacks struct {
	mu  sync.Mutex
	all []Stack
}

// Put adds a stack, or replaces the one of the same name in its region.
func (s *Stacks) Put(stack Stack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = slices.DeleteFunc(s.all, func(each Stack) bool { return each.Name == stack.Name && each.Region == stack.Region })
	s.all = append(s.all, stack)
}

// Delete removes a stack, if it exists.
func (s *Stacks) Delete(region, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = slices.DeleteFunc(s.all, func(each Stack) bool { return each.Name == name && each.Region == region })
}

func (s *Stacks) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	wire.Operations{
		"DescribeStacks":         wire.On(s.describeStacks),
		"DescribeStackResources": wire.On(s.describeStackResources),
		"DescribeStackEvents":    wire.On(s.describeStackEvents),
		"ListStackResources":     wire.On(s.listStackResources),
	}.ServeHTTP(w, r)
}

type stackAnswer struct {
	StackID           string `json:"StackId"`
	StackName         string
	Description       string `json:",omitempty"`
	StackStatus       string
	StackStatusReason string `json:",omitempty"`
	CreationTime      time.Time
	LastUpdatedTime   time.Time
	Outputs           []outputAnswer
	Tags              []Tag `json:",omitempty"`
}

type outputAnswer struct {
	OutputKey, OutputValue string
	Description            string `json:",omitempty"`
}

type describeStacks struct{ StackName, NextToken string }

func (s *Stacks) describeStacks(c wire.Caller, in describeStacks) (any, error) {
	found := s.in(c.Region)
	if in.StackName != "" {
		one, err := s.find(c, in.StackName)
		if err != nil {
			return nil, err
		}
		found = []Stack{one}
	}
	page, next, err := wire.Page(found, wire.Paging{Token: in.NextToken, Default: 100, Most: 100, BadToken: "ValidationError"})
	if err != nil {
		return nil, err
	}
	answer := struct {
		Stacks    []stackAnswer
		NextToken string `json:",omitempty"`
	}{NextToken: next}
	for _, each := range page {
		answer.Stacks = append(answer.Stacks, each.answer())
	}
	return answer, nil
}

func (s Stack) answer() stackAnswer {
	a := stackAnswer{
		StackID: s.ID, StackName: s.Name, Description: s.Description, StackStatus: s.Status, StackStatusReason: s.Reason,
		CreationTime: s.Created, LastUpdatedTime: s.Updated, Tags: s.Tags,
	}
	for _, o := range s.Outputs {
		a.Outputs = append(a.Outputs, outputAnswer{o.Key, o.Value, o.Description})
	}
	return a
}

// resourceAnswer is a resource in the answers of both operations; DescribeStackResources adds the stack and names the time
// differently.
type resourceAnswer struct {
	StackID              string `json:"StackId,omitempty"`
	StackName            string `json:",omitempty"`
	LogicalResourceID    string `json:"LogicalResourceId"`
	PhysicalResourceID   string `json:"PhysicalResourceId,omitempty"`
	ResourceType         string
	ResourceStatus       string
	Timestamp            time.Time
	LastUpdatedTimestamp time.Time
}

func (r Resource) answer() resourceAnswer {
	return resourceAnswer{
		LogicalResourceID: r.LogicalID, PhysicalResourceID: r.PhysicalID, ResourceType: r.Type, ResourceStatus: r.Status,
	}
}

type describeStackResources struct {
	StackName         string
	LogicalResourceID string `json:"LogicalResourceId"`
}

func (s *Stacks) describeStackResources(c wire.Caller, in describeStackResources) (any, error) {
	stack, err := s.find(c, in.StackName)
	if err != nil {
		return nil, err
	}
	var answer struct{ StackResources []resourceAnswer }
	for _, r := range stack.Resources {
		if in.LogicalResourceID != "" && in.LogicalResourceID != r.LogicalID || len(answer.StackResources) == 100 {
			continue // it shows only the first hundred
		}
		a := r.answer()
		a.StackID, a.StackName, a.Timestamp = stack.ID, stack.Name, stack.changed()
		answer.StackResources = append(answer.StackResources, a)
	}
	if in.LogicalResourceID != "" && len(answer.StackResources) == 0 {
		return nil, wire.Refuse("ValidationError", "Resource "+in.LogicalResourceID+" does not exist for stack "+in.StackName)
	}
	return answer, nil
}

func (s *Stacks) listStackResources(c wire.Caller, in describeStacks) (any, error) {
	stack, err := s.find(c, in.StackName)
	if err != nil {
		return nil, err
	}
	page, next, err := wire.Page(stack.Resources, wire.Paging{
		Token: in.NextToken, Default: 100, Most: 100, BadToken: "ValidationError",
	})
	if err != nil {
		return nil, err
	}
	answer := struct {
		StackResourceSummaries []resourceAnswer
		NextToken              string `json:",omitempty"`
	}{NextToken: next}
	for _, r := range page {
		a := r.answer()
		a.LastUpdatedTimestamp = stack.changed()
		answer.StackResourceSummaries = append(answer.StackResourceSummaries, a)
	}
	return answer, nil
}

func (s Stack) changed() time.Time {
	if s.Updated.IsZero() {
		return s.Created
	}
	return s.Updated
}

func (s *Stacks) in(region string) []Stack {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := slices.DeleteFunc(slices.Clone(s.all), func(each Stack) bool { return each.Region != region })
	slices.SortFunc(found, func(a, b Stack) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// find returns a stack by its name or ID.
func (s *Stacks) find(c wire.Caller, name string) (Stack, error) {
	for _, each := range s.in(c.Region) {
		if each.Name == name || each.ID == name {
			return each, nil
		}
	}
	return Stack{}, wire.Refuse("ValidationError", "Stack with id "+name+" does not exist")
}
