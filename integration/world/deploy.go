package world

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/aws/states"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/shared/deployment"
)

// goldenTemplate is the stack's template as the CDK app writes it; a test of that app keeps it current.
const goldenTemplate = "cdk/testdata/template.golden.json"

// readTemplate reads the deployed template, with these versions of its functions.
func (w *World) readTemplate(versions map[string]int) (*template.Template, error) {
	root, err := node.ModuleRoot()
	if err != nil {
		return nil, err
	}
	data, err := os.ReadFile(filepath.Join(root, goldenTemplate)) //nolint:gosec // a fixed path in the checkout
	if err != nil {
		return nil, err
	}
	deployed, err := template.Read(data, template.Place{
		Stack: deployment.DefaultName, Region: w.Region, Account: Account, Versions: versions, Unique: w.unique(),
	})
	if err == nil && w.options.OwnRegion {
		deployed.Outputs = append(deployed.Outputs, template.Output{Key: deployment.OutputRegionScope, Value: deployment.OwnRegion})
	}
	return deployed, err
}

// deploy creates the template's resources, with their names and settings. EKS and STS enforce the policies of the functions' roles;
// other services do not.
func (w *World) deploy(ctx context.Context, o Options) error {
	for _, r := range w.Template.Resources {
		if err := w.make(ctx, o, r); err != nil {
			return fmt.Errorf("deploying %s: %w", r.LogicalID, err)
		}
	}
	if _, err := w.publish(); err != nil { // all functions exist by now
		return err
	}
	if err := w.complete(ctx, o); err != nil {
		return err
	}
	w.deployed = w.now()
	w.Stacks.Put(endpoint.Deployed(w.Template, w.deployed))
	return nil
}

// complete starts what needs all other resources.
func (w *World) complete(ctx context.Context, o Options) error {
	for _, machine := range w.Template.Of("AWS::StepFunctions::StateMachine") { // the state machine needs all other resources
		if err := w.startEngine(ctx, o, machine); err != nil {
			return fmt.Errorf("deploying %s: %w", machine.LogicalID, err)
		}
	}
	return w.grant(o)
}

// grant makes the roles, and lets every function call as its own.
func (w *World) grant(o Options) error {
	for _, role := range w.Template.Roles {
		w.Roles.Put(role)
	}
	return w.identifyFunctions(o)
}

// make creates one resource, if there is a stand-in for its kind.
func (w *World) make(ctx context.Context, o Options, r template.Resource) error {
	switch r.Type {
	case "AWS::DynamoDB::Table":
		return w.makeTable(ctx, r)
	case "AWS::Lambda::Function":
		return w.makeFunction(o, r)
	case "AWS::Lambda::EventSourceMapping":
		return w.makeFollower(r)
	case "AWS::CloudWatch::Alarm":
		return w.makeAlarm(r)
	case "AWS::Events::Rule":
		return w.makeRule(r)
	case "AWS::SNS::Topic":
		w.Topics.Create(r.ARN, nil)
	case "AWS::SNS::Subscription":
		return w.makeSubscription(r)
	case "AWS::SQS::Queue":
		w.Queues.Create(r.ARN, nil)
	case "AWS::Scheduler::ScheduleGroup":
		w.Scheduler.CreateGroup(r.Name)
	case "AWS::Scheduler::Schedule":
		return w.makeSchedule(r)
	}
	return nil
}

// makeTable creates a table with its keys and indexes. Other parts, such as its stream, are elsewhere.
func (w *World) makeTable(ctx context.Context, r template.Resource) error {
	in, err := template.Properties[dynamodb.CreateTableInput](r)
	if err != nil {
		return err
	}
	in.StreamSpecification, in.SSESpecification, in.DeletionProtectionEnabled = nil, nil, nil
	for _, index := range in.GlobalSecondaryIndexes {
		w.Tables.Index(r.Name, *index.KeySchema[0].AttributeName) // the first one is the partition key
	}
	_, err = w.DynamoDB().CreateTable(ctx, &in)
	return err
}

// makeFunction creates a function with its environment, and the endpoints of this world.
func (w *World) makeFunction(o Options, r template.Resource) error {
	f, err := w.function(o, r)
	if err != nil {
		return err
	}
	return w.Lambda.Register(f)
}

