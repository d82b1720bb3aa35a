// Package stackaws reads the deployed stack: its outputs, the executions of its state machine, and the clusters that it could
// scale. It ignores nodes outside of managed node groups (self-managed, Fargate, Auto Mode).
package stackaws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"eks-scaling-automation/shared/deployment"
)

// StacksAPI is the part of CloudFormation that [FindStack] needs.
type StacksAPI interface {
	DescribeStacks(context.Context, *cloudformation.DescribeStacksInput, ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
}

// ErrNoStack reports that there is no such stack in the region.
var ErrNoStack = errors.New("there is no such stack")

// FindStack reads the stack with the given name. The instant is AWS's own clock, to the second; zero if the answer has none.
// Errors are [ErrNoStack], an error that names the missing outputs, or CloudFormation's.
func FindStack(ctx context.Context, api StacksAPI, name string) (deployment.Stack, time.Time, error) {
	out, err := api.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if isUnknownStack(err) || err == nil && len(out.Stacks) != 1 {
		err = ErrNoStack
	}
	if err != nil {
		return deployment.Stack{}, time.Time{}, fmt.Errorf("looking for stack %s: %w", name, err)
	}
	now, _ := awsmiddleware.GetServerTime(out.ResultMetadata)
	s, err := readOutputs(out.Stacks[0])
	return s, now, err
}

// isUnknownStack recognizes the ValidationError that CloudFormation returns for an unknown stack.
func isUnknownStack(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}

func readOutputs(found types.Stack) (deployment.Stack, error) {
	outputs := map[string]string{}
	for _, o := range found.Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	s := deployment.Stack{Name: aws.ToString(found.StackName), Status: string(found.StackStatus), Build: readTags(found.Tags), Installer: installerOf(found)}
	var missing []string
	for _, o := range []struct {
		into *string
		name string
	}{
		{&s.ConfigTable, deployment.OutputConfigTable},
		{&s.LogsTable, deployment.OutputLogsTable},
		{&s.StateMachineARN, deployment.OutputStateMachine},
		{&s.AlertTopicARN, deployment.OutputAlertTopic},
		{&s.ReconcileGroup, deployment.OutputReconcileGroup},
		{&s.TriggersGroup, deployment.OutputTriggersGroup},
		{&s.Reconcile, deployment.OutputReconcile},
		{&s.SchedulerRoleARN, deployment.OutputSchedulerRole},
		{&s.DeadLetterURL, deployment.OutputDeadLetterURL},
		{&s.DeadLetterARN, deployment.OutputDeadLetterARN},
	} {
		if *o.into = outputs[o.name]; *o.into == "" {
			missing = append(missing, o.name)
		}
	}
	if len(missing) > 0 {
		return s, unusable(s, aws.ToString(found.StackId), missing)
	}
	s.DataKeyARN = outputs[deployment.OutputKey]
	s.ChatTopicARN, s.EventBusARN = outputs[deployment.OutputChatTopic], outputs[deployment.OutputEventBus]
	for name, into := range map[string]*[]string{
		deployment.OutputSignalHosts: &s.SignalHosts, deployment.OutputFunctionRoles: &s.FunctionRoles,
		deployment.OutputSubnets: &s.Subnets, deployment.OutputSecurityGroups: &s.SecurityGroups, deployment.OutputOwnSecurityGroup: &s.SecurityGroups,
	} {
		if list := outputs[name]; list != "" {
			*into = strings.Split(list, ",")
		}
	}
	s.Permissions = outputs[deployment.OutputPermissions]
	s.Build.Version = cmp.Or(s.Build.Version, outputs[deployment.OutputVersion])
	parts := strings.Split(s.StateMachineARN, ":")
	if len(parts) != 7 {
		return s, fmt.Errorf("stack %s: output StateMachineArn: found %q; want an ARN", s.Name, s.StateMachineARN)
	}
	s.Partition, s.Region, s.Account = parts[1], parts[3], parts[4]
	switch scope := outputs[deployment.OutputRegionScope]; scope {
	case "":
	case deployment.OwnRegion:
		s.OnlyRegion = s.Region
	default:
		return s, fmt.Errorf("stack %s: output %s: found %q; use a version of this tool that knows it", s.Name, deployment.OutputRegionScope, scope)
	}
	return s, nil
}

// installerOf returns how a stack was deployed.
func installerOf(found types.Stack) deployment.Installer {
	tags := map[string]string{}
	for _, t := range found.Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return deployment.InstallerOf(tags, slices.ContainsFunc(found.Parameters, func(p types.Parameter) bool {
		return aws.ToString(p.ParameterKey) == deployment.ParameterCodeBucket
	}))
}

// readTags returns the build of a stack.
func readTags(tags []types.Tag) deployment.Build {
	values := map[string]string{}
	for _, t := range tags {
		values[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return deployment.Build{Version: values[deployment.TagVersion], Commit: values[deployment.TagCommit], Date: values[deployment.TagDate]}
}

// unusable explains why a stack lacks outputs, and what to do. Outputs exist once the first deployment has ended.
func unusable(s deployment.Stack, id string, missing []string) error {
	region := ""
	if parts := strings.Split(id, ":"); len(parts) > 3 {
		region = parts[3]
	}
	about := fmt.Sprintf("stack %s is %s", s.Name, s.Status)
	switch c := deployment.ConditionOf(s.Status); c {
	case deployment.Deploying:
		return fmt.Errorf("%s: %s; wait until it has ended", about, c)
	case deployment.FirstFailed, deployment.NotRemoved:
		return fmt.Errorf("%s: %s; see why: %s", about, c, deployment.Events(s.Name, region))
	case deployment.Removing, deployment.Removed:
		return fmt.Errorf("%s: %s; deploy it again when it is gone, or name another: --stack, --region", about, c)
	case deployment.Broken, deployment.Deployed, deployment.RollingBack, deployment.RolledBack:
	}
	return fmt.Errorf("stack %s (%s) has no output %s, so it is not one of this tool's version; deploy that one: %s, or name another: --stack, --region",
		s.Name, s.Status, strings.Join(missing, ", "), s.Redeployment(deployment.Redeploy))
}
