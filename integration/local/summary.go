package main

import (
	"encoding/json"

	"eks-scaling-automation/statemachine"
)

// summary is what a run did, in a sentence.
func summary(output json.RawMessage, cause string) string {
	var run statemachine.RunSummary
	if json.Unmarshal(output, &run) != nil || run.Message == "" {
		return cause
	}
	return run.Message
}
