package lambda

import (
	"encoding/json"
	"fmt"
)

// KillPoint is when in an invocation the sandbox is killed.
type KillPoint int

// The points to kill at.
const (
	never KillPoint = iota
	// BeforeHandler is before the function receives the invocation: no work is done.
	BeforeHandler
	// AfterHandler is after the function has answered, before the answer counts: the work is done, but the caller does not learn
	// it.
	AfterHandler
)

// KillNext kills the sandbox in a function's next invocation. A second call affects the invocation after that. The caller gets
// Runtime.ExitError.
func (h *Host) KillNext(name string, point KillPoint) error {
	return h.inject(name, func(f *function) { f.kills = append(f.kills, point) })
}

// FailNext makes Lambda itself fail the next n invocations of a function, without calling it. Service errors come before kills.
func (h *Host) FailNext(name string, n int, with ServiceError) error {
	return h.inject(name, func(f *function) {
		for range n {
			f.errors = append(f.errors, with)
		}
	})
}

// ServiceError is an error of Lambda itself, as opposed to the function's.
type ServiceError struct {
	// Type is its name in Step Functions, such as Lambda.ServiceException.
	Type    string
	Message string
}

func (e *ServiceError) Error() string { return e.Type + ": " + e.Message }

// ServiceException is the error of a broken Lambda service.
func ServiceException() ServiceError {
	return ServiceError{"Lambda.ServiceException", "The service encountered an internal error."}
}

// TooManyRequests is the error of a Lambda that throttles.
func TooManyRequests() ServiceError {
	return ServiceError{"Lambda.TooManyRequestsException", "Rate Exceeded."}
}

func (h *Host) inject(name string, fault func(*function)) error {
	f, err := h.lookUp(name)
	if err != nil {
		return fmt.Errorf("inject a fault: %w", err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	fault(f)
	return nil
}

// admit decides whether Lambda accepts an invocation, and when to kill its sandbox.
func (h *Host) admit(f *function, payload []byte) (KillPoint, error) {
	if !json.Valid(payload) {
		return never, &ServiceError{
			Type:    "Lambda.InvalidRequestContentException",
			Message: fmt.Sprintf("Could not parse request body into json: %q", payload),
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(f.errors) > 0 {
		failure := f.errors[0]
		f.errors = f.errors[1:]
		return never, &failure
	}
	if len(f.kills) > 0 {
		point := f.kills[0]
		f.kills = f.kills[1:]
		return point, nil
	}
	return never, nil
}
