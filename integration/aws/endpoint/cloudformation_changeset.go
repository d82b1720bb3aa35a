package endpoint

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/aws/wire"
)

// changeSet is a planned deployment.
type changeSet struct {
	id, name, kind string
	stackID        string
	status, reason string
	looks          int    // how often it is still seen to be in the making
	executed       string // the token with which it was; empty if it was not
	template       *template.Template
	tags           []Tag
	steps          []step
}

type createChangeSet struct {
	StackName, ChangeSetName, ChangeSetType, Description, TemplateURL, TemplateBody, ClientToken, OnStackFailure, DeploymentMode string

	Parameters []struct {
		ParameterKey, ParameterValue string
		UsePreviousValue             bool
	}
	Capabilities            []string
	Tags                    []struct{ Key, Value string }
	ImportExistingResources bool
}

// maxTemplateBody limits a template that does not come from S3, in bytes.
const maxTemplateBody = 51_200

func (s *Stacks) createChangeSet(c wire.Caller, in createChangeSet) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.Deployer == nil || s.Deployer.Place(in.StackName).Region != c.Region {
		return nil, wire.Refuse("ValidationError", "the local world deploys nothing in "+c.Region)
	}
	stack, found := s.live(in.StackName)
	if err := in.checkStack(stack, found); err != nil {
		return nil, err
	}
	read, err := s.readTemplate(in, stack)
	if err != nil {
		return nil, err
	}
	if !found {
		stack = Stack{ID: read.ID, Name: in.StackName, Region: c.Region, Status: reviewInProgress, Created: s.Now()}
		s.put(stack)
	}
	set := &changeSet{name: in.ChangeSetName, kind: in.ChangeSetType, stackID: stack.ID, status: createComplete, looks: 1, template: read}
	set.id = strings.Replace(stack.ID, ":stack/"+in.StackName+"/", ":changeSet/"+in.ChangeSetName+"/"+strings.ToLower(rand.Text()[:8]), 1)
	for _, t := range in.Tags {
		set.tags = append(set.tags, Tag(t))
	}
	s.plan(set, stack, in.ImportExistingResources, in.DeploymentMode == "REVERT_DRIFT")
	s.sets = append(s.sets, set)
	return struct {
		ID      string `json:"Id"`
		StackID string `json:"StackId"`
	}{set.id, stack.ID}, nil
}

// live returns a stack that is not deleted.
func (s *Stacks) live(name string) (Stack, bool) {
	for _, each := range s.all {
		if (each.Name == name || each.ID == name) && each.Status != deleteComplete {
			return each, true
		}
	}
	return Stack{}, false
}

// checkStack refuses a change set that the stack's status does not allow.
func (in createChangeSet) checkStack(stack Stack, found bool) error {
	switch {
	case in.ChangeSetType == "CREATE" && found && stack.Status != reviewInProgress:
		return wire.Refuse("AlreadyExistsException", fmt.Sprintf("Stack [%s] already exists and cannot be created again with the changeSet [%s].", in.StackName, in.ChangeSetName))
	case in.ChangeSetType == "CREATE":
		return nil
	case in.ChangeSetType != "UPDATE":
		return wire.Refuse("ValidationError", "found the type "+in.ChangeSetType+"; the local world takes CREATE and UPDATE")
	case !found:
		return wire.Refuse("ValidationError", "Stack ["+in.StackName+"] does not exist")
	case strings.HasSuffix(stack.Status, "_IN_PROGRESS"), strings.HasPrefix(stack.Status, "ROLLBACK"), strings.HasSuffix(stack.Status, "_FAILED"):
		return wire.Refuse("ValidationError", fmt.Sprintf("Stack:%s is in %s state and can not be updated.", stack.ID, stack.Status))
	}
	return nil
}

// readTemplate reads the template of a change set with its parameters.
func (s *Stacks) readTemplate(in createChangeSet, stack Stack) (*template.Template, error) {
	text, err := s.templateText(in)
	if err != nil {
		return nil, err
	}
	previous := map[string]string{}
	if stack.Template != nil {
		for _, v := range stack.Template.Values {
			previous[v.Key] = v.Text
		}
	}
	place := s.Deployer.Place(in.StackName)
	place.Parameters = map[string]string{}
	if stack.Template != nil {
		place.Versions = stack.Template.Versions // until the deployment publishes others
	}
	for _, p := range in.Parameters {
		value := p.ParameterValue
		if p.UsePreviousValue {
			known := false
			if value, known = previous[p.ParameterKey]; !known {
				return nil, wire.Refuse("ValidationError", "Invalid input for parameter key "+p.ParameterKey+". Cannot specify usePreviousValue as true for a parameter key not in the previous template")
			}
		}
		place.Parameters[p.ParameterKey] = value
	}
	read, err := template.Read(text, place)
	if err != nil {
		return nil, wire.Refuse("ValidationError", "Template error: "+err.Error())
	}
	return read, in.checkCapabilities(read)
}

