package step_test

import (
	"testing"

	"eks-scaling-automation/functions/step"
)

func TestTheRegionWhoseClustersADeploymentTakes(t *testing.T) {
	t.Setenv("AWS_REGION", "sa-east-1")
	for scope, want := range map[string]string{"": "", "own": "sa-east-1"} {
		t.Setenv("REGION_SCOPE", scope)
		if got := step.OnlyRegion(); got != want {
			t.Errorf("%q: found %q; want %q", scope, got, want)
		}
	}
}
