package endpoint

import (
	"context"
	"net/http"

	"eks-scaling-automation/integration/aws/policy"
	"eks-scaling-automation/integration/aws/wire"
)

// Fail lets the next so many calls of an operation fail before anything is done, in the protocol in which they come. An
// operation is named as in [Call]; it may have the wildcards * and ?, as in "GET /clusters/*".
func (e *Endpoint) Fail(service, operation string, times int, f Failure) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults.Fail(times, f, of(service, operation))
}

// Hang lets every call of an operation go without an answer, until the caller gives up or the endpoint is closed.
// Operations are named as for [Endpoint.Fail].
func (e *Endpoint) Hang(service, operation string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.hanging = append(e.hanging, of(service, operation))
}

// Behave takes back what [Endpoint.Fail] and [Endpoint.Hang] have said. Calls that hang already stay so.
func (e *Endpoint) Behave() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults, e.hanging = wire.Faults[Call]{}, nil
}

func of(service, operation string) func(Call) bool {
	return func(c Call) bool { return c.Service == service && policy.Match(operation, c.Operation) }
}

// misbehave lets a call fail, or hang, as was said; its error is a Failure. It ends a call that hung by panicking.
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
