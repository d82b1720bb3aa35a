package deployment_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/shared/deployment"
)

func TestConditionOfEveryStatus(t *testing.T) {
	t.Parallel()
	conditions := map[types.StackStatus]deployment.Condition{
		"CREATE_COMPLETE": deployment.Deployed, "UPDATE_COMPLETE": deployment.Deployed, "IMPORT_COMPLETE": deployment.Deployed,
		"CREATE_IN_PROGRESS": deployment.Deploying, "REVIEW_IN_PROGRESS": deployment.Deploying, "UPDATE_IN_PROGRESS": deployment.Deploying,
		"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": deployment.Deploying, "IMPORT_IN_PROGRESS": deployment.Deploying,
		"UPDATE_ROLLBACK_IN_PROGRESS": deployment.RollingBack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": deployment.RollingBack,
		"IMPORT_ROLLBACK_IN_PROGRESS": deployment.RollingBack, "UPDATE_ROLLBACK_COMPLETE": deployment.RolledBack, "IMPORT_ROLLBACK_COMPLETE": deployment.RolledBack,
		"CREATE_FAILED": deployment.FirstFailed, "ROLLBACK_IN_PROGRESS": deployment.FirstFailed, "ROLLBACK_FAILED": deployment.FirstFailed,
		"ROLLBACK_COMPLETE": deployment.FirstFailed, "DELETE_IN_PROGRESS": deployment.Removing, "DELETE_FAILED": deployment.NotRemoved,
		"DELETE_COMPLETE": deployment.Removed, "UPDATE_FAILED": deployment.Broken, "UPDATE_ROLLBACK_FAILED": deployment.Broken, "IMPORT_ROLLBACK_FAILED": deployment.Broken,
	}
	for _, status := range append(types.StackStatus("").Values(), "SOMETHING_NEW_COMPLETE", "") {
		got := deployment.ConditionOf(string(status))
		if got != conditions[status] {
			t.Errorf("%s: found %d; want %d", status, got, conditions[status])
		}
		if fine := got == deployment.Deployed || got == deployment.Deploying; got.Failed() == fine {
			t.Errorf("%s: found that the stack needs repair: %t", status, got.Failed())
		}
		if (got.String() == "") != (got == deployment.Deployed) {
			t.Errorf("%s: found %q; want it in words, unless all is well", status, got)
		}
	}
}
