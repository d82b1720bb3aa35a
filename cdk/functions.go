package main

import (
	"path/filepath"
	"slices"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/deployment"
)

// bootstrap is the file name that the provided.al2023 runtime requires for a function's binary.
const bootstrap = "bootstrap"

// function holds what differs between functions.
type function struct {
	name        string // also its folder
	description string
	// timeoutSeconds is less than the Task's timeout in the definition, if any, so that the function itself reports a timeout.
	timeoutSeconds int
	environment    map[string]string
	allowed        []permission
}

// newFunctions creates all functions, by name.
func newFunctions(stack awscdk.Stack, o options, t tables, s scheduling, topic alertTopic, place placement) map[string]awslambda.Function {
	configTable, logsTable, clusters := *t.config.TableArn(), *t.logs.TableArn(), o.clusters(stack)
	readUnit := allow(configTable, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem")
	updateUnit := allow(logsTable, "dynamodb:GetItem", "dynamodb:UpdateItem") // its claim, and what it keeps
	specs := []function{
		{
			name: "load-config", timeoutSeconds: 30,
			description: "Validates the input, reads the configuration and sets the time for which the run decides.",
			environment: o.scoped(map[string]string{"CONFIG_TABLE": *t.config.TableName()}),
			allowed:     []permission{allow(configTable, "dynamodb:GetItem", "dynamodb:Query")},
		},
		readSignals(stack, o, t),
		{
			name: "decide", timeoutSeconds: 60,
			description: "Reads a unit and its node groups, claims the unit, and plans the next wave.",
			environment: o.scoped(map[string]string{"CONFIG_TABLE": *t.config.TableName(), "LOGS_TABLE": *t.logs.TableName()}),
			allowed: slices.Concat(
				[]permission{readUnit, updateUnit},
				onNodegroups(stack, clusters, "eks:DescribeNodegroup", "eks:DescribeUpdate", "eks:ListUpdates"),
				onClusters(stack, clusters, "eks:DescribeUpdate", "eks:ListUpdates")),
		},
		{
			name: "scale", timeoutSeconds: 30,
			description: "Updates the sizes of one node group.",
			environment: map[string]string{"CONFIG_TABLE": *t.config.TableName(), "LOGS_TABLE": *t.logs.TableName()},
			allowed: slices.Concat(
				[]permission{readUnit, updateUnit},
				onNodegroups(stack, clusters, "eks:DescribeNodegroup", "eks:UpdateNodegroupConfig")),
		},
		{
			name: "wait-for-nodegroup-active", timeoutSeconds: 30,
			description: "Checks whether EKS has finished an update.",
			environment: map[string]string{"LOGS_TABLE": *t.logs.TableName()},
			allowed: slices.Concat(
				[]permission{updateUnit},
				onNodegroups(stack, clusters, "eks:DescribeNodegroup", "eks:DescribeUpdate"),
				onClusters(stack, clusters, "eks:DescribeUpdate")),
		},
		{
			name: "audit", timeoutSeconds: 30,
			description: "Records a change, a unit or a run.",
			environment: map[string]string{
				"LOGS_TABLE": *t.logs.TableName(), "AUDIT_RETENTION_DAYS": strconv.Itoa(o.auditRetentionDays),
			},
			allowed: []permission{allow(logsTable, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query")},
		},
		syncTriggers(stack, o, t.config, s),
		auditConfig(o, t, s.undelivered, topic),
	}
	functions := map[string]awslambda.Function{}
	for _, f := range specs {
		functions[f.name] = newFunction(stack, o, f, place)
	}
	return functions
}

// newFunction creates a function with its own log group and role. Versions removed from the stack are retained, because active
// runs call them. A version whose deployment is rolled back is deleted; otherwise Lambda would refuse to publish the same code
// again.
func newFunction(stack awscdk.Stack, o options, f function, place placement) awslambda.Function {
	id, name := deployment.FunctionID(f.name), deployment.System+"-"+f.name
	logs := newLogGroup(stack, id+"Logs", "/aws/lambda/"+name, o.logRetention)
	write := allow(*logs.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents")
	role := newRole(stack, deployment.RoleID(f.name), "lambda.amazonaws.com", "Permissions of the function "+name+".", nil,
		slices.Concat([]permission{write}, f.allowed, place.attaching(name))...)
	created := awslambda.NewFunction(stack, &id, &awslambda.FunctionProps{
		FunctionName: &name,
		Description:  &f.description,
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: awslambda.Architecture_ARM_64(),
		Handler:      jsii.String(bootstrap),
		Code:         awslambda.Code_FromAsset(jsii.String(filepath.Join(o.functionsDir, f.name)), nil),
		MemorySize:   number(256),
		Timeout:      seconds(f.timeoutSeconds),
		Environment:  textMap(f.environment),
		Role:         role,
		LogGroup:     logs,
		Tracing:      awslambda.Tracing_ACTIVE, // brings its own statement into the role: X-Ray has no ARNs
		CurrentVersionOptions: &awslambda.VersionOptions{
			RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
		},
	})
	place.place(created)
	return created
}

// newLogGroup creates a log group that is deleted with the stack: the audit trail is in the logs table.
func newLogGroup(stack awscdk.Stack, id, name string, retention awslogs.RetentionDays) awslogs.LogGroup {
	return awslogs.NewLogGroup(stack, &id, &awslogs.LogGroupProps{
		LogGroupName: &name, Retention: retention, RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
}
