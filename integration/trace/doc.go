// Package trace records executions of the workflow as data: the definition and input, the path of each execution with every
// state's input and output, and each Task with its result or error. See docs/traces.md for the format.
//
// A trace is complete: another engine that gets the definition and the input, and whose Tasks are answered from the trace, must
// take the same path to the same end. Package replay checks that for an engine of this repository.
package trace
