package main

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/deployment"
	"eks-scaling-automation/statemachine"
)

// versions are the logical ids of the published versions, by the function's name.
func versions(t *testing.T, from template) map[string]string {
	t.Helper()
	names := map[string]string{}
	for _, name := range deployment.Functions() {
		names["${"+deployment.FunctionID(name)+"}"] = name
	}
	found := map[string]string{}
	for id, r := range from.Resources {
		if r.Type == "AWS::Lambda::Version" {
			found[names[r.Properties["FunctionName"].(string)]] = id
		}
	}
	return found
}

// TestVersionsOutliveTheirDeployment: active runs call versions of earlier deployments. A version whose own deployment is rolled
// back goes, as Lambda publishes no second version of the same code.
func TestVersionsOutliveTheirDeployment(t *testing.T) {
	from := reference(t)
	found := versions(t, from)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(statemachine.Functions())), slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("(-called by the workflow +published):\n%s", diff)
	}
	for name, id := range found {
		if r := from.Resources[id]; r.DeletionPolicy != "RetainExceptOnCreate" || r.UpdateReplacePolicy != "Retain" {
			t.Errorf("%s: found %s and %s; want the version to be kept", name, r.DeletionPolicy, r.UpdateReplacePolicy)
		}
	}
}

// TestAVersionIsPublishedForEveryChange of a function, and for nothing else: CloudFormation publishes one when it sees a new id.
// The code of decide is another, and so are the environments of audit, read-signals and sync-triggers. Other permissions, logs and triggers count for nothing.
func TestAVersionIsPublishedForEveryChange(t *testing.T) {
	before := versions(t, reference(t))
	var changed []string
	for name, id := range versions(t, customized(t)) {
		if id != before[name] {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	if diff := cmp.Diff([]string{"audit", "decide", "read-signals", "sync-triggers"}, changed); diff != "" {
		t.Errorf("new versions (-want +got):\n%s", diff)
	}
}
