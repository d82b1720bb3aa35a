package main

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/jsii-runtime-go"

	"eks-scaling-automation/shared/datakey"
	"eks-scaling-automation/shared/deployment"
)

// function holds what differs between functions.
type function struct {
	name        string // also its folder
	description string
	// timeoutSeconds is less than the Task's timeout in the definition, if any, so that the function itself reports a timeout.
	timeoutSeconds int
	environment    map[string]string
	allowed        []permission // besides those on clusters
}

// functionMaker creates functions with what they have in common.
type functionMaker struct {
	stack   awscdk.Stack
	o       options
	p       *parameters
	set     settings
	access  access
	sources []permission // of signals
	insight insight
	code    codeSource
	bus     eventBus
	place   placement
	enc     encryption
}

// newFunctions creates all functions, by name.
func (m functionMaker) newFunctions(t tables, s scheduling, topic, chat alertTopic) map[string]awslambda.Function {
	configTable, logsTable := *t.config.TableArn(), *t.logs.TableArn()
	readUnit := allow(configTable, "dynamodb:GetItem", "dynamodb:Query", "dynamodb:BatchGetItem")
	updateUnit := allow(logsTable, "dynamodb:GetItem", "dynamodb:UpdateItem") // its claim, and what it keeps
	specs := []function{
		{
			name: "load-config", timeoutSeconds: 30,
			description: "Validates the input, reads the configuration and sets the time for which the run decides.",
			environment: m.set.scoped(map[string]string{"CONFIG_TABLE": *t.config.TableName()}),
			allowed:     []permission{allow(configTable, "dynamodb:GetItem", "dynamodb:Query")},
		},
		m.readSignals(t),
		{
			name: "decide", timeoutSeconds: 60,
			description: "Reads a unit and its node groups, claims the unit, and plans the next wave.",
			environment: m.set.scoped(map[string]string{"CONFIG_TABLE": *t.config.TableName(), "LOGS_TABLE": *t.logs.TableName()}),
			allowed:     []permission{readUnit, updateUnit},
		},
		{
			name: "scale", timeoutSeconds: 30,
			description: "Updates the sizes of one node group.",
			environment: map[string]string{"CONFIG_TABLE": *t.config.TableName(), "LOGS_TABLE": *t.logs.TableName()},
			allowed:     []permission{readUnit, updateUnit},
		},
		{
			name: "wait-for-nodegroup-active", timeoutSeconds: 30,
			description: "Checks whether EKS has finished an update.",
			environment: map[string]string{"LOGS_TABLE": *t.logs.TableName()},
			allowed:     []permission{updateUnit},
		},
		{
			name: "audit", timeoutSeconds: 30,
			description: "Records a change, a unit or a run.",
			environment: m.insight.measuring(m.bus.into(map[string]string{
				"LOGS_TABLE": *t.logs.TableName(), "AUDIT_RETENTION_DAYS": m.set.auditRetention.text,
			})),
			allowed: []permission{allow(logsTable, "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"), m.bus.sending()},
		},
		m.syncTriggers(t.config, s),
		m.auditConfig(t, s.undelivered, topic),
		m.notify(t, s.undelivered, chat),
		m.weeklySummary(t, topic),
	}
	functions := map[string]awslambda.Function{}
	for _, f := range specs {
		functions[f.name] = m.newFunction(f)
	}
	return functions
}

// newFunction creates a function with its own log group and role. Versions removed from the stack are retained, because active
// runs call them. A version whose deployment is rolled back is deleted; otherwise Lambda would refuse to publish the same code
// again.
func (m functionMaker) newFunction(f function) awslambda.Function {
	id, name := deployment.FunctionID(f.name), deployment.System+"-"+f.name
	stack := m.stack
	logs := newLogGroup(stack, id+"Logs", "/aws/lambda/"+name, m.set.logRetention)
	write := allow(*logs.LogGroupArn(), "logs:CreateLogStream", "logs:PutLogEvents")
	role := newRole(stack, deployment.RoleID(f.name), "lambda.amazonaws.com", "Permissions of the function "+name+".", nil,
		slices.Concat([]permission{write}, f.allowed, m.access.of(f.name), m.place.attaching(name), m.enc.grants(f.allowed, datakey.Lambda()))...)
	m.access.attach(role, f.name)
	environment := maps.Clone(f.environment)
	environment[envCodeHash] = m.o.codeHashes[f.name]
	created := awslambda.NewFunction(stack, &id, &awslambda.FunctionProps{
		FunctionName: &name,
		Description:  &f.description,
		Runtime:      awslambda.Runtime_PROVIDED_AL2023(),
		Architecture: m.o.architecture.lambda(),
		Handler:      jsii.String(bootstrap),
		Code:         m.code.code(m.o, f.name),
		MemorySize:   number(256),
		Timeout:      seconds(f.timeoutSeconds),
		Environment:  textMap(environment),
		Role:         role,
		LogGroup:     logs,
		Tracing:      awslambda.Tracing_ACTIVE, // brings its own statement into the role: X-Ray has no ARNs
		CurrentVersionOptions: &awslambda.VersionOptions{
			RemovalPolicy: awscdk.RemovalPolicy_RETAIN_ON_UPDATE_OR_DELETE,
			Description:   m.p.versionDescription(textMap(environment), m.place.config(), m.enc.environment()),
		},
	})
	m.place.put(created)
	return created
}

// newLogGroup creates a log group that is deleted with the stack: the audit trail is in the logs table.
func newLogGroup(stack awscdk.Stack, id, name string, r retention) awslogs.LogGroup {
	group := awslogs.NewLogGroup(stack, &id, &awslogs.LogGroupProps{
		LogGroupName: &name, Retention: r.enum, RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	r.override(group)
	return group
}
