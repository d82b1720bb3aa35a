package main

import (
	"strings"
	"testing"
)

// TestEventsGoToTheGivenBus and nowhere else.
func TestEventsGoToTheGivenBus(t *testing.T) {
	for _, f := range all[struct {
		FunctionName string
		Environment  struct{ Variables map[string]string }
	}](t, customized(t), "AWS::Lambda::Function") {
		bus, sends := f.Environment.Variables["EVENT_BUS"]
		if sends && bus != "operations" || !sends && f.FunctionName == "eks-scaling-audit" {
			t.Errorf("function %s sends to %q; want operations", f.FunctionName, bus)
		}
	}
	for role, allowed := range permissions(t, customized(t)) {
		for _, a := range allowed {
			if strings.Contains(a, "events:PutEvents") && !strings.HasSuffix(a, ":event-bus/operations") {
				t.Errorf("%s: found %s; want only the bus operations", role, a)
			}
		}
	}
}
