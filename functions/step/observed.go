package step

import (
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/aws/nodegroups"
	"eks-scaling-automation/shared/run"
	"eks-scaling-automation/shared/scaling"
)

// Observed converts the answer of EKS to an observation. A missing or unreadable node group is an observation too; any other
// error is returned.
func Observed(state nodegroups.State, err error) (scaling.Observed, error) {
	switch class := Classify(err); {
	case err == nil:
		return state.Observed(), nil
	case class == run.TargetNotFoundError:
		return scaling.Observed{Condition: scaling.Gone, Detail: awserr.Plain(err)}, nil
	case class == run.AccessDeniedError, class == run.AccountRefusedError:
		return scaling.Observed{Condition: scaling.Unreadable, Detail: awserr.Plain(err)}, nil
	default:
		return scaling.Observed{}, err
	}
}
