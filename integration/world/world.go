// Package world combines the local stand-ins: the real definition in a state machine engine, the real function binaries in a
// Lambda runtime host, DynamoDB, EKS and other AWS services, with the stack deployed from its template. The functions find them
// through AWS_ENDPOINT_URL_*, like any AWS client; they do not know that they run locally. People and the command line tool use
// one endpoint.
package world

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"eks-scaling-automation/integration/aws/cloudwatch"
	"eks-scaling-automation/integration/aws/dynamodb"
	"eks-scaling-automation/integration/aws/ec2"
	"eks-scaling-automation/integration/aws/eks"
	"eks-scaling-automation/integration/aws/endpoint"
	"eks-scaling-automation/integration/aws/eventbridge"
	"eks-scaling-automation/integration/aws/kms"
	"eks-scaling-automation/integration/aws/pricing"
	"eks-scaling-automation/integration/aws/s3"
	"eks-scaling-automation/integration/aws/scheduler"
	"eks-scaling-automation/integration/aws/secretsmanager"
	"eks-scaling-automation/integration/aws/ssm"
	"eks-scaling-automation/integration/aws/states"
	"eks-scaling-automation/integration/aws/sts"
	"eks-scaling-automation/integration/aws/template"
	"eks-scaling-automation/integration/runtime/engine"
	"eks-scaling-automation/integration/runtime/lambda"
	"eks-scaling-automation/integration/weather"
	"eks-scaling-automation/integration/world/clock"
	"eks-scaling-automation/shared/deployment"
)

// The world's account, and the region of its first hub.
const (
	Region  = "sa-east-1"
	Account = "123456789012"
)

// Options configures a world.
type Options struct {
	Binaries string    // the folder that [Build] has filled
	Log      io.Writer // receives the logs of the functions and the engine
	// Now is the machine's clock, and Clock derives the world's time from it. For a virtual clock see [World.At].
	Now   func() time.Time
	Clock clock.Clock
	// Seed is for the jitter of retries under a virtual clock.
	Seed uint32
	// Address is the address of this world's endpoint; empty means any free port of this machine.
	Address string
	// WaitMillis is the duration of the workflow's waits; the default is close to 0. A virtual clock waits as long as the
	// definition says.
	WaitMillis int
	// Env adds to the functions' environment.
	Env map[string]string
	// Strict gives the functions exactly the template's permissions on EKS and roles. Otherwise the world acts as if the stack was
	// deployed for all clusters and roles that a test makes.
	Strict bool
	// OwnRegion makes every hub take only the clusters of its own region, as the context region=own does.
	OwnRegion bool
	// Empty starts without a stack. People deploy one with CloudFormation, and its functions run from the zips that lie in S3.
	Empty bool
	// MaxEvents limits the events in an execution's history; 0 means AWS's limit.
	MaxEvents int
}

// World is everything that runs and the command line tool need. End it with Close. Other regions may have hubs of their own, see
// [World.Hub].
type World struct {
	Region   string             // of the stack
	Template *template.Template // the deployed template

	AWS         *endpoint.Endpoint // the endpoint for people
	EKS         *eks.Server
	STS         *sts.Service
	Scheduler   *scheduler.Server
	Tables      *dynamodb.Tables
	Buckets     *s3.Server // of all regions
	Lambda      *lambda.Host
	Engine      *engine.Engine
	Stacks      endpoint.Stacks
	Topics      endpoint.Topics
	Queues      endpoint.Queues
	Alarms      cloudwatch.Alarms
	Metrics     cloudwatch.Metrics
	Logs        *cloudwatch.Logs
	Roles       *endpoint.Roles // of all hubs
	Events      *eventbridge.Server
	AutoScaling endpoint.AutoScaling
	Quotas      endpoint.Quotas
	rates       []rateRule
	// Prices is the price list of AWS. Templates is EC2, with the launch templates and the networks.
	Prices    pricing.Server
	Templates ec2.Server
	Keys      kms.Server
	// Sources is the endpoint of read-signals, with the services that it calls. Its Fail and Hang do not affect people's calls.
	Sources    *endpoint.Endpoint
	Parameters *ssm.Server
	Secrets    *secretsmanager.Server
	Weather    *weather.Service

	clock     clock.Clock
	now       func() time.Time
	url       string          // of AWS
	stsURL    string          // of the functions
	eventsURL string          // of the functions
	told      map[string]bool // the ends of executions of which Step Functions has sent an event
	sources   string          // the URL of Sources
	binaries  string
	options   Options
	states    *states.Server
	details   *dynamodb.Details
	unpacked  string // the folder of the zips' functions; empty until there is one
	fleet     *fleet
	deployed  time.Time // first
	followers []string  // the functions that follow the config table's stream
	closers   []func() error
}

// The definition's delays in milliseconds, because everything here is faster than on AWS.
const (
	waitMillis  = 5
	retryMillis = 5
)

// Start starts a world with the stack deployed. If it fails, it leaves nothing running.
func Start(ctx context.Context, o Options) (*World, error) {
	w := newWorld(Region, o)
	w.now, w.Roles, w.fleet = o.Clock.Of(o.Now), new(endpoint.Roles), newFleet(w)
	return w.started(ctx, o)
}

func newWorld(region string, o Options) *World {
	return &World{Region: region, binaries: o.Binaries, options: o, clock: o.Clock}
}

