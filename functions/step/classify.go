package step

import (
	"context"
	"errors"
	"net"

	smithy "github.com/aws/smithy-go"

	"eks-scaling-automation/shared/account"
	"eks-scaling-automation/shared/aws/awserr"
	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
)

// codes maps AWS error codes to the definition's error names. Throttling and service faults are classified elsewhere.
var codes = map[string]run.ErrorName{
	"ResourceInUseException":      run.NodegroupBusyError,
	"ConflictException":           run.TransientError, // two calls for one schedule at once
	"ResourceNotFoundException":   run.TargetNotFoundError,
	"AccessDeniedException":       run.AccessDeniedError,
	"AccessDenied":                run.AccessDeniedError,
	"UnrecognizedClientException": run.AccessDeniedError,
	"ExpiredTokenException":       run.AccessDeniedError,
	"InvalidParameterException":   run.NodegroupFailedError, // EKS refuses the sizes
	"InvalidRequestException":     run.NodegroupFailedError,
	"ClientException":             run.NodegroupFailedError,
}

// Classify returns the definition's name for an error. An error that names its own class keeps it.
func Classify(err error) run.ErrorName {
	if own, ok := errors.AsType[*run.Error](err); ok {
		return own.Name
	}
	if _, ok := errors.AsType[*config.Invalid](err); ok {
		return run.ConfigInvalidError
	}
	if _, ok := errors.AsType[*account.RefusedError](err); ok {
		return run.AccountRefusedError
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return classifyAPI(err, api)
	}
	_, network := errors.AsType[net.Error](err)
	if network || awserr.Unsent(err) || errors.Is(err, context.DeadlineExceeded) {
		return run.TransientError
	}
	return run.InternalError
}

func classifyAPI(err error, api smithy.APIError) run.ErrorName {
	name, known := codes[api.ErrorCode()]
	switch {
	case awserr.Throttled(err):
		return run.ThrottledError
	case known:
		return name
	case awserr.ServiceFault(err):
		return run.TransientError
	default:
		return run.InternalError
	}
}
