package endpoint

import (
	"cmp"
	"fmt"
	"slices"

	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/aws/wire"
)

// executeChangeSet deploys at once. Those who describe the stack see it in progress for a while.
func (s *Stacks) executeChangeSet(_ wire.Caller, in namedChangeSet) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, err := s.findSet(in)
	if err != nil {
		return nil, err
	}
	set := s.sets[i]
	stack, found := s.live(set.stackID)
	if set.executed != "" && set.executed == in.ClientRequestToken {
		return struct{}{}, nil // the same request again
	}
	if !found || set.status != createComplete || set.executed != "" {
		return nil, wire.Refuse("InvalidChangeSetStatus", fmt.Sprintf("ChangeSet [%s] cannot be executed in its current status of [%s]", set.id, set.status))
	}
	set.executed = cmp.Or(in.ClientRequestToken, set.id)
	o := operation{s, &stack, in.ClientRequestToken}
	if set.kind == "CREATE" {
		o.create(set)
	} else {
		o.update(set)
	}
	stack.looks = progressLooks
	s.put(stack)
	return struct{}{}, nil
}

func (o operation) create(set *changeSet) {
	o.stack.during, o.stack.Description = createInProgress, set.template.Description
	o.noteStack(createInProgress, "User Initiated")
	made, ok := o.apply(set.steps)
	reason := ""
	if ok {
		reason = o.complete(set)
	}
	if !ok || reason != "" {
		o.noteStack("ROLLBACK_IN_PROGRESS", "The following resource(s) failed to create. Rollback requested by user.")
		o.undo(made)
		o.stack.Template = set.template
		o.noteStack("ROLLBACK_COMPLETE", reason)
		return
	}
	o.noteStack(createComplete, "")
}

func (o operation) update(set *changeSet) {
	o.stack.during = "UPDATE_IN_PROGRESS"
	before := o.stack.Template
	o.noteStack("UPDATE_IN_PROGRESS", "User Initiated")
	made, ok := o.apply(set.steps)
	reason := ""
	if ok {
		reason = o.complete(set)
	}
	if !ok || reason != "" {
		o.noteStack("UPDATE_ROLLBACK_IN_PROGRESS", "The following resource(s) failed to update.")
		o.undo(made)
		o.stack.Template = before
		o.noteStack("UPDATE_ROLLBACK_COMPLETE", reason)
		return
	}
	o.noteStack("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "")
	var gone []template.Resource
	for _, each := range set.steps {
		if each.after == nil {
			gone = append(gone, *each.before)
		}
	}
	o.remove(gone, nil)
	o.stack.Updated = o.s.Now()
	o.noteStack("UPDATE_COMPLETE", "")
}

// complete gives the stack its outputs and tags, or returns why that failed.
func (o operation) complete(set *changeSet) (reason string) {
	t, err := o.s.Deployer.Complete(set.template)
	if err != nil {
		return err.Error()
	}
	o.stack.Template, o.stack.Description, o.stack.Tags, o.stack.Outputs = t, t.Description, set.tags, nil
	for _, output := range t.Outputs {
		o.stack.Outputs = append(o.stack.Outputs, Output(output))
	}
	return ""
}

type deleteStack struct {
	StackName, ClientRequestToken string
	RetainResources               []string
}

func (s *Stacks) deleteStack(c wire.Caller, in deleteStack) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stack, found := s.live(in.StackName)
	switch {
	case !found:
		return struct{}{}, nil // as CloudFormation does
	case slices.Contains([]string{"UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_IN_PROGRESS"}, stack.Status):
		return nil, wire.Refuse("ValidationError", fmt.Sprintf("Stack [%s] cannot be deleted while in status %s", stack.Name, stack.Status))
	case stack.knows(in.ClientRequestToken):
		return nil, wire.Refuse("TokenAlreadyExistsException", "A client request token already exists: "+in.ClientRequestToken)
	case len(in.RetainResources) > 0 && stack.Status != deleteFailed:
		return nil, wire.Refuse("ValidationError", "Invalid operation on stack ["+stack.ID+"]. Specify resources to retain only when the current stack state is DELETE_FAILED.")
	case s.Deployer == nil || s.Deployer.Place(in.StackName).Region != c.Region:
		return nil, wire.Refuse("ValidationError", "the local world deploys nothing in "+c.Region)
	}
	o := operation{s, &stack, in.ClientRequestToken}
	stack.during, stack.looks = deleteInProgress, progressLooks
	o.noteStack(deleteInProgress, "User Initiated")
	if !o.remove(stack.left(), in.RetainResources) {
		o.noteStack(deleteFailed, "The following resource(s) failed to delete.")
		s.put(stack)
		return struct{}{}, nil
	}
	if stack.Template != nil {
		if err := s.Deployer.Removed(stack.Template); err != nil {
			return nil, err
		}
	}
	o.noteStack(deleteComplete, "")
	s.put(stack)
	return struct{}{}, nil
}

// knows reports whether an earlier operation on the stack had the token.
func (s Stack) knows(token string) bool {
	return token != "" && slices.ContainsFunc(s.recorded, func(e Event) bool { return e.Token == token })
}

// left returns the resources of the template that the stack still has.
func (s Stack) left() (left []template.Resource) {
	if s.Template == nil {
		return nil
	}
	for _, r := range s.Template.Resources {
		if slices.ContainsFunc(s.Resources, func(each Resource) bool { return each.LogicalID == r.LogicalID }) {
			left = append(left, r)
		}
	}
	return left
}

// look describes a stack: in progress for as long as its operation seems to go on.
func (s *Stacks) look(stack Stack) Stack {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stack.looks == 0 {
		return stack
	}
	for i := range s.all {
		if s.all[i].ID == stack.ID {
			s.all[i].looks--
		}
	}
	stack.Status, stack.Reason = stack.during, ""
	return stack
}

type getTemplate struct{ StackName, ChangeSetName, TemplateStage string }

func (s *Stacks) getTemplate(c wire.Caller, in getTemplate) (any, error) {
	stack, err := s.find(c, in.StackName)
	if err != nil {
		return nil, err
	}
	if stack.Template == nil {
		return nil, wire.Refuse("ValidationError", "Stack ["+stack.Name+"] has no template")
	}
	return struct{ TemplateBody string }{stack.Template.Text}, nil
}
