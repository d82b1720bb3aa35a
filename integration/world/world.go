// Package world puts the local stand-ins together: the real definition in a state machine engine, the real function
// binaries in a Lambda runtime host, DynamoDB, EKS, and a topic that keeps its messages. The functions find them through
// AWS_ENDPOINT_URL_*, as any AWS client can be told; nothing in them knows that it is local.
package world

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/functions"
	"eks-scaling-automation/integration/dynalite"
	"eks-scaling-automation/integration/ekslocal"
	"eks-scaling-automation/integration/engine"
	"eks-scaling-automation/integration/lambdahost"
	"eks-scaling-automation/integration/schedulerlocal"
	"eks-scaling-automation/shared/tables"
	"eks-scaling-automation/statemachine"
)

// Where the world believes it is.
const (
	Region  = "sa-east-1"
	Account = "123456789012"
)

// Options say how a world is to be.
type Options struct {
	Binaries string    // the folder that [Build] has filled
	Log      io.Writer // gets what the functions and the engine log
	Now      func() time.Time
}

// World is everything that a run needs. End it with Close.
type World struct {
	EKS       *ekslocal.Server
	Scheduler *schedulerlocal.Server
	Lambda    *lambdahost.Host
	Engine    *engine.Engine

	db       *dynalite.Server
	meter    *meter
	topicURL string
	binaries string
	closers  []func() error

	mu     sync.Mutex
	alerts []Alert
}

// The delays of the definition, in milliseconds: nothing here takes as long as on AWS.
const (
	waitMillis  = 5
	retryMillis = 5
)

// Start brings a world up. When it fails, nothing is left running.
func Start(ctx context.Context, o Options) (*World, error) {
	w := &World{binaries: o.Binaries}
	if err := w.start(ctx, o); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *World) start(ctx context.Context, o Options) error {
	if err := w.startServices(ctx, o); err != nil {
		return err
	}
	for _, name := range functions.Names() {
		if err := w.Lambda.Register(w.function(name, o.Log)); err != nil {
			return err
		}
	}
	text := strings.ReplaceAll(statemachine.Definition, "${"+statemachine.AlertTopicARN+"}", topicARN)
	for name, placeholder := range statemachine.Functions() {
		text = strings.ReplaceAll(text, "${"+placeholder+"}", functionARN(name))
	}
	machine, err := engine.Start(ctx, engine.Config{
		Definition: text, StateMachineARN: stateMachineARN,
		WaitMillis: waitMillis, RetryMillis: retryMillis, Handler: w.task, Log: o.Log,
	})
	if err != nil {
		return err
	}
	w.Engine = machine
	w.closers = append(w.closers, w.Engine.Close)
	return nil
}

// startServices starts what the functions call, and their host.
func (w *World) startServices(ctx context.Context, o Options) (err error) {
	if w.EKS, err = ekslocal.Start(); err != nil {
		return err
	}
	w.closers = append(w.closers, func() error { w.EKS.Close(); return nil })
	if w.Scheduler, err = schedulerlocal.Start(o.Now); err != nil {
		return err
	}
	w.closers = append(w.closers, func() error { w.Scheduler.Close(); return nil })
	w.Scheduler.CreateGroup(ScheduleGroup)
	if w.db, err = dynalite.Start(ctx); err != nil {
		return err
	}
	w.closers = append(w.closers, w.db.Close)
	if w.meter, err = startMeter(ctx, w.db.URL(), o.Now); err != nil {
		return err
	}
	w.closers = append(w.closers, w.meter.server.Close)
	if w.topicURL, err = w.startTopic(ctx); err != nil {
		return err
	}
	if err := w.createTables(ctx); err != nil {
		return err
	}
	if w.Lambda, err = lambdahost.Start(lambdahost.Config{Now: o.Now, Region: Region, Account: Account}); err != nil {
		return err
	}
	w.closers = append(w.closers, w.Lambda.Close)
	return nil
}

// Close ends everything, last started first.
func (w *World) Close() error {
	var all []error
	for len(w.closers) > 0 {
		last := len(w.closers) - 1
		all = append(all, w.closers[last]())
		w.closers = w.closers[:last]
	}
	return errors.Join(all...)
}

const (
	topicARN        = "arn:aws:sns:" + Region + ":" + Account + ":eks-scaling-alerts"
	stateMachineARN = "arn:aws:states:" + Region + ":" + Account + ":stateMachine:eks-scaling"
)

