// Package expression evaluates what a definition computes: JSON values, paths, payload templates, intrinsic functions and the
// conditions of a Choice.
package expression
