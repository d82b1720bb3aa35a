package audit

import (
	"testing"

	"eks-scaling-automation/shared/run"
)

func TestAFailureNamesItsSubjectOnce(t *testing.T) {
	t.Parallel()
	for cause, want := range map[string]string{
		"node group production/big is UPDATING":   "node group production/big is UPDATING",
		"node group production/bigger is DELETED": "node group production/big: node group production/bigger is DELETED",
		"no capacity": "node group production/big: no capacity",
	} {
		f := failure{"node group production/big", run.StepError{Error: "NodegroupBusyError", Cause: cause}}
		if got := f.inWords(); got != want {
			t.Errorf("found %q; want %q", got, want)
		}
	}
}
