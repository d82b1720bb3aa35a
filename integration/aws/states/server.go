package states

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"eks-scaling-automation/integration/aws/wire"
	"eks-scaling-automation/integration/runtime/engine"
)

// Options say what a server serves; all of them are needed.
type Options struct {
	Engine *engine.Engine
	// StateMachineARN and Definition are those that the engine runs.
	StateMachineARN, Definition string
	// RoleARN is what the executions are said to run as.
	RoleARN string
	// Now is the engine's clock.
	Now func() time.Time
}

// Server is Step Functions in the account and the region of its one state machine.
type Server struct {
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

// New makes a server. It panics when the ARN is none of a state machine, when the definition is none, and when it has a Task
// that is no service integration: those are mistakes in the test.
func New(o Options) *Server {
	machine, err := parseMachineARN(o.StateMachineARN)
	if err != nil {
		panic("states: Options.StateMachineARN: " + err.Error())
	}
	tasks, err := taskSteps(o.Definition)
	if err != nil {
		panic("states: Options.Definition: " + err.Error())
	}
	return &Server{
		engine: o.Engine, machine: machine, definition: o.Definition, role: o.RoleARN, tasks: tasks,
		now: o.Now, created: o.Now(), redriven: map[string][]redrive{},
	}
}

// Update has the server tell of another definition, which the engine has been given.
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

// current is the definition and its tasks.
func (s *Server) current() (definition string, tasks map[string]taskStep) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.definition, s.tasks
}

// call is who asks for what, and where.
type call struct {
	ctx       context.Context
	operation string
	principal string // the access key id
	region    string
}

var operations = map[string]func(*Server, call, *json.Decoder) (any, error){
	"DescribeExecution":    reading((*Server).describeExecution),
	"DescribeStateMachine": reading((*Server).describeStateMachine),
	"GetExecutionHistory":  reading((*Server).getExecutionHistory),
	"ListExecutions":       reading((*Server).listExecutions),
	"ListStateMachines":    reading((*Server).listStateMachines),
	"RedriveExecution":     reading((*Server).redriveExecution),
	"StartExecution":       reading((*Server).startExecution),
	"StopExecution":        reading((*Server).stopExecution),
}

// reading makes an operation of one that wants its request read.
func reading[In any](operation func(*Server, call, In) (any, error)) func(*Server, call, *json.Decoder) (any, error) {
	return func(s *Server, c call, body *json.Decoder) (any, error) {
		var in In
		if err := body.Decode(&in); err != nil {
			return nil, refused("SerializationException", "the body is not what %s takes: %v", c.operation, err)
		}
		return operation(s, c, in)
	}
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer, err := s.do(r)
	if err == nil {
		writeJSON(w, answer)
		return
	}
	failure, ok := errors.AsType[wire.Failure](err)
	if !ok {
		failure = wire.NewFailure(http.StatusInternalServerError, "InternalFailure", err.Error())
	}
	wire.Request{Protocol: wire.JSON}.Refuse(w, failure)
}

func (s *Server) do(r *http.Request) (any, error) {
	name, isStates := strings.CutPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions.")
	operation := operations[name]
	if !isStates || operation == nil {
		return nil, refused("UnknownOperationException", "the local Step Functions does not know %q", r.Header.Get("X-Amz-Target"))
	}
	caller, signed := wire.CallerOf(r)
	if !signed {
		return nil, refused("MissingAuthenticationTokenException", "Missing Authentication Token")
	}
	body := json.NewDecoder(r.Body)
	body.DisallowUnknownFields()
	return operation(s, call{r.Context(), name, caller.Principal, caller.Region}, body)
}

func refused(name, format string, args ...any) error {
	return wire.Refuse(name, fmt.Sprintf(format, args...))
}

func writeJSON(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	_ = json.NewEncoder(w).Encode(body) // who has gone cannot be told
}

// epoch is a time on the wire: seconds since 1970, to the millisecond.
type epoch float64

func epochOf(t time.Time) epoch { return epoch(float64(t.UnixMilli()) / 1000) }

// epochIf is a time that may not have come; nil if it has not.
func epochIf(t time.Time) *epoch {
	if t.IsZero() {
		return nil
	}
	return new(epochOf(t))
}
