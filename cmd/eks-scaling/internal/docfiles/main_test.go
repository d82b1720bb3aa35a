package main

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"testing"

	"eks-scaling-automation/shared/deployment"
)

// TestTheFilesDependOnTheBuildAlone, also where cobra keeps commands and flags in maps.
func TestTheFilesDependOnTheBuildAlone(t *testing.T) {
	t.Parallel()
	build := deployment.Build{Version: "v1.2.3", Date: "2026-11-29T12:00:00Z"}
	one, err := all(build)
	if err != nil {
		t.Fatal(err)
	}
	two, err := all(build)
	if err != nil || !maps.EqualFunc(one, two, bytes.Equal) {
		t.Errorf("two calls differ, or failed: %v", err)
	}
	for _, name := range []string{
		"completions/_eks-scaling", "completions/eks-scaling.bash", "completions/eks-scaling.fish", "completions/eks-scaling.ps1",
		"man/eks-scaling.1", "man/eks-scaling-override-set.1", "schema.json", "eks-scaling-spoke.template.json",
	} {
		if len(one[name]) == 0 {
			t.Errorf("found no %s among %v", name, slices.Sorted(maps.Keys(one)))
		}
	}
	if page := string(one["man/eks-scaling.1"]); !strings.Contains(page, `"2026-11-29" "eks-scaling v1.2.3"`) {
		t.Errorf("the manual does not tell the build:\n%.200s", page)
	}
}
