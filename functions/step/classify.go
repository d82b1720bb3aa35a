package step

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	smithy "github.com/aws/smithy-go"
	transport "github.com/aws/smithy-go/transport/http"

	"eks-scaling-automation/shared/config"
	"eks-scaling-automation/shared/run"
)

// codes maps the error codes of AWS services to the classes of the definition.
var codes = map[string]run.ErrorName{
	"ThrottlingException":                    run.ThrottledError,
	"TooManyRequestsException":               run.ThrottledError,
	"RequestLimitExceeded":                   run.ThrottledError,
	"ProvisionedThroughputExceededException": run.ThrottledError,
	"Throttling":                             run.ThrottledError,
	"ResourceInUseException":                 run.NodegroupBusyError,
	"ConflictException":                      run.TransientError, // two calls for one schedule at once
	"ServerException":                        run.TransientError,
	"ServiceUnavailableException":            run.TransientError,
	"InternalServerError":                    run.TransientError,
	"ResourceNotFoundException":              run.TargetNotFoundError,
	"AccessDeniedException":                  run.AccessDeniedError,
	"AccessDenied":                           run.AccessDeniedError,
	"UnrecognizedClientException":            run.AccessDeniedError,
	"ExpiredTokenException":                  run.AccessDeniedError,
	"InvalidParameterException":              run.NodegroupFailedError, // EKS refuses the sizes
	"InvalidRequestException":                run.NodegroupFailedError,
	"ClientException":                        run.NodegroupFailedError,
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
		return classifyAPI(err, api)
	}
	_, network := errors.AsType[net.Error](err)
	_, unsent := errors.AsType[*transport.RequestSendError](err)
	if network || unsent || errors.Is(err, context.DeadlineExceeded) {
		return run.TransientError
	}
	return run.InternalError
}

func classifyAPI(err error, api smithy.APIError) run.ErrorName {
	// EKS throttles under this code too; only the message tells.
	if api.ErrorCode() == "InvalidRequestException" && strings.Contains(api.ErrorMessage(), "Request limit exceeded") {
		return run.ThrottledError
	}
	if name, ok := codes[api.ErrorCode()]; ok {
		return name
	}
	if response, ok := errors.AsType[*transport.ResponseError](err); ok {
		switch status := response.HTTPStatusCode(); {
		case status == http.StatusTooManyRequests:
			return run.ThrottledError
		case status >= http.StatusInternalServerError:
			return run.TransientError
		}
	}
	return run.InternalError
}
