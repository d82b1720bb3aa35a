// Package engine runs the real state machine definition on this machine. It is the bridge to the npm package
// aws-local-stepfunctions: the engine evaluates the definition, its loops, retries and catches; a Go handler executes every Task.
// The items of a distributed Map are executions too, which run beside the Map's execution.
//
// The engine must never get information that AWS would not have, and the definition must never be changed for it: where it
// differs from AWS, this package corrects it.
package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/runtime/node"
	"eks-scaling-automation/integration/world/clock"
)

// Config configures an engine.
type Config struct {
	// Definition is the state machine in the Amazon States Language, JSONPath
	// only, with every ${Placeholder} already replaced.
	Definition string
	// StateMachineARN gives the context object its names, as in
	// arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling.
	StateMachineARN string
	// WaitMillis is the duration of every Wait state, in milliseconds; negative means as in the definition.
	WaitMillis int
	// RetryMillis is the delay of every retry, in milliseconds; negative means as in the definition.
	RetryMillis int
	// Handler executes the Tasks. It is called concurrently.
	Handler TaskHandler
	// Now dates executions and events; nil means the engine's own clock. It does not affect the duration of waits, retries and
	// timeouts.
	Now func() time.Time
	// Virtual is the time for waits, retries, timeouts, executions and events: it stands still while the engine or a Task works.
	// WaitMillis, RetryMillis and Now then have no effect, and Tasks run one at a time.
	Virtual *clock.VirtualTime
	// Seed seeds the jitter of retries under a virtual time.
	Seed uint32
	// History returns a counter for the events in an execution's history; nil means no limit.
	History func() History
	// MaxEvents limits the events in a history; 0 means AWS's limit, [MaxEvents].
	MaxEvents int
	// Log receives the standard error of the engine's process; may be nil.
	Log io.Writer
}

// Engine runs executions of one state machine.
type Engine struct {
	config  Config
	names   names
	pace    *pace // nil without a virtual time
	child   *node.Child
	out     outbox
	ctx     context.Context // ends with the engine; Tasks run under it
	stop    context.CancelFunc
	tasks   sync.WaitGroup
	watched chan struct{} // closed when no execution waits any more

	mu      sync.Mutex
	all     []*Execution // oldest first, without items' executions
	byName  map[string]*Execution
	byARN   map[string]*Execution // including items' executions
	byRun   map[int]*Execution    // those that run
	mapRuns map[string]*MapRun    // by their ARNs
	runs    int
	faults  []error
}

// Start starts the engine with the definition. An error names what is invalid in the definition. The context bounds the start
// only; end the engine with Close.
func Start(ctx context.Context, config Config) (*Engine, error) {
	if config.Handler == nil {
		return nil, errors.New("state machine engine: Config.Handler is missing: nothing would do the Tasks")
	}
	names, err := parseStateMachineARN(config.StateMachineARN)
	if err != nil {
		return nil, fmt.Errorf("state machine engine: %w", err)
	}
	if !json.Valid([]byte(config.Definition)) {
		return nil, fmt.Errorf("state machine engine: the definition is no JSON: %w", syntaxError(config.Definition))
	}
	opening := opening{Definition: json.RawMessage(config.Definition), WaitMillis: config.WaitMillis, RetryMillis: config.RetryMillis}
	var pace *pace
	if v := config.Virtual; v != nil {
		config.Now, pace = v.Now, newPace(v)
		opening.WaitMillis, opening.RetryMillis = -1, -1
		opening.Virtual = &virtualTime{Start: v.Now().UnixMilli(), Seed: config.Seed}
	}
	e := &Engine{
		config:  config,
		pace:    pace,
		names:   names,
		out:     newOutbox(),
		byName:  make(map[string]*Execution),
		byARN:   make(map[string]*Execution),
		byRun:   make(map[int]*Execution),
		mapRuns: make(map[string]*MapRun),
		watched: make(chan struct{}),
	}
	e.ctx, e.stop = context.WithCancel(context.WithoutCancel(ctx))
	e.child, err = node.Start(ctx, node.Script{
		Path:    "integration/runtime/engine/engine.mjs",
		Package: "aws-local-stepfunctions",
		Opening: opening,
		Reused:  true,
		Receive: e.receive,
		Log:     config.Log,
	})
	if err != nil {
		e.stop()
		return nil, fmt.Errorf("state machine engine: %w", err)
	}
	go e.watch()
	go e.deliver()
	return e, nil
}

// Update changes the state machine's definition. As on AWS, existing executions keep their definition, even when they are
// redriven. A Task state in both definitions must have the same resource. Close reports other errors in the definition.
func (e *Engine) Update(text string) error {
	if !json.Valid([]byte(text)) {
		return fmt.Errorf("state machine engine: the definition is no JSON: %w", syntaxError(text))
	}
	if e.ctx.Err() != nil {
		return errors.New("state machine engine: it has ended")
	}
	e.send(instruction{Define: &definition{json.RawMessage(text)}})
	return nil
}

// Close ends the engine and abandons running executions, whose Wait returns an error. It waits for the process and every Task,
// and returns the engine's own errors, if any.
func (e *Engine) Close() error {
	e.stop()
	err := e.child.Close()
	<-e.watched
	e.tasks.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	return errors.Join(append([]error{err}, e.faults...)...)
}

// watch ends the executions that the engine's process left unfinished.
func (e *Engine) watch() {
	defer close(e.watched)
	<-e.child.Ended()
	e.stop()
	e.pace.end()
	reason := e.child.Err()
	if reason == nil {
		reason = errors.New("it was closed")
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, x := range e.byRun {
		x.abandon(fmt.Errorf("execution %s did not end: state machine engine: %w", x.Name, errors.Join(append([]error{reason}, e.faults...)...)))
	}
	clear(e.byRun)
}

func (e *Engine) receive(line json.RawMessage) {
	var m message
	if err := json.Unmarshal(line, &m); err != nil {
		e.fault(fmt.Sprintf("cannot read %q: %v", line, err))
		return
	}
	switch {
	case m.Task != nil:
		e.dispatch(*m.Task)
	case m.Item != nil:
		e.runItem(*m.Item)
	case m.Event != nil:
		e.observe(*m.Event)
	case m.Ended != nil:
		e.end(*m.Ended)
	case m.Idle != nil:
		e.pace.idle(*m.Idle, func() { e.send(instruction{Tick: true}) })
	default:
		e.fault(m.Fault)
	}
}

// fault records an error of the engine itself, as opposed to an execution's.
func (e *Engine) fault(what string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.faults = append(e.faults, fmt.Errorf("fault in the state machine engine: %s", what))
	if e.config.Log != nil {
		_, _ = fmt.Fprintln(e.config.Log, strings.TrimSpace(what))
	}
}

func syntaxError(text string) error {
	var anything any
	return json.Unmarshal([]byte(text), &anything)
}
