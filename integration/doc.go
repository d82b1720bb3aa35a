// Package integration holds the end-to-end tests: scenarios on the real definition, in a real state machine engine, with
// the real function binaries. The world that they run in is put together in package world.
package integration
