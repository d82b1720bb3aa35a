// Package stateslocal is AWS Step Functions for tests and the demo: it speaks the API to the unmodified AWS SDK and the AWS
// CLI, over the executions of an engine that runs one state machine. The server does not listen: whoever uses it mounts it.
//
// It keeps no executions of its own. What the engine is told by other ways shows here, and what is started, stopped or
// redriven here is the engine's.
//
// The history of an execution is written as AWS writes it: the same types, details and chains of previousEventId. One
// follows those back to MapIterationStarted to find out in which iteration something happened. As on AWS, there are three
// things to know about them:
//   - An iteration that had to wait for its turn follows the last event of the iteration that made room for it. The first
//     MapIterationStarted on the way back is the right one; another one of the same Map further back is not.
//   - When an iteration fails, all that is said of the Map's other iterations (MapIterationAborted, and the StateAborted
//     after it) follows the event that made it fail. MapIterationAborted says itself which iteration it is about.
//   - After a redrive a step goes on from the event with which its state was entered the first time, not from
//     ExecutionRedriven.
//
// It must never be kinder than Step Functions: what that refuses is refused here, with the same error type, and members of
// requests that this package does not know are refused rather than ignored. Signatures are not checked; they only tell who
// calls and which region is meant, and only in the state machine's own region is there anything. Quotas are not kept, but
// for the time in which an execution can be redriven. There is no history of activities, of Lambda functions that are a
// Task's resource themselves, or of distributed Maps.
package stateslocal
