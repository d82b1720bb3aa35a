package lambda

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"eks-scaling-automation/integration/world/clock"
)

// initLimit limits the time until a sandbox asks for its first invocation.
const initLimit = 10 * time.Second

// Result is the answer of Lambda's Invoke.
type Result struct {
	// Payload is what the function returned or, if FunctionError is set, an
	// object with errorMessage and errorType.
	Payload []byte
	// FunctionError is empty, or Unhandled if the function failed.
	FunctionError string
	// Version is the invoked version: "$LATEST", or the number of a published one.
	Version string
}

// Invocation is the record of one call of Invoke.
type Invocation struct {
	Function  string
	Version   string // "$LATEST", or the number of the published version
	RequestID string // empty if no sandbox got it
	Cold      bool   // whether a sandbox was started for it
	Payload   []byte
	Result    Result
	Err       error // instead of a Result: a *ServiceError, or the host was closed
}

// invocation is one call on its way through a sandbox.
type invocation struct {
	id       string
	payload  []byte
	kill     KillPoint
	taken    chan struct{} // closed when the process has received it
	reply    chan Result   // the function's answer; buffered for one
	finished chan struct{} // closed when the process asks for the next one
	work     *clock.Work   // its work under a virtual time; nil if none
}

// Invoke calls a function by its name or ARN, optionally followed by ":" and a version, and returns its answer. If the function
// fails, times out or dies, the Result has FunctionError set; Lambda's own errors are *ServiceError. If the context ends first,
// the function keeps running, as on Lambda.
func (h *Host) Invoke(ctx context.Context, name string, payload []byte) (Result, error) {
	f, err := h.lookUp(name)
	if err != nil {
		return Result{}, err
	}
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	done := make(chan Invocation, 1)
	if err := h.begin(func() { done <- h.invoke(f, slices.Clone(payload), clock.WorkOf(ctx)) }); err != nil {
		return Result{}, err
	}
	select {
	case inv := <-done:
		return inv.Result, inv.Err
	case <-ctx.Done():
		return Result{}, fmt.Errorf("invoke function %s: %w", f.Name, context.Cause(ctx))
	}
}

// Invocations returns the records of the invocations that have ended, in the
// order in which they did.
func (h *Host) Invocations() []Invocation {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.invocations)
}

// Invoked counts the records of [Host.Invocations].
func (h *Host) Invoked() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.invocations)
}

// begin runs work that Close waits for, unless the host is already closed.
func (h *Host) begin(work func()) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return errClosed
	}
	h.working.Go(work)
	return nil
}

// invoke is the whole Invoke, even if the caller has given up.
func (h *Host) invoke(f *function, payload []byte, work *clock.Work) Invocation {
	record := Invocation{Function: f.Name, Version: f.version, Payload: payload}
	kill, err := h.admit(f, payload)
	if err == nil {
		record, err = h.serve(f, record, kill, work)
	}
	record.Err = err
	h.mu.Lock()
	defer h.mu.Unlock()
	h.invocations = append(h.invocations, record)
	return record
}

func (h *Host) serve(f *function, record Invocation, kill KillPoint, work *clock.Work) (Invocation, error) {
	s, cold, err := h.take(f)
	if err != nil {
		return record, err
	}
	inv := &invocation{
		id:       freshID(),
		payload:  record.Payload,
		kill:     kill,
		taken:    make(chan struct{}),
		reply:    make(chan Result, 1),
		finished: make(chan struct{}),
		work:     work,
	}
	record.RequestID, record.Cold = inv.id, cold
	s.work <- inv
	late, cancel := h.lateFor(inv, f.Timeout)
	defer cancel()
	record.Result = s.await(inv, late)
	record.Result.Version = f.version
	if h.isClosed() && record.Result.FunctionError != "" {
		return record, errClosed
	}
	return record, nil
}

// await waits for the end of an invocation: when the process asks for the next one, not when it replies. So a sandbox is idle
// again as soon as its caller has the answer.
func (s *sandbox) await(inv *invocation, late <-chan struct{}) Result {
	limit := time.NewTimer(initLimit)
	defer limit.Stop()
	taken := inv.taken
	for {
		select {
		case <-taken:
			taken = nil
			limit.Reset(s.function.Timeout)
		case <-inv.finished:
			return inv.answer(failed(inv, "Runtime.Unknown", "the function asked for the next invocation without an answer to this one"))
		case <-s.exited:
			return inv.answer(failed(inv, "Runtime.ExitError", s.exitText()))
		case <-late:
			late = nil
			if s.endLate(inv, taken == nil) {
				return inv.answer(s.timedOut(inv))
			}
		case <-limit.C:
			if s.endLate(inv, taken == nil) {
				return inv.answer(s.timedOut(inv))
			}
		}
	}
}

// endLate kills the process, unless it has just finished or is being killed already.
func (s *sandbox) endLate(inv *invocation, taken bool) bool {
	if taken && !s.abandon(inv) {
		return false
	}
	s.kill()
	<-s.exited
	return true
}

func (s *sandbox) timedOut(inv *invocation) Result {
	return failed(inv, "Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", s.function.Timeout.Seconds()))
}

// lateFor returns a channel that is closed when the invocation exceeds its timeout in the virtual time, which then stands still
// until the invocation has ended.
func (h *Host) lateFor(inv *invocation, timeout time.Duration) (late chan struct{}, cancel func()) {
	v := h.config.Virtual
	if v == nil || inv.work == nil {
		return nil, func() {}
	}
	late = make(chan struct{})
	return late, v.At(v.Now().Add(timeout), func() {
		inv.work.Interrupt()
		close(late)
	})
}

// answer returns the function's reply, or the error without one.
func (inv *invocation) answer(without Result) Result {
	select {
	case reply := <-inv.reply:
		return reply
	default:
		return without
	}
}

// failed returns Lambda's answer for a sandbox that died.
func failed(inv *invocation, errorType, message string) Result {
	payload, err := json.Marshal(map[string]string{
		"errorType":    errorType,
		"errorMessage": fmt.Sprintf("RequestId: %s Error: %s", inv.id, message),
	})
	if err != nil {
		panic(err) // two strings always marshal
	}
	return Result{Payload: payload, FunctionError: unhandled}
}

const unhandled = "Unhandled"

// freshID returns an ID in the form of Lambda's.
func freshID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
