package main

import (
	"strings"
	"testing"
)

// TestADeploymentDoesNotWaitForASync: a custom resource would be part of the deployment, and could fail it.
func TestADeploymentDoesNotWaitForASync(t *testing.T) {
	for id, r := range reference(t).Resources {
		if r.Type == "AWS::CloudFormation::CustomResource" || strings.HasPrefix(r.Type, "Custom::") {
			t.Errorf("found the custom resource %s of type %s", id, r.Type)
		}
	}
}