// templateText returns the text of the template, or the object to which its URL leads.
func (s *Stacks) templateText(in createChangeSet) ([]byte, error) {
	switch {
	case (in.TemplateBody == "") == (in.TemplateURL == ""):
		return nil, wire.Refuse("ValidationError", "Either Template URL or Template Body must be specified.")
	case in.TemplateURL != "":
		return s.templateObject(in)
	case len(in.TemplateBody) > maxTemplateBody:
		return nil, wire.Refuse("ValidationError", "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200")
	default:
		return []byte(in.TemplateBody), nil
	}
}

// templateObject returns the object to which the URL of the template leads.
func (s *Stacks) templateObject(in createChangeSet) ([]byte, error) {
	at, err := url.Parse(in.TemplateURL)
	if err != nil {
		return nil, wire.Refuse("ValidationError", "TemplateURL must be a supported URL.")
	}
	bucket, host, _ := strings.Cut(at.Host, ".s3.")
	if at.Scheme != "https" || !strings.HasPrefix(host, s.Deployer.Place(in.StackName).Region+".amazonaws.com") {
		return nil, wire.Refuse("ValidationError", "TemplateURL must be a supported URL.")
	}
	text, found := s.Deployer.Object(bucket, strings.TrimPrefix(at.Path, "/"))
	if !found {
		return nil, wire.Refuse("ValidationError", "S3 error: The specified key does not exist.")
	}
	return text, nil
}

// checkCapabilities wants the caller to acknowledge what the template does in IAM.
func (in createChangeSet) checkCapabilities(t *template.Template) error {
	needed := ""
	for _, r := range t.Resources {
		switch {
		case !strings.HasPrefix(r.Type, "AWS::IAM::"):
		case r.Named && r.Type != "AWS::IAM::Policy":
			needed = "CAPABILITY_NAMED_IAM"
		case needed == "":
			needed = "CAPABILITY_IAM"
		}
	}
	if needed == "" || slices.Contains(in.Capabilities, needed) || slices.Contains(in.Capabilities, "CAPABILITY_NAMED_IAM") {
		return nil
	}
	return wire.Refuse("InsufficientCapabilitiesException", "Requires capabilities : ["+needed+"]")
}

// plan compares the stack with the template. Reverting drift, it takes every resource for changed. A change set that cannot be is
// FAILED, and says why.
func (s *Stacks) plan(set *changeSet, stack Stack, imports, revertDrift bool) {
	before := stack.resourcesByID()
	var lost []string
	for _, r := range set.template.Resources {
		each := step{after: &r}
		if b, found := before[r.LogicalID]; found {
			delete(before, r.LogicalID)
			each.before = &b
			if !revertDrift && each.isEmpty() {
				continue
			}
		} else if each.imported = imports && r.Named && s.Deployer.Exists(r); each.imported && !strings.HasPrefix(r.DeletionPolicy, "Retain") {
			lost = append(lost, fmt.Sprintf("%s ({Name=%s})", r.LogicalID, r.Name))
		}
		set.steps = append(set.steps, each)
	}
	for _, id := range slices.Sorted(maps.Keys(before)) {
		gone := before[id]
		set.steps = append(set.steps, step{before: &gone})
	}
	slices.SortStableFunc(set.steps, func(a, b step) int { return cmp.Compare(a.rank(), b.rank()) })
	set.judge(stack, lost)
}

// resourcesByID returns the resources that are deployed, by logical ID.
func (s Stack) resourcesByID() map[string]template.Resource {
	byID := map[string]template.Resource{}
	if s.Template == nil {
		return byID
	}
	for _, r := range s.Template.Resources {
		byID[r.LogicalID] = r
	}
	return byID
}

// judge fails a change set that would change nothing, or that would import resources that are not retained.
func (c *changeSet) judge(stack Stack, lost []string) {
	switch {
	case len(lost) > 0:
		c.status, c.reason = "FAILED", "CloudFormation is attempting to import some resources because they already exist in your account. "+
			"The resources must have the DeletionPolicy attribute set to 'Retain' or 'RetainExceptOnCreate' in the template for successful import. "+
			"The affected resources are "+strings.Join(lost, ", ")
	case len(c.steps) == 0 && stack.Template != nil && reflect.DeepEqual(stack.Template.Outputs, c.template.Outputs):
		c.status, c.reason = "FAILED", "The submitted information didn't contain changes. Submit different information to create a change set."
	}
}

