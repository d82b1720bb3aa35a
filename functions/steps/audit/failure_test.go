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
		const subject = "node group production/big"
		f := run.Failure{Subject: subject, Error: "NodegroupBusyError", Cause: causeOf(subject, run.StepError{Cause: cause})}
		if got := inWords(f); got != want {
			t.Errorf("found %q; want %q", got, want)
		}
	}
}
