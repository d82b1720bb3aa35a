package stackaws

import (
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"eks-scaling-automation/shared/run"
)

// failureOf returns the error of a failed attempt.
func failureOf(e types.HistoryEvent) (failure *run.StepError, ok bool) {
	switch {
	case e.TaskFailedEventDetails != nil:
		return stepError(e.TaskFailedEventDetails.Error, e.TaskFailedEventDetails.Cause), true
	case e.TaskTimedOutEventDetails != nil:
		return stepError(e.TaskTimedOutEventDetails.Error, e.TaskTimedOutEventDetails.Cause), true
	case e.TaskStartFailedEventDetails != nil:
		return stepError(e.TaskStartFailedEventDetails.Error, e.TaskStartFailedEventDetails.Cause), true
	case e.TaskSubmitFailedEventDetails != nil:
		return stepError(e.TaskSubmitFailedEventDetails.Error, e.TaskSubmitFailedEventDetails.Cause), true
	case e.EvaluationFailedEventDetails != nil:
		return stepError(e.EvaluationFailedEventDetails.Error, e.EvaluationFailedEventDetails.Cause), true
	case e.MapRunFailedEventDetails != nil:
		return stepError(e.MapRunFailedEventDetails.Error, e.MapRunFailedEventDetails.Cause), true
	default:
		return nil, false
	}
}

// ending returns the error with which an execution ended; nil if there is none.
func ending(e types.HistoryEvent) *run.StepError {
	switch {
	case e.ExecutionFailedEventDetails != nil:
		return stepError(e.ExecutionFailedEventDetails.Error, e.ExecutionFailedEventDetails.Cause)
	case e.ExecutionTimedOutEventDetails != nil:
		return stepError(e.ExecutionTimedOutEventDetails.Error, e.ExecutionTimedOutEventDetails.Cause)
	case e.ExecutionAbortedEventDetails != nil:
		return stepError(e.ExecutionAbortedEventDetails.Error, e.ExecutionAbortedEventDetails.Cause)
	default:
		return nil
	}
}
