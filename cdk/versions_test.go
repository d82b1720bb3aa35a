package main

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// TestVersionsOutliveTheirDeployment: runs under way call those of earlier deployments. One whose own deployment is rolled back
// goes, as Lambda publishes no second version of the same code.
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
func TestAVersionIsPublishedForEveryChange(t *testing.T) {
	before := versions(t, synthesize(t, nil))
	changedCode := t.TempDir()
	if err := os.CopyFS(changedCode, os.DirFS(builtFunctions)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(changedCode, "decide", bootstrap), []byte("other code"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name    string
		context map[string]any
		want    []string // the functions with a new version
	}{
		{"nothing", nil, nil},
		{"the code of one function", map[string]any{functionsDirKey: changedCode}, []string{"decide"}},
		{"an environment variable of one function", map[string]any{auditRetentionKey: 90}, []string{"audit"}},
		{"permissions alone", map[string]any{configKey: configFile(t, minimal)}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var changed []string
			for name, id := range versions(t, synthesize(t, test.context)) {
				if id != before[name] {
					changed = append(changed, name)
				}
			}
			slices.Sort(changed)
			if got, want := strings.Join(changed, " "), strings.Join(test.want, " "); got != want {
				t.Errorf("new versions of [%s]; want them of [%s]", got, want)
			}
		})
	}
}
