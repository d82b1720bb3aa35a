package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"eks-scaling-automation/integration/trace"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// The exit codes.
const (
	same    = 0
	differs = 1
	unknown = 2
)

// TestState accepts a few calls a second. It really waits in a Wait state, so several calls run concurrently.
const (
	pause  = 300 * time.Millisecond
	atOnce = 32
	tries  = 10
)

// run tests the states of the traces in a folder. Without a folder it only checks the requirements.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fail := func(err error, remedy string) int {
		_, _ = fmt.Fprintln(stderr, "test-aws: "+err.Error()+remedy)
		return unknown
	}
	c, err := config.LoadDefaultConfig(ctx, config.WithRetryer(func() aws.Retryer { return retry.AddWithMaxAttempts(retry.NewStandard(), tries) }))
	if err == nil {
		err = usable(ctx, c)
	}
	if err != nil {
		return fail(err, needs)
	}
	if len(args) == 0 {
		return same
	}
	traces, err := trace.ReadAll(args[0])
	if err != nil {
		return fail(err, "")
	}
	code, err := compare(ctx, asker{client: sfn.NewFromConfig(c), pause: pause, atOnce: atOnce}, traces, stdout)
	if err != nil {
		return fail(err, needs)
	}
	return code
}

const needs = `: set AWS_REGION, and AWS_PROFILE or keys, of an account in which states:TestState on "*" is allowed; nothing is created there`

// usable reports missing requirements before the first call.
func usable(ctx context.Context, c aws.Config) error {
	if c.Region == "" {
		return errors.New("no AWS region is set")
	}
	if _, err := c.Credentials.Retrieve(ctx); err != nil {
		return fmt.Errorf("no AWS credentials were found: %w", err)
	}
	return nil
}

// compare tests all states of the traces and prints the differences and the states that were not compared.
func compare(ctx context.Context, a asker, traces []trace.Trace, stdout io.Writer) (int, error) {
	asked, left, err := questionsOf(traces)
	if err != nil {
		return unknown, err
	}
	_, _ = fmt.Fprintf(stdout, "Testing %d states of %d traces, a call each %v.\n", len(asked), len(traces), a.pause)
	if err := a.ask(ctx, asked); err != nil {
		return unknown, err
	}
	same, different, incomplete := 0, 0, 0
	for _, q := range asked {
		for _, d := range q.differences {
			_, _ = fmt.Fprintf(stdout, "%s: %s\n", q, d)
		}
		for _, m := range q.missing {
			_, _ = fmt.Fprintf(stdout, "not compared: %s: %s\n", q, m)
		}
		switch {
		case len(q.differences) > 0:
			different++
		case len(q.missing) > 0:
			incomplete++
		default:
			same++
		}
	}
	for _, l := range left {
		_, _ = fmt.Fprintf(stdout, "not compared: %s (%d)\n", l.why, l.states)
		incomplete += l.states
	}
	_, _ = fmt.Fprintf(stdout, "%d compared: %d as in the traces, %d different. %d not compared.\n", same+different, same, different, incomplete)
	return verdict(same, different), nil
}

func verdict(equal, different int) int {
	switch {
	case different > 0:
		return differs
	case equal == 0:
		return unknown
	}
	return same
}
