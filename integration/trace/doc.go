// Package trace holds what an execution of the workflow did as data: its definition and input, the path of each execution with
// the input and output of every state, and each Task with its result or error. The format is described in docs/traces.md.
//
// A trace is complete: another engine that gets the definition and the input, and whose Tasks are answered from the trace, must
// take the same path to the same end. Package replay does that with an engine of this repository.
package trace