// isEmpty reports whether a resource stays as it is.
func (each step) isEmpty() bool {
	return each.before.DeletionPolicy == each.after.DeletionPolicy && reflect.DeepEqual(each.before.Properties, each.after.Properties)
}

// rank puts log groups first, since functions depend on them. All others are independent here.
func (each step) rank() int {
	if each.after != nil && each.after.Type == "AWS::Logs::LogGroup" {
		return 0
	}
	return 1
}

type namedChangeSet struct{ ChangeSetName, StackName, ClientRequestToken, NextToken string }

func (s *Stacks) findSet(in namedChangeSet) (int, error) {
	i := slices.IndexFunc(s.sets, func(c *changeSet) bool { return c.id == in.ChangeSetName })
	if i < 0 {
		return i, wire.NewFailure(404, "ChangeSetNotFound", "ChangeSet ["+in.ChangeSetName+"] does not exist")
	}
	return i, nil
}

type resourceChange struct {
	Action             string
	LogicalResourceID  string `json:"LogicalResourceId"`
	PhysicalResourceID string `json:"PhysicalResourceId,omitempty"`
	ResourceType       string
	Replacement        string   `json:",omitempty"`
	PolicyAction       string   `json:",omitempty"`
	Scope              []string `json:",omitempty"`
}

type changeAnswer struct {
	Type           string
	ResourceChange resourceChange
}

func (s *Stacks) describeChangeSet(_ wire.Caller, in namedChangeSet) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findSet(in)
	if err != nil {
		return nil, err
	}
	set := s.sets[i]
	answer := struct {
		ChangeSetID     string `json:"ChangeSetId"`
		ChangeSetName   string
		StackID         string `json:"StackId"`
		Status          string
		StatusReason    string `json:",omitempty"`
		ExecutionStatus string
		Changes         []changeAnswer
		NextToken       string `json:",omitempty"`
	}{ChangeSetID: set.id, ChangeSetName: set.name, StackID: set.stackID, Status: set.status, StatusReason: set.reason, ExecutionStatus: "AVAILABLE"}
	if set.executed != "" {
		answer.ExecutionStatus = "EXECUTE_COMPLETE"
	}
	if set.looks > 0 {
		set.looks--
		answer.Status, answer.StatusReason, answer.ExecutionStatus = createInProgress, "", "UNAVAILABLE"
		return answer, nil
	}
	page, next, err := wire.Page(set.steps, wire.Paging{Token: in.NextToken, Default: 100, Most: 100, BadToken: "ValidationError"})
	for _, each := range page {
		answer.Changes = append(answer.Changes, changeAnswer{"Resource", each.answer()})
	}
	answer.NextToken = next
	return answer, err
}

// answer describes a step as CloudFormation does.
func (each step) answer() resourceChange {
	switch b, a := each.before, each.after; {
	case a == nil:
		policy := "Delete"
		if strings.HasPrefix(b.DeletionPolicy, "Retain") {
			policy = "Retain"
		}
		return resourceChange{Action: "Remove", LogicalResourceID: b.LogicalID, PhysicalResourceID: b.PhysicalID, ResourceType: b.Type, PolicyAction: policy}
	case each.imported:
		return resourceChange{Action: "Import", LogicalResourceID: a.LogicalID, PhysicalResourceID: a.PhysicalID, ResourceType: a.Type}
	case b == nil:
		return resourceChange{Action: "Add", LogicalResourceID: a.LogicalID, ResourceType: a.Type}
	default:
		change := resourceChange{
			Action: "Modify", LogicalResourceID: a.LogicalID, PhysicalResourceID: b.PhysicalID, ResourceType: a.Type, Replacement: "False", Scope: []string{"Properties"},
		}
		switch {
		case reflect.DeepEqual(b.Properties, a.Properties):
			change.Scope = []string{"DeletionPolicy"}
		case replaces(*b, *a):
			change.Replacement, change.PolicyAction = "True", "ReplaceAndDelete"
		}
		return change
	}
}

// replaces reports whether a change needs a new resource: another name, or other keys of a table.
func replaces(before, after template.Resource) bool {
	return before.Name != after.Name || !reflect.DeepEqual(before.Properties["KeySchema"], after.Properties["KeySchema"])
}

func (s *Stacks) deleteChangeSet(_ wire.Caller, in namedChangeSet) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sets = slices.DeleteFunc(s.sets, func(c *changeSet) bool { return c.id == in.ChangeSetName })
	return struct{}{}, nil
}
