package stack_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"eks-scaling-automation/shared/stack"
)

func TestConditionOfEveryStatus(t *testing.T) {
	t.Parallel()
	conditions := map[types.StackStatus]stack.Condition{
		"CREATE_COMPLETE": stack.InForce, "UPDATE_COMPLETE": stack.InForce, "IMPORT_COMPLETE": stack.InForce,
		"CREATE_IN_PROGRESS": stack.UnderWay, "REVIEW_IN_PROGRESS": stack.UnderWay, "UPDATE_IN_PROGRESS": stack.UnderWay,
		"UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": stack.UnderWay, "IMPORT_IN_PROGRESS": stack.UnderWay,
		"UPDATE_ROLLBACK_IN_PROGRESS": stack.TakingBack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": stack.TakingBack,
		"IMPORT_ROLLBACK_IN_PROGRESS": stack.TakingBack, "UPDATE_ROLLBACK_COMPLETE": stack.TakenBack, "IMPORT_ROLLBACK_COMPLETE": stack.TakenBack,
		"CREATE_FAILED": stack.FirstFailed, "ROLLBACK_IN_PROGRESS": stack.FirstFailed, "ROLLBACK_FAILED": stack.FirstFailed,
		"ROLLBACK_COMPLETE": stack.FirstFailed, "DELETE_IN_PROGRESS": stack.Removing, "DELETE_FAILED": stack.NotRemoved,
		"DELETE_COMPLETE": stack.Removed, "UPDATE_FAILED": stack.Broken, "UPDATE_ROLLBACK_FAILED": stack.Broken, "IMPORT_ROLLBACK_FAILED": stack.Broken,
	}
	for _, status := range append(types.StackStatus("").Values(), "SOMETHING_NEW_COMPLETE", "") {
		got := stack.ConditionOf(string(status))
		if got != conditions[status] {
			t.Errorf("%s: found %d; want %d", status, got, conditions[status])
		}
		if fine := got == stack.InForce || got == stack.UnderWay; got.Failed() == fine {
			t.Errorf("%s: found that something is to be mended: %t", status, got.Failed())
		}
		if (got.String() == "") != (got == stack.InForce) {
			t.Errorf("%s: found %q; want it in words, unless all is well", status, got)
		}
	}
}
