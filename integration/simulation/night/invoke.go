package night

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/lambda/messages"

	"eks-scaling-automation/integration/simulation/asl"
	"eks-scaling-automation/integration/simulation/asl/expression"
	"eks-scaling-automation/integration/simulation/sched"
	"eks-scaling-automation/shared/run"
)

// The simulated functions.
const (
	loadConfig  = "load-config"
	readSignals = "read-signals" // called only if the settings have signals
	decide      = "decide"
	scale       = "scale"
	look        = "wait-for-nodegroup-active"
	audit       = "audit"
)

// timeouts holds the functions' deployed timeouts.
var timeouts = map[string]time.Duration{
	loadConfig: 30 * time.Second, readSignals: 30 * time.Second, decide: 60 * time.Second, scale: 30 * time.Second, look: 30 * time.Second, audit: 30 * time.Second,
}

// invocation is one call of a function.
type invocation struct {
	*night

	function  string
	execution *asl.Execution // the run's, or the one of its unit
	run       string         // the name of the run
	unit      string         // the name of its unit; empty for a step of the whole run
	id        string
	skew      time.Duration
	began     time.Time // this and the deadline are by the scheduler's clock
	deadline  time.Time
	givenUp   bool // it gave up its last call, which takes effect later

	// For decide: what it judges conditions from. For read-signals: what it reads.
	judging judging
	reads   heard

	// For scale: its input, its announced call, and EKS's answers since.
	task      run.ChangeTask
	announced announcement
	seen      map[string]sight
}

// now returns the time by the function's own clock.
func (i *invocation) now() time.Time { return i.Now().Add(i.skew) }

// left returns how long the invocation may still run.
func (i *invocation) left(context.Context) time.Duration { return i.deadline.Sub(i.Now()) }

// do executes a Task.
func (n *night) do(x *asl.Execution, _, resource string, input any) (json.RawMessage, error) {
	call := input.(expression.Object)
	if resource == "arn:aws:states:::sns:publish" {
		n.alerts[x.Name] = append(n.alerts[x.Name], call["Message"].(string))
		return json.RawMessage(`{"MessageId":"m"}`), nil
	}
	function := call["FunctionName"].(string)
	if function == "sync-triggers" { // it scales nothing
		return json.RawMessage(`{"Payload":{"planned":0,"created":0,"updated":0,"deleted":0}}`), nil
	}
	n.Sleep(n.between(5*time.Millisecond, 60*time.Millisecond))
	if n.one(n.mood.slow) {
		n.Sleep(n.between(0, 3*time.Second)) // a cold start
	}
	i := &invocation{
		night: n, function: function, execution: x, run: nameOfRun(x), unit: unitOf(x), id: fmt.Sprintf("%x", n.Rand().Uint64()), seen: map[string]sight{},
	}
	if n.mood.skew > 0 {
		i.skew = n.between(-n.mood.skew, n.mood.skew)
	}
	i.began, i.deadline = n.Now(), n.Now().Add(timeouts[i.function])
	answer, err := i.invoke(expression.TextOf(call["Payload"]))
	if i.function == readSignals && err == nil {
		n.signals.heard[i.run] = i.reads
	}
	return answer, err
}

// invoke runs the handler, unless the invocation fails or its answer is lost.
func (i *invocation) invoke(payload json.RawMessage) (json.RawMessage, error) {
	fate := cmp.Or(i.fates.of(i.run, i.function, invoked), i.unread())
	if fate != Fine {
		i.suffered(invoked, fate)
	}
	switch fate {
	case Throttled:
		return nil, &asl.TaskError{Name: "Lambda.TooManyRequestsException", Cause: "Rate Exceeded."}
	case Failed:
		return nil, &asl.TaskError{Name: "Lambda.ServiceException", Cause: "Internal error"}
	case Refused:
		return nil, &asl.TaskError{Name: "Lambda.AccessDeniedException", Cause: "not authorized to invoke the function"}
	case KilledBefore:
		return nil, exited()
	case Fine, Lost, KilledAfter, TooSlow, LastEvent:
	}
	answer, err := i.sandbox(payload)
	switch fate {
	case Lost:
		return nil, &asl.TaskError{Name: "Lambda.Unknown", Cause: "The cause could not be determined."}
	case KilledAfter:
		return nil, exited()
	case TooSlow:
		i.Sleep(i.deadline.Sub(i.Now()))
		return nil, timedOut()
	case Fine, Throttled, Failed, Refused, KilledBefore, LastEvent:
	}
	return answer, err
}

func exited() error {
	return &asl.TaskError{Name: "Runtime.ExitError", Cause: `{"errorMessage":"exit status 1"}`}
}

func timedOut() error {
	return &asl.TaskError{Name: "Sandbox.Timedout", Cause: `{"errorMessage":"Task timed out"}`}
}

// sandbox runs the handler in its own process, which may die.
func (i *invocation) sandbox(payload json.RawMessage) (json.RawMessage, error) {
	var out any
	var err error
	var inside *sched.Process
	timer := i.After(i.deadline.Sub(i.Now()), func() {
		if inside != nil && inside.Alive() {
			inside.Kill()
		}
	})
	completed := i.Sandbox(i.function, func() {
		inside = i.Current()
		out, err = i.handle(payload)
	})
	timer.Stop()
	switch {
	case !completed && !i.Now().Before(i.deadline):
		return nil, timedOut()
	case !completed:
		return nil, exited()
	}
	if failure, ok := errors.AsType[messages.InvokeResponse_Error](err); ok {
		cause, _ := json.Marshal(map[string]string{"errorMessage": failure.Message, "errorType": failure.Type})
		i.tell("    %s of %s fails: %s: %s", i.function, i.run, failure.Type, failure.Message)
		return nil, &asl.TaskError{Name: failure.Type, Cause: string(cause)}
	}
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"Payload": out})
}
