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
	"eks-scaling-automation/statemachine"
)

// codes maps the error codes of AWS services to the classes of the definition.
var codes = map[string]statemachine.ErrorName{
	"ThrottlingException":                    statemachine.ThrottledError,
	"TooManyRequestsException":               statemachine.ThrottledError,
	"RequestLimitExceeded":                   statemachine.ThrottledError,
	"ProvisionedThroughputExceededException": statemachine.ThrottledError,
	"Throttling":                             statemachine.ThrottledError,
	"ResourceInUseException":                 statemachine.NodegroupBusyError,
	"ConflictException":                      statemachine.TransientError, // two calls for one schedule at once
	"ServerException":                        statemachine.TransientError,
	"ServiceUnavailableException":            statemachine.TransientError,
	"InternalServerError":                    statemachine.TransientError,
	"ResourceNotFoundException":              statemachine.TargetNotFoundError,
	"AccessDeniedException":                  statemachine.AccessDeniedError,
	"AccessDenied":                           statemachine.AccessDeniedError,
	"UnrecognizedClientException":            statemachine.AccessDeniedError,
	"ExpiredTokenException":                  statemachine.AccessDeniedError,
	"InvalidParameterException":              statemachine.NodegroupFailedError, // EKS refuses the sizes
	"InvalidRequestException":                statemachine.NodegroupFailedError,
	"ClientException":                        statemachine.NodegroupFailedError,
}

// Classify names the class of an error. An error that says its own class is taken at its word.
func Classify(err error) statemachine.ErrorName {
	if own, ok := errors.AsType[*statemachine.Error](err); ok {
		return own.Name
	}
	if _, ok := errors.AsType[*config.Invalid](err); ok {
		return statemachine.ConfigInvalidError
	}
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return classifyAPI(err, api)
	}
	_, network := errors.AsType[net.Error](err)
	_, unsent := errors.AsType[*transport.RequestSendError](err)
	if network || unsent || errors.Is(err, context.DeadlineExceeded) {
		return statemachine.TransientError
	}
	return statemachine.InternalError
}

func classifyAPI(err error, api smithy.APIError) statemachine.ErrorName {
	// EKS throttles under this code too; only the message tells.
	if api.ErrorCode() == "InvalidRequestException" && strings.Contains(api.ErrorMessage(), "Request limit exceeded") {
		return statemachine.ThrottledError
	}
	if name, ok := codes[api.ErrorCode()]; ok {
		return name
	}
	if response, ok := errors.AsType[*transport.ResponseError](err); ok {
		switch status := response.HTTPStatusCode(); {
		case status == http.StatusTooManyRequests:
			return statemachine.ThrottledError
		case status >= http.StatusInternalServerError:
			return statemachine.TransientError
		}
	}
	return statemachine.InternalError
}
