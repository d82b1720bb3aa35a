// Package expression evaluates a definition's expressions: JSON values, paths, payload templates, calls of States.Format and the
// conditions of a Choice.
package expression
