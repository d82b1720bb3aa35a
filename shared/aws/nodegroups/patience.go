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
	"eks-scaling-automation/shared/budget"
)

// Throttled calls are repeated after a wait that doubles and is partly random: concurrent units share the quota of an account and
// region.
const (
	throttledCalls = 5 // unless the configuration says otherwise
	firstWait      = 250 * time.Millisecond
	longestWait    = 2 * time.Second
	// A wait leaves callTime for the call. With less time left, the throttling error is returned: EKS has done nothing.
	callTime = 2 * time.Second
)

// Patient returns a client like [New] that repeats throttled calls, as often as the configuration says. A throttled call has no
// effect. Other errors leave that open, so they go to the caller.
func Patient(config aws.Config) *Client {
	return New(config).patient(config.RetryMaxAttempts)
}

// PatientOver returns a client like [Over] that repeats throttled calls.
func PatientOver(open func(Place) API) *Client {
	return Over(open).patient(throttledCalls)
}

func (c *Client) patient(calls int) *Client {
	c.calls, c.sleep = cmp.Or(calls, throttledCalls), sleep
	return c
}

// Throttles counts the calls with the returned context that EKS throttled, even if a repetition succeeded.
func Throttles(ctx context.Context) (counting context.Context, count func() int) {
	var c counts
	return context.WithValue(ctx, countsKey{}, &c), func() int { return int(c.throttled.Load()) }
}

// counts are what an invocation counts of its calls.
type counts struct {
	throttled atomic.Int64
	waited    atomic.Int64 // for slots of a budget, in nanoseconds
}

type countsKey struct{}

// patiently makes a call within the budget and repeats it if EKS throttles it, within the client's attempts and the context's deadline.
func patiently[Out any](ctx context.Context, c *Client, p Place, kind budget.Kind, call func() (*Out, error)) (*Out, error) {
	for made := 1; ; made++ {
		if err := c.pass(ctx, p, kind); err != nil {
			return nil, err
		}
		out, err := call()
		if !awserr.Throttled(err) {
			return out, err
		}
		if n, counted := ctx.Value(countsKey{}).(*counts); counted {
			n.throttled.Add(1)
		}
		if made >= c.calls || !c.sleep(ctx, jittered(made)) {
			return out, err
		}
	}
}

// patientReader repeats throttled calls for [Read].
type patientReader struct {
	*Client
	place Place
}

func (r patientReader) DescribeNodegroup(
	ctx context.Context, in *eks.DescribeNodegroupInput, options ...func(*eks.Options),
) (*eks.DescribeNodegroupOutput, error) {
	return patiently(ctx, r.Client, r.place, budget.Reads, func() (*eks.DescribeNodegroupOutput, error) {
		return r.at(r.place).DescribeNodegroup(ctx, in, options...)
	})
}

// jittered returns the wait after the given number of calls.
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
