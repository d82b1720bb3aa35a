package installcmd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/cmd/eks-scaling/internal/term"
	"eks-scaling-automation/shared/deployment"
)

// operation is a deployment or a deletion that runs.
type operation struct {
	api     *cloudformation.Client
	stack   stackName
	stackID string
	token   string // of its events
	verb    string // to run again, such as install
}

// follow waits until the operation has ended, and prints a line for each resource that is done. It returns the stack's last status.
// An error says which resource failed, and why.
func (o operation) follow(ctx context.Context, out io.Writer) (status string, err error) {
	seen := map[string]bool{}
	var events []types.StackEvent
	for pause := initialPause; ; pause = min(2*pause, maxPause) {
		c, err := findStack(ctx, o.api, o.stackID)
		if err == nil { // after the status, so that none of its events is missed
			events, err = o.events(ctx)
		}
		if err != nil {
			return "", o.lost(ctx, err)
		}
		for _, e := range events {
			if !seen[aws.ToString(e.EventId)] {
				seen[aws.ToString(e.EventId)] = true
				o.print(out, e)
			}
		}
		if c.status != "" && !strings.HasSuffix(c.status, "_IN_PROGRESS") {
			return c.status, o.failure(c.status, events)
		}
		if err := sleep(ctx, pause); err != nil {
			return "", o.lost(ctx, err)
		}
	}
}

// newToken returns a token for the events of a deletion. CloudFormation refuses the token of an earlier operation, also of one that failed.
func newToken() string { return "eks-scaling-" + rand.Text() }

// lost words an error while the operation keeps running.
func (o operation) lost(ctx context.Context, err error) error {
	look := deployment.Events(o.stack.name, o.stack.region)
	if ctx.Err() != nil {
		return frame.Remedied{Found: "stopped waiting; CloudFormation is still working on stack " + o.stack.name, Remedy: "follow it with: " + look, Err: ctx.Err()}
	}
	return fmt.Errorf("%w; CloudFormation is still working on stack %s: follow it with: %s", frame.WithRemedy(err), o.stack.name, look)
}

// events returns the operation's events so far, oldest first.
func (o operation) events(ctx context.Context) ([]types.StackEvent, error) {
	var events []types.StackEvent
	pages := cloudformation.NewDescribeStackEventsPaginator(o.api, &cloudformation.DescribeStackEventsInput{StackName: &o.stackID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("reading the events of stack %s: %w", o.stack.name, err)
		}
		for _, e := range page.StackEvents {
			if aws.ToString(e.ClientRequestToken) != o.token {
				slices.Reverse(events)
				return events, nil
			}
			events = append(events, e)
		}
	}
	slices.Reverse(events)
	return events, nil
}

// print prints an event of a resource that is done or has failed.
func (o operation) print(out io.Writer, e types.StackEvent) {
	status := string(e.ResourceStatus)
	isVersion := status == "DELETE_SKIPPED" && aws.ToString(e.ResourceType) == "AWS::Lambda::Version" // it goes with its function
	if aws.ToString(e.PhysicalResourceId) == o.stackID || strings.HasSuffix(status, "_IN_PROGRESS") || isVersion {
		return
	}
	line := fmt.Sprintf("  %-16s %s (%s)", inWords(status), hash.ReplaceAllString(aws.ToString(e.LogicalResourceId), ""), strings.TrimPrefix(aws.ToString(e.ResourceType), "AWS::"))
	if strings.HasSuffix(status, "_FAILED") {
		line += ": " + aws.ToString(e.ResourceStatusReason)
	}
	term.SayLine(out, line)
}

// inWords words a status: deleted, or create failed.
func inWords(status string) string {
	switch status {
	case "CREATE_COMPLETE":
		return "created"
	case "UPDATE_COMPLETE":
		return "updated"
	case "DELETE_COMPLETE":
		return "deleted"
	case "DELETE_SKIPPED":
		return "left as it is"
	case "IMPORT_COMPLETE":
		return "imported"
	}
	return strings.ToLower(strings.ReplaceAll(status, "_", " "))
}

// failure returns why an operation failed; nil if it succeeded.
func (o operation) failure(status string, events []types.StackEvent) error {
	if slices.Contains([]string{"CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "DELETE_COMPLETE"}, status) {
		return nil
	}
	state := fmt.Sprintf("stack %s is %s", o.stack.name, status)
	if deployment.ConditionOf(status) == deployment.RolledBack {
		state += ", as it was before"
	}
	next := fmt.Sprintf("fix the cause, and run %s again", o.verb)
	for _, e := range events { // the first one is the cause
		reason := aws.ToString(e.ResourceStatusReason)
		if !strings.HasSuffix(string(e.ResourceStatus), "_FAILED") || strings.Contains(reason, "cancelled") || aws.ToString(e.PhysicalResourceId) == o.stackID {
			continue
		}
		return fmt.Errorf("%s (%s): %s: %s; %s: %s", aws.ToString(e.LogicalResourceId), aws.ToString(e.ResourceType), inWords(string(e.ResourceStatus)), strings.TrimSuffix(reason, "."), state, next)
	}
	return errors.New(state + "; see why: " + deployment.Events(o.stack.name, o.stack.region))
}
