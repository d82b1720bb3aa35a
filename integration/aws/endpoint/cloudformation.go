package endpoint

import (
	"fmt"
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
	Template    *template.Template // that was deployed last; nil if there is none

	recorded []Event // of its operations through the API, oldest first
	during   string  // the status as long as an operation seems to go on
	looks    int     // how often the stack is still described with that status
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
		ID: t.ID, Name: t.Stack, Region: t.Region, Description: t.Description, Status: complete, Created: created, Template: t,
	}
	for _, o := range t.Outputs {
		s.Outputs = append(s.Outputs, Output(o))
	}
	for _, r := range t.Resources {
		s.Resources = append(s.Resources, Resource{r.LogicalID, r.PhysicalID, r.Type, complete})
	}
	return s
}

// Stacks fakes CloudFormation: it describes stacks, and creates, updates and deletes them with change sets. The zero value has no
// stack, and only describes.
type Stacks struct {
	Deployer Deployer // makes the resources; nil: nothing can be deployed
	Now      func() time.Time

	mu       sync.Mutex
	all      []Stack
	sets     []*changeSet
	failures []failure
}

// Put adds a stack, or replaces the one of the same name in its region.
func (s *Stacks) Put(stack Stack) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.put(stack)
}

func (s *Stacks) put(stack Stack) {
	s.all = slices.DeleteFunc(s.all, func(each Stack) bool { return each.Name == stack.Name && each.Region == stack.Region })
	s.all = append(s.all, stack)
}

// SetStatus sets the status of a stack.
func (s *Stacks) SetStatus(region, name, status string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.all {
		if each := &s.all[i]; each.Name == name && each.Region == region {
			each.Status, each.looks = status, 0
			return nil
		}
	}
	return fmt.Errorf("there is no stack %s in %s", name, region)
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
		"GetTemplate":            wire.On(s.getTemplate),
		"CreateChangeSet":        wire.On(s.createChangeSet),
		"DescribeChangeSet":      wire.On(s.describeChangeSet),
		"DeleteChangeSet":        wire.On(s.deleteChangeSet),
		"ExecuteChangeSet":       wire.On(s.executeChangeSet),
		"DeleteStack":            wire.On(s.deleteStack),
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
	Parameters        []parameterAnswer `json:",omitempty"`
	Tags              []Tag             `json:",omitempty"`
}

type parameterAnswer struct{ ParameterKey, ParameterValue string }

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
		found = []Stack{s.look(one)}
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
	a.Parameters = s.parameters()
	return a
}

func (s Stack) parameters() []parameterAnswer {
	var all []parameterAnswer
	if s.Template != nil {
		for _, v := range s.Template.Values {
			all = append(all, parameterAnswer{v.Key, v.Text})
		}
	}
	return all
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
	StackName          string
	LogicalResourceID  string `json:"LogicalResourceId"`
	PhysicalResourceID string `json:"PhysicalResourceId"`
}

func (s *Stacks) describeStackResources(c wire.Caller, in describeStackResources) (any, error) {
	if in.PhysicalResourceID != "" {
		in.StackName = s.owner(c.Region, in.PhysicalResourceID)
		if in.StackName == "" {
			return nil, wire.Refuse("ValidationError", "Stack for "+in.PhysicalResourceID+" does not exist")
		}
	}
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
	found := slices.DeleteFunc(slices.Clone(s.all), func(each Stack) bool {
		return each.Region != region || each.Status == deleteComplete && each.looks == 0
	})
	slices.SortFunc(found, func(a, b Stack) int { return strings.Compare(a.Name, b.Name) })
	return found
}

// owner returns the name of the stack with a resource; empty if there is none.
func (s *Stacks) owner(region, physicalID string) string {
	for _, each := range s.in(region) {
		if slices.ContainsFunc(each.Resources, func(r Resource) bool { return r.PhysicalID == physicalID }) {
			return each.Name
		}
	}
	return ""
}

// find returns a stack by its name, or by its ID, by which also deleted ones are found.
func (s *Stacks) find(c wire.Caller, name string) (Stack, error) {
	for _, each := range s.in(c.Region) {
		if each.Name == name || each.ID == name {
			return each, nil
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, each := range s.all {
		if each.ID == name && each.Region == c.Region {
			return each, nil
		}
	}
	return Stack{}, wire.Refuse("ValidationError", "Stack with id "+name+" does not exist")
}
