// Package asl interprets state machines in the Amazon States Language (JSONPath) by the virtual clock of package sched, so
// that the shipped definition itself can run through thousands of nights.
//
// It behaves as AWS does, and as package engine does; a differential test holds it against that one. It must never ignore
// what it does not implement: [definition.Compile] refuses every state type, field, operator, function and path that is not known here.
// Limits are those of AWS: 256 KiB for every state's input and output, 25,000 events for an execution's history. Each item of a
// distributed Map is an execution of its own, with its own history and limits.
//
// Steps between Tasks take no virtual time; Waits, retries and Tasks do.
package asl
