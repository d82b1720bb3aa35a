package nodegroups

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eks"
	smithy "github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"eks-scaling-automation/shared/budget"
)

// Slots hands out the slots of budgets.
type Slots interface {
	Take(ctx context.Context, r budget.Request) (slot int64, free bool, err error)
}

const (
	// A call waits at most this long for its slot. With a longer queue it is answered as if EKS had throttled it: the step repeats
	// it later, so that no run holds a function open.
	queued = 2 * time.Second
	// All calls of one invocation together wait at most this long.
	allQueued = 5 * time.Second
)

// Within returns the client with the budgets of its places. Its calls take slots, and wait for them unless the client makes every call
// only once.
func (c *Client) Within(slots Slots, now func() time.Time) *Client {
	within := *c
	within.slots, within.now = slots, now
	return &within
}

// Queueing is [Client.Within] for a command, which has time: a call waits until it gets a slot.
func (c *Client) Queueing(slots Slots, now func() time.Time) *Client {
	within := c.Within(slots, now)
	within.queueing = true
	return within
}

// Paced returns an option for the EKS client of a command: each call waits for a slot to read in the place, within its budget.
func Paced(slots Slots, now func() time.Time, p Place) func(*eks.Options) {
	queue := (&Client{calls: throttledCalls, sleep: sleep}).Queueing(slots, now)
	take := middleware.InitializeMiddlewareFunc("Budget", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (out middleware.InitializeOutput, metadata middleware.Metadata, err error) {
		if err := queue.pass(ctx, p, budget.Reads); err != nil {
			return out, metadata, err
		}
		return next.HandleInitialize(ctx, in)
	})
	return func(o *eks.Options) {
		o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error { return stack.Initialize.Add(take, middleware.Before) })
	}
}

// exhausted is the error of a call without a slot. It counts as throttled.
type exhausted struct {
	place string
	kind  budget.Kind
	rate  int
}

func (e exhausted) Error() string {
	return fmt.Sprintf("the budget of %d %s a second in %s is used up", e.rate, e.kind, e.place)
}
func (e exhausted) ErrorCode() string             { return "ThrottlingException" }
func (e exhausted) ErrorMessage() string          { return e.Error() }
func (e exhausted) ErrorFault() smithy.ErrorFault { return smithy.FaultClient }

// OverBudget reports whether a call was not made because the budget of its place is used up.
func OverBudget(err error) bool {
	_, over := errors.AsType[exhausted](err)
	return over
}

// pass takes a slot for a call and waits for it.
func (c *Client) pass(ctx context.Context, p Place, kind budget.Kind) error {
	rate := p.Budget.Of(kind)
	if c.slots == nil || rate == 0 {
		return nil
	}
	for {
		err := c.enter(ctx, p, kind, rate)
		if _, full := errors.AsType[exhausted](err); !full || !c.queueing || !c.sleep(ctx, queued/2) {
			return err
		}
	}
}

// enter takes a slot if one comes soon, and waits for it.
func (c *Client) enter(ctx context.Context, p Place, kind budget.Kind, rate int) error {
	spent, counted := ctx.Value(countsKey{}).(*counts)
	r := budget.Request{Place: p.shared(), Kind: kind, Rate: rate, Now: c.now()}
	if c.calls > 1 {
		r.Ahead = queued
		if counted {
			r.Ahead = max(0, min(queued, allQueued-time.Duration(spent.waited.Load())))
		}
	}
	slot, free, err := c.slots.Take(ctx, r)
	if err != nil {
		return err
	}
	refused := exhausted{r.Place, kind, rate}
	if !free {
		return refused
	}
	wait := r.Wait(slot)
	if counted {
		spent.waited.Add(int64(wait))
	}
	if wait > 0 && !c.sleep(ctx, wait) {
		return refused
	}
	return nil
}

// shared names what shares a budget: the account and the region. The own account is "own".
func (p Place) shared() string { return cmp.Or(p.Role.Account(), "own") + "/" + p.Region }
