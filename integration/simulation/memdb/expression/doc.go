// Package expression parses the expressions of DynamoDB requests and applies them to items: conditions, key conditions,
// updates and projections.
//
// It knows no tables. It must never ignore a part of an expression: it refuses everything unsupported.
package expression
