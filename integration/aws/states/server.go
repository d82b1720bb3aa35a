package states

import (
	"fmt"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/runtime/engine"
)

// Options configures a server; all fields are required.
type Options struct {
	Engine *engine.Engine
	// StateMachineARN and Definition are the engine's.
	StateMachineARN, Definition string
	// RoleARN is the role that executions show.
	RoleARN string
	// Now is the engine's clock.
	Now func() time.Time
}

// Server is Step Functions in the account and the region of its one state machine.
type Server struct {
	wire.Operations

	engine  *engine.Engine
	machine machineARN
	role    string
	now     func() time.Time
	created time.Time

	mu         sync.Mutex
	definition string
	tasks      map[string]taskStep  // by the name of the state
	redriven   map[string][]redrive // by the ARN of the execution
}

// New returns a server. It panics if the ARN or the definition is invalid, or if a Task is no service integration, because those
// are mistakes in the test.
func New(o Options) *Server {
	machine, err := parseMachineARN(o.StateMachineARN)
	if err != nil {
		panic("states: Options.StateMachineARN: " + err.Error())
	}
	tasks, err := taskSteps(o.Definition)
	if err != nil {
		panic("states: Options.Definition: " + err.Error())
	}
	s := &Server{
		engine: o.Engine, machine: machine, definition: o.Definition, role: o.RoleARN, tasks: tasks,
		now: o.Now, created: o.Now(), redriven: map[string][]redrive{},
	}
	s.Operations = s.operations()
	return s
}

// Update sets the definition that the server shows, after an update of the engine.
func (s *Server) Update(definition string) error {
	tasks, err := taskSteps(definition)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.definition, s.tasks = definition, tasks
	return nil
}

// current returns the definition and its tasks.
func (s *Server) current() (definition string, tasks map[string]taskStep) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.definition, s.tasks
}

// call is a call with its caller and region.
type call struct {
	wire.Caller
	operation string
}

func (s *Server) operations() wire.Operations {
	all := wire.Operations{}
	serve(all, "DescribeExecution", s.describeExecution)
	serve(all, "DescribeMapRun", s.describeMapRun)
	serve(all, "DescribeStateMachine", s.describeStateMachine)
	serve(all, "GetExecutionHistory", s.getExecutionHistory)
	serve(all, "ListExecutions", s.listExecutions)
	serve(all, "ListMapRuns", s.listMapRuns)
	serve(all, "ListStateMachines", s.listStateMachines)
	serve(all, "RedriveExecution", s.redriveExecution)
	serve(all, "StartExecution", s.startExecution)
	serve(all, "StopExecution", s.stopExecution)
	return all
}

// serve adds an operation under its name.
func serve[In any](all wire.Operations, name string, do func(call, In) (any, error)) {
	all[name] = wire.On(func(c wire.Caller, in In) (any, error) { return do(call{c, name}, in) })
}

func refused(name, format string, args ...any) error {
	return wire.Refuse(name, fmt.Sprintf(format, args...))
}
