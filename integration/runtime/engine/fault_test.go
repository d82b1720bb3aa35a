package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"
)

// Such a fault cannot be provoked from outside; the line is the one that
// engine.mjs sends for an unhandled rejection.
func TestAFaultInsideTheEngineIsLoggedAndReturnedByClose(t *testing.T) {
	var log bytes.Buffer
	e, err := Start(t.Context(), Config{
		Definition:      `{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}`,
		StateMachineARN: "arn:aws:states:sa-east-1:123456789012:stateMachine:eks-scaling",
		Handler:         func(context.Context, Task) (json.RawMessage, error) { return nil, nil },
		Log:             &log,
	})
	if err != nil {
		t.Fatal(err)
	}
	e.receive(json.RawMessage(`{"fault":"unhandled rejection: Error: x"}`))

	if err := e.Close(); err == nil || !strings.Contains(err.Error(), "unhandled rejection: Error: x") {
		t.Errorf("close: %v", err)
	}
	if !strings.Contains(log.String(), "unhandled rejection: Error: x") {
		t.Errorf("log: %q", log.String())
	}
}
