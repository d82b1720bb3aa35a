// Package definition reads state machine definitions in the Amazon States Language into a form that can be run.
//
// It must never ignore a part of a definition: anything invalid or not implemented is an error that names its place.
package definition
