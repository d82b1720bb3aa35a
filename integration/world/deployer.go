package world

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"eks-scaling-automation/integration/aws/s3"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/shared/deployment"
)

// startTemplate reads the template of the deployed stack. An empty world has none.
func (w *World) startTemplate() (err error) {
	if w.options.Empty {
		w.Template = w.noTemplate()
		return nil
	}
	w.Template, err = w.readTemplate(nil)
	return err
}

func (w *World) noTemplate() *template.Template {
	return &template.Template{Place: template.Place{Stack: deployment.DefaultName, Region: w.Region, Account: Account}}
}

// startBuckets makes the S3 that all hubs share.
func (w *World) startBuckets() {
	if first := w.fleet.first(); first != w {
		w.Buckets = first.Buckets
		return
	}
	w.Buckets = s3.New(func(key string) string { return w.STS.Identify(key).Account }, w.now)
}

// deployer makes what a stack consists of, for the world's CloudFormation.
type deployer struct {
	w   *World
	ctx context.Context //nolint:containedctx // of the world's start, which outlives each call
}

// Place returns where a stack is deployed.
func (d deployer) Place(stack string) template.Place {
	return template.Place{Stack: stack, Region: d.w.Region, Account: Account, Unique: d.w.unique()}
}

// Object returns an object of S3.
func (d deployer) Object(bucket, key string) ([]byte, bool) {
	return d.w.Buckets.Get(d.w.Region, bucket, key)
}

// Exists reports whether there is a table, a function or a log group of this name. Other types are not looked for.
func (d deployer) Exists(r template.Resource) bool {
	switch r.Type {
	case "AWS::DynamoDB::Table":
		_, err := d.w.DynamoDB().DescribeTable(d.ctx, &dynamodb.DescribeTableInput{TableName: &r.Name})
		return err == nil
	case "AWS::Lambda::Function":
		return d.w.Lambda.Has(r.Name)
	case "AWS::Logs::LogGroup":
		return d.w.Logs.HasGroup(r.Name)
	}
	return false
}

// Create creates a resource whose name is free.
func (d deployer) Create(r template.Resource) error {
	if d.Exists(r) {
		return fmt.Errorf("resource of type '%s' with identifier '%s' already exists", r.Type, r.Name)
	}
	if r.Type == "AWS::Logs::LogGroup" {
		d.w.Logs.CreateGroup(r.Name, 0)
	}
	if err := d.w.make(d.ctx, d.w.options, r); err != nil {
		return err
	}
	return d.describe(r)
}

// Import takes over an existing resource.
func (d deployer) Import(r template.Resource) error { return d.describe(r) }

// Update gives a resource its new settings, where they make a difference here.
func (d deployer) Update(_, after template.Resource) error {
	switch after.Type {
	case "AWS::Lambda::Function":
		f, err := d.w.function(d.w.options, after)
		if err != nil {
			return err
		}
		return d.w.Lambda.Update(f)
	case "AWS::CloudWatch::Alarm":
		return d.w.makeAlarm(after)
	case "AWS::Scheduler::Schedule":
		return d.w.makeSchedule(after)
	}
	return d.describe(after)
}

func (d deployer) describe(r template.Resource) error {
	if r.Type != "AWS::DynamoDB::Table" {
		return nil
	}
	return d.w.details.Put(r)
}

// Delete deletes a resource, if there is a stand-in for its type.
func (d deployer) Delete(r template.Resource) error {
	w := d.w
	switch r.Type {
	case "AWS::DynamoDB::Table":
		return d.deleteTable(r.Name)
	case "AWS::Lambda::Function":
		return d.deleteFunction(r.Name)
	case "AWS::Logs::LogGroup":
		w.Logs.DeleteGroup(r.Name)
	case "AWS::CloudWatch::Alarm":
		w.Alarms.Delete(w.Region, r.Name)
	case "AWS::SNS::Topic":
		w.Topics.Delete(r.ARN)
	case "AWS::SQS::Queue":
		w.Queues.Delete(r.ARN)
	case "AWS::Scheduler::ScheduleGroup":
		w.Scheduler.DeleteGroup(r.Name)
	case "AWS::IAM::Role":
		w.Roles.Delete(r.ARN)
	case "AWS::StepFunctions::StateMachine":
		w.AWS.Handle("states", http.HandlerFunc(noMachine))
	}
	return nil
}

// deleteTable deletes a table, if it exists.
func (d deployer) deleteTable(name string) error {
	_, err := d.w.DynamoDB().DeleteTable(d.ctx, &dynamodb.DeleteTableInput{TableName: aws.String(name)})
	if _, missing := errors.AsType[*types.ResourceNotFoundException](err); missing {
		return nil
	}
	return err
}

// deleteFunction deletes a function, unless its creation failed.
func (d deployer) deleteFunction(name string) error {
	if !d.w.Lambda.Has(name) {
		return nil
	}
	return d.w.Lambda.Remove(name)
}

// noMachine answers once the state machine is deleted.
func noMachine(rw http.ResponseWriter, hr *http.Request) {
	r, _ := wire.Read(hr) // the refusal needs only the protocol
	r.Refuse(rw, wire.Refuse("StateMachineDoesNotExist", "State Machine Does Not Exist"))
}

// Complete publishes the functions' versions, and starts or updates the state machine.
func (d deployer) Complete(t *template.Template) (*template.Template, error) {
	w := d.w
	isUpdate := len(w.Template.Of("AWS::StepFunctions::StateMachine")) > 0
	before := w.Template
	w.Template = t
	versions, err := w.publish()
	if err == nil {
		place := t.Place
		place.Versions = versions
		w.Template, err = template.Read([]byte(t.Text), place)
	}
	switch {
	case err != nil:
		w.Template = before
		return t, err
	case isUpdate:
		return w.Template, errors.Join(w.updateMachine(), w.grant(w.options))
	default:
		return w.Template, w.complete(d.ctx, w.options)
	}
}

// Removed forgets the stack.
func (d deployer) Removed(*template.Template) error {
	d.w.Template, d.w.followers = d.w.noTemplate(), nil
	return nil
}
