package main

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
)

// people makes the policies of the people who use the command line tool. A test of integration runs its commands against them.
type people struct {
	stack  awscdk.Stack
	access access
	parts  outputs
}

// newPeoplePolicies creates a policy for those who look, and one for those who also change and start. Each is complete without the other.
// Nobody has them until they are attached. Their names are fixed, as IAM Identity Center attaches policies by name. Stacks for the clusters of
// one region each share an account, so theirs end in the region.
func newPeoplePolicies(stack awscdk.Stack, a access, own choice, parts outputs) {
	p := people{stack, a, parts}
	viewing := slices.Concat(p.records(), p.runs(), p.clusters(), p.health())
	for _, each := range []struct {
		id, name, description string
		allowed               []permission
	}{
		{"ViewerPolicy", deployment.ViewerPolicy, "Lets people look at everything with eks-scaling. It cannot change anything.", viewing},
		{
			"OperatorPolicy", deployment.OperatorPolicy, "Lets people use every command of eks-scaling: look, configure, and start runs.",
			slices.Concat(viewing, p.changes()),
		},
	} {
		statements := make([]awsiam.PolicyStatement, 0, len(each.allowed))
		for _, allowed := range each.allowed {
			statements = append(statements, allowed.statement())
		}
		awsiam.NewManagedPolicy(stack, &each.id, &awsiam.ManagedPolicyProps{
			ManagedPolicyName: jsii.String(own.pick(each.name+"-"+*stack.Region(), each.name)), Description: &each.description, Statements: &statements,
		})
	}
}

// allowOn allows actions on several resources.
func allowOn(resources []string, actions ...string) permission {
	return permission{actions: actions, resources: resources}
}

// records allows to read the stack, the configuration and the audit trail. Stacks of other regions are found by the same name.
func (p people) records() []permission {
	config, logs := *p.parts.tables.config.TableArn(), *p.parts.tables.logs.TableArn()
	return []permission{
		allow(arn(p.stack, "cloudformation", "*", "stack/"+*awscdk.Aws_STACK_NAME()+"/*"), "cloudformation:DescribeStacks", "cloudformation:ListStackResources"),
		allowOn([]string{config, logs, logs + "/index/*"}, "dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:DescribeTimeToLive", "dynamodb:GetItem", "dynamodb:Query"),
	}
}

// runs allows to read runs and triggers.
func (p people) runs() []permission {
	return []permission{
		allow(stateMachineARN(p.stack), "states:DescribeStateMachine", "states:ListExecutions"),
		allowOn([]string{p.execution(":*"), p.execution("/" + run.UnitLabel + ":*"), p.states("mapRun:" + deployment.System + "/" + run.UnitLabel + ":*")},
			"states:DescribeExecution", "states:DescribeMapRun", "states:GetExecutionHistory"),
		allowOn([]string{p.schedules(staticGroup), p.schedules(triggersGroup)}, "scheduler:GetSchedule"),
		// EventBridge Scheduler requires this permission on all schedules, even to list one group.
		allow(arn(p.stack, "scheduler", *p.stack.Region(), "schedule/*/*"), "scheduler:ListSchedules"),
	}
}

func (p people) states(resource string) string {
	return arn(p.stack, "states", *p.stack.Region(), resource)
}

func (p people) execution(of string) string { return p.states("execution:" + deployment.System + of) }

func (p people) schedules(group string) string {
	return arn(p.stack, "scheduler", *p.stack.Region(), "schedule/"+group+"/*")
}

// clusters allows to look at clusters, also in other accounts, whose spokes decide what that shows.
func (p people) clusters() []permission {
	owned := func(resource string) string { return arn(p.stack, "eks", "*", resource) }
	allowed := []permission{
		allowOn([]string{owned("cluster/*"), owned("nodegroup/*")}, "eks:DescribeCluster", "eks:DescribeNodegroup", "eks:ListNodegroups"),
		allow("*", "eks:ListClusters", "cloudwatch:DescribeAlarms", "servicequotas:GetAWSDefaultServiceQuota", "servicequotas:GetServiceQuota"),
		allow("*", "ec2:DescribeLaunchTemplateVersions", "pricing:GetProducts"), // for savings; neither has resources
	}
	roles := []string{"arn:" + *p.stack.Partition() + ":iam::*:role/" + account.Role{ARN: p.access.spokeRole, Spoke: true}.Viewer().ARN}
	for _, c := range p.access.clusters {
		if role := c.Role(); role.ARN != "" && !role.Spoke && !slices.Contains(roles, role.ARN) {
			roles = append(roles, role.ARN)
		}
	}
	return append(allowed, allowOn(roles, "sts:AssumeRole"))
}

// health allows what doctor and status ask besides.
func (p people) health() []permission {
	return []permission{
		allow(*p.parts.scheduling.undelivered.QueueArn(), "sqs:GetQueueAttributes"),
		allow(p.parts.topic.arn(), "sns:ListSubscriptionsByTopic"),
		allow(arn(p.stack, "iam", "", "role/"+*awscdk.Aws_STACK_NAME()+"-*"), "iam:GetRole", "iam:SimulatePrincipalPolicy"),
	}
}

// changes allows to configure, to start and continue runs, and to repair triggers.
func (p people) changes() []permission {
	config, logs := *p.parts.tables.config.TableArn(), *p.parts.tables.logs.TableArn()
	return []permission{
		allow(config, "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem"),
		// Commands that read EKS share the budget of calls with the runs.
		allow(logs, "dynamodb:UpdateItem").when(map[string]any{"ForAllValues:StringLike": map[string]any{"dynamodb:LeadingKeys": []string{"budget/*"}}}),
		allowOn([]string{stateMachineARN(p.stack), p.execution(":*")}, "states:RedriveExecution", "states:StartExecution"),
		allow(p.schedules(triggersGroup), "scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule"),
		allow(*p.parts.scheduling.role.RoleArn(), "iam:PassRole").when(map[string]any{"StringEquals": map[string]any{"iam:PassedToService": schedulerService}}),
	}
}