// function returns a deployed function.
func (w *World) function(o Options, r template.Resource) (lambda.Function, error) {
	properties, err := template.Properties[struct {
		FunctionName string
		Timeout      int
		Environment  struct{ Variables map[string]string }
	}](r)
	env := w.endpoints()
	maps.Copy(env, properties.Environment.Variables)
	clock := o.Clock
	if properties.FunctionName == prefix+"load-config" {
		clock = clock.InOrder() // runs are ordered by when they begin
	}
	if properties.FunctionName == readSignals {
		maps.Copy(env, w.Weather.Env())
	}
	maps.Copy(env, clock.Env())
	if o.OwnRegion {
		env[deployment.EnvRegionScope] = deployment.OwnRegion
	}
	maps.Copy(env, o.Env)
	binaries := o.Binaries
	if o.Empty && err == nil {
		binaries, err = w.unpack(r)
	}
	return lambda.Function{
		Name: properties.FunctionName, ARN: r.ARN, Env: env, Timeout: time.Duration(properties.Timeout) * time.Second,
		Binary: lambda.Bootstrap(binaries, strings.TrimPrefix(properties.FunctionName, prefix)),
		Log:    w.logOf(o, properties.FunctionName),
	}, err
}

// makeSubscription subscribes an address, which its owner has to confirm.
func (w *World) makeSubscription(r template.Resource) error {
	p, err := template.Properties[struct{ Protocol, Endpoint, TopicArn string }](r)
	if err == nil {
		w.Topics.Subscribe(p.TopicArn, endpoint.Subscription{Protocol: p.Protocol, Endpoint: p.Endpoint})
	}
	return err
}

// makeFollower subscribes a function to the config table's stream.
func (w *World) makeFollower(r template.Resource) error {
	properties, err := template.Properties[struct{ FunctionName string }](r)
	w.followers = append(w.followers, properties.FunctionName)
	return err
}

func (w *World) makeSchedule(r template.Resource) error {
	p, err := template.Properties[struct {
		Name, GroupName, ScheduleExpression, ScheduleExpressionTimezone, Description, State string

		FlexibleTimeWindow struct{ Mode string }
		Target             struct {
			Arn, RoleArn, Input string
			RetryPolicy         struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts int32 }
			DeadLetterConfig    struct{ Arn string }
		}
	}](r)
	if err != nil {
		return err
	}
	w.Scheduler.CreateGroup(p.GroupName)
	w.Scheduler.Put(scheduler.Schedule{
		Name: p.Name, Group: p.GroupName, Expression: p.ScheduleExpression, Timezone: p.ScheduleExpressionTimezone,
		Description: p.Description, State: p.State, FlexibleMode: p.FlexibleTimeWindow.Mode,
		TargetArn: p.Target.Arn, RoleArn: p.Target.RoleArn, Input: p.Target.Input, DeadLetterArn: p.Target.DeadLetterConfig.Arn,
		MaximumEventAgeInSeconds: p.Target.RetryPolicy.MaximumEventAgeInSeconds, MaximumRetryAttempts: p.Target.RetryPolicy.MaximumRetryAttempts,
	})
	return nil
}

// startEngine runs the workflow, with the names of this world in its definition.
func (w *World) startEngine(ctx context.Context, o Options, r template.Resource) error {
	properties, err := template.Properties[struct{ RoleArn string }](r)
	if err != nil {
		return err
	}
	definition, err := definitionOf(r)
	if err != nil {
		return err
	}
	w.Engine, err = engine.Start(ctx, engine.Config{
		Definition: definition, StateMachineARN: r.ARN, WaitMillis: max(o.WaitMillis, waitMillis), RetryMillis: retryMillis,
		Handler: w.task, Now: w.now, Virtual: o.Clock.Virtual(), Seed: o.Seed, Log: o.Log,
		History: states.NewCounter, MaxEvents: o.MaxEvents,
	})
	if err != nil {
		return err
	}
	w.closers = append(w.closers, w.Engine.Close)
	w.states = states.New(states.Options{
		Engine: w.Engine, StateMachineARN: r.ARN, Definition: definition, RoleARN: properties.RoleArn, Now: w.now,
	})
	w.AWS.Handle("states", w.states)
	return nil
}

// definitionOf returns the deployed definition of a state machine.
func definitionOf(r template.Resource) (string, error) {
	properties, err := template.Properties[struct {
		DefinitionString        string
		DefinitionSubstitutions map[string]string
	}](r)
	definition := properties.DefinitionString
	for name, value := range properties.DefinitionSubstitutions {
		definition = strings.ReplaceAll(definition, "${"+name+"}", value)
	}
	return definition, err
}
