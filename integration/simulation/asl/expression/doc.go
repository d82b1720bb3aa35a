// Package expression evaluates what a definition computes: JSON values, paths, payload templates, calls of States.Format and the
// conditions of a Choice.
package expression
