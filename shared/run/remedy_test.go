package run

import (
	"testing"
)

func TestEveryClassHasARemedy(t *testing.T) {
	t.Parallel()
	for _, name := range []ErrorName{
		ThrottledError, NodegroupBusyError, TransientError, ConfigInvalidError, ConfigIncompleteError,
		InputInvalidError, TargetNotFoundError, AccessDeniedError, AccountRefusedError,
		NodegroupFailedError, NodegroupDegradedError, NodegroupTimeoutError, NodegroupNotAsAskedError,
		HeldBackError, BlastRadiusError, UnitBusyError, UnitInvalidError, NoProgressError, UnitEndedError, UnitStoppedError, UnitUnrecordedError,
	} {
		if name.Remedy() == ErrorName("other").Remedy() {
			t.Errorf("%s: nobody is told what to do", name)
		}
	}
}

func TestConsoleURLNamesTheRegionAndTheExecution(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ arn, want string }{
		"of a run": {
			"arn:aws:states:sa-east-1:123456789012:execution:eks-scaling:run",
			"https://sa-east-1.console.aws.amazon.com/states/home?region=sa-east-1#/v2/executions/details/",
		},
		"of a unit, whose ARN has the label of the map": {
			"arn:aws:states:sa-east-1:123456789012:execution:eks-scaling/Unit:0f0e",
			"https://sa-east-1.console.aws.amazon.com/states/home?region=sa-east-1#/v2/executions/details/",
		},
		"in China": {
			"arn:aws-cn:states:cn-north-1:123456789012:execution:eks-scaling:run",
			"https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#/v2/executions/details/",
		},
		"in GovCloud": {
			"arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:eks-scaling:run",
			"https://us-gov-west-1.console.amazonaws-us-gov.com/states/home?region=us-gov-west-1#/v2/executions/details/",
		},
		"in a partition whose console is not known": {"arn:aws-iso:states:us-iso-east-1:1:execution:eks-scaling:run", ""},
		"of no ARN": {"run", ""},
	} {
		if got := (Execution{ARN: tt.arn}).ConsoleURL(); got != tt.want+tt.arn {
			t.Errorf("%s: found %s; want %s", name, got, tt.want+tt.arn)
		}
	}
}
