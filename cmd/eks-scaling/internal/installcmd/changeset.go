package installcmd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/aws/awserr"
)

// poll sets the pauses between two looks at CloudFormation: initial, then doubling up to the maximum.
const (
	initialPause = 200 * time.Millisecond
	maxPause     = 3 * time.Second
)

// request is what a change set is created from.
type request struct {
	stack       stackName
	kind        types.ChangeSetType
	templateURL string
	parameters  []types.Parameter
	tags        map[string]string
	revertDrift bool
}

// changeSet is a planned deployment.
type changeSet struct {
	id, stackID string
	changes     []Change
}

// errUnchanged means that the stack is as the template says.
var errUnchanged = errors.New("nothing changes")

// existingError lists the resources that exist already and that CloudFormation does not take with their deletion policy.
type existingError struct{ ids []string }

func (e existingError) Error() string {
	return "these resources exist already: " + strings.Join(e.ids, ", ")
}

// createChangeSet creates a change set and waits until CloudFormation has computed it. A change set that failed is deleted.
func createChangeSet(ctx context.Context, api *cloudformation.Client, r request) (changeSet, error) {
	in := &cloudformation.CreateChangeSetInput{
		StackName: &r.stack.name, ChangeSetName: aws.String("eks-scaling-" + rand.Text()), ChangeSetType: r.kind,
		TemplateURL: &r.templateURL, Parameters: r.parameters, ImportExistingResources: aws.Bool(true),
		Capabilities: []types.Capability{types.CapabilityCapabilityNamedIam},
	}
	for _, key := range sortedKeys(r.tags) {
		in.Tags = append(in.Tags, types.Tag{Key: &key, Value: aws.String(r.tags[key])})
	}
	if r.revertDrift {
		in.DeploymentMode = types.DeploymentModeRevertDrift
	}
	out, err := api.CreateChangeSet(ctx, in)
	if awserr.Has(err, "AlreadyExistsException") {
		return changeSet{}, frame.Taken(fmt.Errorf("stack %s was created meanwhile; run the command again", r.stack.name))
	}
	if err != nil {
		return changeSet{}, fmt.Errorf("creating a change set of stack %s: %w", r.stack.name, err)
	}
	set := changeSet{id: aws.ToString(out.Id), stackID: aws.ToString(out.StackId)}
	err = set.await(ctx, api)
	if err != nil {
		err = errors.Join(err, set.discard(context.WithoutCancel(ctx), api, r.kind))
	}
	return set, err
}

// await waits for the change set, and reads its changes.
func (c *changeSet) await(ctx context.Context, api *cloudformation.Client) error {
	for pause := initialPause; ; pause = min(2*pause, maxPause) {
		out, err := api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &c.id})
		if err != nil {
			return fmt.Errorf("reading the change set: %w", err)
		}
		switch out.Status {
		case types.ChangeSetStatusCreateComplete:
			return c.read(ctx, api, out)
		case types.ChangeSetStatusFailed:
			return whyFailed(aws.ToString(out.StatusReason))
		case types.ChangeSetStatusCreateInProgress, types.ChangeSetStatusCreatePending:
		case types.ChangeSetStatusDeleteComplete, types.ChangeSetStatusDeleteFailed, types.ChangeSetStatusDeleteInProgress, types.ChangeSetStatusDeletePending:
			return frame.Taken(errors.New("somebody else has deleted the change set; run the command again"))
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// read reads all pages of the changes.
func (c *changeSet) read(ctx context.Context, api *cloudformation.Client, page *cloudformation.DescribeChangeSetOutput) error {
	for {
		for _, each := range page.Changes {
			if r := each.ResourceChange; r != nil {
				c.changes = append(c.changes, changeOf(*r))
			}
		}
		if page.NextToken == nil {
			return nil
		}
		var err error
		page, err = api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &c.id, NextToken: page.NextToken})
		if err != nil {
			return fmt.Errorf("reading the change set: %w", err)
		}
	}
}

var affected = regexp.MustCompile(`([A-Za-z0-9]+) \(\{`)

// whyFailed interprets the reason of a failed change set, which has no code.
func whyFailed(reason string) error {
	switch {
	case strings.Contains(reason, "didn't contain changes"), strings.Contains(reason, "No updates are to be performed"):
		return errUnchanged
	case strings.Contains(reason, "must have the DeletionPolicy"):
		var e existingError
		_, list, _ := strings.Cut(reason, "affected resources are")
		for _, found := range affected.FindAllStringSubmatch(list, -1) {
			e.ids = append(e.ids, found[1])
		}
		return e
	}
	return fmt.Errorf("CloudFormation refuses the change set: %s", reason)
}

// discard deletes the change set. A stack that has nothing but the change set is deleted too.
func (c changeSet) discard(ctx context.Context, api *cloudformation.Client, kind types.ChangeSetType) error {
	stack, err := findStack(ctx, api, c.stackID)
	switch {
	case err != nil:
	case kind == types.ChangeSetTypeCreate && stack.isReview():
		err = c.discardStack(ctx, api)
	default: // somebody may have deployed another change set meanwhile
		_, err = api.DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{ChangeSetName: &c.id})
	}
	if err != nil {
		return fmt.Errorf("deleting the change set: %w", err)
	}
	return nil
}

// discardStack deletes the stack of a change set and waits until it is gone, so that the command can be repeated at once.
func (c changeSet) discardStack(ctx context.Context, api *cloudformation.Client) error {
	if _, err := api.DeleteStack(ctx, &cloudformation.DeleteStackInput{StackName: &c.stackID}); err != nil {
		return err
	}
	const looks = 10
	pause := initialPause
	for range looks {
		now, err := findStack(ctx, api, c.stackID)
		if err != nil || !strings.HasSuffix(now.status, "_IN_PROGRESS") {
			return err
		}
		if err := sleep(ctx, pause); err != nil {
			return err
		}
		pause = min(2*pause, maxPause)
	}
	return nil // it will be gone soon
}

// execute starts the deployment. The token marks its events.
func (c changeSet) execute(ctx context.Context, api *cloudformation.Client, s stackName, token string) error {
	_, err := api.ExecuteChangeSet(ctx, &cloudformation.ExecuteChangeSetInput{ChangeSetName: &c.id, ClientRequestToken: &token})
	if awserr.Has(err, "InvalidChangeSetStatus") && c.isExecuted(ctx, api) {
		return nil // the answer to an earlier attempt was lost
	}
	if awserr.Has(err, "InvalidChangeSetStatus", "ChangeSetNotFound") {
		return frame.Taken(fmt.Errorf("stack %s was changed meanwhile, and this deployment did not start; run the command again", s.name))
	}
	if err != nil {
		return fmt.Errorf("deploying stack %s: %w", s.name, err)
	}
	return nil
}

// isExecuted reports whether the change set is being deployed. Only this command knows its name.
func (c changeSet) isExecuted(ctx context.Context, api *cloudformation.Client) bool {
	out, err := api.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: &c.id})
	return err == nil && strings.HasPrefix(string(out.ExecutionStatus), "EXECUTE_")
}

// sleep waits, or returns the context's error.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func sortedKeys(of map[string]string) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
