package run

import (
	"testing"
)

func TestEveryClassHasARemedy(t *testing.T) {
	t.Parallel()
	for _, name := range []ErrorName{
		ThrottledError, NodegroupBusyError, TransientError, ConfigInvalidError,
		InputInvalidError, TargetNotFoundError, AccessDeniedError,
		NodegroupFailedError, NodegroupDegradedError, NodegroupTimeoutError, NodegroupNotAsAskedError,
		HeldBackError, UnitBusyError, UnitInvalidError, NoProgressError, UnitEndedError, UnitStoppedError, UnitUnrecordedError,
	} {
		if name.Remedy() == ErrorName("other").Remedy() {
			t.Errorf("%s: nobody is told what to do", name)
		}
	}
}

func TestConsoleURLNamesTheRegionAndTheExecution(t *testing.T) {
	t.Parallel()
	e := Execution{ARN: "arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:run"}
	const want = "https://sa-east-1.console.aws.amazon.com/states/home?region=sa-east-1#/v2/executions/details/arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:run"
	if got := e.ConsoleURL(); got != want {
		t.Errorf("found %s; want %s", got, want)
	}
	if got := (Execution{ARN: "run"}).ConsoleURL(); got != "run" {
		t.Errorf("found %s; want what is not an ARN as it is", got)
	}
}
