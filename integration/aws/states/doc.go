// Package states fakes AWS Step Functions for tests and the demo. It serves the API to the unmodified AWS SDK and AWS CLI, for
// the executions of an engine that runs one state machine. It does not listen; the caller mounts it.
//
// It has no executions of its own. It shows every execution of the engine, and starts, stops and redrives them in the engine.
//
// Histories are written as AWS writes them: the same types, details and chains of previousEventId. A reader follows a chain back
// to MapIterationStarted to find the iteration of an event. As on AWS:
//   - An iteration that had to wait follows the last event of the iteration that made room for it. The first
//     MapIterationStarted on the way back is the right one; another of the same Map further back is not.
//   - When an iteration fails, MapIterationAborted of the others, and the StateAborted after it, follow the event that made it
//     fail. MapIterationAborted names its own iteration.
//   - After a redrive, a step continues from the event that first entered its state, not from ExecutionRedriven.
//
// It must never be more lenient than Step Functions: it refuses what that refuses, with the same error type, and unknown request
// members. It does not check signatures; it only takes the caller and the region from them, and only the state machine's region
// has anything. It keeps no quotas except the redrive period. Its histories do not cover activities, or Lambda functions as a
// Task's resource. The executions of a distributed Map are found by their Map Run; what AWS does not document of them is a guess
// where the code says so.
package states
