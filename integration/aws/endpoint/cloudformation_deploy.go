package endpoint

import (
	"slices"
	"strings"

	"eks-scaling-automation/integration/aws/template"
)

// Deployer makes the resources of stacks.
type Deployer interface {
	// Place returns where a stack of a name is deployed.
	Place(stack string) template.Place
	// Object returns an object of S3, such as a template.
	Object(bucket, key string) (data []byte, found bool)
	// Exists reports whether a resource of this type and name exists, with a stack or without.
	Exists(r template.Resource) bool
	Create(r template.Resource) error
	// Import takes an existing resource over as it is.
	Import(r template.Resource) error
	Update(before, after template.Resource) error
	Delete(r template.Resource) error
	// Complete ends a deployment, when all resources exist. It returns the template with the versions that it has published.
	Complete(t *template.Template) (*template.Template, error)
	// Removed ends the deletion of a stack.
	Removed(t *template.Template) error
}

// The statuses.
const (
	createInProgress = "CREATE_IN_PROGRESS"
	createComplete   = "CREATE_COMPLETE"
	createFailed     = "CREATE_FAILED"
	deleteInProgress = "DELETE_IN_PROGRESS"
	deleteComplete   = "DELETE_COMPLETE"
	deleteFailed     = "DELETE_FAILED"
	reviewInProgress = "REVIEW_IN_PROGRESS"
	stackType        = "AWS::CloudFormation::Stack"
)

// progressLooks is how often an operation is seen in progress before it is seen to have ended.
const progressLooks = 2

// failure makes an operation on a resource fail.
type failure struct{ logicalID, reason string }

// FailResource makes the next operation on the resource with a logical ID that begins so fail.
func (s *Stacks) FailResource(logicalID, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures = append(s.failures, failure{logicalID, reason})
}

// planned returns why an operation on a resource is to fail; empty if it is not.
func (s *Stacks) planned(logicalID string) string {
	i := slices.IndexFunc(s.failures, func(f failure) bool { return strings.HasPrefix(logicalID, f.logicalID) })
	if i < 0 {
		return ""
	}
	reason := s.failures[i].reason
	s.failures = slices.Delete(s.failures, i, i+1)
	return reason
}

// operation is a deployment or a deletion that runs.
type operation struct {
	s     *Stacks
	stack *Stack
	token string
}

// note records an event of a resource.
func (o operation) note(r template.Resource, status, reason string) {
	o.stack.recorded = append(o.stack.recorded, Event{r.LogicalID, r.PhysicalID, r.Type, status, reason, o.token, o.s.Now()})
	o.stack.Resources = slices.DeleteFunc(o.stack.Resources, func(each Resource) bool { return each.LogicalID == r.LogicalID })
	if status != deleteComplete && status != "DELETE_SKIPPED" {
		o.stack.Resources = append(o.stack.Resources, Resource{r.LogicalID, r.PhysicalID, r.Type, status})
	}
}

// noteStack records an event of the stack itself.
func (o operation) noteStack(status, reason string) {
	o.stack.Status, o.stack.Reason = status, reason
	o.stack.recorded = append(o.stack.recorded, Event{o.stack.Name, o.stack.ID, stackType, status, reason, o.token, o.s.Now()})
}

// try does something to a resource and records it, as in CREATE_IN_PROGRESS, CREATE_COMPLETE or CREATE_FAILED.
func (o operation) try(verb string, r template.Resource, do func() error) bool {
	o.note(r, verb+"_IN_PROGRESS", "")
	reason := o.s.planned(r.LogicalID)
	if reason == "" {
		if err := do(); err != nil {
			reason = err.Error()
		}
	}
	if reason != "" {
		o.note(r, verb+"_FAILED", reason)
		return false
	}
	o.note(r, verb+"_COMPLETE", "")
	return true
}

// step is a change of a resource; before is nil if it is new, and after if it goes.
type step struct {
	before, after *template.Resource
	imported      bool
}

// apply makes the changes that add or change resources. It returns those that it has made, and whether all are.
func (o operation) apply(steps []step) (made []step, ok bool) {
	d := o.s.Deployer
	for _, each := range steps {
		switch {
		case each.after == nil:
			continue
		case each.imported:
			ok = o.try("IMPORT", *each.after, func() error { return d.Import(*each.after) })
		case each.before == nil:
			ok = o.try("CREATE", *each.after, func() error { return d.Create(*each.after) })
		default:
			ok = o.try("UPDATE", *each.after, func() error { return d.Update(*each.before, *each.after) })
		}
		if !ok {
			return made, false
		}
		made = append(made, each)
	}
	return made, true
}

// undo takes back changes, last made first. Resources of a first deployment that are to be retained stay.
func (o operation) undo(made []step) {
	for _, each := range slices.Backward(made) {
		switch {
		case each.before != nil:
			o.try("UPDATE", *each.before, func() error { return o.s.Deployer.Update(*each.after, *each.before) })
		case each.imported || each.after.DeletionPolicy == "Retain":
			o.note(*each.after, "DELETE_SKIPPED", "")
		default:
			o.try("DELETE", *each.after, func() error { return o.s.Deployer.Delete(*each.after) })
		}
	}
}

// remove deletes resources, unless they are to be retained. It reports whether all are gone.
func (o operation) remove(resources []template.Resource, retained []string) bool {
	all := true
	for _, r := range slices.Backward(resources) {
		if strings.HasPrefix(r.DeletionPolicy, "Retain") || slices.Contains(retained, r.LogicalID) {
			o.note(r, "DELETE_SKIPPED", "")
			continue
		}
		all = o.try("DELETE", r, func() error { return o.s.Deployer.Delete(r) }) && all
	}
	return all
}
