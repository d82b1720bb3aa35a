// Package dynamodb is a local DynamoDB for the end-to-end tests and the demo. A [Server] is the npm package dynalite, in memory,
// on a free loopback port. It handles conditional writes, indexes and pagination, but has no transactions, streams or expiry.
//
// [Tables] adds in front of it what the product also needs: transactions, the stream of the config table, and the description of
// the deployed tables.
//
// It must never be more lenient than DynamoDB: it refuses a transaction or a condition that it does not know.
package dynamodb

import (
	"context"
	"encoding/json"
	"fmt"

	"eks-scaling-automation/integration/runtime/node"
)

// Server is a running dynalite.
type Server struct {
	child *node.Child
	url   string
}

// Start runs dynalite and returns when it accepts requests. The context bounds
// the start only; end it with Close.
func Start(ctx context.Context) (*Server, error) {
	child, err := node.Start(ctx, node.Script{
		Path:    "integration/aws/dynamodb/dynalite.mjs",
		Package: "dynalite",
		Opening: struct{}{},
		Reused:  true,
	})
	if err != nil {
		return nil, fmt.Errorf("local DynamoDB: %w", err)
	}
	var ready struct {
		Port int `json:"port"`
	}
	if err := json.Unmarshal(child.Ready(), &ready); err != nil {
		_ = child.Close()
		return nil, fmt.Errorf("local DynamoDB: its greeting has no port: %w", err)
	}
	return &Server{child: child, url: fmt.Sprintf("http://127.0.0.1:%d", ready.Port)}, nil
}

// URL returns the endpoint for AWS clients, as in AWS_ENDPOINT_URL_DYNAMODB.
func (s *Server) URL() string { return s.url }

// Close ends dynalite, with all its tables, and waits until the process is gone.
func (s *Server) Close() error { return s.child.Close() }
