// Package step is the boundary that every function shares: it decodes the payload, logs, and gives each error the name by which
// the state machine's definition matches it. It also interprets EKS's errors about a node group.
package step

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Request is a payload that names its subject.
type Request interface {
	Subject() run.Subject
}

// Handler does the work of one step.
type Handler[In Request, Out any] func(ctx context.Context, log *slog.Logger, in In) (Out, error)

// Start serves a handler as a Lambda function. It does not return.
func Start[In Request, Out any](handle Handler[In, Out]) {
	log := newLog(os.Stdout)
	lambda.Start(func(ctx context.Context, payload json.RawMessage) (any, error) {
		return Run(ctx, log, handle, payload)
	})
}

// newLog returns a log whose lines tell the version, as a run keeps calling the functions with which it began during an upgrade.
func newLog(out io.Writer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(out, nil)).With("version", deployment.ThisBuild().Version)
}

// reportMargin is reserved before the deadline so that a timeout can still be reported.
const reportMargin = 500 * time.Millisecond

// Run handles one invocation.
func Run[In Request, Out any](ctx context.Context, log *slog.Logger, handle Handler[In, Out], payload json.RawMessage) (any, error) {
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reportMargin))
		defer cancel()
	}
	var in In
	if err := json.Unmarshal(payload, &in); err != nil {
		err = fmt.Errorf("the payload is not what this step expects: %w", err)
		return nil, report(log.With("execution", "", "cluster", "", "nodegroup", ""), err)
	}
	about := in.Subject()
	cluster, schedule := scaling.SplitUnit(about.Unit)
	log = log.With("execution", about.Execution, "cluster", cluster)
	if schedule != "" {
		log = log.With("schedule", schedule)
	}
	if about.Nodegroup != "" { // a step for a whole cluster names the node group in those lines that are about one
		log = log.With("nodegroup", about.Nodegroup)
	}
	out, err := handle(ctx, log, in)
	if err != nil {
		return nil, report(log, err)
	}
	return out, nil
}

// Left returns how long the invocation may still run. Lambda sets the deadline, so it is compared with the machine's own clock.
func Left(ctx context.Context) time.Duration {
	deadline, ok := ctx.Deadline()
	if !ok {
		return time.Minute // outside of Lambda nothing ends the call
	}
	return time.Until(deadline) //nolint:forbidigo // time really passes here
}

// report logs an error and returns it under its class. Lambda reports the type of the outermost error as the error's name.
func report(log *slog.Logger, err error) error {
	name := Classify(err)
	log.Error("the step failed", "error", name, "cause", err.Error())
	return messages.InvokeResponse_Error{Type: string(name), Message: awserr.Plain(err)}
}

// Env reads an environment variable that must be set.
func Env(name string) string {
	value := os.Getenv(name)
	if value == "" {
		Fail("environment variable %s is not set; the stack sets it", name)
	}
	return value
}

// Fail ends a function that cannot start. Lambda logs the line and reports Runtime.ExitError.
func Fail(format string, args ...any) {
	newLog(os.Stderr).Error(fmt.Sprintf(format, args...), "execution", "", "cluster", "", "nodegroup", "")
	os.Exit(1)
}
