package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
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

// TestState takes a few calls a second. A Wait state takes as long as it says, so that several are asked about at a time.
const (
	pause  = 300 * time.Millisecond
	atOnce = 8
	tries  = 10
)

// run tests the states of the traces in a folder. Without a folder it only says whether it could.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	fail := func(err error, remedy string) int {
		_, _ = fmt.Fprintln(stderr, strings.TrimSpace("test-aws: "+err.Error()+"\n"+remedy))
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

const needs = `This calls Step Functions in an account of yours. It creates nothing and needs one permission: states:TestState on "*".
Set AWS_REGION, and AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`

// usable says what is missing before anything is asked.
func usable(ctx context.Context, c aws.Config) error {
	if c.Region == "" {
		return errors.New("no AWS region is set")
	}
	if _, err := c.Credentials.Retrieve(ctx); err != nil {
		return fmt.Errorf("no AWS credentials were found: %w", err)
	}
	return nil
}

// compare asks about all states of the traces and prints what differs.
func compare(ctx context.Context, a asker, traces []trace.Trace, stdout io.Writer) (int, error) {
	asked, left, err := questionsOf(traces)
	if err != nil {
		return unknown, err
	}
	_, _ = fmt.Fprintf(stdout, "Testing %d states of %d traces, a call each %v.\n", len(asked), len(traces), a.pause)
	if err := a.ask(ctx, asked); err != nil {
		return unknown, err
	}
	wrong := 0
	for _, q := range asked {
		if len(q.differences) > 0 {
			wrong++
		}
		for _, d := range q.differences {
			_, _ = fmt.Fprintf(stdout, "%s: %s\n", q, d)
		}
	}
	for _, l := range left {
		_, _ = fmt.Fprintf(stdout, "not tested: %s\n", l)
	}
	_, _ = fmt.Fprintf(stdout, "%d as in the traces, %d different.\n", len(asked)-wrong, wrong)
	if wrong > 0 {
		return differs, nil
	}
	return same, nil
}