// ScheduleGroup is the group of the schedules that follow the configuration.
const ScheduleGroup = "eks-scaling-boundaries"

func functionARN(name string) string {
	return "arn:aws:lambda:" + Region + ":" + Account + ":function:eks-scaling-" + name
}

// Environment is what the stack configures for a function; a test holds it against the stack's template.
func Environment(function string) map[string]string {
	switch function {
	case "load-config":
		return map[string]string{"CONFIG_TABLE": tables.ConfigTableName}
	case "decide":
		return map[string]string{"LOGS_TABLE": tables.LogsTableName}
	case "audit":
		return map[string]string{"LOGS_TABLE": tables.LogsTableName, "AUDIT_RETENTION_DAYS": "400"}
	case "sync-schedules":
		return map[string]string{
			"CONFIG_TABLE": tables.ConfigTableName, "SCHEDULE_GROUP": ScheduleGroup, "STATE_MACHINE_ARN": stateMachineARN,
			"SCHEDULER_ROLE_ARN":    "arn:aws:iam::" + Account + ":role/eks-scaling-scheduler",
			"DEAD_LETTER_QUEUE_ARN": "arn:aws:sqs:" + Region + ":" + Account + ":eks-scaling-undelivered",
		}
	case functions.AuditConfig:
		return map[string]string{
			"CONFIG_TABLE": tables.ConfigTableName, "LOGS_TABLE": tables.LogsTableName, "ALERT_TOPIC_ARN": topicARN,
		}
	default:
		return map[string]string{}
	}
}

// function is a function as the stack configures it, with the endpoints of this world.
func (w *World) function(name string, log io.Writer) lambdahost.Function {
	env := w.endpoints()
	maps.Copy(env, Environment(name))
	return lambdahost.Function{
		Name: "eks-scaling-" + name, ARN: functionARN(name), Binary: filepath.Join(w.binaries, name, "bootstrap"),
		Env: env, Timeout: 30 * time.Second, Log: log,
	}
}

func (w *World) endpoints() map[string]string {
	return map[string]string{
		"AWS_ENDPOINT_URL_DYNAMODB":  w.meter.url,
		"AWS_ENDPOINT_URL_EKS":       w.EKS.URL(),
		"AWS_ENDPOINT_URL_STS":       w.EKS.URL(),
		"AWS_ENDPOINT_URL_SCHEDULER": w.Scheduler.URL(),
		"AWS_ENDPOINT_URL_SNS":       w.topicURL,
	}
}

// Env is the environment in which a command line tool finds this world.
func (w *World) Env() []string {
	env := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir(), "USER=operator",
		"AWS_REGION=" + Region, "AWS_ACCESS_KEY_ID=operator", "AWS_SECRET_ACCESS_KEY=local",
	}
	for name, value := range w.endpoints() {
		env = append(env, name+"="+value)
	}
	return env
}

// Run starts an execution and waits for its end.
func (w *World) Run(ctx context.Context, name string, input any) (engine.Result, error) {
	data, err := json.Marshal(input)
	if err != nil {
		return engine.Result{}, err
	}
	execution, err := w.Engine.StartExecution(name, data)
	if err != nil {
		return engine.Result{}, err
	}
	return execution.Wait(ctx)
}

// task does a Task of the definition as the service behind it would.
func (w *World) task(ctx context.Context, t engine.Task) (json.RawMessage, error) {
	switch t.Resource {
	case "arn:aws:states:::lambda:invoke":
		return w.invoke(ctx, t.Input)
	case "arn:aws:states:::sns:publish":
		return w.publish(t.Input)
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
	result, err := w.Lambda.Invoke(ctx, call.FunctionName, call.Payload)
	if service := (*lambdahost.ServiceError)(nil); errors.As(err, &service) {
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
		"Payload": json.RawMessage(result.Payload), "StatusCode": 200, "ExecutedVersion": "$LATEST",
	})
}

func (w *World) publish(input json.RawMessage) (json.RawMessage, error) {
	var message struct{ TopicArn, Subject, Message string }
	if err := json.Unmarshal(input, &message); err != nil {
		return nil, err
	}
	id, no := w.keep(message.TopicArn, Alert{Subject: message.Subject, Message: message.Message})
	if no != nil {
		return nil, &engine.TaskError{Name: "SNS." + no.code + "Exception", Cause: no.message}
	}
	return json.Marshal(map[string]any{"MessageId": id})
}
