package nodegroups

import (
	"cmp"
	"context"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"

	"eks-scaling-automation/shared/aws/awserr"
)

// Calls that EKS throttles are made again after a wait that doubles, of which at least half is random: units that run at the same
// time share the budget of an account and region.
const (
	throttledCalls = 5 // unless the configuration says otherwise
	firstWait      = 250 * time.Millisecond
	longestWait    = 2 * time.Second
	// A wait leaves callTime for the call. If there is less, the answer stays that EKS throttled it, and so has done nothing.
	callTime = 2 * time.Second
)

// Patient makes a client like [New], which makes a throttled call again, as often as the configuration says. EKS does nothing of a
// call that it throttles. After other errors nobody knows, so they are left to the caller.
func Patient(config aws.Config) *Client {
	return New(config).patient(config.RetryMaxAttempts)
}

// PatientOver makes a client like [Over] that is patient.
func PatientOver(open func(Place) API) *Client {
	return Over(open).patient(throttledCalls)
}

func (c *Client) patient(calls int) *Client {
	c.calls, c.sleep = cmp.Or(calls, throttledCalls), sleep
	return c
}

// Throttles counts the calls with the returned context that EKS throttled, also those that went through when they were repeated.
func Throttles(ctx context.Context) (counting context.Context, count func() int) {
	var n atomic.Int64
	return context.WithValue(ctx, throttlesKey{}, &n), func() int { return int(n.Load()) }
}

type throttlesKey struct{}

// patiently makes a call until it is not throttled, as often as the client may and as the time of the context lasts.
func patiently[Out any](ctx context.Context, c *Client, call func() (*Out, error)) (*Out, error) {
	for made := 1; ; made++ {
		out, err := call()
		if !awserr.Throttled(err) {
			return out, err
		}
		if n, counted := ctx.Value(throttlesKey{}).(*atomic.Int64); counted {
			n.Add(1)
		}
		if made >= c.calls || !c.sleep(ctx, jittered(made)) {
			return out, err
		}
	}
}

// patientReader is what [Read] describes a node group with.
type patientReader struct {
	*Client
	place Place
}

func (r patientReader) DescribeNodegroup(
	ctx context.Context, in *eks.DescribeNodegroupInput, options ...func(*eks.Options),
) (*eks.DescribeNodegroupOutput, error) {
	return patiently(ctx, r.Client, func() (*eks.DescribeNodegroupOutput, error) {
		return r.at(r.place).DescribeNodegroup(ctx, in, options...)
	})
}

// jittered is the wait after so many calls.
func jittered(made int) time.Duration {
	wait := min(firstWait<<(made-1), longestWait)
	return wait/2 + rand.N(wait/2) //nolint:gosec // it spreads calls, and keeps no secret
}

// sleep reports whether the wait has passed, with time left for a call.
func sleep(ctx context.Context, wait time.Duration) bool {
	if deadline, limited := ctx.Deadline(); limited && time.Until(deadline) < wait+callTime { //nolint:forbidigo // time really passes here
		return false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
