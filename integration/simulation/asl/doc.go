// Package asl interprets state machines in the Amazon States Language (JSONPath) by the virtual clock of package sched, so
// that the shipped definition itself can run through thousands of nights.
//
// It behaves like AWS and like package engine, with which a differential test compares it. It must never ignore anything:
// [definition.Compile] refuses every unknown state type, field, operator, function and path. It has AWS's limits: 256 KiB for
// every state's input and output, 25,000 events for an execution's history. Each item of a distributed Map is its own execution,
// with its own history and limits.
//
// Steps between Tasks take no virtual time; Waits, retries and Tasks do.
package asl