func (w *World) started(ctx context.Context, o Options) (*World, error) {
	w.Logs = cloudwatch.NewLogs(w.Region, Account, w.now)
	if err := w.start(ctx, o); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *World) start(ctx context.Context, o Options) (err error) {
	if err := w.startTime(o); err != nil {
		return err
	}
	if err := w.startTemplate(); err != nil {
		return err
	}
	if err := w.startServices(ctx, o); err != nil {
		return err
	}
	if err := w.startSources(ctx); err != nil {
		return err
	}
	if err := w.startEndpoint(ctx, o); err != nil {
		return err
	}
	if o.Empty {
		return nil
	}
	return w.deploy(ctx, o)
}

// startServices starts the services that the functions call, and the functions' host.
func (w *World) startServices(ctx context.Context, o Options) (err error) {
	if err := w.startEKS(ctx); err != nil {
		return err
	}
	if w.Scheduler, err = scheduler.Start(w.now); err != nil {
		return err
	}
	w.closers = append(w.closers, func() error { w.Scheduler.Close(); return nil })
	if err := w.startEvents(ctx); err != nil {
		return err
	}
	if w.Tables, err = dynamodb.StartTables(ctx, w.now); err != nil {
		return err
	}
	w.closers = append(w.closers, w.Tables.Close)
	if w.Lambda, err = lambda.Start(lambda.Config{Now: o.Now, Region: w.Region, Account: Account, Virtual: o.Clock.Virtual(), Suffix: w.unique()}); err != nil {
		return err
	}
	w.closers = append(w.closers, w.Lambda.Close)
	return nil
}

// startEKS starts EKS and STS, which all hubs share.
func (w *World) startEKS(ctx context.Context) (err error) {
	if first := w.fleet.first(); first != w {
		w.EKS, w.STS, w.stsURL = first.EKS, first.STS, first.stsURL
		return nil
	}
	if err := w.startSTS(ctx); err != nil {
		return err
	}
	if w.EKS, err = eks.Start(); err != nil {
		return err
	}
	w.closers = append(w.closers, func() error { w.EKS.Close(); return nil })
	w.EKS.Record(w.now)
	w.EKS.SetDown(w.fleet.isDown)
	w.EKS.SetCallers(w.STS)
	w.letEKSTakeItsTime()
	return nil
}

// Close ends everything, last started first. The first hub's also ends the others.
func (w *World) Close() error {
	var all []error
	for len(w.closers) > 0 {
		last := len(w.closers) - 1
		all = append(all, w.closers[last]())
		w.closers = w.closers[:last]
	}
	return errors.Join(all...)
}

// prefix returns the prefix of the functions' names.
const prefix = "eks-scaling-"

// ScheduleGroup returns the group of the schedules that follow the configuration.
const ScheduleGroup = "eks-scaling-triggers"

// Run starts an execution and waits for its end. Under a virtual clock, time passes until then.
func (w *World) Run(ctx context.Context, name string, input any) (engine.Result, error) {
	data, err := json.Marshal(input)
	if err != nil {
		return engine.Result{}, err
	}
	execution, err := w.Engine.StartExecution(name, data)
	if err != nil {
		return engine.Result{}, err
	}
	result, err := w.wait(ctx, execution)
	return whole(execution, result), err
}

// task executes a Task of the definition as its service would.
func (w *World) task(ctx context.Context, t engine.Task) (json.RawMessage, error) {
	if w.fleet.isDown(w.Region) {
		return nil, &engine.TaskError{Name: "Lambda.ServiceException", Cause: errDown.Error()}
	}
	switch t.Resource {
	case "arn:aws:states:::lambda:invoke":
		return w.invoke(ctx, t.Input)
	case "arn:aws:states:::sns:publish":
		return w.send(t.Input)
	default:
		return nil, fmt.Errorf("no stand-in for %s", t.Resource)
	}
}

func (w *World) invoke(ctx context.Context, input json.RawMessage) (json.RawMessage, error) {
	var call struct {
		FunctionName string
		Payload      json.RawMessage
	}
	if err := json.Unmarshal(input, &call); err != nil {
		return nil, err
	}
	w.countInvocation(call.FunctionName)
	result, err := w.Lambda.Invoke(ctx, call.FunctionName, call.Payload)
	if service := (*lambda.ServiceError)(nil); errors.As(err, &service) {
		return nil, &engine.TaskError{Name: service.Type, Cause: service.Message}
	}
	if err != nil {
		return nil, err
	}
	if result.FunctionError != "" {
		var failure struct {
			ErrorType string `json:"errorType"`
		}
		if err := json.Unmarshal(result.Payload, &failure); err != nil {
			return nil, err
		}
		return nil, &engine.TaskError{Name: failure.ErrorType, Cause: string(result.Payload)}
	}
	return json.Marshal(map[string]any{
		"Payload": json.RawMessage(result.Payload), "StatusCode": 200, "ExecutedVersion": result.Version,
	})
}

func (w *World) send(input json.RawMessage) (json.RawMessage, error) {
	var message struct{ TopicArn, Subject, Message string }
	if err := json.Unmarshal(input, &message); err != nil {
		return nil, err
	}
	id, err := w.Topics.Publish(message.TopicArn, message.Subject, message.Message)
	if no, refused := errors.AsType[endpoint.Failure](err); refused {
		return nil, &engine.TaskError{Name: "SNS." + no.Type + "Exception", Cause: no.Message}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"MessageId": id})
}

// Alert is a message that was published to the topic.
type Alert = endpoint.Message

// Alerts returns the alerts published so far.
func (w *World) Alerts() []Alert { return w.Topics.PublishedTo(deployment.AlertTopic) }

// Chat returns the messages published for chat so far.
func (w *World) Chat() (messages []string) {
	for _, m := range w.Topics.PublishedTo(deployment.ChatTopic) {
		messages = append(messages, m.Message)
	}
	return messages
}
