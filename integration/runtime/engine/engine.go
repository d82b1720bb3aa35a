// Package engine runs the real state machine definition on this machine. It is
// the bridge to the npm package aws-local-stepfunctions: the definition, its
// loops, retries and catches are the engine's; every Task is done by the Go
// handler it is started with. The items of a distributed Map are executions too,
// which run beside the one that has the Map.
//
// The engine must never be told anything that AWS would not know, and the
// definition must never be changed to please it: where it behaves otherwise
// than AWS, this package makes up for it.
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

// Config says what to run and how.
type Config struct {
	// Definition is the state machine in the Amazon States Language, JSONPath
	// only, with every ${Placeholder} already replaced.
	Definition string
	// StateMachineARN gives the context object its names, as in
	// arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling.
	StateMachineARN string
	// WaitMillis is how long every Wait state takes, in milliseconds; negative
	// is as long as the definition says.
	WaitMillis int
	// RetryMillis is how long every retrier waits before it tries again, in
	// milliseconds; negative is as long as the definition says.
	RetryMillis int
	// Handler does the Tasks. It is called concurrently.
	Handler TaskHandler
	// Now gives executions and events their times; nil is the engine's own
	// clock. Waits, retries and timeouts take as long as they take all the same.
	Now func() time.Time
	// Virtual is the time that waits, retries, timeouts, executions and events
	// go by instead: it stands still while the engine or a Task works. WaitMillis,
	// RetryMillis and Now are then of no effect. Tasks are done one at a time.
	Virtual *clock.VirtualTime
	// Seed is for the jitter of retries under a virtual time.
	Seed uint32
	// History makes what counts the events of an execution's history; nil lets it
	// have any number of them.
	History func() History
	// MaxEvents is how many events a history can have; 0 is as many as on AWS,
	// [MaxEvents].
	MaxEvents int
	// Log gets what the engine's process writes to its standard error; may be nil.
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
	watched chan struct{} // closed when no execution is left waiting

	mu      sync.Mutex
	all     []*Execution // oldest first, without those of items
	byName  map[string]*Execution
	byARN   map[string]*Execution // those of items too
	byRun   map[int]*Execution    // those that run
	mapRuns map[string]*MapRun    // by their ARNs
	runs    int
	faults  []error
}

// Start runs the engine and hands it the definition. It returns an error that
// names what is wrong with the definition, if something is. The context bounds
// the start only; end the engine with Close.
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

// Update gives the state machine another definition. As on AWS, executions that
// have begun go on with theirs, also when they are redriven. A Task state that
// both definitions have must be done by the same resource. What else is wrong
// with the definition is an error of Close.
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

// Close ends the engine: executions that still run are abandoned, and their
// Wait returns an error. It waits for the process and for every Task, and
// returns what went wrong inside the engine meanwhile, if anything did.
func (e *Engine) Close() error {
	e.stop()
	err := e.child.Close()
	<-e.watched
	e.tasks.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	return errors.Join(append([]error{err}, e.faults...)...)
}

// watch ends the executions that the engine's process leaves behind.
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

// fault keeps an error of the engine itself, as opposed to one of an execution.
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
