package endpoint

import (
	"context"
	"net/http"

	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/wire"
)

// Fail makes the next calls of an operation fail without effect, in the call's protocol. Operations are named as in [Call], with
// the wildcards * and ?, as in "GET /clusters/*".
func (e *Endpoint) Fail(service, operation string, times int, f Failure) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults.Fail(times, f, of(service, operation))
}

// Hang leaves every call of an operation without an answer, until the caller gives up or the endpoint is closed. Operations are
// named as in [Endpoint.Fail].
func (e *Endpoint) Hang(service, operation string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hanging = append(e.hanging, of(service, operation))
}

// Behave reverts [Endpoint.Fail] and [Endpoint.Hang]. Calls that already hang keep hanging.
func (e *Endpoint) Behave() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults, e.hanging = wire.Faults[Call]{}, nil
}

func of(service, operation string) func(Call) bool {
	return func(c Call) bool { return c.Service == service && policy.Match(operation, c.Operation) }
}

// misbehave makes a call fail or hang as configured; its error is a Failure. It ends a hanging call by panicking.
func (e *Endpoint) misbehave(ctx context.Context, r wire.Request) error {
	c := Call{Service: r.Service, Operation: r.Operation}
	failure, hangs := e.fate(c)
	if hangs {
		<-ctx.Done()
		panic(http.ErrAbortHandler) // net/http's way to drop the connection
	}
	if failure != nil {
		return *failure
	}
	return nil
}

func (e *Endpoint) fate(c Call) (failure *Failure, hangs bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, hits := range e.hanging {
		if hits(c) {
			return nil, true
		}
	}
	return e.faults.Failure(c), false
}
