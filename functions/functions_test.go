package functions_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"eks-scaling-automation/shared/deployment"
)

func TestEveryProgramIsNamed(t *testing.T) {
	t.Parallel()
	mains, err := filepath.Glob("*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	var programs []string
	for _, main := range mains {
		programs = append(programs, filepath.Dir(main))
	}
	if diff := cmp.Diff(programs, deployment.Functions()); diff != "" {
		t.Errorf("(-folders with a main.go +names):\n%s", diff)
	}
}

func TestMakeBuildsEveryFunction(t *testing.T) {
	t.Parallel()
	makefile, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	var built []string
	for line := range strings.Lines(string(makefile)) {
		if list, ok := strings.CutPrefix(line, "FUNCTIONS :="); ok {
			built = slices.Sorted(slices.Values(strings.Fields(list)))
		}
	}
	if diff := cmp.Diff(deployment.Functions(), built); diff != "" {
		t.Errorf("(-names +FUNCTIONS of the Makefile):\n%s", diff)
	}
}
