package step

import (
	"context"
	"errors"
	"net"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
)

// classes maps the codes that mean something to this workflow alone.
var classes = map[string]run.ErrorName{
	"ResourceInUseException":    run.NodegroupBusyError,
	"ConflictException":         run.TransientError,       // two calls for one schedule at once
	"InvalidParameterException": run.NodegroupFailedError, // EKS refuses the sizes
	"InvalidRequestException":   run.NodegroupFailedError,
	"ClientException":           run.NodegroupFailedError,
}

// Classify names the class of an error. An error that says its own class is taken at its word.
func Classify(err error) run.ErrorName {
	if own, ok := errors.AsType[*run.Error](err); ok {
		return own.Name
	}
	if _, ok := errors.AsType[*config.Invalid](err); ok {
		return run.ConfigInvalidError
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return classifyAnswer(err, api.ErrorCode())
	}
	if _, network := errors.AsType[net.Error](err); network || awserr.Unsent(err) || errors.Is(err, context.DeadlineExceeded) {
		return run.TransientError
	}
	return run.InternalError
}

func classifyAnswer(err error, code string) run.ErrorName {
	switch {
	case awserr.Throttled(err):
		return run.ThrottledError
	case awserr.Missing(err):
		return run.TargetNotFoundError
	case awserr.Denied(err), awserr.CredentialsRefused(err):
		return run.AccessDeniedError
	case classes[code] != "":
		return classes[code]
	case awserr.ServiceFault(err):
		return run.TransientError
	default:
		return run.InternalError
	}
}
