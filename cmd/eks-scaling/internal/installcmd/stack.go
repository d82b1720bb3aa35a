package installcmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/cmd/eks-scaling/internal/frame"
	"eks-scaling-automation/shared/deployment"
)

// stackName is a stack in a region.
type stackName struct{ name, region string }

// answerTimeout is longer than that of other commands: templates are large.
const answerTimeout = time.Minute

// openFormation returns a client of CloudFormation.
func openFormation(cfg aws.Config) *cloudformation.Client {
	cfg = cfg.Copy()
	cfg.HTTPClient = awshttp.NewBuildableClient().WithTimeout(answerTimeout)
	return cloudformation.NewFromConfig(cfg)
}

// current is a stack as it is deployed; the zero value if there is none.
type current struct {
	id, status  string
	description string
	version     string
	installer   deployment.Installer
	parameters  map[string]string
	outputs     map[string]string
}

func (c current) exists() bool { return c.id != "" }

// isReview reports whether the stack has only a change set so far.
func (c current) isReview() bool { return c.status == string(types.StackStatusReviewInProgress) }

// isOurs reports whether a stack is one of this tool. One that has only a change set says nothing about itself.
func (c current) isOurs() bool {
	return c.isReview() || strings.HasPrefix(c.description, deployment.Title)
}

// findStack describes a stack by its name or ID.
func findStack(ctx context.Context, api *cloudformation.Client, name string) (current, error) {
	out, err := api.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if isUnknownStack(err) || err == nil && len(out.Stacks) != 1 {
		return current{}, nil
	}
	if err != nil {
		return current{}, fmt.Errorf("looking for stack %s: %w", name, err)
	}
	s := out.Stacks[0]
	c := current{id: aws.ToString(s.StackId), status: string(s.StackStatus), description: aws.ToString(s.Description), parameters: map[string]string{}, outputs: map[string]string{}}
	tags := map[string]string{}
	for _, t := range s.Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	for _, p := range s.Parameters {
		c.parameters[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	_, released := c.parameters[parameterBucket]
	c.installer = deployment.InstallerOf(tags, released)
	for _, o := range s.Outputs {
		c.outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	c.version = cmp.Or(c.outputs[deployment.OutputVersion], tags[deployment.TagVersion])
	return c, nil
}

// isUnknownStack recognizes the ValidationError for an unknown stack.
func isUnknownStack(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}

// busy returns why nothing can be done to a stack now; nil if something can.
func (c current) busy(s stackName, verb string) error {
	if c.isReview() || !strings.HasSuffix(c.status, "_IN_PROGRESS") {
		return nil
	}
	return frame.Taken(fmt.Errorf("stack %s is %s: another operation is running; wait until it has ended, and run %s again (follow it with: %s)",
		s.name, c.status, verb, deployment.Events(s.name, s.region)))
}

// foreign returns why a stack is left alone; nil if it is one of this tool.
func (c current) foreign(s stackName) error {
	if c.isOurs() {
		return nil
	}
	return frame.Taken(fmt.Errorf("stack %s in %s is not one of this tool (%s): choose another name with --stack", s.name, s.region, c.described()))
}

func (c current) described() string {
	if c.description == "" {
		return "it has no description"
	}
	return "its description is " + fmt.Sprintf("%q", c.description)
}

// hasFailedFirst reports whether a first deployment or a deletion failed, so that the stack can only be deleted.
func (c current) hasFailedFirst() bool {
	return slices.Contains([]deployment.Condition{deployment.FirstFailed, deployment.NotRemoved}, deployment.ConditionOf(c.status))
}
