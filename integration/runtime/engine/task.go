package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// Task is a Task state to execute.
type Task struct {
	// Execution is the name of the execution; an item of a distributed Map has one of its own.
	Execution string
	// State is the name of the state.
	State string
	// Resource is the state's, as in arn:aws:states:::lambda:invoke.
	Resource string
	// Iteration is where the state runs: the index of the item or branch of
	// every Map and Parallel around it, outermost first.
	Iteration []int
	// Input is the state's input after Parameters. For lambda:invoke it has FunctionName and Payload.
	Input json.RawMessage
}

// TaskHandler executes a Task and returns the service integration's answer: for lambda:invoke an object with Payload, StatusCode
// and ExecutedVersion.
//
// A *TaskError is the Task's failure, for the definition to retry or catch. Any other error is a failure of the local world: it
// ends the execution as States.Runtime, which no Retry and no Catch can hide. The context ends with the engine, not with the
// Task's timeout: on AWS too, a function keeps running after its Task has timed out. Under a virtual time the context carries the
// Task's clock.Work.
type TaskHandler func(ctx context.Context, task Task) (json.RawMessage, error)

// TaskError is the failure of a Task for the definition.
type TaskError struct {
	// Name is what ErrorEquals matches, as in Lambda.ServiceException.
	Name string
	// Cause is the error's text. For a Lambda function's error it is the function's whole error answer, as JSON.
	Cause string
}

func (e *TaskError) Error() string { return e.Name + ": " + e.Cause }

// dispatch executes a Task with the handler and sends the outcome to the engine.
func (e *Engine) dispatch(request taskRequest) {
	e.mu.Lock()
	x := e.byRun[request.Run]
	e.mu.Unlock()
	task := Task{State: request.State, Resource: request.Resource, Iteration: request.Iteration, Input: request.Input}
	if x != nil {
		task.Execution = x.Name
	}
	ctx, work := e.pace.begin(e.ctx)
	e.tasks.Go(func() {
		defer work.end()
		work.turn()
		e.pace.rest() // settle the effects of the previous Task first, so that every run takes the same course
		result, err := e.config.Handler(ctx, task)
		if e.ctx.Err() != nil {
			// The engine ends: its executions are abandoned, not failed by Tasks that were cut off.
			return
		}
		answer := answerTo(task, result, err)
		answer.Task = request.Task
		e.send(instruction{Answer: &answer})
	})
}

func answerTo(task Task, result json.RawMessage, err error) taskAnswer {
	if err == nil && !json.Valid(result) {
		err = fmt.Errorf("the result is no JSON: %q", result)
	}
	if err == nil {
		return taskAnswer{Result: result}
	}
	if failure, ok := errors.AsType[*TaskError](err); ok && failure.Name != "" {
		return taskAnswer{Error: failure.Name, Cause: failure.Cause}
	}
	return taskAnswer{Error: "States.Runtime", Cause: fmt.Sprintf("the handler of state %s failed: %v", task.State, err)}
}
